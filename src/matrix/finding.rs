//! What makes releases fail: the list that every report has.

use crate::matrix::model::{BazelColumn, Matrix, MatrixCell};
use crate::support::ids::Release;

/// One thing that makes a release fail.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    pub release: Release,
    /// The versions of Bazel; none if the release has no patched tree under any.
    pub bazels: Vec<&'a BazelColumn>,
    /// What is wrong: [`CellStatus::name`], or that the port stopped.
    ///
    /// [`CellStatus::name`]: crate::matrix::model::CellStatus::name
    pub what: &'static str,
    /// How it shows: the results, or where the port stopped.
    pub how: String,
    /// The cells that show it, a Bazel after the other: the same scenarios under each.
    pub cells: Vec<&'a MatrixCell>,
}

impl<'a> Finding<'a> {
    /// The cells of its scenarios, each once.
    pub fn scenarios(&self) -> &[&'a MatrixCell] {
        &self.cells[..self.cells.len() / self.bazels.len().max(1)]
    }

    fn is_the_same(&self, other: &Self) -> bool {
        let names = |found: &Self| -> Vec<&'a str> {
            found.scenarios().iter().map(|cell| cell.scenario.as_str()).collect()
        };
        self.what == other.what && self.how == other.how && names(self) == names(other)
    }
}

impl Matrix {
    /// Everything that makes a release fail: by release, a port that stopped first. Cells that
    /// differ only in their scenarios are one finding, and so is what several versions of Bazel
    /// show alike.
    pub fn findings(&self) -> Vec<Finding<'_>> {
        let mut findings: Vec<Finding<'_>> = Vec::new();
        for row in &self.releases {
            let release = row.release;
            if let Some(how) = row.stopped.clone().filter(|_| self.has(row)) {
                let what = "the port stopped";
                findings.push(Finding { release, bazels: vec![], what, how, cells: vec![] });
            }
            let first = findings.len();
            for found in self.bazels.iter().flat_map(|bazel| self.findings_of(bazel, release)) {
                match findings[first..].iter_mut().find(|known| known.is_the_same(&found)) {
                    Some(known) => {
                        known.bazels.extend(found.bazels);
                        known.cells.extend(found.cells);
                    }
                    None => findings.push(found),
                }
            }
        }
        findings
    }

    fn findings_of<'a>(&'a self, bazel: &'a BazelColumn, release: Release) -> Vec<Finding<'a>> {
        let mut findings: Vec<Finding<'a>> = Vec::new();
        let cells = self.cells_of(&bazel.asked, release);
        for cell in cells.filter(|cell| cell.status.is_bad()) {
            let (what, how) = (cell.status.name(), cell.results());
            match findings.iter_mut().find(|found| found.what == what && found.how == how) {
                Some(found) => found.cells.push(cell),
                None => {
                    let (bazels, cells) = (vec![bazel], vec![cell]);
                    findings.push(Finding { release, bazels, what, how, cells });
                }
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::model::made_up::{matrix, statuses};
    use crate::project::scenario::SideResult;

    fn shown(found: &Finding<'_>) -> String {
        let names = found.scenarios().iter().map(|cell| cell.scenario.as_str());
        let bazels = found.bazels.iter().map(|bazel| bazel.asked.as_str());
        let [names, bazels] = [names.collect::<String>(), bazels.collect::<Vec<_>>().join("+")];
        format!("{} {bazels} {} {names}", found.release, found.what)
    }

    #[test]
    fn cells_that_differ_only_in_scenario_and_bazel_are_one_finding() {
        // Under 9.x, one scenario fewer is still broken: that is another finding.
        let status = |b, r, s| statuses(if r == 1 || (b, s) == (2, 2) { 0 } else { [3, 4, 3][s] });
        let releases = ["2.0.0", "1.0.0"];
        let mut matrix = matrix(&["7.7.1", "8.5.0", "9.0.0"], &releases, &["a", "b", "c"], status);
        matrix.releases[1].stopped = Some("0001-a.patch".into());
        let findings = matrix.findings();
        let expected = [
            "2.0.0 7.x+8.x still broken ac",
            "2.0.0 7.x+8.x+9.x regressed b",
            "2.0.0 9.x still broken a",
            "1.0.0  the port stopped ",
        ];
        assert_eq!(findings.iter().map(shown).collect::<Vec<_>>(), expected);
        assert_eq!(findings[0].cells.len(), 4);
        let how = "unpatched conflict as expected, patched conflict (expected pass)";
        assert_eq!(findings[0].how, how);
    }

    #[test]
    fn what_differs_in_name_or_in_results_is_another_finding() {
        let mut matrix =
            matrix(&["7.7.1"], &["1.0.0"], &["a", "b", "c"], |_, _, s| statuses([4, 6, 4][s]));
        // Both trees showed the same of a and b, and c is regressed as a is, but in another way.
        matrix.cells[2].patched.as_mut().unwrap().result = SideResult::Conflict;
        let shown = |matrix: &Matrix| matrix.findings().iter().map(shown).collect::<Vec<_>>();
        let expected =
            ["1.0.0 7.x regressed a", "1.0.0 7.x other failure b", "1.0.0 7.x regressed c"];
        assert_eq!(shown(&matrix), expected);
        // Nor are they one under two versions of Bazel.
        let mut other = matrix.clone();
        other.bazels.push(BazelColumn { asked: "8.x".into(), ..matrix.bazels[0].clone() });
        other.cells.truncate(1);
        let cell = MatrixCell { bazel: "8.x".into(), ..other.cells[0].clone() };
        other.cells.push(cell);
        assert_eq!(shown(&other), ["1.0.0 7.x+8.x regressed a"]);
        other.cells[1].status = statuses(6);
        assert_eq!(shown(&other), ["1.0.0 7.x regressed a", "1.0.0 8.x other failure a"]);
        other.cells[1].status = statuses(4);
        other.cells[1].patched.as_mut().unwrap().result = SideResult::Conflict;
        assert_eq!(shown(&other), ["1.0.0 7.x regressed a", "1.0.0 8.x regressed a"]);
    }
}
