//! Whether what the lock says of the scenarios still counts.

use std::collections::BTreeMap;

use crate::project::load::Project;
use crate::project::lock::{ReleaseLock, SeriesLock};
use crate::support::ids::Sri;
use crate::support::text::counted;

/// Why the lock's test results do not count for a release as it is; `None` if they do.
pub fn staleness(locked: &ReleaseLock, project: &Project) -> Option<String> {
    by_suite(locked, Some(&project.suite.digest))
}

/// The same, by the digest of the scenarios; without it, any scenarios count.
pub fn by_suite(locked: &ReleaseLock, suite: Option<&Sri>) -> Option<String> {
    match &locked.tested {
        None => Some("no test results: the scenarios did not run".to_owned()),
        Some(tested) if tested.tree != locked.patched_commit_tree => {
            Some("the test results are of another tree".to_owned())
        }
        Some(tested) if suite.is_some_and(|suite| tested.suite != *suite) => {
            Some("the test results are of other scenarios".to_owned())
        }
        Some(_) => None,
    }
}

/// The same for a series: a sentence for each reason. It names the release and the series if
/// there is more than one.
pub fn series_staleness(series: &SeriesLock, project: &Project) -> Vec<String> {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for locked in series.all() {
        if let Some(reason) = staleness(locked, project) {
            reasons.entry(reason).or_default().push(locked.release.to_string());
        }
    }
    let sentence = |(reason, releases): (String, Vec<String>)| {
        if series.supported.is_empty() {
            let directory = &series.patches;
            return match project.series.len() {
                0 | 1 => reason,
                _ => format!("{directory} at {}: {reason}", series.pin.release),
            };
        }
        let count = counted(releases.len(), "release");
        let named = if releases.len() == 1 { releases[0].clone() } else { count };
        format!("{named} of {}: {reason}", series.patches)
    };
    reasons.into_iter().map(sentence).collect()
}
