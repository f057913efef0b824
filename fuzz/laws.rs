//! What holds for every input of a parser, whatever its bytes are: it comes back, it does not
//! panic, and what it prints of what it read it reads as the same again.
//!
//! `cargo fuzz` calls these with inputs that it makes up, and `tests/fuzzed.rs` with the seeds
//! and with mutations of them.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use patcher::ci::proposal::Proposal;
use patcher::consumer::{
    Author, ModuleFile, ModuleFiles, Override, Unlike, Wanted, add, remove, update,
};
use patcher::git::attributes::Attributes;
use patcher::patch::Patch;
use patcher::port::work::Work;
use patcher::project::config::{Config, SuiteConfig};
use patcher::project::journal::Journal;
use patcher::project::lock::Lock;
use patcher::project::resolution::{Resolution, first_marker, parts};
use patcher::project::scenario::Scenario;
use patcher::project::series::SeriesFile;
use patcher::publish::kinds::Source;
use patcher::publish::provenance::Statement;
use patcher::publish::registry_index::{Entry, Files, merge};
use patcher::publish::unpack::{gunzip, untar};
use patcher::repro::events::Events;
use patcher::support::ids::Sri;
use patcher::support::names::{PatchName, RepoPath};
use patcher::verify::notice::Noticed;

/// A law, and the name of its target.
pub(crate) type Law = (&'static str, fn(&[u8]));

/// Every law.
pub(crate) const LAWS: [Law; 13] = [
    ("archive", archive),
    ("attributes", attributes),
    ("config", config),
    ("events", events),
    ("journal", journal),
    ("lock", lock),
    ("module_file", module_file),
    ("patch", patch),
    ("records", records),
    ("registry", registry),
    ("resolution", resolution),
    ("scenario", scenario),
    ("series", series),
];

/// A patch, as a mail.
pub(crate) fn patch(bytes: &[u8]) {
    let name = "0001-a.patch".parse().expect("a patch name");
    let Ok(read) = Patch::parse(&name, "patches/0001-a.patch", bytes) else { return };
    let printed = read.to_string();
    let again = Patch::parse(&name, "patches/0001-a.patch", printed.as_bytes())
        .unwrap_or_else(|problem| panic!("{problem:?} in\n{printed}"));
    assert_eq!(again.to_string(), printed);
}

/// A `series` file.
pub(crate) fn series(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (read, problems) = SeriesFile::parse("patches/series", text);
    if problems.is_empty() {
        let names: Vec<&str> = read.names().map(PatchName::as_str).collect();
        let (again, _) = SeriesFile::parse("patches/series", &names.join("\n"));
        assert!(again.names().eq(read.names()));
    }
}

/// `upstream.lock`.
pub(crate) fn lock(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Lock::tampering(text);
    let Ok(read) = Lock::parse(text) else { return };
    let printed = read.print();
    let again = Lock::parse(&printed).unwrap_or_else(|problem| panic!("{problem:?} in\n{printed}"));
    assert_eq!(again.print(), printed);
    assert!(Lock::tampering(&printed).is_none());
}

/// `patcher.toml`.
pub(crate) fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Config::parse(text);
}

/// A `scenario.toml`.
pub(crate) fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Scenario::parse("a", "a/scenario.toml", text, &SuiteConfig::default());
}

/// Bazel's build events.
pub(crate) fn events(bytes: &[u8]) {
    let read = Events::parse(&String::from_utf8_lossy(bytes));
    let _ = (read.tests(), read.unloaded_packages(), read.errors("a"), read.about("//a:b"));
    let _ = read.aspect_files("//a:b");
}

/// The journal of a commit: whatever it says, it names only files in the project, each once.
pub(crate) fn journal(bytes: &[u8]) {
    let path = Path::new("journal.json");
    let Ok(read) = Journal::parse(bytes, path) else { return };
    let mut named = BTreeSet::new();
    for file in read.files() {
        let is_inside = |name: Component<'_>| match name {
            Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
            _ => false,
        };
        assert!(Path::new(file.as_str()).components().all(is_inside), "{file}");
        assert!(named.insert(file), "{file}");
    }
    let printed = read.print().expect("JSON");
    let again = Journal::parse(&printed, path).expect("a journal");
    assert_eq!(again.print().expect("JSON"), printed);
}

/// A consumer's MODULE.bazel: what is added can be taken away again.
pub(crate) fn module_file(bytes: &[u8]) {
    let Ok(read) = ModuleFile::parse("MODULE.bazel", bytes) else { return };
    let files = ModuleFiles::collect("MODULE.bazel", |label| {
        Ok((label == "MODULE.bazel").then(|| bytes.to_vec()))
    });
    let Ok(files) = files else { return };
    let wanted = Wanted {
        statement: Override::archive("m", vec!["https://e.com/a.tar.gz".into()], "sha256-x", "a"),
        version: "1.2.0".parse().expect("a version"),
        is_exact: false,
        notes: Vec::new(),
    };
    let Ok(added) = add(&files, &wanted) else { return };
    let again = update(&added.files, &wanted, Unlike::Refused, Author::Anybody)
        .expect("what was added is known");
    assert!(again.steps.is_empty(), "{:?}", again.steps);
    let removed = remove(&added.files, "m", None).expect("what was added can be removed");
    let texts: Vec<&str> = removed.files.iter().map(|file| file.text.as_str()).collect();
    assert_eq!(texts, [read.text.as_str()]);
}

/// An archive that somebody gives.
pub(crate) fn archive(bytes: &[u8]) {
    let _ = untar(bytes);
    if let Ok((tar, _)) = gunzip(bytes) {
        let _ = untar(&tar);
    }
}

/// `.gitattributes`.
pub(crate) fn attributes(bytes: &[u8]) {
    let path: RepoPath = "a/.gitattributes".parse().expect("a path");
    let Ok(read) = Attributes::parse([(&path, bytes)]) else { return };
    let _ = (read.of("a/b/c.bzl"), read.in_archive("a/b.bzl"));
}

/// A recorded resolution, and the text of a file with conflict markers.
pub(crate) fn resolution(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (parts(text, 7), first_marker(text, 7));
    let Ok(read) = Resolution::parse("patches/resolutions/a", text) else { return };
    let printed = read.print();
    let again = Resolution::parse("patches/resolutions/a", &printed)
        .unwrap_or_else(|problem| panic!("{problem:?} in\n{printed}"));
    assert_eq!(again.print(), printed);
}

/// What patcher writes for itself and reads again: the record of an edit, a provenance
/// statement, a proposal, the notice of an archive.
pub(crate) fn records(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(work) = Work::parse(text) {
        let printed = work.print();
        assert_eq!(Work::parse(&printed).expect("a record").print(), printed);
    }
    if let Ok(statement) = Statement::parse(bytes) {
        let printed = statement.print();
        let again = Statement::parse(printed.as_bytes()).expect("a statement");
        assert_eq!(again.print(), printed);
    }
    if let Ok(proposal) = Proposal::parse(text, &["patches"]) {
        let printed = proposal.print().expect("JSON");
        assert!(Proposal::parse(&printed, &["patches"]).is_ok());
    }
    let _ = Noticed::parse(text);
}

/// The files of a registry: `metadata.json`, then `source.json`, then `bazel_registry.json`,
/// with zero bytes between.
pub(crate) fn registry(bytes: &[u8]) {
    let names = ["modules/m/metadata.json", "modules/m/1.0/source.json", "bazel_registry.json"];
    let contents = bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec);
    let there: Files = names.map(str::to_owned).into_iter().zip(contents).collect();
    let entry = Entry {
        module: "m",
        version: "1.1".to_owned(),
        module_file: b"module(name = \"m\", version = \"1.1\")\n".to_vec(),
        source: Source {
            url: "https://e.com/a.tar.gz".to_owned(),
            integrity: Sri::of(b""),
            strip_prefix: "m-1.1".to_owned(),
        },
        patches: Vec::new(),
        homepage: None,
    };
    let Ok(merged) = merge(&there, &entry, &[]) else { return };
    let after: Files = there.into_iter().chain(merged.writes).collect();
    assert!(merge(&after, &entry, &[]).is_ok_and(|merged| merged.writes.is_empty()));
}
