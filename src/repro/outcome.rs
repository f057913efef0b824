//! What the results of both trees together say of the series.

use serde::{Deserialize, Serialize};

use crate::project::scenario::{SideResult, Sides};

/// What both sides of a scenario together say of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ScenarioOutcome"))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The unpatched tree fails and the patched one passes, both as expected.
    Fixed,
    /// Different on the two sides in another way, each as expected.
    ExpectedChange,
    /// The same on both sides, as expected.
    Unchanged,
    /// A scenario that the series should change fails on both trees alike.
    StillBroken,
    /// The patched tree does worse than the unpatched one.
    Regressed,
    /// The unpatched tree already does what the patched one should.
    FixedUpstream,
    /// Anything else: it can't be judged.
    OtherFailure,
}

impl Outcome {
    /// Judges the results of both sides against the expected ones.
    pub fn judge(expect: &Sides<SideResult>, found: &Sides<SideResult>) -> Self {
        let is_control = expect.unpatched == expect.patched;
        if found == expect {
            return match found.patched {
                _ if is_control => Self::Unchanged,
                SideResult::Pass => Self::Fixed,
                _ => Self::ExpectedChange,
            };
        }
        if found.unpatched == expect.unpatched && found.patched.is_evidence() {
            let fails_alike = found.patched == found.unpatched && found.patched != SideResult::Pass;
            return if fails_alike && !is_control { Self::StillBroken } else { Self::Regressed };
        }
        if !is_control && found.unpatched == expect.patched && found.patched == expect.patched {
            return Self::FixedUpstream;
        }
        Self::OtherFailure
    }

    /// Whether everything is as expected.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Fixed | Self::ExpectedChange | Self::Unchanged)
    }

    /// The outcome in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::ExpectedChange => "expected change",
            Self::Unchanged => "unchanged",
            Self::StillBroken => "still broken",
            Self::Regressed => "regressed",
            Self::FixedUpstream => "fixed upstream",
            Self::OtherFailure => "other failure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_told_apart() {
        use SideResult::{BuildFailure, Changed, Conflict, Hung, LoadingFailure, Pass};
        let sides = |unpatched, patched| Sides { unpatched, patched };
        let fix = sides(Conflict, Pass);
        let control = sides(Conflict, Conflict);
        let cases = [
            (fix, sides(Conflict, Pass), Outcome::Fixed),
            (fix, sides(Conflict, Conflict), Outcome::StillBroken),
            (fix, sides(Conflict, BuildFailure), Outcome::Regressed),
            (fix, sides(Pass, Pass), Outcome::FixedUpstream),
            (fix, sides(Pass, Conflict), Outcome::OtherFailure),
            (fix, sides(BuildFailure, Pass), Outcome::OtherFailure),
            (fix, sides(Conflict, Hung), Outcome::OtherFailure),
            (sides(BuildFailure, Pass), sides(BuildFailure, BuildFailure), Outcome::StillBroken),
            (sides(LoadingFailure, Pass), sides(LoadingFailure, Changed), Outcome::Regressed),
            (sides(Pass, LoadingFailure), sides(Pass, Pass), Outcome::Regressed),
            (fix, sides(BuildFailure, BuildFailure), Outcome::OtherFailure),
            (control, sides(Conflict, Conflict), Outcome::Unchanged),
            (control, sides(Conflict, Pass), Outcome::Regressed),
            (control, sides(Pass, Pass), Outcome::OtherFailure),
            (sides(Pass, Pass), sides(Pass, Conflict), Outcome::Regressed),
            (sides(Pass, Pass), sides(Pass, Changed), Outcome::Regressed),
            (sides(Pass, LoadingFailure), sides(Pass, LoadingFailure), Outcome::ExpectedChange),
        ];
        for (expect, found, outcome) in cases {
            assert_eq!(Outcome::judge(&expect, &found), outcome, "{expect:?} {found:?}");
        }
    }
}
