//! `patcher export`: the tree as files.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Export;
use crate::derive;
use crate::error::Result;
use crate::io::trees;

#[derive(Serialize)]
struct Exported {
    release: String,
    version: String,
    commit: String,
    files: usize,
}

pub(super) fn run(context: &Context, args: &Export) -> Result<()> {
    let directory = trees::vacant(&context.env.directory().join(&args.directory))?;
    let project = context.project()?;
    project.ensure_sound()?;
    let (lock, line) = project.line()?;
    let store = context.store(lock)?;
    let base = store.commit(line.commit)?;
    let (commit, version) = if args.pristine {
        (base, line.release.to_string())
    } else {
        let (patched, problems) =
            derive::apply_series(&store, line.release, &base, &project.patches)?;
        let Some(patched) = patched else { return Err(problems.into()) };
        let tip = derive::tip(&store, &lock.upstream, &patched, line.revision)?;
        (tip.commit, tip.version.to_string())
    };
    let files = derive::files(&store, &commit, &version)?;
    trees::export(&files, &directory)?;
    let to = args.directory.display();
    context.ui.status("Exported", &format!("{} {version} to {to}", lock.upstream.module));
    let data = Exported {
        release: line.release.to_string(),
        version,
        commit: commit.id.to_string(),
        files: files.len(),
    };
    context.ui.data("", &Document::new("export", data));
    Ok(())
}
