//! A patch is read as `git am` reads it: each mail here, and generated ones, with git beside.

#![allow(clippy::too_many_lines, reason = "the mails stand in the tests")]
#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use patcher::consumer::ModuleFile;
use patcher::git::attributes::Attributes;
use patcher::patch::{Author, Patch};
use patcher::port::compose;
use patcher::project::config::{Config, Insertion, Removal, UpstreamTests, base_url};
use patcher::project::lock::Lock;
use patcher::project::resolution::{self, Resolution};
use patcher::project::scenario::Scenario;
use patcher::project::series::{self, SeriesFile};
use patcher::support::ids::Release;
use patcher::support::location::hide_credentials;
use patcher::support::names::{PatchName, RepoPath};
use patcher::support::problem::Problem;
use proptest::prelude::*;

const DIFF: &str = "diff --git a/f b/f\nindex 5626abf0f72e58d7a153368ba57db4c673c0e171..f719efd430d52bcfc8566a43b2eb655688d38871 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\n+two\n";

/// What is read of a mail.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    /// `NAME <EMAIL> SECONDS ZONE`.
    author: String,
    subject: String,
    /// The whole message of the commit.
    message: String,
}

/// What git makes of a mail, as `git am` does it: split, taken apart, cleaned, made an ident.
fn by_git(mail: &str) -> Option<Read> {
    let directory = tempfile::tempdir().unwrap();
    let run =
        |args: &[&str], env: &[(&str, &str)], input: &str| git(directory.path(), args, env, input);
    let count = run(&["mailsplit", "-b", "-o."], &[], mail)?;
    assert_eq!(count.trim(), "1", "{mail}");
    let one = std::fs::read_to_string(directory.path().join("0001")).unwrap();
    let info = run(&["mailinfo", "message", "patch"], &[], &one)?;
    let value = |key: &str| {
        let found = info.lines().find_map(|line| line.strip_prefix(key));
        found.unwrap_or_default().to_owned()
    };
    let [name, email, date, subject] = ["Author: ", "Email: ", "Date: ", "Subject: "].map(value);
    let env = [
        ("GIT_AUTHOR_NAME", name.as_str()),
        ("GIT_AUTHOR_EMAIL", email.as_str()),
        ("GIT_AUTHOR_DATE", date.as_str()),
    ];
    let author = run(&["var", "GIT_AUTHOR_IDENT"], &env, "")?.trim_end().to_owned();
    let body = std::fs::read_to_string(directory.path().join("message")).unwrap();
    let message = run(&["stripspace"], &[], &format!("{subject}\n\n{body}"))?;
    Some(Read { author, subject, message })
}

fn git(directory: &Path, args: &[&str], env: &[(&str, &str)], input: &str) -> Option<String> {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("HOME", "/nonexistent"), ("LC_ALL", "C")])
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn parse(mail: &str) -> Result<Patch, Problem> {
    Patch::parse(&"0001-a.patch".parse().unwrap(), "patches/0001-a.patch", mail.as_bytes())
}

fn by_patcher(patch: &Patch) -> Read {
    let Author { name, email, seconds, offset_minutes } = &patch.author;
    let sign = if *offset_minutes < 0 { '-' } else { '+' };
    let minutes = offset_minutes.abs();
    let zone = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    let author = format!("{name} <{email}> {seconds} {zone}");
    Read { author, subject: patch.subject.clone(), message: patch.message() }
}

/// Holds a mail, and what is printed of it, to what git reads; the result is why it is refused.
#[track_caller]
fn compare(mail: &str) -> Option<Problem> {
    let patch = match parse(mail) {
        Ok(patch) => patch,
        Err(problem) => return Some(problem),
    };
    let read = by_patcher(&patch);
    assert_eq!(Some(&read), by_git(mail).as_ref(), "{mail}");
    let printed = patch.to_string();
    assert_eq!(Some(&read), by_git(&printed).as_ref(), "{printed}");
    assert_eq!(parse(&printed).unwrap().to_string(), printed);
    None
}

const FROM: &str = "From: A Name <a@b.c>\n";
const DATE: &str = "Date: Sun, 1 Nov 2026 09:30:00 +0100\n";
const SUBJECT: &str = "Subject: fix: one\n";

fn mail(headers: &str, text: &str) -> String {
    format!(
        "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n{headers}\n{text}{DIFF}"
    )
}

fn plain(text: &str) -> String {
    mail(&[FROM, DATE, SUBJECT].concat(), text)
}

#[test]
fn mails_are_read_as_git_am_reads_them() {
    let from = |from: &str| mail(&format!("From: {from}\n{DATE}{SUBJECT}"), "Why.\n");
    let subject = |subject: &str| mail(&format!("{FROM}{DATE}Subject: {subject}\n"), "Why.\n");
    let date = |date: &str| mail(&format!("{FROM}Date: {date}\n{SUBJECT}"), "Why.\n");
    let mails = [
        plain("Why.\n\nKey: value\n---\n f | 2 +-\n\n"),
        plain(""),
        format!("{}-- \n2.47.3\n\n", plain("Why.\n")),
        // Headers in the text.
        plain("From: Real Author <real@example.com>\n\nWhy.\n"),
        plain(
            "\n\nFrom: Real Author <real@example.com>\nDate: Mon, 2 Nov 2026 10:00:00 -0330\nSubject: [PATCH] other\n\nWhy.\n",
        ),
        plain("subject: a subject\n  that goes on\nfrom:Real Author <real@example.com>\nWhy.\n"),
        plain("[PATCH] another subject\n\nFrom: Real Author <real@example.com>\n\nWhy.\n"),
        plain(
            ">From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: Real Author <real@example.com>\n\nWhy.\n",
        ),
        plain("From: =?UTF-8?q?R=C3=A9al?= <real@example.com>\n\nWhy.\n"),
        plain("Why.\n\nFrom: is a word like another\nDate: too\n"),
        plain(">From here on\n>From there on\n"),
        plain("Reviewed-by: nobody\nSubject: not this\n"),
        // What begins as a mail does in a mailbox, and has no date at its end.
        plain("Why.\nFrom now on this works.\nFrom 9:30 to 12:00:00 it does, in 1990 too.\n"),
        plain("Why.\n---\nNotes.\nFrom here.\n"),
        format!("{}-- \n2.47.3\nFrom the desk of A.\n", plain("Why.\n")),
        mail(
            &format!("From: S <s@b.c>\n{DATE}{SUBJECT}Cc: =?x?= <a@b.c>\n"),
            "From: Real Author <real@example.com>\n\nWhy.\n",
        ),
        // What is no end of the message, and what is.
        plain("Before.\n-- >8 --\nAfter.\n---- \n----\n"),
        plain("Why.  \n\n\n\n  indented\t\n\u{a0}\n\u{3000}wide\u{a0}\n"),
        plain("Why.\n--- \nNotes.\n"),
        plain("\u{feff}Why, with a mark before it.\n"),
        // Subjects.
        subject("[PATCH v2 3/7] one"),
        subject("[PATCH] [RFC] Re: re: [x] : one"),
        subject("[no end"),
        subject("Re:"),
        subject("Return  two\tspaces"),
        subject("a very\n long\n\tone"),
        subject("=?UTF-8?q?d=C3=A9j=C3=A0=20vu?="),
        subject("=?utf-8?B?ZMOpasOg?= =?UTF-8?Q?_vu?= and more"),
        subject("[PATCH] =?ISO-8859-1?q?d=E9j=E0?="),
        subject("=?UTF-8?q?=F0=9F=98?=\n =?UTF-8?q?=80_smile?="),
        subject("\u{feff}one"),
        subject("日本語"),
        subject(&format!("long {}", "x".repeat(70_000))),
        // Authors.
        from("\"Doe, J.\" <j@d.e>"),
        from("Jörg <j@d.e>"),
        from("=?UTF-8?q?J=C3=B6rg_D=2E?= <j@d.e>"),
        from("Doe, J <j@d.e>"),
        from("John Smith Jr. <j@d.e>"),
        from("John (zzz) Doe <j@d.e>"),
        from("No At <host>"),
        from("N<j@d.e>"),
        from("  A   B  <j@d.e>"),
        from("<j@d.e>"),
        from("j@d.e"),
        from("j@d.e <j@d.e>"),
        from("<root>"),
        from(&format!("{}@d.e", "j".repeat(70))),
        plain("From: j@d.e\n\nWhy.\n"),
        // Dates.
        date("Thu, 1 Jan 1970 00:00:00 +0000"),
        date("Tue, 29 Feb 2028 23:59:59 -1130"),
        date("1 Nov 2026 09:30:00 GMT"),
        date("Sun, 01 Nov 2026 09:30:00 -0000"),
        // Headers of a plain mail, in any order and case.
        mail(
            &format!(
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 8bit\nSUBJECT:one\n{DATE}from:A <a@b.c>\n"
            ),
            "Wörte.\n",
        ),
        mail(
            &format!(
                "{FROM}From: B <b@b.c>\n{DATE}{SUBJECT}Content-Type: text/plain;\n charset=us-ascii\n"
            ),
            "Why.\n",
        ),
        format!("{FROM}{DATE}{SUBJECT}\nWhy.\n{DIFF}"),
    ];
    for mail in mails {
        assert_eq!(compare(&mail), None, "{mail}");
    }
}

#[test]
fn mails_that_are_not_plain_are_refused_by_name() {
    let with = |header: &str| mail(&format!("{FROM}{DATE}{SUBJECT}{header}\n"), "Why.\n");
    let from = |from: &str| mail(&format!("From: {from}\n{DATE}{SUBJECT}"), "Why.\n");
    let subject = |subject: &str| mail(&format!("{FROM}{DATE}Subject: {subject}\n"), "Why.\n");
    let cases = [
        (with("Content-Type: multipart/mixed; boundary=\"x\""), 5, "is an attachment"),
        (with("Content-Type: multipart/mixed;\n boundary=\"x\""), 5, "is an attachment"),
        (with("content-transfer-encoding: Quoted-Printable"), 5, "encoded as Quoted-Printable"),
        (with("Content-Transfer-Encoding: base64"), 5, "encoded as base64"),
        (with("Content-Type: text/plain; charset=ISO-8859-15"), 5, "in iso-8859-15, not UTF-8"),
        (with("Content-Type: text/plain; charset=utf-8; format=flowed"), 5, "lines are flowed"),
        (subject("=?KOI8-R?q?=C1?="), 4, "Subject header cannot be decoded"),
        (subject("=?UTF-8?q?=C1?="), 4, "Subject header cannot be decoded"),
        (subject("=?UTF-8?q?a=00b?="), 4, "Subject header cannot be decoded"),
        (subject("=?UTF-8?q?=3D=3Fx?="), 4, "Subject header cannot be decoded"),
        (subject("what =? is"), 4, "Subject header cannot be decoded"),
        (subject("[PATCH]"), 1, "does not begin with"),
        (from("\"A \\\"B\\\" C\" <a@b.c>"), 2, "From header cannot be read"),
        (from("A \"B\" C <a@b.c>"), 2, "From header cannot be read"),
        (from("a@b.c (A)"), 2, "From header cannot be read"),
        (from("(A) <a@b.c>"), 2, "From header cannot be read"),
        (from("A < a@b.c >"), 2, "From header cannot be read"),
        (from("A <a@b.c> <d@e.f>"), 2, "From header cannot be read"),
        (from(&format!("{} <a@b.c>", "A".repeat(61))), 2, "From header cannot be read"),
        (plain("From: nobody\n\nWhy.\n"), 6, "From header cannot be read"),
        (plain("Date: someday\n\nWhy.\n"), 6, "Date header cannot be read"),
        (plain("From: B <b@b.c>\n\nFrom: C <c@b.c>\n"), 8, "takes for a header"),
        (plain("From: B <b@b.c>\nFrom: C <c@b.c>\n"), 7, "takes for a header"),
        (plain(" \nSubject: one\n"), 6, "takes for a header"),
        (from("j@d.e <other@d.e>"), 2, "From header cannot be read"),
        (from("A j@d.e"), 2, "From header cannot be read"),
        (
            plain("Why.\n---\nNotes.\nFrom a@b.c Sun Nov  1 09:30:00 2026\n"),
            9,
            "the beginning of another mail",
        ),
        (format!("{0}{0}", plain("Why.\n")), 14, "holds more than one mail"),
        (format!("{0}-- \n2.47\n\n{0}", plain("Why.\n")), 17, "holds more than one mail"),
        (format!("{}-- \n2.47\n\n{DIFF}", plain("Why.\n")), 17, "behind the mail's signature"),
    ];
    for (mail, line, words) in cases {
        let problem = compare(&mail).expect(&mail);
        assert!(problem.message.contains(words), "{words}: {problem}");
        assert_eq!(problem.line, Some(line), "{problem}");
        assert!(problem.hint.is_some(), "{problem}");
    }
}

#[test]
fn what_git_format_patch_writes_is_read_as_git_am_reads_it() {
    let directory = tempfile::tempdir().unwrap();
    let who = [("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@d.e")];
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let env: Vec<_> = who.iter().chain(env).copied().collect();
        git(directory.path(), args, &env, "").unwrap_or_else(|| panic!("git {args:?}"))
    };
    run(&["init", "--quiet"], &[]);
    let messages = [
        ("A. Name", "fix: one"),
        (
            "Jörg Ä.",
            "déjà vu, a subject that is so long that it has to be folded into several lines, ä too\n\nWhy: ü.\n",
        ),
        ("N", "[x] one\n\nWhy.\n\nFrom: not the author\n"),
        ("A, B", "one =?x\n\n>From here\n-- >8 --\n"),
    ];
    let options: [&[&str]; 6] = [
        &[],
        &["--from=Sender <s@b.c>"],
        &["--no-encode-email-headers", "--signoff"],
        &["-v3", "--numbered", "--from=Sender <s@b.c>"],
        &["--attach"],
        &["--inline"],
    ];
    let mut read = 0;
    for (index, (name, message)) in messages.into_iter().enumerate() {
        std::fs::write(directory.path().join("f"), format!("{index}\n")).unwrap();
        run(&["add", "f"], &[]);
        let date = "2026-11-20T12:00:00+0530";
        let author =
            [("GIT_AUTHOR_NAME", name), ("GIT_AUTHOR_EMAIL", "a@b.c"), ("GIT_AUTHOR_DATE", date)];
        run(&["commit", "--quiet", "--message", message], &author);
        for option in options {
            let args =
                [&["format-patch", "--stdout", "--full-index", "-1", "--root"], option].concat();
            let mail = run(&args, &[]);
            match compare(&mail) {
                None => read += 1,
                Some(problem) => {
                    let words = [
                        "is an attachment",
                        "takes for a header",
                        "cannot be read",
                        "cannot be decoded",
                    ];
                    assert!(words.iter().any(|w| problem.message.contains(w)), "{problem}\n{mail}");
                }
            }
        }
    }
    assert!(read > 10, "{read}");
}

/// Lines that a mail's text may have.
const LINES: [&str; 24] = [
    "",
    "",
    " ",
    "Why.",
    "A line with a space at its end ",
    "-- >8 --",
    "From: B <b@b.c>",
    "Date: Mon, 2 Nov 2026 10:00:00 -0330",
    "Subject: [PATCH] other",
    "[PATCH] other",
    ">From x",
    ">From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001",
    "\ttab",
    " folded",
    "Key: value",
    "--",
    "----",
    "\u{feff}mark",
    "é",
    "\u{a0}",
    "from: C <c@b.c>",
    "SUBJECT:x",
    "[x] y",
    "Content-Type: text/html",
];

/// Parts of a header's value.
const WORDS: [&str; 14] = [
    "a",
    "Re:",
    "re: ",
    "[PATCH 1/2]",
    "[x",
    "]",
    ":",
    " ",
    "=?UTF-8?q?=C3=A9_x?=",
    "=?utf-8?b?w6k=?=",
    "\n ",
    "é",
    "\u{feff}",
    "\u{a0}",
];

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..6)
        .prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_mails_are_read_as_git_am_reads_them(
        subject in words(),
        name in words(),
        lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..8),
        is_crlf in proptest::bool::weighted(0.1),
    ) {
        let end = if is_crlf { "\r\n" } else { "\n" };
        let text: String = lines.iter().map(|line| format!("{line}{end}")).collect();
        let mail = mail(&format!("Subject: {subject}\nFrom: {name} <a@b.c>\n{DATE}"), &text);
        if let Some(problem) = compare(&mail) {
            prop_assert!(problem.line.is_some() && problem.hint.is_some(), "{}\n{}", problem, mail);
        }
    }

    #[test]
    fn a_line_may_begin_with_any_character(line in "\\PC{0,3}", at in 0..12usize) {
        let mut text = plain("Why.\n");
        let place = text.match_indices('\n').map(|(place, _)| place + 1).nth(at).unwrap();
        text.insert_str(place, &line);
        let _ = parse(&text);
        text.insert(place, '\n');
        let _ = parse(&text);
        let hunk = plain("Why.\n").replace("+two", &format!("+{line}two"));
        prop_assert_eq!(parse(&hunk).unwrap().to_string().matches(&format!("+{line}two\n")).count(), 1);
    }
}

/// What the parsers of the project's other files read, with something in it that each of them
/// knows.
const TEXTS: [&str; 6] = [
    "# head\n0001-a.patch # why\n0002-b.patch\n",
    "upstream = \"https://a:b@example.com/x\"\n[[series]]\npatches = \"patches\"\nreleases = \">=1.0.0\"\n",
    "version = 3\nchecksum = \"sha256-x\"\n[upstream]\nmodule = \"m\"\nurl = \"u\"\n[[series]]\npatches = \"p\"\n",
    "id = \"a\"\ntitle = \"t\"\nlink = \"l\"\ntargets = [\"a\"]\nphase = \"test\"\nreleases = \">=0.36.0\"\n[expect]\nunpatched = \"conflict\"\npatched = \"pass\"\n",
    "module(name = \"m\", version = \"1\")\nbazel_dep(name = \"x\", version = \"1\")\narchive_override(\n    module_name = \"x\",\n)\n",
    "*.bzl text eol=crlf export-subst\na/[b-c]*/** -text\n\"q\\303\" text\n",
];

/// Changes of a module file, with every kind of place.
fn adapted() -> UpstreamTests {
    let removal = |from: &str, through: Option<&str>| Removal {
        from: from.into(),
        through: through.map(str::to_owned),
        keep: vec!["x".into()],
    };
    UpstreamTests {
        flags: Vec::new(),
        remove: vec![removal("bazel_dep(", Some(")")), removal("archive_override(", None)],
        insert: vec![Insertion { before: "module(".into(), lines: "\n".into() }],
    }
}

fn read_all(text: &str) {
    let _ = SeriesFile::parse("series", text);
    let _ = series::without(text, &[&"0001-a.patch".parse().unwrap()]);
    let _ = Config::parse(text);
    let _ = Lock::parse(text);
    let _ = Lock::tampering(text);
    let _ = Scenario::parse("a", "scenario.toml", text, &Default::default());
    let _ = Resolution::parse("resolution.toml", text);
    let _ = resolution::parts(text, 7);
    let _ = ModuleFile::parse("MODULE.bazel", text.as_bytes());
    let _ = patcher::repro::upstream_module::module_file(text, &adapted());
    let path = "a/b.bzl".parse().unwrap();
    let _ = Attributes::parse([(&path, text.as_bytes())]).map(|found| found.in_archive("a/b.bzl"));
    let _ = parse(text);
    let _ = compose::split_message(text);
    for line in text.lines() {
        let _ = hide_credentials(line);
        let _ = base_url(line);
        let _ = (line.parse::<PatchName>(), line.parse::<Release>(), line.parse::<RepoPath>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_character_may_stand_anywhere(
        which in 0..TEXTS.len() + 1,
        at in any::<prop::sample::Index>(),
        odd in prop_oneof![Just("\u{feff}".to_owned()), "\\PC{1,2}", "[\"'\\\\\\[<=@:/é日\u{85}]{1,4}"],
        is_cut in any::<bool>(),
    ) {
        let mail = plain("Why.\n");
        let text = TEXTS.get(which).copied().unwrap_or(&mail);
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[at.index(places.len())];
        let rest = if is_cut { "" } else { &text[place..] };
        read_all(&format!("{}{odd}{rest}", &text[..place]));
    }
}
