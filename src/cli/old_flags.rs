//! The flags that `sync` and `edit` had for work that is under way: hidden, and turned into the
//! commands of today by [`super::Command::renamed`].

use clap::Args;

/// What `sync` did about a port that stopped.
#[derive(Clone, Copy, Debug, Default, Args)]
#[group(multiple = false)]
pub(crate) struct SyncActs {
    #[arg(long = "continue", hide = true, conflicts_with_all = APART)]
    pub(super) resume: bool,
    #[arg(long, hide = true, conflicts_with_all = APART)]
    pub(super) skip: bool,
    #[arg(long, hide = true, conflicts_with_all = APART)]
    pub(super) recall: bool,
    #[arg(long, hide = true, conflicts_with_all = APART)]
    pub(super) status: bool,
    #[arg(long, hide = true, conflicts_with_all = APART)]
    pub(super) abort: bool,
}

/// What makes no sense while a port is under way: it knows its release.
const APART: [&str; 5] = ["to", "resolve", "drop_upstreamed", "check", "dry_run"];

/// What `edit` did about an edit.
#[derive(Clone, Copy, Debug, Default, Args)]
#[group(multiple = false)]
pub(crate) struct EditActs {
    #[arg(long, hide = true)]
    pub(super) finish: bool,
    #[arg(long, hide = true)]
    pub(super) abort: bool,
    #[arg(long, hide = true)]
    pub(super) status: bool,
}
