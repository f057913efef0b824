//! How it looks: whole outputs as a person sees them at 80 columns, with and without colour. What
//! is printed there is tested elsewhere; this holds colours, symbols, folds and last lines.

use std::fmt;
use std::fs;

use insta::assert_snapshot;

use crate::common::bazel::{CONFLICT, FIXED};
use crate::common::{Run, Sandbox};

/// A run in 80 columns, its escape sequences readable.
struct Seen(Run);

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            ("\u{1b}[1m\u{1b}[32m", "<green>"),
            ("\u{1b}[1m\u{1b}[36m", "<cyan>"),
            ("\u{1b}[1m\u{1b}[33m", "<yellow>"),
            ("\u{1b}[1m\u{1b}[31m", "<red>"),
            ("\u{1b}[32m", "<plain green>"),
            ("\u{1b}[31m", "<plain red>"),
            ("\u{1b}[36m", "<plain cyan>"),
            ("\u{1b}[1m", "<bold>"),
            ("\u{1b}[2m", "<dim>"),
            ("\u{1b}[0m", "</>"),
        ];
        let text = self.0.to_string();
        f.write_str(&names.iter().fold(text, |text, (code, name)| text.replace(code, name)))
    }
}

/// How it is seen in a pipe, in a locale without UTF-8.
fn plain(sandbox: &mut Sandbox, args: &[&str]) -> Seen {
    sandbox.unset("COLUMNS");
    let run = sandbox.patcher(args);
    assert!(!run.stderr.contains('\u{1b}') && !run.stdout.contains('\u{1b}'), "{run:?}");
    assert!(run.stderr.is_ascii(), "{run:?}");
    fits(&run);
    Seen(run)
}

/// How it is seen with colours and symbols.
fn colored(sandbox: &mut Sandbox, args: &[&str]) -> Seen {
    sandbox.unset("COLUMNS");
    sandbox.set("LC_ALL", "C.UTF-8");
    let run = sandbox.patcher(&[args, &["--color", "always"]].concat());
    sandbox.set("LC_ALL", "C");
    let seen = Seen(run);
    assert!(!seen.to_string().contains('\u{1b}'), "a sequence without a name: {seen}");
    seen
}

/// No line of stderr has over 80 columns but for one word that is longer, and for what stands
/// between backquotes: these stay whole.
fn fits(run: &Run) {
    for line in run.stderr.lines().filter(|line| line.chars().count() > 80) {
        let text = line.trim_start();
        let is_one = !text.contains(' ') || text.starts_with('`') && text.matches('`').count() == 2;
        // A label, and one long word behind it.
        let is_labelled = text.split_whitespace().last().is_some_and(|word| word.len() > 66);
        assert!(is_one || is_labelled, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn status_ends_in_the_next_step() {
    let mut sandbox = Sandbox::synced();
    assert_snapshot!(plain(&mut sandbox, &["status"]), @"
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
    --- stderr
    Finished in [TIME]: 1.1.0 is released
    Next: patcher sync --to 1.1.0   port the patches to it
    ");
    assert_snapshot!(colored(&mut sandbox, &["status"]), @"
    $ patcher status --color always
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  <yellow>1</>

    newest     <yellow>! 1.1.0 is not pinned yet</>
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  <yellow>! no test results: the scenarios did not run</>
    --- stderr
    <green>Finished</> in [TIME]: 1.1.0 is released
    <cyan>Next</>: patcher sync --to 1.1.0   port the patches to it
    ");
}

#[test]
fn sync_says_what_it_wrote_and_what_nobody_tested() {
    let mut sandbox = Sandbox::new();
    let args = ["sync", "--to", "1.0.0", "--no-repro"];
    assert_snapshot!(colored(&mut sandbox, &args), @r#"
    $ patcher sync --to 1.0.0 --no-repro --color always
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    <green>✓ Fetched   </> 2 releases from ../upstream.git
    <cyan>› Using     </> demo_rules 1.0.0 (246b90549d47)
    <green>✓ Applied   </> 0001-compile-separately.patch
    <green>✓ Applied   </> 0002-docs.patch
    <green>✓ Pinned    </> demo_rules 1.0.0 (246b90549d47)
    <green>✓ Wrote     </> dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    <green>✓ Wrote     </> dist/demo_rules-1.0.0.patched.1.tar.gz
    <green>✓ Wrote     </> dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    <green>✓ Wrote     </> upstream.lock
    <green>✓ Checked   </> that 1.0.0 is 246b90549d47 at ../upstream.git
    <green>✓ Applied   </> 2 patches cleanly, every blob as stated
    <yellow>! Unchecked </> the registry's archive: its integrity is not known
    <yellow>! Untested  </> no test results: the scenarios did not run
    <green>Finished</> in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    <cyan>Next</>: patcher sync   run the scenarios
    "#);
    assert_snapshot!(plain(&mut sandbox, &args), @r#"
    $ patcher sync --to 1.0.0 --no-repro
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    "#);
}

#[test]
fn a_conflict_ends_in_its_error() {
    let mut sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        let text = fs::read_to_string(tree.join("notes.bzl")).unwrap();
        let edited = text.replace("(name = name, **kwargs)", "(name = name, tags = [], **kwargs)");
        fs::write(tree.join("notes.bzl"), edited).unwrap();
    });
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    assert_snapshot!(colored(&mut sandbox, &args), @r#"
    $ patcher sync --to 1.2.0 --no-repro --color always
    exit code: 3
    --- stderr
    <green>✓ Fetched   </> 1 release from ../upstream.git
    <cyan>› Using     </> demo_rules 1.2.0 (cd264d77e9e6)
    notes.bzl, changed by upstream in 1.2.0:
        cd264d77e9e6 2026-11-20 An Upstream: Release 1.2.0
    <plain cyan>@@ -26,4 +26,4 @@</>
     )
     
     def note_book(name, **kwargs):
    <plain red>-    _note_book(name = name, **kwargs)</>
    <plain green>+    _note_book(name = name, tags = [], **kwargs)</>

    notes.bzl, changed by 0001-compile-separately.patch:
    <plain cyan>@@ -26,4 +29,14 @@</>
     )
     
     def note_book(name, **kwargs):
    <plain green>+    """Makes a book. Where tags would change how notes compile, another target does it."""</>
    <plain green>+    tags = kwargs.get("tags") or []</>
    <plain green>+    if any([tag.startswith("requires-") for tag in tags]):</>
    <plain green>+        kwargs["compiled"] = name + ".compiled"</>
    <plain green>+… 6 more</>
         _note_book(name = name, **kwargs)
    <red>  error</>: patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in
             notes.bzl:29
    <cyan>   hint</>: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to
             resolve it in; nothing was changed
    "#);
    assert_snapshot!(plain(&mut sandbox, &["preview"]), @"
    $ patcher preview
    exit code: 3
    --- stdout
    patches at 1.0.0  0001         0002
    1.2.0             x conflict   - unchanged*
    1.1.0             + offset     - unchanged
    1.0.0             - unchanged  - unchanged
    * if the patches before it apply
    --- stderr
      error: conflict on 1 of 3 releases: 1.2.0
       hint: name one of them to see where
    ");
}

#[test]
fn results_are_seen_by_their_colour() {
    let mut sandbox = Sandbox::synced();
    let bazel = sandbox.bazel(FIXED);
    assert_snapshot!(colored(&mut sandbox, &["repro", "--bazel", &bazel]), @"
    $ patcher repro --bazel [ROOT]/home/fake-bazel --color always
    exit code: 0
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass     <dim>– unchanged</>
    two-books    conflict   pass     <green>✓ fixed</>
    --- stderr
    <green>Finished</> in [TIME]: 2 scenarios as expected under Bazel 8.0.0
    ");
    let bazel = sandbox.bazel(CONFLICT);
    assert_snapshot!(colored(&mut sandbox, &["repro", "--bazel", &bazel]), @"
    $ patcher repro --bazel [ROOT]/home/fake-bazel --color always
    exit code: 5
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass      <dim>– unchanged</>
    two-books    conflict   <red>conflict</>  <red>✗ still broken</>
    --- stderr
    <yellow>warning</>: two-books on the patched tree: expected pass, found conflict
                 ERROR: file 'two-books/shared.note.out' is generated by these
                 conflicting actions:
                 Label: //two-books:plain, //two-books:tagged
                 Mnemonic: NoteCompile
    <red>  error</>: not as expected under Bazel 8.0.0: two-books
    <cyan>   hint</>: `patcher repro --scenario ID --verbose` shows the call of Bazel
    ");
    assert_snapshot!(plain(&mut sandbox, &["repro", "--bazel", &bazel]), @"
    $ patcher repro --bazel [ROOT]/home/fake-bazel
    exit code: 5
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass      - unchanged
    two-books    conflict   conflict  x still broken
    --- stderr
    warning: two-books on the patched tree: expected pass, found conflict
                 ERROR: file 'two-books/shared.note.out' is generated by these
                 conflicting actions:
                 Label: //two-books:plain, //two-books:tagged
                 Mnemonic: NoteCompile
      error: not as expected under Bazel 8.0.0: two-books
       hint: `patcher repro --scenario ID --verbose` shows the call of Bazel
    ");
}

#[test]
fn check_ends_in_what_is_wrong() {
    let mut sandbox = Sandbox::synced();
    assert_snapshot!(plain(&mut sandbox, &["check"]), @"
    $ patcher check
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.0.0: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.0.0.patched.1 (archives
                 by their commits: --archives)
    warning: no test results: the scenarios did not run: `patcher sync` runs the
             scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 1 release
    ");
    sandbox.edit("patches/0002-docs.patch", "Subject: docs", "Subject: [PATCH] docs");
    sandbox.edit("patches/0001-compile-separately.patch", "Repro: ", "Reproduced-By: ");
    assert_snapshot!(plain(&mut sandbox, &["check"]), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:4: names no scenario that shows
             what it is there for
       hint: end the message with `Repro: SCENARIO`, or `Repro: none (REASON)`
      error: patches/0002-docs.patch:4: is not canonical: expected "Subject: docs:
             books with tags can share notes"
       hint: `patcher sync` writes it in canonical form
      error: patches/0001-compile-separately.patch: has changed since the last sync
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: 4 problems
    "#);
    assert_snapshot!(colored(&mut sandbox, &["check"]), @r#"
    $ patcher check --color always
    exit code: 1
    --- stderr
    <red>  error</>: patches/0001-compile-separately.patch:4: names no scenario that shows
             what it is there for
    <cyan>   hint</>: end the message with `Repro: SCENARIO`, or `Repro: none (REASON)`
    <red>  error</>: patches/0002-docs.patch:4: is not canonical: expected "Subject: docs:
             books with tags can share notes"
    <cyan>   hint</>: `patcher sync` writes it in canonical form
    <red>  error</>: patches/0001-compile-separately.patch: has changed since the last sync
    <red>  error</>: patches/0002-docs.patch: has changed since the last sync
    <cyan>   hint</>: `patcher sync` picks up the change
    <red>  error</>: 4 problems
    "#);
}

#[test]
fn what_is_published_is_named_last() {
    let mut sandbox = Sandbox::synced();
    let args = ["publish", "--unverified", "--output", "out"];
    assert_snapshot!(plain(&mut sandbox, &args), @r#"
    $ patcher publish --unverified --output out
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    - Left out   patches: upstream.lock does not hold the registry's integrity of
                 upstream's own archive (`patcher sync --registry URL|DIR` records
                 it)
    - Left out   single-version: upstream.lock does not hold the registry's
                 integrity of upstream's own archive
                 (`patcher sync --registry URL|DIR` records it)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry: what a registry says never changes, and the archive's URL
                 is not known (`--base-url URL` gives it)
    - Left out   registry-patches: upstream.lock does not hold the registry's
                 integrity of upstream's own archive
                 (`patcher sync --registry URL|DIR` records it)
    Finished in [TIME]: 1.0.0.patched.1 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against
          the release
    "#);
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    let args = ["override", "add", "app/MODULE.bazel", "--base-url", "https://example.com/x"];
    assert_snapshot!(colored(&mut sandbox, &args), @"
    $ patcher override add app/MODULE.bazel --base-url https://example.com/x --color always
    exit code: 0
    --- stderr
    <yellow>warning</>: 1.0.0.patched.1 is not verified: no test results: the scenarios did not
             run
    <green>✓ Added     </> archive_override of demo_rules to app/MODULE.bazel
                 Only the root module's overrides count: if another repository
                 depends on this one, Bazel passes over them
    <green>Finished</> in [TIME]: changed app/MODULE.bazel
    <cyan>Next</>: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
}

#[test]
fn an_archive_that_was_changed_is_red() {
    let mut sandbox = Sandbox::synced();
    let archive = "dist/demo_rules-1.0.0.patched.1.tar.gz";
    assert_snapshot!(colored(&mut sandbox, &["verify", archive]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz --color always
    exit code: 0
    --- stdout
    registry bytes        <dim>– not checked</>  what the registry says of 1.0.0 is not known
    commit                <green>✓ holds</>        1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  <green>✓ holds</>        9d979783bd50, whole in the mirror
    patches               <green>✓ holds</>        2 patches of the project apply cleanly at 1.0.0
    patched tree          <green>✓ holds</>        b89c47ab0ade: the archive's 7 files are its files
    archive               <green>✓ holds</>        sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= is made again to the byte, as the statement says
    consumer's integrity  <dim>– not checked</>  no consumer's MODULE.bazel was named
    --- stderr
                 scenarios: no test results: the scenarios did not run
                 the statement beside it is not signed: who published it is not
                 verified
    <green>Finished</> in [TIME]: demo_rules 1.0.0.patched.1: 5 links hold, 2 links not checked
    ");
    let path = sandbox.project.join(archive);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    assert_snapshot!(colored(&mut sandbox, &["verify", archive]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz --color always
    exit code: 2
    --- stderr
    <red>  error</>: demo_rules-1.0.0.patched.1.tar.gz: not a patcher archive: the gzip is
             damaged: corrupt gzip stream does not have a matching checksum
    <cyan>   hint</>: name an archive that `patcher publish` wrote, its URL, or a
             MODULE.bazel
    <cyan>   hint</>: if it is one, it was damaged on the way: download it or publish it
             again
    ");
}

/// Where the patches change nothing, an offset is left, one conflicts, and one is upstream's.
fn four_releases() -> Sandbox {
    let sandbox = Sandbox::serving_two();
    sandbox.release("1.1.0", "1.2.0", |tree| {
        let text = fs::read_to_string(tree.join("notes.bzl")).unwrap();
        let edited = text.replace("(name = name, **kwargs)", "(name = name, tags = [], **kwargs)");
        fs::write(tree.join("notes.bzl"), edited).unwrap();
    });
    sandbox.succeed(&["preview", "main"]);
    sandbox
}

#[test]
fn outcomes_are_seen_by_their_colour() {
    let mut sandbox = four_releases();
    assert_snapshot!(colored(&mut sandbox, &["preview"]), @"
    $ patcher preview --color always
    exit code: 3
    --- stdout
    patches at 1.1.0  0001         0002
    1.2.0             <red>✗ conflict</>   <dim>– unchanged*</>
    1.1.0             <dim>– unchanged</>  <dim>– unchanged</>
    1.0.0             <green>✓ offset</>     <dim>– unchanged</>
    * if the patches before it apply
    --- stderr
    <red>  error</>: conflict on 1 of 3 releases: 1.2.0
    <cyan>   hint</>: name one of them to see where
    ");
    assert_snapshot!(plain(&mut sandbox, &["preview"]), @"
    $ patcher preview
    exit code: 3
    --- stdout
    patches at 1.1.0  0001         0002
    1.2.0             x conflict   - unchanged*
    1.1.0             - unchanged  - unchanged
    1.0.0             + offset     - unchanged
    * if the patches before it apply
    --- stderr
      error: conflict on 1 of 3 releases: 1.2.0
       hint: name one of them to see where
    ");
    assert_snapshot!(colored(&mut sandbox, &["series"]), @"
    $ patcher series --color always
    exit code: 0
    --- stdout
    patches at 1.1.0, for releases >=1.0.0
       1 fix: compile notes in a target of their own where tags would conflict
         0001-compile-separately.patch
         Upstream: <red>✗ it conflicts with 1.2.0</>; Pending
         Repro: two-books
         Drop-When: a release lets books with such tags share a note
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not in 1.2.0; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    <green>Finished</> in [TIME]: 1 series
    ");
    assert_snapshot!(plain(&mut sandbox, &["series"]), @"
    $ patcher series
    exit code: 0
    --- stdout
    patches at 1.1.0, for releases >=1.0.0
       1 fix: compile notes in a target of their own where tags would conflict
         0001-compile-separately.patch
         Upstream: x it conflicts with 1.2.0; Pending
         Repro: two-books
         Drop-When: a release lets books with such tags share a note
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not in 1.2.0; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    Finished in [TIME]: 1 series
    ");
}

#[test]
fn releases_are_seen_by_their_colour() {
    let mut sandbox = Sandbox::serving_two();
    let bazel = sandbox.bazel(CONFLICT);
    let args = ["matrix", "--bazel", &bazel];
    assert_snapshot!(colored(&mut sandbox, &args), @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel --color always
    exit code: 5
    --- stdout
    Bazel 8.0.0: 0 of 2 releases pass, 2 fail
    release                   series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0..1.1.0 (2)  <red>✗ FAIL</>  patches  <dim>-</>      1          <dim>-</>        <red>1</>        <dim>-</>    <dim>-</>        1 still broken

    <red>✗ 1.1.0 under Bazel 8.0.0: still broken: unpatched conflict as expected, patched conflict (expected
        pass)</>
        two-books

    <red>✗ 1.0.0 under Bazel 8.0.0: still broken: unpatched conflict as expected, patched conflict (expected
        pass)</>
        two-books

    4 cells: 2 as expected (2 unchanged), 2 not as expected (2 still broken), 0 not applicable, 0 not
      run.
    <red>✗ 2 of 2 releases fail under Bazel 8.0.0 (analysis): 1.1.0, 1.0.0.</>
    --- stderr
    <red>  error</>: 2 of 2 releases fail under Bazel 8.0.0 (analysis): 1.1.0, 1.0.0
    <cyan>   hint</>: `patcher repro --release R --scenario ID` shows one of them, `--html`
             all
    ");
    assert_snapshot!(plain(&mut sandbox, &args), @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel
    exit code: 5
    --- stdout
    Bazel 8.0.0: 0 of 2 releases pass, 2 fail
    release                   series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0..1.1.0 (2)  x FAIL  patches  -      1          -        1        -    -        1 still broken

    x 1.1.0 under Bazel 8.0.0: still broken: unpatched conflict as expected, patched conflict (expected
        pass)
        two-books

    x 1.0.0 under Bazel 8.0.0: still broken: unpatched conflict as expected, patched conflict (expected
        pass)
        two-books

    4 cells: 2 as expected (2 unchanged), 2 not as expected (2 still broken), 0 not applicable, 0 not
      run.
    x 2 of 2 releases fail under Bazel 8.0.0 (analysis): 1.1.0, 1.0.0.
    --- stderr
      error: 2 of 2 releases fail under Bazel 8.0.0 (analysis): 1.1.0, 1.0.0
       hint: `patcher repro --release R --scenario ID` shows one of them, `--html`
             all
    ");
}
