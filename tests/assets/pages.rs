//! The pages, and parts of pages, that are made from the command line, from upstream.lock and from
//! the list of decisions. A part stands between `<!-- generated: NAME -->` and `<!-- end -->`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use patcher::cli::{Cli, compact};
use patcher::project::config::SuiteConfig;
use patcher::project::lock::{Lock, ReleaseLock, SeriesLock, Tested};
use patcher::project::scenario::{Phase, Scenario};

const TESTED: &str = "docs/reference/tested.md";
const SUMMARY: &str = "docs/SUMMARY.md";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Each page, as it should be.
fn expected() -> Vec<(&'static str, String)> {
    let facts = Facts::read();
    let readme = with_part(&read("README.md"), "releases", &facts.releases());
    vec![
        ("docs/reference/commands.md", commands()),
        (TESTED, with_part(&read(TESTED), "tested", &facts.each_release())),
        ("README.md", with_part(&readme, "tested", &facts.by_bazel())),
        (SUMMARY, summary(&read(SUMMARY), &read("docs/decisions/README.md"))),
    ]
}

fn with_part(page: &str, name: &str, part: &str) -> String {
    let start = format!("<!-- generated: {name} -->\n");
    let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no {start}"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}{start}\n{part}\n<!-- end -->{after}")
}

/// The summary with every decision in it: mdBook shows no page that is not there.
fn summary(page: &str, decisions: &str) -> String {
    let is_decision = |line: &&str| line.contains("](decisions/0");
    let mut text = String::new();
    for line in page.lines().filter(|line| !is_decision(line)) {
        writeln!(text, "{line}").unwrap();
        if line.contains("](decisions/README.md)") {
            for entry in decisions.lines().filter(|line| line.starts_with("- [")) {
                writeln!(text, "  {}", entry.replace("](", "](decisions/")).unwrap();
            }
        }
    }
    text
}

const ABOUT_COMMANDS: &str = "\
# Commands

This page is the help of every command, made from the command line's own definition.
`patcher COMMAND --help` prints the same.

";

/// What every help ends with: the environment, and the options of every command. It stands once, at
/// the top.
const COMMON: &str = "\nEnvironment:\n";

fn commands() -> String {
    let mut whole = Cli::command().term_width(100);
    whole.build();
    let mut page = ABOUT_COMMANDS.to_owned();
    let (_, help) = help_of(&whole);
    writeln!(page, "```text\n{}\n```", help.trim_end()).unwrap();
    for command in whole.get_subcommands().filter(|command| is_shown(command)) {
        section(command, 2, &mut page);
    }
    page
}

fn is_shown(command: &Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

fn section(command: &Command, level: usize, page: &mut String) {
    let name = command.get_bin_name().unwrap();
    let (about, help) = help_of(command);
    let (hashes, help) = ("#".repeat(level), without_common(&help));
    write!(page, "\n{hashes} {name}\n\n{about}\n\n```text\n{}\n```\n", help.trim_end()).unwrap();
    for inner in command.get_subcommands().filter(|inner| is_shown(inner)) {
        section(inner, level + 1, page);
    }
}

/// What a command is for, and the rest of its help.
fn help_of(command: &Command) -> (String, String) {
    let help = compact(command).term_width(100).render_help().to_string();
    let lines = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let (about, rest) = lines.split_once("\n\nUsage: ").unwrap();
    (about.to_owned(), format!("Usage: {rest}"))
}

fn without_common(help: &str) -> &str {
    help.split_once(COMMON).map_or(help, |(own, _)| own)
}

/// What upstream.lock says was tested, and of which scenarios.
struct Facts {
    lock: Lock,
    scenarios: Vec<Scenario>,
}

impl Facts {
    fn read() -> Self {
        let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/repro");
        let mut scenarios = Vec::new();
        for entry in fs::read_dir(suite).unwrap() {
            let directory = entry.unwrap();
            let id = directory.file_name().into_string().unwrap();
            if let Ok(text) = fs::read_to_string(directory.path().join("scenario.toml")) {
                scenarios.push(Scenario::parse(&id, &id, &text, &SuiteConfig::default()).unwrap());
            }
        }
        assert!(scenarios.len() > 60, "{} scenarios", scenarios.len());
        Self { lock: Lock::parse(&read("upstream.lock")).unwrap(), scenarios }
    }

    fn all(&self) -> impl Iterator<Item = &ReleaseLock> {
        self.lock.series.iter().flat_map(SeriesLock::all)
    }

    /// How many scenarios apply to a release.
    fn applicable(&self, locked: &ReleaseLock) -> usize {
        self.scenarios.iter().filter(|scenario| scenario.applies_to(&locked.release)).count()
    }

    /// `tested`, `analysed` or `not tested`.
    fn word(&self, locked: &ReleaseLock) -> &'static str {
        match &locked.tested {
            Some(tested) if tested.tree != locked.patched_commit_tree => "not tested",
            Some(tested) if tested.phase == Phase::Analysis => "analysed",
            Some(tested) if tested.count() == self.applicable(locked) => "tested",
            Some(_) => "tested in part",
            None => "not tested",
        }
    }

    fn ran(&self, locked: &ReleaseLock) -> String {
        let (ran, all) = (locked.tested.as_ref().map_or(0, Tested::count), self.applicable(locked));
        if ran == all { format!("{ran}") } else { format!("{ran} of {all}") }
    }

    /// The versions of Bazel that something ran under.
    fn bazels(&self) -> Vec<String> {
        let used = self.all().filter_map(|locked| Some(locked.tested.as_ref()?.bazel.clone()));
        let mut used: Vec<String> = used.collect();
        used.sort();
        used.dedup();
        assert_eq!(used.len(), 1, "the tables have one column: {used:?}");
        used
    }

    /// Which release has which patches: a row a pin, and one for its other releases.
    fn releases(&self) -> String {
        let mut text = String::from(
            "| your rules_python | patches | published as | scenarios under Bazel |\n\
             | --- | --- | --- | --- |\n",
        );
        for series in &self.lock.series {
            let SeriesLock { patches, pin, supported, .. } = series;
            let (version, word, ran) = (pin.version(), self.word(pin), self.ran(pin));
            let release = pin.release;
            writeln!(text, "| {release} | `{patches}` | {version} | {word}: {ran} |").unwrap();
            let (Some(newest), Some(oldest)) = (supported.first(), supported.last()) else {
                continue;
            };
            let same = |of: &dyn Fn(&ReleaseLock) -> String| {
                let mut all: Vec<String> = supported.iter().map(of).collect();
                all.sort();
                all.dedup();
                all
            };
            let revisions = same(&|locked| locked.revision.unwrap_or_default().to_string());
            let [revision] = revisions.as_slice() else { panic!("revisions {revisions:?}") };
            let words = same(&|locked| self.word(locked).to_owned());
            let [word] = words.as_slice() else { panic!("evidence {words:?}") };
            let ran = same(&|locked| self.ran(locked));
            let (first, last) = (ran.first().unwrap(), ran.last().unwrap());
            let ran = if first == last { first.clone() } else { format!("{first} to {last}") };
            let (oldest, newest, count) = (oldest.release, newest.release, supported.len());
            writeln!(
                text,
                "| {oldest} to {newest} ({count} releases) | `{patches}` | RELEASE.patched.{revision} | {word}: {ran} |"
            )
            .unwrap();
        }
        text
    }

    /// How many releases were tested, by the version of Bazel.
    fn by_bazel(&self) -> String {
        let bazel = &self.bazels()[0];
        let mut text = format!(
            "| releases of rules_python | Bazel {bazel} | Bazel 8 | Bazel 9 |\n| --- | --- | --- | --- |\n"
        );
        let of = |word: &str| -> Vec<&ReleaseLock> {
            self.all().filter(|locked| self.word(locked) == word).collect()
        };
        for (word, what) in [
            ("tested", "tested: every scenario, as far as it asks"),
            ("tested in part", "tested in part"),
            ("analysed", "analysed: no action and no test ran"),
            ("not tested", "not tested"),
        ] {
            let found = of(word);
            let name = match found.as_slice() {
                [] => continue,
                few if few.len() <= 4 => few
                    .iter()
                    .map(|locked| locked.release.to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
                many => format!("the other {}", many.len()),
            };
            writeln!(text, "| {name} | {what} | not tested | not tested |").unwrap();
        }
        text
    }

    /// Each release with what ran on it.
    fn each_release(&self) -> String {
        let bazel = &self.bazels()[0];
        let mut text = format!(
            "| release | published as | series | Bazel {bazel} | scenarios that ran | Bazel 8 | Bazel 9 |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n"
        );
        for series in &self.lock.series {
            for locked in series.all() {
                let (release, version, patches) =
                    (locked.release, locked.version(), &series.patches);
                let (word, ran) = (self.word(locked), self.ran(locked));
                writeln!(
                    text,
                    "| {release} | {version} | `{patches}` | {word} | {ran} | not tested | not tested |"
                )
                .unwrap();
            }
        }
        text
    }
}

#[test]
fn generated_pages_are_what_they_are_made_of() {
    let expected = expected();
    if std::env::var_os("PATCHER_WRITE_ASSETS").is_some() {
        for (path, text) in &expected {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).unwrap();
        }
    }
    for (path, text) in &expected {
        let now = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        assert!(
            now.is_ok_and(|now| now == *text),
            "{path} is out of date: `PATCHER_WRITE_ASSETS=1 cargo test --test assets` writes it"
        );
    }
}
