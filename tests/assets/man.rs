//! A man page a command: clap's sections, then what all commands share.

use std::collections::BTreeSet;

use clap::{Arg, Command};
use clap_mangen::Man;
use patcher::cli::topics::{ENVIRONMENT, EXIT_CODES, FILES, Row};

/// When the manual last changed in more than its options.
const DATE: &str = "2026-11-27";
/// The widest line of a page's source.
const WIDTH: usize = 80;

/// Every page by its file name.
pub(crate) fn pages(command: Command) -> Vec<(String, String)> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut commands = Vec::new();
    collect(&command, &mut commands);
    let names: BTreeSet<String> = commands.iter().map(typed).collect();
    commands.iter().map(|command| (format!("{}.1", page(command)), text(command, &names))).collect()
}

/// The command and those in it. The help has its own place for the options of every command, and
/// hides them elsewhere; a page explains all.
fn collect(command: &Command, found: &mut Vec<Command>) {
    let shown = |arg: Arg| arg.hide_short_help(false).hide_long_help(false);
    found.push(command.clone().mut_args(shown));
    let shown = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    shown.for_each(|inner| collect(inner, found));
}

/// The command as it is typed: `patcher override add`.
fn typed(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).to_owned()
}

/// The name of its page: `patcher-override-add`.
fn page(command: &Command) -> String {
    typed(command).replace(' ', "-")
}

fn text(command: &Command, names: &BTreeSet<String>) -> String {
    let man = Man::new(command.clone())
        .title(page(command).to_uppercase())
        .date(DATE)
        .source(format!("patcher {}", env!("CARGO_PKG_VERSION")))
        .manual("patcher Manual");
    let mut bytes = Vec::new();
    man.render_title(&mut bytes).unwrap();
    bytes.extend(b".ad l\n");
    man.render_name_section(&mut bytes).unwrap();
    bytes.extend(synopsis(command).into_bytes());
    man.render_description_section(&mut bytes).unwrap();
    man.render_options_section(&mut bytes).unwrap();
    if command.get_subcommands().any(|inner| !inner.is_hide_set()) {
        man.render_subcommands_section(&mut bytes).unwrap();
    }
    let mut text = once(&String::from_utf8(bytes).unwrap());
    text.push_str(&rows("EXIT STATUS", EXIT_CODES));
    text.push_str(&rows("ENVIRONMENT", ENVIRONMENT));
    text.push_str(&rows("FILES", FILES));
    text.push_str(&examples(command));
    text.push_str(&see_also(command, names));
    // clap breaks a line around an empty one.
    let text = text.replace(".br\n\n.br\n", ".sp\n");
    text.lines().flat_map(folded).map(|line| line + "\n").collect()
}

/// The lines that define the apostrophe stand before every section that is rendered.
fn once(text: &str) -> String {
    let preamble = text.split_inclusive('\n').take(2).collect::<String>();
    format!("{preamble}{}", text.replace(&preamble, ""))
}

fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap();
    let lines: Vec<String> = usage.lines().map(|line| escaped(line.trim())).collect();
    format!(".SH SYNOPSIS\n.nf\n{}\n.fi\n", lines.join("\n"))
}

fn rows(title: &str, rows: &[Row]) -> String {
    let row = |(name, meaning): &Row| {
        format!(".TP\n\\fB{}\\fR\n{}\n", escaped(name), escaped(&meaning.replace('\n', " ")))
    };
    let title = if title.contains(' ') { format!("\"{title}\"") } else { title.to_owned() };
    format!(".SH {title}\n{}", rows.iter().map(row).collect::<String>())
}

/// The examples that the help ends with; of the program, the first one of each command.
fn examples(command: &Command) -> String {
    let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    let mut lines = examples_of(command);
    if lines.is_empty() {
        lines = inner.filter_map(|inner| examples_of(inner).into_iter().next()).collect();
    }
    format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", lines.join("\n"))
}

fn examples_of(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let Some((_, examples)) = help.split_once("Examples:\n") else { return Vec::new() };
    examples.lines().take_while(|line| line.starts_with(' ')).map(escaped).collect()
}

/// The commands around this one, and those that its help names.
fn see_also(command: &Command, names: &BTreeSet<String>) -> String {
    let own = typed(command);
    let help = command.clone().render_long_help().to_string();
    let is_named = |name: &&String| {
        let is_near = own.starts_with(&format!("{name} ")) || name.starts_with(&format!("{own} "));
        **name != own && (is_near || help.contains(&format!("`{name}")))
    };
    let pages = names.iter().filter(is_named).map(|name| name.replace(' ', "-"));
    let pages = pages.chain(["git-am".to_owned()]);
    let links: Vec<String> = pages.map(|page| format!(".BR {} (1)", escaped(&page))).collect();
    format!(".SH \"SEE ALSO\"\n{}\n", links.join(",\n"))
}

/// A line of text as roff takes it.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

/// A line of running text in several, none of which is a request that the line was not.
fn folded(line: &str) -> Vec<String> {
    let line = line.trim_end();
    if line.starts_with(['.', ' ']) || line.chars().count() <= WIDTH {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().unwrap();
        let is_full = last.chars().count() + 1 + word.chars().count() > WIDTH;
        if is_full && !last.is_empty() && !word.starts_with(['.', '\'']) {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
