//! How Bazel is to be called: what was asked for, then patcher.toml, then what is on PATH.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::project::config::Config;
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
        let own = |paths: &[PathBuf], configured: &[String]| -> Vec<PathBuf> {
            if paths.is_empty() {
                configured.iter().map(|path| root.join(path)).collect()
            } else {
                paths.iter().map(|path| env.directory().join(path)).collect()
            }
        };
        let configured = config.bazel.as_ref().map(|bazel| {
            if bazel.contains('/') {
                root.join(bazel).to_string_lossy().into_owned()
            } else {
                bazel.clone()
            }
        });
        let program = bazel::find(env, self.program.as_deref().or(configured.as_deref()))?;
        let settings = Settings {
            program,
            bazelrc: own(&self.bazelrc, &config.bazelrc),
            module_append: own(&self.module_append, &config.module_append),
            timeout: self.timeout,
            version: None,
        };
        for path in settings.bazelrc.iter().chain(&settings.module_append) {
            if !path.is_file() {
                let message = format_args!("{}: there is no such file", path.display());
                return Err(Failure::new(Kind::Input, message)
                    .hint("it was named by --bazelrc or --module-append, or their settings")
                    .into());
            }
        }
        Ok(settings)
    }
}
