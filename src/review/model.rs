//! What became of a series since an earlier version of it: what means something, apart from
//! what a refresh writes anew.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::patch::words::{Fragment, line_diff, word_diff};
use crate::patch::{FilePatch, Patch, Tag};
use crate::port::already_upstream::TELLING;
use crate::project::lock::{Lock, ReleaseLock, SeriesLock, Tested};
use crate::review::interdiff::{FileReview, Mechanical, Version, compare, likeness};
use crate::support::ids::{PatchName, Release, RepoPath};

/// A project's series and lock at one time.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The lock, where there is one that can be read.
    pub lock: Option<Lock>,
    /// The series, in the project's order.
    pub series: Vec<SeriesSnapshot>,
}

/// A series at one time.
#[derive(Clone, Debug)]
pub struct SeriesSnapshot {
    /// Its directory.
    pub directory: String,
    /// Its patches, in order.
    pub patches: Vec<PatchSnapshot>,
}

/// A patch at one time.
#[derive(Clone, Debug)]
pub struct PatchSnapshot {
    /// What it says.
    pub patch: Patch,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The files that it changes, as they are before it; those that are known.
    pub bases: BTreeMap<RepoPath, Vec<u8>>,
}

/// What differs between two snapshots.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// In a sentence, without a full stop.
    pub headline: String,
    /// What the lock says otherwise.
    pub facts: Vec<Fact>,
    /// The series.
    pub series: Vec<SeriesReview>,
}

/// Something that the lock says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What it was; absent where there was none.
    pub old: Option<String>,
    /// What it is; absent where there is none any more.
    pub new: Option<String>,
}

/// What became of a series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesReview {
    /// Its directory; where it is gone, the one it had.
    pub patches: String,
    /// Whether it was there, and is there.
    pub presence: Presence,
    /// The patches that both have; absent where the order is the same.
    pub order: Option<Order>,
    /// The patches: those that are there, in order, then those that are gone.
    pub reviews: Vec<PatchReview>,
}

/// Patches by their new names.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// In the order in which they applied.
    pub old: Vec<PatchName>,
    /// In the order in which they apply.
    pub new: Vec<PatchName>,
}

/// How many lines a patch changes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Size {
    /// Lines that it adds.
    pub added: usize,
    /// Lines that it removes.
    pub removed: usize,
}

/// Whether something was there, and is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It was and is.
    Kept,
    /// It was not.
    Added,
    /// It is not any more.
    Dropped,
}

/// What became of a patch.
#[derive(Clone, Debug, Serialize)]
pub struct PatchReview {
    /// Its name; where it is gone, the one it had.
    pub name: PatchName,
    /// The name that it had, where that is another.
    pub renamed_from: Option<PatchName>,
    /// The first line of its message.
    pub subject: String,
    /// The gravest of what is different.
    pub verdict: Verdict,
    /// Whether the files that it changes are known: else the places of its changes were judged
    /// by the context alone.
    pub places_known: bool,
    /// How many lines it adds and removes.
    pub size: Size,
    /// What is different without meaning anything.
    pub mechanical: Vec<Mechanical>,
    /// The lines of author, date and message that are different.
    pub message: Vec<Vec<Fragment>>,
    /// The files that it changes in another way, or in the same way at another place.
    pub files: Vec<FileReview>,
}

/// What became of a patch, in a word; the gravest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was not there.
    Added,
    /// It is not there any more.
    Dropped,
    /// It changes other lines.
    Semantic,
    /// It changes the same lines at another place.
    Moved,
    /// Its author, date or message is another.
    Message,
    /// It has another name.
    Renamed,
    /// Offsets, context and index lines are all that is different.
    Mechanical,
    /// It is the same to the byte.
    Unchanged,
}

impl Verdict {
    /// All of them, the gravest first.
    pub const ALL: [Self; 8] = [
        Self::Added,
        Self::Dropped,
        Self::Semantic,
        Self::Moved,
        Self::Message,
        Self::Renamed,
        Self::Mechanical,
        Self::Unchanged,
    ];

    /// It in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Dropped => "dropped",
            Self::Semantic => "semantic",
            Self::Moved => "moved",
            Self::Message => "message",
            Self::Renamed => "renamed",
            Self::Mechanical => "mechanical",
            Self::Unchanged => "unchanged",
        }
    }
}

impl PatchSnapshot {
    fn version<'a>(&'a self, file: &'a FilePatch) -> Version<'a> {
        Version { file, base: self.bases.get(&file.path).map(Vec::as_slice) }
    }

    fn knows_bases(&self) -> bool {
        self.patch.files.iter().all(|file| self.bases.contains_key(&file.path))
    }

    /// How many lines it adds and removes.
    fn size(&self) -> Size {
        let hunks = self.patch.files.iter().flat_map(|file| &file.hunks);
        let count = |tag| {
            let series = hunks.clone().flat_map(|hunk| &hunk.lines);
            series.filter(|line| line.tag == tag).count()
        };
        Size { added: count(Tag::Add), removed: count(Tag::Remove) }
    }

    /// What `git am` makes a commit of, the diff apart.
    fn message(&self) -> String {
        let Patch { author, .. } = &self.patch;
        let (name, email, date) = (&author.name, &author.email, author.date());
        format!("From: {name} <{email}>\nDate: {date}\nSubject: {}", self.patch.message())
    }
}

/// Compares two snapshots.
pub fn review(old: &Snapshot, new: &Snapshot) -> Review {
    let facts = match (&old.lock, &new.lock) {
        (Some(old), Some(new)) => facts(old, new),
        _ => Vec::new(),
    };
    let find = |series: &'_ [SeriesSnapshot], directory: &str| {
        series.iter().position(|line| line.directory == directory)
    };
    let mut series = Vec::new();
    for line in &new.series {
        let before = find(&old.series, &line.directory).map(|at| old.series[at].patches.as_slice());
        let presence = if before.is_some() { Presence::Kept } else { Presence::Added };
        series.push(line_review(
            &line.directory,
            presence,
            before.unwrap_or_default(),
            &line.patches,
        ));
    }
    for line in old.series.iter().filter(|line| find(&new.series, &line.directory).is_none()) {
        series.push(line_review(&line.directory, Presence::Dropped, &line.patches, &[]));
    }
    Review { headline: headline(&series), facts, series }
}

impl Review {
    /// All patches.
    pub fn patches(&self) -> impl Iterator<Item = &PatchReview> {
        self.series.iter().flat_map(|line| &line.reviews)
    }

    /// Whether nothing but what is mechanical is different in the series.
    pub fn is_mechanical(&self) -> bool {
        self.patches().all(|patch| patch.verdict >= Verdict::Mechanical)
    }
}

fn headline(series: &[SeriesReview]) -> String {
    let counts = Verdict::ALL.into_iter().filter_map(|verdict| {
        let reviews = series.iter().flat_map(|line| &line.reviews);
        let count = reviews.filter(|review| review.verdict == verdict).count();
        (count > 0).then(|| format!("{count} {}", verdict.name()))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        "no patches".to_owned()
    } else {
        format!("patches: {}", counts.join(", "))
    }
}

fn line_review(
    directory: &str,
    presence: Presence,
    old: &[PatchSnapshot],
    new: &[PatchSnapshot],
) -> SeriesReview {
    let pairs = pairs(old, new);
    let mut reviews: Vec<PatchReview> = new
        .iter()
        .zip(&pairs)
        .map(|(patch, pair)| match pair {
            Some(before) => patch_review(&old[*before], patch),
            None => alone(patch, Verdict::Added),
        })
        .collect();
    let gone = old.iter().enumerate().filter(|(index, _)| !pairs.contains(&Some(*index)));
    reviews.extend(gone.map(|(_, patch)| alone(patch, Verdict::Dropped)));
    let mut kept: Vec<(usize, &PatchName)> = pairs
        .iter()
        .zip(new)
        .filter_map(|(pair, patch)| Some(((*pair)?, &patch.patch.name)))
        .collect();
    let names = |kept: &[(usize, &PatchName)]| -> Vec<PatchName> {
        kept.iter().map(|(_, name)| (*name).clone()).collect()
    };
    let is_in_order = kept.is_sorted();
    let new_order = names(&kept);
    kept.sort();
    let order = (!is_in_order).then(|| Order { old: names(&kept), new: new_order });
    SeriesReview { patches: directory.to_owned(), presence, order, reviews }
}

fn alone(patch: &PatchSnapshot, verdict: Verdict) -> PatchReview {
    PatchReview {
        name: patch.patch.name.clone(),
        renamed_from: None,
        subject: patch.patch.subject.clone(),
        verdict,
        places_known: true,
        size: patch.size(),
        mechanical: Vec::new(),
        message: Vec::new(),
        files: Vec::new(),
    }
}

/// For each new patch, the old one that it is: by its name; else by author and subject, by
/// what its name says, or by what it changes.
fn pairs(old: &[PatchSnapshot], new: &[PatchSnapshot]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    for is_same in [is_namesake, has_same_subject, has_same_slug, has_same_name, is_alike] {
        for (index, patch) in new.iter().enumerate() {
            if pairs[index].is_none() {
                let is_free = |at: &usize| !pairs.contains(&Some(*at));
                pairs[index] = (0..old.len())
                    .filter(is_free)
                    .find(|at| is_same(&old[*at].patch, &patch.patch));
            }
        }
    }
    pairs
}

/// By both: a name that was another patch's may have been taken over.
fn is_namesake(old: &Patch, new: &Patch) -> bool {
    has_same_name(old, new) && has_same_subject(old, new)
}

fn has_same_name(old: &Patch, new: &Patch) -> bool {
    old.name == new.name
}

fn has_same_subject(old: &Patch, new: &Patch) -> bool {
    old.subject == new.subject && old.author.email == new.author.email
}

/// Whether what follows the number is the same.
fn has_same_slug(old: &Patch, new: &Patch) -> bool {
    old.name.as_str()[4..] == new.name.as_str()[4..]
}

/// Whether most of what two patches change is the same.
fn is_alike(old: &Patch, new: &Patch) -> bool {
    let (mut shared, mut total) = (0, 0);
    for file in &new.files {
        if let Some(before) = old.files.iter().find(|before| before.path == file.path) {
            let (in_both, in_all) = likeness(before, file);
            (shared, total) = (shared + in_both, total + in_all);
        }
    }
    shared >= TELLING && 2 * shared >= total
}

fn patch_review(old: &PatchSnapshot, new: &PatchSnapshot) -> PatchReview {
    let renamed_from = (old.patch.name != new.patch.name).then(|| old.patch.name.clone());
    // What is the same to the byte needs no judging.
    let places_known = old.bytes == new.bytes || old.knows_bases() && new.knows_bases();
    let mut review = PatchReview { renamed_from, places_known, ..alone(new, Verdict::Unchanged) };
    let messages = [old.message(), new.message()];
    let [before, after] =
        messages.each_ref().map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    review.message = line_diff(&before, &after)
        .into_iter()
        .map(|(old, new)| word_diff(old.unwrap_or_default(), new.unwrap_or_default()))
        .collect();
    for (before, after) in files(&old.patch, &new.patch) {
        let (before, after) = (before.map(|f| old.version(f)), after.map(|f| new.version(f)));
        let file = compare(before, after);
        review.mechanical.extend(file.mechanical);
        if file.is_semantic() || file.is_moved() {
            review.files.push(file);
        }
    }
    review.mechanical.sort();
    review.mechanical.dedup();
    review.verdict = if review.files.iter().any(FileReview::is_semantic) {
        Verdict::Semantic
    } else if !review.files.is_empty() {
        Verdict::Moved
    } else if !review.message.is_empty() {
        Verdict::Message
    } else if review.renamed_from.is_some() {
        Verdict::Renamed
    } else if !review.mechanical.is_empty() {
        Verdict::Mechanical
    } else if old.bytes != new.bytes {
        review.mechanical.push(Mechanical::Form);
        Verdict::Mechanical
    } else {
        Verdict::Unchanged
    };
    review
}

/// The files of two versions of a patch: those with the same path, then those that upstream
/// renamed, to go by what is changed in them.
fn files<'a>(
    old: &'a Patch,
    new: &'a Patch,
) -> Vec<(Option<&'a FilePatch>, Option<&'a FilePatch>)> {
    let mut gone: Vec<&FilePatch> =
        old.files.iter().filter(|file| new.files.iter().all(|f| f.path != file.path)).collect();
    let mut files = Vec::new();
    for file in &new.files {
        let same = old.files.iter().find(|before| before.path == file.path);
        let renamed = || {
            let like = |before: &FilePatch| {
                let (shared, total) = likeness(before, file);
                shared >= TELLING && 2 * shared >= total
            };
            let at = gone.iter().position(|before| like(before))?;
            Some(gone.remove(at))
        };
        files.push((same.or_else(renamed), Some(file)));
    }
    files.extend(gone.into_iter().map(|file| (Some(file), None)));
    files
}

/// What two locks say otherwise, in few words: the pins, the releases that are supported, what is
/// published of them, and what the scenarios showed.
fn facts(old: &Lock, new: &Lock) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    facts.compare("module", Some(&old.upstream.module), Some(&new.upstream.module));
    facts.compare("upstream", Some(&old.upstream.url), Some(&new.upstream.url));
    for line in &new.series {
        let before = old.series.iter().find(|before| before.patches == line.patches);
        facts.line(&line.patches, before, Some(line));
    }
    for line in &old.series {
        if new.series.iter().all(|after| after.patches != line.patches) {
            facts.line(&line.patches, Some(line), None);
        }
    }
    facts.0
}

struct Facts(Vec<Fact>);

impl Facts {
    fn compare<T: ToString>(&mut self, name: &str, old: Option<T>, new: Option<T>) {
        let (old, new) = (old.map(|old| old.to_string()), new.map(|new| new.to_string()));
        if old != new {
            self.0.push(Fact { name: name.to_owned(), old, new });
        }
    }

    fn line(&mut self, directory: &str, old: Option<&SeriesLock>, new: Option<&SeriesLock>) {
        let pin = |line: &SeriesLock| format!("{} ({})", line.pin.release, line.pin.commit.short());
        self.compare(&format!("pin of {directory}"), old.map(pin), new.map(pin));
        let range = |line: &SeriesLock| line.releases.as_ref().map(ToString::to_string);
        self.compare(&format!("releases of {directory}"), old.and_then(range), new.and_then(range));
        let (Some(old), Some(new)) = (old, new) else { return };
        // What is for its pin alone supports no other.
        if old.releases.is_some() || new.releases.is_some() {
            self.supported(directory, old, new);
        }
        for (locked, before) in
            new.all().filter_map(|locked| Some((locked, old.find(locked.release)?)))
        {
            self.release(before, locked);
        }
        let tested = |line: &SeriesLock| line.pin.tested.as_ref().map(verdict);
        let name = format!("verdict of {directory}");
        self.compare(&name, tested(old), tested(new));
    }

    /// The releases that only one of them supports.
    fn supported(&mut self, directory: &str, old: &SeriesLock, new: &SeriesLock) {
        let missing = |line: &SeriesLock, other: &SeriesLock| {
            let releases = line.all().map(|locked| locked.release);
            let missing = releases.filter(|release| other.find(*release).is_none());
            let names: Vec<String> = missing.map(|release: Release| release.to_string()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let (gone, come) = (missing(old, new), missing(new, old));
        let name = format!("supported by {directory}");
        self.compare(&name, gone, None);
        self.compare(&name, None, come);
    }

    /// What is published of a release that both serve.
    fn release(&mut self, old: &ReleaseLock, new: &ReleaseLock) {
        let release = new.release;
        if old.commit != new.commit {
            let name = format!("commit of {release}, whose tag moved");
            self.compare(&name, Some(old.commit.short()), Some(new.commit.short()));
        }
        let version = |locked: &ReleaseLock| locked.version().to_string();
        self.compare(&format!("archive of {release}"), Some(version(old)), Some(version(new)));
        if version(old) == version(new) && old.archive.integrity != new.archive.integrity {
            let name = format!("bytes of {}, with the same version", version(new));
            let integrity = |locked: &ReleaseLock| locked.archive.integrity.to_string();
            self.compare(&name, Some(integrity(old)), Some(integrity(new)));
        }
    }
}

/// What the scenarios showed, in a line.
fn verdict(tested: &Tested) -> String {
    format!("{} scenarios under Bazel {}", tested.count(), tested.bazel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff;

    fn snapshot(name: &str, subject: &str, before: &str, after: &str) -> PatchSnapshot {
        let text = format!(
            "From: A <a@example.com>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\nSubject: {subject}\n\nWhy.\n\n\
             diff --git a/f b/f\nindex {:040}..{:040} 100644\n--- a/f\n+++ b/f\n{}",
            before.len(),
            after.len(),
            diff::hunks(before.as_bytes(), after.as_bytes())
                .unwrap()
                .iter()
                .map(ToString::to_string)
                .collect::<String>()
        );
        of_text(name, &text)
    }

    fn of_text(name: &str, text: &str) -> PatchSnapshot {
        let patch = Patch::parse(&name.parse().unwrap(), name, text.as_bytes()).unwrap();
        PatchSnapshot { patch, bytes: text.as_bytes().to_vec(), bases: BTreeMap::new() }
    }

    fn series(patches: Vec<PatchSnapshot>) -> Snapshot {
        Snapshot {
            lock: None,
            series: vec![SeriesSnapshot { directory: "patches".into(), patches }],
        }
    }

    fn first() -> PatchSnapshot {
        snapshot(
            "0001-first.patch",
            "fix: the first",
            "a\nb\nc\n",
            "a\nlet_us_compile_separately()\nb\nc\n",
        )
    }

    fn second() -> PatchSnapshot {
        snapshot(
            "0002-second.patch",
            "fix: the second",
            "x\ny\n",
            "x\nsomething_else_entirely()\ny\n",
        )
    }

    fn verdicts(old: Vec<PatchSnapshot>, new: Vec<PatchSnapshot>) -> Vec<(String, Verdict)> {
        let review = review(&series(old), &series(new));
        let found = review.patches().map(|patch| (patch.name.to_string(), patch.verdict));
        found.collect()
    }

    fn named(patch: PatchSnapshot, name: &str) -> PatchSnapshot {
        let patch_ = Patch { name: name.parse().unwrap(), ..patch.patch };
        PatchSnapshot { patch: patch_, ..patch }
    }

    #[test]
    fn the_same_series_is_unchanged() {
        let all = || vec![first(), second()];
        let review = review(&series(all()), &series(all()));
        assert!(review.patches().all(|patch| patch.verdict == Verdict::Unchanged));
        assert_eq!(review.headline, "patches: 2 unchanged");
        assert!(review.is_mechanical() && review.facts.is_empty());
        assert!(review.series[0].order.is_none());
    }

    #[test]
    fn patches_come_and_go() {
        let added = ("0002-second.patch".to_owned(), Verdict::Added);
        let same = ("0001-first.patch".to_owned(), Verdict::Unchanged);
        assert_eq!(verdicts(vec![first()], vec![first(), second()]), [same.clone(), added]);
        let dropped = ("0002-second.patch".to_owned(), Verdict::Dropped);
        assert_eq!(verdicts(vec![first(), second()], vec![first()]), [same, dropped]);
    }

    #[test]
    fn a_patch_that_takes_anothers_number_is_renamed() {
        let renumbered = named(second(), "0001-second.patch");
        let found = review(&series(vec![first(), second()]), &series(vec![renumbered]));
        let found: Vec<_> = found.patches().map(|p| (p.verdict, p.renamed_from.clone())).collect();
        let from = "0002-second.patch".parse().ok();
        assert_eq!(found, [(Verdict::Renamed, from), (Verdict::Dropped, None)]);
        // Another subject, but the same lines.
        let mut other = named(second(), "0002-other.patch");
        other.patch.subject = "fix: whatever".into();
        let found = verdicts(vec![second()], vec![other]);
        assert_eq!(found, [("0002-other.patch".to_owned(), Verdict::Message)]);
    }

    #[test]
    fn another_order_is_told() {
        let swapped =
            vec![named(second(), "0001-second.patch"), named(first(), "0002-first.patch")];
        let found = review(&series(vec![first(), second()]), &series(swapped));
        let Order { old, new } = found.series[0].order.clone().unwrap();
        assert_eq!(old[0].as_str(), "0002-first.patch");
        assert_eq!(new[0].as_str(), "0001-second.patch");
        assert!(found.patches().all(|patch| patch.verdict == Verdict::Renamed));
    }

    #[test]
    fn a_message_is_compared_by_words() {
        let text = String::from_utf8(first().bytes).unwrap().replace("Why.", "Why so.");
        let found =
            review(&series(vec![first()]), &series(vec![of_text("0001-first.patch", &text)]));
        let patch = found.patches().next().unwrap();
        assert_eq!(patch.verdict, Verdict::Message);
        let kept = |text: &str| Fragment::Kept(text.into());
        let added = Fragment::Added(" so".into());
        assert_eq!(patch.message, [vec![kept("Why"), added, kept(".\n")]]);
    }

    #[test]
    fn what_a_mail_says_besides_is_mechanical() {
        let text = String::from_utf8(first().bytes).unwrap();
        let mail = text.replace("Subject: ", "Subject: [PATCH] ");
        let found =
            review(&series(vec![first()]), &series(vec![of_text("0001-first.patch", &mail)]));
        let patch = found.patches().next().unwrap();
        assert_eq!(
            (patch.verdict, patch.mechanical.as_slice()),
            (Verdict::Mechanical, [Mechanical::Form].as_slice())
        );
    }

    #[test]
    fn a_line_of_its_own_is_added_whole() {
        let mut new = series(vec![first()]);
        new.series.push(SeriesSnapshot { directory: "patches/1.0".into(), patches: vec![first()] });
        let found = review(&series(vec![first()]), &new);
        assert_eq!(found.series[1].presence, Presence::Added);
        assert_eq!(found.headline, "patches: 1 added, 1 unchanged");
        assert!(!found.is_mechanical());
    }
}
