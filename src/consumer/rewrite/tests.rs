//! What stays of an override that another one replaces.

use crate::consumer::tests::{OVERRIDE, files, refused, text, wanted};
use crate::consumer::{Author, ModuleFile, Override, Unlike, Wanted, add, remove, update};

/// An override of `m` with the consumer's own arguments, one a line.
fn own(function: &str, source: &str, own: &str) -> String {
    format!("{function}(\n    module_name = \"m\",\n{own}{source})\n")
}

/// A patch of the consumer's, and a command.
const PATCHED: &str = "    patch_cmds = [\"true\"],
    patch_strip = 1,
    patches = [
        # sent upstream
        \"//p:a.patch\",
    ],
";

/// patcher's own patches as files of the consumer's.
fn by_patches() -> Wanted {
    let labels = ["//third_party/m:0001-x.patch", "//third_party/m:notice.patch"];
    let statement = Override::single_version("m", "2.0", "https://e.com/r");
    let statement = statement.patched(labels.map(str::to_owned).into());
    Wanted { statement, ..wanted() }
}

#[test]
fn the_consumers_arguments_are_kept_by_an_update() {
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")\n";
    let old = "    integrity = \"sha256-old\",\n    strip_prefix = \"m-2\",\n    urls = [\"u\"],\n";
    let new = old.replace("sha256-old", "sha256-x").replace("\"u\"", "\"https://e.com/m.tar.gz\"");
    for theirs in
        [PATCHED, "    patch_cmds_win = [\"x\"],\n", "    remote_patches = {\"u\": \"s\"},\n"]
    {
        for variant in [|text: String| text, |text: String| text.replace('\n', "\r\n")] {
            let before = variant(format!("{dep}{}", own("archive_override", old, theirs)));
            let edited =
                update(&files(&before), &wanted(), Unlike::Refused, Author::Anybody).unwrap();
            assert_eq!(
                ModuleFile::parse("f", text(&edited.files).as_bytes()).unwrap().statements.len(),
                2
            );
            assert_eq!(edited.notes, [""; 0]);
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            let expected = variant(format!("{dep}{}", own("archive_override", &new, theirs)));
            assert_eq!(sorted(text(&edited.files)), sorted(&expected));
            assert!(!text(&edited.files).contains("\r\r"));
            assert_eq!(text(&edited.files).contains('\r'), before.contains('\r'));
            let again = update(&edited.files, &wanted(), Unlike::Refused, Author::Anybody).unwrap();
            assert_eq!(again.steps, []);
            let removed = remove(&again.files, "m", None).unwrap();
            let name = theirs.trim().split(' ').next().unwrap();
            assert!(removed.notes[0].contains(name), "{:?}", removed.notes);
            // On one line, without the comment in it.
            let patches = "patches = [\"//p:a.patch\"]";
            assert_eq!(
                removed.notes[0].contains(patches),
                theirs == PATCHED,
                "{:?}",
                removed.notes
            );
        }
    }
}

#[test]
fn a_patch_of_the_consumers_may_be_called_as_patchers() {
    let theirs = "    patches = [\"//p:a.patch\", \"//p:notice.patch\"],\n";
    let url = vec!["https://e.com/m.tar.gz".to_owned()];
    let statement = Override::archive("m", url, "sha256-x", "m-2.0.patched.1");
    let wanted = Wanted { statement, ..wanted() };
    let before = wanted.statement.to_string().replace("    strip", &format!("{theirs}    strip"));
    let text_of = |text: String| format!("bazel_dep(name = \"m\", version = \"2.0\")\n{text}\n");
    let before = text_of(before);
    let edited = update(&files(&before), &wanted, Unlike::Refused, Author::Patcher).unwrap();
    assert_eq!((edited.steps, text(&edited.files)), (vec![], before.as_str()));
}

#[test]
fn what_the_new_kind_takes_is_carried_over() {
    let git = "    commit = \"c\",\n    remote = \"r\",\n";
    let before = own("git_override", git, PATCHED);
    let edited = update(&files(&before), &wanted(), Unlike::Replaced, Author::Anybody).unwrap();
    let dep = "bazel_dep(name = \"m\", version = \"2.0\")  # patcher: added with its override\n";
    let expected = OVERRIDE
        .replace("    strip_prefix", &format!("{PATCHED}    strip_prefix"))
        .replace(")\n", ")  # patcher: replaced git_override\n");
    assert_eq!(text(&edited.files), format!("{dep}{expected}"));
    assert_eq!(
        edited.notes,
        ["kept: patch_cmds, patch_strip, patches; Bazel applies these patches after patcher's"]
    );
    // patcher's own patches come first, and go again with the kind that needs them.
    let merged = update(&edited.files, &by_patches(), Unlike::Replaced, Author::Anybody).unwrap();
    let patches = "    patches = [\n        \"//third_party/m:0001-x.patch\",\n        \
                   \"//third_party/m:notice.patch\",\n        \"//p:a.patch\",\n    ],\n";
    assert!(text(&merged.files).contains(patches), "{}", text(&merged.files));
    assert_eq!(
        update(&merged.files, &by_patches(), Unlike::Refused, Author::Anybody).unwrap().steps,
        []
    );
    let back = update(&merged.files, &wanted(), Unlike::Replaced, Author::Anybody).unwrap();
    let commented = expected.replace("        # sent upstream\n", "");
    let one_line = commented.replace("[\n        \"//p:a.patch\",\n    ]", "[\"//p:a.patch\"]");
    assert_eq!(text(&back.files), format!("{dep}{one_line}"));
    let removed = remove(&back.files, "m", None).unwrap();
    assert_eq!(
        removed.notes,
        [
            "3 arguments that patcher did not write went with it: patch_cmds = [\"true\"], \
             patch_strip = 1, patches = [\"//p:a.patch\"]",
            "it had replaced the git_override that was there, which `remove` does not bring back: \
             the history of MODULE.bazel has it",
        ]
    );
    // Without any of the consumer's, nothing of it stays.
    let plain = add(&files(""), &by_patches()).unwrap();
    let archive = update(&plain.files, &wanted(), Unlike::Replaced, Author::Patcher).unwrap();
    assert_eq!(text(&archive.files), format!("{dep}{OVERRIDE}"));
    assert_eq!(archive.notes, [""; 0]);
}

#[test]
fn what_cannot_be_carried_over_needs_a_second_flag() {
    let version = "    version = \"1\",\n";
    let strip = PATCHED.replace("patch_strip = 1", "patch_strip = 0");
    let computed = PATCHED.replace("\"//p:a.patch\"", "A + B");
    let local = Wanted { statement: Override::local_path("m", "../m"), ..wanted() };
    for (before, wanted, message) in [
        (
            own("single_version_override", version, PATCHED),
            &local,
            "the single_version_override of m has arguments that local_path_override cannot keep: \
             patch_cmds, patch_strip, patches",
        ),
        (
            own("git_override", "    commit = \"c\",\n", "    init_submodules = True,\n"),
            &wanted(),
            "the git_override of m has arguments that archive_override cannot keep: \
             init_submodules",
        ),
        (
            own("archive_override", "", &strip),
            &by_patches(),
            "the patches of m have patch_strip 0, patcher's have 1, and one override has one",
        ),
    ] {
        let said = refused(update(&files(&before), wanted, Unlike::Replaced, Author::Anybody));
        assert_eq!(said, format!("MODULE.bazel:1: {message}"));
        let edited =
            update(&files(&before), wanted, Unlike::ReplacedWithoutArguments, Author::Anybody)
                .unwrap();
        assert!(edited.notes[0].starts_with("left out: "), "{:?}", edited.notes);
        assert_eq!(
            update(&edited.files, wanted, Unlike::Refused, Author::Anybody).unwrap().steps,
            []
        );
        assert!(text(&edited.files).contains(")  # patcher: replaced "), "{}", text(&edited.files));
    }
    let said = refused(update(
        &files(&own("archive_override", "", &computed)),
        &by_patches(),
        Unlike::ReplacedWithoutArguments,
        Author::Anybody,
    ));
    assert_eq!(said, "MODULE.bazel:5: the patches of this override are no list of plain strings");
}
