//! Scenarios: small Bazel packages that each show one behaviour, and what must happen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::project::config::SuiteConfig;
use crate::project::toml_file;
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::ReleaseRange;

/// The file that makes a directory of the suite a scenario.
pub const FILE: &str = "scenario.toml";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its id: its directory's name, and its Bazel package.
    pub id: String,
    /// Its file, relative to the project.
    pub file: String,
    /// What it shows, in a sentence.
    pub title: String,
    /// Where it was first reported.
    pub link: String,
    /// Bazel flags that it needs.
    pub flags: Vec<String>,
    /// The targets that are judged, by name in the scenario's package.
    pub targets: Vec<String>,
    /// What Bazel is asked for, by name in the scenario's package, if that is not the
    /// targets themselves.
    pub request: Vec<String>,
    pub phase: Phase,
    /// The releases that it applies to.
    pub releases: ReleaseRange,
    /// Why it does not apply to the others.
    pub releases_reason: Option<String>,
    /// The mnemonic of the actions that conflict; any if absent.
    pub mnemonic: Option<String>,
    pub expect: Sides<SideResult>,
    /// What must stand in Bazel's message if loading or analysis must fail.
    pub message: Option<String>,
    /// What is observed on both trees, and must be the same.
    pub compare: Vec<Aspect>,
    /// The differences between both trees that the series is meant to make.
    pub intended: Vec<Intended>,
    /// How many actions of a mnemonic the scenario's package must have, if its
    /// result is *pass*. Actions that make the same files are one.
    pub actions: BTreeMap<String, usize>,
}

/// What can be observed of a scenario's targets, and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// The rule targets of the package, with their kinds.
    Targets,
    /// The actions of the targets and of all that they depend on: everything that
    /// `bazel aquery` prints of them, their keys included.
    Actions,
    /// What other rules see of the targets: the suite's `dump` aspect.
    Providers,
}

/// A difference that the series is meant to make.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intended {
    /// The fact that differs; a `*` stands for any text.
    pub fact: String,
    pub reason: String,
}

impl Intended {
    /// Whether the entry is about `fact`.
    pub fn covers(&self, fact: &str) -> bool {
        let mut parts = self.fact.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = fact.strip_prefix(first) else { return false };
        let mut last = None;
        for part in parts {
            if let Some(previous) = last.replace(part) {
                let Some((_, after)) = rest.split_once(previous) else { return false };
                rest = after;
            }
        }
        last.map_or(rest.is_empty(), |last: &str| rest.ends_with(last))
    }
}

/// How far Bazel goes with a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// `bazel build --nobuild`
    Analysis,
    /// `bazel build`
    Build,
    /// `bazel test`
    Test,
}

impl Phase {
    /// Its name, as a scenario.toml has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analysis => "analysis",
            Self::Build => "build",
            Self::Test => "test",
        }
    }
}

/// A value for the unpatched and for the patched tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Sides_of_{T}"))]
#[serde(deny_unknown_fields)]
pub struct Sides<T> {
    /// Of the release as upstream made it.
    // `pristine` in files of older patchers.
    #[serde(alias = "pristine")]
    pub unpatched: T,
    /// Of the release with the series applied.
    pub patched: T,
}

/// One of the two trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The release as upstream made it.
    Unpatched,
    /// The release with the series applied.
    Patched,
}

impl Side {
    /// Both, unpatched first.
    pub const BOTH: [Self; 2] = [Self::Unpatched, Self::Patched];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Unpatched => "unpatched",
            Self::Patched => "patched",
        }
    }
}

impl<T: Copy> Sides<T> {
    /// The same value for both.
    pub const fn both(value: T) -> Self {
        Self { unpatched: value, patched: value }
    }
}

impl<T> Sides<T> {
    /// The value of one side.
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Unpatched => &self.unpatched,
            Side::Patched => &self.patched,
        }
    }

    /// The value of one side, to be changed.
    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Unpatched => &mut self.unpatched,
            Side::Patched => &mut self.patched,
        }
    }
}

/// What a scenario did on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SideResult {
    /// Every target came as far as the scenario's phase asks.
    Pass,
    /// Bazel stopped at "generated by these conflicting actions".
    Conflict,
    /// A package or a file that it loads is in error.
    LoadingFailure,
    /// The analysis failed for another reason.
    AnalysisFailure,
    BuildFailure,
    /// A test ran and did not pass.
    TestFailure,
    /// Everything ran, but it is not what it was on the unpatched tree, or not what the
    /// scenario counts.
    Changed,
    /// A target was never configured, or Bazel said nothing of it.
    DidNotRun,
    /// Bazel did not end in time.
    Hung,
}

impl SideResult {
    /// Whether the result says something about the rules: a scenario can expect it.
    pub const fn is_evidence(self) -> bool {
        !matches!(self, Self::DidNotRun | Self::Hung)
    }
}

impl fmt::Display for SideResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Conflict => "conflict",
            Self::LoadingFailure => "loading-failure",
            Self::AnalysisFailure => "analysis-failure",
            Self::BuildFailure => "build-failure",
            Self::TestFailure => "test-failure",
            Self::Changed => "changed",
            Self::DidNotRun => "did-not-run",
            Self::Hung => "hung",
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    title: String,
    link: String,
    #[serde(default)]
    flags: Vec<String>,
    targets: Vec<String>,
    #[serde(default)]
    request: Vec<String>,
    phase: Phase,
    releases: ReleaseRange,
    releases_reason: Option<String>,
    mnemonic: Option<String>,
    expect: Sides<SideResult>,
    message: Option<String>,
    #[serde(default)]
    compare: Vec<Aspect>,
    #[serde(default)]
    intended: Vec<Intended>,
    #[serde(default)]
    actions: BTreeMap<String, usize>,
}

impl Raw {
    /// Stops if the scenario is not for all releases that have the defect, and does not say why;
    /// or if it says why, and is.
    fn ensure_reason(&self, file: &str, common: &SuiteConfig) -> Result<(), Problem> {
        let Some(all) = &common.releases else { return Ok(()) };
        let problem = |message: String| Problem::new(Kind::Input, file, message);
        let reason = self.releases_reason.as_deref().map(str::trim);
        let is_for_all = self.releases == *all;
        if !is_for_all && reason.is_none_or(str::is_empty) {
            let message = format!(
                "releases {:?}: say why not {:?}, which patcher.toml names",
                self.releases.to_string(),
                all.to_string()
            );
            return Err(problem(message).hint("write releases_reason = \"…\", in a sentence"));
        }
        if is_for_all && reason.is_some() {
            return Err(problem("releases_reason: no release is left out".into()));
        }
        Ok(())
    }
}

impl Scenario {
    /// Reads the scenario in directory `directory`; `file` is its path in the project, and `common`
    /// what the project says of all scenarios.
    ///
    /// # Errors
    ///
    /// What is missing, unknown or inconsistent.
    pub fn parse(
        directory: &str,
        file: &str,
        text: &str,
        common: &SuiteConfig,
    ) -> Result<Self, Problem> {
        Self::read(directory, file, text, common).map_err(|problem| {
            // The first word of a message is the key that it is about.
            let key = problem.message.split([' ', ':']).next().unwrap_or_default();
            let line = text.lines().position(|line| line.starts_with(key));
            match line.filter(|_| problem.line.is_none()) {
                Some(line) => problem.at(line + 1),
                None => problem,
            }
        })
    }

    fn read(
        directory: &str,
        file: &str,
        text: &str,
        common: &SuiteConfig,
    ) -> Result<Self, Problem> {
        let problem = |message: String| Problem::new(Kind::Input, file, message);
        let raw: Raw = toml_file::parse(file, text)?;
        if raw.id != directory {
            return Err(problem(format!("id {:?}: the directory is {directory:?}", raw.id)));
        }
        let plain = |name: &String| !name.is_empty() && !name.contains([':', '/', ' ', '*']);
        if raw.targets.is_empty() || !raw.targets.iter().all(plain) {
            let problem = problem("targets: name at least one target, without its package".into());
            return Err(problem.hint("write targets = [\"name\"]; wildcards would hide a target"));
        }
        if let Some(result) = [raw.expect.unpatched, raw.expect.patched]
            .into_iter()
            .find(|result| !result.is_evidence())
        {
            return Err(problem(format!("expect: {result} is no evidence")));
        }
        if !raw.compare.is_empty() && raw.expect != Sides::both(SideResult::Pass) {
            let problem = problem("compare: only what passes on both trees can be compared".into());
            return Err(problem.hint("set both sides of [expect] to \"pass\""));
        }
        raw.ensure_reason(file, common)?;
        if raw.compare.is_empty() && !raw.intended.is_empty() {
            return Err(problem("intended: nothing is compared".into()));
        }
        Ok(Self {
            id: raw.id,
            file: file.to_owned(),
            title: raw.title,
            link: raw.link,
            flags: raw.flags,
            targets: raw.targets,
            request: raw.request,
            phase: raw.phase,
            releases: raw.releases,
            releases_reason: raw.releases_reason,
            mnemonic: raw.mnemonic.or_else(|| common.mnemonic.clone()),
            expect: raw.expect,
            message: raw.message,
            compare: raw.compare,
            intended: raw.intended,
            actions: raw.actions,
        })
    }

    /// The labels of the judged targets.
    pub fn labels(&self) -> impl Iterator<Item = String> {
        self.targets.iter().map(|target| format!("//{}:{target}", self.id))
    }

    /// The labels that Bazel is asked for.
    pub fn requests(&self) -> impl Iterator<Item = String> {
        let names = if self.request.is_empty() { &self.targets } else { &self.request };
        names.iter().map(|name| format!("//{}:{name}", self.id))
    }

    /// Whether it shows anything up to `max_phase`: what is compared takes the last phase,
    /// [`Phase::Test`], and that both trees can be analysed says nothing of it. Nor does it if a
    /// later phase is expected to fail.
    pub fn shows_at(&self, max_phase: Phase) -> bool {
        let comes_in_time = |result: &SideResult| match result {
            SideResult::BuildFailure => max_phase >= Phase::Build,
            SideResult::TestFailure => max_phase >= Phase::Test,
            _ => true,
        };
        max_phase == Phase::Test
            || self.compare.is_empty()
                && comes_in_time(&self.expect.unpatched)
                && comes_in_time(&self.expect.patched)
    }

    /// The same scenario, but Bazel goes no further than `max_phase`; what it compares and counts
    /// is seen only in the last phase, [`Phase::Test`].
    pub fn to(&self, max_phase: Phase) -> Self {
        let mut scenario = self.clone();
        if max_phase < Phase::Test {
            scenario.phase = scenario.phase.min(max_phase);
            scenario.compare.clear();
            scenario.actions.clear();
        }
        scenario
    }

    /// Whether the scenario applies to `release`.
    pub fn applies_to(&self, release: &Release) -> bool {
        self.releases.contains(release)
    }
}

/// The digest of a suite: every file's path and bytes, in order of the paths, those that are
/// `executable`, and the mnemonic that scenarios take from patcher.toml. A result is bound to it.
pub fn suite_digest<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    executable: &BTreeSet<String>,
    mnemonic: Option<&str>,
) -> Sri {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable();
    let mut listing = String::new();
    for (path, bytes) in files {
        listing.push_str(&format!("{} {path}\n", Sri::of(bytes).hex()));
    }
    for path in executable {
        listing.push_str(&format!("executable {path}\n"));
    }
    if let Some(mnemonic) = mnemonic {
        listing.push_str(&format!("mnemonic {mnemonic:?}\n"));
    }
    Sri::of(listing.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
id = "pair"
title = "Two targets, one source"
link = "https://example.com/1"
targets = ["a", "b"]
phase = "test"
releases = ">=1.0.0"

[expect]
unpatched = "conflict"
patched = "pass"
"#;

    fn parse(text: &str) -> Result<Scenario, Problem> {
        let releases = Some(">=1.0.0".parse().unwrap());
        with_common(text, &SuiteConfig { releases, ..SuiteConfig::default() })
    }

    fn with_common(text: &str, common: &SuiteConfig) -> Result<Scenario, Problem> {
        Scenario::parse("pair", "tests/repro/pair/scenario.toml", text, common)
    }

    #[test]
    fn a_scenario_is_read() {
        let scenario = parse(TEXT).unwrap();
        assert_eq!(scenario.labels().collect::<Vec<_>>(), ["//pair:a", "//pair:b"]);
        assert_eq!(scenario.expect.of(Side::Unpatched), &SideResult::Conflict);
        assert_eq!(scenario.mnemonic, None);
    }

    #[test]
    fn the_mnemonic_is_the_scenarios_or_else_the_suites() {
        let common = SuiteConfig { mnemonic: Some("GoCompile".into()), ..SuiteConfig::default() };
        let read = |text: &str| with_common(text, &common).unwrap().mnemonic;
        assert_eq!(read(TEXT).as_deref(), Some("GoCompile"));
        let own = TEXT.replace("phase", "mnemonic = \"GoLink\"\nphase");
        assert_eq!(read(&own).as_deref(), Some("GoLink"));
    }

    #[test]
    fn faults_are_named() {
        let cases = [
            ("id = \"pair\"", "id = \"other\"", "the directory is"),
            ("phase = \"test\"", "phase = \"guess\"", "phase: unknown value `guess`"),
            ("phase = \"test\"\n", "", "missing field `phase`"),
            ("[\"a\", \"b\"]", "[\"...\", \"//x:y\"]", "name at least one target"),
            ("[\"a\", \"b\"]", "[]", "name at least one target"),
            ("\"conflict\"", "\"hung\"", "is no evidence"),
            (">=1.0.0", "new ones", "a range of releases"),
            ("title", "tittle", "unknown key `tittle`"),
        ];
        for (from, to, message) in cases {
            let problem = parse(&TEXT.replace(from, to)).expect_err(to);
            assert!(problem.message.contains(message), "{to}: {problem}");
        }
        let problem = parse(&TEXT.replace("[\"a\", \"b\"]", "[]")).unwrap_err();
        assert_eq!(problem.line, Some(5));
    }

    #[test]
    fn a_release_is_left_out_for_a_reason() {
        let some = TEXT.replace(">=1.0.0", ">=1.3.0, <2.0.0");
        let with = |reason: &str| {
            some.replace("\n[expect]", &format!("releases_reason = {reason:?}\n\n[expect]"))
        };
        for text in [some.clone(), with(""), with("  ")] {
            let problem = parse(&text).unwrap_err();
            assert!(problem.message.contains("say why not \">=1.0.0\""), "{problem}");
            // Nobody says which releases there are.
            assert!(with_common(&text, &SuiteConfig::default()).is_ok(), "{text}");
        }
        let scenario = parse(&with("The attribute came with 1.3.0.")).unwrap();
        assert_eq!(scenario.releases_reason.as_deref(), Some("The attribute came with 1.3.0."));
        assert!(scenario.applies_to(&"1.9.2".parse().unwrap()));
        assert!(!scenario.applies_to(&"2.0.0".parse().unwrap()));

        assert_eq!(parse(TEXT).unwrap().releases_reason, None);
        let needless = with("why").replace(">=1.3.0, <2.0.0", ">=1.0.0");
        assert!(parse(&needless).unwrap_err().message.contains("no release is left out"));
    }

    #[test]
    fn what_a_later_phase_shows_is_not_seen_before() {
        let shows = |patched: &str, more: &str| {
            let text = TEXT.replace("\"conflict\"", "\"pass\"");
            let text = text.replace("patched = \"pass\"", &format!("patched = {patched:?}"));
            let scenario =
                parse(&text.replace("\n[expect]", &format!("{more}\n[expect]"))).unwrap();
            [Phase::Analysis, Phase::Build, Phase::Test].map(|phase| scenario.shows_at(phase))
        };
        assert_eq!(shows("pass", ""), [true, true, true]);
        assert_eq!(shows("pass", "compare = [\"actions\"]\n"), [false, false, true]);
        assert_eq!(shows("analysis-failure", ""), [true, true, true]);
        assert_eq!(shows("build-failure", ""), [false, true, true]);
        assert_eq!(shows("test-failure", ""), [false, false, true]);
    }

    #[test]
    fn an_intended_difference_covers_what_it_names() {
        let covers = |pattern: &str, fact: &str| {
            Intended { fact: pattern.into(), reason: String::new() }.covers(fact)
        };
        assert!(covers("a b", "a b") && !covers("a b", "a bc") && !covers("a b", "a"));
        assert!(covers("a *", "a b") && covers("a *", "a ") && !covers("a *", "b a "));
        assert!(covers("*.precompile c", "//x:y.precompile c"));
        assert!(!covers("*.precompile c", "//x:y.precompile cd"));
        assert!(covers("a*c*e", "abcde") && !covers("a*c*e", "abde") && covers("a**", "ab"));
    }

    #[test]
    fn a_comparison_needs_two_trees_that_pass() {
        let compare = "compare = [\"actions\"]\n\n[expect]";
        let text = TEXT.replace("[expect]", compare);
        assert!(parse(&text).unwrap_err().message.contains("only what passes on both"));
        let scenario = parse(&text.replace("\"conflict\"", "\"pass\"")).unwrap();
        assert_eq!(scenario.compare, [Aspect::Actions]);
        assert_eq!(scenario.to(Phase::Test).compare, [Aspect::Actions]);
        assert_eq!(scenario.to(Phase::Build).compare, []);
        assert!(scenario.shows_at(Phase::Test) && !scenario.shows_at(Phase::Build));
        let plain = parse(TEXT).unwrap();
        assert!(plain.shows_at(Phase::Analysis));
        assert_eq!(plain.to(Phase::Analysis).phase, Phase::Analysis);
        assert_eq!(plain.to(Phase::Test), plain);
        let intended = "[[intended]]\nfact = \"x\"\nreason = \"y\"\n";
        assert!(parse(&format!("{TEXT}{intended}")).unwrap_err().message.contains("nothing is"));
    }

    #[test]
    fn the_digest_sees_names_and_bytes_but_not_order() {
        let none = BTreeSet::new();
        let digest = |files: &[(&str, &[u8])]| suite_digest(files.iter().copied(), &none, None);
        let base = digest(&[("a", b"1"), ("b", b"2")]);
        assert_eq!(base, digest(&[("b", b"2"), ("a", b"1")]));
        assert_ne!(base, digest(&[("a", b"1"), ("c", b"2")]));
        assert_ne!(base, digest(&[("a", b"2"), ("b", b"1")]));
        let files: [(&str, &[u8]); 2] = [("a", b"1"), ("b", b"2")];
        let with = |mnemonic| suite_digest(files, &none, Some(mnemonic));
        assert!(with("M") != base && with("M") != with("N") && with("M") == with("M"));
        let executable = |path: &str| suite_digest(files, &[path.to_owned()].into(), None);
        assert!(executable("a") != base && executable("a") != executable("b"));
    }
}
