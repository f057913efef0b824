//! Command lines that are not run: what is in them is what patcher has.

use clap::{Arg, Command, CommandFactory as _, Parser as _};
use patcher::cli::Cli;

use crate::page::pages;

/// The words of a line of a shell, as far as documents write them; without a comment at the end.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(mark)) if c == mark => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => break,
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The calls of patcher in a script: the arguments of each, the program's name first.
fn calls(script: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    for line in script.replace("\\\n", " ").lines() {
        let words = words(line);
        for command in words.split(|word| ["&&", "||", "|", ";"].contains(&word.as_str())) {
            let command: Vec<String> = command.iter().map(|word| word.as_str().into()).collect();
            let start = command.iter().position(|word| !word.contains('=')).unwrap_or(0);
            let command = &command[start..];
            // In a workflow.
            let keys = ["-", "run:", "$"];
            let start = command.iter().position(|word| !keys.contains(&word.as_str()));
            let command = &command[start.unwrap_or(0)..];
            let end = command.iter().position(|word| word.starts_with('>') || word == "2>&1");
            let command = &command[..end.unwrap_or(command.len())];
            let cargo = ["cargo", "run", "--release", "--"];
            if command.first().is_some_and(|word| word == "patcher") {
                calls.push(command.to_vec());
            } else if command.len() >= 4 && command[..4].iter().eq(cargo) {
                let name = std::iter::once("patcher".to_owned());
                calls.push(name.chain(command[4..].iter().cloned()).collect());
            }
        }
    }
    calls
}

/// Why patcher does not understand a call; `None` if it does.
fn fault(call: &[String]) -> Option<String> {
    let error = Cli::try_parse_from(call).err()?;
    let is_answer = error.exit_code() == 0;
    (!is_answer).then(|| error.to_string())
}

/// What a call names that patcher does not have, or hides: a command or a flag. Values may be
/// placeholders.
fn unknown(words: &[&str]) -> Option<String> {
    let mut whole = Cli::command();
    whole.build();
    let mut command = &whole;
    for word in words {
        let word = word.trim_matches(['[', ']', '…', ',']);
        if let Some(flag) = word.strip_prefix("--") {
            let flag = flag.split(['=', '|', '[']).next().unwrap();
            let is_known = ["", "help", "version"].contains(&flag)
                || command.get_arguments().any(|arg| is_flag(arg, flag));
            if !is_known {
                return Some(format!("{} has no --{flag}", command.get_name()));
            }
        } else if command.has_subcommands() && !word.starts_with('-') {
            // `COMMAND` stands for any.
            if word.chars().all(char::is_uppercase) {
                return None;
            }
            let mut found = command;
            for name in word.split('|') {
                match command.get_subcommands().find(|inner| is_named(inner, name)) {
                    Some(inner) => found = inner,
                    None => return Some(format!("{} has no {name}", command.get_name())),
                }
            }
            command = found;
        }
    }
    None
}

fn is_flag(arg: &Arg, flag: &str) -> bool {
    let aliases = arg.get_visible_aliases().unwrap_or_default();
    !arg.is_hide_set() && (arg.get_long() == Some(flag) || aliases.contains(&flag))
}

fn is_named(command: &Command, name: &str) -> bool {
    let mut aliases = command.get_visible_aliases();
    !command.is_hide_set() && (command.get_name() == name || aliases.any(|alias| alias == name))
}

#[test]
fn what_is_not_run_is_understood() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in pages().iter().filter(|page| !page.is_history() && page.path != COMMANDS) {
        for block in page.blocks() {
            let place = page.place(block.line);
            let calls = calls(&block.text);
            match block.language.as_deref() {
                // tests/docs/examples.rs runs these.
                Some("console") => {}
                Some("sh" | "yaml") => {
                    seen += calls.len();
                    let faults = calls.iter().filter_map(|call| fault(call));
                    wrong.extend(faults.map(|fault| format!("{place}: {fault}")));
                }
                _ if calls.is_empty() => {}
                other => wrong.push(format!(
                    "{place}: commands in a block that is {other:?}: `console` is run, `sh` is read"
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(seen > 20, "{seen} calls");
}

/// The help of every command, made from the command line itself.
const COMMANDS: &str = "docs/reference/commands.md";

#[test]
fn what_a_sentence_names_is_there() {
    let names: Vec<String> =
        Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in pages().iter().filter(|page| !page.is_history() && page.path != COMMANDS) {
        for (line, code) in page.inline_code() {
            let words: Vec<&str> = code.split_whitespace().collect();
            let call = match words.as_slice() {
                ["patcher", call @ ..] if !call.is_empty() => call,
                [name, flags @ ..]
                    if names.iter().any(|known| known == name)
                        && flags.iter().any(|word| word.starts_with("--")) =>
                {
                    words.as_slice()
                }
                _ => continue,
            };
            seen += 1;
            if let Some(fault) = unknown(call) {
                wrong.push(format!("{}: `{code}`: {fault}", page.place(line)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(seen > 60, "{seen} calls");
}

#[test]
fn scripts_are_read_as_a_shell_does() {
    let read = |script: &str| {
        calls(script).iter().map(|call| call.join("|")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        read("A=b patcher sync \\\n  --to 1.0.0  # why\ngit add x && patcher check"),
        "patcher|sync|--to|1.0.0\npatcher|check"
    );
    assert_eq!(read("- run: patcher new 'a b' > out"), "patcher|new|a b");
    assert_eq!(read("cargo run --release -- demo"), "patcher|demo");
    assert_eq!(read("echo patcher sync"), "");
    assert!(fault(&["patcher".into(), "snyc".into()]).is_some());
    assert!(unknown(&["sync", "--too"]).is_some() && unknown(&["sink"]).is_some());
    assert_eq!(unknown(&["sync", "--to", "RELEASE"]), None);
    assert_eq!(unknown(&["override", "add|update", "FILE", "--check"]), None);
}
