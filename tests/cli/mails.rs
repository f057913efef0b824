//! Patches as they come: mails of others, names, line ends, what editors and hooks leave.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, joined, same};

const FIRST: &str = "patches/0001-compile-separately.patch";
const SECOND: &str = "patches/0002-docs.patch";
const TRAILERS: &str = "Why.\n\nUpstream-Status: Pending\nRepro: none (a test)\nDrop-When: never";

/// A clone of the upstream that stands on `release` with the project's series as commits.
fn patched(sandbox: &Sandbox, release: &str) -> PathBuf {
    let clone = sandbox.worktree("clone", release);
    let series = [FIRST, SECOND].map(|file| sandbox.project.join(file));
    let [first, second] = series.each_ref().map(|path| path.to_str().unwrap());
    sandbox.git(&clone, &["am", "--quiet", first, second]);
    clone
}

/// Commits all changes in a clone and puts the patch of that into the series, as
/// `git format-patch` writes it. The result is its name.
fn add(sandbox: &Sandbox, clone: &Path, subject: &str, options: &[&str]) -> String {
    let author = "--author=A Real Author <real@example.com>";
    sandbox.git(clone, &["add", "--all"]);
    let message = format!("{subject}\n\n{TRAILERS}");
    sandbox.git(clone, &["commit", "--quiet", author, "--message", &message]);
    let output = sandbox.project.join("patches");
    let args = ["format-patch", "-1", "--start-number=3", "--output-directory"];
    let args = [&args[..], &[output.to_str().unwrap()], options].concat();
    let path = sandbox.git(clone, &args);
    let name = path.rsplit('/').next().unwrap().to_owned();
    let series = sandbox.read("patches/series");
    sandbox.write("patches/series", &format!("{series}{name}\n"));
    name
}

/// Adds lines to the end of a file.
fn append(path: &Path, text: &str) {
    let before = fs::read_to_string(path).unwrap();
    fs::write(path, before + text).unwrap();
}

fn syncs(sandbox: &Sandbox) -> String {
    sandbox.succeed(&["sync", "--no-repro"]).said()
}

#[test]
fn the_author_in_the_text_is_the_author() {
    let sandbox = Sandbox::synced();
    let clone = patched(&sandbox, "1.0.0");
    append(&clone.join("notes.bzl"), "# more\n");
    let name = add(&sandbox, &clone, "fix: more", &["--from=S <s@example.com>"]);
    assert!(sandbox.read(&format!("patches/{name}")).contains("\nFrom: S <s@example.com>\n"));
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    let patch = sandbox.read(&format!("patches/{name}"));
    assert!(patch.contains("\nFrom: A Real Author <real@example.com>\n"), "{patch}");
    assert!(!patch.contains("s@example.com"), "{patch}");
    // What git makes of it is what patcher publishes.
    let again = sandbox.worktree("again", "1.0.0");
    let paths = [FIRST, SECOND, &format!("patches/{name}")].map(|file| sandbox.project.join(file));
    let paths = paths.each_ref().map(|path| path.to_str().unwrap());
    sandbox.git(&again, &[&["am", "--quiet"][..], &paths].concat());
    let said = sandbox.git(&again, &["log", "-1", "--format=%an <%ae>%n%B"]);
    assert_eq!(said, format!("A Real Author <real@example.com>\nfix: more\n\n{TRAILERS}"));
}

#[test]
fn an_attached_patch_is_refused_by_name() {
    let sandbox = Sandbox::synced();
    let clone = patched(&sandbox, "1.0.0");
    append(&clone.join("notes.bzl"), "# more\n");
    add(&sandbox, &clone, "fix: more", &["--attach"]);
    let said =
        [&["check"][..], &["sync", "--no-repro"]].map(|args| sandbox.refuse(2, args, &[]).said());
    assert_snapshot!(same(said), @"
    error: patches/0003-fix-more.patch:6: the patch is an attachment: the mail has several parts
     hint: let git read it: `git am` it onto the pinned commit, then `git format-patch --full-index -1`
    ");
}

#[test]
fn names_of_git_format_patch_and_of_people_are_taken() {
    let sandbox = Sandbox::synced();
    let clone = patched(&sandbox, "1.0.0");
    append(&clone.join("notes.bzl"), "# more\n");
    let name = add(&sandbox, &clone, "Fix the notes_of() helper, v1.2", &[]);
    assert_eq!(name, "0003-Fix-the-notes_of-helper-v1.2.patch");
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    // Without a number, as Electron names them.
    let [from, to] = [&name, "fix_notes_of.patch"].map(|name| format!("patches/{name}"));
    fs::rename(sandbox.project.join(from), sandbox.project.join(to)).unwrap();
    sandbox.edit("patches/series", &name, "fix_notes_of.patch");
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    assert_snapshot!(sandbox.succeed(&["preview", "1.1.0"]), @"
    $ patcher preview 1.1.0
    exit code: 0
    --- stdout
    patches at 1.0.0  0001      0002         fix_notes_of
    1.1.0             + offset  - unchanged  + offset
    --- stderr
    Finished in [TIME]: the patches apply to 1 release
    ");
    // A new patch comes after it, so it gets a number.
    let run = sandbox.succeed(&["edit"]);
    let worktree = run.stderr.split_whitespace().find(|word| word.contains("/cache/")).unwrap();
    let worktree = PathBuf::from(worktree.trim_matches(['`', ',', '.', ':']));
    append(&worktree.join("notes.bzl"), "# even more\n");
    sandbox.git(
        &worktree,
        &["commit", "--quiet", "--all", "--message", &format!("fix: x\n\n{TRAILERS}")],
    );
    sandbox.succeed(&["continue"]);
    assert_snapshot!(sandbox.read("patches/series"), @"
    0001-compile-separately.patch
    0002-docs.patch
    0003-fix_notes_of.patch
    0004-x.patch
    ");
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    // What is no name is said once.
    sandbox.edit("patches/series", "0004-x.patch", "0004 x.patch");
    fs::rename(
        sandbox.project.join("patches/0004-x.patch"),
        sandbox.project.join("patches/0004 x.patch"),
    )
    .unwrap();
    assert_snapshot!(sandbox.refuse(1, &["sync", "--no-repro"], &[]).said(), @r#"
    error: patches/series:4: "0004 x.patch" is not a patch name
     hint: rename it such as 0001-a-slug.patch: letters, digits, `.`, `_` and `-`, then .patch
    "#);
}

#[test]
fn a_name_that_git_puts_in_quotes_is_read() {
    let sandbox = Sandbox::synced();
    let clone = patched(&sandbox, "1.0.0");
    fs::write(clone.join("caf\u{e9}.bzl"), "A = 1\n").unwrap();
    let name = format!("patches/{}", add(&sandbox, &clone, "fix: more", &[]));
    assert!(sandbox.read(&name).contains("+++ \"b/caf\\303\\251.bzl\"\n"));
    // Bazel's own patcher does not find such a file: the kinds that need it are named.
    let kinds = "its name is not ASCII, which Bazel's patcher does not find \
                 (kinds patches, single-version, registry-patches)";
    sandbox.refuse(1, &["sync", "--no-repro"], &[kinds]);
    sandbox.edit("patcher.toml", "upstream", "kinds = [\"archive\"]\nupstream");
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    assert!(sandbox.read(&name).contains("\n+++ b/caf\u{e9}.bzl\n"));
    let again = sandbox.worktree("again", "1.0.0");
    let paths = [FIRST, SECOND, &name].map(|file| sandbox.project.join(file));
    let paths = paths.each_ref().map(|path| path.to_str().unwrap());
    sandbox.git(&again, &[&["am", "--quiet"][..], &paths].concat());
    assert_eq!(fs::read_to_string(again.join("caf\u{e9}.bzl")).unwrap(), "A = 1\n");
}

#[test]
fn a_file_that_no_patch_can_name_is_left_to_upstream() {
    let sandbox = Sandbox::synced();
    let odd = "an \"odd\" name.bzl";
    sandbox.release("1.0.0", "1.0.1", |directory| {
        fs::write(directory.join(odd), "A = 1\n").unwrap();
    });
    sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    sandbox.succeed(&["check"]);
    // A patch that touches it can be read by nobody but git.
    let run = sandbox.succeed(&["edit"]);
    let worktree = run.stderr.split_whitespace().find(|word| word.contains("/cache/")).unwrap();
    let worktree = PathBuf::from(worktree.trim_matches(['`', ',', '.', ':']));
    fs::write(worktree.join(odd), "A = 2\n").unwrap();
    let message = format!("fix: x\n\n{TRAILERS}");
    sandbox.git(&worktree, &["commit", "--quiet", "--all", "--message", &message]);
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]).said(), @r#"
    error: commit fab882433518 (fix: x): an "odd" name.bzl: has a name that git must quote: a patch cannot carry it
     hint: leave that out of it: `git commit --amend`
     hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-1.0.1
    "#);
    sandbox.succeed(&["abort"]);
    // A patch that git made of it is refused as well.
    let clone = patched(&sandbox, "1.0.1");
    fs::write(clone.join(odd), "A = 2\n").unwrap();
    add(&sandbox, &clone, "fix: odd", &[]);
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]).said(), @"
    error: patches/0003-fix-odd.patch:15: has a path that git must quote, which Bazel cannot read
     hint: leave that file out of the patch
    ");
    // Nor does a patch follow a file to such a name.
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.0.1", |directory| {
        fs::rename(directory.join("notes.bzl"), directory.join(odd)).unwrap();
    });
    let args = ["sync", "--to", "1.0.1", "--no-repro"];
    assert_snapshot!(sandbox.patcher(&args), @r#"
    $ patcher sync --to 1.0.1 --no-repro
    exit code: 2
    --- stderr
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.0.1 (311fac574ee0)
      error: an "odd" name.bzl: has a name that git must quote: a patch cannot carry it
    "#);
}

#[test]
fn quilt_stops_at_a_series_with_crlf() {
    let sandbox = Sandbox::synced();
    let text = sandbox.read("patches/series");
    sandbox.write("patches/series", &text.replace('\n', "\r\n"));
    let all = sandbox.refuse(2, &["check"], &[]).said();
    sandbox.write("patches/series", &text.replacen('\n', "\r\n", 1));
    assert_snapshot!(joined([all, sandbox.refuse(1, &["check"], &[]).said()]), @"
    error: patches/series: has CRLF line ends
     hint: make them LF (`dos2unix patches/series`), and write `* -text` into .gitattributes

    error: patches/series:1: has a CRLF line end, at which quilt stops
     hint: make it LF (`dos2unix patches/series`)
    ");
}

#[test]
fn crlf_in_a_file_needs_an_option_of_git_am() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.0.1", |directory| {
        fs::write(directory.join("run.cmd"), "@echo off\r\necho one\r\n").unwrap();
    });
    sandbox.edit("patcher.toml", "upstream", "kinds = [\"archive\"]\nupstream");
    sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    let clone = patched(&sandbox, "1.0.1");
    fs::write(clone.join("run.cmd"), "@echo off\r\necho 1\r\n").unwrap();
    let name = add(&sandbox, &clone, "fix: run", &[]);
    let warning = "warning: 0003-fix-run.patch has CRLF lines: apply with `git am --keep-cr`";
    assert!(syncs(&sandbox).contains(warning));
    assert_snapshot!(sandbox.succeed(&["check"]).said(), @"
    + Checked    3 patches at 1.0.1: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.0.1.patched.2 (archives by their commits: --archives)
    warning: 0003-fix-run.patch has CRLF lines: apply with `git am --keep-cr`
    warning: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 1 release
    ");
    // The warning is true.
    let patch = sandbox.project.join("patches").join(name);
    sandbox.git(&clone, &["checkout", "--quiet", "HEAD^"]);
    let path = patch.to_str().unwrap();
    let env = BTreeMap::new();
    let am = format!("cd {} && git -c user.name=C -c user.email=c@d.e am -q", clone.display());
    let run = sandbox.script(&format!("{am} {path}"), &env);
    assert!(run.code != Some(0) && run.stdout.contains("Patch failed"), "{run}");
    assert_eq!(sandbox.script(&format!("{am} --abort; {am} --keep-cr {path}"), &env).code, Some(0));
    // A patch that lost the carriage returns lost content.
    let text = fs::read_to_string(&patch).unwrap();
    fs::write(&patch, text.replace('\r', "")).unwrap();
    let said = [&["check"][..], &["sync", "--no-repro"]].map(|args| sandbox.refuse(1, args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0003-fix-run.patch:12: the carriage returns of 2 lines were stripped, as `core.autocrlf` does
       hint: restore the patch, and write `*.patch -text` into .gitattributes before

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.1 (731593ac914e)
      error: patches/0003-fix-run.patch:12: the carriage returns of 2 lines were stripped, as `core.autocrlf` does
       hint: restore the patch, and write `*.patch -text` into .gitattributes before
       hint: the series applies to 1.0.1 exactly, or not at all; nothing was changed
    ");
}

/// What a hook makes of a file.
fn strip_blanks(sandbox: &Sandbox, file: &str) {
    let text = sandbox.read(file);
    let lines = text.lines().map(|line| format!("{}\n", line.trim_end_matches([' ', '\t'])));
    let stripped: String = lines.collect();
    assert_ne!(stripped, text);
    sandbox.write(file, &stripped);
}

#[test]
fn blanks_that_a_hook_stripped_are_restored_or_refused() {
    // Only context lost blanks: the content is what the index line says.
    let sandbox = Sandbox::synced();
    let whole = sandbox.read(FIRST);
    strip_blanks(&sandbox, FIRST);
    let said = syncs(&sandbox);
    assert!(said.contains(&format!("Mended     {FIRST}")), "{said}");
    assert_eq!(sandbox.read(FIRST), whole);

    // So with blanks in the file itself.
    sandbox.release("1.0.0", "1.0.1", |directory| {
        append(&directory.join("notes.bzl"), "\nA = 1  \nB = 2\t\nC = 3\n");
    });
    sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    let clone = patched(&sandbox, "1.0.1");
    let notes = clone.join("notes.bzl");
    let text = fs::read_to_string(&notes).unwrap();
    fs::write(&notes, text.replace("C = 3", "C = 4")).unwrap();
    let name = format!("patches/{}", add(&sandbox, &clone, "fix: more", &[]));
    syncs(&sandbox);
    let whole = sandbox.read(&name);
    strip_blanks(&sandbox, &name);
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]).said(), @"
    error: patches/0003-fix-more.patch:17: is not canonical: the blanks at the line's end were stripped
     hint: `patcher sync` writes it in canonical form
    error: patches/0003-fix-more.patch:12: the trailing blanks of 2 lines were stripped, as a whitespace hook does
     hint: `patcher sync` writes them again
    error: patches/0003-fix-more.patch: has changed since the last sync
     hint: `patcher sync` picks up the change
    error: 3 problems
    ");
    syncs(&sandbox);
    assert_eq!(sandbox.read(&name), whole);
    sandbox.succeed(&["check"]);

    // An added line lost its blanks, too: that is another content.
    fs::write(&notes, text.replace("C = 3", "C = 4  ")).unwrap();
    sandbox.git(&clone, &["reset", "--quiet", "--soft", "HEAD^"]);
    sandbox.edit("patches/series", "0003-fix-more.patch\n", "");
    let name = format!("patches/{}", add(&sandbox, &clone, "fix: more", &[]));
    syncs(&sandbox);
    strip_blanks(&sandbox, &name);
    let said = [&["check"][..], &["sync", "--no-repro"]].map(|args| sandbox.refuse(1, args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0003-fix-more.patch:17: is not canonical: the blanks at the line's end were stripped
       hint: `patcher sync` writes it in canonical form
      error: patches/0003-fix-more.patch:12: the trailing blanks of 2 lines were stripped, as a whitespace hook does
       hint: restore the patch from git, and exclude patches from the hook: `patcher edit` changes content
      error: 2 problems

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.1 (eb2da4cac8aa)
      error: patches/0003-fix-more.patch:12: the trailing blanks of 2 lines were stripped, as a whitespace hook does
       hint: restore the patch from git, and exclude patches from the hook: `patcher edit` changes content
       hint: the series applies to 1.0.1 exactly, or not at all; nothing was changed
    ");
}

#[test]
fn a_changed_content_is_picked_up_and_never_mended() {
    let sandbox = Sandbox::synced();
    // By hand, and no blank was lost.
    sandbox.edit(SECOND, "+None. Books may", "+None: books may");
    sandbox.edit(SECOND, "Subject: docs", "Subject: [PATCH] docs");
    let said = syncs(&sandbox);
    assert_snapshot!(said, @"
    > Using      demo_rules 1.0.0 (246b90549d47)
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    ! Picked up  patches/0002-docs.patch:12: makes another README.md than its index line says
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Wrote      dist/demo_rules-1.0.0.patched.2.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.2.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.2.tar.gz.intoto.json
    + Wrote      patches/0002-docs.patch
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.2: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    assert!(!said.contains("Mended"));
    sandbox.succeed(&["check"]);

    // Blanks were lost with it: only a person knows what is meant.
    let text = sandbox.read(FIRST);
    let added = text.lines().find(|line| line.starts_with("+ ")).unwrap();
    sandbox.edit(FIRST, added, &format!("{added}  # more"));
    strip_blanks(&sandbox, FIRST);
    let said = [&["check"][..], &["sync", "--no-repro"]].map(|args| sandbox.refuse(1, args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:19: is not canonical: the blanks at the line's end were stripped
       hint: `patcher sync` writes it in canonical form
      error: patches/0001-compile-separately.patch:13: makes another notes.bzl than its index line says: the trailing blanks of 3 lines were stripped, as a whitespace hook does
       hint: restore the patch from git, and exclude patches from the hook: `patcher edit` changes content
      error: patches/0001-compile-separately.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: 3 problems

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
      error: patches/0001-compile-separately.patch:13: makes another notes.bzl than its index line says: the trailing blanks of 3 lines were stripped, as a whitespace hook does
       hint: restore the patch from git, and exclude patches from the hook: `patcher edit` changes content
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed
    ");
    // The way that the hint names.
    sandbox.succeed(&["edit"]);
    sandbox.succeed(&["continue"]);
    syncs(&sandbox);
    sandbox.succeed(&["check"]);
    assert!(sandbox.read(FIRST).contains("  # more"));
}

/// What `check` refuses, as an edit of the project.
type Fault = (&'static str, fn(&Sandbox));

#[test]
fn what_sync_takes_check_takes() {
    let faults: [Fault; 16] = [
        ("nothing", |_| ()),
        ("no line end", |s| add_file(s, "a.txt", b"no end")),
        ("an empty file", |s| add_file(s, "a.txt", b"")),
        ("CRLF", |s| add_file(s, "a.txt", b"one\r\n")),
        ("a space", |s| add_file(s, "a b.txt", b"one\n")),
        ("not ASCII", |s| add_file(s, "\u{e9}.txt", b"one\n")),
        ("plain", |s| add_file(s, "a.txt", b"one\n")),
        ("no reason", |s| s.edit(SECOND, "Drop-When:", "Dropped-When:")),
        ("no scenario", |s| s.edit(FIRST, "Repro: two-books", "Repro: none")),
        ("a line like a diff's", |s| s.edit(SECOND, "\n\n", "\n\nIndex: x\n")),
        ("a line like a header", |s| s.edit(SECOND, "\n\n", "\n\n \nDate: x\n\n")),
        ("notes", |s| s.edit(SECOND, "\ndiff --git", "\n---\nNotes.\ndiff --git")),
        ("another mail", |s| {
            let first = s.read(FIRST);
            append(&s.project.join(SECOND), &first);
        }),
        ("a subject of many characters", |s| {
            s.edit(SECOND, "Subject: docs", &format!("Subject: {} docs", "x".repeat(65_600)));
        }),
        ("a mark before a line", |s| s.edit(SECOND, "\n+None", "\n\u{feff}+None")),
        ("a mark in the message", |s| s.edit(SECOND, "Subject: docs", "Subject: \u{feff}docs")),
    ];
    let mut taken = Vec::new();
    for (what, fault) in faults {
        let sandbox = Sandbox::synced();
        fault(&sandbox);
        // Before any of it panics or is silent.
        let codes = [
            &["check"][..],
            &["status"],
            &["sync", "--check", "--no-repro"],
            &["sync", "--no-repro"],
        ]
        .map(|args| (args, sandbox.patcher(args)));
        for (args, run) in &codes {
            assert!(matches!(run.code, Some(0..=2)), "{what}: {args:?}\n{run}");
            assert!(
                run.code == Some(0) || run.stderr.contains("error: "),
                "{what}: {args:?}\n{run}"
            );
        }
        if codes[3].1.code == Some(0) {
            let run = sandbox.patcher(&["check"]);
            assert_eq!(run.code, Some(0), "{what}\n{run}");
            let run = sandbox.patcher(&["sync", "--check", "--no-repro"]);
            assert!(!run.stderr.contains("patches/"), "{what}\n{run}");
            taken.push(what);
        }
    }
    let expected =
        ["nothing", "plain", "notes", "a subject of many characters", "a mark in the message"];
    assert_eq!(taken, expected);
}

/// Puts a file that is new into the series.
fn add_file(sandbox: &Sandbox, path: &str, bytes: &[u8]) {
    let clone = patched(sandbox, "1.0.0");
    fs::write(clone.join(path), bytes).unwrap();
    add(sandbox, &clone, "fix: more", &[]);
}

#[test]
fn a_checkout_with_other_line_ends_is_named_with_its_cure() {
    let sandbox = Sandbox::synced();
    let origin = sandbox.project.clone();
    assert_eq!(sandbox.read(".gitattributes").lines().count(), 4);
    let commit = |sandbox: &Sandbox| {
        sandbox.git(&origin, &["add", "--all"]);
        sandbox.git(&origin, &["commit", "--quiet", "--message", "x"]);
    };
    sandbox.git(&origin, &["init", "--quiet"]);
    commit(&sandbox);
    let clone = |sandbox: &Sandbox, name: &str| {
        let to = origin.with_file_name(name);
        let (from, to) = (origin.to_str().unwrap(), to.to_str().unwrap());
        sandbox.git(&origin, &["clone", "--quiet", "--config", "core.autocrlf=true", from, to]);
        PathBuf::from(to)
    };
    // The demonstration's project has what it needs.
    let mut sandbox = sandbox;
    sandbox.project = clone(&sandbox, "with-attributes");
    sandbox.succeed(&["check"]);
    fs::remove_file(origin.join(".gitattributes")).unwrap();
    commit(&sandbox);
    sandbox.project = clone(&sandbox, "without");
    assert!(sandbox.read("upstream.lock").contains("\r\n"));
    let commands = [&["check"][..], &["sync", "--no-repro"], &["repro"], &["edit"], &["drop", "2"]];
    assert_snapshot!(same(commands.map(|args| sandbox.refuse(2, args, &[]).said())), @"
    error: patches/0001-compile-separately.patch: has CRLF line ends, as have 9 other files: git made them (core.autocrlf)
     hint: commit, write `* -text` into .gitattributes, then check all files out again: `git read-tree HEAD && git checkout-index -f -a`
    ");
    let cure = "git update-index --refresh; echo '* -text' >> .gitattributes; git read-tree HEAD && git checkout-index -f -a";
    assert_eq!(sandbox.script(cure, &BTreeMap::new()).code, Some(0));
    sandbox.succeed(&["check"]);
    // Only one file: an editor did that.
    let text = sandbox.read("tests/repro/two-books/BUILD.bazel");
    sandbox.write("tests/repro/two-books/BUILD.bazel", &text.replace('\n', "\r\n"));
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]).said(), @"
    error: tests/repro/two-books/BUILD.bazel: has CRLF line ends
     hint: make them LF (`dos2unix tests/repro/two-books/BUILD.bazel`), and write `* -text` into .gitattributes
    ");
}

#[test]
fn a_scenario_with_other_line_ends_is_no_other_scenario() {
    let sandbox = Sandbox::synced();
    let note = "tests/repro/two-books/shared.note";
    let text = sandbox.read(note);
    let crlf = text.replace('\n', "\r\n");
    // Nobody can tell whether it belongs to the scenario, until there are results.
    sandbox.write(note, &crlf);
    sandbox.succeed(&["check"]);
    sandbox.write(note, &text);
    sandbox.succeed(&["sync", "--bazel", &sandbox.counting_bazel(FIXED)]);
    sandbox.write(note, &crlf);
    let commands = [&["check"][..], &["sync", "--no-repro"], &["repro"]];
    assert_snapshot!(same(commands.map(|args| sandbox.refuse(2, args, &[]).said())), @"
    error: tests/repro/two-books/shared.note: has CRLF line ends
     hint: make them LF (`dos2unix tests/repro/two-books/shared.note`), and write `* -text` into .gitattributes
    ");
    // Another text is another scenario.
    sandbox.write(note, &format!("{crlf}more\r\n"));
    let run = sandbox.succeed(&["check"]);
    assert!(run.stderr.contains("the test results are of other scenarios"), "{run}");
}
