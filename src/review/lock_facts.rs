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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::made_up::{lock, release};
    use crate::project::scenario::Phase;
    use crate::support::ids::{CommitId, Sri};

    fn said(old: &Lock, new: &Lock) -> String {
        let fact = |Fact { name, old, new }: Fact| {
            let of = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            format!("{name}: {} -> {}\n", of(old), of(new))
        };
        facts(old, new).into_iter().map(fact).collect()
    }

    fn tested(bazel: &str) -> Tested {
        let pin = release("2.0.0", 1, b"");
        Tested {
            tree: pin.tree,
            suite: Sri::of(b""),
            bazel: bazel.into(),
            phase: Phase::Test,
            fixed: vec!["a".into()],
            expected_change: vec![],
            unchanged: vec!["b".into()],
            not_applicable: vec![],
        }
    }

    fn old() -> Lock {
        let mut lock = lock(release("2.1.0", 1, b"pin"));
        let series = &mut lock.series[0];
        series.releases = Some(">=2.0.0".parse().unwrap());
        series.pin.tested = Some(tested("7.7.1"));
        let supported = ["2.0.2", "2.0.1", "2.0.0"];
        series.supported = supported.map(|name| release(name, 1, name.as_bytes())).into();
        lock
    }

    #[test]
    fn two_locks_that_are_the_same_differ_in_nothing() {
        assert_eq!(said(&old(), &old()), "");
    }

    #[test]
    fn what_a_refresh_changed_is_said_of_each_release_that_both_support() {
        let mut new = old();
        new.upstream.module = "other".into();
        let series = &mut new.series[0];
        series.releases = Some(">=2.0.1".parse().unwrap());
        series.pin = release("2.2.0", 1, b"new pin");
        series.pin.tested = Some(tested("8.5.0"));
        series.supported = vec![
            // Published again, with a higher revision; moved; and other bytes.
            release("2.1.0", 2, b"again"),
            ReleaseLock { commit: CommitId::new([9; 20]), ..release("2.0.2", 1, b"2.0.2") },
            release("2.0.1", 1, b"others"),
        ];
        insta::assert_snapshot!(said(&old(), &new), @"
        module: m -> other
        pin of patches: 2.1.0 (010101010101) -> 2.2.0 (010101010101)
        releases of patches: >=2.0.0 -> >=2.0.1
        supported by patches: 2.0.0 -> -
        supported by patches: - -> 2.2.0
        archive of 2.1.0: 2.1.0.patched.1 -> 2.1.0.patched.2
        commit of 2.0.2, whose tag moved: 010101010101 -> 090909090909
        bytes of 2.0.1.patched.1, with the same version: sha256-A0Z0ibj7YgWYiwpSn5RFtnqM9RBJvuo7KuHdxyWz0lQ= -> sha256-AduR0GAyzGQWLBb441clsOYyvuvd6LLCRZl50E+x4gw=
        test results of patches: 2 scenarios under Bazel 7.7.1 -> 2 scenarios under Bazel 8.5.0
        ");
    }

    #[test]
    fn a_series_comes_and_goes_and_one_without_a_range_supports_its_pin() {
        let mut new = old();
        new.series[0].patches = "patches/2.x".into();
        insta::assert_snapshot!(said(&old(), &new), @"
        pin of patches/2.x: - -> 2.1.0 (010101010101)
        releases of patches/2.x: - -> >=2.0.0
        pin of patches: 2.1.0 (010101010101) -> -
        releases of patches: >=2.0.0 -> -
        ");
        let single = |pin| lock(release(pin, 1, b""));
        insta::assert_snapshot!(said(&single("2.0.0"), &single("2.1.0")), @"pin of patches: 2.0.0 (010101010101) -> 2.1.0 (010101010101)");
        let mut ranged = single("2.1.0");
        ranged.series[0].releases = Some(">=2.1.0".parse().unwrap());
        insta::assert_snapshot!(said(&single("2.0.0"), &ranged), @"
        pin of patches: 2.0.0 (010101010101) -> 2.1.0 (010101010101)
        releases of patches: - -> >=2.1.0
        supported by patches: 2.0.0 -> -
        supported by patches: - -> 2.1.0
        ");
        insta::assert_snapshot!(said(&ranged, &single("2.0.0")), @"
        pin of patches: 2.1.0 (010101010101) -> 2.0.0 (010101010101)
        releases of patches: >=2.1.0 -> -
        supported by patches: 2.1.0 -> -
        supported by patches: - -> 2.0.0
        ");
    }
}
