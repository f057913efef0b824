//! The chain from the registry's bytes to what a consumer takes: which of its links hold.

use serde::Serialize;

use crate::support::look::Meaning;
use crate::support::marked::{self, Marked, Part};
use crate::support::text::one_line;

/// The links, in order: each is the step from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// The registry's archive of the release, made again from a commit.
    Registry,
    /// That commit is the one that everything names.
    Commit,
    Tree,
    /// The patches that were applied to it.
    Patches,
    /// The tree that they make, as the archive holds it.
    PatchedTree,
    /// The archive, to the byte.
    Archive,
    /// What a consumer asks of it.
    Consumer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LinkStatus {
    Holds,
    /// It was derived again, and is something else.
    DoesNotHold,
    /// It could not be.
    NotChecked,
}

/// A link with what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Checked {
    pub name: Link,
    pub status: LinkStatus,
    /// What that rests on, a sentence.
    pub detail: String,
}

impl Link {
    /// Every link, in order.
    pub const ALL: [Self; 7] = [
        Self::Registry,
        Self::Commit,
        Self::Tree,
        Self::Patches,
        Self::PatchedTree,
        Self::Archive,
        Self::Consumer,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Registry => "registry bytes",
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Patches => "patches",
            Self::PatchedTree => "patched tree",
            Self::Archive => "archive",
            Self::Consumer => "consumer's integrity",
        }
    }

    /// The link, with what was found: some of it is an archive's word, and nobody's terminal
    /// should follow that.
    pub fn is(self, status: LinkStatus, detail: impl Into<String>) -> Checked {
        Checked { name: self, status, detail: one_line(&detail.into()) }
    }

    /// The link that holds, or does not for these reasons.
    pub fn judged(self, faults: &[String], holds: impl Into<String>) -> Checked {
        match faults {
            [] => self.is(LinkStatus::Holds, holds),
            faults => self.is(LinkStatus::DoesNotHold, faults.join("; ")),
        }
    }
}

impl LinkStatus {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::NotChecked => "not checked",
        }
    }
}

/// The first link that does not hold.
pub fn first_broken(chain: &[Checked]) -> Option<&Checked> {
    chain.iter().find(|link| link.status == LinkStatus::DoesNotHold)
}

/// The links as a table.
pub fn table(chain: &[Checked]) -> Marked {
    let row = |link: &Checked| {
        let meaning = match link.status {
            LinkStatus::Holds => Meaning::Done,
            LinkStatus::DoesNotHold => Meaning::Failed,
            LinkStatus::NotChecked => Meaning::Unchanged,
        };
        let status = meaning.mark(link.status.word());
        [Part::from(link.name.title()), status, link.detail.clone().into()]
    };
    marked::table(&chain.iter().map(row).collect::<Vec<_>>())
}

/// Who says what of one fact: the sources that say the same as the first one are named, any
/// other is a fault.
pub fn agreed(fact: &str, sources: &[(&str, Option<String>)]) -> Result<String, String> {
    let mut said = sources.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)));
    let Some((first, value)) = said.next() else { return Ok(String::new()) };
    let mut names = vec![first];
    for (name, other) in said {
        if other != value {
            return Err(format!("{fact} is {value} by {first}, {other} by {name}"));
        }
        names.push(name);
    }
    Ok(match names.as_slice() {
        [.., last] if names.len() > 1 => {
            format!("{} and {last}", names[..names.len() - 1].join(", "))
        }
        _ => first.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::look::Symbols;

    #[test]
    fn the_first_link_that_does_not_hold_is_named() {
        let mut chain = vec![
            Link::Registry.is(LinkStatus::NotChecked, "not known"),
            Link::Commit.judged(&[], "it is that"),
        ];
        assert_eq!(first_broken(&chain), None);
        chain.push(Link::Archive.judged(&["one".into(), "two".into()], ""));
        chain.push(Link::Consumer.judged(&["three\u{1b}[31m\n".into()], ""));
        assert_eq!(chain[3].detail, "three[31m");
        assert_eq!(first_broken(&chain).unwrap().detail, "one; two");
        let shown = table(&chain).plain(Symbols::Ascii);
        assert_eq!(shown.lines().nth(2), Some("archive               x does not hold  one; two"));
        let all: Vec<&str> = Link::ALL.iter().map(|link| link.title()).collect();
        assert_eq!(all.join(" → ").matches(" → ").count(), 6);
    }

    #[test]
    fn sources_agree_or_the_odd_one_is_named() {
        let some = |text: &str| Some(text.to_owned());
        let sources = [("a", some("1")), ("b", None), ("c", some("1")), ("d", some("1"))];
        assert_eq!(agreed("x", &sources).unwrap(), "a, c and d");
        assert_eq!(agreed("x", &[("a", some("1"))]).unwrap(), "a");
        let sources = [("a", None), ("b", some("1")), ("c", some("2"))];
        assert_eq!(agreed("x", &sources).unwrap_err(), "x is 1 by b, 2 by c");
    }
}
