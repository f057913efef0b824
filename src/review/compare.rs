//! Comparing two snapshots of a project: which patch is which, and what is different in it.

use crate::patch::words::{line_diff, word_diff};
use crate::patch::{FilePatch, Patch};
use crate::port::already_upstream::DISTINCTIVE;
use crate::review::file_review::{FileReview, Mechanical};
use crate::review::interdiff::{compare, likeness};
use crate::review::lock_facts::facts;
use crate::review::model::{
    Order, Outcome, PatchReview, PatchSnapshot, Presence, Review, SeriesReview, SeriesSnapshot,
    Snapshot,
};
use crate::support::names::PatchName;

pub fn review(old: &Snapshot, new: &Snapshot) -> Review {
    let facts = match (&old.lock, &new.lock) {
        (Some(old), Some(new)) => facts(old, new),
        _ => Vec::new(),
    };
    let find = |series: &'_ [SeriesSnapshot], directory: &str| {
        series.iter().position(|series| series.directory == directory)
    };
    let mut series = Vec::new();
    for after in &new.series {
        let before =
            find(&old.series, &after.directory).map(|at| old.series[at].patches.as_slice());
        let presence = if before.is_some() { Presence::Kept } else { Presence::Added };
        series.push(series_review(
            &after.directory,
            presence,
            before.unwrap_or_default(),
            &after.patches,
        ));
    }
    for before in old.series.iter().filter(|before| find(&new.series, &before.directory).is_none())
    {
        series.push(series_review(&before.directory, Presence::Dropped, &before.patches, &[]));
    }
    Review { headline: headline(&series), facts, series }
}

fn headline(series: &[SeriesReview]) -> String {
    let counts = Outcome::ALL.into_iter().filter_map(|outcome| {
        let reviews = series.iter().flat_map(|series| &series.reviews);
        let count = reviews.filter(|review| review.outcome == outcome).count();
        (count > 0).then(|| format!("{count} {}", outcome.name()))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        "no patches".to_owned()
    } else {
        format!("patches: {}", counts.join(", "))
    }
}

fn series_review(
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
            None => unpaired(patch, Outcome::Added),
        })
        .collect();
    let gone = old.iter().enumerate().filter(|(index, _)| !pairs.contains(&Some(*index)));
    reviews.extend(gone.map(|(_, patch)| unpaired(patch, Outcome::Dropped)));
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
    SeriesReview { directory: directory.to_owned(), presence, order, reviews }
}

fn unpaired(patch: &PatchSnapshot, outcome: Outcome) -> PatchReview {
    PatchReview {
        name: patch.patch.name.clone(),
        renamed_from: None,
        subject: patch.patch.subject.clone(),
        outcome,
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
    for is_same in [is_namesake, has_same_subject, has_same_name, has_same_slug, is_alike] {
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
    old.name.without_number() == new.name.without_number()
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
    is_most(shared, total)
}

/// Whether what is in both says something, and is most of what there is.
fn is_most(shared: usize, total: usize) -> bool {
    shared >= DISTINCTIVE && 2 * shared >= total
}

fn patch_review(old: &PatchSnapshot, new: &PatchSnapshot) -> PatchReview {
    let renamed_from = (old.patch.name != new.patch.name).then(|| old.patch.name.clone());
    // What is the same to the byte needs no judging.
    let places_known = old.bytes == new.bytes || old.knows_bases() && new.knows_bases();
    let mut review =
        PatchReview { renamed_from, places_known, ..unpaired(new, Outcome::Unchanged) };
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
    review.outcome = if review.files.iter().any(FileReview::is_semantic) {
        Outcome::Semantic
    } else if !review.files.is_empty() {
        Outcome::Moved
    } else if !review.message.is_empty() {
        Outcome::Message
    } else if review.renamed_from.is_some() {
        Outcome::Renamed
    } else if !review.mechanical.is_empty() {
        Outcome::Mechanical
    } else if old.bytes != new.bytes {
        review.mechanical.push(Mechanical::Form);
        Outcome::Mechanical
    } else {
        Outcome::Unchanged
    };
    review
}

/// The files of two versions of a patch: those with the same path, then those that upstream
/// renamed, judged by what is changed in them.
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
            let is_it = |before: &&FilePatch| {
                let (shared, total) = likeness(before, file);
                is_most(shared, total)
            };
            Some(gone.remove(gone.iter().position(is_it)?))
        };
        files.push((same.or_else(renamed), Some(file)));
    }
    files.extend(gone.into_iter().map(|file| (Some(file), None)));
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::patch::diff;
    use crate::patch::words::Fragment;

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

    fn outcomes(old: Vec<PatchSnapshot>, new: Vec<PatchSnapshot>) -> Vec<(String, Outcome)> {
        let review = review(&series(old), &series(new));
        let found = review.patches().map(|patch| (patch.name.to_string(), patch.outcome));
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
        assert!(review.patches().all(|patch| patch.outcome == Outcome::Unchanged));
        assert_eq!(review.headline, "patches: 2 unchanged");
        assert!(review.is_mechanical() && review.facts.is_empty());
        assert!(review.series[0].order.is_none());
    }

    #[test]
    fn patches_come_and_go() {
        let added = ("0002-second.patch".to_owned(), Outcome::Added);
        let same = ("0001-first.patch".to_owned(), Outcome::Unchanged);
        assert_eq!(outcomes(vec![first()], vec![first(), second()]), [same.clone(), added]);
        let dropped = ("0002-second.patch".to_owned(), Outcome::Dropped);
        assert_eq!(outcomes(vec![first(), second()], vec![first()]), [same, dropped]);
    }

    #[test]
    fn a_patch_that_takes_anothers_number_is_renamed() {
        let renumbered = named(second(), "0001-second.patch");
        let found = review(&series(vec![first(), second()]), &series(vec![renumbered]));
        let found: Vec<_> = found.patches().map(|p| (p.outcome, p.renamed_from.clone())).collect();
        let from = "0002-second.patch".parse().ok();
        assert_eq!(found, [(Outcome::Renamed, from), (Outcome::Dropped, None)]);
        // Another subject, but the same lines.
        let mut other = named(second(), "0002-other.patch");
        other.patch.subject = "fix: whatever".into();
        let found = outcomes(vec![second()], vec![other]);
        assert_eq!(found, [("0002-other.patch".to_owned(), Outcome::Message)]);
    }

    #[test]
    fn another_order_is_told() {
        let swapped =
            vec![named(second(), "0001-second.patch"), named(first(), "0002-first.patch")];
        let found = review(&series(vec![first(), second()]), &series(swapped));
        let Order { old, new } = found.series[0].order.clone().unwrap();
        assert_eq!(old[0].as_str(), "0002-first.patch");
        assert_eq!(new[0].as_str(), "0001-second.patch");
        assert!(found.patches().all(|patch| patch.outcome == Outcome::Renamed));
    }

    #[test]
    fn a_message_is_compared_by_words() {
        let text = String::from_utf8(first().bytes).unwrap().replace("Why.", "Why so.");
        let found =
            review(&series(vec![first()]), &series(vec![of_text("0001-first.patch", &text)]));
        let patch = found.patches().next().unwrap();
        assert_eq!(patch.outcome, Outcome::Message);
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
            (patch.outcome, patch.mechanical.as_slice()),
            (Outcome::Mechanical, [Mechanical::Form].as_slice())
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
