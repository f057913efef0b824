//! What can be typed: commands, flags and their values, a file a group of commands. Nothing here
//! does anything: [`crate::cmd`] turns the arguments into options and calls the rooms.

mod command_line;
mod commands;
mod doctor;
mod get_started;
mod global;
mod help;
mod init;
mod more;
mod old_flags;
mod patches;
mod renamed;
mod series;
mod shared;
mod ship;
mod testing;
pub mod topics;
mod upstream;
mod values;

pub(crate) use command_line::of_long_help;
pub use command_line::{Cli, shown};
pub use help::compact;

pub(crate) use commands::Command;
pub(crate) use doctor::Doctor;
pub(crate) use get_started::{Demo, Status};
pub(crate) use global::{Format, Global};
pub(crate) use init::Init;
pub(crate) use more::{Ci, CiAction, CiPort, CiPropose, Completions};
pub(crate) use patches::{Drop, Edit, New, Review};
pub(crate) use series::SeriesArgs;
pub(crate) use shared::{BaseUrl, BazelArgs, JobArgs, WriteArgs};
pub(crate) use ship::{
    Export, KindArgs, ModuleFileArg, Override, OverrideAction, OverrideUpdate, Publish, Verify,
};
pub(crate) use testing::{Check, Matrix, Repro, Why};
pub(crate) use upstream::{Abort, Bisect, Continue, Preview, Skip, Sync, SyncArgs};
pub(crate) use values::{PreviewOf, ReleasePair};
