//! What two locks say otherwise.

use crate::project::lock::{Lock, ReleaseLock, SeriesLock, Tested};
use crate::review::model::Fact;
use crate::support::ids::Release;

/// What two locks say otherwise, in few words: the pins, the releases that are supported, what is
/// published of them, and what the scenarios showed.
pub(super) fn facts(old: &Lock, new: &Lock) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    facts.compare("module", Some(&old.upstream.module), Some(&new.upstream.module));
    facts.compare("upstream", Some(&old.upstream.url), Some(&new.upstream.url));
    for series in &new.series {
        let before = old.series.iter().find(|before| before.patches == series.patches);
        facts.series(&series.patches, before, Some(series));
    }
    for series in &old.series {
        if new.series.iter().all(|after| after.patches != series.patches) {
            facts.series(&series.patches, Some(series), None);
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

    fn series(&mut self, directory: &str, old: Option<&SeriesLock>, new: Option<&SeriesLock>) {
        let pin =
            |series: &SeriesLock| format!("{} ({})", series.pin.release, series.pin.commit.short());
        self.compare(&format!("pin of {directory}"), old.map(pin), new.map(pin));
        let range = |series: &SeriesLock| series.releases.as_ref().map(ToString::to_string);
        self.compare(&format!("releases of {directory}"), old.and_then(range), new.and_then(range));
        let (Some(old), Some(new)) = (old, new) else { return };
        // A series without a range supports only its pin.
        if old.releases.is_some() || new.releases.is_some() {
            self.supported(directory, old, new);
        }
        for (locked, before) in
            new.all().filter_map(|locked| Some((locked, old.find(locked.release)?)))
        {
            self.release(before, locked);
        }
        let tested = |series: &SeriesLock| series.pin.tested.as_ref().map(test_results);
        let name = format!("test results of {directory}");
        self.compare(&name, tested(old), tested(new));
    }

    /// The releases that only one of them supports.
    fn supported(&mut self, directory: &str, old: &SeriesLock, new: &SeriesLock) {
        let missing = |series: &SeriesLock, other: &SeriesLock| {
            let releases = series.all().map(|locked| locked.release);
            let missing = releases.filter(|release| other.find(*release).is_none());
            let names: Vec<String> = missing.map(|release: Release| release.to_string()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let (gone, come) = (missing(old, new), missing(new, old));
        let name = format!("supported by {directory}");
        self.compare(&name, gone, None);
        self.compare(&name, None, come);
    }

    /// What is published of a release that both support.
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
fn test_results(tested: &Tested) -> String {
    format!("{} scenarios under Bazel {}", tested.count(), tested.bazel)
}
