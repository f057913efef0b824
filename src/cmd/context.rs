//! What every command works with: the environment, the project's directory, and the printer.

use std::path::{Path, PathBuf};

use crate::cli::Global;
use crate::port::session;
use crate::project::site::Site;
use crate::project::{config, lock};
use crate::support::environment::Environment;
use crate::support::ui::{Form, Ui};

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) env: Environment,
    pub(crate) root: PathBuf,
    pub(crate) is_offline: bool,
    pub(crate) ui: Ui,
}

impl Context {
    /// Finds the project: the directory named, or the nearest one above that holds one.
    pub(super) fn new(env: Environment, global: &Global) -> Self {
        let root = match &global.root {
            Some(root) => env.directory().join(root),
            None => {
                let holds = |directory: &&Path| {
                    [lock::FILE, config::FILE].iter().any(|file| directory.join(file).is_file())
                };
                let found = env.directory().ancestors().find(holds).map(Path::to_owned);
                // In a worktree that patcher made, the project is the one that it was made for.
                let found = found.or_else(|| session::project_of(env.directory()));
                found.unwrap_or_else(|| env.directory().to_owned())
            }
        };
        let form = Form {
            is_json: matches!(global.format, crate::cli::Format::Json),
            is_verbose: global.verbose,
            color: global.color.into(),
        };
        let ui = Ui::new(form, env.scrubber(&root));
        // Where a worktree is, the user has to know.
        if let Ok(directory) = session::directory(&env, &root) {
            ui.reveal(&directory.to_string_lossy());
        }
        Self { env, root, is_offline: global.offline, ui }
    }

    /// Where the command's operations work.
    pub(crate) fn site(&self) -> Site<'_> {
        let Self { env, root, is_offline, ui } = self;
        Site { env, root, is_offline: *is_offline, progress: ui }
    }
}
