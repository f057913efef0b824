//! The files of a new project.

use crate::git::tree::Entry;
use crate::init::embedded::FILES;
use crate::init::ruleset::Ruleset;
use crate::project::config;
use crate::project::load;
use crate::project::lock::{self, Lock};
use crate::support::failure::{Failure, Result};

/// Where the workflows are.
const WORKFLOWS: &str = ".github/workflows/";

/// What keeps git from changing the files that are digested.
const ATTRIBUTES: &str = ".gitattributes";

/// The other files of a project for a ruleset. A person edits them.
const TEMPLATES: [(&str, &str); 4] = [
    ("README.md", include_str!("ruleset/README.md")),
    ("tests/repro/MODULE.bazel", include_str!("ruleset/MODULE.bazel")),
    ("tests/repro/example/BUILD.bazel", include_str!("ruleset/BUILD.bazel")),
    ("tests/repro/example/scenario.toml", include_str!("ruleset/scenario.toml")),
];

/// How the workflows of patcher's own project call it: they build it from the sources beside.
const FROM_SOURCE: &str = "cargo run --locked --release --quiet -- ";

/// The job of the workflow `ci` that tests patcher itself.
const OWN_JOB: &str = "checks";

/// What both kinds of project leave to git.
const IGNORED: &str = "/.patcher\n/dist\n";

/// The project that patcher carries: every file, in order of the paths.
pub(super) fn own() -> Result<Vec<Entry>> {
    let Lock { upstream, .. } = own_lock()?;
    let mut files: Vec<(String, Vec<u8>)> = FILES
        .iter()
        .map(|(path, bytes)| match std::str::from_utf8(bytes) {
            Ok(text) if path.starts_with(WORKFLOWS) => (*path, workflow(text).into_bytes()),
            _ => (*path, bytes.to_vec()),
        })
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .collect();
    let readme = include_str!("README.md");
    let readme = readme.replace("%MODULE%", &upstream.module).replace("%UPSTREAM%", &upstream.url);
    files.push((".gitignore".into(), IGNORED.into()));
    files.push(("README.md".into(), with_patcher(&readme).into_bytes()));
    in_order(files)
}

/// A project without patches, for `ruleset`, whose upstream is `location` as seen from there.
pub(super) fn of_ruleset(ruleset: &Ruleset, location: &str) -> Result<Vec<Entry>> {
    let own_module = format!("{}-", own_lock()?.upstream.module);
    let module = format!("{}-", ruleset.module);
    let mut files: Vec<(String, Vec<u8>)> = FILES
        .iter()
        .filter_map(|(path, bytes)| Some((*path, std::str::from_utf8(bytes).ok()?)))
        .filter(|(path, _)| path.starts_with(WORKFLOWS) || *path == ATTRIBUTES)
        .map(|(path, text)| match path {
            ATTRIBUTES => (path.to_owned(), text.to_owned()),
            _ => (path.to_owned(), workflow(text).replace(&own_module, &module)),
        })
        .map(|(path, text)| (path, text.into_bytes()))
        .collect();
    files.push((".gitignore".into(), IGNORED.into()));
    files.push(("patches/series".into(), Vec::new()));
    files.push((config::FILE.into(), settings(ruleset, location).into_bytes()));
    for (path, text) in TEMPLATES {
        let text = text
            .replace("%MODULE%", &ruleset.module)
            .replace("%UPSTREAM%", location)
            .replace("%RELEASE%", &ruleset.release.to_string());
        files.push((path.into(), with_patcher(&text).into_bytes()));
    }
    in_order(files)
}

/// The settings of a project for a ruleset.
fn settings(ruleset: &Ruleset, location: &str) -> String {
    let Ruleset { tag, release, .. } = ruleset;
    let tag = if tag.is_plain() { String::new() } else { format!("tag = \"{tag}\"\n") };
    format!(
        "upstream = {}\n{tag}\n[[series]]\npatches = \"{}\"\n# Older releases, too, once the patches \
         reach them.\nreleases = \">={release}\"\n",
        toml::Value::from(location),
        load::PATCHES,
    )
}

fn own_lock() -> Result<Lock> {
    let text = FILES.iter().find(|(path, _)| *path == lock::FILE).map_or(&b""[..], |(_, b)| b);
    Ok(Lock::parse(&String::from_utf8_lossy(text))?)
}

fn in_order(mut files: Vec<(String, Vec<u8>)>) -> Result<Vec<Entry>> {
    files.sort();
    let entry = |(path, bytes): (String, Vec<u8>)| {
        let path = path.parse().map_err(Failure::defect)?;
        Ok(Entry::file(path, bytes))
    };
    files.into_iter().map(entry).collect()
}

/// A text with where patcher is, and which version of it writes.
fn with_patcher(text: &str) -> String {
    text.replace("%REPOSITORY%", env!("CARGO_PKG_REPOSITORY"))
        .replace("%VERSION%", env!("CARGO_PKG_VERSION"))
}

/// A workflow for a project without patcher's sources: each job that calls patcher installs it.
fn workflow(text: &str) -> String {
    let (head, jobs) = text.split_once("\njobs:\n").unwrap_or((text, ""));
    let jobs: String = jobs_of(jobs).into_iter().map(job).collect();
    format!("{head}\njobs:\n{}\n", jobs.trim_end())
}

/// The text of each job, which begins with its key.
fn jobs_of(text: &str) -> Vec<String> {
    let mut jobs: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_key =
            line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with([' ', '#', '\n']));
        match jobs.last_mut() {
            Some(last) if !is_key => last.push_str(line),
            _ => jobs.push(line.to_owned()),
        }
    }
    jobs
}

fn job(text: String) -> String {
    if text.starts_with(&format!("  {OWN_JOB}:\n")) {
        return String::new();
    }
    if !text.contains("cargo ") {
        return text;
    }
    let build =
        "      - name: Build without the token\n        run: cargo build --locked --release\n";
    let install = install();
    let text = match text.contains(build) {
        true => text.replace(build, &install),
        // After the checkouts: the steps before it have no name.
        false => text.replacen("      - name: ", &format!("{install}      - name: "), 1),
    };
    text.replace(FROM_SOURCE, "patcher ")
}

fn install() -> String {
    let (repository, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    format!(
        "      - name: Install patcher\n        run: cargo install --locked --git {repository} --tag \
         patcher-v{version} patcher\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let entries = own().unwrap();
        let entry = entries.iter().find(|entry| entry.path.as_str() == path).unwrap();
        String::from_utf8(entry.content.clone()).unwrap()
    }

    #[test]
    fn a_job_installs_patcher_before_it_calls_it() {
        let steps = |name: &str| {
            let text = text(&format!("{WORKFLOWS}{name}.yml"));
            assert!(!text.contains("cargo run") && !text.contains("cargo build"), "{text}");
            let lines = text.lines().filter_map(|line| {
                let run = line.trim().strip_prefix("run: ")?;
                Some(run.split(' ').take(2).collect::<Vec<_>>().join(" "))
            });
            lines.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(steps("ci"), "cargo install, patcher sync, patcher check");
        let shard = "cargo install, patcher sync, patcher matrix";
        assert_eq!(steps("regression"), format!("{shard}, cargo install, patcher matrix"));
        assert!(steps("sync").starts_with("cargo install, patcher "), "{}", steps("sync"));
        assert_eq!(steps("sync").matches("cargo install").count(), 2);
        assert_eq!(steps("publish").matches("cargo install").count(), 2);
        let ci = text(".github/workflows/ci.yml");
        assert!(ci.contains("\njobs:\n  series:\n") && !ci.contains(".ci/run"), "{ci}");
    }

    #[test]
    fn files_that_are_not_about_the_tool_are_copied_as_they_are() {
        for path in ["patcher.toml", "upstream.lock", "patches/series", ".gitattributes"] {
            let (_, bytes) = FILES.iter().find(|(name, _)| *name == path).unwrap();
            assert_eq!(text(path).as_bytes(), *bytes, "{path}");
        }
        assert!(text("README.md").contains(env!("CARGO_PKG_REPOSITORY")));
    }
}
