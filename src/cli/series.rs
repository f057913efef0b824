//! `series`.

use clap::Args;

use crate::project::patch_choice::PatchChoice;

/// List the series and their patches
///
/// Shows of each patch its number, subject and name, what its message says of upstream, which
/// scenarios show what it is there for, and when it can go. Compares it with the newest release of
/// the series that was fetched. Needs no network and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SeriesArgs {
    /// List only this series (its directory) or this patch (its number, name or path)
    #[arg(value_name = "SERIES|PATCH")]
    pub(crate) what: Option<PatchChoice>,
}

const EXAMPLES: &str = "\
Examples:
  patcher series
  patcher series patches/2.1
  patcher series 2 --format json";
