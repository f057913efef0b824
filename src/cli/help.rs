//! The help: commands in groups, which clap has not; examples and what every command has, below the
//! options of each.

use std::sync::LazyLock;

use clap::{Args as _, Command as Clap, Subcommand as _};

use super::commands::Command;
use super::global::Global;
use super::topics::Topic;

/// The groups of the help, each with its commands; those behind the first name of a row are named
/// beside it.
const GROUPS: &[(&str, &[&[&str]])] = &[
    ("Get started", &[&["demo"], &["init"], &["status"], &["doctor"]]),
    ("Work on patches", &[&["series"], &["new"], &["edit"], &["drop"], &["review"]]),
    ("Follow upstream", &[&["sync"], &["preview"], &["continue", "skip", "abort"], &["bisect"]]),
    ("Test", &[&["check"], &["repro"], &["matrix"], &["why"]]),
    ("Ship", &[&["publish"], &["override"], &["verify"], &["export"]]),
    ("More", &[&["ci"], &["completions"]]),
];

/// What to type, by command.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("demo", &["patcher demo", "patcher demo sample && cd sample && patcher status"]),
    ("status", &["patcher status", "patcher status --format json"]),
    ("new", &["patcher new \"fix(rules): compile separately\"", "patcher continue"]),
    ("edit", &["patcher edit", "patcher edit 2", "patcher edit --series patches/2.1"]),
    ("drop", &["patcher drop 2", "patcher drop 2 --dry-run", "patcher drop 2 --force --no-repro"]),
    (
        "review",
        &["patcher review", "patcher review main...", "patcher review --markdown review.md"],
    ),
    (
        "sync",
        &[
            "patcher sync",
            "patcher sync --to latest",
            "patcher sync --to latest --resolve",
            "patcher sync --check",
        ],
    ),
    (
        "preview",
        &[
            "patcher preview",
            "patcher preview '>=2.0'    # with quotes: a shell redirects at > and <",
            "patcher preview latest --repro",
            "patcher preview main --markdown issue.md",
        ],
    ),
    ("continue", &["patcher continue", "patcher continue --recall", "patcher continue --dry-run"]),
    ("skip", &["patcher skip", "patcher skip --no-repro"]),
    ("abort", &["patcher abort", "patcher -C ../project abort"]),
    ("bisect", &["patcher bisect", "patcher bisect 1 --to main", "patcher bisect --scenario ID"]),
    ("check", &["patcher check", "patcher check --archives"]),
    (
        "repro",
        &[
            "patcher repro",
            "patcher repro --scenario ID --release 2.3.2",
            "patcher repro --upstream-tests //tests/...",
        ],
    ),
    (
        "matrix",
        &[
            "patcher matrix --releases 2.x",
            "patcher matrix --bazel-versions 7.x,8.x --html matrix.html",
            "patcher matrix --shard 2/4 --json shards/2.json",
            "patcher matrix --merge shards --html matrix.html",
        ],
    ),
    ("why", &["patcher why", "patcher why --scenario ID", "patcher why --hunks"]),
    (
        "publish",
        &[
            "patcher publish --base-url https://example.com/archives",
            "patcher publish --kind archive,registry --registry ../registry",
        ],
    ),
    ("override", &["patcher override add MODULE.bazel", "patcher override show MODULE.bazel"]),
    (
        "override add",
        &["patcher override add MODULE.bazel", "patcher override add MODULE.bazel --dry-run"],
    ),
    (
        "override update",
        &["patcher override update MODULE.bazel", "patcher override update MODULE.bazel --check"],
    ),
    (
        "override remove",
        &[
            "patcher override remove MODULE.bazel",
            "patcher override remove MODULE.bazel --to 2.4.0",
        ],
    ),
    (
        "override show",
        &[
            "patcher override show MODULE.bazel",
            "patcher override show MODULE.bazel --lock https://example.com/upstream.lock",
        ],
    ),
    (
        "verify",
        &["patcher verify dist/ARCHIVE.tar.gz", "patcher verify MODULE.bazel --lock upstream.lock"],
    ),
    ("export", &["patcher export patched", "patcher export --unpatched unpatched"]),
    ("ci", &["patcher ci port --proposal proposal.json", "patcher ci propose proposal.json"]),
    (
        "ci port",
        &["patcher ci port", "patcher ci port --proposal proposal.json --summary summary.md"],
    ),
    ("ci propose", &["patcher ci propose proposal.json", "GH_TOKEN=… patcher ci propose FILE"]),
    ("completions", &["patcher completions bash", "patcher completions zsh --install"]),
];

/// The environment that counts beside what the options name.
const ENVIRONMENT: &str = "\
Environment:
  PATCHER_CACHE_DIR  Keep mirrors, worktrees and results there
  NO_COLOR           Print no colour";

/// The help of the program.
pub(super) fn template() -> String {
    let commands = Command::augment_subcommands(Clap::new("patcher"));
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n\n".to_owned();
    for (group, rows) in GROUPS {
        text.push_str(&format!("{group}\n"));
        for row in *rows {
            let (name, others) = (row[0], &row[1..]);
            let about = commands.find_subcommand(name).and_then(Clap::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let also = if others.is_empty() {
                String::new()
            } else {
                format!(" (also: {})", others.join(", "))
            };
            text.push_str(&format!("  {name:<12} {about}{also}\n"));
        }
        text.push('\n');
    }
    let topics = Topic::augment_subcommands(Clap::new("patcher"));
    let topics = topics.get_subcommands().map(|topic| format!("patcher help {}", topic.get_name()));
    let topics = topics.collect::<Vec<_>>().join(", ");
    format!("{text}{}\n\nMore help: {topics}{{after-help}}", GLOBAL_OPTIONS.trim_end())
}

/// The options that every command has, a line each. Each help ends with them.
static GLOBAL_OPTIONS: LazyLock<String> = LazyLock::new(|| {
    let global = Global::augment_args(Clap::new("patcher"));
    let mut rows: Vec<(String, String)> = Vec::new();
    for arg in global.get_arguments() {
        let short = arg.get_short().map_or("   ".to_owned(), |short| format!("-{short},"));
        let long = arg.get_long().unwrap_or_default();
        let takes_value = arg.get_action().takes_values();
        let names = arg.get_value_names().filter(|_| takes_value).unwrap_or_default();
        let value = names.first().map_or(String::new(), |name| format!(" <{name}>"));
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        rows.push((format!("{short} --{long}{value}"), help));
    }
    rows.push(("-h, --help".to_owned(), "Print help".to_owned()));
    rows.push(("-V, --version".to_owned(), "Print the version (of patcher itself)".to_owned()));
    let rows = rows.iter().map(|(option, help)| format!("  {option:<22} {help}\n"));
    format!("Global options:\n{}", rows.collect::<String>())
});

/// The same in a line.
static GLOBAL_NAMES: LazyLock<String> = LazyLock::new(|| {
    let global = Global::augment_args(Clap::new("patcher"));
    let name = |arg: &clap::Arg| match arg.get_short() {
        Some(short) => format!("-{short}"),
        None => format!("--{}", arg.get_long().unwrap_or_default()),
    };
    let names: Vec<String> = global.get_arguments().map(name).collect();
    format!("Global options: {}", names.join(", "))
});

/// What `-h` ends with, in place of the environment and the global options.
pub(super) const ALL_OPTIONS: &str = "All options: ";

/// A command with what stands below its options: examples, the environment, the global options.
pub(super) fn with_examples(command: Clap) -> Clap {
    below(command, "")
}

/// The command with all of its help as its short help, which has a line for most options; clap's long
/// help has four.
pub fn compact(command: &Clap) -> Clap {
    let about = command.get_long_about().or(command.get_about()).cloned().unwrap_or_default();
    let below =
        command.get_after_long_help().or(command.get_after_help()).cloned().unwrap_or_default();
    let compact = command.clone().about(about).long_about(None).after_help(below);
    compact.after_long_help(None).mut_args(|arg| {
        let help = arg.get_long_help().or(arg.get_help()).cloned().unwrap_or_default();
        let is_hidden = arg.is_hide_long_help_set();
        arg.help(help).long_help(None).hide_short_help(is_hidden).hide_long_help(false)
    })
}

fn below(command: Clap, parent: &str) -> Clap {
    let name = format!("{parent} {}", command.get_name()).trim().to_owned();
    let own = command.get_after_help().map(ToString::to_string);
    let known = EXAMPLES.iter().find(|(of, _)| *of == name);
    let known = known.map(|(_, lines)| {
        let lines = lines.iter().map(|line| format!("\n  {line}"));
        format!("Examples:{}", lines.collect::<String>())
    });
    let examples = own.or(known).map(|examples| examples + "\n\n").unwrap_or_default();
    let short = format!("{examples}{}\n{ALL_OPTIONS}patcher {name} --help", *GLOBAL_NAMES);
    let text = format!("{examples}{ENVIRONMENT}\n\n{}", GLOBAL_OPTIONS.trim_end());
    let is_sync = ["sync", "continue", "skip"].contains(&&*name);
    let command = command.mut_args(|arg| {
        let is_seldom = is_sync && ["base_url", "bazel"].contains(&arg.get_id().as_str());
        if is_seldom { arg.hide_short_help(true) } else { arg }
    });
    command.after_help(short).after_long_help(text).mut_subcommands(|inner| below(inner, &name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::super::command_line::{Cli, of_long_help};
    use super::*;

    fn visible(command: &Clap) -> impl Iterator<Item = &Clap> {
        command
            .get_subcommands()
            .filter(|command| !command.is_hide_set() && command.get_name() != "help")
    }

    #[test]
    fn every_command_is_in_one_group() {
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, rows)| rows.concat()).collect();
        let command = Cli::command();
        let all: BTreeSet<&str> = visible(&command).map(Clap::get_name).collect();
        assert_eq!(grouped.iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(grouped.len(), all.len(), "a command is in two groups");
    }

    /// The commands without `--dry-run` and `--check`, and why they have none.
    const WITHOUT_DRY_RUN: &[(&str, &str)] = &[
        ("demo", "makes a sample to play with"),
        ("status", READS),
        ("doctor", READS),
        ("series", READS),
        ("review", REPORTS),
        ("preview", REPORTS),
        ("skip", "what comes of the next patch is seen in the worktree, as with `continue`"),
        ("bisect", READS),
        ("check", READS),
        ("repro", REPORTS),
        ("matrix", REPORTS),
        ("why", READS),
        ("override show", READS),
        ("verify", READS),
        ("ci propose", "takes a file that can be read before to GitHub, and writes none"),
    ];
    const READS: &str = "writes nothing";
    const REPORTS: &str = "writes only the reports that options name";

    /// Every command that does something, by its whole name.
    fn commands(command: &Clap, above: &str) -> Vec<(String, Clap)> {
        let of = |inner: &Clap| {
            let name = format!("{above} {}", inner.get_name()).trim().to_owned();
            if inner.has_subcommands() {
                commands(inner, &name)
            } else {
                vec![(name, inner.clone())]
            }
        };
        visible(command).flat_map(of).collect()
    }

    #[test]
    fn every_writer_can_be_asked_what_it_would_write() {
        let without: BTreeSet<&str> = WITHOUT_DRY_RUN.iter().map(|(name, _)| *name).collect();
        let mut lacking = BTreeSet::new();
        for (name, command) in commands(&Cli::command(), "") {
            let has = |long: &str, short: Option<char>| {
                let mut arguments = command.get_arguments();
                arguments.any(|arg| arg.get_long() == Some(long) && arg.get_short() == short)
            };
            match (has("dry-run", Some('n')), has("check", None)) {
                (true, true) => {}
                (false, false) => _ = lacking.insert(name),
                one => panic!("{name} has only one of --dry-run and --check: {one:?}"),
            }
        }
        assert_eq!(lacking.iter().map(String::as_str).collect::<BTreeSet<_>>(), without);
    }

    #[test]
    fn every_help_ends_with_examples_that_are_understood() {
        let mut pending: Vec<Clap> = visible(&Cli::command()).cloned().collect();
        let mut count = 0;
        while let Some(mut command) = pending.pop() {
            let name = command.get_name().to_owned();
            let help = command.render_long_help().to_string();
            let (_, examples) = help.split_once("\nExamples:\n").expect(&name);
            let examples = examples.lines().take_while(|line| !line.is_empty());
            let examples: Vec<&str> = examples.map(str::trim).collect();
            assert!((2..=4).contains(&examples.len()), "{name}: {examples:?}");
            for example in examples {
                for part in example.split("&&").filter(|part| part.contains("patcher ")) {
                    let (_, args) = part.split_once("patcher ").unwrap();
                    let args = args.split(" #").next().unwrap().split(" > ").next().unwrap();
                    let args = args.split_whitespace().map(|arg| arg.trim_matches(['\'', '"']));
                    let args = args.filter(|arg| !arg.ends_with("compile") && *arg != "separately");
                    let args: Vec<&str> = ["patcher"].into_iter().chain(args).collect();
                    let parsed = Cli::command().try_get_matches_from(&args);
                    assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
                    count += 1;
                }
            }
            assert!(help.contains("\nGlobal options:\n  -C, --root <DIR>"), "{name}");
            pending.extend(visible(&command).cloned());
        }
        assert!(count > 60, "{count} examples");
    }

    #[test]
    fn the_short_help_fits_a_screen_and_the_long_help_two() {
        let mut command = Cli::command().term_width(100);
        command.build();
        let sync = command.find_subcommand("sync").unwrap();
        let short = sync.clone().term_width(80).render_help().to_string();
        assert!(short.lines().count() <= 26, "{short}");
        assert!(short.contains("--check") && !short.contains("--registry"), "{short}");
        assert!(short.ends_with("\nAll options: patcher sync --help\n"), "{short}");
        let long = of_long_help(&sync.clone().render_long_help().to_string()).unwrap();
        let long = long.clone().term_width(100).render_help().to_string();
        assert!(long.lines().count() <= 72, "{long}");
        for option in sync.get_arguments().filter(|arg| !arg.is_hide_long_help_set()) {
            let name = format!("--{}", option.get_long().unwrap());
            assert_eq!(long.contains(&name), !option.is_hide_set(), "{name}");
        }
        assert!(of_long_help(&short).is_none(), "the short help stays short");
    }

    #[test]
    fn the_help_shows_the_groups() {
        let help = Cli::command().render_help().to_string();
        assert!(help.contains("\nGet started\n  demo         Run the whole workflow"), "{help}");
        let continues =
            "\n  continue     Continue a port or an edit after resolving (also: skip, abort)\n";
        assert!(help.contains(continues), "{help}");
        assert!(!help.contains("nightly"), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
}
