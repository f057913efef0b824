//! A consumer's MODULE.bazel as it lies on disk.

use std::path::Path;

use crate::consumer::ModuleFiles;
use crate::project::site::Site;
use crate::project::workspace::Workspace;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// The file that the user names, with all that it includes.
///
/// # Errors
///
/// One of them cannot be read or understood.
pub(crate) fn read(site: &Site<'_>, name: &str) -> Result<ModuleFiles> {
    let path: &Path = &site.env.directory().join(name);
    if path.is_dir() {
        let message = format_args!("{name} is a directory");
        let hint = format!("name the file: {}/MODULE.bazel", name.trim_end_matches('/'));
        return Err(Failure::new(Kind::Input, message).hint(hint));
    }
    let directory = Workspace::new(site.env.directory());
    Ok(ModuleFiles::collect(name, |name| directory.read(name))?)
}
