//! `patcher demo`: the whole job, on the small upstream that patcher carries.

use std::path::{Path, PathBuf};

use super::Context;
use crate::cli::Demo;
use crate::demo::place::{Place, is_sample};
use crate::demo::recorded;
use crate::demo::run::{Shown, show};
use crate::git::checkout;
use crate::project::site::Site;
use crate::support::failure::Result;
use crate::support::guide::shell;
use crate::support::text::counted;
use crate::support::ui::Ui;

const TITLE: &str = "patcher demo: a sample ruleset with the bug of rules_python#2445, two patches";

pub(super) fn run(context: &Context, args: &Demo) -> Result<()> {
    let kept = args.directory.as_deref();
    let directory = kept.map(|kept| vacant(&context.env.directory().join(kept), kept));
    let directory = directory.transpose()?;
    let ui = &context.ui;
    ui.text(&format!("{TITLE}\n\n"));
    let place = Place::new(&context.site())?;
    let site = Site { env: &place.env, root: &place.directory, ..context.site() };
    let shown = show(site, &args.bazel.options(), &|step| ui.marked(&step.text()))?;
    if let Some(directory) = &directory {
        place.keep(directory)?;
    }
    end(ui, &shown, kept);
    ui.document(&shown);
    Ok(())
}

/// The directory, in which there must be nothing.
fn vacant(directory: &Path, named: &Path) -> Result<PathBuf> {
    checkout::vacant(directory).map_err(|failure| match is_sample(directory) {
        true => {
            let named = shell(&named.to_string_lossy());
            failure.hint(format!("an earlier demo is in it: cd {named} && patcher status"))
        }
        false => failure,
    })
}

fn end(ui: &Ui, shown: &Shown, kept: Option<&Path>) {
    let steps = counted(shown.steps.len(), "step");
    let more = match shown.not_run {
        Some(_) => format!(". With bazel on PATH, step 1 runs: {}", recorded::RESULTS),
        None => String::new(),
    };
    ui.text("\n");
    ui.summary(&format!("{steps}{more}"));
    match kept {
        Some(kept) => {
            let kept = shell(&kept.to_string_lossy());
            ui.next(&format!("cd {kept} && patcher status"), "play with the sample");
        }
        None => ui.next("patcher demo DIR", "keep the sample and play with it"),
    }
}
