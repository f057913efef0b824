//! The published archive, to the byte what `git archive --prefix=PREFIX/ TAG | gzip` would
//! be on any machine: entries as `.gitattributes` wants them, a tar stream as git writes it
//! (its archive-tar.c), and a gzip whose deflate implementation is pinned.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};

use crate::git::attributes::{Attributes, LineEnds, State};
use crate::git::tree::{Entry, EntryKind};
use crate::support::ids::CommitId;
use crate::support::problem::{Kind, Problem};

/// What `$Format:...$` in an `export-subst` file stands for.
#[derive(Clone, Debug)]
pub struct Substitutions {
    /// What `git describe --tags` would say of the commit: the version.
    pub describe: String,
    pub commit: CommitId,
}

/// Turns a tree's blobs into what an archive or a checkout holds: `export-ignore` leaves out,
/// `eol=crlf` gives line ends, `export-subst` fills in. `filter` changes nothing: without the
/// filter's program, git and those who host archives have the blob, too.
///
/// # Errors
///
/// An attribute or placeholder that git would follow and patcher cannot.
pub fn expand(entries: Vec<Entry>, subst: &Substitutions) -> Result<Vec<Entry>, Problem> {
    let is_attributes = |entry: &&Entry| {
        entry.path.as_str().rsplit('/').next().is_some_and(|name| name == ".gitattributes")
    };
    let files = entries.iter().filter(is_attributes);
    let attributes = Attributes::parse(files.map(|e| (&e.path, e.content.as_slice())))?;
    let mut expanded = Vec::with_capacity(entries.len());
    // Directories hold many files.
    let mut ignored: HashMap<String, bool> = HashMap::new();
    let mut filling = Filling { subst, is_described: false };
    for mut entry in entries {
        let path = entry.path.as_str();
        let is_ignored =
            |path: &str| attributes.of(path).get("export-ignore") == Some(&&State::Set);
        let mut directories = path.match_indices('/').map(|(at, _)| &path[..=at]);
        let in_ignored = directories.any(|directory| {
            *ignored.entry(directory.to_owned()).or_insert_with(|| is_ignored(directory))
        });
        if in_ignored {
            continue;
        }
        let states = match entry.kind {
            EntryKind::Directory => attributes.of(&format!("{path}/")),
            _ => attributes.of(path),
        };
        if states.get("export-ignore") == Some(&&State::Set) {
            // git writes a directory before it looks at what is in it.
            if let Some((directory, _)) = path.rsplit_once('/') {
                expanded.extend(directory.parse().ok().map(Entry::directory));
            }
            continue;
        }
        if matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            let is_followed =
                |name: &&&str| matches!(states.get(*name), Some(State::Set | State::Value(_)));
            if let Some(name) = ["ident", "working-tree-encoding"].iter().find(is_followed) {
                let message = format!("has the attribute {name}, which patcher cannot follow");
                return Err(unfollowed(path, message));
            }
            let is_filled = states.get("export-subst") == Some(&&State::Set);
            if LineEnds::of(&states).are_crlf(&entry.content) {
                entry.content = with_crlf(&entry.content);
            }
            if is_filled {
                entry.content = filling.fill(&entry)?;
            }
        }
        expanded.push(entry);
    }
    Ok(expanded)
}

/// A release whose archive patcher cannot make as git does.
fn unfollowed(path: &str, message: String) -> Problem {
    Problem::new(Kind::Input, path, message).hint(
        "leave this release out: `releases` of the series in patcher.toml says which ones are in",
    )
}

/// Every line end as CRLF.
fn with_crlf(content: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(content.len() + content.len() / 32);
    let mut last = 0;
    for &byte in content {
        if byte == b'\n' && last != b'\r' {
            converted.push(b'\r');
        }
        converted.push(byte);
        last = byte;
    }
    converted
}

/// The placeholders of one archive.
struct Filling<'a> {
    subst: &'a Substitutions,
    /// git describes once an archive, in the order of its files, and leaves the rest.
    is_described: bool,
}

impl Filling<'_> {
    fn fill(&mut self, entry: &Entry) -> Result<Vec<u8>, Problem> {
        const OPEN: &[u8] = b"$Format:";
        let mut rest = entry.content.as_slice();
        let mut filled = Vec::with_capacity(rest.len());
        while let Some(at) = rest.windows(OPEN.len()).position(|window| window == OPEN) {
            let format = &rest[at + OPEN.len()..];
            let Some(end) = format.iter().position(|&byte| byte == b'$') else { break };
            filled.extend_from_slice(&rest[..at]);
            let placeholder = String::from_utf8_lossy(&format[..end]);
            let Some(value) = self.value(&placeholder) else {
                let message =
                    format!("`$Format:{placeholder}$` is a placeholder patcher cannot fill");
                let line = 1 + filled.iter().filter(|&&byte| byte == b'\n').count();
                return Err(unfollowed(entry.path.as_str(), message).at(line));
            };
            filled.extend_from_slice(value.as_bytes());
            rest = &format[end + 1..];
        }
        filled.extend_from_slice(rest);
        Ok(filled)
    }

    fn value(&mut self, placeholder: &str) -> Option<String> {
        match placeholder {
            "%(describe:tags=true)" | "%(describe:tags)" if self.is_described => {
                Some(placeholder.to_owned())
            }
            "%(describe:tags=true)" | "%(describe:tags)" => {
                self.is_described = true;
                Some(self.subst.describe.clone())
            }
            "%H" => Some(self.subst.commit.to_string()),
            _ => None,
        }
    }
}

/// A size of tar's: everything is a multiple of it.
const BLOCK: usize = 512;

/// tar pads the whole stream to a multiple of 20 blocks.
const RECORD: usize = 20 * BLOCK;

/// What `git archive` would mask from the modes: tar.umask's default.
const UMASK: u32 = 0o002;

/// The tar stream of `entries`, which are in git's tree order, under `prefix/`.
///
/// `commit` goes into the comment that `git get-tar-commit-id` reads, `seconds` (since
/// 1970-01-01 UTC) is every file's time: git uses the committer's.
///
/// # Errors
///
/// A directory whose path is too long for tar's plain header.
pub fn tar(
    prefix: &str,
    entries: &[Entry],
    commit: CommitId,
    seconds: u64,
) -> Result<Vec<u8>, Problem> {
    let mut tar = Tar { bytes: Vec::new(), seconds };
    let comment = pax_record("comment", &commit.to_string());
    tar.header(&Header {
        name: "pax_global_header",
        prefix: "",
        kind: b'g',
        mode: 0o666,
        size: comment.len(),
        link: "",
    });
    tar.content(comment.as_bytes());
    tar.directory(&format!("{prefix}/"))?;
    let mut directories: Vec<String> = Vec::new();
    for entry in entries {
        let path = match entry.kind {
            EntryKind::Directory => format!("{}/", entry.path),
            _ => entry.path.to_string(),
        };
        directories.retain(|directory| path.starts_with(directory.as_str()));
        for (at, _) in path.match_indices('/') {
            let directory = &path[..=at];
            if directories.last().is_none_or(|last| directory.len() > last.len()) {
                tar.directory(&format!("{prefix}/{directory}"))?;
                directories.push(directory.to_owned());
            }
        }
        if entry.kind != EntryKind::Directory {
            tar.entry(&format!("{prefix}/{path}"), entry);
        }
    }
    let end = (tar.bytes.len() + 2 * BLOCK).next_multiple_of(RECORD);
    tar.bytes.resize(end, 0);
    Ok(tar.bytes)
}

/// The fields of a header that differ from entry to entry.
struct Header<'a> {
    name: &'a str,
    prefix: &'a str,
    kind: u8,
    mode: u32,
    /// Of the content, in bytes.
    size: usize,
    link: &'a str,
}

struct Tar {
    bytes: Vec<u8>,
    seconds: u64,
}

impl Tar {
    fn directory(&mut self, path: &str) -> Result<(), Problem> {
        let Some((prefix, name)) = split_name(path) else {
            return Err(Problem::new(
                Kind::Input,
                path,
                "the directory's path is too long for tar",
            ));
        };
        self.header(&Header { name, prefix, kind: b'5', mode: 0o777 & !UMASK, size: 0, link: "" });
        Ok(())
    }

    fn entry(&mut self, path: &str, entry: &Entry) {
        let content = entry.content.as_slice();
        let (kind, mode) = match entry.kind {
            EntryKind::File | EntryKind::Directory => (b'0', 0o666 & !UMASK),
            EntryKind::Executable => (b'0', 0o777 & !UMASK),
            EntryKind::Symlink => (b'2', 0o777),
        };
        let target = match entry.kind {
            EntryKind::Symlink => String::from_utf8_lossy(content).into_owned(),
            _ => String::new(),
        };
        let mut extended = String::new();
        let data_name = format!("{}.data", entry.id);
        let (prefix, name) = split_name(path).unwrap_or_else(|| {
            extended.push_str(&pax_record("path", path));
            ("", data_name.as_str())
        });
        let target = if target.len() > 100 {
            extended.push_str(&pax_record("linkpath", &target));
            format!("see {}.paxheader", entry.id)
        } else {
            target
        };
        if !extended.is_empty() {
            let name = format!("{}.paxheader", entry.id);
            self.header(&Header {
                name: &name,
                prefix: "",
                kind: b'x',
                mode: 0o666,
                size: extended.len(),
                link: "",
            });
            self.content(extended.as_bytes());
        }
        if entry.kind == EntryKind::Symlink {
            self.header(&Header { name, prefix, kind, mode, size: 0, link: &target });
        } else {
            self.header(&Header { name, prefix, kind, mode, size: content.len(), link: "" });
            self.content(content);
        }
    }

    /// A ustar header as git fills it: POSIX.1-1988, 07-digit octal, everything of root's.
    fn header(&mut self, fields: &Header<'_>) {
        let Header { name, prefix, kind, mode, size, link } = *fields;
        let mut header = [0; BLOCK];
        let mut put = |at: usize, text: &str| {
            header[at..at + text.len()].copy_from_slice(text.as_bytes());
        };
        put(0, name);
        put(100, &format!("{mode:07o}"));
        put(108, "0000000");
        put(116, "0000000");
        put(124, &format!("{size:011o}"));
        put(136, &format!("{:011o}", self.seconds));
        put(148, "        ");
        put(157, link);
        put(257, "ustar\0");
        put(263, "00");
        put(265, "root");
        put(297, "root");
        put(329, "0000000");
        put(337, "0000000");
        put(345, prefix);
        header[156] = kind;
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:07o}\0").as_bytes());
        self.bytes.extend_from_slice(&header);
    }

    fn content(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(content);
        let end = self.bytes.len().next_multiple_of(BLOCK);
        self.bytes.resize(end, 0);
    }
}

/// The path as ustar's prefix and name, cut at the last slash that fits; `None` if the
/// path is too long for both.
fn split_name(path: &str) -> Option<(&str, &str)> {
    if path.len() <= 100 {
        return Some(("", path));
    }
    let reach = path.trim_end_matches('/').len().min(155);
    let at = path.as_bytes()[..reach].iter().rposition(|&b| b == b'/')?;
    let (prefix, name) = (&path[..at], &path[at + 1..]);
    (name.len() <= 100).then_some((prefix, name))
}

/// `LENGTH key=value`, where the length counts itself.
fn pax_record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len();
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

/// The gzip of a tar stream: no name, no time, level 6, the operating system unknown.
pub fn gzip(tar: &[u8]) -> Vec<u8> {
    let output = Vec::with_capacity(tar.len() / 4);
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(255).write(output, Compression::new(6));
    // Writing to memory does not fail.
    let written = encoder.write_all(tar).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::ids::{BlobId, Sri};

    fn entry(path: &str, content: &str) -> Entry {
        Entry {
            path: path.parse().unwrap(),
            kind: EntryKind::File,
            id: BlobId::new([7; 20]),
            content: content.into(),
        }
    }

    fn subst() -> Substitutions {
        Substitutions { describe: "1.2.3.patched.1".into(), commit: CommitId::new([0xab; 20]) }
    }

    /// git writes whole records, and one more if two empty blocks do not fit at the end.
    #[test]
    fn a_stream_ends_with_two_empty_blocks_at_least() {
        let length = |blocks: usize| {
            let entries = [entry("a", &"x".repeat(blocks * BLOCK))];
            tar("m-1", &entries, CommitId::new([1; 20]), 0).unwrap().len()
        };
        // The commit, in two blocks, the directory and the file have four before the content.
        assert_eq!([14, 15, 16, 17].map(length), [1, 2, 2, 2].map(|records| records * RECORD));
    }

    #[test]
    fn modes_are_those_of_git() {
        let mode_of = |kind: EntryKind| {
            let tar = tar("m-1", &[Entry { kind, ..entry("a", "x") }], CommitId::new([1; 20]), 0);
            String::from_utf8(tar.unwrap()[3 * BLOCK + 100..][..7].to_vec()).unwrap()
        };
        let kinds = [EntryKind::File, EntryKind::Executable, EntryKind::Symlink];
        assert_eq!(kinds.map(mode_of), ["0000664", "0000775", "0000777"]);
    }

    #[test]
    fn a_long_link_is_in_a_record_of_its_own() {
        let records = |length: usize| {
            let link = Entry { kind: EntryKind::Symlink, ..entry("a", &"x".repeat(length)) };
            let tar = tar("m-1", &[link], CommitId::new([1; 20]), 0).unwrap();
            String::from_utf8_lossy(&tar).matches(" linkpath=").count()
        };
        assert_eq!([records(100), records(101)], [0, 1]);
    }

    #[test]
    fn a_record_counts_its_own_length() {
        for (value, length) in [(2, 9), (3, 11), (91, 99), (92, 101)] {
            let record = pax_record("key", &"x".repeat(value));
            assert_eq!(record.len(), length);
            assert!(record.starts_with(&format!("{length} key=x")), "{record}");
        }
    }

    #[test]
    fn attributes_decide_what_a_file_holds() {
        let entries = vec![
            entry(".gitattributes", "*.bat text eol=crlf\nf.bzl export-subst\nci/ export-ignore\n"),
            entry("a.bat", "one\ntwo\r\n"),
            entry("ci/run", "x"),
            Entry { kind: EntryKind::Directory, ..entry("x/ci", "") },
            entry("f.bzl", "V = \"$Format:%(describe:tags=true)$\" # $Format:%H$\n"),
            entry("g.bzl", "V = \"$Format:%H$\"\n"),
        ];
        let expanded = expand(entries, &subst()).unwrap();
        let text = |path: &str| {
            let entry = expanded.iter().find(|entry| entry.path.as_str() == path);
            entry.map(|entry| String::from_utf8(entry.content.clone()).unwrap())
        };
        assert_eq!(text("a.bat").unwrap(), "one\r\ntwo\r\n");
        assert_eq!([text("ci/run"), text("x/ci")], [None, None]);
        let commit = "ab".repeat(20);
        assert_eq!(text("f.bzl").unwrap(), format!("V = \"1.2.3.patched.1\" # {commit}\n"));
        assert_eq!(text("g.bzl").unwrap(), "V = \"$Format:%H$\"\n");
    }

    #[test]
    fn an_archive_is_described_once_as_git_does() {
        let line = "$Format:%(describe:tags=true)$\n";
        let attributes = entry(".gitattributes", "*.bzl export-subst\n");
        let entries = vec![attributes, entry("a.bzl", line), entry("b.bzl", line)];
        let expanded = expand(entries, &subst()).unwrap();
        let contents: Vec<_> =
            expanded[1..].iter().map(|entry| String::from_utf8_lossy(&entry.content)).collect();
        assert_eq!(contents, ["1.2.3.patched.1\n", "%(describe:tags=true)\n"]);
    }

    #[test]
    fn what_git_would_follow_and_patcher_cannot_is_refused() {
        let with = |attributes: &str, content: &str| {
            expand(vec![entry(".gitattributes", attributes), entry("f", content)], &subst())
        };
        let problem = with("f export-subst\n", "\n$Format:%an$\n").unwrap_err();
        assert_eq!(problem.to_string(), "f:2: `$Format:%an$` is a placeholder patcher cannot fill");
        assert!(with("f ident\n", "").is_err());
        assert!(with("f -ident\n", "").is_ok());
    }

    #[test]
    fn what_is_taken_for_text_is_as_git_takes_it() {
        let mostly = |odd: usize| [vec![b'a'; 128 * 3], vec![1; odd]].concat();
        let cases: [(&[u8], bool); 9] = [
            (b"one\ntwo\n", true),
            (b"", true),
            (b"one\r\ntwo\n", false),
            (b"one\rtwo\n", false),
            (b"one\0two\n", false),
            (b"\x1b\x0c\x08\t\n", true),
            (b"one\n\x1a", true),
            (&mostly(3), true),
            (&mostly(4), false),
        ];
        for (content, expected) in cases {
            assert_eq!(LineEnds::CrlfIfText.are_crlf(content), expected, "{content:?}");
        }
    }

    #[test]
    fn a_directory_is_there_though_all_in_it_is_ignored() {
        let attributes = entry(".gitattributes", "a/b/** export-ignore\nc/ export-ignore\n");
        let files = ["a/b/x", "a/b/y", "c/z"].map(|path| entry(path, ""));
        let entries = std::iter::once(attributes).chain(files).collect();
        let expanded = expand(entries, &subst()).unwrap();
        let tar = tar("m", &expanded, CommitId::new([1; 20]), 0).unwrap();
        let names: Vec<String> = tar
            .chunks(BLOCK)
            .filter(|block| &block[257..262] == b"ustar")
            .map(|block| String::from_utf8_lossy(&block[..100]).trim_end_matches('\0').to_owned())
            .collect();
        assert_eq!(names, ["pax_global_header", "m/", "m/.gitattributes", "m/a/", "m/a/b/"]);
    }

    #[test]
    fn long_paths_are_split_as_ustar_wants() {
        let long = format!("{}/{}", "d".repeat(90), "f".repeat(60));
        assert_eq!(split_name(&long), Some(("d".repeat(90).as_str(), "f".repeat(60).as_str())));
        assert_eq!(split_name(&"f".repeat(101)), None);
        assert_eq!(split_name(&"f".repeat(100)), Some(("", "f".repeat(100).as_str())));
        assert_eq!(pax_record("path", &"x".repeat(90)).len(), 99);
        assert_eq!(pax_record("path", &"x".repeat(91)).len(), 101);
    }

    /// The published bytes are an interface: consumers pin their digest. If this fails
    /// after an update, the deflate implementation changed, and every revision with it.
    #[test]
    fn the_bytes_of_an_archive_are_golden() {
        let text: String = (0..2000).map(|n| format!("{n} {}\n", n * n % 97)).collect();
        let tar =
            tar("m-1.2.3", &[entry("a/b/c.txt", &text)], CommitId::new([1; 20]), 1_700_000_000)
                .unwrap();
        assert_eq!(tar.len() % RECORD, 0);
        let bytes = gzip(&tar);
        assert_eq!(
            Sri::of(&bytes).to_string(),
            "sha256-fPeyxFUQfvEoP/iKTZxcTQmZeGN1yD/hBaKKPQSXGmc="
        );
    }
}
