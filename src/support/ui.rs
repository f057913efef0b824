//! The only printer: data to stdout; status, warnings, hints and progress to stderr.
//!
//! What it prints comes from commits, patches, file names, git and Bazel: whatever in it would act
//! on a terminal or on GitHub's runner is printed escaped, once, here.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use crate::support::document::{Document, ErrorDocument};
use crate::support::failure::{Failure, Result};
use crate::support::location::hide_credentials;
use crate::support::problem::{Kind, Problem};
use crate::support::progress::{Progress, Task};
use crate::support::scrub::Scrubber;
use crate::support::text::inert;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// As far as the text of an error is indented.
const INDENT: &str = "         ";

/// What was asked for of the printer.
#[derive(Clone, Debug)]
pub struct Form {
    /// The command that prints, as its documents name it.
    pub command: Option<String>,
    /// Whether data is one JSON document.
    pub is_json: bool,
    pub is_verbose: bool,
    pub color: ColorChoice,
}

/// Where and how to print.
#[derive(Debug)]
pub struct Ui {
    command: Option<String>,
    is_json: bool,
    /// Whether data is not printed at all.
    is_silent: bool,
    is_verbose: bool,
    color: ColorChoice,
    scrubber: Scrubber,
    /// Paths that the user has to know: they are not scrubbed.
    revealed: Mutex<Vec<String>>,
    progress: Mutex<ProgressBar>,
    /// Why data could not be printed.
    broken: Arc<Mutex<Option<std::io::Error>>>,
}

impl Ui {
    /// A printer.
    pub fn new(form: Form, scrubber: Scrubber) -> Self {
        let Form { command, is_json, is_verbose, color } = form;
        let progress = Mutex::new(ProgressBar::hidden());
        let revealed = Mutex::default();
        let (is_silent, broken) = (false, Arc::default());
        Self {
            command,
            is_json,
            is_silent,
            is_verbose,
            color,
            scrubber,
            revealed,
            progress,
            broken,
        }
    }

    /// The same printer for a command within a command: if this one prints JSON, that
    /// one prints no data at all.
    pub fn without_json(&self) -> Self {
        let progress = Mutex::new(ProgressBar::hidden());
        let is_silent = self.is_silent || self.is_json;
        let (scrubber, revealed) = (self.scrubber.clone(), Mutex::default());
        let broken = Arc::clone(&self.broken);
        let command = self.command.clone();
        Self { command, is_json: false, is_silent, scrubber, revealed, progress, broken, ..*self }
    }

    /// Replaces directories and secrets of this machine by names, in what goes into reports.
    pub fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }

    fn shows_progress(&self) -> bool {
        !self.is_json && std::io::stderr().is_terminal()
    }

    /// Whether data is printed in colour.
    pub fn shows_color(&self) -> bool {
        let stdout = AutoStream::new(std::io::stdout(), self.color);
        stdout.current_choice() != ColorChoice::Never
    }

    /// Keeps this machine out of a text, but for the paths that were revealed.
    pub fn scrub(&self, text: &str) -> String {
        let revealed = self.revealed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(path) = revealed.iter().find(|path| text.contains(path.as_str())) else {
            return self.scrubber.scrub(text);
        };
        let parts: Vec<String> =
            text.split(path.as_str()).map(|part| self.scrubber.scrub(part)).collect();
        parts.join(path)
    }

    /// Takes secrets out of a text that is the user's own, or for programs.
    pub fn without_secrets(&self, text: &str) -> String {
        self.scrubber.without_secrets(text)
    }

    /// The path, which the user has to know: from now on it is printed as it is.
    pub fn reveal(&self, path: &str) -> String {
        let mut revealed = self.revealed.lock().unwrap_or_else(PoisonError::into_inner);
        if revealed.iter().all(|known| known != path) {
            revealed.push(path.to_owned());
        }
        path.to_owned()
    }

    /// Data: text for people, `result` for programs.
    pub fn data(&self, text: &str, result: &impl Serialize) {
        self.text(text);
        self.document(result);
    }

    /// Data for people. But for credentials it is not scrubbed: what came from other programs must
    /// have been.
    pub fn text(&self, text: &str) {
        self.styled(text, &[]);
    }

    /// Data for people in which some of `styles` are used.
    pub fn styled(&self, text: &str, styles: &[Style]) {
        let ends = styles.iter().map(|style| format!("{style:#}"));
        let styles: Vec<String> = styles.iter().map(ToString::to_string).chain(ends).collect();
        self.bytes(&inert(&hide_credentials(text), &styles));
    }

    /// Data for programs that is no document, such as a script: not a byte of it is changed.
    pub fn bytes(&self, text: &str) {
        if !self.is_json && !self.is_silent {
            self.stdout(text);
        }
    }

    /// Data for programs: the one document of a run that succeeds, around its result.
    pub fn document(&self, result: &impl Serialize) {
        self.json(Some(result), None);
    }

    /// Prints the document, whose texts are for programs: without secrets, otherwise as they are.
    fn json(&self, result: Option<&impl Serialize>, error: Option<ErrorDocument<'_>>) {
        if !self.is_json {
            return;
        }
        let document = Document::new(self.command.as_deref(), result, error);
        // Only maps with odd keys cannot be written, and there are none.
        let mut value = serde_json::to_value(document).unwrap_or_default();
        self.hide_secrets(&mut value);
        self.stdout(&format!("{value:#}\n"));
    }

    fn hide_secrets(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.without_secrets(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.hide_secrets(value)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|value| self.hide_secrets(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn stdout(&self, text: &str) {
        self.suspended(|| {
            let mut stdout = AutoStream::new(std::io::stdout().lock(), self.color);
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            // A reader that went away wants no more.
            if let Err(error) = written
                && error.kind() != ErrorKind::BrokenPipe
            {
                let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
                broken.get_or_insert(error);
            }
        });
    }

    /// Whether all data was printed.
    ///
    /// # Errors
    ///
    /// Some was not: the disk is full.
    pub fn finish(&self) -> Result<()> {
        let broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner).take();
        broken.map_or(Ok(()), |error| Err(Failure::unprinted(error)))
    }

    /// A label of the printer's, and a text, which is scrubbed.
    fn stderr(&self, label: &str, text: &str) {
        let text = inert(text, &[]);
        self.suspended(|| {
            let mut stderr = AutoStream::new(std::io::stderr().lock(), self.color);
            let _ = writeln!(stderr, "{label}{text}");
        });
    }

    fn suspended(&self, print: impl FnOnce()) {
        let bar = self.bar().clone();
        bar.suspend(print);
    }

    /// A step that is done: a verb and what it was done to.
    pub fn status(&self, verb: &str, text: &str) {
        self.stderr(&format!("{GOOD}{verb:>12}{GOOD:#} "), &self.scrub(text));
    }

    /// Something worth knowing under the last step.
    pub fn note(&self, text: &str) {
        for line in self.scrub(text).lines() {
            self.stderr("", &format!("{:>12} {line}", ""));
        }
    }

    /// Something worth knowing with `--verbose` only.
    pub fn detail(&self, text: &str) {
        if self.is_verbose {
            self.note(text);
        }
    }

    /// Something that is not as it should be, and stops nothing.
    pub fn warning(&self, text: &str) {
        self.stderr(&format!("{WARN}warning{WARN:#}: "), &self.scrub(text));
    }

    pub fn hint(&self, text: &str) {
        self.stderr(&format!("{HINT}   hint{HINT:#}: "), &self.scrub(text));
    }

    /// A message; what another program printed in it is indented.
    fn error(&self, message: &str) {
        let mut text = String::new();
        for line in self.scrub(message).lines() {
            let is_flush = !text.is_empty() && !line.is_empty() && !line.starts_with(' ');
            let (end, indent) =
                (if text.is_empty() { "" } else { "\n" }, if is_flush { INDENT } else { "" });
            text.push_str(&format!("{end}{indent}{line}"));
        }
        self.stderr(&format!("{BAD}  error{BAD:#}: "), &text);
    }

    /// One thing that is wrong.
    pub fn problem(&self, problem: &Problem) {
        self.error(&problem.to_string());
        if let Some(hint) = &problem.hint {
            self.hint(hint);
        }
    }

    pub fn failure(&self, failure: &Failure) {
        for problem in &failure.problems {
            self.problem(problem);
        }
        let message = failure.message();
        self.error(&message);
        for hint in &failure.hints {
            self.hint(hint);
        }
        if let Some(next) = &failure.next {
            self.stderr("", self.scrub(next).trim_end());
        }
        self.json(failure.reported.as_ref(), Some(ErrorDocument::new(failure, &message)));
    }

    /// Whether a text is printed as it is.
    pub fn is_plain(&self, text: &str) -> bool {
        inert(&self.scrub(text), &[]) == text
    }

    /// Explains a command line that cannot be understood to people.
    pub fn print_usage(&self, usage: &str) {
        self.stderr("", self.scrub(usage).trim_end());
    }

    /// A command line that cannot be understood, which `usage` explains to people already.
    pub fn usage(&self, usage: &str) {
        let failure = Failure::new(Kind::Input, "");
        self.json(failure.reported.as_ref(), Some(ErrorDocument::new(&failure, usage)));
    }

    /// The bar that is drawn: a hidden one while nothing long runs.
    fn bar(&self) -> MutexGuard<'_, ProgressBar> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws a bar, on a terminal.
    fn draw(&self, total: Option<u64>, template: &str) {
        if !self.shows_progress() {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(
            ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(Duration::from_millis(120));
        *self.bar() = bar;
    }
}

impl Progress for Ui {
    fn status(&self, verb: &str, text: &str) {
        Self::status(self, verb, text);
    }

    fn note(&self, text: &str) {
        Self::note(self, text);
    }

    fn detail(&self, text: &str) {
        Self::detail(self, text);
    }

    fn warning(&self, text: &str) {
        Self::warning(self, text);
    }

    fn hint(&self, text: &str) {
        Self::hint(self, text);
    }

    /// Within [`Progress::steps`], the message stands beside the bar.
    fn spinner(&self, message: &str) -> Box<dyn Task + '_> {
        let outer = self.bar().clone();
        if !outer.is_hidden() {
            outer.set_message(inert(&self.scrub(message), &[]));
            return Box::new(Drawn { ui: self, is_outer: false });
        }
        self.draw(None, "{spinner:>12} {msg} ({elapsed})");
        self.bar().set_message(inert(&self.scrub(message), &[]));
        Box::new(Drawn { ui: self, is_outer: true })
    }

    fn steps(&self, total: usize) -> Box<dyn Task + '_> {
        self.draw(
            Some(total as u64),
            "{bar:>30} {pos} of {len} ({elapsed}, {eta} left) {wide_msg}",
        );
        Box::new(Drawn { ui: self, is_outer: true })
    }
}

/// Something long that is drawn on a terminal until it is dropped.
#[derive(Debug)]
struct Drawn<'a> {
    ui: &'a Ui,
    /// Whether the bar goes with it.
    is_outer: bool,
}

impl Task for Drawn<'_> {
    fn advance(&self, count: usize) {
        self.ui.bar().inc(count as u64);
    }
}

impl Drop for Drawn<'_> {
    fn drop(&mut self) {
        if self.is_outer {
            std::mem::replace(&mut *self.ui.bar(), ProgressBar::hidden()).finish_and_clear();
        }
    }
}
