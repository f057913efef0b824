//! What the workflows do: the pull requests, issues and releases after each run.

use std::fs;

use insta::assert_snapshot;

use super::hub::Hub;
use crate::common::Sandbox;
use crate::common::bazel::CONFLICT;

/// Pinned at 1.0.0; 1.1.0 is there.
fn behind() -> Hub {
    let sandbox = Sandbox::synced();
    Hub::new(sandbox)
}

/// Pinned at 1.1.0, which is the newest.
fn up_to_date() -> Hub {
    Hub::new(Sandbox::serving_two())
}

/// Upstream's release 1.2.0, on which the first patch conflicts.
fn conflicting(hub: &Hub) {
    hub.sandbox.release("1.1.0", "1.2.0", |tree| {
        let path = tree.join("notes.bzl");
        let text = fs::read_to_string(&path).unwrap();
        let changed: Vec<String> = text
            .lines()
            .map(|line| if line.trim().is_empty() { line.into() } else { format!("{line}  # new") })
            .collect();
        fs::write(path, changed.join("\n") + "\n").unwrap();
    });
}

#[test]
fn a_night_with_nothing_new_proposes_nothing() {
    let hub = up_to_date();
    hub.succeed("sync");
    assert!(hub.list().is_empty(), "{:?}", hub.list());
    assert_eq!(hub.branches().len(), 1);
    let summary = fs::read_to_string(hub.sandbox.home.join("summary.md")).unwrap();
    assert_eq!(summary, "## demo_rules 1.1.0: up to date\n\n");
}

#[test]
fn what_was_pushed_before_a_failure_is_named() {
    let hub = behind();
    let down = hub.posts.with_file_name("down");
    fs::write(&down, "").unwrap();
    let runs = hub.run("sync");
    let last = runs.last().unwrap();
    assert_eq!(last.code, Some(30), "{last}");
    assert_snapshot!(last.said(), @"
    + Pushed     patcher/sync-1.1.0
      error: `[ROOT]/home/bin/gh api --method POST --input - 'repos/{owner}/{repo}/pulls'`: HTTP 502
       hint: it needs a token that may write issues and pull requests; a repository's settings may forbid workflows to create pull requests
       hint: patcher/sync-1.1.0 is pushed already: run it again
    ");
    assert_eq!(hub.branches().len(), 2);
    fs::remove_file(down).unwrap();
    hub.succeed("sync");
    assert_eq!(hub.list(), ["1 pull request, open: Port the patches to demo_rules 1.1.0"]);
    // For an issue nothing is pushed.
    let hub = up_to_date();
    conflicting(&hub);
    fs::write(hub.posts.with_file_name("down"), "").unwrap();
    let runs = hub.run("sync");
    assert_snapshot!(runs.last().unwrap().said(), @"
    error: `[ROOT]/home/bin/gh api --method POST --input - 'repos/{owner}/{repo}/issues'`: HTTP 502
     hint: it needs a token that may write issues and pull requests; a repository's settings may forbid workflows to create pull requests
    ");
}

#[test]
fn a_release_that_ports_is_one_pull_request() {
    let hub = behind();
    let project = &hub.sandbox.project;
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    + Pushed     patcher/sync-1.1.0
    + Opened     pull request 1
    Finished in [TIME]: Port the patches to demo_rules 1.1.0
    ");
    let listed = ["1 pull request, open: Port the patches to demo_rules 1.1.0"];
    assert_eq!(hub.list(), listed);
    let request = hub.post(1);
    assert_eq!(
        (&request["head"], &request["base"]),
        (&"patcher/sync-1.1.0".into(), &"main".into())
    );
    assert_snapshot!(request["body"].as_str().unwrap(), @r"
    <!-- patcher: sync-1.1.0 -->
    `patcher ci port` took the patches from demo_rules 1.0.0 to 1.1.0.

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | unchanged |  |

    This run:

    - Checked that 1.1.0 is 8257ff80de37 at ../upstream.git
    - Applied 2 patches cleanly, every blob as stated
    - Tested 2 scenarios under Bazel 7.7.1, on both trees as expected

    **Open:**

    - Unchecked the registry's archive: its integrity is not known

    <details><summary>2 scenarios under Bazel 7.7.1, as expected</summary>

    | scenario | unpatched | patched | |
    | --- | --- | --- | --- |
    | plain-books | pass | pass | unchanged |
    | two-books | conflict | pass | fixed |

    </details>

    ### Patches: 2 mechanical

    From demo\_rules 1.0.0 to demo\_rules 1.1.0.

    | lock | |
    | --- | --- |
    | pin of patches | 1.0.0 (246b90549d47) -&gt; 1.1.0 (8257ff80de37) |

    | patches | outcome | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | mechanical | offsets |
    | 0002-docs.patch | mechanical | index lines |

    GitHub starts no workflow for a pull request that a workflow opened: run `ci` on this branch, or close and reopen it. Closed, it is not opened again for this release.
    ");
    let branch = hub.branches()["patcher/sync-1.1.0"].clone();
    let log = hub.sandbox.git(project, &["log", "-2", "--format=%an: %B", &branch]);
    assert!(log.starts_with("patcher: Port the patches to demo_rules 1.1.0\n"), "{log}");
    assert!(log.ends_with(": The project"), "{log}");
    // The branch is what sync wrote: it passes the CI check, and has nothing else.
    let changed = hub.sandbox.git(project, &["diff", "--name-only", "main", &branch]);
    let files =
        ["patches/0001-compile-separately.patch", "patches/0002-docs.patch", "upstream.lock"];
    assert_eq!(changed.lines().collect::<Vec<_>>(), files);
    hub.sandbox.git(project, &["checkout", "--quiet", "--force", &branch]);
    hub.sandbox.succeed(&["check"]);

    // The next night, all is as it was.
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    - Kept       patcher/sync-1.1.0, which has all of it
    - Kept       pull request 1, which says all of it
    Finished in [TIME]: Port the patches to demo_rules 1.1.0
    ");
    assert_eq!(
        (hub.list(), &hub.branches()["patcher/sync-1.1.0"]),
        (listed.map(str::to_owned).into(), &branch)
    );

    // The branch follows its base; a text that somebody changed is written again.
    hub.check_out();
    hub.sandbox.write("README.md", "New.\n");
    hub.commit("Something else");
    let path = hub.posts.join("1/text");
    fs::write(&path, hub.file(1, "text").replace("This run:", "Believed:")).unwrap();
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    + Pushed     patcher/sync-1.1.0
    + Updated    pull request 1
    Finished in [TIME]: Port the patches to demo_rules 1.1.0
    ");
    assert_ne!(hub.branches()["patcher/sync-1.1.0"], branch);
    assert_eq!(hub.list(), listed);

    // Closed by hand, it stays closed.
    hub.close(1);
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    - Let be     pull request 1, which was closed by hand
    Finished in [TIME]: Port the patches to demo_rules 1.1.0
    ");
    assert_eq!(hub.list().len(), 1);
}

#[test]
fn a_branch_with_somebodys_commits_is_left_alone() {
    let hub = behind();
    hub.succeed("sync");
    let project = &hub.sandbox.project;
    for args in [
        &["checkout", "--quiet", "--force", "-B", "mine", &hub.branches()["patcher/sync-1.1.0"]][..],
        &["commit", "--quiet", "--allow-empty", "--message", "By hand"],
        &["push", "--quiet", "origin", "mine:patcher/sync-1.1.0"],
    ] {
        hub.sandbox.git(project, args);
    }
    let before = hub.branches();
    hub.check_out();
    hub.sandbox.write("README.md", "New.\n");
    hub.commit("Something else");
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    warning: patcher/sync-1.1.0 has commits by a person, and was left as it is
    - Kept       pull request 1, which says all of it
    Finished in [TIME]: Port the patches to demo_rules 1.1.0
    ");
    assert_eq!(hub.branches()["patcher/sync-1.1.0"], before["patcher/sync-1.1.0"]);
}

#[test]
fn a_conflict_is_one_issue_until_it_has_passed() {
    let hub = up_to_date();
    conflicting(&hub);
    hub.succeed("sync");
    let title = "1 issue, open: demo_rules 1.2.0: 1 patch of 2 with conflicts";
    assert_eq!(hub.list(), [title]);
    let body = hub.post(1)["body"].as_str().unwrap().to_owned();
    assert_snapshot!(body, @r#"
    <!-- patcher: sync-1.2.0 -->
    `patcher sync --to 1.2.0` stopped, and changed nothing:

    ```text
    patches/0001-compile-separately.patch: conflicts with 1.2.0 in 3 places: notes.bzl:27, notes.bzl:31, notes.bzl:38
    ```

    `patcher preview 1.2.0` took the patches from 1.1.0 to demo_rules 1.2.0 (c477a1016330f8fa26932cbc8dc13fb2f5b31401).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | conflict | patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:27 |
    | 0002-docs.patch | unchanged, if the patches before it apply |  |

    0001-compile-separately.patch stops at:

    ```text
    patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:27
    notes.bzl, changed by upstream in 1.2.0:
        c477a1016330 2026-11-20 An Upstream: Release 1.2.0
    @@ -26,5 +26,5 @@
     
    -def _note_book_impl(ctx):
    -    compiled = [_compile(ctx, note) for note in ctx.files.notes]
    -    return [DefaultInfo(files = depset(compiled))]
    +def _note_book_impl(ctx):  # new
    +    compiled = [_compile(ctx, note) for note in ctx.files.notes]  # new
    +    return [DefaultInfo(files = depset(compiled))]  # new
     

    notes.bzl, changed by 0001-compile-separately.patch:
    @@ -26,5 +26,7 @@
     
     def _note_book_impl(ctx):
    +    if ctx.attr.compiled:
    +        return [DefaultInfo(files = ctx.attr.compiled[DefaultInfo].files)]
         compiled = [_compile(ctx, note) for note in ctx.files.notes]
         return [DefaultInfo(files = depset(compiled))]
    ```
    ```text
    patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:31
    notes.bzl, changed by upstream in 1.2.0:
        c477a1016330 2026-11-20 An Upstream: Release 1.2.0
    @@ -30,8 +30,8 @@
     
    -_note_book = rule(
    -    implementation = _note_book_impl,
    -    attrs = {
    -        "notes": attr.label_list(allow_files = [".note"]),
    -… 2 more
    +_note_book = rule(  # new
    +    implementation = _note_book_impl,  # new
    +    attrs = {  # new
    +        "notes": attr.label_list(allow_files = [".note"]),  # new
    +… 2 more
     

    notes.bzl, changed by 0001-compile-separately.patch:
    @@ -31,6 +33,7 @@
     _note_book = rule(
         implementation = _note_book_impl,
         attrs = {
    +        "compiled": attr.label(),
             "notes": attr.label_list(allow_files = [".note"]),
         },
     )
    ```
    ```text
    patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:38
    notes.bzl, changed by upstream in 1.2.0:
        c477a1016330 2026-11-20 An Upstream: Release 1.2.0
    @@ -37,3 +37,3 @@
     
    -def note_book(name, **kwargs):
    -    _note_book(name = name, **kwargs)
    +def note_book(name, **kwargs):  # new
    +    _note_book(name = name, **kwargs)  # new

    notes.bzl, changed by 0001-compile-separately.patch:
    @@ -37,3 +40,13 @@
     
     def note_book(name, **kwargs):
    +    """Makes a book. Where tags would change how notes compile, another target does it."""
    +    tags = kwargs.get("tags") or []
    +    if any([tag.startswith("requires-") for tag in tags]):
    +        kwargs["compiled"] = name + ".compiled"
    +… 6 more
         _note_book(name = name, **kwargs)
    ```

    Nothing was changed. Once it is released, `patcher sync --to RELEASE --resolve` opens a worktree to resolve it in.

    Ways out:

    - `patcher sync --to 1.2.0 --resolve` opens a worktree to resolve it in; nothing was changed

    This text is kept up to date, and the issue closed when it has passed. Closed by hand, it is not opened again for this release.
    "#);
    assert_eq!(hub.branches().len(), 1);
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    - Kept       issue 1, which says all of it
    Finished in [TIME]: demo_rules 1.2.0: 1 patch of 2 with conflicts
    ");
    let path = hub.posts.join("1/text");
    fs::write(&path, hub.file(1, "text").replace("stopped, and", "stopped and")).unwrap();
    assert_snapshot!(hub.succeed("sync"), @"
    + Updated    issue 1
    Finished in [TIME]: demo_rules 1.2.0: 1 patch of 2 with conflicts
    ");
    assert_eq!(hub.list(), [title]);
    assert_eq!(hub.post(1)["body"], body);

    // A release that merges takes its place.
    hub.sandbox.release("1.1.0", "1.3.0", |tree| fs::write(tree.join("new"), "").unwrap());
    // It takes none away: another series supports the older ones.
    for name in ["series", "0001-compile-separately.patch", "0002-docs.patch"] {
        let text = hub.sandbox.read(&format!("patches/{name}"));
        hub.sandbox.write(&format!("patches/1.1/{name}"), &text);
    }
    let older = "\n\n[[series]]\npatches = \"patches/1.1\"\nreleases = \"<1.2.0\"\n";
    let newer = format!("releases = \">=1.3.0\"{older}");
    hub.sandbox.edit("patcher.toml", "releases = \">=1.0.0\"", &newer);
    hub.commit("Leave 1.2.0 out");
    let said = hub.succeed("sync");
    assert_snapshot!(said, @"
    + Pushed     patcher/sync-1.3.0
    + Opened     pull request 2
    + Closed     1, which has passed
    Finished in [TIME]: Port the patches to demo_rules 1.3.0
    ");
    let listed = hub.list();
    assert_eq!(listed[0], title.replace("open", "closed"));
    assert_eq!(listed[1..], ["2 pull request, open: Port the patches to demo_rules 1.3.0"]);
    assert_snapshot!(hub.file(1, "comment"), @r#"{"body":"This has passed. The last run of patcher says: Port the patches to demo_rules 1.3.0."}"#);
    // What patcher closes, it lets go of: the text begins without the mark of its topic.
    let (mark, rest) = body.split_once('\n').unwrap();
    assert_eq!(mark, "<!-- patcher: sync-1.2.0 -->");
    assert_eq!(hub.post(1)["body"], rest);
}

#[test]
fn a_scenario_that_fails_on_the_new_release_is_an_issue_with_the_results() {
    let hub = behind();
    hub.sandbox.bazel(CONFLICT);
    hub.succeed("sync");
    let listed = ["1 issue, open: demo_rules 1.1.0: the patches apply, and scenarios fail"];
    assert_eq!(hub.list(), listed);
    let body = hub.post(1)["body"].as_str().unwrap().to_owned();
    assert_snapshot!(body, @"
    <!-- patcher: sync-1.1.0 -->
    `patcher sync --to 1.1.0` stopped, and changed nothing:

    ```text
    not as expected under Bazel 7.7.1: two-books
    ```

    `patcher preview 1.1.0` took the patches from 1.0.0 to demo_rules 1.1.0 (8257ff80de37860be5bf525c147abaab8f14a8c5).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | unchanged |  |

    1 scenario as expected under Bazel 7.7.1, 1 not.

    | scenario | unpatched | patched | |
    | --- | --- | --- | --- |
    | two-books | conflict | conflict | still broken |

    two-books on the patched tree:

    ```text
    ERROR: file 'two-books/shared.note.out' is generated by these conflicting actions:
    Label: //two-books:plain, //two-books:tagged
    Mnemonic: NoteCompile
    ```

    Look at the scenarios above before that is released: `patcher sync` would stop there.

    Ways out:

    - `patcher repro --scenario ID --verbose` shows the call of Bazel
    - nothing was changed

    This text is kept up to date, and the issue closed when it has passed. Closed by hand, it is not opened again for this release.
    ");
}

#[test]
fn a_tag_that_moved_is_an_issue_and_no_upstream_is_a_failed_run() {
    let hub = up_to_date();
    hub.sandbox.git(&hub.sandbox.upstream, &["tag", "--force", "1.1.0", "1.0.0"]);
    hub.succeed("sync");
    assert_eq!(hub.list(), ["1 issue, open: demo_rules: upstream is not what was pinned"]);
    assert!(hub.post(1)["body"].as_str().unwrap().starts_with("<!-- patcher: integrity -->\n"));
    fs::rename(&hub.sandbox.upstream, hub.sandbox.home.join("gone")).unwrap();
    let runs = hub.run("sync");
    assert_eq!(runs.last().unwrap().code, Some(2), "{runs:#?}");
    assert_eq!(hub.list().len(), 1);
}

#[test]
fn regression_reports_every_release_under_every_bazel() {
    let hub = up_to_date();
    hub.succeed("regression");
    let summary = fs::read_to_string(hub.sandbox.home.join("summary.md")).unwrap();
    assert_snapshot!(summary, @"
    ## ✅ All 2 releases pass under Bazel 7.7.1, 8.5.0 and 9.2.0 (analysis)

    - ✅ Bazel 7.7.1: 2 of 2 releases pass
    - ✅ Bazel 8.5.0: 2 of 2 releases pass
    - ✅ Bazel 9.2.0: 2 of 2 releases pass

    12 cells: 12 as expected (6 fixed, 6 unchanged), 0 not as expected, 0 not applicable, 0 not run.


    <details><summary>Every release</summary>

    Bazel 7.7.1

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 1.0.0..1.1.0 | patches | pass | 1 | 1 | 0 | 0 | 0 | 0 |

    Bazel 8.5.0

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 1.0.0..1.1.0 | patches | pass | 1 | 1 | 0 | 0 | 0 | 0 |

    Bazel 9.2.0

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 1.0.0..1.1.0 | patches | pass | 1 | 1 | 0 | 0 | 0 | 0 |

    </details>
    ");
    let report =
        |file: &str| fs::read_to_string(hub.artifacts().join("matrix").join(file)).unwrap();
    let junit = report("matrix.xml");
    assert_eq!(junit.matches("<testsuite name=\"Bazel ").count(), 3, "{junit}");
    assert!(report("matrix.html").contains("9.2.0"));
    let shards = fs::read_dir(hub.artifacts()).unwrap();
    assert_eq!(
        shards.filter(|shard| shard.as_ref().unwrap().path().join("shard.json").is_file()).count(),
        4
    );

    // A failing release fails its shard and the run, and is reported all the same.
    hub.sandbox.bazel(CONFLICT);
    fs::remove_dir_all(&hub.sandbox.cache).unwrap();
    let runs = hub.run("regression");
    let codes: Vec<_> = runs.iter().map(|run| run.code.unwrap()).collect();
    // In each shard: upstream is fetched, then Bazel runs. The last one merges.
    assert_eq!(codes, [0, 5, 0, 5, 0, 5, 0, 5, 5], "{runs:#?}");
    assert!(report("matrix.xml").contains("<failure"));

    // And so does a shard that did not come to an end.
    hub.sandbox
        .bazel("if [ $version = 9.2.0 ]; then echo no memory >&2; exit 37; fi; begin; good; end");
    fs::remove_dir_all(&hub.sandbox.cache).unwrap();
    let runs = hub.run("regression");
    let last = runs.last().unwrap();
    assert_eq!(last.code, Some(2), "{runs:#?}");
    assert_snapshot!(last.said(), @"
    error: no document has 6 cells: 1.0.0 under Bazel 8.5.0: plain-books, two-books; 1.1.0 under Bazel 9.x: plain-books, two-books; 1.0.0 under Bazel 9.x: plain-books, two-books
     hint: the documents of shards 3/4, 4/4 are missing
    ");
}

#[test]
fn publish_releases_what_the_tag_names() {
    let mut hub = up_to_date();
    let git = |hub: &Hub, args: &[&str]| hub.sandbox.git(&hub.sandbox.project, args);
    // docs/how-to/automate.md describes how to create the branch of the registry.
    git(&hub, &["switch", "--quiet", "--orphan", "registry"]);
    hub.sandbox.write("bazel_registry.json", "{}\n");
    git(&hub, &["add", "bazel_registry.json"]);
    git(&hub, &["commit", "--quiet", "--message", "A registry"]);
    git(&hub, &["push", "--quiet", "origin", "registry"]);
    let registry = |hub: &Hub, path: &str| {
        git(hub, &["fetch", "--quiet", "origin", "registry"]);
        git(hub, &["show", &format!("FETCH_HEAD:{path}")])
    };
    for version in ["1.1.0", "1.0.0"] {
        hub.tag = format!("demo_rules-{version}.patched.1");
        hub.succeed("publish");
        let released = hub.sandbox.home.join("hub").join(&hub.tag);
        for file in [".tar.gz", ".tar.gz.intoto.json", ".registry.MODULE.bazel"] {
            assert!(released.join(format!("{}{file}", hub.tag)).is_file(), "{file}");
        }
        let snippet =
            fs::read_to_string(released.join(format!("{}.MODULE.bazel", hub.tag))).unwrap();
        let url = format!(
            "https://github.com/an-owner/a-repository/releases/download/{0}/{0}.tar.gz",
            hub.tag
        );
        assert!(snippet.contains(&url), "{snippet}");
        let source = format!("modules/demo_rules/{version}.patched.1/source.json");
        assert!(registry(&hub, &source).contains(&url));
    }
    let metadata = registry(&hub, "modules/demo_rules/metadata.json");
    assert_snapshot!(metadata, @r#"
    {
        "maintainers": [],
        "repository": [],
        "versions": [
            "1.0.0.patched.1",
            "1.1.0.patched.1"
        ],
        "yanked_versions": {}
    }
    "#);
    // Once more: the release is there already, and stops it; the registry is as it was.
    let before = hub.branches();
    assert_eq!(hub.run("publish").last().unwrap().code, Some(1));
    assert_eq!(hub.branches(), before);
    // Not the version that is locked; not a release that is supported.
    for (tag, code) in [("demo_rules-1.1.0.patched.9", 2), ("demo_rules-3.0.0.patched.1", 2)] {
        hub.tag = tag.to_owned();
        let runs = hub.run("publish");
        assert_eq!(runs.last().unwrap().code, Some(code), "{tag}: {runs:#?}");
        let released = hub.sandbox.home.join("hub").join(tag);
        assert!(!released.join(format!("{tag}.tar.gz")).exists());
    }
}

#[test]
fn ci_runs_the_checks_and_compares_the_series_with_its_upstream() {
    let hub = up_to_date();
    hub.succeed("ci");
    assert!(hub.sandbox.home.join("hub/checks").exists());
    hub.sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    hub.commit("A patch that was changed by hand");
    let runs = hub.run("ci");
    assert_eq!(runs.last().unwrap().code, Some(1), "{runs:#?}");
}

#[test]
fn without_a_branch_nothing_is_pushed() {
    let hub = behind();
    hub.check_out();
    let sandbox = &hub.sandbox;
    sandbox.git(&sandbox.project, &["checkout", "--quiet", "--detach"]);
    let (before, proposal) = (hub.branches(), "../home/proposal.json");
    sandbox.succeed(&["ci", "port", "--proposal", proposal]);
    assert_snapshot!(sandbox.refuse(2, &["ci", "propose", proposal], &[]).said(), @"
    error: no branch is checked out
     hint: check out the branch that the pull request is for
    ");
    assert_eq!((hub.branches(), hub.list().len()), (before, 0));
}

#[test]
fn nothing_of_the_checkout_or_the_index_is_proposed() {
    let hub = behind();
    hub.check_out();
    let sandbox = &hub.sandbox;
    let (project, proposal) = (&sandbox.project, "../home/proposal.json");
    sandbox.succeed(&["ci", "port", "--proposal", proposal]);
    for name in ["staged", "patches/notes.txt", "patches/0003-mine.patch"] {
        sandbox.write(name, "mine\n");
        sandbox
            .git(project, &["add", project.join(name).canonicalize().unwrap().to_str().unwrap()]);
    }
    sandbox.write("unstaged", "mine\n");
    sandbox.edit("patcher.toml", "upstream", "# mine\nupstream");
    let before = sandbox.git(project, &["status", "--short"]);
    sandbox.succeed(&["ci", "propose", proposal]);
    assert_eq!(sandbox.git(project, &["status", "--short"]), before);
    let branch = &hub.branches()["patcher/sync-1.1.0"];
    let changed = sandbox.git(project, &["diff", "--name-only", "main", branch]);
    assert_snapshot!(changed, @"
    patches/0001-compile-separately.patch
    patches/0002-docs.patch
    upstream.lock
    ");
}

#[test]
fn two_proposals_at_once_open_one_pull_request() {
    let hub = behind();
    let nightly = ["ci", "port", "--proposal", "../home/proposal.json", "--no-repro"];
    hub.sandbox.succeed(&nightly);
    hub.check_out();
    // GitHub takes its time: both would have asked before either has opened one.
    let gh = hub.sandbox.home.join("bin/gh");
    let script = fs::read_to_string(&gh).unwrap();
    fs::write(&gh, script.replacen("#!/bin/sh\n", "#!/bin/sh\nsleep 0.5\n", 1)).unwrap();
    let propose = || {
        let mut command = hub.sandbox.command(&["ci", "propose", "../home/proposal.json"]);
        command.stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let said = [propose(), propose()].map(|run| {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    });
    assert_eq!(hub.list().len(), 1, "{said:?}");
}

#[test]
fn propose_takes_no_file_on_trust() {
    let sandbox = Sandbox::synced();
    let proposal = r#"{"schema": 1, "kind": "pull-request", "topic": "sync-1.1.0", "title": "", "body": "",
        "files": [{"path": ".github/workflows/ci.yml", "text": ""}]}"#;
    sandbox.write("../home/proposal.json", proposal);
    let path = "../home/proposal.json";
    assert_snapshot!(sandbox.refuse(2, &["ci", "propose", path], &[]), @"
    $ patcher ci propose ../home/proposal.json
    exit code: 2
    --- stderr
      error: ../home/proposal.json: .github/workflows/ci.yml is neither upstream.lock nor of a series
       hint: `patcher ci port --proposal FILE` writes it
    ");
    for file in
        ["patches/.gitattributes", "patches/run.sh", "patches/resolutions/a/b.toml", "patches"]
    {
        sandbox.write(path, &proposal.replace(".github/workflows/ci.yml", file));
        sandbox.refuse(2, &["ci", "propose", path], &["is neither upstream.lock nor of a series"]);
    }
    sandbox.write("../home/proposal.json", "{}");
    assert_snapshot!(sandbox.refuse(2, &["ci", "propose", path], &[]), @"
    $ patcher ci propose ../home/proposal.json
    exit code: 2
    --- stderr
      error: ../home/proposal.json: missing field `schema` at line 1 column 2
       hint: `patcher ci port --proposal FILE` writes it
    ");
    assert_snapshot!(sandbox.refuse(30, &["ci", "propose", "nowhere.json"], &[]), @"
    $ patcher ci propose nowhere.json
    exit code: 30
    --- stderr
      error: cannot read [ROOT]/project/nowhere.json: No such file or directory (os error 2)
       hint: `patcher ci port --proposal FILE` writes it
    ");
}
