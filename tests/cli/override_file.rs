//! `override`: a consumer's MODULE.bazel as patcher leaves it.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined, same};

const URL: &str = "https://example.com/archives";
const FILE: &str = "app/MODULE.bazel";
const TEXT: &str =
    "module(name = \"app\")\n\nbazel_dep(name = \"demo_rules\", version = \"0.9.0\")\n";
const ROOT_ONLY: &str = "Only the root module's overrides count";

/// A project, and a consumer's file in it.
fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::synced();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, TEXT);
    sandbox
}

#[test]
fn an_override_is_added_updated_and_removed() {
    let sandbox = sandbox();
    let run = sandbox.succeed(&["override", "add", FILE, "--release", "latest"]);
    assert_snapshot!(run, @"
    $ patcher override add app/MODULE.bazel --release latest
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Raised     the bazel_dep of demo_rules in app/MODULE.bazel from 0.9.0 to 1.0.0
    + Added      archive_override of demo_rules to app/MODULE.bazel
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
    // What `publish` prints for it, but for its comments.
    let published = sandbox.succeed(&["publish", "--output", "out", "--unverified"]).stdout;
    let snippet: String = published.split_inclusive('\n').filter(|l| !l.starts_with('#')).collect();
    let mark = "  # patcher: raised from 0.9.0 to 1.0.0";
    let added = sandbox.read(FILE);
    assert_eq!(added.replace(mark, ""), format!("module(name = \"app\")\n\n{snippet}"));

    let run = sandbox.succeed(&["override", "update", FILE]);
    assert_snapshot!(run, @"
    $ patcher override update app/MODULE.bazel
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date
    ");
    let replaced = sandbox.succeed(&["override", "update", FILE, "--replace"]);
    assert_snapshot!(replaced.said(), @"
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
                 patcher wrote this archive_override, and `--replace` keeps its kind: name another one, such as `--kind git --remote URL`
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date
    ");
    assert_snapshot!(sandbox.refuse(1, &["override", "add", FILE], &[]), @"
    $ patcher override add app/MODULE.bazel
    exit code: 1
    --- stderr
      error: app/MODULE.bazel:4: demo_rules has an override already, this archive_override
       hint: `patcher override update` changes it, with `--replace` to another kind
    ");
    let other = ["override", "update", FILE, "--base-url", "https://example.com/new"];
    let run = sandbox.refuse(1, &[&other[..], &["--check"]].concat(), &[]);
    assert_snapshot!(run, @r#"
    $ patcher override update app/MODULE.bazel --base-url https://example.com/new --check
    exit code: 1
    --- stdout
    --- a/app/MODULE.bazel
    +++ b/app/MODULE.bazel
    @@ -5,5 +5,5 @@
         module_name = "demo_rules",
         integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
         strip_prefix = "demo_rules-1.0.0.patched.1",
    -    urls = ["https://example.com/archives/demo_rules-1.0.0.patched.1.tar.gz"],
    +    urls = ["https://example.com/new/demo_rules-1.0.0.patched.1.tar.gz"],
     )
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: not up to date: app/MODULE.bazel
       hint: the same command without --check brings it up to date
    "#);
    sandbox.succeed(&other);
    sandbox.succeed(&[&other[..], &["--check"]].concat());
    assert_eq!(sandbox.read(FILE), added.replace(URL, "https://example.com/new"));

    let run = sandbox.succeed(&["override", "remove", FILE]);
    assert_snapshot!(run, @"
    $ patcher override remove app/MODULE.bazel
    exit code: 0
    --- stderr
    + Removed    archive_override of demo_rules from app/MODULE.bazel:4
    + Lowered    the bazel_dep of demo_rules in app/MODULE.bazel from 1.0.0 to 0.9.0
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
    assert_eq!(sandbox.read(FILE), TEXT);
    let run = sandbox.succeed(&["override", "remove", FILE]);
    assert_snapshot!(run, @"
    $ patcher override remove app/MODULE.bazel
    exit code: 0
    --- stderr
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: there is no override of demo_rules
    ");
    assert_snapshot!(sandbox.refuse(1, &["override", "update", FILE, "--check"], &[]), @"
    $ patcher override update app/MODULE.bazel --check
    exit code: 1
    --- stderr
      error: app/MODULE.bazel: there is no override of demo_rules
       hint: `patcher override add` adds it
    ");
}

#[test]
fn a_module_does_not_override_itself() {
    let sandbox = sandbox();
    let text = "module(\n    name = \"demo_rules\",\n    version = \"1.0.0\",\n)\n";
    sandbox.write(FILE, text);
    let own = [
        sandbox.refuse(1, &["override", "add", FILE], &[]),
        sandbox.refuse(1, &["override", "update", FILE], &[]),
    ];
    assert_snapshot!(same(own.map(|run| run.said())), @"
    error: app/MODULE.bazel:1: this is demo_rules itself, and a module cannot override itself
     hint: name the MODULE.bazel of a module that uses demo_rules
    ");
    assert_eq!(sandbox.read(FILE), text);
}

#[test]
fn mirrors_of_the_consumer_stay_and_what_leaves_is_named() {
    let mut sandbox = Sandbox::serving_two();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, TEXT);
    sandbox.succeed(&["override", "add", FILE, "--release", "1.0.0"]);
    let mirrored = |version: &str, url: &str| {
        let at = |base: &str| format!("        \"{base}/demo_rules-{version}.tar.gz\",\n");
        format!(
            "    urls = [\n{}{}        \"https://c.example.com/get?v={version}\",\n    ],\n",
            at("https://mirror.example.com/a"),
            at(url)
        )
    };
    let text = sandbox.read(FILE);
    let old = text.lines().find(|line| line.starts_with("    urls")).unwrap();
    let (old, new) = (format!("{old}\n"), mirrored("1.0.0.patched.1", URL));
    sandbox.edit(FILE, &old, &new);
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    // To another release, and to another place.
    sandbox.succeed(&["override", "update", FILE, "--release", "latest"]);
    let text = sandbox.read(FILE);
    assert!(text.contains(&mirrored("1.1.0.patched.1", URL)), "{text}");
    sandbox.unset("PATCHER_BASE_URL");
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    let place = "https://new.example.com";
    let unknown = ["override", "update", FILE, "--base-url", place];
    let said = sandbox.succeed(&unknown).said();
    assert_snapshot!(said, @"
    warning: 1.1.0.patched.1 is not verified: no test results: the scenarios did not run
    + Updated    archive_override of demo_rules in app/MODULE.bazel
                 left out of urls: https://mirror.example.com/a/demo_rules-1.1.0.patched.1.tar.gz, https://example.com/archives/demo_rules-1.1.0.patched.1.tar.gz, https://c.example.com/get?v=1.1.0.patched.1
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
    sandbox.write(FILE, &text);
    // If the project says where the archive was, that is what moves.
    sandbox.edit("patcher.toml", "upstream", &format!("base-url = \"{URL}\"\nupstream"));
    sandbox.succeed(&unknown);
    let moved = sandbox.read(FILE);
    assert!(moved.contains(&mirrored("1.1.0.patched.1", place)), "{moved}");
    // What does not name the version is another archive then.
    sandbox.write(FILE, &text.replace("get?v=1.1.0.patched.1", "newest"));
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    let said = sandbox.succeed(&["override", "update", FILE, "--release", "1.0.0"]).said();
    assert!(said.contains("left out of urls: https://c.example.com/newest"), "{said}");
}

#[test]
fn an_update_keeps_the_release_unless_another_one_is_named() {
    let mut sandbox = Sandbox::serving_two();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, TEXT);
    sandbox.succeed(&["override", "add", FILE, "--release", "1.0.0"]);
    let old = sandbox.read(FILE);
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    let latest = ["override", "update", FILE, "--release", "latest"];
    let run = sandbox.refuse(1, &[&latest[..], &["--check"]].concat(), &[]);
    assert_snapshot!(run, @r#"
    $ patcher override update app/MODULE.bazel --release latest --check
    exit code: 1
    --- stdout
    --- a/app/MODULE.bazel
    +++ b/app/MODULE.bazel
    @@ -1,9 +1,9 @@
     module(name = "app")
     
    -bazel_dep(name = "demo_rules", version = "1.0.0")  # patcher: raised from 0.9.0 to 1.0.0
    +bazel_dep(name = "demo_rules", version = "1.1.0")  # patcher: raised from 0.9.0 to 1.1.0
     archive_override(
         module_name = "demo_rules",
    -    integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
    -    strip_prefix = "demo_rules-1.0.0.patched.1",
    -    urls = ["https://example.com/archives/demo_rules-1.0.0.patched.1.tar.gz"],
    +    integrity = "sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=",
    +    strip_prefix = "demo_rules-1.1.0.patched.1",
    +    urls = ["https://example.com/archives/demo_rules-1.1.0.patched.1.tar.gz"],
     )
    --- stderr
    warning: 1.1.0.patched.1 is not verified: no test results: the scenarios did not run
      error: not up to date: app/MODULE.bazel
       hint: the same command without --check brings it up to date
    "#);
    sandbox.succeed(&latest);
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    assert_snapshot!(sandbox.read(FILE), @r#"
    module(name = "app")

    bazel_dep(name = "demo_rules", version = "1.1.0")  # patcher: raised from 0.9.0 to 1.1.0
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=",
        strip_prefix = "demo_rules-1.1.0.patched.1",
        urls = ["https://example.com/archives/demo_rules-1.1.0.patched.1.tar.gz"],
    )
    "#);
    sandbox.succeed(&["override", "update", FILE, "--release", "1.0.0"]);
    assert_eq!(sandbox.read(FILE), old);
    sandbox.succeed(&["override", "remove", FILE, "--to", "1.2.0"]);
    assert_eq!(sandbox.read(FILE), TEXT.replace("0.9.0", "1.2.0"));
}

#[test]
fn each_route_has_its_override() {
    let sandbox = sandbox();
    let patched_commit =
        sandbox.read("upstream.lock").split("patched_commit = \"").nth(1).unwrap()[..40].to_owned();
    let git = format!(
        "    commit = \"{patched_commit}\",\n    remote = \"https://example.com/r.git\",\n"
    );
    let mut said = Vec::new();
    for (args, function, body, version) in [
        (
            &["git", "--remote", "https://ann:hunter2@example.com/r.git"][..],
            "git_override",
            git.as_str(),
            "1.0.0",
        ),
        (
            &["local-path", "--path", "../d"],
            "local_path_override",
            "    path = \"../d\",\n",
            "1.0.0",
        ),
        (
            &["registry", "--registry", "https://example.com/registry/"],
            "single_version_override",
            "    registry = \"https://example.com/registry\",\n    version = \"1.0.0.patched.1\",\n",
            "1.0.0.patched.1",
        ),
    ] {
        let added = ["override", "add", FILE, "--release", "latest", "--kind"];
        sandbox.succeed(&[&added, args].concat());
        let text = sandbox.read(FILE);
        let statement = format!("\n{function}(\n    module_name = \"demo_rules\",\n{body})\n");
        assert!(text.ends_with(&statement), "{text}");
        assert!(text.contains(&format!("version = \"{version}\")  # patcher: raised")), "{text}");
        let archive = ["override", "update", FILE, "--kind", "archive"];
        said.push(sandbox.refuse(1, &archive, &[]).said());
        sandbox.succeed(&[&archive[..], &["--replace"]].concat());
        let run =
            sandbox.succeed(&[&["override", "update", FILE, "--replace", "--kind"], args].concat());
        said.push(run.said());
        // Nobody can tell whose a path is.
        let mark = "  # patcher: replaced local_path_override";
        assert_eq!(sandbox.read(FILE).replace(mark, ""), text);
        assert_eq!(sandbox.read(FILE).contains(mark), function == "local_path_override");
        sandbox.succeed(&["override", "remove", FILE]);
        assert_eq!(sandbox.read(FILE), TEXT);
    }
    assert_snapshot!(joined(said), @"
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: app/MODULE.bazel:4: demo_rules is replaced by git_override here, not by archive_override
       hint: `--replace` puts the one in the other's place

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   archive_override of demo_rules by git_override in app/MODULE.bazel
                 the repository has to have the tag 1.0.0.patched.1
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: app/MODULE.bazel:4: demo_rules is replaced by local_path_override here, not by archive_override
       hint: `--replace` puts the one in the other's place

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   archive_override of demo_rules by local_path_override in app/MODULE.bazel
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: app/MODULE.bazel:4: demo_rules is replaced by single_version_override here, not by archive_override
       hint: `--replace` puts the one in the other's place

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   archive_override of demo_rules by single_version_override in app/MODULE.bazel
    + Raised     the bazel_dep of demo_rules in app/MODULE.bazel from 1.0.0 to 1.0.0.patched.1
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
}

#[test]
fn what_a_route_needs_is_asked_for() {
    let mut sandbox = sandbox();
    sandbox.edit(FILE, "0.9.0", "1.0.0");
    let add = |args: &[&'static str]| [&["override", "add", FILE], args].concat();
    assert_snapshot!(sandbox.refuse(2, &add(&["--kind", "git"]), &[]), @"
    $ patcher override add app/MODULE.bazel --kind git
    exit code: 2
    --- stderr
      error: it is not known which repository to take
       hint: `--remote URL` names it: one that `patcher publish --kind git --push URL` pushed to
    ");
    assert_snapshot!(sandbox.refuse(2, &add(&["--kind", "local-path"]), &[]), @"
    $ patcher override add app/MODULE.bazel --kind local-path
    exit code: 2
    --- stderr
      error: it is not known which directory to take
       hint: `--path DIR` names it: `patcher export DIR` makes one
    ");
    assert_snapshot!(sandbox.refuse(2, &add(&["--kind", "registry"]), &[]), @"
    $ patcher override add app/MODULE.bazel --kind registry
    exit code: 2
    --- stderr
      error: it is not known which registry to take
       hint: `--registry URL` names it: `patcher publish --kind registry` makes one
    ");
    let odd = add(&["--kind", "registry", "--registry", "example.com"]);
    assert_snapshot!(sandbox.refuse(2, &odd, &[]), @r#"
    $ patcher override add app/MODULE.bazel --kind registry --registry example.com
    exit code: 2
    --- stderr
      error: "example.com" is no URL of a registry
       hint: Bazel wants https://, http:// or file:///
    "#);
    assert_snapshot!(sandbox.refuse(2, &add(&["--path", "x"]), &[]), @"
    $ patcher override add app/MODULE.bazel --path x
    exit code: 2
    --- stderr
      error: --path is for `--kind local-path`, and this is archive
       hint: see `patcher override add --help`
    ");
    assert_snapshot!(sandbox.refuse(2, &add(&["--release", "7.0.0"]), &[]), @"
    $ patcher override add app/MODULE.bazel --release 7.0.0
    exit code: 2
    --- stderr
      error: 7.0.0 is not supported by any series
       hint: the nearest supported release is 1.0.0: `--release 1.0.0`; `--release latest` takes 1.0.0
    ");
    assert_snapshot!(sandbox.refuse(2, &["override", "remove", FILE, "--to", "1.0.0"], &[]), @"
    $ patcher override remove app/MODULE.bazel --to 1.0.0
    exit code: 2
    --- stderr
      error: demo_rules 1.0.0 is not newer than 1.0.0, which needs the patches
       hint: without --to, only the override is removed, and the bazel_dep is as before
    ");
    assert_snapshot!(sandbox.refuse(2, &["override", "remove", FILE, "--to", "1_0"], &[]), @r#"
    $ patcher override remove app/MODULE.bazel --to 1_0
    exit code: 2
    --- stderr
    error: invalid value '1_0' for '--to <VERSION>': "1_0" is no version that Bazel takes

    For more information, try '--help'.
    "#);
    sandbox.unset("PATCHER_BASE_URL");
    assert_snapshot!(sandbox.refuse(2, &add(&[]), &[]), @"
    $ patcher override add app/MODULE.bazel
    exit code: 2
    --- stderr
      error: no URL for the archive: neither --base-url, PATCHER_BASE_URL nor `base-url` in patcher.toml is set
       hint: `--base-url URL`: the directory that the archive is published in
    ");
    sandbox.edit("upstream.lock", "sha256-", "sha256+");
    assert_snapshot!(sandbox.refuse(1, &add(&["--kind", "local-path", "--path", "x"]), &[]), @r#"
    $ patcher override add app/MODULE.bazel --kind local-path --path x
    exit code: 1
    --- stderr
      error: upstream.lock:3: "sha256+GB19qMtStd70+mZ+U14nMtfLrNWLLmVB/IawZzuhMQ0=" is not an integrity (`sha256-` and 44 characters of base64)
       hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)
    "#);
}

#[test]
fn a_lock_that_was_edited_is_only_good_to_remove_an_override() {
    let sandbox = sandbox();
    sandbox.succeed(&["override", "add", FILE, "--release", "latest"]);
    sandbox.edit("upstream.lock", "revision = 1", "revision = 7");
    // What else is wrong with the project is beside the point.
    sandbox.write("patches/series", "0003-nowhere.patch\n");
    assert_snapshot!(sandbox.refuse(1, &["override", "update", FILE], &[]), @"
    $ patcher override update app/MODULE.bazel
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
    ");
    sandbox.succeed(&["override", "remove", FILE]);
    assert_eq!(sandbox.read(FILE), TEXT);
}

#[test]
fn a_file_that_cannot_be_understood_is_left_alone() {
    let sandbox = sandbox();
    let texts = [
        "bazel_dep(\n",
        "\nload(\"x\", \"y\")\n",
        "include(\"//x:y.MODULE.bazel\")\n",
        "[git_override(module_name = n) for n in N]\n",
    ];
    let said = texts.map(|text| {
        sandbox.write(FILE, text);
        // Two of them warn of the missing results first.
        same(["add", "update", "remove", "show"].map(|action| {
            let said = sandbox.refuse(2, &["override", action, FILE], &[]).said();
            said[said.find("  error: ").unwrap()..].to_owned()
        }))
    });
    assert_snapshot!(joined(said), @"
    error: app/MODULE.bazel:1: `(` is never closed
     hint: correct it: what patcher cannot understand it does not edit

    error: app/MODULE.bazel:2: `load` has no place in a MODULE.bazel
     hint: correct it: what patcher cannot understand it does not edit

    error: app/MODULE.bazel:1: it includes //x:y.MODULE.bazel, and there is no app/x/y.MODULE.bazel
     hint: labels begin at the directory of the root module's MODULE.bazel

    error: app/MODULE.bazel:1: git_override is no statement of its own here: it may be for demo_rules
     hint: write what is said of demo_rules as a statement of its own
    ");
    assert_snapshot!(sandbox.refuse(2, &["override", "show", "app"], &[]), @"
    $ patcher override show app
    exit code: 2
    --- stderr
      error: app is a directory
       hint: name the file: app/MODULE.bazel
    ");
    assert_snapshot!(sandbox.refuse(2, &["override", "show", "nowhere"], &[]), @"
    $ patcher override show nowhere
    exit code: 2
    --- stderr
      error: nowhere: there is no such file
       hint: name the MODULE.bazel of your root module
    ");
}

#[test]
fn the_file_that_is_included_is_edited_and_shown() {
    let sandbox = sandbox();
    let root = "include(\"//deps:rules.MODULE.bazel\")\n";
    sandbox.write(FILE, root);
    sandbox.write("app/deps/rules.MODULE.bazel", &TEXT.replace('\n', "\r\n"));
    sandbox.succeed(&["override", "add", FILE, "--release", "latest"]);
    assert_eq!(sandbox.read(FILE), root);
    let text = sandbox.read("app/deps/rules.MODULE.bazel");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    let run = sandbox.succeed(&["override", "show", FILE]);
    let place = "app/deps/rules.MODULE.bazel";
    assert!(run.stdout.starts_with(&format!("bazel_dep         {place}:3\n  version         \"1.0.0\"\narchive_override  {place}:4\n  integrity       \"sha256-")), "{run:#?}");
    assert_snapshot!(run.said(), @"
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: an override of demo_rules
    ");
    let document = sandbox.succeed(&["override", "show", FILE, "--format", "json"]).json();
    assert_eq!(document["command"], "override show");
    assert_eq!(document["bazel_dep"]["arguments"]["version"], "1.0.0");
    let found = &document["overrides"][0];
    assert_eq!((&found["file"], &found["line"]), (&place.into(), &4.into()));
    assert_eq!(found["function"], "archive_override");
    assert_eq!(found["arguments"]["urls"][0], format!("{URL}/demo_rules-1.0.0.patched.1.tar.gz"));
    assert!(document["note"].as_str().unwrap().contains(ROOT_ONLY));
    let args = ["override", "remove", FILE, "--check", "--format", "json"];
    let document = sandbox.patcher(&args).json();
    assert_eq!(document["changed"][0], place);
    assert_eq!(document["error"]["kind"], "finding");
    sandbox.succeed(&["override", "remove", FILE]);
    assert_eq!(sandbox.read(place), TEXT.replace('\n', "\r\n"));
    let run = sandbox.succeed(&["override", "show", FILE]);
    assert_snapshot!(run, @r#"
    $ patcher override show app/MODULE.bazel
    exit code: 0
    --- stdout
    bazel_dep  app/deps/rules.MODULE.bazel:3
      version  "0.9.0"
    override   none of demo_rules
    --- stderr
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: no override of demo_rules
    "#);
}

#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let sandbox = sandbox();
    let (file, link) = (sandbox.project.join(FILE), sandbox.project.join("link"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(FILE, &link).unwrap();
    sandbox.succeed(&["override", "add", "link", "--release", "latest"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(sandbox.read(FILE).contains("archive_override("));
    let there = fs::metadata(&file).unwrap();
    assert_eq!(there.permissions().mode() & 0o777, 0o640);
    sandbox.succeed(&["override", "update", FILE]);
    assert_eq!(fs::metadata(&file).unwrap().ino(), there.ino(), "nothing was written");
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}
