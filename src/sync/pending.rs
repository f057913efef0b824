//! What a sync would write, without writing it.

use crate::project::changes::Changes;
use crate::project::evidence::{State, gaps};
use crate::project::site::Site;
use crate::support::failure::Result;
use crate::support::ids::ModuleVersion;
use crate::sync::changes::project_changes;
use crate::sync::fetch::{Fetched, Purpose, Request};
use crate::sync::lock::Learned;
use crate::sync::options::Options;
use crate::sync::run::sound;

/// What a sync would write.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What would be published of the newest pin.
    pub version: ModuleVersion,
    /// The files of the project that would change.
    pub changes: Changes,
    /// The same, as a diff.
    pub diff: String,
    /// Why results in the lock say nothing of a release, if they do not.
    pub stale: Option<String>,
    /// Of which releases nothing can be tested, and why.
    pub without_evidence: Vec<String>,
}

/// Makes what a sync would make, and compares it with the project. No scenario runs, and no
/// registry is asked but one that was named.
///
/// # Errors
///
/// As of a sync.
pub fn pending(site: Site<'_>, options: &Options) -> Result<Pending> {
    let project = sound(&site, site.with_project()?, options)?;
    let purpose = Purpose::Sync(options.to);
    Request { site, project: &project, options, purpose }.fetched(|fetched| compare(&fetched))
}

fn compare(fetched: &Fetched<'_>) -> Result<Pending> {
    let Fetched { project, options, .. } = fetched;
    fetched.ensure_no_fewer()?;
    let series = fetched.make_all(None)?;
    let is_given = options.registry.is_some() || options.registry_integrity.is_some();
    let learned = if is_given { fetched.ask_registry(&series)? } else { Learned::new() };
    let (upstreams, _) = fetched.upstreams(&series, &learned)?;
    let lock = fetched.lock(&series, &upstreams);
    if is_given {
        fetched.reproduce(&series, &lock)?;
    }
    let current = |path: &str| project.workspace.current(path);
    let changes = project_changes(project, &series, &lock).pending(current);
    let gaps = || lock.series.iter().flat_map(|series| gaps(series, project));
    let of = |state| gaps().filter(move |gap| gap.state == state).map(|gap| gap.text);
    let stale: Vec<String> = of(State::Untested).collect();
    Ok(Pending {
        version: lock.series[0].pin.version(),
        diff: changes.diff(current),
        changes,
        without_evidence: of(State::None).collect(),
        stale: (!stale.is_empty()).then(|| stale.join("; ")),
    })
}
