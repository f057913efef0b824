//! The editor of MODULE.bazel files: on a corpus, and on generated files.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "common/mod.rs"]
mod common;

use std::fs;
use std::path::Path;

use patcher::consumer::{
    Author, Edited, ModuleFile, ModuleFiles, Override, OverrideFunction, StatementKind, Unlike,
    Wanted, add, remove, update,
};
use proptest::prelude::*;

const MODULE: &str = "rules_python";

/// What the override is to be, by each kind of override.
fn kinds() -> Vec<Wanted> {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let patches = ["0001-a.patch", "notice.patch"].map(|name| format!("//third_party:{name}"));
    [
        Override::archive(MODULE, vec!["https://e.com/a.tar.gz".into()], "sha256-x", "a"),
        Override::archive(MODULE, vec!["https://e.com/b.tar.gz".into()], "sha256-y", "b")
            .patched(patches.into()),
        Override::git(MODULE, "https://e.com/r.git", commit),
        Override::local_path(MODULE, "../rules_python"),
        Override::single_version(MODULE, "2.3.2", "https://e.com/registry"),
    ]
    .map(|statement| Wanted {
        statement,
        version: "2.3.2".parse().unwrap(),
        is_exact: false,
        notes: Vec::new(),
    })
    .into()
}

/// The same at another release.
fn older(wanted: &Wanted) -> Wanted {
    Wanted { version: "1.4.0".parse().unwrap(), ..wanted.clone() }
}

fn one(text: &str) -> ModuleFiles {
    ModuleFiles::collect("MODULE.bazel", |_| Ok(Some(text.as_bytes().to_vec()))).unwrap()
}

fn texts(files: &ModuleFiles) -> Vec<&str> {
    files.iter().map(|file| file.text.as_str()).collect()
}

/// Adds, updates and removes by each kind of override: what comes back is what was there.
fn there_and_back(files: &ModuleFiles) {
    there_and_back_by(&kinds(), files);
}

fn there_and_back_by(kinds: &[Wanted], files: &ModuleFiles) {
    for wanted in kinds {
        let before = texts(files);
        let added = add(files, wanted).unwrap();
        only_ours_changed(files, &added);
        let again = update(&added.files, wanted, Unlike::Refused, Author::Anybody).unwrap();
        assert_eq!((again.steps.len(), texts(&again.files)), (0, texts(&added.files)));
        assert!(add(&added.files, wanted).is_err(), "there is one already");
        let mut now = added.files;
        for other in kinds.iter().chain([&older(wanted), wanted]) {
            let updated =
                update(&now, other, Unlike::ReplacedWithoutArguments, Author::Anybody).unwrap();
            assert_eq!(
                update(&updated.files, other, Unlike::Refused, Author::Anybody).unwrap().steps,
                []
            );
            now = updated.files;
        }
        let back = remove(&now, MODULE, None).unwrap();
        assert_eq!(texts(&back.files), before, "{:#?}", texts(&now));
        assert_eq!(remove(&back.files, MODULE, None).unwrap().steps, []);
    }
}

/// Whether every line but those of the module's own statements is there as it was, in order.
fn only_ours_changed(before: &ModuleFiles, after: &Edited) {
    let dep = before.bazel_dep(MODULE).unwrap();
    for (index, (old, new)) in before.iter().zip(after.files.iter()).enumerate() {
        let own = dep.filter(|dep| dep.index == index).map(|dep| {
            let span = &dep.statement.span;
            old.line(span.start)..=old.line(span.end)
        });
        let is_other = |line: usize| own.as_ref().is_none_or(|own| !own.contains(&line));
        let mut lines = new.text.split('\n').map(|line| line.trim_matches(['\r', '\u{feff}']));
        for (number, line) in old.text.split('\n').enumerate() {
            let line = line.trim_matches(['\r', '\u{feff}']);
            let is_there = !is_other(number + 1) || lines.any(|new| new == line);
            assert!(is_there, "line {} of {:?} is not in {:?}", number + 1, old.text, new.text);
        }
    }
}

/// What stands between the statements says nothing.
fn statements_tile(file: &ModuleFile) {
    let mut at = 0;
    let mut between = String::new();
    for statement in &file.statements {
        assert!(at <= statement.span.start && statement.span.start < statement.span.end);
        between.push_str(&file.text[at..statement.span.start]);
        between.push('\n');
        at = statement.span.end;
    }
    between.push_str(&file.text[at..]);
    let blanks = ['\u{feff}', ' ', '\t', '\r', ';'];
    for line in between.lines().map(|line| line.trim_matches(blanks)) {
        assert!(line.is_empty() || line == "\\" || line.starts_with('#'), "{line:?}");
    }
}

/// The text as other editors leave it.
fn variants(text: &str) -> Vec<String> {
    let open = text.trim_end_matches('\n');
    let windows = text.replace('\n', "\r\n");
    vec![
        text.to_owned(),
        open.to_owned(),
        format!("{text}\n\n"),
        format!("\u{feff}{text}"),
        windows.trim_end().to_owned(),
        format!("\u{feff}{windows}"),
        windows,
    ]
}

#[test]
fn the_corpus_goes_there_and_back() {
    for (name, text) in common::module_files() {
        for text in variants(&text) {
            let files = one(&text);
            statements_tile(files.iter().next().unwrap());
            let found = files.overrides(MODULE).unwrap();
            assert_eq!(found.len(), usize::from(name.starts_with("with_")), "{name}");
            let Some(found) = found.first() else {
                there_and_back(&files);
                continue;
            };
            for wanted in kinds() {
                let message = add(&files, &wanted).unwrap_err().to_string();
                let expected =
                    format!("{MODULE} has an override already, this {}", found.call.function);
                assert_eq!(message, format!("{}: {expected}", found.place()));
                let updated =
                    update(&files, &wanted, Unlike::ReplacedWithoutArguments, Author::Anybody)
                        .unwrap();
                assert_eq!(
                    update(&updated.files, &wanted, Unlike::Refused, Author::Anybody)
                        .unwrap()
                        .steps,
                    [],
                    "{name}"
                );
                let removed = remove(&updated.files, MODULE, None).unwrap();
                // The dep is as it was, too.
                let directly = remove(&files, MODULE, None).unwrap();
                assert_eq!(texts(&removed.files), texts(&directly.files), "{name}");
                there_and_back(&directly.files);
            }
        }
    }
}

#[test]
fn included_files_go_there_and_back() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/module_files/includes");
    let read = |name: &str| Ok(fs::read(directory.join(name)).ok());
    let files = ModuleFiles::collect("MODULE.bazel", read).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let expected = [
        "MODULE.bazel",
        "third_party/rules.MODULE.bazel",
        "third_party/python.MODULE.bazel",
        "tools.MODULE.bazel",
    ];
    assert_eq!(names, expected);
    there_and_back(&files);
    let added = add(&files, &kinds()[0]).unwrap();
    let changed: Vec<usize> =
        (0..4).filter(|index| texts(&files)[*index] != texts(&added.files)[*index]).collect();
    assert_eq!(changed, [2]);
    assert_eq!(
        added.files.overrides(MODULE).unwrap()[0].place(),
        "third_party/python.MODULE.bazel:3"
    );
}

#[test]
fn two_thousand_lines_are_edited_in_place() {
    let mut text = String::from("module(name = \"large\")\n\n");
    for number in 0.. {
        if text.lines().count() > 2_000 {
            break;
        }
        if number == 150 {
            text.push_str("bazel_dep(name = \"rules_python\", version = \"1.0.0\")\n");
        }
        text.push_str(&format!("bazel_dep(name = \"m{number}\", version = \"{number}.0\")\n"));
        if number % 3 == 0 {
            text.push_str(&format!(
                "local_path_override(\n    module_name = \"m{number}\",\n    path = \"../m{number}\",\n)\n\n"
            ));
        }
        if number % 7 == 0 {
            text.push_str(&format!("# About m{}: (\"\n", number + 1));
        }
    }
    let kinds = &kinds()[..1];
    there_and_back_by(kinds, &one(&text));
    there_and_back_by(kinds, &one(&text.replace('\n', "\r\n")));
}

/// A piece of a MODULE.bazel: a statement, a comment, an empty line.
fn piece() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "rules_pythonx", "rules_cc"]);
    let comment = prop::sample::select(vec![
        "# a",
        "#",
        "#archive_override(module_name = \"rules_python\")",
        "  # indented \"quote",
        "# )",
    ]);
    let fixed = prop::sample::select(vec![
        "",
        "",
        "   ",
        "\t",
        "x = use_extension(\"//:x.bzl\", 'x')",
        "x.tag(\n    a = [1, 2],  # in it\n\n    # in it, too\n    b = {\"c\": (d,)},\n)",
        "[use_repo(x, n) for n in [\"a\", \"b\"] if n]",
        "S = \"\"\"\nbazel_dep(name = \"rules_python\", version = \"1\")\n\n)\"\"\"",
        "use_repo(x, \\\n  \"y\")",
        "print(\"é\"); print(r'\\d')",
        "register_toolchains(\"//:all\",)",
    ]);
    prop_oneof![
        comment.prop_map(String::from),
        fixed.prop_map(String::from),
        (name.clone(), any::<bool>()).prop_map(|(name, is_dev)| {
            let dev = if is_dev { ", dev_dependency = True" } else { "" };
            format!("bazel_dep(name = \"{name}\", version = \"1.0\"{dev})")
        }),
        (name, 0..OverrideFunction::ALL.len()).prop_map(|(name, kind)| {
            format!(
                "{}(\n  module_name = '{name}', # c\n\n  path='p')",
                OverrideFunction::ALL[kind]
            )
        }),
    ]
}

/// The module's own `bazel_dep`.
fn dep() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec![
        "bazel_dep(name = \"rules_python\", version = \"1.0.0\")",
        "bazel_dep(name = \"rules_python\", version = \"9.0\")  # keep",
        "bazel_dep(name = 'rules_python', version = '''1''')",
        "bazel_dep(name = \"rules_python\")",
        "bazel_dep(name = \"rules_python\", version = \"\", dev_dependency = True)   ",
        "bazel_dep(\n    name = \"rules_python\",\n    repo_name = \"p\",\n)",
        "bazel_dep(\n    # one\n    name = \"rules_python\",  # two\n\n    version = \"1.2\",\n)# three",
        "bazel_dep(version = \"1.2\", name = \"rules_python\")",
    ]))
    .prop_map(|dep| dep.map(String::from))
}

fn module_file() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(piece(), 0..12);
    let place = any::<prop::sample::Index>();
    (pieces, dep(), place, any::<[bool; 3]>()).prop_map(|(mut pieces, dep, place, how)| {
        let [is_windows, has_bom, is_open] = how;
        if let Some(dep) = dep {
            pieces.insert(place.index(pieces.len() + 1), dep);
        }
        let text = pieces.join("\n") + if is_open || pieces.is_empty() { "" } else { "\n" };
        let text = if is_windows { text.replace('\n', "\r\n") } else { text };
        if has_bom { format!("\u{feff}{text}") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_files_go_there_and_back(text in module_file()) {
        let files = one(&text);
        statements_tile(files.iter().next().unwrap());
        there_and_back(&files);
    }

    #[test]
    fn no_text_at_all_is_read_wrongly(text in "[a-z#\"'\\\\(){}\\[\\],=\r\n 0-9é+:;.]{0,60}") {
        if let Ok(file) = ModuleFile::parse("MODULE.bazel", text.as_bytes()) {
            statements_tile(&file);
            let is_call = |kind: &StatementKind| matches!(kind, StatementKind::Call(_));
            for statement in file.statements.iter().filter(|statement| is_call(&statement.kind)) {
                prop_assert!(text[statement.span.clone()].ends_with(')'));
            }
        }
    }
}
