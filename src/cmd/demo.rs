//! `patcher demo`: the whole job, on the small upstream that patcher carries.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::{Context, Document, sync};
use crate::cli::{Acts, BaseUrl, BazelArgs, Demo, JobArgs, Sync};
use crate::demo::upstream::{self, NEXT, PIN};
use crate::git::checkout;
use crate::publish::check::{Archives, check};
use crate::support::failure::{PathContext as _, Result};
use crate::support::problem::Kind;
use crate::sync::plan::Target;

#[derive(Serialize)]
struct Shown {
    steps: Vec<String>,
    /// Why the scenarios did not run, where they did not.
    left_out: Option<String>,
}

pub(super) fn run(context: &Context, args: &Demo) -> Result<()> {
    let (directory, held) = match &args.directory {
        Some(directory) => (checkout::vacant(&context.env.directory().join(directory))?, None),
        None => (context.env.cache()?.join("demo"), Some(context.hold("demo")?)),
    };
    let is_kept = held.is_none();
    if !is_kept && directory.exists() {
        fs::remove_dir_all(&directory).at("remove", &directory)?;
    }
    let shown = show(context, &directory, &args.bazel);
    if !is_kept {
        fs::remove_dir_all(&directory).at("remove", &directory)?;
    }
    let shown = shown?;
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

fn show(context: &Context, directory: &Path, bazel: &BazelArgs) -> Result<Shown> {
    let demonstration = upstream::write(directory)?;
    let step = |text: &str| context.ui.status("Demo", text);
    step(&format!("a ruleset with two releases, {PIN} and {NEXT}, and a project with two patches"));
    let inner = context.at(&demonstration.project);
    let mut shown = Shown { steps: Vec::new(), left_out: None };
    for (release, text) in [
        (PIN, "patcher sync: pin the first release, apply the series, prove it, publish it"),
        (NEXT, "patcher sync: the second release moved code under the series, so port it"),
    ] {
        step(text);
        let args = |no_repro| Sync {
            acts: Acts::default(),
            upstream: None,
            to: release.parse::<Target>().ok(),
            accept_obsolete: Vec::new(),
            dry_run: false,
            output: None,
            url: BaseUrl::default(),
            check: false,
            no_repro,
            jobs: JobArgs { jobs: 1, fresh: false },
            registry_integrity: None,
            bazel: bazel.clone(),
        };
        match sync::run(&inner, &args(shown.left_out.is_some())) {
            // Bazel is missing, or cannot load anything here: the rest can be shown.
            Err(failure) if failure.kind == Kind::Environment && shown.left_out.is_none() => {
                shown.left_out = Some(failure.error.to_string());
                sync::run(&inner, &args(true))?;
            }
            result => result?,
        }
        shown.steps.push(format!("sync --to {release}"));
    }
    step("patcher check: what CI runs on every change");
    let checked = check(&inner.site(), Archives::All)?;
    super::check::print(&inner, &checked, Archives::All);
    shown.steps.push("check".to_owned());
    Ok(shown)
}
