//! The commands, a file each: what they need, in order, and what they print.

mod bisect;
mod check;
mod completions;
mod demo;
mod drop;
mod edit;
mod export;
mod matrix;
mod need;
mod nightly;
mod override_file;
mod port;
mod propose;
mod publish;
mod repro;
mod resolve;
mod review;
mod status;
mod sync;
mod verify;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::{Cli, Command, Global};
use crate::git::mirror::Mirror;
use crate::git::store::Store;
use crate::port::{Applied, session};
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock::Lock;
use crate::project::site::Site;
use crate::project::{config, lock};
use crate::publish::patched_commit::PatchedCommit;
use crate::publish::supported::{self, Supported};
use crate::support::environment::Environment;
use crate::support::failure::Result;
use crate::support::file_lock::FileLock;
use crate::support::problem::Kind;
use crate::support::ui::{JSON_SCHEMA, Ui};

/// What every command works with.
#[derive(Debug)]
pub struct Context {
    pub(crate) env: Environment,
    pub(crate) root: PathBuf,
    pub(crate) is_offline: bool,
    pub(crate) ui: Ui,
}

/// A command's result for programs: the fields of `T`, with the schema and the command.
#[derive(Serialize)]
pub(crate) struct Document<'a, T> {
    schema: u32,
    #[serde(flatten)]
    told: Told<'a, T>,
}

/// What a command tells programs, also where it fails.
#[derive(Serialize)]
pub(crate) struct Told<'a, T> {
    pub(crate) command: &'a str,
    #[serde(flatten)]
    pub(crate) data: T,
}

impl<'a, T> Document<'a, T> {
    pub(crate) fn new(command: &'a str, data: T) -> Self {
        Told { command, data }.into()
    }
}

impl<'a, T> From<Told<'a, T>> for Document<'a, T> {
    fn from(told: Told<'a, T>) -> Self {
        Self { schema: JSON_SCHEMA, told }
    }
}

/// Runs a command line; the result is the process's exit code.
///
/// # Errors
///
/// There is no working directory.
pub fn run(cli: Cli) -> Result<u8> {
    let env = Environment::of_process()?;
    let context = Context::new(env, &cli.global);
    match context.dispatch(cli.command) {
        Ok(()) => Ok(0),
        Err(failure) => {
            context.ui.failure(&failure);
            Ok(failure.kind.exit_code())
        }
    }
}

/// Prints why a command line cannot be understood, or the help that it asks for; the result
/// is the process's exit code.
pub fn explain(error: &clap::Error, args: &[OsString]) -> u8 {
    // A reader that went away wants no more.
    let _ = error.print();
    if !error.use_stderr() {
        return 0;
    }
    let is = |arg: &OsString, text: &str| arg.to_str() == Some(text);
    let is_json = args.iter().any(|arg| is(arg, "--format=json"))
        || args.windows(2).any(|pair| is(&pair[0], "--format") && is(&pair[1], "json"));
    if let Ok(env) = Environment::of_process() {
        let scrubber = env.scrubber(env.directory());
        Ui::new(is_json, false, anstream::ColorChoice::Auto, scrubber).usage(&error.to_string());
    }
    Kind::Input.exit_code()
}

impl Context {
    fn new(env: Environment, global: &Global) -> Self {
        let root = match &global.root {
            Some(root) => env.directory().join(root),
            None => {
                let holds = |directory: &&Path| {
                    [lock::FILE, config::FILE].iter().any(|file| directory.join(file).is_file())
                };
                let found = env.directory().ancestors().find(holds).map(Path::to_owned);
                // In a worktree of patcher's, the project is the one that it was made for.
                let found = found.or_else(|| session::project_of(env.directory()));
                found.unwrap_or_else(|| env.directory().to_owned())
            }
        };
        let is_json = matches!(global.format, crate::cli::Format::Json);
        let ui = Ui::new(is_json, global.verbose, global.color.into(), env.scrubber(&root));
        // Where a worktree is, the user has to know.
        if let Ok(directory) = session::directory(&env, &root) {
            ui.reveal(&directory.to_string_lossy());
        }
        Self { env, root, is_offline: global.offline, ui }
    }

    fn dispatch(&self, command: Command) -> Result<()> {
        match command {
            Command::Status(args) => status::run(self, &args),
            Command::Check(args) => check::run(self, &args),
            Command::Export(args) => export::run(self, &args),
            Command::Repro(args) => repro::run(self, &args),
            Command::Matrix(args) => matrix::run(self, &args),
            Command::Need(args) => need::run(self, &args),
            Command::Port(args) => port::run(self, &args),
            Command::Review(args) => review::run(self, &args),
            Command::Bisect(args) => bisect::run(self, &args),
            Command::Publish(args) => publish::run(self, &args),
            Command::Override(args) => override_file::run(self, &args),
            Command::Verify(args) => verify::run(self, &args),
            Command::Sync(args) => sync::run(self, &args),
            Command::Edit(args) => edit::run(self, &args),
            Command::Drop(args) => drop::run(self, &args),
            Command::New(args) => edit::run_new(self, &args),
            Command::Nightly(args) => nightly::run(self, &args),
            Command::Propose(args) => propose::run(self, &args),
            Command::Completions(args) => completions::run(self, &args),
            Command::Demo(args) => demo::run(self, &args),
        }
    }

    /// Where the command's operations work.
    pub(crate) fn site(&self) -> Site<'_> {
        let Self { env, root, is_offline, ui } = self;
        Site { env, root, is_offline: *is_offline, progress: ui }
    }

    /// The project, read.
    pub(crate) fn project(&self) -> Result<Project> {
        self.site().project()
    }

    /// The mirror's objects, without fetching any.
    pub(crate) fn store(&self, lock: &Lock) -> Result<Store> {
        self.site().store(lock)
    }

    /// The mirror of the locked upstream.
    pub(crate) fn mirror(&self, lock: &Lock) -> Result<Mirror> {
        self.site().mirror(lock)
    }

    /// The series on a release that the project supports, and the store that it is in.
    pub(crate) fn derived(
        &self,
        supported: &SupportedRelease<'_>,
    ) -> Result<(Store, Applied, PatchedCommit)> {
        let Supported { store, patched, patched_commit } =
            supported::make(&self.site(), supported)?;
        Ok((store, patched, patched_commit))
    }

    /// Keeps other processes out of a part of the cache, until the result is dropped.
    pub(crate) fn hold(&self, name: &str) -> Result<FileLock> {
        self.site().hold(name)
    }

    /// The same, for the workspace in which the project's scenarios run.
    pub(crate) fn hold_suite(&self) -> Result<FileLock> {
        self.site().hold_suite()
    }
}
