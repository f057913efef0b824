//! `patcher export`: the tree as files.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Export;
use crate::git::checkout;
use crate::project::scenario::Side;
use crate::publish::supported::files_of;
use crate::support::failure::Result;

#[derive(Serialize)]
struct Exported {
    release: String,
    version: String,
    commit: String,
    files: usize,
}

pub(super) fn run(context: &Context, args: &Export) -> Result<()> {
    let directory = checkout::vacant(&context.env.directory().join(&args.directory))?;
    let project = context.project()?;
    project.ensure_sound()?;
    let supported = project.supported(args.release)?;
    let (store, patched, patched_commit) = context.derived(&supported)?;
    let side = if args.unpatched { Side::Unpatched } else { Side::Patched };
    let (commit, version, files) = files_of(&store, &patched, &patched_commit, side)?;
    checkout::export(&files, &directory)?;
    let to = args.directory.display();
    context.ui.status("Exported", &format!("{} {version} to {to}", supported.lock.upstream.module));
    let data = Exported {
        release: supported.release.release.to_string(),
        version,
        commit: commit.to_string(),
        files: files.len(),
    };
    context.ui.data("", &Document::new("export", data));
    Ok(())
}
