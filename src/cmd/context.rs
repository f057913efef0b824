//! What every command works with: the environment, the project's directory, and the printer.

use std::path::{Path, PathBuf};

use crate::cli::Global;
use crate::port::session;
use crate::project::site::Site;
use crate::project::{OUTPUT, config, lock, workspace};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::path::resolve;
use crate::support::problem::Kind;
use crate::support::ui::{Form, Ui, Verbosity};

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) env: Environment,
    pub(crate) root: PathBuf,
    pub(crate) is_offline: bool,
    pub(crate) ui: Ui,
}

impl Context {
    /// Finds the project: the directory named, or the nearest one above that holds one.
    ///
    /// # Errors
    ///
    /// Its path, or that of the cache, is not UTF-8.
    pub(super) fn new(env: Environment, global: &Global, command: String) -> Result<Self> {
        let root = match &global.root {
            Some(root) => env.directory().join(root),
            None => {
                let found = env
                    .directory()
                    .ancestors()
                    .find(|above| holds_project(above))
                    .map(Path::to_owned);
                // In a worktree that patcher made, the project is the one that it was made for.
                let found = found.or_else(|| session::project_of(env.directory()));
                found.unwrap_or_else(|| env.directory().to_owned())
            }
        };
        let hint = "rename that directory";
        ensure_text("the project", &root, hint)?;
        ensure_text("the project", &resolve(&root), hint)?;
        // Whether there has to be a cache, the command knows.
        if let Ok(cache) = env.cache() {
            let hint = "set PATCHER_CACHE_DIR to another directory";
            ensure_text("the cache", &cache, hint)?;
            ensure_text("the cache", &resolve(&cache), hint)?;
        }
        let form = Form {
            command: Some(command),
            is_json: matches!(global.format, crate::cli::Format::Json),
            verbosity: match (global.verbose, global.quiet) {
                (true, _) => Verbosity::Verbose,
                (_, true) => Verbosity::Quiet,
                _ => Verbosity::Normal,
            },
            color: global.color.into(),
            ..Form::of(&env)
        };
        let ui = Ui::new(form, env.scrubber(&root));
        Ok(Self { env, root, is_offline: global.offline, ui })
    }

    /// The project's directory for what is published, as it is named from the working directory.
    pub(super) fn output(&self) -> PathBuf {
        let output = self.root.join(OUTPUT);
        output.strip_prefix(self.env.directory()).map_or_else(|_| output.clone(), Path::to_owned)
    }

    /// Stops before a run whose reports could not be written at its end.
    pub(super) fn ensure_writable(&self, reports: &[&Option<PathBuf>]) -> Result<()> {
        let mut reports = reports.iter().filter_map(|path| path.as_ref());
        reports.try_for_each(|path| workspace::ensure_writable(&self.env.directory().join(path)))
    }

    /// Writes a report that others will read, if the user names a file for it.
    pub(super) fn report(
        &self,
        path: Option<&Path>,
        report: impl FnOnce() -> Result<String>,
    ) -> Result<()> {
        let Some(path) = path else { return Ok(()) };
        self.write(path, &self.ui.scrub(&report()?))
    }

    /// Writes a file that the user names.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<()> {
        workspace::write(&self.env.directory().join(path), text.as_bytes())?;
        self.ui.status(Meaning::Done, "Wrote", &path.display().to_string());
        Ok(())
    }

    /// Whether there is a project where the command works.
    pub(super) fn is_in_project(&self) -> bool {
        holds_project(&self.root)
    }

    /// Where the command's operations work.
    pub(crate) fn site(&self) -> Site<'_> {
        let Self { env, root, is_offline, ui } = self;
        Site { env, root, is_offline: *is_offline, progress: ui }
    }
}

/// Whether a directory holds a project.
fn holds_project(directory: &Path) -> bool {
    [lock::FILE, config::FILE].iter().any(|file| directory.join(file).is_file())
}

/// What patcher keeps of directories is text: in the lock, in records, for git and Bazel.
///
/// # Errors
///
/// A path is no text.
pub(super) fn ensure_text(what: &str, path: &Path, hint: &str) -> Result<()> {
    if path.to_str().is_some() {
        return Ok(());
    }
    let message = format_args!("the path of {what} is not UTF-8: {path:?}");
    Err(Failure::new(Kind::Input, message).hint(hint))
}
