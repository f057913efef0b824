//! The house of ARCHITECTURE.md, held: every path in `src/` against the arrows that the rooms may
//! have, no circle of files, and effects only in the files that are listed as having them.
//!
//! Everything is read as tokens, so that `use` groups, paths inside macros and renamed imports
//! count as they do for the compiler.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Each room with the rooms that it may use, from the street to the ground.
const ROOMS: &[(&str, &[&str])] = &[
    ("main.rs", &["cmd"]),
    (
        "cmd",
        &[
            "cli", "demo", "doctor", "init", "ci", "sync", "review", "verify", "matrix", "repro",
            "publish", "port", "consumer", "project", "git", "support",
        ],
    ),
    ("cli", &["sync", "matrix", "repro", "publish", "port", "consumer", "project", "support"]),
    ("doctor", &["repro", "project", "git", "support"]),
    ("init", &["publish", "project", "git", "support"]),
    ("demo", &["sync", "verify", "repro", "publish", "port", "project", "git", "support"]),
    ("ci", &["sync", "review", "repro", "port", "project", "git", "support"]),
    ("sync", &["matrix", "repro", "publish", "port", "project", "git", "patch", "support"]),
    ("review", &["publish", "port", "project", "git", "patch", "support"]),
    ("verify", &["publish", "port", "consumer", "project", "git", "patch", "support"]),
    ("matrix", &["repro", "publish", "port", "project", "git", "support"]),
    ("repro", &["publish", "port", "consumer", "project", "git", "patch", "support"]),
    ("publish", &["port", "consumer", "project", "git", "patch", "support"]),
    ("port", &["project", "git", "patch", "support"]),
    ("consumer", &["support"]),
    ("project", &["git", "patch", "support"]),
    ("git", &["patch", "support"]),
    ("patch", &["support"]),
    ("support", &[]),
];

/// The files that do something: the rest of `src/` only computes.
const EFFECTS: &[&str] = &[
    "ci/branch.rs",
    "cli/global.rs",
    "cmd/context.rs",
    "demo/place.rs",
    "demo/run.rs",
    "demo/sample.rs",
    "doctor/examine.rs",
    "git/checkout.rs",
    "git/leftovers.rs",
    "git/mirror.rs",
    "git/revision.rs",
    "git/store.rs",
    "git/store/diff.rs",
    "git/store/disk.rs",
    "git/store/merge.rs",
    "git/store/trees.rs",
    "git/upstream.rs",
    "git/worktree.rs",
    "init/operation.rs",
    "main.rs",
    "matrix/documents.rs",
    "matrix/origin.rs",
    "matrix/run.rs",
    "port/edit/begin.rs",
    "port/session.rs",
    "project/load.rs",
    "project/replace.rs",
    "project/site.rs",
    "project/state.rs",
    "project/workspace.rs",
    "publish/consumer_file.rs",
    "publish/output_directory.rs",
    "publish/push.rs",
    "publish/registry.rs",
    "repro/bazel.rs",
    "repro/fixed_upstream.rs",
    "repro/memory.rs",
    "repro/settings.rs",
    "review/operation.rs",
    "support/directory.rs",
    "support/download.rs",
    "support/environment.rs",
    "support/failure.rs",
    "support/file_lock.rs",
    "support/file_read.rs",
    "support/heartbeat.rs",
    "support/path.rs",
    "support/process.rs",
    "support/ui.rs",
    "sync/fetch.rs",
    "verify/operation.rs",
    "verify/source.rs",
];

/// The paths by which Rust code reaches out of itself.
const REACHING: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "anstream",
    "ctrlc",
    "etcetera",
    "git2",
    "indicatif",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "process_wrap",
    "rustix",
    "tempfile",
    "terminal_size",
];

/// The methods of `Path` that ask the disk.
const ASKING: &[&str] = &[
    "canonicalize",
    "exists",
    "is_dir",
    "is_file",
    "is_symlink",
    "metadata",
    "read_dir",
    "read_link",
    "symlink_metadata",
    "try_exists",
];

/// The most lines that a file may have.
const LINES: usize = 600;

/// A path as it is written, or a method that is called.
#[derive(Clone, Debug)]
struct Mention {
    /// Its segments, `use` groups taken apart.
    segments: Vec<String>,
    /// The modules around it, of its file and within it.
    module: Vec<String>,
    is_test: bool,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Path,
    Method,
    /// What a module gives on.
    Reexport,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    All,
    /// Without the tests.
    Shipped,
}

/// A source file, read.
struct Source {
    /// Its path below `src/`.
    file: String,
    /// Its module: `["port", "apply"]`.
    module: Vec<String>,
    mentions: Vec<Mention>,
}

/// Where the scanner stands.
#[derive(Clone)]
struct Place {
    module: Vec<String>,
    is_test: bool,
}

fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let root = ["lib", "main"].contains(&path);
    if root { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn read(file: &str, text: &str) -> Source {
    let module = module_of(file);
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let is_test = module.last().is_some_and(|name| name == "tests");
    let mut mentions = Vec::new();
    scan(tokens, &Place { module: module.clone(), is_test }, &mut mentions);
    Source { file: file.to_owned(), module, mentions }
}

/// Collects the paths of a stream of tokens, and those of its groups.
fn scan(tokens: TokenStream, place: &Place, found: &mut Vec<Mention>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut at, mut is_test_item, mut is_public) = (0, false, false);
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let attribute = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                is_test_item |= attribute.replace(' ', "").contains("cfg(test)");
                at += 1;
            }
            TokenTree::Ident(word) if word == "pub" => {
                is_public = true;
                at += 1;
                if matches!(tokens.get(at), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis)
                {
                    at += 1;
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                let name = tokens[at + 1].to_string();
                if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                    let mut inner = place.clone();
                    inner.module.push(name);
                    inner.is_test |= is_test_item;
                    scan(body.stream(), &inner, found);
                }
                (at, is_test_item, is_public) = (at + 3, false, false);
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = at + tokens[at..].iter().position(is_semicolon).unwrap();
                let tree: TokenStream = tokens[at + 1..end].iter().cloned().collect();
                let place = Place { is_test: place.is_test || is_test_item, ..place.clone() };
                for segments in expand(tree) {
                    let shape = if is_public { Shape::Reexport } else { Shape::Path };
                    found.push(mention(segments, &place, shape));
                }
                (at, is_test_item, is_public) = (end + 1, false, false);
            }
            TokenTree::Ident(_) => {
                let is_method = at > 0
                    && matches!(&tokens[at - 1], TokenTree::Punct(dot) if dot.as_char() == '.')
                    && matches!(tokens.get(at + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
                let (segments, next) = path(&tokens, at);
                let shape = if is_method { Shape::Method } else { Shape::Path };
                found.push(mention(segments, place, shape));
                (at, is_public) = (next, false);
            }
            TokenTree::Group(group) => {
                let place = Place { is_test: place.is_test || is_test_item, ..place.clone() };
                scan(group.stream(), &place, found);
                if group.delimiter() == Delimiter::Brace {
                    is_test_item = false;
                }
                at += 1;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                is_test_item &= !is_semicolon(token);
                at += 1;
            }
        }
    }
}

fn mention(segments: Vec<String>, place: &Place, shape: Shape) -> Mention {
    let Place { module, is_test } = place.clone();
    Mention { segments, module, is_test, shape }
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// The path that begins at a word, and where it ends.
fn path(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut segments = vec![tokens[at].to_string()];
    at += 1;
    while is_colons(tokens, at) {
        let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
        segments.push(word.to_string());
        at += 3;
    }
    (segments, at)
}

/// The paths of a `use` tree.
fn expand(tree: TokenStream) -> Vec<Vec<String>> {
    let tokens: Vec<TokenTree> = tree.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    let mut paths = Vec::new();
    for item in tokens.split(is_comma).filter(|item| !item.is_empty()) {
        let (mut prefix, mut at) = (Vec::new(), 0);
        while let Some(token) = item.get(at) {
            match token {
                TokenTree::Ident(word) if word == "as" => break,
                TokenTree::Ident(word) => prefix.push(word.to_string()),
                TokenTree::Group(group) => {
                    for rest in expand(group.stream()) {
                        let rest = rest.into_iter().filter(|segment| segment != "self");
                        paths.push(prefix.iter().cloned().chain(rest).collect());
                    }
                    prefix.clear();
                    break;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        if !prefix.is_empty() {
            paths.push(prefix);
        }
    }
    paths
}

/// All of `src/`, with what is needed to tell which file a path leads to.
struct House {
    sources: Vec<Source>,
    /// Each module's file.
    files: BTreeMap<Vec<String>, String>,
    /// What a module gives on under a name of its own: the path behind it.
    given_on: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl House {
    fn new(files: &BTreeMap<String, String>) -> Self {
        let sources: Vec<Source> = files.iter().map(|(file, text)| read(file, text)).collect();
        let modules = sources.iter().filter(|source| source.file != "main.rs");
        let files = modules.map(|source| (source.module.clone(), source.file.clone())).collect();
        let mut house = Self { sources, files, given_on: BTreeMap::new() };
        for source in &house.sources {
            for mention in source.mentions.iter().filter(|mention| mention.shape == Shape::Reexport)
            {
                if let (Some(path), Some(name)) = (house.absolute(mention), mention.segments.last())
                {
                    house.given_on.insert((source.module.clone(), name.clone()), path);
                }
            }
        }
        house
    }

    fn on_disk() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        let mut pending = vec![root.clone()];
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    pending.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let file = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    files.insert(file, fs::read_to_string(&path).unwrap());
                }
            }
        }
        assert!(files.len() > 80, "{} files", files.len());
        Self::new(&files)
    }

    /// A path from the crate's root; absent if it leads out of the crate, or is no path.
    fn absolute(&self, mention: &Mention) -> Option<Vec<String>> {
        let mut module = mention.module.clone();
        let mut rest = mention.segments.as_slice();
        match rest.first()?.as_str() {
            "crate" | "patcher" => module.clear(),
            "self" => {}
            "super" => {
                module.pop();
                while rest.get(1).is_some_and(|segment| segment == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            child => {
                let is_child =
                    self.files.contains_key(&[&module[..], &[child.to_owned()]].concat());
                if !is_child || rest.len() == 1 && mention.shape != Shape::Reexport {
                    return None;
                }
                return Some([&module[..], rest].concat());
            }
        }
        Some([&module[..], &rest[1..]].concat())
    }

    /// The file that a path leads to, behind what modules give on.
    fn file(&self, path: &[String]) -> Option<&str> {
        let known =
            (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        let next = path.get(known).cloned().unwrap_or_default();
        match self.given_on.get(&(path[..known].to_vec(), next)) {
            Some(behind) => self.file(behind),
            None => self.files.get(&path[..known]).map(String::as_str),
        }
    }

    /// Each file with the files that it uses.
    fn arrows(&self, code: Code) -> BTreeSet<(&str, &str)> {
        let mut arrows = BTreeSet::new();
        for source in &self.sources {
            for mention in source.mentions.iter().filter(|m| m.shape != Shape::Method) {
                if mention.is_test && code == Code::Shipped {
                    continue;
                }
                let to = self.absolute(mention).and_then(|path| self.file(&path));
                if let Some(to) = to.filter(|to| *to != source.file) {
                    arrows.insert((source.file.as_str(), to));
                }
            }
        }
        arrows
    }

    /// What is wrong with the arrows between rooms.
    fn against_rooms(&self, allowed: &[(&str, &[&str])]) -> Vec<String> {
        let mut wrong = Vec::new();
        let (mut used, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for (from, to) in self.arrows(Code::All) {
            let rooms = (room(from), room(to));
            let row = allowed.iter().find(|(name, _)| *name == rooms.0);
            match row {
                _ if rooms.0 == rooms.1 => {}
                None => {
                    missing.insert(rooms.0);
                }
                Some((_, may)) if may.contains(&rooms.1) => {
                    used.insert(rooms);
                }
                Some(_) => {
                    wrong.push(format!("{from} uses {to}: no arrow {} -> {}", rooms.0, rooms.1));
                }
            }
        }
        wrong.extend(missing.iter().map(|room| format!("the room {room} is not in the table")));
        for (from, may) in allowed {
            let unused = may.iter().filter(|to| !used.contains(&(*from, **to)));
            wrong.extend(unused.map(|to| format!("nobody uses the arrow {from} -> {to}")));
        }
        wrong
    }

    /// Files that use each other in a circle, each circle once.
    fn circles(&self) -> Vec<String> {
        let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (from, to) in self.arrows(Code::Shipped) {
            uses.entry(from).or_default().push(to);
        }
        let mut wrong = Vec::new();
        let mut done = BTreeSet::new();
        for start in uses.keys() {
            let mut way = vec![*start];
            circle(&uses, &mut way, &mut done, &mut wrong);
        }
        wrong
    }

    /// What is wrong with the list of the files that have effects.
    fn against_effects(&self, listed: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        for source in &self.sources {
            let effect = source.mentions.iter().filter(|m| !m.is_test).find_map(effect);
            match (effect, listed.contains(&source.file.as_str())) {
                (Some(effect), false) => wrong.push(format!("{} has {effect}", source.file)),
                (None, true) => wrong.push(format!("{} has no effect", source.file)),
                _ => {}
            }
        }
        let is_there = |file: &&&str| self.sources.iter().any(|source| source.file == **file);
        let gone = listed.iter().filter(|file| !is_there(file));
        wrong.extend(gone.map(|file| format!("{file} is not there")));
        wrong
    }
}

/// Goes on from the end of `way`, and keeps each circle that it meets.
fn circle<'a>(
    uses: &BTreeMap<&'a str, Vec<&'a str>>,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    wrong: &mut Vec<String>,
) {
    let last = way[way.len() - 1];
    if done.contains(last) {
        return;
    }
    for next in uses.get(last).into_iter().flatten() {
        if let Some(at) = way.iter().position(|file| file == next) {
            wrong.push(format!("{} -> {next}", way[at..].join(" -> ")));
        } else {
            way.push(next);
            circle(uses, way, done, wrong);
            way.pop();
        }
    }
    done.insert(last);
}

fn room(file: &str) -> &str {
    file.split_once('/').map_or(file, |(room, _)| room)
}

/// The effect that is mentioned, if one is.
fn effect(mention: &Mention) -> Option<String> {
    let path = mention.segments.join("::");
    if mention.shape == Shape::Method {
        return ASKING.contains(&path.as_str()).then(|| format!(".{path}()"));
    }
    let is_in = |reaching: &&&str| {
        path.strip_prefix(**reaching).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    REACHING.iter().find(is_in).map(|_| path.clone())
}

fn assert_right(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    assert_right(&House::on_disk().against_rooms(ROOMS));
}

#[test]
fn no_circle_of_files() {
    assert_right(&House::on_disk().circles());
}

#[test]
fn effects_only_where_they_are_listed() {
    assert_right(&House::on_disk().against_effects(EFFECTS));
}

/// What can be typed is the business of the command line; the rooms take plain options.
#[test]
fn clap_is_known_to_the_command_line_only() {
    let knows = |source: &&Source| source.mentions.iter().any(|m| m.segments[0] == "clap");
    let house = House::on_disk();
    let rooms: BTreeSet<&str> =
        house.sources.iter().filter(knows).map(|source| room(&source.file)).collect();
    assert_eq!(rooms, ["cli", "cmd"].into());
}

#[test]
fn no_file_is_too_long() {
    for source in House::on_disk().sources {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&source.file);
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert!(lines <= LINES, "{}: {lines} lines, {LINES} are allowed", source.file);
    }
}

#[test]
fn mutants_are_made_of_what_only_computes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/mutants.toml");
    let config: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let globs = config["exclude_globs"].as_array().unwrap().iter();
    let globs: Vec<&str> = globs.map(|glob| glob.as_str().unwrap()).collect();
    let files: BTreeSet<&str> = globs.iter().filter_map(|glob| glob.strip_prefix("src/")).collect();
    let is_left_out = |file: &&str| {
        files.contains(file) || files.iter().any(|f| f.strip_suffix("/**") == Some(room(file)))
    };
    let examined: Vec<&str> = EFFECTS.iter().copied().filter(|file| !is_left_out(file)).collect();
    assert_eq!(examined, ["git/store/merge.rs", "git/store/trees.rs"]);
    let pure = files.iter().filter(|file| !file.contains('*') && !EFFECTS.contains(file));
    assert_eq!(pure.count(), 0, "{files:?}");
}

/// A house of two rooms, `a` above `b`.
fn example(files: &[(&str, &str)]) -> House {
    let fixed = [("lib.rs", "mod a; mod b;"), ("a/mod.rs", ""), ("b/mod.rs", "")];
    let files = fixed.iter().chain(files);
    House::new(&files.map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn every_way_to_write_a_path_is_an_arrow() {
    let table: &[(&str, &[&str])] = &[("a", &[]), ("b", &[])];
    for text in [
        "use crate::b::x::Thing;",
        "use crate::{b::x, a};",
        "use crate::{a::{self}, b::{x as y, z}};",
        "fn f() { crate::b::x::f(); }",
        "fn f() { println!(\"{}\", crate::b::x::f()); }",
        "fn f() { use super::super::b::x; }",
        "mod inner { use super::super::super::b::x; }",
        "#[cfg(test)] mod tests { use crate::b::x; }",
        "use crate::a::given::x;",
    ] {
        let given = ("a/given.rs", "pub use crate::b::x;");
        let of = [("a/one.rs", text), ("b/x.rs", ""), ("a/two.rs", "")];
        let house = example(&[&of[..], &[given][..]].concat());
        let wrong = house.against_rooms(table);
        assert!(
            wrong.contains(&"a/one.rs uses b/x.rs: no arrow a -> b".to_owned()),
            "{text}: {wrong:?}"
        );
    }
    for text in ["// use crate::b::x;", "const X: &str = \"crate::b::x\";", "use super::two;"] {
        let house = example(&[("a/one.rs", text), ("b/x.rs", ""), ("a/two.rs", "")]);
        assert_eq!(house.against_rooms(table), [""; 0], "{text}");
    }
}

#[test]
fn an_arrow_that_nobody_uses_is_named() {
    let house = example(&[("a/one.rs", "use crate::b::x;"), ("b/x.rs", "")]);
    assert_eq!(house.against_rooms(&[("a", &["b"]), ("b", &[])]), [""; 0]);
    assert_eq!(
        house.against_rooms(&[("a", &["b"]), ("b", &["a"])]),
        ["nobody uses the arrow b -> a"]
    );
    assert_eq!(house.against_rooms(&[]), ["the room a is not in the table"]);
}

#[test]
fn circles_are_found_behind_what_a_module_gives_on() {
    let files = [
        ("b/mod.rs", "mod x; mod y; pub use x::Thing; pub use self::y::Other;"),
        ("b/x.rs", "use super::Other;"),
        ("b/y.rs", "fn f() { crate::b::Thing::new() }"),
    ];
    assert_eq!(example(&files).circles(), ["b/x.rs -> b/y.rs -> b/x.rs"]);
    let files = [files[0], files[1], ("b/y.rs", "#[cfg(test)] mod tests { use super::super::x; }")];
    assert_eq!(example(&files).circles(), [""; 0]);
}

#[test]
fn every_effect_is_seen() {
    for (text, effect) in [
        ("use std::fs;", "std::fs"),
        ("use std::{fmt, process::Command};", "std::process::Command"),
        ("fn f() { let _ = std::env::var(\"X\"); }", "std::env::var"),
        ("fn f(path: &Path) -> bool { path.exists() }", ".exists()"),
        ("fn f() { vec![git2::Oid::ZERO_SHA1]; }", "git2::Oid::ZERO_SHA1"),
    ] {
        let house = example(&[("a/one.rs", text)]);
        assert_eq!(house.against_effects(&[]), [format!("a/one.rs has {effect}")]);
        assert_eq!(house.against_effects(&["a/one.rs"]), [""; 0]);
    }
    let pure = "use std::fmt; #[cfg(test)] mod tests { use std::fs; }";
    let house = example(&[("a/one.rs", pure)]);
    assert_eq!(house.against_effects(&[]), [""; 0]);
    assert_eq!(house.against_effects(&["a/one.rs"]), ["a/one.rs has no effect"]);
    assert_eq!(house.against_effects(&["a/two.rs"]), ["a/two.rs is not there"]);
}
