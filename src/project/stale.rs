//! Whether what the lock says of the scenarios still counts.

use std::collections::BTreeMap;

use crate::project::load::Project;
use crate::project::lock::{ReleaseLock, SeriesLock};
use crate::support::text::counted;

/// Why the lock's verdict says nothing of a release as it is; `None` where it does.
pub fn staleness(locked: &ReleaseLock, project: &Project) -> Option<String> {
    match &locked.tested {
        None => Some("there is no verdict: the scenarios did not run".to_owned()),
        Some(tested) if tested.tree != locked.patched_commit_tree => {
            Some("the verdict is of another tree".to_owned())
        }
        Some(tested) if tested.suite != project.suite.digest => {
            Some("the verdict is of other scenarios".to_owned())
        }
        Some(_) => None,
    }
}

/// The same for a series: a sentence for each reason, with the releases where there are several.
pub fn series_staleness(series: &SeriesLock, project: &Project) -> Vec<String> {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for locked in series.all() {
        if let Some(reason) = staleness(locked, project) {
            reasons.entry(reason).or_default().push(locked.release.to_string());
        }
    }
    let sentence = |(reason, releases): (String, Vec<String>)| {
        if series.supported.is_empty() {
            return reason;
        }
        let count = counted(releases.len(), "release");
        let named = if releases.len() == 1 { releases[0].clone() } else { count };
        format!("{named} of {}: {reason}", series.patches)
    };
    reasons.into_iter().map(sentence).collect()
}
