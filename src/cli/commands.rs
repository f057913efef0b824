//! The commands.

use clap::Subcommand;

use super::topics::Topic;
use super::{
    Abort, Bisect, Check, Ci, CiPort, CiPropose, Completions, Continue, Demo, Doctor, Drop, Edit,
    Export, Init, Matrix, New, Override, Preview, Publish, Repro, Review, SeriesArgs, Skip, Status,
    Sync, Verify, Why,
};

/// In the order of their groups, which is that of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(Demo),
    Init(Init),
    Status(Status),
    Doctor(Doctor),
    Series(SeriesArgs),
    New(New),
    Edit(Edit),
    Drop(Drop),
    Review(Review),
    Sync(Sync),
    #[command(alias = "port")]
    Preview(Preview),
    Continue(Continue),
    Skip(Skip),
    Abort(Abort),
    Bisect(Bisect),
    Check(Check),
    Repro(Repro),
    Matrix(Matrix),
    #[command(alias = "need")]
    Why(Why),
    Publish(Publish),
    Override(Override),
    Verify(Verify),
    Export(Export),
    Ci(Ci),
    Completions(Completions),
    #[command(hide = true)]
    Nightly(CiPort),
    #[command(hide = true)]
    Propose(CiPropose),
    #[command(flatten)]
    Topic(Topic),
}
