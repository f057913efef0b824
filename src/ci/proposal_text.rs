//! The texts of a nightly run's pull requests and issues.

use crate::port::PatchOutcome;
use crate::repro::report::{Report, Row};
use crate::support::ids::Release;
use crate::support::markdown::{cell, escaped, fenced, with_code};
use crate::support::problem::Problem;
use crate::support::text::counted;

/// A sync that went through.
#[derive(Clone, Copy, Debug)]
pub struct Ported<'a> {
    pub module: &'a str,
    /// The release that was pinned; absent if none was.
    pub from: Option<Release>,
    /// The release that is pinned now.
    pub to: Release,
    /// What became of each patch.
    pub outcomes: &'a [PatchOutcome],
    /// What the scenarios showed, if they ran.
    pub report: Option<&'a Report>,
    /// What was done, a line each.
    pub claims: &'a [String],
    pub open_claims: &'a [String],
    /// What `patcher review` says of it.
    pub review: &'a str,
}

impl Ported<'_> {
    pub fn title(&self) -> String {
        let Self { module, from, to, .. } = self;
        let verb =
            if *from == Some(*to) { "Refresh the patches for" } else { "Port the patches to" };
        format!("{verb} {module} {to}")
    }

    pub fn body(&self) -> String {
        let Self { module, from, to, .. } = self;
        let took = match from {
            Some(from) if from == to => format!("refreshed the patches for {module} {to}"),
            Some(from) => format!("took the patches from {module} {from} to {to}"),
            None => format!("pinned {module} {to}"),
        };
        let mut text = format!("`patcher ci port` {took}.\n\n| patch | | |\n| --- | --- | --- |\n");
        for patch in self.outcomes {
            let (outcome, because) = (patch.outcome.name(), cell(&patch.because()));
            text.push_str(&format!("| {} | {outcome} | {because} |\n", patch.patch));
        }
        text.push_str("\nThis run:\n\n");
        text.push_str(&list(self.claims));
        if !self.open_claims.is_empty() {
            text.push_str("\n**Open:**\n\n");
            text.push_str(&list(self.open_claims));
        }
        if let Some(report) = self.report {
            text.push_str(&scenarios(report));
        }
        text.push_str(&format!("\n{}", self.review));
        text.push_str(
            "\nGitHub starts no workflow for a pull request that a workflow opened: run `ci` on this \
             branch, or close and reopen it. Closed, it is not opened again for this release.\n",
        );
        text
    }
}

fn scenarios(report: &Report) -> String {
    let count = counted(report.rows.len(), "scenario");
    let is_good = if report.is_good() { "as expected" } else { "not all as expected" };
    let mut text = format!(
        "\n<details><summary>{count} under Bazel {}, {is_good}</summary>\n\n| scenario | unpatched | patched | |\n| --- | --- | --- | --- |\n",
        escaped(&report.bazel)
    );
    for row in &report.rows {
        let Row { id, unpatched, patched, .. } = row;
        let [unpatched, patched] = [unpatched, patched]
            .map(|found| found.as_ref().map_or_else(|| "-".to_owned(), |f| f.result.to_string()));
        let (id, summary) = (escaped(id), cell(&row.summary()));
        text.push_str(&format!("| {id} | {unpatched} | {patched} | {summary} |\n"));
    }
    text.push_str("\n</details>\n");
    text
}

/// A sync that somebody has to look at.
#[derive(Clone, Copy, Debug)]
pub struct Stopped<'a> {
    /// The release that it was to go to, if one is known.
    pub to: Option<Release>,
    pub message: &'a str,
    /// The places that are to blame.
    pub problems: &'a [Problem],
    pub hints: &'a [String],
    /// What a preview says of the release, if it has something to say.
    pub preview: Option<&'a str>,
}

impl Stopped<'_> {
    pub fn body(&self) -> String {
        let Self { to, message, problems, hints, preview } = self;
        let to = to.map_or_else(|| "latest".to_owned(), |to| to.to_string());
        let mut text = format!("`patcher sync --to {to}` stopped, and changed nothing:\n\n");
        text.push_str(&fenced("text", message));
        // A preview shows the same places.
        if let Some(preview) = preview {
            text.push_str(&format!("\n{preview}"));
        } else {
            for problem in *problems {
                text.push_str(&format!("\n{}", fenced("text", &problem.to_string())));
            }
        }
        let own = problems.iter().filter_map(|problem| problem.hint.as_ref());
        let mut ways: Vec<String> = own.chain(*hints).cloned().collect();
        let mut seen = std::collections::BTreeSet::new();
        ways.retain(|way| seen.insert(way.clone()));
        if !ways.is_empty() {
            text.push_str("\nWays out:\n\n");
            text.push_str(&list(&ways));
        }
        text.push_str(
            "\nThis text is kept up to date, and the issue closed when it has passed. Closed by \
             hand, it is not opened again for this release.\n",
        );
        text
    }
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {}\n", with_code(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::outcome::Outcome;
    use crate::support::problem::Kind;

    fn release(text: &str) -> Release {
        text.parse().unwrap()
    }

    #[test]
    fn a_port_reports_what_became_of_each_patch_and_what_is_open() {
        let (name, tree) = ("0001-a.patch".parse().unwrap(), "0".repeat(40).parse().unwrap());
        let outcomes = [PatchOutcome::new(&name, Outcome::Unchanged, tree)];
        let port = Ported {
            module: "m",
            from: Some(release("1.0.0")),
            to: release("1.1.0"),
            outcomes: &outcomes,
            report: None,
            claims: &["this".to_owned()],
            open_claims: &["that".to_owned()],
            review: "### Nothing\n",
        };
        assert_eq!(port.title(), "Port the patches to m 1.1.0");
        let body = port.body();
        for part in [
            "`patcher ci port` took the patches from m 1.0.0 to 1.1.0.\n",
            "\n| 0001-a.patch | unchanged |  |\n",
            "\nThis run:\n\n- this\n",
            "\n**Open:**\n\n- that\n",
            "\n### Nothing\n",
        ] {
            assert!(body.contains(part), "no {part:?} in {body}");
        }
        let refreshed = Ported { from: Some(port.to), open_claims: &[], ..port };
        assert_eq!(refreshed.title(), "Refresh the patches for m 1.1.0");
        let first = "`patcher ci port` refreshed the patches for m 1.1.0.\n";
        assert!(refreshed.body().starts_with(first), "{}", refreshed.body());
        assert!(!refreshed.body().contains("**Open:**"));
    }

    #[test]
    fn an_issue_names_each_way_out_once() {
        let problem = |file: &str| Problem::new(Kind::Conflict, file, "no").hint("try this");
        let problems = [problem("a"), problem("b")];
        let hints = ["try this".to_owned(), "or that".to_owned()];
        let stopped = Stopped {
            to: None,
            message: "stopped",
            problems: &problems,
            hints: &hints,
            preview: None,
        };
        let body = stopped.body();
        assert!(body.starts_with("`patcher sync --to latest` stopped, and changed nothing:\n"));
        assert!(body.contains("```text\na: no\n```\n\n```text\nb: no\n```\n"), "{body}");
        assert!(body.contains("Ways out:\n\n- try this\n- or that\n"), "{body}");
        let stopped = Stopped { to: Some(release("1.1.0")), preview: Some("Seen.\n"), ..stopped };
        let body = stopped.body();
        assert!(body.contains("--to 1.1.0`") && body.contains("\nSeen.\n"), "{body}");
        assert!(!body.contains("a: no"), "{body}");
    }
}
