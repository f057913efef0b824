//! The commands that a person goes on with, as text and for programs.

use serde::Serialize;

/// A command to go on with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// The command, as a shell takes it.
    pub command: String,
    /// What it is for; empty if that is plain.
    pub why: &'static str,
}

/// A command and what it is for.
pub fn step(command: &str, why: &'static str) -> Step {
    Step { command: command.to_owned(), why }
}

/// A word as a shell takes it.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The commands below each other, with what each is for, behind a heading.
pub fn guide(steps: &[Step]) -> String {
    format!("next:\n{}", listed(steps))
}

/// The commands below each other, with what each is for.
pub fn listed(steps: &[Step]) -> String {
    let explained = steps.iter().filter(|step| !step.why.is_empty());
    let width = explained.map(|step| step.command.chars().count()).max().unwrap_or(0).min(48);
    let mut text = String::new();
    for Step { command, why } in steps {
        let line = format!("    {command:width$}  {why}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_below_each_other_and_what_they_are_for_beside_them() {
        let steps = [
            step("patcher sync", "fetch and test"),
            step(&shell("it's"), ""),
            step("patcher resolve --continue", "go on"),
        ];
        insta::assert_snapshot!(guide(&steps), @r"
        next:
            patcher sync                fetch and test
            'it'\''s'
            patcher resolve --continue  go on
        ");
        // A command that nothing is said of, or a very long one, moves nothing to the right.
        let long = "x".repeat(60);
        let listed = listed(&[step(&long, ""), step("a", "b"), step(&long, "c")]);
        assert_eq!(listed, format!("    {long}\n    a{}  b\n    {long}  c\n", " ".repeat(47)));
    }
}
