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
                EditActs { finish: true, .. } => {
                    Cli::parse_from(["patcher", "continue"]).command.unwrap_or(Self::Edit(args))
                }
                EditActs { abort: true, .. } => Self::Abort(Abort { write: args.write }),
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
            Self::Sync(args) if args.write.dry_run && args.to.is_some() => Some("preview"),
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
                Self::Continue(Continue { recall: false, write: args.write, run: args.run })
            }
            SyncActs { recall: true, .. } => {
                Self::Continue(Continue { recall: true, write: args.write, run: args.run })
            }
            SyncActs { skip: true, .. } => Self::Skip(Skip { run: args.run }),
            SyncActs { status: true, .. } => Self::Status(Status {}),
            SyncActs { abort: true, .. } => Self::Abort(Abort { write: args.write }),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every old name, and what it is today.
    const RENAMED: &[(&str, &str)] = &[
        ("need --hunks", "why --hunks"),
        ("port", "preview"),
        ("port --to 1.1.0 --to latest", "preview 1.1.0 latest"),
        ("port --accept-obsolete 0001-a.patch", "preview --drop-upstreamed 0001-a.patch"),
        ("nightly --proposal p.json --no-repro", "ci port --proposal p.json --no-repro"),
        ("nightly --fresh", "ci port --no-cache --rebuild"),
        ("propose p.json", "ci propose p.json"),
        ("sync --continue --no-repro", "continue --no-repro"),
        ("sync --continue --fresh", "continue --no-cache --rebuild"),
        ("sync --recall", "continue --recall"),
        ("sync --skip --bazel b", "skip --bazel b"),
        ("sync --abort", "abort"),
        ("sync --status", "status"),
        ("sync --fresh", "sync --no-cache --rebuild"),
        ("sync --to 1.1.0 --accept-obsolete a", "sync --to 1.1.0 --drop-upstreamed a"),
        ("sync --to 1.1.0 --dry-run", "sync --to 1.1.0 -n"),
        ("edit --finish", "continue"),
        ("edit --abort", "abort"),
        ("edit --status", "status"),
        ("edit --line patches/2.1", "edit --series patches/2.1"),
        ("new --line patches x", "new --series patches x"),
        ("drop --line patches 1", "drop --series patches 1"),
        ("matrix --depth test", "matrix --max-phase test"),
        ("matrix --scenarios a,b", "matrix --scenario a --scenario b"),
        ("matrix --fresh", "matrix --no-cache"),
        ("bisect --scenario a --depth build", "bisect --scenario a --max-phase build"),
        ("bisect --scenario a --fresh", "bisect --scenario a --no-cache"),
        ("bisect --scenario a --side pristine", "bisect --scenario a --side unpatched"),
        ("bisect --until obsolete", "bisect --until already-upstream"),
        ("repro --side pristine", "repro --side unpatched"),
        ("publish --output d --route git", "publish -o d --kind git"),
        ("override add M --route git", "override add M --kind git"),
        ("override update M --route git", "override update M --kind git"),
        ("export --pristine d", "export --unpatched d"),
        ("--root d status", "-C d status"),
    ];

    /// A command line, understood, by the names of today.
    fn understood(line: &str) -> String {
        let args = ["patcher"].into_iter().chain(line.split(' '));
        let cli = Cli::try_parse_from(args).unwrap_or_else(|error| panic!("{line}: {error}"));
        format!("{:?} {:?}", cli.global, cli.command.map(Command::renamed))
    }

    #[test]
    fn old_names_are_those_of_today() {
        for (old, today) in RENAMED {
            assert_eq!(understood(old), understood(today), "{old}");
        }
    }

    #[test]
    fn work_under_way_knows_its_release() {
        for line in ["sync --continue --to 1.1.0", "sync --continue --skip", "sync --abort --check"]
        {
            let args = ["patcher"].into_iter().chain(line.split(' '));
            assert!(Cli::try_parse_from(args).is_err(), "{line}");
        }
    }
}
