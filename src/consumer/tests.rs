use super::*;
use crate::consumer::bazel_version::BazelVersion;
use crate::support::problem::Problem;

pub(super) const OVERRIDE: &str = "\
archive_override(
    module_name = \"m\",
    integrity = \"sha256-x\",
    strip_prefix = \"m-2\",
    urls = [\"https://e.com/m.tar.gz\"],
)
";

fn version(text: &str) -> BazelVersion {
    text.parse().unwrap()
}

fn archive() -> Override {
    Override::archive("m", vec!["https://e.com/m.tar.gz".into()], "sha256-x", "m-2")
}

pub(super) fn wanted() -> Wanted {
    Wanted { statement: archive(), version: version("2.0"), is_exact: false, notes: Vec::new() }
}

/// The files with these names and texts, the root module's first.
fn files_of(texts: &[(&str, &str)]) -> Result<ModuleFiles, Problem> {
    let read = |name: &str| {
        let text = texts.iter().find(|(other, _)| *other == name);
        Ok(text.map(|(_, text)| text.as_bytes().to_vec()))
    };
    ModuleFiles::collect(texts[0].0, read)
}

pub(super) fn files(text: &str) -> ModuleFiles {
    files_of(&[("MODULE.bazel", text)]).unwrap()
}

pub(super) fn text(files: &ModuleFiles) -> &str {
    &files.iter().next().unwrap().text
}

fn added(text: &str) -> String {
    let edited = add(&files(text), &wanted()).unwrap();
    let after = self::text(&edited.files).to_owned();
    let again = update(&edited.files, &wanted(), Unlike::Refused, Author::Anybody).unwrap();
    assert_eq!((again.steps, self::text(&again.files)), (vec![], after.as_str()), "{text}");
    let back = remove(&edited.files, "m", None).unwrap();
    assert_eq!(self::text(&back.files), text, "{after}");
    after
}

pub(super) fn refused(result: Result<Edited, Problem>) -> String {
    let problem = result.map(|edited| edited.steps).unwrap_err();
    assert!(problem.hint.is_some(), "{problem}");
    problem.to_string()
}

#[test]
fn a_module_does_not_override_itself() {
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")\n";
    let of = |name: &str| files(&format!("module(name = \"{name}\")\n{dep}"));
    assert!(add(&of("app"), &wanted()).is_ok());
    let refusal = "MODULE.bazel:1: this is m itself, and a module cannot override itself";
    assert_eq!(refused(add(&of("m"), &wanted())), refusal);
    let included = files_of(&[
        ("MODULE.bazel", &format!("include(\"//:m.MODULE.bazel\")\n{dep}")),
        ("m.MODULE.bazel", "module(name = \"m\")\n"),
    ]);
    assert!(add(&included.unwrap(), &wanted()).is_ok());
}

#[test]
fn an_override_follows_its_bazel_dep() {
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")\n";
    assert_eq!(added(dep), format!("{dep}{OVERRIDE}"));
    let after = format!("{dep}\nuse_repo(x, \"y\")\n");
    assert_eq!(added(&after), format!("{dep}{OVERRIDE}\nuse_repo(x, \"y\")\n"));
    // Where deps stand apart, so does the override; one that stood between two goes with its line.
    let apart = format!("{dep}\nbazel_dep(name = \"n\", version = \"1\")\n");
    let (first, rest) = apart.split_at(dep.len());
    assert_eq!(added(&apart), format!("{first}\n{OVERRIDE}{rest}"));
    let between = remove(&files(&format!("{first}{OVERRIDE}{rest}")), "m", None).unwrap();
    assert_eq!(text(&between.files), apart.replace("\n\n", "\n"));
    // An empty line in a statement ends nothing.
    let around = format!("{dep}x(\n\n    1,\n)\n");
    assert_eq!(added(&around), format!("{around}\n{OVERRIDE}"));
    // What stands together stays together.
    let beside = format!("{dep}# other\nbazel_dep(name = \"n\", version = \"1\")\n\nx(\n\n)\n");
    let (together, rest) = beside.split_at(beside.len() - "\nx(\n\n)\n".len());
    assert_eq!(added(&beside), format!("{together}\n{OVERRIDE}{rest}"));
}

#[test]
fn a_bazel_dep_is_raised_and_never_lowered() {
    let dep = |version: &str| format!("bazel_dep(name = \"m\", version = \"{version}\")");
    let raised = format!("{}  # patcher: raised from 1.9 to 2.0\n{OVERRIDE}", dep("2.0"));
    assert_eq!(added(&(dep("1.9") + "\n")), raised);
    assert_eq!(added(&(dep("10") + "\n")), format!("{}\n{OVERRIDE}", dep("10")));
    let text = "bazel_dep(\n    name = 'm',\n    version = '''1''',  # why\n    repo_name = \"r\",\n)  # keep\n";
    let expected = text
        .replace("'''1'''", "'''2.0'''")
        .replace("# keep", "# keep  # patcher: raised from 1 to 2.0");
    assert_eq!(added(text), expected + OVERRIDE);
    let edited = add(&files(&(dep("10") + "\n")), &wanted()).unwrap();
    assert!(edited.notes[0].contains("asks for 10"), "{:?}", edited.notes);
    let exact = Wanted { is_exact: true, ..wanted() };
    let message = refused(add(&files(&dep("10")), &exact));
    assert_eq!(message, "MODULE.bazel:1: the bazel_dep of m is 10, newer than 2.0");
}

#[test]
fn a_bazel_dep_without_a_version_gets_one() {
    let mark = "  # patcher: given the version 2.0\n";
    let line = "bazel_dep(name = \"m\", version = \"2.0\", dev_dependency = True)";
    assert_eq!(
        added(&line.replace(", version = \"2.0\"", "")),
        (line.to_owned() + mark + OVERRIDE).trim_end()
    );
    let lines = "bazel_dep(\n    name = \"m\",\n    version = \"2.0\",\n)";
    assert_eq!(
        added(&(lines.replace("    version = \"2.0\",\n", "") + "\n")),
        lines.to_owned() + mark + OVERRIDE
    );
    // Somebody has put it elsewhere: it stays.
    let moved = format!("bazel_dep(version = \"2.0\", name = \"m\"){mark}");
    let left = remove(&files(&moved), "m", None).unwrap();
    assert_eq!(text(&left.files), moved.replace(mark, "\n"));
    let empty = "bazel_dep(name = \"m\", version = \"\")\n";
    assert!(added(empty).contains("# patcher: raised from \"\" to 2.0\n"));
}

#[test]
fn a_missing_bazel_dep_is_added_where_the_others_are() {
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")  # patcher: added with its override\n";
    let other = "bazel_dep(name = \"n\", version = \"1\")\n";
    let dev = "bazel_dep(name = \"d\", version = \"1\", dev_dependency = True)\n";
    for (before, after) in [
        ("", ""),
        ("# only\n", "# only\n\n"),
        ("module(name = \"a\")\n", "module(name = \"a\")\n\n"),
        (other, other),
        (dev, &format!("{dev}\n")),
        (&format!("{other}{OTHER}"), &format!("{other}{OTHER}\n")),
    ] {
        assert_eq!(added(before), format!("{after}{dep}{OVERRIDE}"), "{before}");
    }
    let text = format!("{other}\n{dev}");
    assert_eq!(added(&text), format!("{other}{dep}{OVERRIDE}\n{dev}"));
    // Somebody needs it by now: it stays.
    let text = added("").replace("\"2.0\")", "\"2.0\", repo_name = \"r\")");
    let left = remove(&files(&text), "m", None).unwrap();
    assert_eq!(
        self::text(&left.files),
        "bazel_dep(name = \"m\", version = \"2.0\", repo_name = \"r\")\n"
    );
}

const OTHER: &str =
    "git_override(\n    module_name = \"n\",\n    commit = \"c\",\n    remote = \"r\",\n)\n";

#[test]
fn line_ends_marks_and_blanks_are_kept() {
    for text in [
        "bazel_dep(name = \"m\", version = \"1\")\r\n\r\nx()\r\n",
        "\u{feff}bazel_dep(name = \"m\", version = \"1\")",
        "\u{feff}",
        "\n\n",
        "   ",
        "module()\r\n# é",
        "bazel_dep(name = \"m\", version = \"1\")  \n   \nx()",
        "x()\nbazel_dep(name = \"m\", version = \"1\"); y()\n",
        "bazel_dep(name = \"n\", version = \"1\")\r\n\n\nbazel_dep(name = \"m\", version = \"3\")\n\t\n",
    ] {
        if text.contains(';') {
            // The comment about it would not be behind it.
            let message = refused(add(&files(text), &wanted()));
            assert_eq!(
                message,
                "MODULE.bazel:2: this bazel_dep shares its line with another statement"
            );
            continue;
        }
        let after = added(text);
        let is_crlf = text.contains("\r\n") && !text.contains("\n\n");
        assert_eq!(after.replace("\r\n", "").contains('\n'), !is_crlf, "{after:?}");
        let is_open = text.ends_with(|c: char| !matches!(c, '\n' | '\u{feff}'));
        assert_eq!(after.ends_with('\n'), !is_open, "{after:?}");
    }
}

#[test]
fn an_edited_mark_says_nothing() {
    let dep = "bazel_dep(name = \"m\", version = \"3\")";
    let text = format!("{dep}  # patcher: raised from 1 to 2.0\n{OVERRIDE}");
    let removed = remove(&files(&text), "m", None).unwrap();
    assert_eq!(self::text(&removed.files), format!("{dep}\n"));
    let step = removed.steps.last().unwrap();
    assert_eq!(step.text, "the comment behind the bazel_dep of m in MODULE.bazel");
}

#[test]
fn removal_for_a_release_that_has_the_fix() {
    let text = added("bazel_dep(name = \"m\", version = \"1\")\n");
    let left = remove(&files(&text), "m", Some(&version("3.0"))).unwrap();
    assert_eq!(self::text(&left.files), "bazel_dep(name = \"m\", version = \"3.0\")\n");
}

#[test]
fn removal_takes_the_lines_of_the_override_alone() {
    let other = "bazel_dep(name = \"n\", version = \"1\")\n";
    let left = |before: &str| {
        let edited = remove(&files(before), "m", None).unwrap();
        (text(&edited.files).to_owned(), edited.notes)
    };
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")\n";
    assert_eq!(left(&format!("{dep}{OVERRIDE}{other}")).0, format!("{dep}{other}"));
    // At the top, with the empty line below it.
    assert_eq!(left(&format!("{OVERRIDE}{other}")).0, other);
    assert_eq!(left(&format!("{OVERRIDE}\n{other}")).0, other);
    assert_eq!(left(&format!("\n{}", OVERRIDE.trim_end())).0, "");
    let (text, notes) = left(&format!("# why\n{OVERRIDE}"));
    assert_eq!((text.as_str(), notes.len()), ("# why\n", 1));
    assert_eq!(notes[0], "the comment above it stays, at MODULE.bazel:1");
}

#[test]
fn an_update_writes_what_is_missing_and_no_more() {
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")\n";
    let updated = |before: &str| {
        let before = files(&format!("{before}{dep}"));
        update(&before, &wanted(), Unlike::Refused, Author::Anybody).unwrap()
    };
    let whole = format!("{OVERRIDE}{dep}");
    let few = updated("archive_override(module_name = \"m\", urls = [\"u\"])\n");
    assert_eq!(text(&few.files), whole);
    let steps: Vec<(&str, &str)> = few.steps.iter().map(|s| (s.verb, s.text.as_str())).collect();
    assert_eq!(steps, [("Updated", "archive_override of m in MODULE.bazel")]);
    // One URL may stand for the list of it.
    let url = "\"https://e.com/m.tar.gz\"";
    assert_eq!(updated(&OVERRIDE.replace(&format!("[{url}]"), url)).steps, []);
    // With a comment in it it is changed in its place: no URL is left that is not wanted.
    let commented = OVERRIDE.replace("    urls", "    # why\n    urls");
    let two = updated(&commented.replace(url, "\"https://e.com/old\", \"https://f.com/old\""));
    assert_eq!(text(&two.files), format!("{commented}{dep}"));
}

#[test]
fn an_update_stays_in_its_place() {
    let old = OVERRIDE.replace("sha256-x", "sha256-old");
    let around =
        |text: &str| format!("# ours\n{text}# end\nbazel_dep(name = \"m\", version = \"2.0\")\n");
    let edited =
        update(&files(&around(&old)), &wanted(), Unlike::Refused, Author::Anybody).unwrap();
    assert_eq!(text(&edited.files), around(OVERRIDE));
    // Comments in it stay, and so does its form.
    let old = "archive_override(module_name = \"m\",  # us\n  urls = [\"u\"], strip_prefix = \"m-2\",\n  integrity = \"\",\n)\n";
    let new =
        old.replace("\"u\"", "\"https://e.com/m.tar.gz\"").replace("y = \"\"", "y = \"sha256-x\"");
    let edited = update(&files(&around(old)), &wanted(), Unlike::Refused, Author::Anybody).unwrap();
    assert_eq!(text(&edited.files), around(&new));
    // What says the same in another form stays as it is.
    let same = format!("SRI = \"sha256-x\"\n{}", around(&OVERRIDE.replace("\"sha256-x\"", "SRI")));
    assert_eq!(
        update(&files(&same), &wanted(), Unlike::Refused, Author::Anybody).unwrap().steps,
        []
    );
}

#[test]
fn what_is_in_the_way_is_named() {
    let git = "\nx()\ngit_override(module_name = \"m\", commit = \"c\", remote = \"r\")\n";
    let message = refused(add(&files(git), &wanted()));
    assert_eq!(message, "MODULE.bazel:3: m has an override already, this git_override");
    let message = refused(update(&files(git), &wanted(), Unlike::Refused, Author::Anybody));
    assert_eq!(
        message,
        "MODULE.bazel:3: m is replaced by git_override here, not by archive_override"
    );
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")  # patcher: added with its override\n";
    let edited = update(&files(git), &wanted(), Unlike::Replaced, Author::Anybody).unwrap();
    let replaced = OVERRIDE.replace(")\n", ")  # patcher: replaced git_override\n");
    assert_eq!(text(&edited.files), format!("\nx()\n{dep}{replaced}"));
    let sha = OVERRIDE.replace("integrity", "sha256");
    let message = refused(update(&files(&sha), &wanted(), Unlike::Refused, Author::Anybody));
    assert_eq!(
        message,
        "MODULE.bazel:1: the archive_override of m has arguments that patcher does not write: \
         sha256"
    );
    let edited = update(&files(&sha), &wanted(), Unlike::Replaced, Author::Anybody).unwrap();
    assert_eq!(text(&edited.files), format!("{dep}{OVERRIDE}"));
    let message = refused(update(&files(""), &wanted(), Unlike::Refused, Author::Anybody));
    assert_eq!(message, "MODULE.bazel: there is no override of m");
    let message = refused(update(
        &files(&format!("{OVERRIDE}{OVERRIDE}")),
        &wanted(),
        Unlike::Refused,
        Author::Anybody,
    ));
    assert_eq!(
        message,
        "MODULE.bazel:7: m has another override, the archive_override at MODULE.bazel:1"
    );
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    for (text, message) in [
        (
            "archive_override(module_name = N)\n",
            "1: the module_name of this archive_override is no plain string: it may be m",
        ),
        (
            "N = \"n\"\nN += \"m\"\narchive_override(module_name = N)\n",
            "3: the module_name of this archive_override is no plain string: it may be m",
        ),
        (
            "x = [archive_override(module_name = n) for n in [\"a\" + b]]\n",
            "1: archive_override is no statement of its own here: it may be for m",
        ),
        (
            "x()\n[bazel_dep(name = n) for n in [\"a\", \"m\"]]\n",
            "2: bazel_dep is no statement of its own here: it may be for m",
        ),
        (
            "archive_override(module_name = \"\" + N)\n",
            "1: the module_name of this archive_override is no plain string: it may be m",
        ),
        ("f = git_override\n", "1: git_override is no statement of its own here: it may be for m"),
        ("bazel_dep(\"m\")\n", "1: the name of this bazel_dep is no plain string: it may be m"),
        (
            "bazel_dep(name = \"m\", version = V)\n",
            "1: the version of the bazel_dep of m is no plain string",
        ),
        (
            "V = \"1\"\nbazel_dep(name = \"m\", version = V)\n",
            "2: the version of the bazel_dep of m is no plain string",
        ),
        (
            "bazel_dep(name = \"m\", version = \"1_0\")\n",
            "1: \"1_0\" is no version that Bazel takes",
        ),
        (
            "bazel_dep(name = \"m\")\nbazel_dep(name = \"m\")\n",
            "2: m has another bazel_dep at MODULE.bazel:1",
        ),
    ] {
        assert_eq!(refused(add(&files(text), &wanted())), format!("MODULE.bazel:{message}"));
    }
}

#[test]
fn what_a_loop_computes_may_be_the_name() {
    for (text, function) in [
        // What it loops over, and a part of a value that is written out, may be the name.
        (
            "[local_path_override(module_name = n, path = \"p\") for n in NAMES]\n",
            "local_path_override",
        ),
        (
            "[local_path_override(module_name = n[1], path = \"p\") for n in [\"xm\"]]\n",
            "local_path_override",
        ),
        // What is computed begins as the module's name does, or may be anything.
        ("[bazel_dep(name = \"m%s\" % n) for n in x]\n", "bazel_dep"),
        ("[bazel_dep(name = \"n%s\" % f(n, 1) if n else y) for n in x]\n", "bazel_dep"),
        ("[bazel_dep(name = \"n%s\".format(n)) for n in x]\n", "bazel_dep"),
        ("[[bazel_dep(name = \"m\" + n), f(1, name = \"n_\" + n)] for n in x]\n", "bazel_dep"),
        ("[bazel_dep(repo_name = f(name = \"n_\" + n), name = n) for n in x]\n", "bazel_dep"),
    ] {
        let message = format!("{function} is no statement of its own here: it may be for m");
        assert_eq!(refused(add(&files(text), &wanted())), format!("MODULE.bazel:1: {message}"));
    }
}

#[test]
fn what_is_about_other_modules_is_passed_over() {
    // Each value is written out, and none is the module's name.
    added("[local_path_override(module_name = n, path = p) for n, p in [(\"a\", \"b\")]]\n");
    // What is computed begins in another way.
    added(
        "[[bazel_dep(name = \"n_%s\" % n), git_override(module_name = \"n_\" + n, remote = r.x())] for n in x.y()]\n",
    );
    added("archive_override(module_name = \"n_%s\" % N)\n");
    added("N = \"m\"\nV = \"2.0\"\nbazel_dep(name = N, version = V)\n");
}

#[test]
fn what_is_no_module_file_is_refused_with_its_place() {
    for (text, message) in [
        ("x(\n", "1: `(` is never closed"),
        ("x()\nload(\"a\", \"b\")\n", "2: `load` has no place in a MODULE.bazel"),
        ("if x: y()\n", "1: `if` has no place in a MODULE.bazel"),
        ("x() y()\n", "1: `y` was not expected here"),
        ("x() \"y\"\n", "1: a string was not expected here"),
        ("x = \n", "1: the line ends too early"),
        ("x = 1,\n", "1: the line ends too early"),
        ("f(*x = 1)\n", "1: `=` was not expected here"),
        ("x(a = 1, a = 2)\n", "1: `a` is given twice"),
        ("x(\n  \"a\" \"b\")\n", "2: strings side by side are not joined: Starlark wants a `+`"),
        ("x(lambda: 1)\n", "1: `lambda` was not expected here"),
        ("<<<<<<< HEAD\n", "1: `<<` was not expected here"),
    ] {
        let problem = ModuleFile::parse("MODULE.bazel", text.as_bytes()).unwrap_err();
        assert_eq!(problem.to_string(), format!("MODULE.bazel:{message}"));
    }
    let problem = ModuleFile::parse("f", b"a()\n\xff").unwrap_err();
    assert_eq!(problem.to_string(), "f:2: is not UTF-8 text");
    let deep = format!("x = {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let problem = ModuleFile::parse("f", deep.as_bytes()).unwrap_err();
    assert_eq!(problem.to_string(), "f:1: is nested too deeply");
    ModuleFile::parse("f", format!("x = {}1\n", "1 if x else ".repeat(10_000)).as_bytes()).unwrap();
    ModuleFile::parse("f", format!("x = {}1\n", "-".repeat(10_000)).as_bytes()).unwrap();
}

#[test]
fn starlark_of_all_sorts_is_read() {
    let text = r#"
"""A
docstring."""
a, b = (1, 2); c = {"x": [1, 2.5], "y": {"z": None}}
c["x"][0:1] += [-1 if not a else 0x10, ~b ** 1] if False else []
pip.parse(hub = "pip", versions = ["3.%d" % minor for minor in range(9, 13) if minor != 10])
[use_repo(pip, n) for n, (x, y) in [("a", (1, 2))] for z in x if z if y]
d = {k: v for k, v in c.items()}
use_repo(pip, "a", *names, **{"b": "c"})
f(x)(y).z[1, :](a and b or c not in d, e == "in", r'\d', include = 1)
"#
    .replace(" ** 1", "");
    let file = ModuleFile::parse("MODULE.bazel", text.as_bytes()).unwrap();
    assert_eq!(file.statements.len(), 9);
    added(&text);
}

#[test]
fn the_file_that_holds_the_statement_is_edited() {
    let root = "include(\"//third_party:deps.MODULE.bazel\")\n";
    let deps =
        "bazel_dep(name = \"m\", version = \"1\")\r\n\r\ninclude(\"//:more.MODULE.bazel\")\r\n";
    let texts = [
        ("app/MODULE.bazel", root),
        ("app/third_party/deps.MODULE.bazel", deps),
        ("app/more.MODULE.bazel", "x()\n"),
    ];
    let before = files_of(&texts).unwrap();
    let edited = add(&before, &wanted()).unwrap();
    let after: Vec<&ModuleFile> = edited.files.iter().collect();
    assert_eq!((after[0].text.as_str(), after[2].text.as_str()), (root, "x()\n"));
    assert!(after[1].text.contains("\"m-2\",\r\n"), "{}", after[1].text);
    assert!(edited.steps[0].text.contains("in app/third_party/deps.MODULE.bazel from 1 to 2.0"));
    let back = remove(&edited.files, "m", None).unwrap();
    let texts: Vec<&str> = back.files.iter().map(|file| file.text.as_str()).collect();
    assert_eq!(texts, [root, deps, "x()\n"]);
}

#[test]
fn includes_that_lead_nowhere_are_named() {
    let root = |text: &str| {
        let texts = [
            ("MODULE.bazel", text),
            ("a.MODULE.bazel", "\ninclude(\"//:b.MODULE.bazel\")\n"),
            ("b.MODULE.bazel", "include(\"//:a.MODULE.bazel\")\n"),
        ];
        files_of(&texts).unwrap_err().to_string()
    };
    for (text, message) in [
        (
            "include(\"//:a.MODULE.bazel\")",
            "b.MODULE.bazel:1: //:a.MODULE.bazel is included by what it includes",
        ),
        (
            "x()\ninclude(\"//x:c.MODULE.bazel\")",
            "MODULE.bazel:2: it includes //x:c.MODULE.bazel, and there is no x/c.MODULE.bazel",
        ),
        (
            "include(\"//x:deps.bzl\")",
            "MODULE.bazel:1: \"//x:deps.bzl\" is no label that Bazel includes",
        ),
        (
            "include(\"//..:a.MODULE.bazel\")",
            "MODULE.bazel:1: \"//..:a.MODULE.bazel\" is no label that Bazel includes",
        ),
        (
            "include(\":a.MODULE.bazel\")",
            "MODULE.bazel:1: \":a.MODULE.bazel\" is no label that Bazel includes",
        ),
        ("include(X)", "MODULE.bazel:1: the label of this include is no plain string"),
        (
            "include(label = \"//:a.MODULE.bazel\")",
            "MODULE.bazel:1: this include has not exactly one label",
        ),
        ("include()", "MODULE.bazel:1: this include has not exactly one label"),
        ("[include(x) for x in y]", "MODULE.bazel:1: include is no statement of its own here"),
    ] {
        assert_eq!(root(text), message);
    }
    assert_eq!(files_of(&[("x", "")]).unwrap().iter().count(), 1);
}

#[test]
fn statements_print_as_buildifier_leaves_them() {
    assert_eq!(format!("{}\n", archive()), OVERRIDE);
    let labels =
        vec!["//third_party/m:0001-a.patch".to_owned(), "//third_party/m:0002-b.patch".to_owned()];
    let patched = "\
single_version_override(
    module_name = \"m\",
    patch_strip = 1,
    patches = [
        \"//third_party/m:0001-a.patch\",
        \"//third_party/m:0002-b.patch\",
    ],
    registry = \"https://e.com/\\\"\\\\\\n\\001é\",
    version = \"2\",
)";
    let odd = "https://e.com/\"\\\n\u{1}é";
    let statement = Override::single_version("m", "2", odd).patched(labels);
    assert_eq!(statement.to_string(), patched);
    let file = ModuleFile::parse("f", patched.as_bytes()).unwrap();
    let StatementKind::Call(call) = &file.statements[0].kind else { panic!("no call") };
    assert_eq!(call.argument("registry").unwrap().value.value, Plain::Text(odd.to_owned()));
    assert_eq!(OverrideFunction::of("git_override"), Some(OverrideFunction::Git));
}

#[test]
fn a_version_that_was_none_is_set_and_removed() {
    for dep in ["bazel_dep(name = \"m\")\n", "bazel_dep(name = \"m\", version = \"\")\n"] {
        let edited = add(&files(dep), &wanted()).unwrap();
        let steps = |edited: &Edited| {
            let steps = edited.steps.iter().map(|step| format!("{} {}", step.verb, step.text));
            steps.collect::<Vec<_>>()
        };
        assert_eq!(steps(&edited)[0], "Set the bazel_dep of m in MODULE.bazel to 2.0");
        let newer = Wanted { version: version("2.1"), ..wanted() };
        let updated = update(&edited.files, &newer, Unlike::Refused, Author::Anybody).unwrap();
        assert_eq!(steps(&updated), ["Raised the bazel_dep of m in MODULE.bazel from 2.0 to 2.1"]);
        let back = remove(&updated.files, "m", None).unwrap();
        assert_eq!(
            steps(&back)[1],
            "Removed the version 2.1 of the bazel_dep of m in MODULE.bazel"
        );
        assert_eq!(text(&back.files), dep);
    }
}
