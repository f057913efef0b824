//! The whole job on the small upstream: pin, apply, test and publish; port; check.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::demo::upstream::{self, NEXT, PIN};
use crate::project::site::Site;
use crate::publish::check::{Archives, check};
use crate::repro::settings::BazelOptions;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::problem::Kind;
use crate::support::progress::Progress;
use crate::sync::{self, Options};

#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The commands, in order.
    pub steps: Vec<String>,
    /// Why the scenarios did not run, if they did not.
    pub left_out: Option<String>,
}

/// Where the demonstration is, and who sees it.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The environment of the process.
    pub env: &'a Environment,
    /// The directory: absent, or empty.
    pub directory: &'a Path,
    /// Who hears of the steps.
    pub progress: &'a dyn Progress,
    /// Who sees what the commands print.
    pub print: &'a dyn Fn(&str),
}

/// Shows the whole job.
///
/// # Errors
///
/// A step that fails; that there is no Bazel, or none that can load anything here, is no
/// failure.
pub fn show(stage: Stage<'_>, bazel: &BazelOptions) -> Result<Shown> {
    let project = upstream::write(stage.directory)?.project;
    let step = |text: &str| stage.progress.status("Demo", text);
    step(&format!("a ruleset with two releases, {PIN} and {NEXT}, and a project with two patches"));
    let Stage { env, progress, .. } = stage;
    let site = Site { env, root: &project, is_offline: false, progress };
    let mut shown = Shown { steps: Vec::new(), left_out: None };
    for (release, text) in [
        (PIN, "patcher sync: pin the first release, apply the series, test it, publish it"),
        (NEXT, "patcher sync: the second release moved code under the series, so port it"),
    ] {
        step(text);
        let to = release.parse().ok();
        let scenarios = shown.left_out.is_none().then(|| bazel.clone());
        let options = Options { to, scenarios, ..Options::default() };
        let report = match sync::sync(site, &options).map_err(Failure::from) {
            // The rest can be shown without Bazel.
            Err(failure) if failure.kind == Kind::Environment && shown.left_out.is_none() => {
                shown.left_out = Some(failure.message());
                sync::sync(site, &Options { scenarios: None, ..options })?
            }
            report => report?,
        };
        (stage.print)(&report.text());
        shown.steps.push(format!("sync --to {release}"));
    }
    step("patcher check: what CI runs on every change");
    check(&site, Archives::All)?.report_to(&site, Archives::All);
    shown.steps.push("check".to_owned());
    Ok(shown)
}

/// Shows the whole job in a directory that is removed before and after.
///
/// # Errors
///
/// As [`show`]; or the directory cannot be removed.
pub fn show_and_remove(stage: Stage<'_>, bazel: &BazelOptions) -> Result<Shown> {
    let directory = stage.directory;
    if directory.exists() {
        fs::remove_dir_all(directory).at("remove", directory)?;
    }
    let shown = show(stage, bazel);
    if let Err(failure) = fs::remove_dir_all(directory).at("remove", directory) {
        stage.progress.warning(&failure.message());
    }
    shown
}
