//! The laws of `fuzz/laws.rs` on their seeds and on mutations of them: for a moment and on any
//! toolchain what `fuzz/run` does for hours on a nightly one.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "../fuzz/laws.rs"]
mod laws;

use std::fmt;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What parsers trip over: the ends of ranges, and text of more than one byte a character.
const ODD: [&[u8]; 14] = [
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b" ",
    b"-1",
    b"99999999999999999999",
    b"\xff",
    "\u{feff}".as_bytes(),
    "\u{e9}".as_bytes(),
    b"@@ -1 +1 @@\n",
    b"diff --git a/x b/x\n",
];

/// Printed as text.
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// A part of an input, and what takes its place.
#[derive(Clone, Debug)]
enum Change {
    Bytes(Index, u8, Vec<u8>),
    Odd(Index, u8, Index),
    /// Another part of the same input.
    Copy(Index, u8, Index),
    Cut(Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = any::<Index>;
    let change = prop_oneof![
        (at(), 0..4_u8, vec(any::<u8>(), 0..3)).prop_map(|(a, n, b)| Change::Bytes(a, n, b)),
        (at(), 0..4_u8, at()).prop_map(|(a, n, b)| Change::Odd(a, n, b)),
        (at(), any::<u8>(), at()).prop_map(|(a, n, b)| Change::Copy(a, n, b)),
        at().prop_map(Change::Cut),
    ];
    vec(change, 1..4)
}

fn mutated(seed: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut input = seed.to_vec();
    for change in changes {
        let place = |at: &Index, count: u8| {
            let from = at.index(input.len() + 1);
            from..input.len().min(from + usize::from(count))
        };
        match change {
            Change::Bytes(at, count, bytes) => drop(input.splice(place(at, *count), bytes.clone())),
            Change::Odd(at, count, odd) => {
                drop(input.splice(place(at, *count), ODD[odd.index(ODD.len())].to_vec()));
            }
            Change::Copy(at, count, from) => {
                let part = input[place(from, *count)].to_vec();
                drop(input.splice(place(at, 0), part));
            }
            Change::Cut(at) => input.truncate(at.index(input.len() + 1)),
        }
    }
    input
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| collect(&entry.unwrap().path(), files));
    } else {
        files.push(path.to_owned());
    }
}

/// The inputs to begin with, by `fuzz/seeds.txt`: files of this project, and what once failed.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for line in fs::read_to_string(root.join("fuzz/seeds.txt")).unwrap().lines() {
        let (of, path) = line.split_once(' ').unwrap();
        if of == target {
            collect(&root.join(path), &mut files);
        }
    }
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

#[test]
fn every_law_holds_on_its_seeds_and_near_them() {
    for (target, law) in laws::LAWS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (path, seed) in &seeds {
            let outcome = panic::catch_unwind(|| law(seed));
            assert!(outcome.is_ok(), "{target}: {}", path.display());
        }
        // Large seeds take as long as many small ones.
        let size = seeds.iter().map(|(_, seed)| seed.len()).max().unwrap_or_default();
        let config = Config {
            cases: if size > 50_000 { 50 } else { 2000 },
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let input = (any::<Index>(), changes())
            .prop_map(|(at, changes)| Input(mutated(&seeds[at.index(seeds.len())].1, &changes)));
        // The one that the smallest input ends in is enough.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let failure = runner.run(&input, |input| {
            law(&input.0);
            Ok(())
        });
        panic::set_hook(hook);
        failure.unwrap_or_else(|failure| panic!("{target}: {failure}"));
    }
}

#[test]
fn every_law_has_a_target_for_libfuzzer() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets");
    let names: Vec<&str> = laws::LAWS.iter().map(|(name, _)| *name).collect();
    let mut targets: Vec<String> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    targets.sort();
    assert_eq!(targets, names);
    for name in names {
        assert!(manifest.contains(&format!("\nname = \"{name}\"\n")), "fuzz/Cargo.toml: no {name}");
        let target = fs::read_to_string(directory.join(format!("{name}.rs"))).unwrap();
        assert!(target.contains(&format!("laws::{name}(")), "{target}");
    }
}
