//! What the test results in the lock say of a release: of which scenarios, and whether they still
//! count. That nothing ran is a state of its own, never a success.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::project::load::Project;
use crate::project::lock::{ReleaseLock, SeriesLock, Tested};
use crate::project::scenario::{Phase, Scenario};
use crate::support::ids::{Release, Sri};
use crate::support::text::{counted, first_of};

/// How much the scenarios show of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// All that apply to it ran, as far as each of them asks.
    Tested,
    /// Some of them ran, or all of them not as far as they ask.
    Partial,
    /// They could run and did not, or their results do not count any more.
    Untested,
    /// None can run: there are no scenarios, or none that applies to it.
    None,
}

impl State {
    /// Whether results count at all.
    pub const fn is_tested(self) -> bool {
        matches!(self, Self::Tested | Self::Partial)
    }
}

/// What the scenarios show of a release, by the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ReleaseEvidence"))]
pub struct Evidence {
    pub state: State,
    /// How many scenarios ran.
    pub ran: usize,
    /// How far Bazel went at most; absent if nothing ran.
    pub phase: Option<Phase>,
    pub bazel: Option<String>,
    /// The scenarios that apply to the release and did not run.
    pub not_run: Vec<String>,
    /// The scenarios that do not apply to it.
    pub not_applicable: Vec<String>,
    /// Why nothing counts, if nothing does.
    pub why: Option<String>,
}

impl Evidence {
    /// The evidence on a release of a series.
    pub fn of(series: &SeriesLock, locked: &ReleaseLock, project: &Project) -> Self {
        let scenarios = &project.suite.scenarios;
        let release = locked.release;
        let (applicable, others): (Vec<&Scenario>, Vec<&Scenario>) =
            scenarios.iter().partition(|scenario| scenario.applies_to(&release));
        let why = nothing_can_run(series, release, scenarios);
        let state = if why.is_some() { State::None } else { State::Untested };
        let why = why.or_else(|| staleness(locked, project));
        let tested = locked.tested.as_ref().filter(|_| why.is_none());
        let ran = |scenario: &&&Scenario| tested.is_some_and(|tested| tested.has(&scenario.id));
        let ids = |scenarios: Vec<&Scenario>| scenarios.iter().map(|s| s.id.clone()).collect();
        let not_run: Vec<&Scenario> =
            applicable.iter().filter(|scenario| !ran(scenario)).copied().collect();
        let is_whole = |tested: &Tested| {
            not_run.is_empty() && applicable.iter().all(|s| s.phase <= tested.phase)
        };
        Self {
            state: match tested {
                Some(tested) if is_whole(tested) => State::Tested,
                Some(_) => State::Partial,
                None => state,
            },
            ran: tested.map_or(0, Tested::count),
            phase: tested.map(|tested| tested.phase),
            bazel: tested.map(|tested| tested.bazel.clone()),
            not_run: ids(not_run),
            not_applicable: ids(others),
            why,
        }
    }

    /// What ran and what did not, in a sentence.
    pub fn text(&self) -> String {
        if let Some(why) = &self.why {
            return why.clone();
        }
        let all = self.ran + self.not_run.len();
        let count = match self.not_run.as_slice() {
            [] => counted(self.ran, "scenario"),
            _ => format!("{} of {}", self.ran, counted(all, "scenario")),
        };
        let mut text = count;
        if let Some(bazel) = &self.bazel {
            text.push_str(&format!(" under Bazel {bazel}"));
        }
        if self.state == State::Partial && self.phase.is_some_and(|phase| phase < Phase::Test) {
            text.push_str(", only analysed");
        }
        if !self.not_run.is_empty() {
            text.push_str(&format!("; not run: {}", first_of(&self.not_run)));
        }
        text
    }
}

impl SeriesLock {
    /// How far a sync takes the scenarios on a release of the series.
    pub fn phase_of(&self, release: Release) -> Phase {
        if release == self.pin.release { Phase::Test } else { Phase::Analysis }
    }
}

/// Why no scenario can run on a release, as far as a sync takes them; `None` if one can.
pub fn nothing_can_run(
    series: &SeriesLock,
    release: Release,
    scenarios: &[Scenario],
) -> Option<String> {
    let phase = series.phase_of(release);
    let mut applicable = scenarios.iter().filter(|s| s.applies_to(&release)).peekable();
    if scenarios.is_empty() {
        return Some("no evidence: there are no scenarios".to_owned());
    }
    if applicable.peek().is_none() {
        return Some("no evidence: no scenario applies".to_owned());
    }
    let is_silent = applicable.all(|scenario| !scenario.shows_at(phase));
    is_silent.then(|| "no evidence: no scenario shows anything in the analysis".to_owned())
}

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
        Some(tested) if tested.count() == 0 => {
            Some("the test results are of no scenario".to_owned())
        }
        Some(_) => None,
    }
}

/// Releases of a series of which the scenarios show nothing, or not all, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub state: State,
    /// A sentence: it names the release and the series if there is more than one.
    pub text: String,
}

/// What the scenarios do not show of the releases of a series: a gap for each reason, and one for
/// all releases on which only some scenarios ran.
pub fn gaps(series: &SeriesLock, project: &Project) -> Vec<Gap> {
    let mut reasons: BTreeMap<(State, String), Vec<Release>> = BTreeMap::new();
    let (mut partial, mut not_run) = (0, BTreeSet::new());
    for locked in series.all() {
        let evidence = Evidence::of(series, locked, project);
        partial += usize::from(!evidence.not_run.is_empty() && evidence.state == State::Partial);
        match evidence.why {
            Some(why) => reasons.entry((evidence.state, why)).or_default().push(locked.release),
            None => not_run.extend(evidence.not_run),
        }
    }
    let SeriesLock { patches: directory, pin, supported, .. } = series;
    let gap = |((state, reason), releases): ((State, String), Vec<Release>)| {
        let text = match (releases.as_slice(), supported.as_slice()) {
            (_, []) if project.series.len() <= 1 => reason,
            (_, []) => format!("{directory} at {}: {reason}", pin.release),
            ([release], _) => format!("{release} of {directory}: {reason}"),
            (releases, _) => {
                format!("{} of {directory}: {reason}", counted(releases.len(), "release"))
            }
        };
        Gap { state, text }
    };
    let mut gaps: Vec<Gap> = reasons.into_iter().map(gap).collect();
    if partial > 0 {
        let not_run: Vec<String> = not_run.into_iter().collect();
        let (scenarios, releases) =
            (counted(not_run.len(), "scenario"), counted(partial, "release"));
        let text = format!("{scenarios} on {releases} of {directory}: {}", first_of(&not_run));
        gaps.push(Gap { state: State::Partial, text });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::config::SuiteConfig;
    use crate::project::lock::made_up;
    use crate::support::ids::TreeId;

    fn tested(fixed: &[&str]) -> Tested {
        Tested {
            tree: TreeId::new([2; 20]),
            suite: Sri::of(b"suite"),
            bazel: "7.7.1".into(),
            phase: Phase::Test,
            fixed: fixed.iter().map(|&id| id.to_owned()).collect(),
            expected_change: Vec::new(),
            unchanged: Vec::new(),
            not_applicable: Vec::new(),
        }
    }

    #[test]
    fn results_count_for_the_tree_and_the_scenarios_that_they_are_of() {
        let why = |tested: Option<Tested>| {
            let release = ReleaseLock { tested, ..made_up::release("1.0.0", 1, b"") };
            by_suite(&release, Some(&Sri::of(b"suite"))).unwrap_or_default()
        };
        assert_eq!(why(Some(tested(&["a"]))), "");
        assert_eq!(why(None), "no test results: the scenarios did not run");
        assert_eq!(why(Some(tested(&[]))), "the test results are of no scenario");
        let tree = TreeId::new([3; 20]);
        let other = Tested { tree, ..tested(&["a"]) };
        assert_eq!(why(Some(other)), "the test results are of another tree");
        let other = Tested { suite: Sri::of(b"another"), ..tested(&["a"]) };
        assert_eq!(why(Some(other)), "the test results are of other scenarios");
        assert!(tested(&["a", "b"]).has("b") && !tested(&["a"]).has("b"));
    }

    #[test]
    fn nothing_can_run_where_no_scenario_would_show_anything() {
        let lock = made_up::lock(made_up::release("1.1.0", 1, b""));
        let scenario = |releases: &str, unpatched: &str| {
            let text = format!(
                "id = \"a\"\ntitle = \"A\"\nlink = \"https://example.com/1\"\ntargets = \
                 [\"a\"]\nphase = \"test\"\nreleases = \"{releases}\"\nreleases_reason = \
                 \"none\"\n[expect]\nunpatched = \"{unpatched}\"\npatched = \"pass\"\n"
            );
            Scenario::parse("a", "a/scenario.toml", &text, &SuiteConfig::default()).unwrap()
        };
        let why = |release: &str, scenarios: &[Scenario]| {
            nothing_can_run(&lock.series[0], release.parse().unwrap(), scenarios)
        };
        let shown =
            |release: &str, unpatched: &str| why(release, &[scenario(">=1.0.0", unpatched)]);
        let none = |why: &str| Some(format!("no evidence: {why}"));
        assert_eq!(why("1.1.0", &[]), none("there are no scenarios"));
        let later = scenario(">=2.0.0", "conflict");
        assert_eq!(why("1.1.0", std::slice::from_ref(&later)), none("no scenario applies"));
        // A pin is tested to the end, any other release only analysed.
        let silent = none("no scenario shows anything in the analysis");
        assert_eq!(shown("1.1.0", "test-failure"), None);
        assert_eq!(shown("1.0.0", "test-failure"), silent);
        assert_eq!(shown("1.0.0", "conflict"), None);
        assert_eq!(why("1.0.0", &[later, scenario(">=1.0.0", "conflict")]), None);
    }

    #[test]
    fn only_the_pin_is_tested_to_the_end() {
        let lock = made_up::lock(made_up::release("1.1.0", 1, b""));
        let phase = |release: &str| lock.series[0].phase_of(release.parse().unwrap());
        assert_eq!([phase("1.1.0"), phase("1.0.0")], [Phase::Test, Phase::Analysis]);
    }

    #[test]
    fn what_was_only_analysed_says_so() {
        let text = |state, phase| {
            let evidence = Evidence {
                state,
                ran: 1,
                phase,
                bazel: Some("7.7.1".into()),
                not_run: vec!["b".into()],
                not_applicable: Vec::new(),
                why: None,
            };
            evidence.text()
        };
        let whole = "1 of 2 scenarios under Bazel 7.7.1; not run: b";
        let analysed = "1 of 2 scenarios under Bazel 7.7.1, only analysed; not run: b";
        assert_eq!(text(State::Partial, Some(Phase::Test)), whole);
        assert_eq!(text(State::Partial, Some(Phase::Build)), analysed);
        assert_eq!(text(State::Partial, Some(Phase::Analysis)), analysed);
        assert_eq!(text(State::Partial, None), whole);
        assert_eq!(text(State::Tested, Some(Phase::Analysis)), whole);
    }
}
