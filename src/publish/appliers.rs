//! What Bazel's own patcher would make of a series, for the override kinds where it applies the patches to
//! upstream's own archive: it is not `git apply`, and some of what it cannot do it does wrong
//! silently. From its source (PatchUtil.java of Bazel 7 to 9).

use crate::consumer::MODULE_FILE;
use crate::git::attributes::InArchive;
use crate::patch::{Change, FilePatch, Hunk, Line, Patch, Tag};
use crate::project::override_kind::OverrideKind;
use crate::publish::stamp::module_version;
use crate::support::problem::{Kind, Problem};

/// A file that a patch touches.
#[derive(Clone, Copy, Debug)]
pub struct Touched<'a> {
    /// What the patch does to it.
    pub patch: &'a FilePatch,
    /// Its bytes in git before the patch; empty if it is not there.
    pub before: &'a [u8],
    /// Its bytes in git after the patch, likewise.
    pub after: &'a [u8],
    /// What upstream's archive has of it.
    pub in_archive: InArchive,
}

/// Why Bazel's patcher would fail at a file or do it wrong; nothing of it if only `published`
/// kinds count that do not need it. `label` is the patch's path for messages.
pub fn lint_file(label: &str, touched: &Touched<'_>, published: &[OverrideKind]) -> Vec<Problem> {
    let own = |kind: &OverrideKind| kind.patches_in_bazel() && published.contains(kind);
    let own: Vec<OverrideKind> = OverrideKind::ALL.into_iter().filter(|kind| own(kind)).collect();
    let found = general(touched).into_iter().map(|(line, message)| (line, message, own.clone()));
    let version =
        module_version_hunk(touched).filter(|_| own.contains(&OverrideKind::SingleVersion));
    let version = version.map(|(line, message)| (line, message, vec![OverrideKind::SingleVersion]));
    let problem = |(line, message, kinds): (usize, String, Vec<OverrideKind>)| {
        let path = &touched.patch.path;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let (noun, names) = (if names.len() == 1 { "kind" } else { "kinds" }, names.join(", "));
        let message = format!("{path}: {message} ({noun} {names})");
        let problem = Problem::new(Kind::Finding, label, message).hint(
            "change the patch, or list the other kinds in patcher.toml: `kinds = [\"archive\"]`",
        );
        if line > 0 { problem.at(line) } else { problem }
    };
    let found = found.chain(version).filter(|(_, _, kinds)| !kinds.is_empty());
    found.map(problem).collect()
}

/// Whether a patch changes what the module asks for.
pub fn changes_module_file(patch: &Patch) -> bool {
    patch.files.iter().any(|file| file.path.as_str() == MODULE_FILE)
}

/// A warning for each of the patches, given by its path for messages, that Bazel before 7.4 applies
/// only in part: for `single_version_override` it patches the files of the module, but reads the
/// MODULE.bazel of the registry as it is (bazelbuild/bazel#23536). The version stamp is not
/// concerned: it is not among the patches of that kind.
pub fn ignored_by_old_bazel<'a>(
    patches: impl Iterator<Item = (&'a str, &'a Patch)>,
) -> Vec<String> {
    let ignored = patches.filter(|(_, patch)| changes_module_file(patch));
    let kind = OverrideKind::SingleVersion.name();
    let warning = |(label, _): (&str, &Patch)| {
        format!(
            "{label} changes {MODULE_FILE}, which Bazel before 7.4 ignores in a \
             single_version_override (kind {kind})"
        )
    };
    ignored.map(warning).collect()
}

type Found = (usize, String);

fn general(touched: &Touched<'_>) -> Vec<Found> {
    let Touched { patch, before, after, in_archive } = *touched;
    let InArchive { is_ignored, line_ends, is_filled } = in_archive;
    let mut found = Vec::new();
    let mut say = |message: &str| found.push((patch.line, message.to_owned()));
    if is_ignored {
        say("upstream's own archive does not have it");
        return found;
    }
    match patch.change {
        Change::Add if patch.hunks.is_empty() => {
            say("Bazel's patcher creates no empty file, and stops");
        }
        Change::Delete if patch.hunks.is_empty() => {
            say("Bazel's patcher does not delete an empty file");
        }
        _ => {}
    }
    let path = patch.path.as_str();
    if path.contains(char::is_whitespace) {
        say("its name has a space, at which `patch` ends it");
    }
    if !path.is_ascii() {
        say("its name is not ASCII, which Bazel's patcher does not find");
    }
    let sides = [before, after];
    if sides.iter().any(|side| line_ends.are_crlf(side) || side.contains(&b'\r')) {
        say("it has CRLF line ends, which Bazel's patcher turns into LF");
    }
    if sides.iter().any(|side| !side.is_empty() && !side.ends_with(b"\n")) {
        say("it has no line end at its end, where Bazel's patcher puts one, or stops");
    }
    if sides.iter().any(|side| std::str::from_utf8(side).is_err()) {
        say("it is not UTF-8, and Bazel's patcher would spoil it");
    }
    if is_filled {
        found.extend(patch.hunks.iter().filter_map(|hunk| {
            let line = line_in(hunk, |line| line.text.contains("$Format:"))?;
            let message = "a placeholder is in the patch that upstream's own archive has filled in";
            Some((line, message.to_owned()))
        }));
    }
    found
}

/// A registry's module file has a version of its own, so no hunk may name upstream's.
fn module_version_hunk(touched: &Touched<'_>) -> Option<Found> {
    let Touched { patch, before, .. } = *touched;
    if patch.path.as_str() != MODULE_FILE {
        return None;
    }
    let text = String::from_utf8_lossy(before);
    let quoted = format!("\"{}\"", module_version(&text)?);
    let is_version = |line: &Line| {
        line.tag != Tag::Add && line.text.contains("version") && line.text.contains(&quoted)
    };
    let line = patch.hunks.iter().find_map(|hunk| line_in(hunk, is_version))?;
    let message = "the hunk names the module's version, which is another one in a registry";
    Some((line, message.to_owned()))
}

/// The line of the patch file with the first line of a hunk that is such a one; 0 if the hunk was
/// not parsed.
fn line_in(hunk: &Hunk, is_such: impl Fn(&Line) -> bool) -> Option<usize> {
    let index = hunk.lines.iter().position(is_such)?;
    Some(if hunk.line > 0 { hunk.line + 1 + index } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::attributes::LineEnds;
    use crate::patch::{BlobName, FileMode, diff};

    struct File<'a> {
        path: &'a str,
        before: Option<&'a [u8]>,
        after: Option<&'a [u8]>,
    }

    fn lint(
        file: &File<'_>,
        change: impl Fn(&mut InArchive),
        kinds: &[OverrideKind],
    ) -> Vec<String> {
        let (before, after) = (file.before.unwrap_or_default(), file.after.unwrap_or_default());
        let mut hunks = diff::hunks(before, after).unwrap_or_default();
        hunks.iter_mut().for_each(|hunk| hunk.line = 20);
        let patch = FilePatch {
            path: file.path.parse().unwrap(),
            change: match (file.before, file.after) {
                (None, _) => Change::Add,
                (_, None) => Change::Delete,
                _ => Change::Modify,
            },
            mode: FileMode::Regular,
            old: BlobName::from(None),
            new: BlobName::from(None),
            hunks,
            line: 10,
        };
        let line_ends = LineEnds::Kept;
        let mut in_archive = InArchive { is_ignored: false, line_ends, is_filled: false };
        change(&mut in_archive);
        let touched = Touched { patch: &patch, before, after, in_archive };
        let problems = lint_file("p", &touched, kinds);
        problems.iter().map(ToString::to_string).collect()
    }

    fn of(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Vec<String> {
        lint(&File { path, before, after }, |_| (), &OverrideKind::ALL)
    }

    const KINDS: &str = "(kinds patches, single-version, registry-patches)";

    #[test]
    fn a_hunk_of_no_file_has_no_line() {
        let hunks = diff::hunks(b"1\n", b"2\n").unwrap();
        assert_eq!(line_in(&hunks[0], |line| line.tag == Tag::Add), Some(0));
    }

    #[test]
    fn what_old_bazels_leave_out_is_a_change_of_the_module_file() {
        let patch = |path: &str| {
            let mail = format!(
                "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\n\
                 Date: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\n\
                 diff --git a/{path} b/{path}\nnew file mode 100644\nindex {}..{}\n",
                "0".repeat(40),
                "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            );
            Patch::parse(&"0001-a.patch".parse().unwrap(), "p", mail.as_bytes()).unwrap()
        };
        let (own, other) = (patch("MODULE.bazel"), patch("x/MODULE.bazel"));
        assert!(changes_module_file(&own) && !changes_module_file(&other));
        assert_eq!(
            ignored_by_old_bazel([("a", &other), ("b", &own)].into_iter()),
            ["b changes MODULE.bazel, which Bazel before 7.4 ignores in a \
                 single_version_override (kind single-version)"]
        );
    }

    #[test]
    fn a_patch_of_no_file_has_no_line() {
        let patch = FilePatch {
            path: "a b".parse().unwrap(),
            change: Change::Modify,
            mode: FileMode::Regular,
            old: BlobName::from(None),
            new: BlobName::from(None),
            hunks: diff::hunks(b"1\n", b"2\n").unwrap(),
            line: 0,
        };
        let in_archive =
            InArchive { is_ignored: false, line_ends: LineEnds::Kept, is_filled: false };
        let touched = Touched { patch: &patch, before: b"1\n", after: b"2\n", in_archive };
        let problems = lint_file("p", &touched, &OverrideKind::ALL);
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn plain_changes_are_clean() {
        assert_eq!(of("a", Some(b"1\n"), Some(b"2\n")), [""; 0]);
        assert_eq!(of("a", None, Some(b"2\n")), [""; 0]);
        assert_eq!(of("a", Some(b"1\n"), None), [""; 0]);
        assert_eq!(of("a", Some(b""), Some(b"\xc3\xa9\n")), [""; 0]);
    }

    #[test]
    fn what_bazels_patcher_cannot_do_is_named_with_its_kinds() {
        for (path, before, after, message) in [
            ("a", None, Some(&b""[..]), "Bazel's patcher creates no empty file, and stops"),
            ("a", Some(&b""[..]), None, "Bazel's patcher does not delete an empty file"),
            ("a b", Some(b"1\n"), Some(b"2\n"), "its name has a space, at which `patch` ends it"),
            (
                "é",
                Some(b"1\n"),
                Some(b"2\n"),
                "its name is not ASCII, which Bazel's patcher does not find",
            ),
            (
                "a",
                Some(b"1\r\n"),
                Some(b"2\r\n"),
                "it has CRLF line ends, which Bazel's patcher turns into LF",
            ),
            (
                "a",
                Some(b"1"),
                Some(b"2\n"),
                "it has no line end at its end, where Bazel's patcher puts one, or stops",
            ),
            (
                "a",
                Some(b"1\n\xff\n"),
                Some(b"2\n\xff\n"),
                "it is not UTF-8, and Bazel's patcher would spoil it",
            ),
        ] {
            assert_eq!(of(path, before, after), [format!("p:10: {path}: {message} {KINDS}")]);
        }
    }

    #[test]
    fn what_upstreams_archive_has_otherwise_is_named() {
        let file = File {
            path: "a",
            before: Some(b"v = $Format:%H$\n1\n"),
            after: Some(b"v = $Format:%H$\n2\n"),
        };
        let found = lint(&file, |archive| archive.is_filled = true, &OverrideKind::ALL);
        let message = "a placeholder is in the patch that upstream's own archive has filled in";
        assert_eq!(found, [format!("p:21: a: {message} {KINDS}")]);
        let found = lint(&file, |archive| archive.is_ignored = true, &OverrideKind::ALL);
        assert_eq!(found, [format!("p:10: a: upstream's own archive does not have it {KINDS}")]);
        let found = lint(&file, |archive| archive.line_ends = LineEnds::Crlf, &OverrideKind::ALL);
        assert!(found[0].contains("CRLF"), "{found:?}");
    }

    #[test]
    fn the_module_files_version_is_the_registrys() {
        let text = |rest: &str| format!("module(name = \"m\", version = \"0.0.0\")\n{rest}");
        let (before, after) = (text("a\n"), text("b\n"));
        let found = of("MODULE.bazel", Some(before.as_bytes()), Some(after.as_bytes()));
        let message = "the hunk names the module's version, which is another one in a registry";
        assert_eq!(found, [format!("p:21: MODULE.bazel: {message} (kind single-version)")]);
        let below = |line: &str| format!("module(\n    version = \"0.0.0\",\n    {line},\n)\n");
        let (before, after) = (below("a = 1"), below("a = 2"));
        let found = of("MODULE.bazel", Some(before.as_bytes()), Some(after.as_bytes()));
        assert_eq!(found, [format!("p:22: MODULE.bazel: {message} (kind single-version)")]);
        // Another version, a value that is the same, and what the patch adds.
        for (old, new) in
            [("version = \"1\"\n", ""), ("a = \"0.0.0\"\n", ""), ("", "version = \"0.0.0\"\n")]
        {
            let file = |line: &str| text(&format!("1\n2\n3\n4\n{line}"));
            let found = of("MODULE.bazel", Some(file(old).as_bytes()), Some(file(new).as_bytes()));
            assert_eq!(found, [""; 0], "{old}{new}");
        }
        let far = |last: &str| text(&format!("1\n2\n3\n4\n{last}\n"));
        assert_eq!(
            of("MODULE.bazel", Some(far("a").as_bytes()), Some(far("b").as_bytes())),
            [""; 0]
        );
    }

    #[test]
    fn kinds_that_are_not_published_do_not_count() {
        let file = File { path: "a", before: None, after: Some(b"") };
        assert_eq!(lint(&file, |_| (), &[OverrideKind::Archive, OverrideKind::Registry]), [""; 0]);
        let found = lint(&file, |_| (), &[OverrideKind::Archive, OverrideKind::Patches]);
        assert!(found[0].ends_with("(kind patches)"), "{found:?}");
    }
}
