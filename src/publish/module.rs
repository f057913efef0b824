//! Which module a release is of.

use crate::consumer::MODULE_FILE;
use crate::git::store::{Commit, Store};
use crate::publish::patched_commit::path_of;
use crate::publish::stamp::module_name;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::names::ModuleName;
use crate::support::problem::Kind;

/// The module that a release is of.
///
/// # Errors
///
/// It has no module file that names one, or the name is none that Bazel takes.
pub fn module_of(store: &Store, base: &Commit, release: &Release) -> Result<String> {
    let text = match store.file(base.tree, &path_of(MODULE_FILE)?)? {
        Some(file) => String::from_utf8_lossy(&store.blob(file.id)?).into_owned(),
        None => String::new(),
    };
    let module = module_name(&text).ok_or_else(|| {
        Failure::new(Kind::Input, format_args!("{release} has no {MODULE_FILE} with a name"))
            .hint("patcher patches Bazel modules")
    })?;
    // Files are named after it.
    module.parse::<ModuleName>().map_err(|error| {
        Failure::because(Kind::Input, format_args!("{MODULE_FILE} of {release}"), error)
            .hint("Bazel takes no such module: pin another release")
    })?;
    Ok(module)
}
