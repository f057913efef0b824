//! Merging: the documents of shards, and of runs under other versions of Bazel, as one matrix.
//! Every cell has to be in one document, and all documents have to be of the same project.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::matrix::model::{BazelColumn, Matrix, MatrixCell, Origin};
use crate::matrix::shard::Shard;
use crate::support::document::JSON_SCHEMA;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::{counted, first_of, listed};

/// How many releases a message names.
const NAMED: usize = 3;
const WRITTEN: &str = "`patcher matrix --json FILE` writes such a document";
const SAME: &str = "merge runs of one commit, with the same --releases, --scenario and --max-phase";

/// The matrix of a document, and the document's file, for messages.
#[derive(Clone, Debug)]
pub struct Part {
    pub file: String,
    pub matrix: Matrix,
}

/// What every document of patcher has.
#[derive(Deserialize)]
struct Envelope {
    schema: u32,
    command: Option<String>,
    matrix: Option<IgnoredAny>,
    error: Option<Stopped>,
}

#[derive(Deserialize)]
struct Stopped {
    message: String,
}

#[derive(Deserialize)]
struct Body {
    matrix: Matrix,
}

impl Part {
    /// Reads a document that `patcher matrix` wrote.
    ///
    /// # Errors
    ///
    /// It is another one, is not whole, or there is no matrix in it because the run stopped.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let refused =
            |what: String| Failure::new(Kind::Input, format_args!("{file}: {what}")).hint(WRITTEN);
        let Envelope { schema, command, matrix, error } =
            serde_json::from_slice(bytes).map_err(|error| match error.classify() {
                serde_json::error::Category::Data => refused("no document of patcher".into()),
                _ => refused(format!("not a whole JSON document: {error}")),
            })?;
        let command = command.unwrap_or_default();
        if command != "matrix" {
            return Err(refused(format!(
                "a document of `patcher {command}`, not of `patcher matrix`"
            )));
        }
        if schema != JSON_SCHEMA {
            let what = format!("of schema {schema}, and this patcher reads schema {JSON_SCHEMA}");
            return Err(refused(what).hint("merge with the patcher that ran the matrix"));
        }
        match (matrix, error) {
            (None, Some(Stopped { message })) => {
                return Err(refused(format!("that run stopped: {message}")));
            }
            (None, None) => return Err(refused("there is no matrix in it".into())),
            (Some(_), _) => {}
        }
        let Body { matrix } = serde_json::from_slice(bytes)
            .map_err(|error| refused(format!("not a document of `patcher matrix`: {error}")))?;
        Ok(Self { file: file.to_owned(), matrix })
    }
}

/// One matrix of all parts: the same as of a run that was not divided.
///
/// # Errors
///
/// The parts are not of one project and tool, two have the same cell, or none has one.
pub fn merge(parts: &[Part]) -> Result<Matrix> {
    let [first, others @ ..] = parts else {
        return Err(Failure::new(Kind::Input, "there is nothing to merge").hint(WRITTEN));
    };
    others.iter().try_for_each(|other| ensure_alike(first, other))?;
    let bazels = columns(parts)?;
    let mut merged = Matrix {
        origin: origin(parts),
        shard: None,
        bazels,
        calls: Vec::new(),
        ..first.matrix.clone()
    };
    let placed = Placed::of(parts, &merged)?;
    placed.ensure_one_each(parts, &merged)?;
    let mut offsets = Vec::new();
    for part in parts {
        offsets.push(merged.calls.len());
        merged.calls.extend(part.matrix.calls.iter().cloned());
    }
    merged.cells = placed
        .cells
        .iter()
        .filter_map(|found| {
            let (part, cell) = found.first()?;
            Some(moved(cell, offsets[*part]))
        })
        .collect();
    Ok(merged)
}

/// The cell, with its calls that much further behind.
fn moved(cell: &MatrixCell, offset: usize) -> MatrixCell {
    let mut cell = cell.clone();
    for observed in [&mut cell.unpatched, &mut cell.patched].into_iter().flatten() {
        observed.call = observed.call.map(|call| call + offset);
    }
    cell
}

/// Stops if the results of two parts rest on different things.
fn ensure_alike(one: &Part, other: &Part) -> Result<()> {
    let (a, b) = (&one.matrix, &other.matrix);
    let differ = |what: &str, [of_a, of_b]: [&str; 2]| {
        let (file, other) = (&one.file, &other.file);
        let message = format_args!("{file} and {other} are of different {what}: {of_a} and {of_b}");
        Err(Failure::new(Kind::Input, message).hint(SAME))
    };
    if a.module != b.module {
        return differ("modules", [&a.module, &b.module]);
    }
    if a.origin.tool != b.origin.tool {
        return differ("tools", [&a.origin.tool, &b.origin.tool]);
    }
    if a.max_phase != b.max_phase {
        return differ("phases", [a.max_phase.name(), b.max_phase.name()]);
    }
    if a.origin.lock != b.origin.lock {
        return differ("locks", [&a.origin.lock, &b.origin.lock]);
    }
    if a.origin.scenarios != b.origin.scenarios {
        return differ("scenarios", [&a.origin.scenarios, &b.origin.scenarios]);
    }
    let releases = |matrix: &Matrix| {
        let names = matrix.releases.iter().map(|row| row.release.to_string());
        first_of(&names.collect::<Vec<_>>())
    };
    if a.releases != b.releases {
        return differ("releases", [&releases(a), &releases(b)]);
    }
    let scenarios = |matrix: &Matrix| {
        first_of(&matrix.scenarios.iter().map(|head| head.id.clone()).collect::<Vec<_>>())
    };
    if (&a.scenarios, &a.not_asked) != (&b.scenarios, &b.not_asked) {
        return differ("scenarios", [&scenarios(a), &scenarios(b)]);
    }
    Ok(())
}

/// Every version of Bazel that a part has, in the order of the parts. Those of one name have to be
/// one version.
fn columns(parts: &[Part]) -> Result<Vec<BazelColumn>> {
    let mut columns: Vec<(BazelColumn, &str)> = Vec::new();
    for Part { file, matrix } in parts {
        for column in &matrix.bazels {
            let Some((known, known_in)) =
                columns.iter_mut().find(|(known, _)| known.asked == column.asked)
            else {
                columns.push((column.clone(), file));
                continue;
            };
            match (&known.version, &column.version) {
                (Some(a), Some(b)) if a != b => {
                    let message = format_args!(
                        "Bazel {} is {a} in {known_in} and {b} in {file}",
                        column.asked
                    );
                    let hint = format!("`--bazel-versions {a}` names one version");
                    return Err(Failure::new(Kind::Input, message).hint(hint));
                }
                (None, Some(_)) => {
                    known.clone_from(column);
                    *known_in = file;
                }
                (None, None) if known.not_run.is_none() => {
                    known.not_run.clone_from(&column.not_run);
                }
                _ => {}
            }
        }
    }
    Ok(columns.into_iter().map(|(column, _)| column).collect())
}

/// When the first part began; of the rest, what all parts agree on.
fn origin(parts: &[Part]) -> Origin {
    let origins: Vec<&Origin> = parts.iter().map(|part| &part.matrix.origin).collect();
    let agreed = |of: fn(&Origin) -> &Option<String>| {
        let is_same = origins.iter().all(|origin| of(origin) == of(origins[0]));
        if is_same { of(origins[0]).clone() } else { None }
    };
    Origin {
        date: origins.iter().map(|origin| origin.date.clone()).min().unwrap_or_default(),
        commit: agreed(|origin| &origin.commit),
        is_changed: origins.iter().any(|origin| origin.is_changed),
        run_url: agreed(|origin| &origin.run_url),
        files_url: agreed(|origin| &origin.files_url),
        ..origins[0].clone()
    }
}

/// The parts that have each cell of the merged matrix, in its order.
struct Placed<'a> {
    cells: Vec<Vec<(usize, &'a MatrixCell)>>,
}

impl<'a> Placed<'a> {
    fn of(parts: &'a [Part], merged: &Matrix) -> Result<Self> {
        let [rows, columns] = [merged.releases.len(), merged.scenarios.len()];
        let mut cells = vec![Vec::new(); merged.bazels.len() * rows * columns];
        for (at, Part { file, matrix }) in parts.iter().enumerate() {
            for cell in &matrix.cells {
                let bazel = merged.bazels.iter().position(|bazel| bazel.asked == cell.bazel);
                let row = merged.releases.iter().position(|row| row.release == cell.release);
                let column = merged.scenarios.iter().position(|head| head.id == cell.scenario);
                let calls = cell.sides().into_iter().filter_map(|(_, observed)| observed?.call);
                let has_calls = calls.into_iter().all(|call| call < matrix.calls.len());
                match (bazel, row, column) {
                    (Some(bazel), Some(row), Some(column)) if has_calls => {
                        cells[(bazel * rows + row) * columns + column].push((at, cell));
                    }
                    _ => {
                        let (release, scenario) = (cell.release, &cell.scenario);
                        let message = format_args!(
                            "{file}: {scenario} on {release} under Bazel {} refers to what is not \
                             in the document",
                            cell.bazel
                        );
                        return Err(Failure::new(Kind::Input, message).hint(WRITTEN));
                    }
                }
            }
        }
        Ok(Self { cells })
    }

    /// Stops if a cell is in two parts, or in none.
    fn ensure_one_each(&self, parts: &[Part], merged: &Matrix) -> Result<()> {
        let doubled: Vec<usize> =
            (0..self.cells.len()).filter(|at| self.cells[*at].len() > 1).collect();
        if let Some(first) = doubled.first() {
            let files = |at: usize| -> BTreeSet<&str> {
                self.cells[at].iter().map(|(part, _)| parts[*part].file.as_str()).collect()
            };
            let files_of_first = files(*first);
            let same: Vec<usize> =
                doubled.iter().copied().filter(|at| files(*at) == files_of_first).collect();
            let have = if files_of_first.len() > 1 { "have" } else { "has twice" };
            let names = listed(&files_of_first.into_iter().collect::<Vec<_>>());
            let message = format_args!("{names} {have} the same {}", named(&same, merged));
            return Err(Failure::new(Kind::Input, message)
                .hint("give each shard once, and each version of Bazel its own name"));
        }
        let missing: Vec<usize> =
            (0..self.cells.len()).filter(|at| self.cells[*at].is_empty()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format_args!("no document has {}", named(&missing, merged));
        let failure = Failure::new(Kind::Input, message);
        Err(match missing_shards(parts).as_slice() {
            [] => failure.hint(SAME),
            [one] => failure.hint(format!("the document of shard {one} is missing")),
            some => {
                failure.hint(format!("the documents of shards {} are missing", some.join(", ")))
            }
        })
    }
}

/// The shards of which there is no part.
fn missing_shards(parts: &[Part]) -> Vec<String> {
    let there: BTreeSet<Shard> = parts.iter().filter_map(|part| part.matrix.shard).collect();
    let counts: BTreeSet<usize> = there.iter().map(|shard| shard.of).collect();
    let all = counts.into_iter().flat_map(|of| (1..=of).map(move |number| Shard { number, of }));
    all.filter(|shard| !there.contains(shard)).map(|shard| shard.to_string()).collect()
}

/// The cells at these places, as far as a message has room.
fn named(places: &[usize], matrix: &Matrix) -> String {
    let [rows, columns] = [matrix.releases.len(), matrix.scenarios.len()];
    let mut groups: Vec<(usize, Vec<String>)> = Vec::new();
    for at in places {
        let (group, id) = (at / columns, matrix.scenarios[at % columns].id.clone());
        match groups.last_mut() {
            Some((last, ids)) if *last == group => ids.push(id),
            _ => groups.push((group, vec![id])),
        }
    }
    let texts = groups.iter().take(NAMED).map(|(group, ids)| {
        let (bazel, release) =
            (&matrix.bazels[group / rows], matrix.releases[group % rows].release);
        format!("{release} under Bazel {}: {}", bazel.name(), first_of(ids))
    });
    let mut text =
        format!("{}: {}", counted(places.len(), "cell"), texts.collect::<Vec<_>>().join("; "));
    let more: usize = groups.iter().skip(NAMED).map(|(_, ids)| ids.len()).sum();
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::matrix::model::made_up::{call, matrix, statuses};
    use crate::project::scenario::Phase;

    fn whole() -> Matrix {
        matrix(&["7.7.1", "8.5.0"], &["2.0.0", "1.0.0"], &["a", "b"], |b, r, s| statuses(b + r + s))
    }

    /// A shard of a run: what it has of the cells, the calls and the versions of Bazel.
    fn shard(whole: &Matrix, shard: Shard, costs: &[u64]) -> Part {
        let cells = shard.cells(costs);
        let mut matrix = whole.clone();
        matrix.shard = Some(shard);
        matrix.cells = whole
            .cells
            .iter()
            .enumerate()
            .filter(|(at, _)| cells.has(*at))
            .map(|(_, cell)| cell.clone())
            .collect();
        for column in &mut matrix.bazels {
            if !matrix.cells.iter().any(|cell| cell.bazel == column.asked) {
                (column.version, column.not_run) = (None, None);
            }
        }
        // Its calls are others than those of the other shards.
        matrix.calls.insert(0, call("bazel --version"));
        matrix.cells.iter_mut().for_each(|cell| *cell = moved(cell, 1));
        Part { file: format!("{}.json", shard.number), matrix }
    }

    fn shards(whole: &Matrix, of: usize) -> Vec<Part> {
        let costs = vec![1; whole.cells.len()];
        (1..=of).map(|number| shard(whole, Shard { number, of }, &costs)).collect()
    }

    /// The matrix with each call in the place of its number.
    fn with_calls(matrix: &Matrix) -> Value {
        let mut value = serde_json::to_value(matrix).unwrap();
        let calls = value["calls"].take();
        for cell in value["cells"].as_array_mut().unwrap() {
            for side in ["unpatched", "patched"] {
                if let Some(at) = cell[side]["call"].as_u64() {
                    cell[side]["call"] = calls[usize::try_from(at).unwrap()].clone();
                }
            }
        }
        value
    }

    fn refused(parts: &[Part]) -> String {
        let failure = merge(parts).unwrap_err();
        assert_eq!(failure.kind, Kind::Input);
        format!("{}\nhint: {}", failure.message(), failure.hints.join("\nhint: "))
    }

    #[test]
    fn a_document_is_read_back_as_it_was_written() {
        let mut matrix = whole();
        matrix.shard = Some(Shard { number: 2, of: 3 });
        let document = json!({"schema": JSON_SCHEMA, "command": "matrix", "matrix": matrix});
        let part = Part::parse("a.json", document.to_string().as_bytes()).unwrap();
        assert_eq!(part.matrix, matrix);
    }

    #[test]
    fn what_is_no_whole_document_of_a_matrix_is_refused() {
        let matrix = json!(whole());
        let whole =
            json!({"schema": JSON_SCHEMA, "command": "matrix", "matrix": matrix}).to_string();
        let mut broken = matrix.clone();
        broken["cells"][0]["release"] = json!("two");
        let [repro, old, none, stopped, broken] = [
            json!({"schema": JSON_SCHEMA, "command": "repro"}),
            json!({"schema": 1, "command": "matrix", "matrix": {}}),
            json!({"schema": JSON_SCHEMA, "command": "matrix"}),
            json!({"schema": JSON_SCHEMA, "command": "matrix", "error": {"message": "no network"}}),
            json!({"schema": JSON_SCHEMA, "command": "matrix", "matrix": broken}),
        ]
        .map(|document| document.to_string());
        for (text, message) in [
            (&whole[..whole.len() / 2], "not a whole JSON document: EOF"),
            ("", "not a whole JSON document: EOF"),
            ("<html>", "not a whole JSON document: expected value"),
            ("[]", "no document of patcher"),
            ("{\"a\": 1}", "no document of patcher"),
            (&repro, "a document of `patcher repro`, not of `patcher matrix`"),
            (&old, "of schema 1, and this patcher reads schema 2"),
            (&none, "there is no matrix in it"),
            (&stopped, "that run stopped: no network"),
            (&broken, "not a document of `patcher matrix`: \"two\" "),
        ] {
            let failure = Part::parse("a.json", text.as_bytes()).unwrap_err();
            let found = failure.message();
            assert!(found.starts_with(&format!("a.json: {message}")), "{text}: {found}");
        }
    }

    #[test]
    fn runs_under_several_versions_of_bazel_are_one_matrix() {
        let whole = whole();
        let part = |at: usize| {
            let mut matrix = whole.clone();
            matrix.bazels = vec![whole.bazels[at].clone()];
            matrix.cells.retain(|cell| cell.bazel == whole.bazels[at].asked);
            Part { file: format!("{at}.json"), matrix }
        };
        let merged = merge(&[part(0), part(1)]).unwrap();
        assert_eq!(with_calls(&merged), with_calls(&whole));
        assert_eq!(merged.calls.len(), 2);
        // One of them was divided, and the other not.
        let halves = shards(&part(1).matrix, 2);
        let merged = merge(&[halves[1].clone(), part(0), halves[0].clone()]).unwrap();
        let names: Vec<&str> = merged.bazels.iter().map(BazelColumn::name).collect();
        assert_eq!(names, ["8.5.0", "7.7.1"]);
        assert_eq!(merged.shard, None);
        assert_eq!(merged.summary().counts, whole.summary().counts);
    }

    #[test]
    fn a_bazel_that_one_shard_did_not_get_ran_all_the_same() {
        let whole = whole();
        let mut parts = shards(&whole, 4);
        let last = &mut parts[3].matrix;
        last.bazels[1].version = None;
        last.bazels[1].not_run = Some("no network".into());
        let merged = merge(&parts).unwrap();
        assert_eq!(merged.bazels[1].version.as_deref(), Some("8.5.0"));
        // And if none got it, the reason is there.
        for part in &mut parts[2..] {
            part.matrix.bazels[1].version = None;
            part.matrix.bazels[1].not_run = Some("no network".into());
        }
        let not_run = |parts: &[Part]| merge(parts).unwrap().bazels[1].not_run.clone();
        assert_eq!(not_run(&parts).as_deref(), Some("no network"));
        parts.reverse();
        assert_eq!(not_run(&parts).as_deref(), Some("no network"));
    }

    #[test]
    fn gaps_and_overlaps_are_named_with_their_files() {
        let parts = shards(&whole(), 4);
        insta::assert_snapshot!(refused(&parts[..3]), @"
        no document has 2 cells: 1.0.0 under Bazel 8.5.0: a, b
        hint: the document of shard 4/4 is missing
        ");
        insta::assert_snapshot!(refused(&[parts[1].clone()]), @"
        no document has 6 cells: 2.0.0 under Bazel 7.7.1: a, b; 2.0.0 under Bazel 8.x: a, b; 1.0.0 under Bazel 8.x: a, b
        hint: the documents of shards 1/4, 3/4, 4/4 are missing
        ");
        insta::assert_snapshot!(refused(&shards(&whole(), 8)[..1]), @"
        no document has 7 cells: 2.0.0 under Bazel 7.7.1: b; 1.0.0 under Bazel 7.7.1: a, b; 2.0.0 under Bazel 8.x: a, b; and 2 more
        hint: the documents of shards 2/8, 3/8, 4/8, 5/8, 6/8, 7/8, 8/8 are missing
        ");
        let doubled = [&parts[..], &parts[1..2]].concat();
        insta::assert_snapshot!(refused(&doubled), @"
        2.json has twice the same 2 cells: 1.0.0 under Bazel 7.7.1: a, b
        hint: give each shard once, and each version of Bazel its own name
        ");
        let mut others = shards(&whole(), 2);
        others[0].file = "other.json".into();
        insta::assert_snapshot!(refused(&[&parts[..], &others[..1]].concat()), @"
        1.json and other.json have the same 2 cells: 2.0.0 under Bazel 7.7.1: a, b
        hint: give each shard once, and each version of Bazel its own name
        ");
        insta::assert_snapshot!(refused(&[]), @"
        there is nothing to merge
        hint: `patcher matrix --json FILE` writes such a document
        ");
        let mut lost = parts.clone();
        lost[0].matrix.calls.pop();
        insta::assert_snapshot!(refused(&lost), @"
        1.json: a on 2.0.0 under Bazel 7.x refers to what is not in the document
        hint: `patcher matrix --json FILE` writes such a document
        ");
    }

    #[test]
    fn parts_of_different_projects_tools_and_selections_are_refused() {
        type Change = fn(&mut Matrix);
        let changes: [(&str, Change); 10] = [
            ("modules: rules_demo and other", |m| m.module = "other".into()),
            ("tools: patcher 0.1.0 and patcher 9", |m| m.origin.tool = "patcher 9".into()),
            ("phases: test and build", |m| m.max_phase = Phase::Build),
            ("locks: ", |m| m.origin.lock = "sha256-other".into()),
            ("scenarios: ", |m| m.origin.scenarios = "sha256-other".into()),
            ("releases: 2.0.0, 1.0.0 and 2.0.0", |m| m.releases.truncate(1)),
            ("releases: ", |m| m.releases[0].version = Some("2.0.0.patched.9".into())),
            ("scenarios: a, b and a", |m| m.scenarios.truncate(1)),
            ("scenarios: ", |m| m.not_asked.push("c".into())),
            ("", |m| m.bazels[0].version = Some("7.7.2".into())),
        ];
        for (what, change) in changes {
            let mut parts = shards(&whole(), 2);
            change(&mut parts[1].matrix);
            let expected = match what {
                "" => "Bazel 7.x is 7.7.1 in 1.json and 7.7.2 in 2.json\n\
                       hint: `--bazel-versions 7.7.1` names one version"
                    .to_owned(),
                what => format!("1.json and 2.json are of different {what}"),
            };
            let found = refused(&parts);
            assert!(found.starts_with(&expected), "{found}");
        }
    }

    #[test]
    fn the_origin_is_what_all_agree_on() {
        let mut parts = shards(&whole(), 2);
        parts[1].matrix.origin.date = "2026-11-26 01:00 UTC".into();
        parts[0].matrix.origin.run_url = Some("https://github.com/o/r/actions/runs/42".into());
        parts[0].matrix.origin.files_url = Some("https://github.com/o/r/blob/07/".into());
        parts[1].matrix.origin.is_changed = true;
        let origin = merge(&parts).unwrap().origin;
        assert_eq!((origin.date.as_str(), origin.run_url), ("2026-11-26 01:00 UTC", None));
        assert_eq!((origin.is_changed, origin.files_url), (true, None));
        assert_eq!(origin.commit, Some("07".repeat(20)));
        parts[1].matrix.origin.commit = Some("08".repeat(20));
        assert_eq!(merge(&parts).unwrap().origin.commit, None);
    }

    proptest! {
        #[test]
        fn all_shards_together_are_the_whole(
            (bazels, releases, scenarios) in (1usize..4, 1usize..6, 1usize..5),
            costs in prop::collection::vec(0u64..50, 60),
            count in 1usize..9,
            seed in 0usize..9,
        ) {
            let names = |what: &str, count: usize| -> Vec<String> {
                (0..count).map(|n| format!("{}{what}", 9 - n)).collect()
            };
            let [b, r, s] =
                [names(".1.0", bazels), names(".0.0", releases), names("-scenario", scenarios)];
            fn texts(names: &[String]) -> Vec<&str> {
                names.iter().map(String::as_str).collect()
            }
            let whole = matrix(
                &texts(&b),
                &texts(&r),
                &texts(&s),
                |b, r, s| statuses(b * 7 + r * 3 + s + seed),
            );
            let costs = &costs[..whole.cells.len()];
            let mut parts: Vec<Part> =
                (1..=count).map(|number| shard(&whole, Shard { number, of: count }, costs)).collect();
            let merged = merge(&parts).unwrap();
            prop_assert_eq!(with_calls(&merged), with_calls(&whole));
            prop_assert_eq!(json!(merged.summary()), json!(whole.summary()));
            prop_assert_eq!(merged.text(None), whole.text(None));
            // Without any one that has cells, it is refused.
            let has_cells: Vec<usize> = (0..count).filter(|at| !parts[*at].matrix.cells.is_empty()).collect();
            parts.remove(has_cells[seed % has_cells.len()]);
            prop_assert!(merge(&parts).is_err());
        }
    }
}
