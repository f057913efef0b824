//! Errors name what is to be corrected: the flag, the variable or the line that gave a value, the
//! place of what is missing; and a next step that works.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

/// The project in a git repository, with everything committed.
fn committed() -> Sandbox {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.project, &["init", "--quiet", "--initial-branch", "main"]);
    sandbox.git(&sandbox.project, &["add", "--all"]);
    sandbox.git(&sandbox.project, &["commit", "--quiet", "--message", "All of it"]);
    sandbox
}

/// Makes the second patch one that does not apply.
fn break_patch(sandbox: &Sandbox) {
    sandbox.edit("patches/0002-docs.patch", " Two books", " Three books");
}

/// Puts a line before all others of patcher.toml.
fn set(sandbox: &Sandbox, line: &str) {
    let before = sandbox.read("patcher.toml");
    sandbox.write("patcher.toml", &format!("{line}\n{before}"));
}

#[test]
fn a_bad_value_is_named_with_what_gave_it() {
    let mut sandbox = Sandbox::synced();
    let publish = ["publish", "--unverified"];
    let mut said = vec![
        sandbox.refuse(2, &[&publish[..], &["--base-url", "example.com"]].concat(), &[]),
        sandbox.refuse(2, &["sync", "--no-repro", "--upstream", "/nope"], &[]),
        sandbox.refuse(2, &["sync", "--no-repro", "--upstream", "ext::sh"], &[]),
        sandbox.refuse(30, &["repro", "--bazel", "./nope"], &[]),
        sandbox.refuse(2, &["repro", "--bazel", "sh", "--bazelrc", "nope"], &[]),
        sandbox.refuse(2, &[&publish[..], &["--registry-url", "a.com"]].concat(), &[]),
    ];
    sandbox.set("PATCHER_BASE_URL", "example.com");
    // What cannot be used at all comes before what is missing.
    said.push(sandbox.refuse(2, &["publish"], &[]));
    said.push(sandbox.refuse(2, &["override", "add", "app/MODULE.bazel"], &[]));
    sandbox.unset("PATCHER_BASE_URL");
    sandbox.set("PATCHER_UPSTREAM", "/nope");
    said.push(sandbox.refuse(2, &["sync", "--no-repro"], &[]));
    sandbox.unset("PATCHER_UPSTREAM");
    sandbox.set("PATCHER_BAZEL", "nobazel");
    said.push(sandbox.refuse(30, &["sync"], &[]));
    said.push(sandbox.refuse(30, &["preview", "latest", "--repro"], &[]));
    sandbox.set("PATCHER_BAZEL", "sh");
    sandbox.set("PATCHER_MODULE_APPEND", "patcher.toml,nope");
    said.push(sandbox.refuse(2, &["repro"], &[]));
    assert_snapshot!(joined(said), @r#"
    $ patcher publish --unverified --base-url example.com
    exit code: 2
    --- stderr
      error: --base-url: "example.com" is no base URL: it has to begin with https://, http:// or file:///, without blanks, quotes or backslashes
       hint: correct --base-url, or leave it out

    $ patcher sync --no-repro --upstream /nope
    exit code: 2
    --- stderr
      error: upstream /nope (--upstream): there is no such directory
       hint: name a clone of the upstream, or its URL

    $ patcher sync --no-repro --upstream ext::sh
    exit code: 2
    --- stderr
      error: --upstream: "ext::sh" names the program `git-remote-ext`, which git would run
       hint: name a URL such as https://example.com/rules.git, or a clone that you have

    $ patcher repro --bazel ./nope
    exit code: 30
    --- stderr
      error: --bazel: there is no program ./nope
       hint: correct --bazel, or leave it out: then `bazelisk` or `bazel` on PATH runs

    $ patcher repro --bazel sh --bazelrc nope
    exit code: 2
    --- stderr
      error: --bazelrc: there is no file [ROOT]/project/nope
       hint: correct --bazelrc, or leave it out

    $ patcher publish --unverified --registry-url a.com
    exit code: 2
    --- stderr
      error: --registry-url: "a.com" is no base URL: it has to begin with https://, http:// or file:///, without blanks, quotes or backslashes
       hint: correct --registry-url, or leave it out

    $ patcher publish
    exit code: 2
    --- stderr
      error: PATCHER_BASE_URL: "example.com" is no base URL: it has to begin with https://, http:// or file:///, without blanks, quotes or backslashes
       hint: correct it, or `unset PATCHER_BASE_URL`

    $ patcher override add app/MODULE.bazel
    exit code: 2
    --- stderr
      error: PATCHER_BASE_URL: "example.com" is no base URL: it has to begin with https://, http:// or file:///, without blanks, quotes or backslashes
       hint: correct it, or `unset PATCHER_BASE_URL`

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: upstream /nope (PATCHER_UPSTREAM): there is no such directory
       hint: name a clone of the upstream, or its URL

    $ patcher sync
    exit code: 30
    --- stderr
      error: PATCHER_BAZEL: there is no program nobazel on PATH
       hint: correct it, or `unset PATCHER_BAZEL`: then `bazelisk` or `bazel` on PATH runs
       hint: or leave the scenarios out: `--no-repro`

    $ patcher preview latest --repro
    exit code: 30
    --- stderr
      error: PATCHER_BAZEL: there is no program nobazel on PATH
       hint: correct it, or `unset PATCHER_BAZEL`: then `bazelisk` or `bazel` on PATH runs
       hint: or leave the scenarios out: preview without `--repro`

    $ patcher repro
    exit code: 2
    --- stderr
      error: PATCHER_MODULE_APPEND: there is no file [ROOT]/project/nope
       hint: correct it, or `unset PATCHER_MODULE_APPEND`
    "#);
}

#[test]
fn a_bad_value_of_patcher_toml_is_named_with_its_line() {
    let bazel = |line: &str| {
        let sandbox = Sandbox::synced();
        sandbox.write("not-executable", "");
        set(&sandbox, &format!("bazelrc = []\n{line}"));
        sandbox.refuse(30, &["repro"], &[])
    };
    let files = Sandbox::synced();
    set(&files, "bazel = \"sh\"\nmodule-append = [\"nope\"]");
    let upstream = Sandbox::synced();
    let text = upstream.read("patcher.toml").replace("../upstream.git", "../nope");
    upstream.write("patcher.toml", &text);
    let said = [
        bazel("bazel = \"/nope/bazel\""),
        bazel("bazel = \"./not-executable\""),
        bazel("bazel = \"nobazel\""),
        files.refuse(2, &["repro"], &[]),
        upstream.refuse(2, &["sync", "--no-repro"], &[]),
    ];
    assert_snapshot!(joined(said), @"
    $ patcher repro
    exit code: 30
    --- stderr
      error: patcher.toml:2: bazel: there is no program /nope/bazel
       hint: correct or delete that line: then `bazelisk` or `bazel` on PATH runs

    $ patcher repro
    exit code: 30
    --- stderr
      error: patcher.toml:2: bazel: ./not-executable is not executable
       hint: `chmod +x [ROOT]/project/not-executable` allows it

    $ patcher repro
    exit code: 30
    --- stderr
      error: patcher.toml:2: bazel: there is no program nobazel on PATH
       hint: correct or delete that line: then `bazelisk` or `bazel` on PATH runs

    $ patcher repro
    exit code: 2
    --- stderr
      error: patcher.toml:2: module-append: there is no file [ROOT]/project/nope
       hint: correct or delete that line

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: upstream ../nope (patcher.toml:1): there is no such directory
       hint: name a clone of the upstream, or its URL
    ");
}

#[test]
fn a_script_without_its_program_is_told_from_a_missing_one() {
    let sandbox = Sandbox::synced();
    sandbox.write("bazel", "#!/nope/sh\n");
    crate::common::make_executable(&sandbox.project.join("bazel"));
    assert_snapshot!(sandbox.refuse(30, &["repro", "--bazel", "./bazel"], &[]), @"
    $ patcher repro --bazel ./bazel
    exit code: 30
    --- stderr
      error: cannot start [ROOT]/project/bazel: No such file or directory (os error 2)
       hint: its first line names a program that is not there: correct that line
    ");
}

#[test]
fn what_was_never_fetched_is_named_with_its_places() {
    let mut sandbox = Sandbox::synced();
    fs::remove_dir_all(&sandbox.cache).unwrap();
    let mut said = vec![
        sandbox.refuse(30, &["preview"], &[]),
        sandbox.refuse(30, &["preview", "1.1.0"], &[]),
        sandbox.refuse(30, &["sync", "--no-repro", "--offline"], &[]),
    ];
    sandbox.unset("PATCHER_CACHE_DIR");
    said.push(sandbox.refuse(30, &["edit"], &[]));
    assert_snapshot!(joined(said), @"
    $ patcher preview
    exit code: 30
    --- stderr
      error: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it

    $ patcher preview 1.1.0
    exit code: 30
    --- stderr
      error: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it

    $ patcher sync --no-repro --offline
    exit code: 30
    --- stderr
      error: nothing was fetched yet, and --offline forbids it: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it

    $ patcher edit
    exit code: 30
    --- stderr
      error: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/home/.cache/patcher/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
    ");
    // The first hint works.
    sandbox.succeed(&["sync", "--dry-run"]);
    sandbox.succeed(&["preview", "1.1.0"]);
}

#[test]
fn a_patch_that_was_edited_by_hand_is_brought_back_by_git() {
    let sandbox = committed();
    break_patch(&sandbox);
    let mut said = vec![
        sandbox.refuse(1, &["check"], &[]),
        sandbox.refuse(1, &["sync", "--no-repro"], &[]),
        sandbox.refuse(1, &["edit", "2"], &[]),
        sandbox.succeed(&["status"]),
    ];
    sandbox.git(&sandbox.project, &["add", "--all"]);
    let staged = sandbox.refuse(1, &["check"], &[]);
    let (_, command) = staged.stderr.split_once("hint: `").unwrap();
    let (command, _) = command.split_once('`').unwrap();
    sandbox.script(command, &Default::default());
    sandbox.succeed(&["check"]);
    sandbox.succeed(&["edit", "2"]);
    said.push(staged);
    assert_snapshot!(joined(said), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       hint: `git restore patches/0002-docs.patch` brings it back, `patcher edit 2` changes it

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
      error: patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       hint: `git restore patches/0002-docs.patch` brings it back, `patcher edit 2` changes it
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed

    $ patcher edit 2
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       hint: `git restore patches/0002-docs.patch` brings it back, `patcher edit 2` changes it

    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    wrong      ! patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
    --- stderr
    Finished in [TIME]: patches/0002-docs.patch has to be mended
    Next: git restore patches/0002-docs.patch   bring it back as it was committed

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       hint: `git restore --staged --worktree patches/0002-docs.patch` brings it back, `patcher edit 2` changes it
    "#);
}

#[test]
fn a_patch_that_git_does_not_have_is_made_again() {
    let sandbox = Sandbox::synced();
    break_patch(&sandbox);
    let said = [sandbox.refuse(1, &["check"], &[]), sandbox.succeed(&["status"])];
    assert_snapshot!(joined(said), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`

    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    wrong      ! patches/0002-docs.patch:20: README.md:7: expected "* Three books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
    --- stderr
    Finished in [TIME]: patches/0002-docs.patch has to be mended
    Next: patcher check   see how to mend it
    "#);
}

#[test]
fn status_names_what_no_sync_mends() {
    let sandbox = committed();
    sandbox.edit("upstream.lock", "revision = 1", "revision = 2");
    let lock = sandbox.succeed(&["status"]);
    let json = sandbox.succeed(&["status", "--format", "json"]).json();
    assert_eq!(json["faults"][0]["restore"], "git restore upstream.lock");
    sandbox.git(&sandbox.project, &["restore", "upstream.lock"]);
    fs::remove_file(sandbox.project.join("patches/0002-docs.patch")).unwrap();
    let missing = sandbox.succeed(&["status"]);
    fs::remove_file(sandbox.project.join("upstream.lock")).unwrap();
    let none = sandbox.refuse(2, &["status"], &[]);
    assert_snapshot!(joined([lock, missing, none]), @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    wrong      ! upstream.lock:3: the checksum does not hold
    --- stderr
    Finished in [TIME]: upstream.lock has to be mended
    Next: git restore upstream.lock   bring it back as it was committed

    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    wrong      ! patches/series:2: 0002-docs.patch is missing from patches/
    --- stderr
    Finished in [TIME]: patches/series has to be mended
    Next: patcher check   see how to mend it

    $ patcher status
    exit code: 2
    --- stderr
      error: patches/series:2: 0002-docs.patch is missing from patches/
       hint: restore it from git, or take its line out of the series
      error: [ROOT]/project/upstream.lock: the project has no lock
       hint: `git restore upstream.lock` brings it back, if it was committed
       hint: `patcher sync --to RELEASE` makes one: of the release that the patches are made for
    ");
}

#[test]
fn an_output_directory_that_cannot_be_is_found_out_first() {
    let sandbox = Sandbox::synced();
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    sandbox.write("dist", "");
    let said = [
        sandbox.refuse(2, &["publish", "--unverified"], &[]),
        sandbox.refuse(2, &["publish", "--output", "dist/below"], &[]),
        sandbox.refuse(2, &["publish", "--output", "out", "--registry", "dist"], &[]),
        sandbox.refuse(2, &["sync", "--no-repro"], &[]),
        sandbox.refuse(2, &["export", "dist/below"], &[]),
    ];
    assert_snapshot!(joined(said), @"
    $ patcher publish --unverified
    exit code: 2
    --- stderr
      error: cannot write into [ROOT]/project/dist: it is no directory
       hint: move it away, or name another directory: `--output DIR`

    $ patcher publish --output dist/below
    exit code: 2
    --- stderr
      error: cannot write into [ROOT]/project/dist/below: [ROOT]/project/dist is no directory
       hint: move it away, or name another directory: `--output DIR`

    $ patcher publish --output out --registry dist
    exit code: 2
    --- stderr
      error: cannot write into [ROOT]/project/dist: it is no directory
       hint: move it away, or name another directory: `--registry DIR`

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: cannot write into [ROOT]/project/dist: it is no directory
       hint: move it away, or name another directory: `--output DIR`

    $ patcher export dist/below
    exit code: 2
    --- stderr
      error: [ROOT]/project/dist/below is no directory
       hint: name a directory that is empty or absent
    ");
}

/// A file system that takes no files, whoever writes.
#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nothing_can_be_made_is_named() {
    let sandbox = Sandbox::synced();
    let said = [
        sandbox.refuse(30, &["publish", "--unverified", "--output", "/proc/x"], &[]),
        sandbox.refuse(30, &["sync", "--no-repro", "--output", "/proc/x"], &[]),
        sandbox.refuse(30, &["export", "/proc/x"], &[]),
        sandbox.refuse(30, &["preview", "1.1.0", "--markdown", "/proc/x"], &[]),
    ];
    assert_snapshot!(joined(said), @"
    $ patcher publish --unverified --output /proc/x
    exit code: 30
    --- stderr
      error: cannot create /proc/x: No such file or directory (os error 2)
       hint: nothing can be written there: name another place

    $ patcher sync --no-repro --output /proc/x
    exit code: 30
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: cannot create /proc/x: No such file or directory (os error 2)
       hint: nothing can be written there: name another place
       hint: no file of the project was changed

    $ patcher export /proc/x
    exit code: 30
    --- stderr
      error: cannot create /proc/x: No such file or directory (os error 2)
       hint: nothing can be written there: name another place

    $ patcher preview 1.1.0 --markdown /proc/x
    exit code: 30
    --- stderr
      error: cannot write /proc/x: No such file or directory (os error 2)
       hint: nothing can be written there: name another place
    ");
}

#[test]
fn an_edit_of_a_project_that_was_there_before_is_not_taken_for_its_own() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["edit"]);
    let copy = sandbox.project.with_file_name("copy");
    let paths = [&sandbox.project, &copy].map(|path| path.to_str().unwrap().to_owned());
    sandbox.script("cp -a . ../copy", &Default::default());
    fs::remove_dir_all(&sandbox.project).unwrap();
    fs::rename(&paths[1], &paths[0]).unwrap();
    let said = [
        sandbox.succeed(&["status"]),
        sandbox.refuse(2, &["sync", "--no-repro"], &[]),
        sandbox.patcher(&["continue"]),
        sandbox.succeed(&["abort"]),
    ];
    assert_snapshot!(joined(said), @"
    $ patcher status
    exit code: 0
    --- stdout
    patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: begun for an earlier project at [ROOT]/project
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
        git status        see what is done and left
        patcher continue  write the commits as patches
        patcher abort     or: leave all as it was

    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: work is under way

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: begun for an earlier project at [ROOT]/project
       hint: `patcher abort` gives it up, if it is none of this project's
       hint: `patcher continue` goes on with it here

    $ patcher continue
    exit code: 1
    --- stderr
    warning: patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: begun for an earlier project at [ROOT]/project
      error: no commit changes the series
       hint: commit what you change in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
       hint: `git -C [ROOT]/cache/work/[KEY]/demo_rules-1.0.0 reflog` shows what else was committed
       hint: `patcher abort` removes the worktree

    $ patcher abort
    exit code: 0
    --- stderr
    Finished in [TIME]: the worktree is gone; the patches are as they were
    ");
    sandbox.succeed(&["sync", "--no-repro"]);
}

#[test]
fn a_conflict_s_way_out_has_what_the_command_was_given() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "1.2.0", |tree| {
        let text = fs::read_to_string(tree.join("README.md")).unwrap();
        fs::write(tree.join("README.md"), text.replace("Two books", "Both books")).unwrap();
    });
    let hint = |args: &[&str]| {
        let run = sandbox.refuse(3, &[&["sync", "--to", "1.2.0"], args].concat(), &[]);
        let hints = run.stderr.lines().filter(|line| line.contains("hint: "));
        format!("{}\n{}\n", args.join(" "), hints.collect::<Vec<_>>().join("\n"))
    };
    let said = [
        hint(&["--check"]),
        hint(&["--no-repro"]),
        hint(&["--check", "--no-repro", "--allow-fewer-releases", "--output", "a b"]),
        hint(&["--no-repro", "--upstream", "../upstream.git", "--drop-upstreamed", "1"]),
    ];
    assert_snapshot!(joined(said), @"
    --check
       hint: `patcher sync --to 1.2.0 --resolve` opens a worktree to resolve it in; nothing was changed

    --no-repro
       hint: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    --check --no-repro --allow-fewer-releases --output a b
       hint: `patcher sync --to 1.2.0 --resolve --output 'a b' --allow-fewer-releases --no-repro` opens a worktree to resolve it in; nothing was changed

    --no-repro --upstream ../upstream.git --drop-upstreamed 1
       hint: `patcher sync --to 1.2.0 --resolve --upstream ../upstream.git --drop-upstreamed 1 --no-repro` opens a worktree to resolve it in; nothing was changed
    ");
}

#[test]
fn an_override_by_a_file_names_the_archive_that_is_not_there() {
    let sandbox = Sandbox::synced();
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    let empty = sandbox.project.with_file_name("empty");
    fs::create_dir(&empty).unwrap();
    let url = |directory: &std::path::Path| format!("file://{}", directory.display());
    let add =
        |url: &str| sandbox.succeed(&["override", "add", "app/MODULE.bazel", "--base-url", url]);
    let missing = add(&url(&empty));
    sandbox.succeed(&["override", "remove", "app/MODULE.bazel"]);
    let there = add(&url(&sandbox.project.join("dist")));
    assert_snapshot!(joined([missing, there]), @"
    $ patcher override add app/MODULE.bazel --base-url file://[ROOT]/empty
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    warning: [ROOT]/empty has no demo_rules-1.0.0.patched.1.tar.gz, which the override names
       hint: `patcher publish --output [ROOT]/empty` writes it
    + Added      archive_override of demo_rules to app/MODULE.bazel
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    $ patcher override add app/MODULE.bazel --base-url file://[ROOT]/project/dist
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Added      archive_override of demo_rules to app/MODULE.bazel
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
}

#[test]
fn replace_without_a_kind_names_the_one_that_stays() {
    let sandbox = Sandbox::synced();
    let commit = sandbox.read("upstream.lock");
    let (_, commit) = commit.split_once("patched_commit = \"").unwrap();
    let (commit, _) = commit.split_once('"').unwrap();
    sandbox.write(
        "app/MODULE.bazel",
        &format!(
            "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\ngit_override(\n    \
             module_name = \"demo_rules\",\n    commit = \"{commit}\",\n    \
             remote = \"https://example.com/rules.git\",\n)\n"
        ),
    );
    let update = |args: &[&str]| {
        sandbox.patcher(&[&["override", "update", "app/MODULE.bazel", "--replace"], args].concat())
    };
    let said = [
        update(&[]),
        update(&["--kind", "single-version"]),
        update(&["--kind", "registry"]),
        update(&["--kind", "local-path"]),
        update(&["--kind", "archive"]),
        update(&["--kind", "archive", "--base-url", "https://example.com/archives"]),
        update(&["--kind", "git"]),
    ];
    assert_snapshot!(joined(said), @"
    $ patcher override update app/MODULE.bazel --replace
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
                 patcher wrote this git_override, and `--replace` keeps its kind: name another one, such as `--kind archive`
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date

    $ patcher override update app/MODULE.bazel --replace --kind single-version
    exit code: 2
    --- stderr
      error: upstream.lock does not hold what the registry says of upstream's own archive of 1.0.0
       hint: `patcher sync --registry URL|DIR` in its project records it
       hint: `--kind archive` does not need it

    $ patcher override update app/MODULE.bazel --replace --kind registry
    exit code: 2
    --- stderr
      error: it is not known which registry to take
       hint: `--registry URL` names it: `patcher publish --kind registry` makes one

    $ patcher override update app/MODULE.bazel --replace --kind local-path
    exit code: 2
    --- stderr
      error: it is not known which directory to take
       hint: `--path DIR` names it: `patcher export DIR` makes one

    $ patcher override update app/MODULE.bazel --replace --kind archive
    exit code: 2
    --- stderr
      error: no URL for the archive: neither --base-url, PATCHER_BASE_URL nor `base-url` in patcher.toml is set
       hint: `--base-url URL`: the directory that the archive is published in

    $ patcher override update app/MODULE.bazel --replace --kind archive --base-url https://example.com/archives
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   git_override of demo_rules by archive_override in app/MODULE.bazel
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    $ patcher override update app/MODULE.bazel --replace --kind git
    exit code: 2
    --- stderr
      error: it is not known which repository to take
       hint: `--remote URL` names it: one that `patcher publish --kind git --push URL` pushed to
    ");
}

#[test]
fn without_a_project_every_command_says_so() {
    let sandbox = Sandbox::new();
    let empty = sandbox.project.with_file_name("empty");
    fs::create_dir(&empty).unwrap();
    let mut said = Vec::new();
    for args in [
        &["status"][..],
        &["check"],
        &["series"],
        &["sync"],
        &["preview"],
        &["repro"],
        &["matrix"],
        &["why"],
        &["publish"],
        &["export", "x"],
        &["edit"],
        &["new", "x"],
        &["drop", "1"],
        &["bisect"],
        &["continue"],
        &["skip"],
        &["abort"],
        &["abort", "--check"],
        &["ci", "port"],
    ] {
        let output = sandbox.command(args).current_dir(&empty).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        said.push(
            String::from_utf8(output.stderr).unwrap().replace(empty.to_str().unwrap(), "[DIR]"),
        );
    }
    assert_snapshot!(crate::common::same(said), @"
    error: [DIR]: there is no upstream.lock here
     hint: name the project's directory with -C
     hint: `patcher init DIR` begins a project, `patcher demo DIR` makes one to play with
    ");
    let file = sandbox.refuse(2, &["-C", "patcher.toml", "status"], &[]);
    assert_snapshot!(file, @"
    $ patcher -C patcher.toml status
    exit code: 2
    --- stderr
      error: [ROOT]/project/patcher.toml: is no directory
       hint: name the project's directory with -C
    ");
}

#[test]
fn a_release_is_written_alike_everywhere() {
    let sandbox = Sandbox::synced();
    let with_v = sandbox.succeed(&["preview", "v1.1.0"]).stdout;
    assert_eq!(with_v, sandbox.succeed(&["preview", "1.1.0"]).stdout);
    sandbox.succeed(&["sync", "--to", "v1.1.0", "--no-repro"]);
    assert!(sandbox.pins().contains("1.1.0"), "{}", sandbox.pins());
    let said = [
        &["sync", "--to", "1.1"][..],
        &["sync", "--to", "1.x"],
        &["publish", "--release", "1.1"],
        &["repro", "--release", "1.1"],
        &["bisect", "--from", "1.0"],
        &["review", "--releases", "1.0..1.1.0"],
        &["review", "--releases", "1.0"],
        &["preview", "1.1..1.0"],
        &["publish", "--kind", "nope"],
    ];
    assert_snapshot!(joined(said.map(|args| sandbox.refuse(2, args, &[]))), @"
    $ patcher sync --to 1.1
    exit code: 2
    --- stderr
    error: invalid value '1.1' for '--to <RELEASE>': it may be any of several releases

      tip: name one of them, such as 1.1.0

    For more information, try '--help'.

    $ patcher sync --to 1.x
    exit code: 2
    --- stderr
    error: invalid value '1.x' for '--to <RELEASE>': it may be any of several releases

      tip: name one of them, such as 1.0.0

    For more information, try '--help'.

    $ patcher publish --release 1.1
    exit code: 2
    --- stderr
    error: invalid value '1.1' for '--release <RELEASE|TAG>': it may be any of several releases

      tip: name one of them, such as 1.1.0

    For more information, try '--help'.

    $ patcher repro --release 1.1
    exit code: 2
    --- stderr
    error: invalid value '1.1' for '--release <RELEASE|latest>': it may be any of several releases

      tip: name one of them, such as 1.1.0

    For more information, try '--help'.

    $ patcher bisect --from 1.0
    exit code: 2
    --- stderr
    error: invalid value '1.0' for '--from <RELEASE|COMMIT>': it may be any of several releases

      tip: name one of them, such as 1.0.0

    For more information, try '--help'.

    $ patcher review --releases 1.0..1.1.0
    exit code: 2
    --- stderr
    error: invalid value '1.0..1.1.0' for '--releases <OLD..NEW>': it may be any of several releases

      tip: name one of them, such as 1.0.0

    For more information, try '--help'.

    $ patcher review --releases 1.0
    exit code: 2
    --- stderr
    error: invalid value '1.0' for '--releases <OLD..NEW>': not two releases such as 2.3.1..2.3.2

    For more information, try '--help'.

    $ patcher preview 1.1..1.0
    exit code: 2
    --- stderr
    error: invalid value '1.1..1.0' for '[RELEASE|RANGE|main|candidate]...': the range ends before it begins

      tip: its lower end comes first: 1.0..1.1

    For more information, try '--help'.

    $ patcher publish --kind nope
    exit code: 2
    --- stderr
    error: invalid value 'nope' for '--kind <KIND>': no kind of override: there are archive, patches, single-version, git, local-path, workspace, registry, registry-patches

    For more information, try '--help'.
    ");
}

#[test]
fn what_is_no_archive_or_no_document_has_a_way_out() {
    let mut sandbox = Sandbox::synced();
    fs::write(sandbox.home.join("half.tar.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let mut said = vec![
        sandbox.refuse(2, &["verify", "dist"], &[]),
        sandbox.refuse(2, &["verify", "../home/half.tar.gz"], &[]),
        sandbox.refuse(30, &["matrix", "--merge", "nope"], &[]),
        sandbox.refuse(30, &["ci", "propose", "nope"], &[]),
        sandbox.refuse(2, &["review"], &[]),
    ];
    sandbox.set("PATCHER_CACHE_DIR", "patcher.toml");
    said.push(sandbox.refuse(30, &["status"], &[]));
    assert_snapshot!(joined(said.iter().map(crate::common::Run::said)), @"
    error: [ROOT]/project/dist: is a directory
     hint: name an archive, its URL, or the MODULE.bazel of a consumer

    error: half.tar.gz: not a patcher archive: the gzip ends early: it is truncated
     hint: name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel
     hint: if it is one, it was damaged on the way: download it or publish it again

    error: cannot read nope: No such file or directory (os error 2)
     hint: `patcher matrix --json FILE` writes such a document

    error: cannot read [ROOT]/project/nope: No such file or directory (os error 2)
     hint: `patcher ci port --proposal FILE` writes it

    error: [ROOT]/project is in no git repository
     hint: `git init` and a commit keep what a review compares with
     hint: `--releases OLD..NEW` compares two releases, which needs none

    error: PATCHER_CACHE_DIR: [ROOT]/project/patcher.toml is no directory
     hint: set PATCHER_CACHE_DIR to a directory
    ");
}
