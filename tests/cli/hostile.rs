//! Input that others wrote: what it says is shown and does nothing.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined};

/// A title that drives a runner, and hides what it says.
const TITLE: &str = "red ##[error]x \u{202e}txt.exe\u{200b}";

const SHOWN: &str = r"red ##\x5berror]x \u{202e}txt.exe\u{200b}";

const PATCH: &str = "patches/0002-docs.patch";

#[track_caller]
fn assert_inert(text: &str) {
    let is_bad = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}".contains(c);
    assert!(!text.contains(is_bad) && !text.contains("##["), "{text:?}");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
}

#[test]
fn what_a_patch_says_acts_on_nobody() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.read("patches/0002-docs.patch");
    // Control characters are not even taken.
    sandbox.edit(
        PATCH,
        "Subject: docs:",
        "Subject: \u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}2J docs:",
    );
    let refused = sandbox.refuse(2, &["check"], &["the Subject header cannot be decoded"]);
    assert_inert(&(refused.stdout + &refused.stderr));
    sandbox.write(PATCH, &patch);
    let title = format!("Subject: {TITLE} docs:");
    sandbox.edit(PATCH, "Subject: docs:", &title);
    // What upstream's commits say is shown with a conflict.
    let tree = sandbox.worktree("hostile", "1.0.0");
    let readme = fs::read_to_string(tree.join("README.md")).unwrap();
    fs::write(tree.join("README.md"), readme.replace("Two books", "Both books")).unwrap();
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--message", TITLE]);
    sandbox.git(&tree, &["tag", "1.2.0"]);
    sandbox.git(&tree, &["push", "--quiet", "origin", "1.2.0"]);
    let conflict = sandbox.refuse(3, &["sync", "--to", "1.2.0", "--no-repro"], &[SHOWN]);
    let mut texts = vec![conflict.stdout, conflict.stderr];
    for args in [
        &["check"][..],
        &["sync", "--check", "--no-repro"],
        &["--color", "always", "sync", "--no-repro"],
        &["preview"],
    ] {
        let run = sandbox.patcher(args);
        texts.extend([run.stdout, run.stderr.replace("\u{1b}[", "<")]);
    }
    let shown: String = texts.concat();
    assert_inert(&shown);
    // For programs it is what it is, as JSON says it.
    let json = sandbox.succeed(&["--format", "json", "status"]).json();
    let found = json["patches"][1]["subject"].as_str().unwrap_or_default().to_owned();
    assert!(found.starts_with(TITLE), "{json:#}");
}

#[test]
fn what_bazel_prints_acts_on_nobody() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox
        .bazel("printf '::error::owned\\n\\033[2J\\033]0;x\\007 ##[add-mask]x\\n' >&2; exit 2");
    let run = sandbox.refuse(30, &["repro", "--bazel", &bazel], &[]);
    assert_inert(&run.stderr);
    let lines: Vec<&str> = run.stderr.lines().take(3).collect();
    assert_snapshot!(lines.join("\n"), @r"
    error: Bazel did not start:
           \x3a:error::owned
           \x1b[2J\x1b]0;x\x07 ##\x5badd-mask]x
    ");
}

#[test]
fn styles_of_patchers_own_stay() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    for args in [&["add", "--all"][..], &["commit", "--quiet", "--message", "x"]] {
        sandbox.git(&sandbox.project, args);
    }
    sandbox.edit("patches/0002-docs.patch", "+None. Books", "+None.\u{1b}[31m Books");
    let run = sandbox.patcher(&["--color", "always", "review", "HEAD"]);
    assert!(run.stdout.contains("\u{1b}[32m") && run.stdout.contains("␛[31m"), "{run:#?}");
    let run = sandbox.patcher(&["--color", "always", "check"]);
    assert!(run.stderr.starts_with("\u{1b}[1m\u{1b}[31m  error\u{1b}[0m: "), "{run:#?}");
}

#[test]
fn an_argument_acts_on_nobody() {
    let sandbox = Sandbox::synced();
    let run = sandbox.patcher(&["sync", "--to", "x\n::error::\u{1b}[2J"]);
    assert_inert(&run.stderr);
    assert!(run.stderr.contains("--to"), "{}", run.stderr);
}

#[test]
fn a_path_that_is_another_file_elsewhere_is_refused() {
    let said = [
        ".git /x",
        "a/.GIT/x",
        "git~1/x",
        ".g\u{200c}it/x",
        "aux.txt",
        "a/nul",
        "a:b",
        "x\u{202e}y",
        "a./b",
    ]
    .map(|path| {
        let sandbox = Sandbox::synced();
        let patch = sandbox.read("patches/0002-docs.patch").replace("README.md", path);
        sandbox.write("patches/0002-docs.patch", &patch);
        let check = sandbox.refuse(2, &["check"], &[]).said();
        assert_eq!(sandbox.refuse(2, &["sync", "--no-repro"], &[]).said(), check);
        check.lines().next().unwrap().to_owned()
    });
    assert_snapshot!(said.join("\n"), @r#"
    error: patches/0002-docs.patch:12: ".git /x" is not a path inside the tree (relative, without `..`)
    error: patches/0002-docs.patch:12: "a/.GIT/x" is not a path inside the tree (relative, without `..`)
    error: patches/0002-docs.patch:12: "git~1/x" is not a path inside the tree (relative, without `..`)
    error: patches/0002-docs.patch:12: ".g\u{200c}it/x" is not a path inside the tree (relative, without `..`)
    error: patches/0002-docs.patch:12: "aux.txt" is not a path for Windows, where that name is a device's
    error: patches/0002-docs.patch:12: "a/nul" is not a path for Windows, where that name is a device's
    error: patches/0002-docs.patch:12: "a:b" is not a path for Windows, where `:` names a stream of a file
    error: patches/0002-docs.patch:12: "x\u{202e}y" is not a path that can be read: it holds a character without width or that turns the text
    error: patches/0002-docs.patch:12: "a./b" is not a path for Windows, which drops a dot or a space at the end of a name
    "#);
}

#[test]
fn an_upstream_that_is_a_program_is_refused_and_not_run() {
    let sandbox = Sandbox::new();
    let marker = sandbox.home.join("ran");
    let program = format!("ext::touch {}", marker.display());
    let option = format!("--upload-pack=touch {};x:", marker.display());
    let mut said = Vec::new();
    for upstream in [&program, "fd::0", "hg://example.com/x", &option] {
        let given = format!("--upstream={upstream}");
        said.push(sandbox.refuse(2, &[&SYNC[..], &[&given]].concat(), &[]).said());
        let before = sandbox.read("patcher.toml");
        sandbox.edit("patcher.toml", "../upstream.git", upstream);
        said.push(sandbox.refuse(2, &SYNC, &[]).said());
        sandbox.write("patcher.toml", &before);
    }
    sandbox.sync();
    let publish = ["publish", "--unverified", "--output", "out"];
    let push = format!("--push={program}");
    said.push(sandbox.refuse(2, &[&publish[..], &[&push, "--kind=git"]].concat(), &[]).said());
    sandbox.edit("patcher.toml", "registry = \"registry\"", &format!("registry = \"{program}\""));
    said.push(sandbox.refuse(2, &["sync", "--rebuild", "--no-repro"], &[]).said());
    assert_snapshot!(joined(said), @r#"
    error: --upstream: "ext::touch [ROOT]/home/ran" names the program `git-remote-ext`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: patcher.toml:1: upstream: "ext::touch [ROOT]/home/ran" names the program `git-remote-ext`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: --upstream: "fd::0" names the program `git-remote-fd`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: patcher.toml:1: upstream: "fd::0" names the program `git-remote-fd`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: --upstream: "hg://example.com/x" has the scheme `hg://`: patcher uses https, http, ssh, git, file, git+ssh, ssh+git
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: patcher.toml:1: upstream: "hg://example.com/x" has the scheme `hg://`: patcher uses https, http, ssh, git, file, git+ssh, ssh+git
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: --upstream: "--upload-pack=touch [ROOT]/home/ran;x:" begins with a hyphen: git would take it for an option
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: patcher.toml:1: upstream: "--upload-pack=touch [ROOT]/home/ran;x:" begins with a hyphen: git would take it for an option
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: "ext::touch [ROOT]/home/ran" names the program `git-remote-ext`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have

    error: patcher.toml:3: registry: "ext::touch [ROOT]/home/ran" names the program `git-remote-ext`, which git would run
     hint: name a URL such as https://example.com/rules.git, or a clone that you have
    "#);
    assert!(!marker.exists());
}

const SYNC: [&str; 4] = ["sync", "--to", "1.0.0", "--no-repro"];

#[test]
fn no_password_is_printed_or_written() {
    let credentials = [
        "https://ann:s3cret@127.0.0.1:1/rules",
        "https://s3cret@127.0.0.1:1/rules",
        "https://127.0.0.1:1/rules?token=s3cret",
        "https://127.0.0.1:1/rules?a=b&private_token=s3cret",
    ];
    let scp = ["ann:s3cret@localhost.invalid:rules.git"];
    let published = ["publish", "--unverified", "--output", "out"];
    // An option, and the exit codes that a URL with a password may lead to.
    let cases: [(&[&str], &str, &[i32]); 9] = [
        (&["ci", "port", "--no-repro"], "--upstream", &[2, 30]),
        (&SYNC, "--upstream", &[2, 30]),
        (&SYNC, "--base-url", &[2]),
        (&published, "--base-url", &[2]),
        (&published, "--registry-url", &[2]),
        (&published, "--upstream-archive", &[2]),
        (&[&published[..], &["--kind=git"]].concat(), "--push", &[2, 30]),
        (&["override", "add", "MODULE.bazel"], "--base-url", &[2]),
        (&["override", "add", "MODULE.bazel", "--kind=registry"], "--registry", &[2]),
    ];
    let sandbox = Sandbox::synced();
    sandbox.write("MODULE.bazel", "module(name = \"consumer\")\n");
    let before = files_of(&sandbox.project);
    let assert_silent = |sandbox: &Sandbox, args: &[&str], codes: &[i32]| {
        for format in ["text", "json"] {
            let run = sandbox.patcher(&[&["--format", format, "--verbose"], args].concat());
            let printed = format!("{}{}", run.stdout, run.stderr);
            assert!(codes.contains(&run.code.unwrap()), "{args:?}\n{printed}");
            assert!(!printed.contains("s3cret") && printed.contains("***"), "{args:?}\n{printed}");
        }
        assert_eq!(files_of(&sandbox.project), before, "{args:?}");
    };
    for (args, option, codes) in cases {
        for url in credentials.iter().chain(&scp) {
            assert_silent(&sandbox, &[args, &[option, url]].concat(), codes);
        }
    }
    for url in credentials {
        assert_silent(&sandbox, &["verify", url], &[30]);
    }
    // What is stripped of it is published without: a token in a query cannot be.
    let remote = ["override", "add", "MODULE.bazel", "--kind=git", "--remote"];
    for url in [credentials[2], credentials[3], scp[0]] {
        assert_silent(&sandbox, &[&remote[..], &[url]].concat(), &[2]);
    }
    let shown = sandbox.patcher(&[&remote[..], &[credentials[0], "--check"]].concat());
    assert!(shown.stdout.contains("remote = \"https://127.0.0.1:1/rules\""), "{shown:#?}");
}

#[test]
fn a_setting_with_a_password_is_refused() {
    let mut sandbox = Sandbox::synced();
    let config = sandbox.read("patcher.toml");
    let url = "https://127.0.0.1:1/rules?token=s3cret";
    let publish = ["publish", "--unverified", "--output", "out"];
    let mut said = Vec::new();
    for (key, args) in [
        ("base-url", &publish[..]),
        ("base-url", &["check"]),
        ("registry", &["sync", "--no-repro"]),
    ] {
        let others = config.replace(&format!("{key} = "), &format!("# {key} = "));
        sandbox.write("patcher.toml", &format!("{key} = \"{url}\"\n{others}"));
        said.push(sandbox.patcher(args));
    }
    sandbox.write("patcher.toml", &config.replace("../upstream.git", url));
    said.push(sandbox.patcher(&["sync", "--no-repro"]));
    sandbox.write("patcher.toml", &config);
    sandbox.set("PATCHER_BASE_URL", url);
    said.push(sandbox.patcher(&publish));
    sandbox.unset("PATCHER_BASE_URL");
    sandbox.set("PATCHER_UPSTREAM", "https://ann:s3cret@127.0.0.1:1/rules");
    let run = sandbox.patcher(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("https://***@127.0.0.1:1/rules"), "{run:#?}");
    for run in said.iter().chain([&run]) {
        assert!(!format!("{run:?}").contains("s3cret"), "{run:#?}");
    }
    assert!(!fs::read_to_string(sandbox.project.join("upstream.lock")).unwrap().contains("s3cret"));
    assert_snapshot!(joined(said), @r#"
    $ patcher publish --unverified --output out
    exit code: 2
    --- stderr
      error: patcher.toml:1: base-url: https://127.0.0.1:1/rules?token=*** is given with credentials, and what is written would hold them: leave them to Bazel's credential helper or a .netrc
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    $ patcher check
    exit code: 2
    --- stderr
      error: patcher.toml:1: base-url: https://127.0.0.1:1/rules?token=*** is given with credentials, and what is written would hold them: leave them to Bazel's credential helper or a .netrc
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patcher.toml:1: registry: "https://127.0.0.1:1/rules?token=***" holds a password or a token, which others would see
       hint: name it without: git, curl and Bazel read credentials from where you keep them

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patcher.toml:1: upstream: "https://127.0.0.1:1/rules?token=***" holds a password or a token, which others would see
       hint: name it without: git, curl and Bazel read credentials from where you keep them

    $ patcher publish --unverified --output out
    exit code: 2
    --- stderr
      error: PATCHER_BASE_URL: "https://127.0.0.1:1/rules?token=***" holds a password or a token, which others would see
       hint: name it without: git, curl and Bazel read credentials from where you keep them
       hint: correct it, or `unset PATCHER_BASE_URL`
    "#);
}
