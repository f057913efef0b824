//! The process's environment, read once.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::support::failure::{Failure, Result};
use crate::support::location::is_secret_name;
use crate::support::problem::Kind;
use crate::support::scrub::Scrubber;

/// The variable that names the cache.
pub const CACHE: &str = "PATCHER_CACHE_DIR";

/// The environment that patcher was started in.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    directory: PathBuf,
}

impl Environment {
    /// The environment of this process.
    ///
    /// # Errors
    ///
    /// The working directory is gone.
    pub fn of_process() -> Result<Self> {
        let directory = env::current_dir().map_err(|error| {
            // The shell, at least, knows where it was.
            let name = env::var("PWD").unwrap_or_else(|_| ".".to_owned());
            let message = format_args!("cannot read the working directory {name}");
            let hint = "if it was removed, change to one that is there: `cd`";
            Failure::because(Kind::Environment, message, error).hint(hint)
        })?;
        Ok(Self { variables: env::vars_os().collect(), directory })
    }

    /// A variable's value; `None` if it is unset, empty or not UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(OsStr::new(name))?.to_str()?;
        (!value.is_empty()).then_some(value)
    }

    /// The same environment with a variable set.
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The variables whose names `keep` accepts.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> BTreeMap<OsString, OsString> {
        let kept = self.variables.iter().filter(|(name, _)| name.to_str().is_some_and(&keep));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// patcher's cache: the first of `PATCHER_CACHE_DIR`, `$XDG_CACHE_HOME/patcher` and
    /// `~/.cache/patcher` that can be named (XDG Base Directory Specification). The crate
    /// etcetera reads the process's variables itself; tests set theirs on this type.
    ///
    /// # Errors
    ///
    /// None of the variables is set, or there is a file in its place.
    pub fn cache(&self) -> Result<PathBuf> {
        // One that is not UTF-8 is no other one: it is refused where the paths are checked.
        let path =
            |name: &str| self.variables.get(OsStr::new(name)).filter(|path| !path.is_empty());
        let (variable, cache) = if let Some(cache) = path(CACHE) {
            (CACHE, PathBuf::from(cache))
        } else if let Some(cache) = path("XDG_CACHE_HOME") {
            ("XDG_CACHE_HOME", Path::new(cache).join("patcher"))
        } else if let Some(home) = path("HOME") {
            ("HOME", Path::new(home).join(".cache/patcher"))
        } else {
            return Err(Failure::new(Kind::Environment, "no directory for the cache")
                .hint("set PATCHER_CACHE_DIR to a directory"));
        };
        let cache = self.directory.join(cache);
        if fs::metadata(&cache).is_ok_and(|found| !found.is_dir()) {
            let message = format_args!("{variable}: {} is no directory", cache.display());
            return Err(Failure::new(Kind::Environment, message)
                .hint("set PATCHER_CACHE_DIR to a directory"));
        }
        Ok(cache)
    }

    /// The program `name` on PATH.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        let path = self.variables.get(OsStr::new("PATH"))?;
        env::split_paths(path)
            .map(|directory| directory.join(name))
            .find(|path| is_executable(path))
    }

    /// Keeps this machine out of what is printed: the home directory, the cache, the
    /// project, and every value that looks like a secret by its name.
    pub fn scrubber(&self, root: &Path) -> Scrubber {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut directories = vec![(text(root), ".".to_owned())];
        directories.extend(self.cache().ok().map(|cache| (text(&cache), "$CACHE".to_owned())));
        directories.extend(self.get("HOME").map(|home| (home.to_owned(), "~".to_owned())));
        let secrets = self.only(is_secret_name).into_iter().map(|(name, value)| {
            (value.to_string_lossy().into_owned(), format!("${}", name.to_string_lossy()))
        });
        Scrubber::new(directories, secrets)
    }
}

/// Whether `path` is a file that may be run.
pub fn is_executable(path: &Path) -> bool {
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// What sets this program apart from every other one, older builds of it among them: its version,
/// and which file it is. None if that cannot be found out.
pub fn identity_of_program() -> Option<String> {
    let path = env::current_exe().ok()?;
    let file = fs::metadata(&path).ok()?;
    let written = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version} {} {} {written}", path.display(), file.len()))
}
