//! A sync that would support fewer releases than before stops, unless that is allowed.

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, files_of};

const ALLOW: &str = "--allow-fewer-releases";

/// A series pinned at 1.1.0 that supports 1.0.0 to 1.0.4, too.
fn with_six_releases() -> Sandbox {
    let sandbox = Sandbox::serving_two();
    for patch in 1..5 {
        let release = format!("1.0.{patch}");
        let before = format!("1.0.{}", patch - 1);
        sandbox.release(&before, &release, |tree| {
            std::fs::write(tree.join(format!("news-{patch}.md")), "news\n").unwrap();
        });
    }
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox
}

#[test]
fn a_lower_pin_takes_no_release_away_unless_allowed() {
    let sandbox = with_six_releases();
    let before = files_of(&sandbox.project);
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "1.0.1", "--no-repro"], &[]), @"
    $ patcher sync --to 1.0.1 --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.2 to 1.1.0 (4 of 6 releases)
      error: 4 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--check", "--to", "1.0.1"], &[]), @"
    $ patcher sync --check --to 1.0.1
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.2 to 1.1.0 (4 of 6 releases)
      error: 4 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--resolve", "--to", "1.0.1", "--no-repro"], &[]), @"
    $ patcher sync --resolve --to 1.0.1 --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.2 to 1.1.0 (4 of 6 releases)
      error: 4 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    assert_eq!(files_of(&sandbox.project), before);
    let check = ["sync", "--check", "--to", "1.0.1", ALLOW];
    let run = sandbox.refuse(1, &check, &["no longer supports 1.0.2 to 1.1.0"]);
    assert!(run.stdout.contains("-release = \"1.1.0\""), "{run:#?}");
    let run = sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro", ALLOW]);
    assert_snapshot!(run.said(), @"
    warning: patches no longer supports 1.0.2 to 1.1.0 (4 of 6 releases)
    > Using      demo_rules 1.0.1 (cb13e2c6b1b0)
    + Applied    0001-compile-separately.patch (offset)
    + Applied    0002-docs.patch (unchanged)
    + Merged     onto 1 other release, down to 1.0.0
    + Pinned     demo_rules 1.0.1 (cb13e2c6b1b0)
    + Wrote      dist/demo_rules-1.0.1.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.1.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.1.patched.1.tar.gz.intoto.json
    + Wrote      patches/0001-compile-separately.patch
    + Wrote      patches/0002-docs.patch
    + Wrote      upstream.lock
    + Checked    that 1.0.1 is cb13e2c6b1b0 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.1.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    sandbox.succeed(&["check"]);
    // What has gone is not missed again, and going up needs no leave.
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["sync", "--to", "latest", "--no-repro"]);
    assert!(!sandbox.read("upstream.lock").contains("[[former]]"));
}

#[test]
fn neither_does_a_narrower_range() {
    let sandbox = with_six_releases();
    let config = sandbox.read("patcher.toml");
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.0.2");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.0, 1.0.1 (2 of 6 releases)
      error: 2 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    let both = ["sync", "--to", "1.0.3", "--no-repro"];
    assert_snapshot!(sandbox.refuse(2, &both, &[]), @"
    $ patcher sync --to 1.0.3 --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.0, 1.0.1, 1.0.4, 1.1.0 (4 of 6 releases)
      error: 4 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    sandbox.write("patcher.toml", &config.replace(">=1.0.0", ">=1.0.1, <1.1.0"));
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.0 (1 of 6 releases)
      error: 1 release would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    let (head, _) = config.split_once("[[series]]").unwrap();
    sandbox.write("patcher.toml", head);
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: upstream.lock: patches would lose 1.0.0 to 1.0.4 (5 of 6 releases)
      error: 5 releases would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
}

#[test]
fn nor_does_a_tag_that_is_gone() {
    let sandbox = with_six_releases();
    sandbox.git(&sandbox.upstream, &["tag", "--delete", "1.0.2"]);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        std::fs::write(tree.join("news-5.md"), "news\n").unwrap();
    });
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "latest", "--no-repro"], &[]), @"
    $ patcher sync --to latest --no-repro
    exit code: 2
    --- stderr
    warning: the tag 1.0.2 is gone: 374a21417eda is pinned, upstream ../upstream.git has no such tag
    + Fetched    1 release from ../upstream.git
      error: upstream.lock: patches would lose 1.0.2 (1 of 6 releases)
      error: 1 release would no longer be supported; nothing was changed
       hint: `--allow-fewer-releases` allows it
    ");
    sandbox.succeed(&["sync", "--to", "latest", "--no-repro", ALLOW]);
}

#[test]
fn a_resolve_that_was_allowed_to_is_continued_so() {
    let sandbox = Sandbox::serving_two();
    sandbox.release("1.0.0", "1.0.5", |tree| {
        let text = std::fs::read_to_string(tree.join("README.md")).unwrap();
        std::fs::write(tree.join("README.md"), text.replace("Two ", "Both ")).unwrap();
    });
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.0.5");
    let resolve = ["sync", "--resolve", "--to", "1.0.5", "--no-repro"];
    sandbox.refuse(2, &resolve, &["patches would lose 1.0.0, 1.1.0 (2 of 2 releases)"]);
    sandbox.refuse(3, &[&resolve[..], &[ALLOW]].concat(), &["patches no longer supports"]);
    sandbox.succeed(&["skip", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_series_that_is_left_out_takes_its_releases_away() {
    let sandbox = with_six_releases();
    let config = sandbox.read("patcher.toml");
    let (head, _) = config.split_once("[[series]]").unwrap();
    let other = "[[series]]\npatches = \"patches/other\"\nreleases = \">=1.1.0\"\n";
    for name in ["series", "0001-compile-separately.patch", "0002-docs.patch"] {
        sandbox.write(&format!("patches/other/{name}"), &sandbox.read(&format!("patches/{name}")));
    }
    sandbox.write("patcher.toml", &format!("{head}{other}"));
    // One of its releases goes to the other series.
    let gone = "patches would lose 1.0.0 to 1.0.4 (5 of 6 releases)";
    sandbox.refuse(2, &["sync", "--no-repro"], &[gone]);
    sandbox.succeed(&["sync", "--no-repro", ALLOW]);
}

#[test]
fn a_series_for_its_pin_only_moves_up_freely_but_not_down_and_is_not_left_out() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let gone = "patches would lose 1.1.0 (1 of 1 release)";
    sandbox.refuse(2, &["sync", "--to", "1.0.0", "--no-repro"], &[gone]);
    sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro", ALLOW]);
    let config = sandbox.read("patcher.toml");
    let other = "\n[[series]]\npatches = \"patches/other\"\nreleases = \">=1.1.0\"\n";
    sandbox.write("patches/other/series", "");
    sandbox.write("patcher.toml", &(config + other));
    let gone = "patches would lose 1.0.0 (1 of 1 release)";
    sandbox.refuse(2, &["sync", "--no-repro"], &[gone]);
}

#[test]
fn a_preview_shows_what_would_go() {
    let sandbox = with_six_releases();
    let preview = ["sync", "--to", "1.0.1", "--dry-run", "--no-repro"];
    let run = sandbox.refuse(2, &preview, &[]);
    assert_snapshot!(run, @"
    $ patcher sync --to 1.0.1 --dry-run --no-repro
    exit code: 2
    --- stdout
    # demo_rules 1.0.1: fewer releases would be supported

    `patcher preview 1.0.1` took the patches from 1.1.0 to demo_rules 1.0.1 (cb13e2c6b1b00584f6f174fd3a0fc25255b1cc6e).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | unchanged |  |

    The series patches would lose 1.0.2 to 1.1.0 (4 of 6 releases).

    `patcher sync` refuses that, unless `--allow-fewer-releases` allows it.
    --- stderr
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: demo_rules 1.0.1: fewer releases would be supported
       hint: nothing was changed
    ");
    let json = sandbox.patcher(&[&["--format", "json"], &preview[..]].concat()).json();
    assert_eq!(json["finding"], "fewer-releases");
    let loss = "patches would lose 1.0.2 to 1.1.0 (4 of 6 releases)";
    assert_eq!(json["preview"]["losses"], serde_json::json!([loss]));
    // Allowed, it is no finding, and still in the text.
    let run = sandbox.succeed(&[&preview[..], &[ALLOW]].concat());
    assert!(run.stdout.contains(loss) && run.stdout.contains("not tested"), "{run}");
    let up = sandbox.succeed(&["sync", "--to", "latest", "--dry-run", "--no-repro"]);
    assert!(!up.stdout.contains("would lose"), "{up}");
}

#[test]
fn a_night_in_which_a_release_would_go_is_an_issue() {
    let sandbox = with_six_releases();
    sandbox.git(&sandbox.upstream, &["tag", "--delete", "1.0.2"]);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        std::fs::write(tree.join("news-5.md"), "news\n").unwrap();
    });
    let run = sandbox.succeed(&["ci", "port", "--no-repro"]);
    assert_snapshot!(run.stdout, @"
    ## demo_rules 1.2.0: 1 release would no longer be supported; nothing was changed

    `patcher sync --to 1.2.0` stopped, and changed nothing:

    ```text
    1 release would no longer be supported; nothing was changed
    ```

    ```text
    upstream.lock: patches would lose 1.0.2 (1 of 6 releases)
    ```

    Ways out:

    - `--allow-fewer-releases` allows it

    This text is kept up to date, and the issue closed when it has passed. Closed by hand, it is not opened again for this release.
    ");
    let json = sandbox.succeed(&["--format", "json", "ci", "port", "--no-repro"]).json();
    let proposal = &json["proposal"];
    assert_eq!(proposal["kind"], "issue");
    assert_eq!(proposal["topic"], "sync-1.2.0");
}

#[test]
fn a_release_that_comes_back_is_untested_until_the_scenarios_ran() {
    let mut sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    sandbox.succeed(&["sync", "--bazel", &bazel]);
    sandbox.succeed(&["sync", "--to", "1.0.0", "--bazel", &bazel, ALLOW]);
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let publish = ["publish", "--output", "out"];
    sandbox.refuse(1, &publish, &["no test results: the scenarios did not run"]);
    // Nothing on this machine remembers what they showed.
    sandbox.set("PATCHER_CACHE_DIR", sandbox.home.join("another"));
    let calls = sandbox.bazel_calls();
    sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert_eq!(sandbox.bazel_calls() - calls, 2, "both trees of 1.1.0");
    sandbox.succeed(&publish);
}
