//! Where the project stands, on a page: what waits for somebody first, and the next step last.

use crate::support::guide::{Step, step};
use crate::support::text::{WIDTH, counted, folded, table};
use crate::sync::status::{Results, SeriesStatus, Status};

/// What consumers do once upstream has the fix.
const ADVICE: &str = "fixed upstream";

/// How many lines of one kind are shown.
const LINES: usize = 4;

/// Of how many releases something is so.
type Count = fn(&Results) -> usize;

impl Status {
    /// The page, without the next step.
    pub fn text(&self) -> String {
        let work = self.work.as_ref().map(|work| work.text() + "\n").unwrap_or_default();
        let head = format!("{} at {}\n\n", self.module, self.upstream);
        work + &head + &self.series_table() + "\n" + &self.facts()
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

    fn series_table(&self) -> String {
        let results: [(&str, Count); 4] = [
            ("tested", |results| results.tested),
            ("partly", |results| results.partly),
            ("analysed", |results| results.analysed),
            ("not tested", |results| results.not_tested),
        ];
        let is_any = |count: &Count| self.series.iter().any(|series| count(&series.results) > 0);
        let results: Vec<_> = results.into_iter().filter(|(_, count)| is_any(count)).collect();
        let heads = ["series", "patches", "pin", "supports", ""].into_iter();
        let heads = heads.chain(results.iter().map(|(name, _)| *name));
        let mut rows = vec![heads.map(str::to_owned).collect::<Vec<_>>()];
        rows.extend(self.series.iter().map(|series| {
            let SeriesStatus { directory: patches, count, pin, supported, oldest, newest, .. } =
                series;
            let range =
                if oldest == newest { oldest.to_string() } else { format!("{oldest} .. {newest}") };
            let releases = counted(*supported, "release");
            let own = [patches.clone(), count.to_string(), pin.to_string(), range, releases];
            let counts = results.iter().map(|(_, count)| count(&series.results).to_string());
            own.into_iter().chain(counts).collect()
        }));
        table(&rows)
    }

    fn facts(&self) -> String {
        let mut rows: Vec<[String; 2]> = Vec::new();
        let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
        row("newest", self.newest_known());
        row("archive", self.archive.file.clone());
        row("", self.archive.integrity.to_string());
        let evidence = self.evidence.text();
        let untested = self.untested.iter().filter(|text| **text != evidence).cloned().collect();
        row("scenarios", evidence);
        if let Some(advice) = &self.fixed_upstream {
            row(ADVICE, advice.clone());
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
                let name = if index == 0 { name } else { "" };
                row(name, text.clone());
            }
            if let Some(more) = all.len().checked_sub(LINES + 1) {
                row("", format!("and {} more (--format json)", more + 1));
            }
        }
        let indent = rows.iter().map(|[name, _]| name.len() + 2).max().unwrap_or(0);
        // The advice has a statement to copy, which stays in one line.
        for [_, value] in rows.iter_mut().filter(|[name, _]| name != ADVICE) {
            *value = folded(value, indent, WIDTH);
        }
        table(&rows)
    }

    fn newest_known(&self) -> String {
        match self.newest {
            None => format!("not known: nothing was fetched yet from {}", self.upstream),
            Some(newest) if newest > self.release => format!("{newest} is not pinned yet"),
            Some(newest) if newest == self.release => format!("{newest}, which is pinned"),
            Some(newest) => format!("{newest}, as far as was fetched"),
        }
    }
}
