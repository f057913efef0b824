//! `init`: a project for a user.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined};

/// patcher's own project.
fn own() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A directory of patcher's own project, file by file.
fn below(name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_real = |path: &Path| !path.ancestors().any(Path::is_symlink);
    let files = files_of(&own().join(name)).into_iter().filter(|(path, _)| is_real(path));
    files.map(|(path, bytes)| (path.strip_prefix(own()).unwrap().to_owned(), bytes)).collect()
}

#[test]
fn the_project_is_the_one_that_patcher_carries_and_can_be_used() {
    let sandbox = Sandbox::new();
    let run = sandbox.refuse(0, &["init", "../new"], &[]);
    let new = sandbox.project.join("../new").canonicalize().unwrap();
    let written = files_of(&new);
    assert!(!written.contains_key(&new.join(".git/refs/heads/main")), "it committed");
    let written = written.into_iter().filter(|(path, _)| !path.starts_with(new.join(".git")));
    let mut written: BTreeMap<PathBuf, Vec<u8>> =
        written.map(|(path, bytes)| (path.strip_prefix(&new).unwrap().to_owned(), bytes)).collect();
    // Nothing of these is missing, and nothing else is there.
    let mut expected = below("patches");
    expected.append(&mut below("tests/repro"));
    assert!(expected.len() > 200, "{}", expected.len());
    for name in ["patcher.toml", "upstream.lock", ".gitattributes"] {
        expected.insert(name.into(), fs::read(own().join(name)).unwrap());
    }
    let count = written.len();
    let others = ["README.md", ".gitignore"].map(PathBuf::from).into_iter();
    let workflows = ["ci", "publish", "regression", "sync"]
        .map(|name| format!(".github/workflows/{name}.yml").into());
    for path in others.chain(workflows) {
        assert!(written.remove(&path).is_some(), "{path:?}");
    }
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&expected));
    assert!(written == expected);
    let created = format!("+ Created    ../new: {count} files, a git repository");
    assert_eq!(run.stderr.lines().next(), Some(created.as_str()));
    assert_eq!(run.stdout, "");
    let rest: Vec<&str> =
        run.stderr.lines().skip(1).filter(|line| !line.contains("Finished")).collect();
    assert_snapshot!(rest.join("\n"), @"
        patcher doctor  check git, Bazel, network and cache
        patcher sync    fetch upstream, apply the patches and test them
    Next: cd ../new   go on there
    ");
    let new = new.to_str().unwrap();
    sandbox.succeed(&["--root", new, "status"]);
    sandbox.succeed(&["--root", new, "series"]);
    // Nothing is wrong with what lies there; the rest has to be fetched first.
    assert_snapshot!(sandbox.refuse(30, &["--root", new, "check", "--offline"], &[]), @"
    $ patcher --root [ROOT]/new check --offline
    exit code: 30
    --- stderr
      error: rules_python was not fetched yet: there is no mirror of https://github.com/bazel-contrib/rules_python at [ROOT]/cache/mirror/rules_python-1ab4b925f60c.git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it
    ");
}

#[test]
fn only_a_directory_without_files_of_a_user_is_filled() {
    let sandbox = Sandbox::new();
    let at = |name: &str| sandbox.project.join("..").canonicalize().unwrap().join(name);
    for name in ["full/.git", "full/src", "hidden/.idea", "clash/.github"] {
        fs::create_dir_all(at(name)).unwrap();
    }
    let refused = ["../full", "../clash", "patcher.toml"];
    assert_snapshot!(joined(refused.map(|name| sandbox.refuse(2, &["init", name], &[]))), @"
    $ patcher init ../full
    exit code: 2
    --- stderr
      error: [ROOT]/project/../full is not empty
       hint: name a directory that is empty or absent

    $ patcher init ../clash
    exit code: 2
    --- stderr
      error: [ROOT]/project/../clash is not empty
       hint: name a directory that is empty or absent

    $ patcher init patcher.toml
    exit code: 2
    --- stderr
      error: [ROOT]/project/patcher.toml is no directory
       hint: name a directory that is empty or absent
    ");
    assert_eq!(files_of(&at("full")).len() + files_of(&at("clash")).len(), 0);
    sandbox.succeed(&["init", "../hidden"]);
    assert!(at("hidden/.idea").exists() && at("hidden/.git").exists());
    assert!(at("hidden/patches/series").exists() && !at("hidden/.patcher-new").exists());
    sandbox.refuse(2, &["init", "../hidden"], &["is not empty"]);
}

#[test]
fn a_repository_is_made_where_there_is_none() {
    let sandbox = Sandbox::new();
    let at = |name: &str| sandbox.project.join("..").canonicalize().unwrap().join(name);
    sandbox.succeed(&["init", "--no-git", "../plain"]);
    assert!(at("plain/patches/series").exists() && !at("plain/.git").exists());
    fs::create_dir_all(at("outer")).unwrap();
    sandbox.git(&at("outer"), &["init", "--quiet"]);
    let document = sandbox.succeed(&["init", "--format", "json", "../outer/inner"]).json();
    assert_eq!(document["made_repository"], false);
    assert!(at("outer/inner/patches/series").exists() && !at("outer/inner/.git").exists());
}

#[test]
fn a_dry_run_names_the_files_and_writes_none() {
    let sandbox = Sandbox::new();
    let listed = sandbox.succeed(&["init", "--dry-run", "../new/"]).stdout;
    assert!(!sandbox.project.join("../new").exists());
    sandbox.succeed(&["init", "--no-git", "../new"]);
    let new = sandbox.project.join("../new").canonicalize().unwrap();
    let mut listed: Vec<PathBuf> =
        listed.lines().map(|line| new.join(line.strip_prefix("../new/").unwrap())).collect();
    listed.sort();
    assert_eq!(listed, files_of(&new).into_keys().collect::<Vec<_>>());
}

#[test]
fn without_git_nothing_is_written() {
    let mut sandbox = Sandbox::new();
    sandbox.set("PATH", sandbox.home.clone());
    assert_snapshot!(sandbox.refuse(30, &["init", "../new"], &[]), @"
    $ patcher init ../new
    exit code: 30
    --- stderr
      error: there is no `git` on PATH
       hint: install git
       hint: or write it without a repository: --no-git
    ");
    assert!(!sandbox.project.join("../new").exists());
    sandbox.succeed(&["init", "--no-git", "../new"]);
}

/// The text files of a directory, one after the other.
fn texts(directory: &Path) -> String {
    let files = files_of(directory).into_iter().filter(|(path, _)| {
        !path
            .components()
            .any(|part| [".git", ".github"].iter().any(|name| part.as_os_str() == *name))
    });
    let texts = files.map(|(path, bytes)| {
        let name = path.strip_prefix(directory).unwrap().display().to_string();
        format!("-- {name}\n{}", String::from_utf8(bytes).unwrap())
    });
    texts.collect()
}

#[test]
fn a_project_for_a_ruleset_is_made_of_what_its_upstream_says() {
    let sandbox = Sandbox::new();
    for release in ["1.0.0", "1.1.0"] {
        sandbox.git(&sandbox.upstream, &["tag", &format!("rules-{release}"), release]);
        sandbox.git(&sandbox.upstream, &["tag", "--delete", release]);
    }
    sandbox.git(&sandbox.upstream, &["tag", "v0.1.0", "rules-1.0.0"]);
    let run = sandbox.succeed(&["init", "--upstream", "../upstream.git", "../mine/fresh"]);
    assert_eq!(run.stdout, "");
    assert_snapshot!(run.said(), @"
    + Found      module demo_rules at ../upstream.git
    + Found      2 releases, the newest is 1.1.0, tags are `rules-{version}`
                 1 tag such as v0.1.0: passed over; --tag FORMAT takes others
    + Created    ../mine/fresh: 12 files, a git repository
    Finished in [TIME]: a project to start with
    Next: cd ../mine/fresh && patcher sync --to latest   pin 1.1.0, without patches so far
    ");
    let fresh = sandbox.home.join("../mine/fresh").canonicalize().unwrap();
    assert_snapshot!(texts(&fresh), @r#"
    -- .gitattributes
    # What is digested must not change on checkout.
    *.patch -text
    patches/** -text
    tests/repro/** -text
    upstream.lock -text
    -- .gitignore
    /.patcher
    /dist
    -- README.md
    # Patches over demo_rules

    A series of patches over [demo_rules](../../upstream.git), which
    [patcher](https://github.com/set--me/patcher) carries from release to release.
    `patcher init --upstream` (0.1.0) made this directory.

    | path | what it is |
    | --- | --- |
    | `patcher.toml` | the upstream, and the releases that the series is for |
    | `patches/` | the series, empty so far |
    | `tests/repro/` | the scenarios: small Bazel packages that show what the patches are for |
    | `upstream.lock` | what was pinned, tested and published; only patcher writes it |
    | `.github/workflows/` | tests for pull requests, a port each night, a matrix each week, releases |

    ## Begin

        patcher sync --to latest      # pin the newest release, run the scenario
        patcher new "What it mends"   # open a worktree for the first patch
        patcher continue              # write what you committed there as a patch

    Then have the scenario show it: edit `tests/repro/example`, which passes with and without patches,
    until the unpatched tree fails as people see it and the patched one passes.

        patcher sync                  # test both trees, update lock and archive
        git add --all && git commit --message "Patches over demo_rules"

    ## On a release day

        patcher preview latest        # what would happen; writes nothing
        patcher sync --to latest      # port, test, and update patches and lock

    ## In your build

        patcher publish               # the archive, and what to paste
        patcher override add PATH/TO/YOUR/MODULE.bazel
    -- patcher.toml
    upstream = "../../upstream.git"
    tag = "rules-{version}"

    [[series]]
    patches = "patches"
    # Older releases, too, once the patches reach them.
    releases = ">=1.1.0"
    -- patches/series
    -- tests/repro/MODULE.bazel
    module(name = "patcher_repro")

    # Any version will do: patcher replaces the tree with --override_module.
    bazel_dep(name = "demo_rules", version = "1.1.0")
    -- tests/repro/example/BUILD.bazel
    # The smallest package that shows what the patches are for: load from @demo_rules here.
    filegroup(name = "example")
    -- tests/repro/example/scenario.toml
    id = "example"
    title = "In a sentence, what people see without the patches"
    link = "../../upstream.git"
    targets = ["example"]
    phase = "analysis"
    releases = ">=1.1.0"

    # Without the patches it will be "conflict", "loading-failure", "analysis-failure", "build-failure"
    # or "test-failure"; a `message` above this line then says what Bazel has to print.
    [expect]
    unpatched = "pass"
    patched = "pass"
    "#);
    let publish = fs::read_to_string(fresh.join(".github/workflows/publish.yml")).unwrap();
    assert!(publish.contains("tags: [\"demo_rules-*\"]"), "{publish}");
    let fresh = fresh.to_str().unwrap();
    sandbox.succeed(&["--root", fresh, "sync", "--no-repro", "--to", "latest"]);
    sandbox.succeed(&["--root", fresh, "check"]);
    sandbox.succeed(&["--root", fresh, "status"]);
}

#[test]
fn what_is_not_said_by_an_upstream_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.upstream, &["tag", "v2.0.0", "1.1.0"]);
    let init = |more: &[&'static str]| [&["init", "--upstream", "../upstream.git"], more].concat();
    assert_snapshot!(joined([
        sandbox.refuse(2, &init(&[]), &[]),
        sandbox.refuse(2, &init(&["--tag", "x{version}"]), &[]),
        sandbox.refuse(2, &init(&["--tag", "x"]), &[]),
        sandbox.refuse(2, &["init", "--upstream", "../nowhere", "../x"], &[]),
        sandbox.refuse(30, &["--offline", "init", "--upstream", "../upstream.git"], &[]),
    ]), @r#"
    $ patcher init --upstream ../upstream.git
    exit code: 2
    --- stderr
      error: upstream ../upstream.git has several forms of tags: 2 tags such as 1.1.0, 1 tag such as v2.0.0
       hint: say which one names its releases: --tag 'v{version}'

    $ patcher init --upstream ../upstream.git --tag x{version}
    exit code: 2
    --- stderr
      error: upstream ../upstream.git has no tag such as x1.2.3: it has 2 tags such as 1.1.0, 1 tag such as v2.0.0
       hint: say which one names its releases: --tag 'v{version}'

    $ patcher init --upstream ../upstream.git --tag x
    exit code: 2
    --- stderr
    error: invalid value 'x' for '--tag <FORMAT>': "x" is not a tag format: text for a tag with `{version}` in it once, such as "v{version}"

    For more information, try '--help'.

    $ patcher init --upstream ../nowhere ../x
    exit code: 2
    --- stderr
      error: upstream ../nowhere (--upstream): there is no such directory
       hint: name a clone of the upstream, or its URL

    $ patcher --offline init --upstream ../upstream.git
    exit code: 30
    --- stderr
      error: --offline forbids asking the upstream
       hint: run it without --offline
    "#);
    // It is named after its module if nobody names it.
    let document = sandbox
        .succeed(&[&init(&["--tag", "{version}"])[..], &["--format", "json"]].concat())
        .json();
    assert_eq!(document["directory"], "demo_rules-patches");
    assert_eq!(document["ruleset"]["tag"], "{version}");
    assert_eq!(document["ruleset"]["release"], "1.1.0");
    let toml = sandbox.read("demo_rules-patches/patcher.toml");
    assert!(toml.starts_with("upstream = \"../../upstream.git\"\n\n"), "{toml}");
}
