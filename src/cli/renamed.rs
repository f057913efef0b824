//! Old names turned into those of today, before a command runs.

use clap::Parser as _;

use super::old_flags::{EditActs, SyncActs};
use super::{Abort, Ci, CiAction, Cli, Command, Continue, JobArgs, Skip, Status, Sync};

impl Command {
    /// The same command, by the names of today.
    pub(crate) fn renamed(self) -> Self {
        match self {
            Self::Nightly(args) => Self::Ci(Ci { action: CiAction::Port(args) }).renamed(),
            Self::Propose(args) => Self::Ci(Ci { action: CiAction::Propose(args) }),
            Self::Edit(args) => match args.acts {
                EditActs { finish: true, .. } => Cli::parse_from(["patcher", "continue"]).command,
                EditActs { abort: true, .. } => Self::Abort(Abort {}),
                EditActs { status: true, .. } => Self::Status(Status {}),
                EditActs { .. } => Self::Edit(args),
            },
            Self::Sync(mut args) => {
                args.run.rebuild |= args.run.jobs.renamed();
                Self::of_sync(args)
            }
            Self::Continue(mut args) => {
                args.run.rebuild |= args.run.jobs.renamed();
                Self::Continue(args)
            }
            Self::Skip(mut args) => {
                args.run.rebuild |= args.run.jobs.renamed();
                Self::Skip(args)
            }
            Self::Matrix(mut args) => {
                args.jobs.renamed();
                Self::Matrix(args)
            }
            Self::Preview(mut args) => {
                args.jobs.renamed();
                args.what.append(&mut args.to);
                Self::Preview(args)
            }
            Self::Ci(mut args) => {
                if let CiAction::Port(args) = &mut args.action {
                    args.rebuild |= args.jobs.renamed();
                }
                Self::Ci(args)
            }
            other => other,
        }
    }

    /// The name, if it may not be the one that was typed.
    pub(crate) fn name(&self) -> Option<&'static str> {
        match self {
            Self::Continue(_) => Some("continue"),
            Self::Skip(_) => Some("skip"),
            Self::Abort(_) => Some("abort"),
            Self::Status(_) => Some("status"),
            Self::Sync(args) if args.dry_run && args.to.is_some() => Some("preview"),
            Self::Ci(args) => Some(match args.action {
                CiAction::Port(_) => "ci port",
                CiAction::Propose(_) => "ci propose",
            }),
            _ => None,
        }
    }

    fn of_sync(args: Sync) -> Self {
        match args.acts {
            SyncActs { resume: true, .. } => {
                Self::Continue(Continue { recall: false, run: args.run })
            }
            SyncActs { recall: true, .. } => {
                Self::Continue(Continue { recall: true, run: args.run })
            }
            SyncActs { skip: true, .. } => Self::Skip(Skip { run: args.run }),
            SyncActs { status: true, .. } => Self::Status(Status {}),
            SyncActs { abort: true, .. } => Self::Abort(Abort {}),
            SyncActs { .. } => Self::Sync(args),
        }
    }
}

impl JobArgs {
    /// Whether `--fresh` was given, which is `--no-cache` here, and more elsewhere.
    fn renamed(&mut self) -> bool {
        let is_fresh = std::mem::take(&mut self.fresh);
        self.no_cache |= is_fresh;
        is_fresh
    }
}
