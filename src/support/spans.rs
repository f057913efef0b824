//! Releases that follow each other, as ranges: dozens of rows are a handful of facts.

use crate::support::ids::Release;
use crate::support::text::counted;

/// Releases that follow each other, and what is said of each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<T> {
    pub newest: Release,
    pub oldest: Release,
    pub count: usize,
    pub said: T,
}

/// How many rows releases get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// One for those that follow each other and of which the same is said.
    #[default]
    Folded,
    /// One each.
    Each,
}

/// Folds releases, newest first, if those that follow each other have the same said of them.
pub fn spans<T: PartialEq>(
    releases: impl IntoIterator<Item = (Release, T)>,
    rows: Rows,
) -> Vec<Span<T>> {
    let mut spans: Vec<Span<T>> = Vec::new();
    for (release, said) in releases {
        match spans.last_mut() {
            Some(span) if rows == Rows::Folded && span.said == said => {
                span.oldest = release;
                span.count += 1;
            }
            _ => spans.push(Span { newest: release, oldest: release, count: 1, said }),
        }
    }
    spans
}

impl<T> Span<T> {
    /// The releases: `1.2.0`, or `1.1.0 .. 2.1.0`.
    pub fn name(&self) -> String {
        match self.count {
            1 => self.newest.to_string(),
            _ => format!("{} .. {}", self.oldest, self.newest),
        }
    }

    /// How many they are; nothing for one.
    pub fn size(&self) -> String {
        match self.count {
            1 => String::new(),
            count => counted(count, "release"),
        }
    }
}

/// The ranges of those of `all` releases, newest first, that are wanted: `1.0.0, 1.2.0 .. 2.1.0`.
pub fn ranges(
    all: impl IntoIterator<Item = Release>,
    is_wanted: impl Fn(&Release) -> bool,
) -> String {
    let all = all.into_iter().map(|release| (release, is_wanted(&release)));
    let wanted = spans(all, Rows::Folded).into_iter().filter(|span| span.said);
    let mut names: Vec<String> = wanted.map(|span| span.name()).collect();
    names.reverse();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(names: &[&str]) -> Vec<Release> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn neighbours_of_which_the_same_is_said_are_one() {
        let all = releases(&["2.1.0", "2.0.1", "2.0.0", "1.9.0", "1.8.0"]);
        let said = [1, 2, 2, 2, 1];
        let rows = |rows| {
            let spans = spans(all.iter().copied().zip(said), rows);
            spans.iter().map(|span| format!("{} {}", span.name(), span.size())).collect::<Vec<_>>()
        };
        assert_eq!(rows(Rows::Folded), ["2.1.0 ", "1.9.0 .. 2.0.1 3 releases", "1.8.0 "]);
        assert_eq!(rows(Rows::Each).len(), 5);
    }

    #[test]
    fn what_lies_between_parts_a_range() {
        let all = releases(&["2.1.0", "2.0.1", "2.0.0", "1.9.0", "1.8.0"]);
        let newer = ranges(all.clone(), |release| release.to_string() != "1.9.0");
        assert_eq!(newer, "1.8.0, 2.0.0 .. 2.1.0");
        assert_eq!(ranges(all, |_| false), "");
    }
}
