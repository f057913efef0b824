//! Syncs, edits, publications and moves in git, in any order: revisions only rise, a published
//! version keeps its bytes, and no supported release goes unasked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use patcher::project::lock::{Lock, SeriesLock};
use patcher::support::ids::Sri;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use crate::common::{Sandbox, files_of};

/// How many sequences run, and how many steps one has at most: some twenty seconds.
const SEQUENCES: u32 = 8;
const STEPS: usize = 20;

/// The words by which versions of a patch differ: an edit may also bring an earlier one back.
const WORDS: [&str; 3] = ["The issue is", "This issue is", "That issue is"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Sync,
    /// To one of the upstream's releases, by its place.
    SyncTo(usize, Fewer),
    /// Has these [`WORDS`] in a patch.
    Edit(usize),
    /// The same, then a sync and a commit.
    Land(usize),
    /// The same, but it is published, and then forgotten by git.
    Forget(usize),
    Commit,
    Publish(usize),
    /// Puts the lock back as it was so many commits ago; 0 forgets what is not committed.
    RestoreLock(usize),
    /// The same of everything.
    RestoreAll(usize),
    Revert,
    /// A new upstream release.
    Release,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fewer {
    Refused,
    Allowed,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fewer = prop_oneof![3 => Just(Fewer::Refused), 1 => Just(Fewer::Allowed)];
    let step = prop_oneof![
        3 => Just(Step::Sync),
        3 => (0..5usize, fewer).prop_map(|(place, fewer)| Step::SyncTo(place, fewer)),
        2 => (0..WORDS.len()).prop_map(Step::Edit),
        5 => (0..WORDS.len()).prop_map(Step::Land),
        2 => (0..WORDS.len()).prop_map(Step::Forget),
        2 => Just(Step::Commit),
        4 => (0..5usize).prop_map(Step::Publish),
        2 => (0..3usize).prop_map(Step::RestoreLock),
        1 => (0..3usize).prop_map(Step::RestoreAll),
        1 => Just(Step::Revert),
        1 => Just(Step::Release),
    ];
    proptest::collection::vec(step, STEPS / 2..STEPS)
}

/// How often what happened, so that the laws are not kept by doing nothing.
#[derive(Debug, Default)]
struct Tally {
    synced: usize,
    published: usize,
    refused: usize,
    /// The highest revision that was published.
    highest: u32,
}

/// A project, and what was published of it.
struct World {
    sandbox: Sandbox,
    releases: Vec<String>,
    /// The digest of every archive that was published, by its file.
    published: BTreeMap<String, Sri>,
    /// The highest revision that was published of a release.
    highest: BTreeMap<String, u32>,
    /// What every committed lock has: release and revision, with the archive's digest.
    committed: BTreeMap<(String, u32), Sri>,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::serving_two();
        sandbox.write(".gitignore", "/dist/\n/out/\n/.patcher/\n");
        let releases = ["1.0.0", "1.1.0"].map(str::to_owned).into();
        let (published, highest, committed) = <(BTreeMap<_, _>, BTreeMap<_, _>, _)>::default();
        let mut world = Self { sandbox, releases, published, highest, committed };
        world.git("git init --quiet --initial-branch main");
        world.commit();
        world
    }

    /// Runs a script of git commands; some of them may fail.
    fn git(&self, script: &str) {
        let names = ["AUTHOR", "COMMITTER"].into_iter().flat_map(|who| {
            [(format!("GIT_{who}_NAME"), "A"), (format!("GIT_{who}_EMAIL"), "a@example.com")]
        });
        let names: BTreeMap<String, String> =
            names.map(|(name, value)| (name, value.to_owned())).collect();
        self.sandbox.script(&format!("set +e\n{script}\ntrue"), &names);
    }

    fn commit(&mut self) {
        self.git("git add --all && git commit --quiet --allow-empty --message step");
        for (key, integrity) in self.locked() {
            self.committed.entry(key).or_insert(integrity);
        }
    }

    fn lock(&self) -> Lock {
        Lock::parse(&self.sandbox.read("upstream.lock")).unwrap()
    }

    fn locked(&self) -> Vec<((String, u32), Sri)> {
        let lock = self.lock();
        let all = lock.series.iter().flat_map(SeriesLock::all);
        let entry = |locked: &patcher::project::lock::ReleaseLock| {
            let key = (locked.release.to_string(), locked.revision.unwrap());
            (key, locked.archive.integrity.clone())
        };
        all.map(entry).collect()
    }

    fn supported(&self) -> BTreeSet<String> {
        self.locked().into_iter().map(|((release, _), _)| release).collect()
    }

    fn take(&mut self, step: Step, tally: &RefCell<Tally>) -> Result<(), TestCaseError> {
        match step {
            Step::Sync => self.sync(&[], tally),
            Step::SyncTo(place, fewer) => {
                let to = self.releases[place % self.releases.len()].clone();
                let allow = (fewer == Fewer::Allowed).then_some("--allow-fewer-releases");
                let args: Vec<&str> = ["--to", &to].into_iter().chain(allow).collect();
                self.sync(&args, tally)
            }
            Step::Publish(place) => self.publish(place, tally),
            Step::Edit(number) => {
                self.edit(number);
                Ok(())
            }
            Step::Land(number) => {
                self.edit(number);
                self.sync(&[], tally)?;
                self.commit();
                Ok(())
            }
            Step::Forget(number) => {
                self.edit(number);
                self.sync(&[], tally)?;
                self.publish(number, tally)?;
                self.git("git checkout --quiet -- .");
                Ok(())
            }
            Step::Commit => {
                self.commit();
                Ok(())
            }
            Step::RestoreLock(back) => {
                self.git(&format!("git checkout --quiet HEAD~{back} -- upstream.lock"));
                Ok(())
            }
            Step::RestoreAll(back) => {
                self.git(&format!("git checkout --quiet HEAD~{back} -- ."));
                Ok(())
            }
            Step::Revert => {
                self.commit();
                self.git("git revert --no-edit HEAD || git revert --abort");
                Ok(())
            }
            Step::Release => {
                let release = format!("1.1.{}", self.releases.len());
                let before = self.releases.last().unwrap().clone();
                self.sandbox.release(&before, &release, |tree| {
                    fs::write(tree.join(format!("{release}.md")), "news\n").unwrap();
                });
                self.releases.push(release);
                Ok(())
            }
        }
    }

    fn edit(&self, number: usize) {
        let path = "patches/0002-docs.patch";
        let text = self.sandbox.read(path);
        let there = WORDS.iter().find(|words| text.contains(**words)).unwrap();
        self.sandbox.write(path, &text.replace(there, WORDS[number]));
    }

    fn sync(&self, args: &[&str], tally: &RefCell<Tally>) -> Result<(), TestCaseError> {
        let (before, files) = (self.supported(), files_of(&self.sandbox.project));
        let run = self.sandbox.patcher(&[&["sync", "--no-repro"], args].concat());
        if run.code != Some(0) {
            prop_assert!(matches!(run.code, Some(1 | 2 | 6)), "{run}");
            prop_assert!(files_of(&self.sandbox.project) == files, "it changed a file: {run}");
            tally.borrow_mut().refused += 1;
            return Ok(());
        }
        tally.borrow_mut().synced += 1;
        if !args.contains(&"--allow-fewer-releases") {
            let gone: Vec<_> = before.difference(&self.supported()).cloned().collect();
            prop_assert!(gone.is_empty(), "{gone:?} went: {run}");
        }
        for ((release, revision), integrity) in self.locked() {
            let of_release = self.committed.keys().filter(|(other, _)| *other == release);
            let highest = of_release.map(|(_, revision)| *revision).max().unwrap_or(0);
            prop_assert!(revision >= highest, "{release} fell to {revision} from {highest}: {run}");
            if let Some(known) = self.committed.get(&(release.clone(), revision)) {
                prop_assert_eq!(known, &integrity, "{} {} again: {}", release, revision, run);
            }
        }
        Ok(())
    }

    fn publish(&mut self, place: usize, tally: &RefCell<Tally>) -> Result<(), TestCaseError> {
        let release = self.releases[place % self.releases.len()].clone();
        let out = self.sandbox.project.join("out");
        let before = if out.exists() { files_of(&out) } else { BTreeMap::new() };
        // A registry refuses other bytes, too.
        let kinds = ["--kind", "archive", "--kind", "registry"];
        let kinds = &kinds[..2 + place % 2 * 2];
        let base = ["publish", "--unverified", "--output", "out", "--base-url", "https://x.y"];
        let run = self.sandbox.patcher(&[&base[..], kinds, &["--release", &release]].concat());
        if run.code != Some(0) {
            prop_assert!(matches!(run.code, Some(1 | 2 | 6)), "{run}");
            let after = if out.exists() { files_of(&out) } else { BTreeMap::new() };
            prop_assert!(after == before, "it changed a file: {run}");
            tally.borrow_mut().refused += 1;
            return Ok(());
        }
        let locked = self.locked();
        let ((_, revision), _) = locked.iter().find(|((r, _), _)| *r == release).unwrap();
        let highest = self.highest.entry(release.clone()).or_default();
        prop_assert!(revision >= highest, "{release} fell to {revision} from {highest}: {run}");
        *highest = *revision;
        for (path, bytes) in files_of(&out) {
            // What names a digest or holds a version's bytes; the other files are lists.
            let is_list = |path: &Path| path.ends_with("metadata.json");
            let is_version = path.extension().is_some_and(|end| end == "gz")
                || path.components().any(|part| part.as_os_str() == "modules");
            if is_version && !is_list(&path) {
                let (file, integrity) = (path.display().to_string(), Sri::of(&bytes));
                let known = self.published.entry(file).or_insert_with(|| integrity.clone());
                prop_assert!(*known == integrity, "{} has other bytes: {run}", path.display());
            }
        }
        let mut tally = tally.borrow_mut();
        tally.published += 1;
        tally.highest = tally.highest.max(*revision);
        Ok(())
    }
}

#[test]
fn whatever_happens_in_whichever_order() {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        // The same sequences everywhere, unless PROPTEST_RNG_SEED asks for others.
        RngSeed::Random => RngSeed::Fixed(1),
        fixed => fixed,
    };
    let config = Config {
        cases: SEQUENCES,
        rng_seed,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..default
    };
    let tally = RefCell::new(Tally::default());
    let result = TestRunner::new(config).run(&steps(), |steps| {
        let mut world = World::new();
        steps.iter().try_for_each(|step| world.take(*step, &tally))
    });
    if let Err(TestError::Fail(reason, steps)) = &result {
        panic!("{reason}\nafter {steps:#?}");
    }
    result.unwrap();
    let tally = tally.into_inner();
    let Tally { synced, published, refused, highest } = tally;
    assert!(synced > 15 && published > 8 && refused > 5 && highest > 2, "{tally:?}");
}
