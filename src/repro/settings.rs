//! How Bazel is to be called: what was asked for, then patcher.toml, then what is on PATH.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::project::config::Config;
use crate::project::setting::{BAZEL, BAZELRC, MODULE_APPEND, Origin, Setting};
use crate::project::workspace::Workspace;
use crate::repro::bazel::{self, BazelError, DEFAULT_TIMEOUT, Settings};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// What was asked for of Bazel; relative paths begin at the working directory.
#[derive(Clone, Debug)]
pub struct BazelOptions {
    /// The program: a path, or a name on PATH.
    pub program: Option<String>,
    /// Rc files, in order.
    pub bazelrc: Vec<PathBuf>,
    /// Files to append to the workspace's MODULE.bazel, in order.
    pub module_append: Vec<PathBuf>,
    /// How long one call may take.
    pub timeout: Duration,
}

impl Default for BazelOptions {
    fn default() -> Self {
        Self {
            program: None,
            bazelrc: Vec::new(),
            module_append: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

impl BazelOptions {
    /// The settings for the project in `root`; the paths in its patcher.toml begin there.
    ///
    /// # Errors
    ///
    /// There is no such Bazel, or one of the files is missing.
    pub fn settings(
        &self,
        env: &Environment,
        root: &Path,
        config: &Config,
    ) -> Result<Settings, BazelError> {
        let workspace = Workspace::new(root);
        let program = match (&self.program, &config.bazel) {
            (Some(given), _) => {
                bazel::named(env, env.directory(), given, &BAZEL.given(env, given))?
            }
            (None, Some(name)) => bazel::named(env, root, name, &BAZEL.configured(&workspace))?,
            (None, None) => bazel::find(env)?,
        };
        let files = |setting: Setting, given: &[PathBuf], configured: &[String]| {
            if given.is_empty() {
                let own =
                    |path: &String| existing(root.join(path), &setting.configured(&workspace));
                return configured.iter().map(own).collect::<Result<Vec<PathBuf>>>();
            }
            let named = |path: &PathBuf| {
                let origin = setting.given(env, &path.to_string_lossy());
                existing(env.directory().join(path), &origin)
            };
            given.iter().map(named).collect()
        };
        Ok(Settings {
            program,
            bazelrc: files(BAZELRC, &self.bazelrc, &config.bazelrc)?,
            module_append: files(MODULE_APPEND, &self.module_append, &config.module_append)?,
            timeout: self.timeout,
            version: None,
        })
    }
}

/// A file that has to be there; `origin` names it.
fn existing(path: PathBuf, origin: &Origin) -> Result<PathBuf> {
    if path.is_file() {
        return Ok(path);
    }
    let message = format_args!("{origin}: there is no file {}", path.display());
    Err(Failure::new(Kind::Input, message).hint(origin.way_out()))
}
