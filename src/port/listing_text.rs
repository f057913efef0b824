//! A listing of series for people: a few short lines a patch.

use crate::port::listing::{ListedPatch, ListedSeries, Listing};
use crate::port::outcome::Outcome;
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::marked::Marked;
use crate::support::text::clipped;

impl Listing {
    /// The listing, on a terminal in so many columns.
    pub fn text(&self, columns: Option<usize>) -> Marked {
        let mut text = Marked::default();
        for (index, series) in self.series.iter().enumerate() {
            text.push(if index == 0 { "" } else { "\n" });
            text.append(series.text(columns));
        }
        text
    }
}

impl ListedSeries {
    fn text(&self, columns: Option<usize>) -> Marked {
        let mut head = self.directory.clone();
        match &self.pin {
            Some(pin) => head.push_str(&format!(" at {pin}")),
            None => head.push_str(", not synced yet"),
        }
        head.extend(self.releases.iter().map(|range| format!(", for releases {range}")));
        let mut lines = vec![head];
        lines.extend(self.not_compared.iter().map(|why| format!("upstream not compared: {why}")));
        if self.patches.is_empty() {
            lines.push("no patches".to_owned());
        }
        let mut text = Marked::default();
        lines.iter().for_each(|line| text.push(clipped(line, most(columns)) + "\n"));
        self.patches.iter().for_each(|patch| text.append(patch.text(self.compared, columns)));
        text
    }
}

impl ListedPatch {
    fn text(&self, compared: Option<Release>, columns: Option<usize>) -> Marked {
        let Self { number, name, subject, scenarios, drop_when, .. } = self;
        let shown = match scenarios.as_slice() {
            [] => "none".to_owned(),
            scenarios => scenarios.join(", "),
        };
        let line = |line: String| clipped(line.trim_end(), most(columns)) + "\n";
        let mut text = Marked::from(line(format!("{number:>4} {subject}")));
        // To be copied: never cut off.
        text.push(format!("     {name}\n     Upstream: "));
        text.append(self.upstream(compared, columns));
        text.push(line(format!("     Repro: {shown}")));
        drop_when.iter().for_each(|when| text.push(line(format!("     Drop-When: {when}"))));
        text
    }

    /// Whether upstream has it, and what its message says of that: the end of a line.
    fn upstream(&self, compared: Option<Release>, columns: Option<usize>) -> Marked {
        let found = self.outcome.zip(compared).map(|(outcome, release)| match outcome {
            Outcome::AlreadyUpstream => format!("{release} has it already"),
            Outcome::PartlyUpstream => format!("{release} has some of it"),
            Outcome::Empty => "it changes nothing".to_owned(),
            Outcome::Conflict => format!("it conflicts with {release}"),
            Outcome::Unchanged
            | Outcome::Offset
            | Outcome::Fuzz
            | Outcome::ThreeWayMerge
            | Outcome::Resolved => format!("not in {release}"),
        });
        let found = found.unwrap_or_else(|| "not compared".to_owned());
        // That it has to be merged there says nothing of whether upstream has it.
        let is_told = |outcome: &Outcome| {
            !matches!(outcome, Outcome::Fuzz | Outcome::ThreeWayMerge | Outcome::Resolved)
        };
        let meaning = self.outcome.filter(is_told).map(Outcome::meaning);
        let meaning = meaning.filter(|one| matches!(one, Meaning::Attention | Meaning::Failed));
        let room = most(columns).saturating_sub("     Upstream: ! ".len() + found.len());
        let status = self.upstream_status.as_ref().map(|status| format!("; {status}"));
        let mut text = Marked::default();
        text.push(meaning.map_or_else(|| found.as_str().into(), |meaning| meaning.mark(&*found)));
        text.push(clipped(&status.unwrap_or_default(), room) + "\n");
        text
    }
}

/// How long a line may be.
fn most(columns: Option<usize>) -> usize {
    columns.unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::look::Symbols;

    #[test]
    fn what_a_message_says_of_upstream_fits_the_line() {
        let listed = ListedPatch {
            number: 1,
            name: "0001-a.patch".parse().unwrap(),
            file: "patches/0001-a.patch".into(),
            subject: "s".into(),
            upstream_status: Some("Submitted [https://example.com/a/long/path]".into()),
            drop_when: Vec::new(),
            scenarios: Vec::new(),
            outcome: Some(Outcome::Unchanged),
        };
        let text = |columns| {
            let release = "1.0.0".parse().unwrap();
            listed.upstream(Some(release), columns).plain(Symbols::Ascii)
        };
        let whole = "not in 1.0.0; Submitted [https://example.com/a/long/path]\n";
        assert_eq!(text(None), whole);
        let own = "     Upstream: ! ".len() + whole.trim_end().len();
        assert_eq!(text(Some(own)), whole);
        let clipped = text(Some(own - 8));
        assert_eq!(clipped.trim_end().chars().count(), whole.trim_end().len() - 8, "{clipped}");
    }
}
