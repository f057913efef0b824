//! What needs more than patcher and git: real Bazel, the real rules_python, quilt,
//! buildifier, a file system of its own. A test that lacks one of them is *ignored, with the
//! reason*; it never passes.
//!
//! Looked for: `bazelisk` or `bazel` on PATH, or PATCHER_BAZEL (with PATCHER_BAZELRC and
//! PATCHER_MODULE_APPEND, as for patcher itself); the upstream at PATCHER_TEST_UPSTREAM, else
//! `seed/rules_python.git` in patcher's cache, else the mirror that `patcher sync` made; other
//! rulesets at `seed/NAME.git`;
//! `buildifier` on PATH, or PATCHER_BUILDIFIER.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "../common/mod.rs"]
mod common;

mod buildifier;
mod disk;
mod faults;
mod matrix;
mod moves;
mod override_kinds;
mod release;
mod rulesets;
mod separate_targets;
mod series;
mod server;
mod upstream;

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::{Arguments, Completion, Trial};

/// What a test needs of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Bazel,
    /// A Bazel that still reads WORKSPACE files.
    Workspace,
    Upstream,
    Quilt,
    /// What rules_python's own tests load from: from a registry, or as files.
    TestModules,
    Buildifier,
    /// The real bazelisk: on PATH, or from npm.
    Bazelisk,
    /// nginx, as a cache for Bazel.
    Nginx,
    /// A clone of another ruleset, by its module.
    Ruleset(&'static str),
    /// The right to mount a file system.
    Mount,
    /// strace, and the right to trace.
    Strace,
}

impl Need {
    /// Why it is not here; `None` if it is.
    fn missing(self) -> Option<String> {
        match self {
            Self::Bazel if bazel().is_none() => {
                Some("no Bazel: install bazelisk, or set PATCHER_BAZEL".into())
            }
            Self::Workspace => match bazel() {
                None => Self::Bazel.missing(),
                Some(bazel) => reads_no_workspace(&bazel),
            },
            Self::Upstream => upstream::repository().err(),
            Self::Ruleset(module) => rulesets::missing(module),
            Self::Quilt if common::find_program("quilt").is_none() => {
                Some("no quilt: install Debian's package quilt".into())
            }
            Self::Buildifier if buildifier::program().is_none() => {
                Some("no buildifier: put it on PATH, or set PATCHER_BUILDIFIER".into())
            }
            Self::Bazelisk => matrix::bazelisk().err(),
            Self::Nginx if matrix::nginx().is_none() => {
                Some("no nginx: install Debian's package nginx-light".into())
            }
            Self::TestModules if !series::has_test_modules() => {
                Some("no rules_testing: PATCHER_MODULE_APPEND overrides it with a stub".into())
            }
            Self::Strace if !faults::strace() => {
                Some("no strace, or not allowed to trace: install Debian's package strace".into())
            }
            Self::Mount if !can_mount() => Some("not allowed to mount a file system".into()),
            _ => None,
        }
    }
}

/// A name, what it needs, and what it does.
type Test = (&'static str, &'static [Need], fn());

#[expect(clippy::too_many_lines, reason = "a row a test")]
fn main() {
    use Need::{
        Bazel, Bazelisk, Buildifier, Mount, Nginx, Quilt, Ruleset, Strace, TestModules, Upstream,
        Workspace,
    };
    let tests: Vec<Test> = vec![
        ("what_sync_fetched_is_found", &[], upstream::what_sync_fetched_is_found),
        ("buildifier_finds_nothing", &[Buildifier], buildifier::buildifier_finds_nothing),
        ("the_series_are_formatted", &[Upstream, Buildifier], buildifier::the_series_are_formatted),
        ("the_release_archive_is_whole", &[], release::the_release_archive_is_whole),
        ("a_full_disk_changes_nothing", &[Mount], disk::a_full_disk_changes_nothing),
        ("every_disturbed_run_is_mended", &[Strace], faults::every_disturbed_run_is_mended),
        (
            "the_disk_has_everything_in_its_order",
            &[Strace],
            faults::the_disk_has_everything_in_its_order,
        ),
        (
            "an_unwritable_directory_changes_nothing",
            &[Mount],
            disk::an_unwritable_directory_changes_nothing,
        ),
        (
            "quilt_and_git_take_the_samples_patches",
            &[Quilt],
            series::quilt_takes_the_samples_patches,
        ),
        ("bazelisk_gets_each_version", &[Workspace, Bazelisk], matrix::bazelisk_gets_each_version),
        (
            "a_remote_cache_has_what_another_machine_built",
            &[Workspace, Nginx],
            matrix::a_remote_cache_has_what_another_machine_built,
        ),
        ("the_demo_runs_under_bazel", &[Bazel], series::the_demo_runs_under_bazel),
        ("git_am_takes_the_series", &[Upstream], series::git_am_takes_the_series),
        ("quilt_takes_the_series", &[Upstream, Quilt], series::quilt_takes_the_series),
        (
            "the_unpatched_archive_is_the_registrys",
            &[Upstream],
            series::the_unpatched_archive_is_the_registrys,
        ),
        (
            "the_archive_is_what_git_archive_makes",
            &[Upstream],
            series::the_archive_is_what_git_archive_makes,
        ),
        (
            "the_archive_is_verified_back_to_the_registry",
            &[Upstream],
            series::the_archive_is_verified_back_to_the_registry,
        ),
        (
            "lines_are_followed_back_as_git_follows_them",
            &[Upstream],
            series::lines_are_followed_back_as_git_follows_them,
        ),
        (
            "older_pins_reach_later_releases_in_steps_and_in_one_leap",
            &[Upstream],
            moves::older_pins_reach_later_releases_in_steps_and_in_one_leap,
        ),
        (
            "the_conflict_at_1_9_0_is_resolved_by_the_book",
            &[Upstream],
            moves::the_conflict_at_1_9_0_is_resolved_by_the_book,
        ),
        (
            "the_commit_that_broke_a_line_is_found",
            &[Upstream],
            series::the_commit_that_broke_a_line_is_found,
        ),
        (
            "sync_tests_the_fix_under_bazel",
            &[Upstream, Bazel],
            series::sync_tests_the_fix_under_bazel,
        ),
        (
            "a_consumer_builds_and_tests_with_the_snippet",
            &[Upstream, Bazel],
            series::a_consumer_builds_and_tests_with_the_snippet,
        ),
        (
            "a_broken_hook_conflicts_again",
            &[Upstream, Bazel],
            series::a_broken_hook_conflicts_again,
        ),
        (
            "every_series_farthest_release_is_safe",
            &[Upstream, Bazel],
            series::every_series_farthest_release_is_safe,
        ),
        ("a_broken_series_is_reported", &[Upstream, Bazel], series::a_broken_series_is_reported),
        (
            "messages_and_configured_queries_name_separate_targets",
            &[Upstream, Bazel],
            separate_targets::messages_and_configured_queries_name_separate_targets,
        ),
        (
            "upstreams_choice_of_sources_reaches_targets_with_separate_ones",
            &[Upstream, Bazel],
            separate_targets::upstreams_choice_of_sources_reaches_targets_with_separate_ones,
        ),
        ("each_patch_is_needed", &[Upstream, Bazel], series::each_patch_is_needed),
        (
            "what_the_patches_change_is_told",
            &[Upstream, Bazel],
            series::what_the_patches_change_is_told,
        ),
        (
            "upstreams_tests_agree_and_show_a_broken_series",
            &[Upstream, Bazel, TestModules],
            series::upstreams_tests_agree_and_show_a_broken_series,
        ),
        ("kind_archive_from_a_file", &[Upstream, Bazel], override_kinds::archive_from_a_file),
        (
            "kind_patches_by_four_appliers",
            &[Upstream, Bazel],
            override_kinds::patches_by_four_appliers,
        ),
        (
            "kind_single_version_over_http",
            &[Upstream, Bazel],
            override_kinds::single_version_over_http,
        ),
        ("kind_git_by_commit", &[Upstream, Bazel], override_kinds::git_by_commit),
        ("kind_local_path", &[Upstream, Bazel], override_kinds::local_path),
        (
            "kind_workspace_with_http_archive",
            &[Upstream, Workspace],
            override_kinds::workspace_with_http_archive,
        ),
        ("kind_registry_over_http", &[Upstream, Bazel], override_kinds::registry_over_http),
        (
            "kind_registry_patches_over_http",
            &[Upstream, Bazel],
            override_kinds::registry_patches_over_http,
        ),
        (
            "bazels_patcher_misapplies_what_check_refuses",
            &[Workspace],
            override_kinds::bazels_patcher_misapplies_what_check_refuses,
        ),
        ("rules_cc_is_patched", &[Ruleset("rules_cc"), Bazel], || rulesets::is_patched("rules_cc")),
        ("bazel_skylib_is_patched", &[Ruleset("bazel_skylib"), Bazel], || {
            rulesets::is_patched("bazel_skylib");
        }),
        ("bazel_features_is_patched", &[Ruleset("bazel_features"), Bazel], || {
            rulesets::is_patched("bazel_features");
        }),
        ("rules_shell_is_patched", &[Ruleset("rules_shell"), Bazel], || {
            rulesets::is_patched("rules_shell");
        }),
        ("rules_testing_is_patched", &[Ruleset("rules_testing"), Bazel], || {
            rulesets::is_patched("rules_testing");
        }),
        (
            "kind_registry_from_a_directory",
            &[Upstream, Bazel],
            override_kinds::registry_from_a_directory,
        ),
    ];
    let trials = tests.into_iter().map(|(name, needs, test)| {
        Trial::ignorable_test(name, move || {
            if let Some(reason) = needs.iter().find_map(|need| need.missing()) {
                return Ok(Completion::ignored_with(reason));
            }
            test();
            Ok(Completion::Completed)
        })
    });
    let mut arguments = Arguments::from_args();
    // Bazel uses every core that there is.
    arguments.test_threads = Some(1);
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    override_kinds::end();
    conclusion.exit();
}

/// The Bazel program.
fn bazel() -> Option<PathBuf> {
    match std::env::var_os("PATCHER_BAZEL") {
        Some(program) => Some(program.into()),
        None => ["bazelisk", "bazel"].into_iter().find_map(common::find_program),
    }
}

/// Why it reads no WORKSPACE; `None` if it does.
fn reads_no_workspace(bazel: &std::path::Path) -> Option<String> {
    let output = Command::new(bazel).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let major = said.trim().strip_prefix("bazel ")?.split('.').next()?.parse::<u32>().ok()?;
    (major >= 9).then(|| format!("{} reads no WORKSPACE", said.trim()))
}

fn can_mount() -> bool {
    let directory = tempfile::tempdir().unwrap();
    let mounted = disk::mount(directory.path(), "size=64k");
    if mounted {
        disk::unmount(directory.path());
    }
    mounted && Command::new("umount").arg("--version").output().is_ok()
}
