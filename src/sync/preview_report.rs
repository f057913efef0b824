//! The preview: what the series would do on what upstream has not released yet, as the
//! text of an issue for whoever keeps the series.

use serde::Serialize;

use crate::repro::outcome::Outcome;
use crate::repro::report::{Report, Row};
use crate::support::ids::{CommitId, Release};
use crate::support::markdown::{cell, escaped, fenced};
use crate::support::text::counted;

/// What became of the series on an upstream commit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreviewReport {
    pub module: String,
    /// What was looked at: `main`, or a release.
    pub target: String,
    pub commit: CommitId,
    /// The release that the series is pinned at.
    pub pin: Release,
    /// The releases that a sync there would no longer support, by series.
    pub losses: Vec<String>,
    /// Whether that is allowed.
    pub may_lose: bool,
    /// What became of each patch.
    pub patches: Vec<PreviewPatch>,
    /// What the scenarios showed; absent if the patches conflict, or nothing ran.
    pub report: Option<Report>,
}

/// What became of a patch.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreviewPatch {
    pub name: String,
    /// The outcome in a word or two.
    pub outcome: String,
    /// Whether it conflicts.
    pub is_conflict: bool,
    /// Whether upstream has it already.
    pub is_already_upstream: bool,
    /// Whether a patch before it conflicts, so that this holds only if that one is mended.
    pub is_conditional: bool,
    /// What the outcome rests on, and every place that conflicts.
    pub evidence: Vec<String>,
}

/// What there is to do, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// A sync would refuse to support fewer releases.
    FewerReleases,
    /// A patch conflicts.
    Conflict,
    AlreadyUpstream,
    /// The unpatched tree does what the patched one should.
    FixedUpstream,
    /// A scenario is not as expected only on the patched tree, or on each in its own way.
    Broken,
    /// A scenario is not as expected, and just so without the patches.
    UpstreamBroken,
    /// The patches apply, and the scenarios did not run.
    Untested,
    Ready,
}

impl PreviewReport {
    /// What there is to do.
    pub fn finding(&self) -> Finding {
        let any = |is: fn(&PreviewPatch) -> bool| self.patches.iter().any(is);
        if !self.losses.is_empty() && !self.may_lose {
            return Finding::FewerReleases;
        }
        let Some(report) = self.report.as_ref().filter(|report| !report.rows.is_empty()) else {
            return match (any(|patch| patch.is_conflict), any(|patch| patch.is_already_upstream)) {
                (true, _) => Finding::Conflict,
                (false, true) => Finding::AlreadyUpstream,
                (false, false) => Finding::Untested,
            };
        };
        if any(|patch| patch.is_already_upstream) {
            Finding::AlreadyUpstream
        } else if report.rows.iter().any(|row| row.outcome == Some(Outcome::FixedUpstream)) {
            Finding::FixedUpstream
        } else if report.is_good() {
            Finding::Ready
        } else if report.rows.iter().all(|row| row.is_good() || is_alike(row)) {
            Finding::UpstreamBroken
        } else {
            Finding::Broken
        }
    }

    /// One line: the issue's title. It names no commit, so that tomorrow's is the same issue.
    pub fn title(&self) -> String {
        let Self { module, target, patches, .. } = self;
        let named = |is: fn(&PreviewPatch) -> bool| {
            counted(patches.iter().filter(|p| is(p)).count(), "patch")
        };
        match self.finding() {
            Finding::FewerReleases => {
                format!("{module} {target}: fewer releases would be supported")
            }
            Finding::Conflict => {
                let count = named(|patch| patch.is_conflict);
                format!("{module} {target}: {count} of {} with conflicts", patches.len())
            }
            Finding::AlreadyUpstream => {
                format!(
                    "{module} {target} has {} already",
                    named(|patch| patch.is_already_upstream)
                )
            }
            Finding::FixedUpstream => {
                format!("{module} {target} passes scenarios without the patches")
            }
            Finding::Broken => format!("{module} {target}: the patches apply, and scenarios fail"),
            Finding::UpstreamBroken => {
                format!("{module} {target} fails scenarios, with the patches as without them")
            }
            Finding::Untested => format!("{module} {target}: the patches apply, not tested"),
            Finding::Ready => format!("{module} {target}: the patches apply, and scenarios pass"),
        }
    }

    /// The issue's text, in Markdown.
    pub fn body(&self) -> String {
        let Self { module, target, commit, pin, .. } = self;
        let mut text = format!(
            "`patcher preview {target}` took the patches from {pin} to {module} {target} ({commit}).\n\n| patch | | |\n| --- | --- | --- |\n"
        );
        for patch in &self.patches {
            let condition =
                if patch.is_conditional { ", if the patches before it apply" } else { "" };
            let evidence = patch.evidence.first().map(|e| cell(e)).unwrap_or_default();
            text.push_str(&format!(
                "| {} | {}{condition} | {evidence} |\n",
                patch.name, patch.outcome
            ));
        }
        for loss in &self.losses {
            text.push_str(&format!("\nThe series {loss}.\n"));
        }
        for patch in self.patches.iter().filter(|patch| patch.is_conflict) {
            text.push_str(&format!("\n{} stops at:\n\n", patch.name));
            for place in &patch.evidence {
                text.push_str(&fenced("text", place));
            }
        }
        if let Some(report) = self.report.as_ref().filter(|report| !report.rows.is_empty()) {
            text.push_str(&scenarios(report));
        }
        text.push_str(&format!("\n{}\n", self.advice()));
        text
    }

    fn advice(&self) -> &'static str {
        match self.finding() {
            Finding::FewerReleases => {
                "`patcher sync` refuses that, unless `--allow-fewer-releases` allows it."
            }
            Finding::Conflict => {
                "Nothing was changed. Once it is released, `patcher sync --to RELEASE --resolve` opens a \
                 worktree to resolve it in."
            }
            Finding::AlreadyUpstream => {
                "When that is released: `patcher sync --to RELEASE --drop-upstreamed PATCH` leaves the \
                 patch out. Nothing is left out without that."
            }
            Finding::FixedUpstream => {
                "Look at what upstream changed: when it is released, consumers may not need the patches."
            }
            Finding::Broken => {
                "Look at the scenarios above before that is released: `patcher sync` would stop there."
            }
            Finding::UpstreamBroken => {
                "The patches are not the cause. If upstream does not mend it before the release, the \
                 scenario has to be."
            }
            Finding::Untested if self.report.is_some() => {
                "No scenario that applies there shows anything in the analysis."
            }
            Finding::Untested => "The scenarios did not run.",
            Finding::Ready => "There is nothing to do.",
        }
    }
}

/// Whether both trees end in the same way, which should have been alike in another.
fn is_alike(row: &Row) -> bool {
    let results =
        [&row.unpatched, &row.patched].map(|found| found.as_ref().map(|f| (f.result, f.expected)));
    results[0].is_some() && results[0] == results[1]
}

/// The scenarios that are not as expected, and how many are.
pub fn scenarios(report: &Report) -> String {
    let (good, bad): (Vec<&Row>, Vec<&Row>) = report.rows.iter().partition(|row| row.is_good());
    let mut text = format!(
        "\n{} as expected under Bazel {}, {} not.\n",
        counted(good.len(), "scenario"),
        escaped(&report.bazel),
        bad.len()
    );
    if !report.not_run.is_empty() {
        let names = report.not_run.join(", ");
        text.push_str(&format!("\nThese take more than the analysis, and did not run: {names}.\n"));
    }
    if bad.is_empty() {
        return text;
    }
    text.push_str("\n| scenario | unpatched | patched | |\n| --- | --- | --- | --- |\n");
    for row in &bad {
        let result = |found: &Option<crate::repro::report::Found>| {
            found.as_ref().map_or_else(|| "-".to_owned(), |found| found.result.to_string())
        };
        let (unpatched, patched) = (result(&row.unpatched), result(&row.patched));
        let (id, summary) = (escaped(&row.id), cell(&row.summary()));
        text.push_str(&format!("| {id} | {unpatched} | {patched} | {summary} |\n"));
    }
    let evidence =
        bad.iter().flat_map(|row| row.sides().map(move |(side, found)| (row, side, found)));
    for (row, side, found) in evidence.filter(|(.., found)| found.result != found.expected) {
        if !found.evidence.is_empty() {
            text.push_str(&format!("\n{} on the {} tree:\n\n", escaped(&row.id), side.name()));
            text.push_str(&fenced("text", &found.evidence));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::scenario::SideResult;
    use crate::repro::report::Found;

    fn patch(outcome: &str) -> PreviewPatch {
        PreviewPatch {
            name: "0001-a.patch".into(),
            outcome: outcome.into(),
            is_conflict: outcome == "conflict",
            is_already_upstream: outcome == "already upstream",
            is_conditional: false,
            evidence: vec!["a|b\n```\nmore".into()],
        }
    }

    fn report(outcome: &str, shown: Option<Outcome>) -> PreviewReport {
        let found = |result| {
            Some(Found { result, expected: SideResult::Pass, evidence: "ERROR: x".into() })
        };
        let report = shown.map(|shown| Report {
            release: "2.3.2".parse().unwrap(),
            bazel: "7.7.1".into(),
            rows: vec![Row {
                id: "issue".into(),
                title: String::new(),
                unpatched: found(match shown {
                    Outcome::OtherFailure => SideResult::AnalysisFailure,
                    _ => SideResult::Pass,
                }),
                patched: found(match shown {
                    Outcome::StillBroken => SideResult::Conflict,
                    Outcome::OtherFailure => SideResult::AnalysisFailure,
                    _ => SideResult::Pass,
                }),
                outcome: Some(shown),
            }],
            not_applicable: Vec::new(),
            not_run: Vec::new(),
        });
        PreviewReport {
            module: "m".into(),
            target: "main".into(),
            commit: "281e98aa3a103356ed8fa3aaf36f3bf646f28fd9".parse().unwrap(),
            pin: "2.3.2".parse().unwrap(),
            losses: Vec::new(),
            may_lose: false,
            patches: vec![patch(outcome)],
            report,
        }
    }

    #[test]
    fn the_gravest_finding_is_the_title() {
        for (outcome, cell, finding, title) in [
            ("conflict", None, Finding::Conflict, "m main: 1 patch of 1 with conflicts"),
            ("already upstream", None, Finding::AlreadyUpstream, "m main has 1 patch already"),
            ("three-way merge", None, Finding::Untested, "m main: the patches apply, not tested"),
            (
                "three-way merge",
                Some(Outcome::Unchanged),
                Finding::Ready,
                "m main: the patches apply, and scenarios pass",
            ),
            (
                "three-way merge",
                Some(Outcome::StillBroken),
                Finding::Broken,
                "m main: the patches apply, and scenarios fail",
            ),
            (
                "three-way merge",
                Some(Outcome::OtherFailure),
                Finding::UpstreamBroken,
                "m main fails scenarios, with the patches as without them",
            ),
            (
                "three-way merge",
                Some(Outcome::FixedUpstream),
                Finding::FixedUpstream,
                "m main passes scenarios without the patches",
            ),
        ] {
            let report = report(outcome, cell);
            assert_eq!((report.finding(), report.title().as_str()), (finding, title));
        }
    }

    #[test]
    fn the_text_holds_what_it_quotes() {
        let body = report("conflict", None).body();
        assert!(body.contains("| 0001-a.patch | conflict | a\\|b |"), "{body}");
        assert!(body.contains("````text\na|b\n```\nmore\n````\n"), "{body}");
        let mut broken = report("three-way merge", Some(Outcome::StillBroken));
        let body = broken.body();
        let not_run = "These take more than the analysis, and did not run: slow, slower.\n";
        assert!(!body.contains("did not run"), "{body}");
        broken.report.as_mut().unwrap().not_run = vec!["slow".into(), "slower".into()];
        assert!(broken.body().contains(not_run), "{}", broken.body());
        assert!(body.contains("| issue | pass | conflict | still broken |"), "{body}");
        assert!(body.contains("issue on the patched tree:\n\n```text\nERROR: x\n```"), "{body}");
        assert!(
            report("three-way merge", Some(Outcome::Fixed))
                .body()
                .contains("There is nothing to do.")
        );
    }
}
