//! The whole job on the sample: each step does what a command does, and shows what came of it.

use std::fs;

use serde::Serialize;

use crate::demo::evidence;
use crate::demo::place::files;
use crate::demo::sample::{self, CONSUMER, RELEASES};
use crate::demo::step::{Evidence, Step};
use crate::git::checkout::Scratch;
use crate::git::program::plain_git;
use crate::project::site::Site;
use crate::publish::archive::gzip;
use crate::publish::override_edit::{self, Change, EditOptions};
use crate::publish::override_target::{Source, Target};
use crate::publish::unpack::gunzip;
use crate::repro::memory::Known;
use crate::repro::settings::BazelOptions;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::problem::Kind;
use crate::support::progress::{Progress, Silent, Task};
use crate::support::writing::Writing;
use crate::sync::{self, Options, Report};
use crate::verify::operation as verification;

/// What the demo showed.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shown {
    pub steps: Vec<Step>,
    /// Why Bazel did not run: then what it says is recorded.
    pub not_run: Option<String>,
}

/// Shows the whole job in the site's directory, which is absent, and calls `tell` with each step
/// that is done.
///
/// # Errors
///
/// A step that fails. No Bazel, or none that can load anything here, is no failure.
pub fn show(site: Site<'_>, bazel: &BazelOptions, tell: &dyn Fn(&Step)) -> Result<Shown> {
    let hushed = Hushed(site.progress);
    let site = Site { progress: &hushed, is_offline: false, ..site };
    let mut demo = Demo { site, scenarios: Some(bazel.clone()), shown: Shown::default(), tell };
    sample::write(site.root)?;
    let pinned = demo.first_sync()?;
    let not_run = demo.shown.not_run.clone();
    let about = r#"two targets share a source, one has tags = ["requires-gpu"]"#;
    demo.step("The bug", about, evidence::bug(&pinned, not_run.as_deref())?);
    let about = "pin 1.0.0, apply the patches, build the archive";
    demo.step("sync", about, vec![evidence::pinned(&pinned)]);
    let about = "upstream renamed notes.bzl and moved its code";
    let moved = vec![demo.git_apply()?, evidence::ported(&demo.sync(RELEASES[1])?)];
    demo.step("sync --to 1.1.0", about, moved);
    let conflict = demo.conflict()?;
    demo.step("sync --to 1.2.0", "upstream rewrote the same lines", conflict);
    let added = demo.add_override()?;
    demo.step("override add app/MODULE.bazel", "", added);
    let verified = demo.verify()?;
    demo.step("verify", "the archive, then the archive with one byte flipped", verified);
    Ok(demo.shown)
}

/// A demo that runs.
struct Demo<'a> {
    site: Site<'a>,
    /// How the scenarios run, if they do.
    scenarios: Option<BazelOptions>,
    shown: Shown,
    tell: &'a dyn Fn(&Step),
}

impl Demo<'_> {
    /// Adds a step.
    fn step(&mut self, title: &str, about: &str, evidence: Vec<Evidence>) {
        let (title, about) = (title.to_owned(), about.to_owned());
        let step = Step { number: self.shown.steps.len() + 1, title, about, evidence };
        (self.tell)(&step);
        self.shown.steps.push(step);
    }

    /// Pins the first release, under Bazel if there is one that works here.
    fn first_sync(&mut self) -> Result<Report> {
        match self.sync(RELEASES[0]) {
            Err(failure) if failure.kind == Kind::Environment && self.scenarios.is_some() => {
                self.shown.not_run = Some(failure.message());
                self.scenarios = None;
                self.sync(RELEASES[0])
            }
            report => report,
        }
    }

    /// `patcher sync --to RELEASE`. The scenarios run, whatever is known of them.
    fn sync(&self, release: &str) -> Result<Report> {
        let (to, scenarios) = (release.parse().ok(), self.scenarios.clone());
        let options = Options {
            to,
            scenarios,
            known: Known::RunAgain,
            is_rebuild: true,
            ..Options::default()
        };
        Ok(sync::sync(self.site, &options)?)
    }

    /// What `git apply` makes of the patches on the second release.
    fn git_apply(&self) -> Result<Evidence> {
        let Site { env, root, .. } = self.site;
        let project = self.site.project()?;
        let lock = project.lock()?;
        let (store, releases) = (self.site.store(lock)?, self.site.mirror(lock)?.releases()?);
        let commit = store.commit(releases[&release(RELEASES[1])?])?;
        let tree = Scratch::new(&env.cache()?, &store.entries(commit.tree)?)?;
        let patches = project.series[0].patches.iter().map(|patch| root.join(&patch.file));
        let mut call = plain_git(env, &tree.path())?.args(["apply"]).args(patches);
        // The cache may be in a repository, whose subdirectory the tree is not.
        let around = tree.path().parent().map(Into::into).unwrap_or_default();
        call.env.insert("GIT_CEILING_DIRECTORIES".into(), around);
        Ok(evidence::git_apply(&call.run()?))
    }

    /// `patcher sync` to the release that conflicts.
    fn conflict(&self) -> Result<Vec<Evidence>> {
        let before = files(self.site.root)?;
        match self.sync(RELEASES[2]) {
            Err(failure) if failure.kind == Kind::Conflict => {}
            Err(failure) => return Err(failure),
            Ok(_) => return Err(Failure::defect(anyhow::anyhow!("it does not conflict"))),
        }
        let after = files(self.site.root)?;
        let conflict = evidence::conflict(&self.site, release(RELEASES[2])?)?;
        Ok(vec![conflict, evidence::compared(&before, &after)])
    }

    /// `patcher override add app/MODULE.bazel`
    fn add_override(&self) -> Result<Vec<Evidence>> {
        let target = Target { release: None, kind: None, source: Source::default() };
        let edit = override_edit::edit(
            &self.site,
            &EditOptions {
                file: self.site.root.join(CONSUMER).to_string_lossy().into_owned(),
                lock: None,
                change: Change::Add(target),
                writing: Writing::Done,
            },
        )?;
        Ok(evidence::added(&edit.diff))
    }

    /// `patcher verify` of the archive that the consumer uses, and of one that differs in a byte.
    fn verify(&self) -> Result<Vec<Evidence>> {
        let root = self.site.root;
        // What is not in `dist` is nowhere.
        let site = Site { is_offline: true, ..self.site };
        let verified = |what: &str| {
            let what = root.join(what).to_string_lossy().into_owned();
            verification::verify(&site, &verification::Options { what, upstream: None, lock: None })
        };
        let whole = verified(CONSUMER)?;
        let (from, to) = (format!("dist/{}", whole.archive), format!("flipped/{}", whole.archive));
        let path = root.join(&from);
        let (mut tar, _) = gunzip(&fs::read(&path).at("read", &path)?)
            .map_err(|why| Failure::defect(anyhow::anyhow!(why)))?;
        let word = b"mnemonic = ";
        let at = tar.windows(word.len()).position(|bytes| bytes == word).unwrap_or_default();
        tar[at] ^= 1;
        let (directory, path) = (root.join("flipped"), root.join(&to));
        fs::create_dir(&directory).at("create", &directory)?;
        fs::write(&path, gzip(&tar)).at("write", &path)?;
        Ok(evidence::verified(&whole, &verified(&to)?))
    }
}

fn release(text: &str) -> Result<Release> {
    text.parse().map_err(Failure::defect)
}

/// Reports only that something long runs: what came of it, the demo shows itself.
#[derive(Debug)]
struct Hushed<'a>(&'a dyn Progress);

impl Progress for Hushed<'_> {
    fn status(&self, meaning: Meaning, verb: &str, text: &str) {
        Silent.status(meaning, verb, text);
    }

    fn note(&self, text: &str) {
        Silent.note(text);
    }

    fn detail(&self, text: &str) {
        self.0.detail(text);
    }

    fn warning(&self, text: &str) {
        Silent.warning(text);
    }

    fn hint(&self, text: &str) {
        Silent.hint(text);
    }

    fn spinner(&self, message: &str) -> Box<dyn Task + '_> {
        self.0.spinner(message)
    }

    fn steps(&self, total: usize) -> Box<dyn Task + '_> {
        self.0.steps(total)
    }
}
