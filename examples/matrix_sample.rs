//! Writes made-up results of the matrix to `target/matrix-sample` in every format, to look at the
//! reports and for `tests/browser`. No Bazel gave these results.
//!
//!     cargo run --example matrix_sample

use std::error::Error;
use std::fs;
use std::path::Path;

use patcher::matrix::model::{
    BazelColumn, CellStatus, Matrix, MatrixCell, Observed, Origin, PatchRow, ReleaseRow,
    ScenarioHead,
};
use patcher::project::scenario::{Phase, SideResult, Sides};
use patcher::repro::outcome::Outcome;
use patcher::repro::suite::CallLog;
use patcher::support::ids::{CommitId, Sri};
use patcher::support::look::Symbols;

const RELEASES: &str = "2.3.2 2.3.1 2.3.0 2.2.0 2.1.0 2.0.3 2.0.2 2.0.1 2.0.0 1.9.2 1.9.1 1.9.0 \
    1.8.5 1.8.4 1.8.3 1.8.2 1.8.1 1.8.0 1.7.0 1.6.3 1.6.2 1.6.1 1.6.0 1.5.4 1.5.3 1.5.2 1.5.1 \
    1.5.0 1.4.2 1.4.1 1.4.0 1.3.0 1.2.0 1.1.0 1.0.0 0.40.0 0.39.0 0.38.0 0.37.2 0.37.1 0.37.0 0.36.0";
const PATCHES: [&str; 3] = [
    "0001-add-py-precompile.patch",
    "0002-precompile-separately.patch",
    "0003-precompile-exec-properties.patch",
];

/// What a sample shows.
#[derive(Clone, Copy)]
struct Sample {
    name: &'static str,
    /// The versions of Bazel that ran; the others of 7.x, 8.x and 9.x are requested as well.
    ran: &'static [(&'static str, &'static str)],
    is_good: bool,
    /// How many releases and scenarios there are at most.
    size: [usize; 2],
}

const WHOLE: [usize; 2] = [usize::MAX; 2];
const THREE: [(&str, &str); 3] = [("7.x", "7.7.1"), ("8.x", "8.5.0"), ("9.x", "9.0.0")];
const SAMPLES: [Sample; 5] = [
    Sample { name: "good", ran: &THREE, is_good: true, size: WHOLE },
    Sample { name: "part", ran: &[("7.x", "7.7.1")], is_good: true, size: WHOLE },
    Sample { name: "bad", ran: &[("7.x", "7.7.1")], is_good: false, size: WHOLE },
    Sample { name: "three", ran: &THREE, is_good: false, size: WHOLE },
    Sample { name: "small", ran: &[("7.x", "7.7.1")], is_good: true, size: [2, 3] },
];

struct Head {
    about: ScenarioHead,
    expect: Sides<SideResult>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = root.join("target/matrix-sample");
    fs::create_dir_all(&out)?;
    let heads = scenarios(&root.join("tests/repro"))?;
    for sample in SAMPLES {
        let [_, most] = sample.size;
        let matrix = matrix(sample, &heads[..heads.len().min(most)])?;
        let write =
            |ending: &str, text: &str| fs::write(out.join(sample.name.to_owned() + ending), text);
        write(".html", &matrix.page()?)?;
        write(".md", &matrix.step_summary())?;
        write(".txt", &matrix.text(None).plain(Symbols::Unicode))?;
        write(".xml", &matrix.junit().print()?)?;
        write(".json", &serde_json::to_string_pretty(&matrix.document())?)?;
    }
    Ok(())
}

/// The real scenarios: ids, titles, links and expected results.
fn scenarios(directory: &Path) -> Result<Vec<Head>, Box<dyn Error>> {
    let mut heads = Vec::new();
    for entry in fs::read_dir(directory)? {
        let Ok(text) = fs::read_to_string(entry?.path().join("scenario.toml")) else { continue };
        let table: toml::Table = text.parse()?;
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let about = ScenarioHead {
            id: text("id").to_owned(),
            title: text("title").to_owned(),
            link: text("link").to_owned(),
            file: format!("tests/repro/{}/scenario.toml", text("id")),
        };
        let expect = table.get("expect").cloned().ok_or("no expect")?.try_into()?;
        heads.push(Head { about, expect });
    }
    heads.sort_by(|a, b| a.about.id.cmp(&b.about.id));
    Ok(heads)
}

fn matrix(sample: Sample, heads: &[Head]) -> Result<Matrix, Box<dyn Error>> {
    let asked = ["7.x", "8.x", "9.x"].map(|asked| {
        let version = sample.ran.iter().find(|(name, _)| *name == asked).map(|(_, v)| *v);
        let not_run = version.is_none().then(|| "it is not on this machine".to_owned());
        BazelColumn { asked: asked.into(), version: version.map(Into::into), not_run }
    });
    let mut releases = Vec::new();
    for (index, text) in RELEASES.split_whitespace().enumerate().take(sample.size[0]) {
        releases.push(release(sample, index, text)?);
    }
    let (mut cells, mut calls) = (Vec::new(), Vec::new());
    for bazel in &asked {
        for row in &releases {
            let first = calls.len();
            if bazel.not_run.is_none() {
                calls.extend(["unpatched", "patched"].map(|side| call(row, side)));
            }
            for head in heads {
                cells.push(cell(sample, &Place { bazel, row, head }, first));
            }
        }
    }
    Ok(Matrix {
        module: "rules_python".into(),
        origin: origin(sample),
        shard: None,
        max_phase: Phase::Test,
        bazels: asked.into(),
        releases,
        scenarios: heads.iter().map(|head| head.about.clone()).collect(),
        not_asked: Vec::new(),
        cells,
        calls,
    })
}

/// The sample of every Bazel is a job's, the others are not.
fn origin(sample: Sample) -> Origin {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let is_job = sample.ran.len() == THREE.len();
    let url = |path: &str| is_job.then(|| format!("https://github.com/example/patches/{path}"));
    Origin {
        date: "2026-11-27 16:57 UTC".into(),
        tool: concat!("patcher ", env!("CARGO_PKG_VERSION")).into(),
        commit: Some(commit.into()),
        is_changed: !is_job,
        run_url: url("actions/runs/42"),
        files_url: url(&format!("blob/{commit}/")),
        lock: Sri::of(b"lock").to_string(),
        scenarios: Sri::of(b"scenarios").to_string(),
    }
}

fn release(sample: Sample, index: usize, text: &str) -> Result<ReleaseRow, Box<dyn Error>> {
    let release = text.parse()?;
    let series = match text.split('.').next() {
        Some("2") => "patches/2.x",
        Some("1") => "patches/1.x",
        _ => "patches/0.x",
    };
    let stopped = (!sample.is_good && text == "1.4.2").then(|| {
        "0002-precompile-separately.patch: python/private/py_executable.bzl:412: both changed the same lines".to_owned()
    });
    let outcome = |patch: usize| match (&stopped, patch) {
        (Some(_), 0) => "unchanged",
        (Some(_), 1) => "stopped",
        (Some(_), _) => "not tried",
        _ => ["unchanged", "offset", "fuzz (context changed)", "three-way merge"]
            [(index + patch) % 4],
    };
    let patches = PATCHES.iter().enumerate();
    let byte = u8::try_from(index)?;
    Ok(ReleaseRow {
        release,
        commit: CommitId::new([byte * 5 + 3; 20]),
        series: series.into(),
        version: stopped.is_none().then(|| format!("{text}.patched.1")),
        tree: None,
        patches: patches
            .map(|(at, name)| PatchRow { name: (*name).into(), outcome: outcome(at).into() })
            .collect(),
        stopped,
    })
}

fn call(row: &ReleaseRow, side: &str) -> CallLog {
    let release = row.release;
    let mut log = format!("INFO: the {side} tree of {release}\n");
    for n in 0..40 {
        log.push_str(&format!("INFO: Analyzed target //made-up-{n}:t (0 packages loaded).\n"));
    }
    log.push_str("… 5120 lines left out …\nERROR: </script><script>alert(1)</script><!-- \u{1b}[31mred\u{1b}[0m\n");
    CallLog {
        command: format!(
            "bazel build --nobuild --keep_going --override_module=rules_python={side}/{release} //..."
        ),
        log,
        milliseconds: None,
    }
}

/// A place in the matrix.
struct Place<'a> {
    bazel: &'a BazelColumn,
    row: &'a ReleaseRow,
    head: &'a Head,
}

fn cell(sample: Sample, place: &Place<'_>, first_call: usize) -> MatrixCell {
    let Place { bazel, row, head } = *place;
    let id = head.about.id.as_str();
    let mut found = head.expect;
    let release = row.release.to_string();
    if !sample.is_good {
        match (release.as_str(), id) {
            ("1.8.3", "issue-2445" | "accelerators" | "tag-local") => {
                found.patched = SideResult::Conflict;
            }
            ("1.8.3", "coverage") => found.patched = SideResult::Changed,
            ("0.38.0", "tag-no-cache") => found.unpatched = SideResult::Pass,
            ("0.38.0", "variants") => found.patched = SideResult::Hung,
            _ => {}
        }
    }
    let is_absent = id == "config-settings" && release.starts_with("0.");
    let status = if let Some(reason) = &bazel.not_run {
        CellStatus::NotRun(reason.clone())
    } else if row.stopped.is_some() {
        CellStatus::NotRun("there is no patched tree: the port stopped".into())
    } else if is_absent {
        CellStatus::NotApplicable("config_settings came with 1.3.0".into())
    } else {
        CellStatus::Judged(Outcome::judge(&head.expect, &found))
    };
    let is_judged = matches!(status, CellStatus::Judged(_));
    let observed = |result: SideResult, expected: SideResult, call: usize| {
        is_judged.then(|| Observed {
            result,
            expected,
            evidence: evidence(result, id),
            call: Some(call),
            is_cached: call.is_multiple_of(3),
        })
    };
    MatrixCell {
        bazel: bazel.asked.clone(),
        release: row.release,
        scenario: id.to_owned(),
        status,
        unpatched: observed(found.unpatched, head.expect.unpatched, first_call),
        patched: observed(found.patched, head.expect.patched, first_call + 1),
    }
}

fn evidence(result: SideResult, id: &str) -> String {
    match result {
        SideResult::Pass => String::new(),
        SideResult::Conflict => format!(
            "ERROR: file '{id}/__pycache__/t.cpython-314.pyc' is generated by these conflicting actions:\n\
             Label: //{id}:a, //{id}:b\nRuleClass: py_test rule\nMnemonic: PyCompile"
        ),
        _ => format!("ERROR: //{id}:b: {result}, made up"),
    }
}
