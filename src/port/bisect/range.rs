//! The commits of a bisection.

use crate::git::history;
use crate::git::store::Store;
use crate::port::bisect::revision::{Revision, Revisions};
use crate::project::lock::ReleaseLock;
use crate::support::failure::{Failure, Result};
use crate::support::ids::CommitId;
use crate::support::problem::Kind;

/// Between which commits to look.
#[derive(Clone, Debug)]
pub struct Ends {
    /// Where to begin; at the series' pin if absent.
    pub from: Option<Revision>,
    pub to: Revision,
}

/// The commits between two ends.
#[derive(Debug)]
pub(crate) struct CommitRange {
    /// What the ends are called.
    pub(crate) names: (String, String),
    /// The first end; the commit at which the branches of both ends fork, if it is another one;
    /// then the commits up to the other end.
    pub(crate) row: Vec<CommitId>,
    /// The place of the first of those.
    pub(super) start: usize,
}

impl CommitRange {
    pub(super) fn new(
        store: &Store,
        revisions: &Revisions<'_>,
        pin: &ReleaseLock,
        ends: &Ends,
    ) -> Result<Self> {
        let (from_name, from) = match &ends.from {
            Some(from) if *from != Revision::Release(pin.release) => revisions.find(from)?,
            // The pin's tag may have moved: what is pinned counts.
            _ => (pin.release.to_string(), pin.commit),
        };
        let (to_name, to) = revisions.find(&ends.to)?;
        let chain = history::first_parents(store, from, to)?;
        let Some(first) = chain.first() else {
            let message = format_args!("{from_name} is not before {to_name}");
            return Err(Failure::new(Kind::Input, message)
                .hint("`--to main` goes on to what is not released yet, `--from` begins earlier"));
        };
        let fork = store.parents(*first)?.first().copied().filter(|fork| *fork != from);
        let row: Vec<CommitId> = [from].into_iter().chain(fork).collect();
        let start = row.len();
        Ok(Self { names: (from_name, to_name), row: [row, chain].concat(), start })
    }

    /// The place of the other end.
    pub(crate) fn last(&self) -> usize {
        self.row.len() - 1
    }

    /// The places of both ends, each with its name.
    pub(crate) fn ends(&self) -> [(usize, &str); 2] {
        [(0, &self.names.0), (self.last(), &self.names.1)]
    }
}
