//! `patcher demo`: the whole job, on the small upstream that patcher carries.

use super::{Context, Document};
use crate::cli::Demo;
use crate::demo::run::{Stage, show, show_and_remove};
use crate::git::checkout;
use crate::support::failure::Result;

pub(super) fn run(context: &Context, args: &Demo) -> Result<()> {
    // What the steps print is for people: the demonstration has a document of its own.
    let ui = context.ui.without_json();
    let print = |text: &str| ui.text(text);
    let stage = |directory| Stage { env: &context.env, directory, progress: &ui, print: &print };
    let bazel = args.bazel.options();
    let shown = match &args.directory {
        Some(directory) => {
            let directory = checkout::vacant(&context.env.directory().join(directory))?;
            show(stage(&directory), &bazel)?
        }
        None => {
            let directory = context.env.cache()?.join("demo");
            let _held = context.site().hold("demo")?;
            show_and_remove(stage(&directory), &bazel)?
        }
    };
    if let Some(reason) = &shown.left_out {
        context.ui.warning(&format!("the scenarios were left out: {reason}"));
    }
    if let Some(directory) = &args.directory {
        let project = directory.join("project");
        context.ui.hint(&format!("look around: patcher --root {} status", project.display()));
    }
    context.ui.data("", &Document::new("demo", shown));
    Ok(())
}
