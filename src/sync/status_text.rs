//! Where the project stands, on a page: what waits for somebody first, and the next step last.

use crate::project::evidence::State;
use crate::support::guide::{Step, step};
use crate::support::look::Meaning;
use crate::support::marked::{Marked, Part, fitted, folded};
use crate::support::text::counted;
use crate::sync::status::{Results, SeriesStatus, Status};

/// How many lines of one kind are shown.
const LINES: usize = 4;

/// What is so of some releases, of how many it is, and what that means.
type Count = (&'static str, fn(&Results) -> usize, Option<Meaning>);

impl Status {
    /// The page, without the next step; on a terminal in so many columns.
    pub fn text(&self, columns: Option<usize>) -> Marked {
        let mut text = Marked::default();
        if let Some(work) = &self.work {
            text.append(work.text());
            text.push("\n");
        }
        text.push(format!("{} at {}\n\n", self.module, self.upstream));
        text.append(self.series_table(columns));
        text.push("\n");
        text.append(self.facts(columns));
        text
    }

    /// Where it stands, in a few words.
    pub fn summary(&self) -> String {
        let (module, version) = (&self.module, &self.version);
        match self.newest {
            _ if self.work.is_some() => "work is under way".to_owned(),
            _ if !self.faults.is_empty() => format!("{} has to be mended", self.faults[0].file),
            Some(newest) if newest > self.release => format!("{newest} is released"),
            _ if !self.stale.is_empty() => format!("{module} {version} is out of date"),
            _ if self.is_untested() => format!("{module} {version} is not tested"),
            _ => format!("{module} {version} is up to date"),
        }
    }

    /// What to do next; nothing if there is nothing to do, or if the work under way says it.
    pub fn next(&self) -> Option<Step> {
        match self.newest {
            _ if self.work.is_some() => None,
            _ if !self.faults.is_empty() => Some(self.mending()),
            None => Some(step("patcher sync", "fetch upstream's releases")),
            Some(newer) if newer > self.release => {
                let command = format!("patcher sync --to {newer}");
                Some(step(&command, "port the patches to it"))
            }
            _ if !self.stale.is_empty() => Some(step("patcher sync", "bring it up to date")),
            _ => self.is_untested().then(|| step("patcher sync", "run the scenarios")),
        }
    }

    /// How to mend the first fault.
    fn mending(&self) -> Step {
        match self.faults.iter().find_map(|fault| fault.restore.as_ref()) {
            Some(restore) => step(restore, "bring it back as it was committed"),
            None => step("patcher check", "see how to mend it"),
        }
    }

    fn is_untested(&self) -> bool {
        self.series.iter().any(|series| series.results.not_tested > 0)
    }

    fn series_table(&self, columns: Option<usize>) -> Marked {
        let results: [Count; 4] = [
            ("tested", |results| results.tested, Some(Meaning::Done)),
            ("partly", |results| results.partly, Some(Meaning::Attention)),
            ("analysed", |results| results.analysed, None),
            ("not tested", |results| results.not_tested, Some(Meaning::Attention)),
        ];
        let is_any =
            |(_, count, _): &Count| self.series.iter().any(|series| count(&series.results) > 0);
        let results: Vec<Count> = results.into_iter().filter(is_any).collect();
        let heads = ["series", "patches", "pin", "supports", ""].into_iter();
        let heads = heads.chain(results.iter().map(|(name, ..)| *name));
        let mut rows = vec![heads.map(Part::from).collect::<Vec<_>>()];
        rows.extend(self.series.iter().map(|series| {
            let SeriesStatus { directory: patches, count, pin, supported, oldest, newest, .. } =
                series;
            let range =
                if oldest == newest { oldest.to_string() } else { format!("{oldest} .. {newest}") };
            let releases = counted(*supported, "release");
            let own = [patches.clone(), count.to_string(), pin.to_string(), range, releases];
            let counts = results.iter().map(|(_, count, meaning)| {
                let count = count(&series.results);
                meaning.filter(|_| count > 0).map_or_else(
                    || count.to_string().into(),
                    |meaning| meaning.tint(count.to_string()),
                )
            });
            own.map(Part::from).into_iter().chain(counts).collect()
        }));
        fitted(&rows, columns)
    }

    fn facts(&self, columns: Option<usize>) -> Marked {
        let mut rows: Vec<[Part; 2]> = Vec::new();
        let mut row = |name: &str, value: Part| rows.push([name.into(), value]);
        row("newest", self.newest_known());
        // Behind where the others have their symbol.
        row("archive", format!("  {}", self.archive.file).into());
        row("", format!("  {}", self.archive.integrity).into());
        let evidence = self.evidence.text();
        let untested = self.untested.iter().filter(|text| **text != evidence).cloned().collect();
        let is_tested = self.evidence.state == State::Tested;
        let meaning = if is_tested { Meaning::Done } else { Meaning::Attention };
        row("scenarios", meaning.mark(evidence));
        if let Some(advice) = &self.fixed_upstream {
            row("fixed upstream", Meaning::Attention.mark(advice));
        }
        let faults = self.faults.iter().map(|fault| fault.text.clone()).collect();
        let lists: [(&str, Vec<String>); 4] = [
            ("not run", self.gaps.clone()),
            ("not tested", untested),
            ("changed", self.stale.clone()),
            ("wrong", faults),
        ];
        for (name, all) in lists {
            for (index, text) in all.iter().take(LINES).enumerate() {
                row(if index == 0 { name } else { "" }, Meaning::Attention.mark(text));
            }
            if let Some(more) = all.len().checked_sub(LINES + 1) {
                row("", format!("  and {} more (--format json)", more + 1).into());
            }
        }
        folded(&rows, columns)
    }

    fn newest_known(&self) -> Part {
        match self.newest {
            None => {
                let text = format!("not known: nothing was fetched yet from {}", self.upstream);
                Meaning::Attention.mark(text)
            }
            Some(newest) if newest > self.release => {
                Meaning::Attention.mark(format!("{newest} is not pinned yet"))
            }
            Some(newest) if newest == self.release => {
                Meaning::Done.mark(format!("{newest}, which is pinned"))
            }
            Some(newest) => format!("  {newest}, as far as was fetched").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::evidence::Evidence;
    use crate::project::lock::ArchiveLock;
    use crate::support::ids::Sri;
    use crate::support::look::Symbols;
    use crate::sync::open_work::OpenWork;
    use crate::sync::status::Fault;

    /// A project at its newest release, in which nothing is to be done.
    fn status() -> Status {
        let release = "1.1.0".parse().unwrap();
        let series = SeriesStatus {
            directory: "patches".into(),
            count: 2,
            pin: release,
            supported: 2,
            oldest: "1.0.0".parse().unwrap(),
            newest: release,
            results: Results { tested: 2, ..Results::default() },
        };
        let evidence = Evidence {
            state: State::Tested,
            ran: 1,
            phase: None,
            bazel: None,
            not_run: Vec::new(),
            not_applicable: Vec::new(),
            why: None,
        };
        Status {
            module: "m".into(),
            upstream: "../u".into(),
            release,
            commit: "0".repeat(40),
            version: "1.1.0.patched.1".into(),
            newest: Some(release),
            patches: Vec::new(),
            series: vec![series],
            archive: ArchiveLock {
                file: "m.tar.gz".into(),
                strip_prefix: "m".into(),
                integrity: Sri::of(b""),
            },
            tested: None,
            evidence,
            gaps: Vec::new(),
            fixed_upstream: None,
            work: None,
            faults: Vec::new(),
            stale: Vec::new(),
            untested: Vec::new(),
        }
    }

    #[test]
    fn the_gravest_comes_first_and_is_what_to_do() {
        let said = |status: &Status| {
            let next = status.next().map(|step| step.command).unwrap_or_default();
            (status.summary(), next)
        };
        let expect = |status: &Status, summary: &str, next: &str| {
            assert_eq!(said(status), (summary.to_owned(), next.to_owned()));
        };
        let mut status = status();
        expect(&status, "m 1.1.0.patched.1 is up to date", "");
        status.series[0].results.not_tested = 1;
        expect(&status, "m 1.1.0.patched.1 is not tested", "patcher sync");
        status.stale.push("it is old".into());
        expect(&status, "m 1.1.0.patched.1 is out of date", "patcher sync");
        status.newest = None;
        expect(&status, "m 1.1.0.patched.1 is out of date", "patcher sync");
        status.newest = Some("1.2.0".parse().unwrap());
        expect(&status, "1.2.0 is released", "patcher sync --to 1.2.0");
        let fault = |file: &str, restore: Option<&str>| Fault {
            file: file.into(),
            text: format!("{file}: no"),
            way_out: None,
            restore: restore.map(str::to_owned),
        };
        status.faults.push(fault("upstream.lock", None));
        expect(&status, "upstream.lock has to be mended", "patcher check");
        status.faults.push(fault("patches/series", Some("git restore patches/series")));
        expect(&status, "upstream.lock has to be mended", "git restore patches/series");
        status.work = Some(OpenWork::default());
        expect(&status, "work is under way", "");
    }

    #[test]
    fn nothing_fetched_is_told_from_nothing_newer() {
        let newest = |newest: Option<&str>| {
            let newest = newest.map(|text| text.parse().unwrap());
            let text = Status { newest, ..status() }.newest_known().plain(Symbols::Ascii);
            text.trim_start_matches(['!', '+', ' ']).to_owned()
        };
        assert_eq!(newest(None), "not known: nothing was fetched yet from ../u");
        assert_eq!(newest(Some("1.2.0")), "1.2.0 is not pinned yet");
        assert_eq!(newest(Some("1.1.0")), "1.1.0, which is pinned");
        assert_eq!(newest(Some("1.0.0")), "1.0.0, as far as was fetched");
        let not_fetched = Status { newest: None, ..status() };
        assert_eq!(not_fetched.next().unwrap().why, "fetch upstream's releases");
    }

    #[test]
    fn a_list_ends_with_how_much_more_there_is() {
        let text = |count: usize| {
            let stale = (1..=count).map(|number| format!("fact {number}")).collect();
            Status { stale, ..status() }.facts(None).plain(Symbols::Ascii)
        };
        let all = text(LINES);
        assert_eq!(all.matches("fact ").count(), LINES, "{all}");
        assert!(!all.contains("more"), "{all}");
        for more in [1, 2] {
            let some = text(LINES + more);
            assert_eq!(some.matches("fact ").count(), LINES, "{some}");
            assert!(some.contains(&format!("  and {more} more (--format json)\n")), "{some}");
        }
    }

    #[test]
    fn a_column_without_any_result_is_left_out() {
        let head = |results| {
            let mut status = status();
            status.series[0].results = results;
            let text = status.series_table(None).plain(Symbols::Ascii);
            text.lines().next().unwrap().split_whitespace().skip(4).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(head(Results { tested: 2, ..Results::default() }), "tested");
        let mixed = Results { partly: 1, not_tested: 1, ..Results::default() };
        assert_eq!(head(mixed), "partly not tested");
    }

    #[test]
    fn a_count_stands_out_where_there_is_something_to_see() {
        let mut status = status();
        let untested = Results { not_tested: 2, ..Results::default() };
        status.series.push(SeriesStatus { results: untested, ..status.series[0].clone() });
        let table = status.series_table(None);
        let marked = table.parts().iter().filter_map(Part::meaning);
        assert_eq!(marked.collect::<Vec<_>>(), [Meaning::Done, Meaning::Attention]);
    }
}
