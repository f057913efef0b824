//! Running upstream's own tests, with upstream as the root module: one workspace that holds
//! one tree after the other, so that both have the same paths, server and settings.

use crate::consumer::MODULE_FILE;
use crate::git::checkout;
use crate::git::tree::Entry;
use crate::project::config::{self, UpstreamTests};
use crate::project::scenario::{Side, Sides};
use crate::project::site::Site;
use crate::publish::supported;
use crate::repro::bazel::{Bazel, Invocation, Settings};
use crate::repro::events::{Events, TestStatus};
use crate::repro::settings::BazelOptions;
use crate::repro::upstream_module;
use crate::repro::upstream_test_comparison::Comparison;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::Release;
use crate::support::path::cache_key;
use crate::support::problem::Kind;

/// Only tests; and no result from a cache that others fill.
const FLAGS: [&str; 2] = ["--build_tests_only", "--disk_cache="];

/// Upstream's rc file. It also names what only upstream's developers have, so Bazel does not
/// read it if upstream's files are adapted.
const RC_FILE: &str = ".bazelrc";

#[derive(Clone, Debug)]
pub struct Options {
    /// The release; the newest series' pin if absent.
    pub release: Option<Release>,
    /// Which tests, as Bazel's target patterns.
    pub patterns: Vec<String>,
    /// Whether upstream's files are changed as patcher.toml says.
    pub is_adapted: bool,
    pub bazel: BazelOptions,
}

/// Both trees of a release, and what runs on them.
struct Subject<'a> {
    release: Release,
    trees: Sides<Vec<Entry>>,
    options: &'a Options,
    /// How upstream's files are changed, if they are.
    changes: Option<&'a UpstreamTests>,
}

/// Runs the tests on both trees. With the comparison come the events, for what Bazel said.
///
/// # Errors
///
/// Bazel does not start, does not end, or runs no test at all on one of the trees: then
/// nothing is known.
pub fn compare(site: &Site<'_>, options: &Options) -> Result<(Comparison, Sides<Events>)> {
    let project = site.project()?;
    project.ensure_sound()?;
    let supported = project.supported(options.release)?;
    let settings = options.bazel.settings(site.env, site.root, &project.config)?;
    let changes = options.is_adapted.then_some(&project.config.upstream_tests);
    if changes.is_some_and(|changes| *changes == UpstreamTests::default()) {
        let message =
            format_args!("{} has no [upstream-tests], which --adapted is for", config::FILE);
        return Err(Failure::new(Kind::Input, message)
            .hint("docs/reference/patcher-toml.md says what can stand there"));
    }
    let made = supported::make(site, &supported)?;
    let files = |side| -> Result<_> {
        Ok(supported::files_of(&made.store, &made.patched, &made.patched_commit, side)?.2)
    };
    let subject = Subject {
        release: made.patched.release,
        trees: Sides { unpatched: files(Side::Unpatched)?, patched: files(Side::Patched)? },
        options,
        changes,
    };
    let _held = site.hold_suite()?;
    run(site, subject, &settings)
}

fn run(
    site: &Site<'_>,
    subject: Subject<'_>,
    settings: &Settings,
) -> Result<(Comparison, Sides<Events>)> {
    let Site { env, root, progress, .. } = *site;
    let (patterns, changes) = (&subject.options.patterns, subject.changes);
    let cache = env.cache()?;
    let workspace = cache.join("upstream-tests").join(cache_key(root));
    let bazel = Bazel::new(settings, env, workspace.clone(), &cache);
    let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
    if let Some(changes) = changes {
        flags.extend(known_flags(&subject.trees.unpatched, &changes.flags));
    }
    let on = |side: Side, mut files: Vec<Entry>| -> Result<Events> {
        edit(&mut files, changes, settings)?;
        checkout::replace(&files, &workspace)?;
        let all = patterns.join(" ");
        let spinner = progress.spinner(&format!("testing the {} tree: {all}", side.name()));
        let run = bazel.run(&Invocation {
            command: "test",
            module: None,
            reads_workspace_rc: changes.is_none(),
            flags: &flags,
            targets: patterns,
        })?;
        drop(spinner);
        progress.detail(&format!("cd {} && {}", workspace.display(), run.command));
        run.left.iter().for_each(|left| progress.warning(left));
        if run.hung {
            let seconds = settings.timeout.as_secs();
            let message = format_args!(
                "Bazel did not end within {seconds} s on the {} tree and was stopped",
                side.name()
            );
            return Err(Failure::new(Kind::UnexpectedResult, message)
                .hint("give it more: --timeout SECONDS"));
        }
        ensure_something_ran(side, &run.events)?;
        Ok(run.events)
    };
    let Sides { unpatched, patched } = subject.trees;
    let unpatched = on(Side::Unpatched, unpatched)?;
    let events = Sides { unpatched, patched: on(Side::Patched, patched)? };
    Ok((Comparison::new(subject.release, patterns, &events), events))
}

/// Those flags that the rc file of the release has, too: an older release may not know the others.
fn known_flags(files: &[Entry], flags: &[String]) -> Vec<String> {
    let rc_file = files.iter().find(|entry| entry.path.as_str() == RC_FILE);
    let text = rc_file.map(|entry| String::from_utf8_lossy(&entry.content)).unwrap_or_default();
    let is_known = |flag: &&String| text.split_whitespace().any(|word| word == *flag);
    flags.iter().filter(is_known).cloned().collect()
}

/// The module file as the settings want it; all else is left as it is.
fn edit(files: &mut [Entry], changes: Option<&UpstreamTests>, settings: &Settings) -> Result<()> {
    let Some(module) = files.iter_mut().find(|entry| entry.path.as_str() == MODULE_FILE) else {
        let message = format_args!("upstream has no {MODULE_FILE}");
        return Err(Failure::new(Kind::Input, message));
    };
    let mut text = String::from_utf8_lossy(&module.content).into_owned();
    if let Some(changes) = changes {
        text = upstream_module::module_file(&text, changes)?;
    }
    for path in &settings.module_append {
        let appended = file_read::read_text(path).at("read", path)?;
        text = upstream_module::append(&text, &appended)?;
    }
    module.content = text.into_bytes();
    Ok(())
}

/// Two trees on which nothing ran do not differ, and say nothing.
fn ensure_something_ran(side: Side, events: &Events) -> Result<()> {
    let ran = |outcome: &TestStatus| matches!(outcome, TestStatus::Passed | TestStatus::Failed);
    if events.is_whole && events.tests().values().any(ran) {
        return Ok(());
    }
    let message = format_args!("no test ran on the {} tree\n{}", side.name(), events.errors(""));
    Err(Failure::new(Kind::Environment, message)
        .hint("the patterns may match no test: `--verbose` shows the call of Bazel")
        .hint("if nothing can be downloaded, give --adapted, --module-append and --bazelrc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, text: &str) -> Entry {
        Entry::file(path.parse().unwrap(), text.into())
    }

    #[test]
    fn only_flags_that_the_release_has_are_given() {
        let flags = ["--one".to_owned(), "--two=2".to_owned(), "--thr".to_owned()];
        let files =
            [entry("other", "--two=2"), entry(RC_FILE, "common --one --three\nbuild --two=3\n")];
        assert_eq!(known_flags(&files, &flags), ["--one"]);
        assert_eq!(known_flags(&files[..1], &flags), [""; 0]);
    }

    #[test]
    fn two_trees_on_which_no_test_ran_say_nothing() {
        let stream = |status: &str| {
            format!(
                "{{\"id\":{{\"targetConfigured\":{{\"label\":\"//t\"}}}},\"configured\":{{\"testSize\":\"SMALL\"}}}}\n\
                 {{\"id\":{{\"testSummary\":{{\"label\":\"//t\"}}}},\"testSummary\":{{\"overallStatus\":\"{status}\"}}}}\n"
            )
        };
        let ran = |stream: &str| ensure_something_ran(Side::Patched, &Events::parse(stream));
        let end = "{\"lastMessage\":true}\n";
        for status in ["PASSED", "FAILED"] {
            assert!(ran(&(stream(status) + end)).is_ok(), "{status}");
            let message = ran(&stream(status)).unwrap_err().message();
            assert_eq!(message, "no test ran on the patched tree\n");
        }
        assert!(ran(&(stream("NO_STATUS") + end)).is_err());
        assert!(ran(end).is_err());
    }
}
