//! The only printer: data to stdout; status, warnings, hints and progress to stderr.
//!
//! Nobody else knows a colour or a symbol; they say what a thing means, by a [`Meaning`]:
//!
//! ```text
//! ui.status(Meaning::Done, "Wrote", path)         + Wrote      dist/x.tar.gz
//! ui.status(Meaning::Unchanged, "Kept", path)     - Kept       dist/x.tar.gz
//! ui.marked(&table(&rows))                        data whose cells are `Meaning::Failed.mark("…")`
//! ui.summary("2 patches, 3 scenarios")            Finished in 0.4s: 2 patches, 3 scenarios
//! ui.next("patcher publish", "build the archive") Next: patcher publish   build the archive
//! ```
//!
//! The last two may be called anywhere in a command: they are printed at its end, and only if it
//! succeeds. If it fails, the error and its hints are the last lines.
//!
//! What is printed comes from commits, patches, file names, git and Bazel: whatever in it would act
//! on a terminal or on GitHub's runner is printed escaped, once, here.

use std::collections::BTreeSet;
use std::io::{ErrorKind, IsTerminal as _, StdoutLock, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use crate::support::document::{Document, ErrorDocument};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::guide::{self, Step};
use crate::support::heartbeat::{Heartbeat, Pace, Pulse};
use crate::support::look::{Meaning, Symbols};
use crate::support::marked::Marked;
use crate::support::problem::{Kind, Problem};
use crate::support::progress::{Progress, Task};
use crate::support::scrub::Scrubber;
use crate::support::text::{WIDTH, counted, duration, folded, inert};

/// No terminal is taken for narrower.
const NARROWEST: usize = 40;
/// What stands before a status line: the symbol, the verb, and spaces.
const STATUS: usize = 13;
/// What stands before the text of a warning, a hint or an error.
const LABEL: usize = 9;

/// A diff's lines, as git colours them.
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// What was asked for of the printer.
#[derive(Clone, Debug)]
pub struct Form {
    /// The command that prints, as its documents name it.
    pub command: Option<String>,
    /// Whether data is one JSON document.
    pub is_json: bool,
    pub verbosity: Verbosity,
    pub color: ColorChoice,
    pub symbols: Symbols,
    /// How many columns a line of stderr has.
    pub width: usize,
    /// How many columns a line of stdout has, if that is a terminal.
    pub columns: Option<usize>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            command: None,
            is_json: false,
            verbosity: Verbosity::Normal,
            color: ColorChoice::Auto,
            symbols: Symbols::Ascii,
            width: WIDTH,
            columns: None,
        }
    }
}

impl Form {
    /// The form in which people read it here: their symbols, and their terminal's width.
    pub fn of(env: &Environment) -> Self {
        let given: Option<usize> = env.get("COLUMNS").and_then(|columns| columns.parse().ok());
        let stdout = terminal_size::terminal_size_of(std::io::stdout());
        Self {
            symbols: Symbols::of_locale(|name| env.get(name)),
            width: given.unwrap_or_else(terminal_width),
            columns: stdout.map(|(columns, _)| given.unwrap_or(columns.0.into()).max(NARROWEST)),
            ..Self::default()
        }
    }

    /// Prints a label of the printer's, which is `indent` columns wide, and a text, which was
    /// scrubbed. It is folded where the lines of the terminal end.
    fn print(&self, label: &str, indent: usize, text: &str) {
        // What is folded may be a command to a runner where the next line begins.
        let text = folded(text, indent, self.width);
        let text = inert(&text, &[]);
        let mut stderr = AutoStream::new(std::io::stderr().lock(), self.color);
        let _ = stderr.write_all(format!("{label}{text}\n").as_bytes());
    }

    fn print_status(&self, (meaning, verb): (Meaning, &str), text: &str) {
        let (style, symbol) = (meaning.style(), meaning.symbol(self.symbols));
        self.print(&format!("{style}{symbol} {verb:<10}{style:#} "), STATUS, text);
    }
}

/// How much is printed of what a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Data, warnings and errors.
    Quiet,
    /// Also the steps, the progress, and the last line.
    Normal,
    /// Also the calls of other programs, and what follows from an error.
    Verbose,
}

/// How many columns a line has: at most 100, which is as long as anybody likes to read, and 80
/// off a terminal.
fn terminal_width() -> usize {
    terminal_size::terminal_size_of(std::io::stderr())
        .map_or(WIDTH, |(columns, _)| usize::from(columns.0).clamp(NARROWEST, 100))
}

/// What a command says last, if it succeeds.
#[derive(Debug, Default)]
struct Ending {
    summary: Option<String>,
    next: Option<(String, String)>,
}

/// Where and how to print.
#[derive(Debug)]
pub struct Ui {
    form: Form,
    started: Instant,
    ending: Mutex<Ending>,
    /// The hints that were printed: each is printed once.
    hints: Mutex<BTreeSet<String>>,
    scrubber: Scrubber,
    running: Mutex<Option<Running>>,
    /// Why data could not be printed.
    broken: Mutex<Option<std::io::Error>>,
}

impl Ui {
    /// A printer.
    pub fn new(form: Form, scrubber: Scrubber) -> Self {
        Self {
            form,
            started: Instant::now(),
            ending: Mutex::default(),
            hints: Mutex::default(),
            scrubber,
            running: Mutex::default(),
            broken: Mutex::default(),
        }
    }

    /// Whether data is printed in colour.
    pub fn shows_color(&self) -> bool {
        let stdout = AutoStream::new(std::io::stdout(), self.form.color);
        stdout.current_choice() != ColorChoice::Never
    }

    /// How many columns data has; none in a pipe or a file, where nothing is cut off.
    pub fn columns(&self) -> Option<usize> {
        self.form.columns
    }

    /// Keeps secrets and this machine out of a text that others will read: a report, an issue.
    pub fn scrub(&self, text: &str) -> String {
        self.scrubber.scrub(text)
    }

    /// Takes secrets out of a text. That is all that is taken out of what the terminal shows: its
    /// reader has to find the paths in it.
    pub fn without_secrets(&self, text: &str) -> String {
        self.scrubber.without_secrets(text).into_owned()
    }

    /// Data: text for people, `result` for programs.
    pub fn data(&self, text: &str, result: &impl Serialize) {
        self.text(text);
        self.document(result);
    }

    /// Data for people.
    pub fn text(&self, text: &str) {
        self.styled(text, &[]);
    }

    /// Data for people, the parts of which that mean something in colours and with symbols.
    pub fn marked(&self, text: &Marked) {
        let mut styles = BTreeSet::new();
        let mut shown = String::new();
        for part in text.parts() {
            let text = self.without_secrets(&part.plain(self.form.symbols));
            let text = inert(&text, &[]);
            let Some(style) = part.meaning().map(Meaning::style) else {
                shown.push_str(&text);
                continue;
            };
            shown.push_str(&format!("{style}{text}{style:#}"));
            styles.extend([style.to_string(), format!("{style:#}")]);
        }
        self.bytes(&inert(&shown, &Vec::from_iter(styles)));
    }

    /// Data for people in which some of `styles` are used.
    pub fn styled(&self, text: &str, styles: &[Style]) {
        let ends = styles.iter().map(|style| format!("{style:#}"));
        let styles: Vec<String> = styles.iter().map(ToString::to_string).chain(ends).collect();
        self.bytes(&inert(&self.scrubber.without_secrets(text), &styles));
    }

    /// Data for programs that is no document, such as a script: not a byte of it is changed.
    pub fn bytes(&self, text: &str) {
        if !self.form.is_json {
            self.stdout(text);
        }
    }

    /// Data for programs: the one document of a run that succeeds, around its result.
    pub fn document(&self, result: &impl Serialize) {
        self.json(Some(result), None);
    }

    /// Prints the document, whose texts are for programs: without secrets, otherwise as they are.
    fn json(&self, result: Option<&impl Serialize>, error: Option<ErrorDocument<'_>>) {
        if self.form.is_json {
            // JSON writes escapes of colours as text.
            let text = self.printed(result, error);
            self.to_stdout(|stdout| print(stdout, &text));
        }
    }

    /// The document of a run that succeeds, for a file.
    pub fn document_text(&self, result: &impl Serialize) -> String {
        self.printed(Some(result), None)
    }

    fn printed(&self, result: Option<&impl Serialize>, error: Option<ErrorDocument<'_>>) -> String {
        let document = Document::new(self.form.command.as_deref(), result, error);
        // Only maps with odd keys cannot be written, and there are none.
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        if self.scrubber.finds_nothing_in(&text) {
            return text + "\n";
        }
        let mut value = serde_json::to_value(document).unwrap_or_default();
        self.hide_secrets(&mut value);
        format!("{value:#}\n")
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

    /// Prints data, in colour if that is wanted.
    fn stdout(&self, text: &str) {
        self.to_stdout(|stdout| print(AutoStream::new(stdout, self.form.color), text));
    }

    fn to_stdout(&self, write: impl FnOnce(StdoutLock<'static>) -> std::io::Result<()>) {
        self.suspended(|| {
            let written = write(std::io::stdout().lock());
            // A reader that went away wants no more.
            if let Err(error) = written
                && error.kind() != ErrorKind::BrokenPipe
            {
                let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
                broken.get_or_insert(error);
            }
        });
    }

    /// Prints the last lines of a command that succeeded.
    ///
    /// # Errors
    ///
    /// Not all data was printed: the disk is full.
    pub fn finish(&self) -> Result<()> {
        let broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner).take();
        broken.map_or(Ok(()), |error| Err(Failure::unprinted(error)))?;
        self.print_ending();
        Ok(())
    }

    fn stderr(&self, label: &str, indent: usize, text: &str) {
        self.suspended(|| self.form.print(label, indent, text));
    }

    /// A text as it is, such as a list of commands.
    fn block(&self, text: &str) {
        let lines = self.without_secrets(text).trim_end().to_owned();
        let form = Form { width: usize::MAX, ..self.form.clone() };
        self.suspended(|| form.print("", 0, &lines));
    }

    /// Prints while no bar is drawn.
    fn suspended(&self, print: impl FnOnce()) {
        let bar = self.running().as_ref().map(|running| running.bar.clone());
        match bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// A step: what it means, a verb, and what it was done to.
    pub fn status(&self, meaning: Meaning, verb: &str, text: &str) {
        if self.form.verbosity > Verbosity::Quiet {
            let text = self.without_secrets(text);
            self.suspended(|| self.form.print_status((meaning, verb), &text));
        }
    }

    /// Something worth knowing under the last step.
    pub fn note(&self, text: &str) {
        if self.form.verbosity > Verbosity::Quiet {
            for line in self.without_secrets(text).lines() {
                self.stderr(&" ".repeat(STATUS), STATUS, line);
            }
        }
    }

    /// Something worth knowing with `--verbose` only.
    pub fn detail(&self, text: &str) {
        if self.form.verbosity == Verbosity::Verbose {
            self.note(text);
        }
    }

    /// The commands to go on with. They are to be pasted, so that no line is folded.
    pub fn steps(&self, steps: &[Step]) {
        if self.form.verbosity > Verbosity::Quiet {
            self.block(&guide::listed(steps));
        }
    }

    /// Something that is not as it should be, and stops nothing.
    pub fn warning(&self, text: &str) {
        self.labelled(Meaning::Attention, "warning", &self.without_secrets(text));
    }

    /// A way out or on; one that was printed already is not printed again.
    pub fn hint(&self, text: &str) {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        if hints.insert(text.to_owned()) {
            self.labelled(Meaning::Running, "hint", &self.without_secrets(text));
        }
    }

    fn labelled(&self, meaning: Meaning, label: &str, text: &str) {
        let style = meaning.style();
        self.stderr(&format!("{style}{label:>7}{style:#}: "), LABEL, text);
    }

    /// How the command went, in a few words: its last line, after how long it took.
    pub fn summary(&self, text: &str) {
        self.ending().summary = Some(text.to_owned());
    }

    /// The one command that is likely to come next, and what for; printed after the last line.
    pub fn next(&self, command: &str, why: &str) {
        self.ending().next = Some((command.to_owned(), why.to_owned()));
    }

    fn ending(&self) -> MutexGuard<'_, Ending> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last lines of a command that succeeded.
    fn print_ending(&self) {
        let Ending { summary: Some(summary), next } = std::mem::take(&mut *self.ending()) else {
            return;
        };
        if self.form.verbosity == Verbosity::Quiet {
            return;
        }
        let (done, on) = (Meaning::Done.style(), Meaning::Running.style());
        let text =
            self.without_secrets(&format!(" in {}: {summary}", duration(self.started.elapsed())));
        self.stderr(&format!("{done}Finished{done:#}"), 0, &text);
        if let Some((command, why)) = next {
            let text = self.without_secrets(&format!("{command}   {why}"));
            self.stderr(&format!("{on}Next{on:#}: "), "Next: ".len(), &text);
        }
    }

    /// A message; what another program printed in it is indented.
    fn error(&self, message: &str) {
        let mut text = String::new();
        for line in self.without_secrets(message).lines() {
            let is_flush = !text.is_empty() && !line.is_empty() && !line.starts_with(' ');
            let end = if text.is_empty() { "" } else { "\n" };
            let indent = if is_flush { " ".repeat(LABEL) } else { String::new() };
            text.push_str(&format!("{end}{indent}{line}"));
        }
        self.labelled(Meaning::Failed, "error", &text);
    }

    /// Things that are wrong, each with its way out; one that several share comes once, behind
    /// the last of them.
    fn problems(&self, problems: &[&Problem]) {
        for (index, problem) in problems.iter().enumerate() {
            match &problem.excerpt {
                Some(excerpt) => self.excerpt(excerpt),
                None => self.error(&problem.to_string()),
            }
            let comes_again = problems[index + 1..].iter().any(|other| other.hint == problem.hint);
            if let Some(hint) = problem.hint.as_ref().filter(|_| !comes_again) {
                self.hint(hint);
            }
        }
    }

    /// Lines that show a problem, those of a diff in colour.
    fn excerpt(&self, text: &str) {
        for line in self.without_secrets(text).lines() {
            let style = match line.bytes().next() {
                Some(b'-') => REMOVED,
                Some(b'+') => ADDED,
                Some(b'@') => PLACE,
                _ => Style::new(),
            };
            let line = inert(line, &[]);
            self.suspended(|| {
                let mut stderr = AutoStream::new(std::io::stderr().lock(), self.form.color);
                let _ = writeln!(stderr, "{style}{line}{style:#}");
            });
        }
    }

    /// Why a command failed, and the ways out: its last lines.
    pub fn failure(&self, failure: &Failure) {
        let message = failure.message();
        let is_verbose = self.form.verbosity == Verbosity::Verbose;
        let is_shown = |problem: &&Problem| is_verbose || !problem.is_consequence;
        let problems: Vec<&Problem> = failure.problems.iter().filter(is_shown).collect();
        self.problems(&problems);
        let is_printed =
            |problem: &&Problem| problem.excerpt.is_none() && problem.to_string() == message;
        if !problems.iter().any(is_printed) {
            self.error(&message);
        }
        if let more @ 1.. = failure.problems.len() - problems.len() {
            self.note(&format!("-v shows {} that may follow from it", counted(more, "problem")));
        }
        for hint in &failure.hints {
            self.hint(hint);
        }
        if let Some(next) = &failure.next {
            self.block(next);
        }
        self.json(failure.reported.as_ref(), Some(ErrorDocument::new(failure, &message)));
    }

    /// Whether a text is printed as it is.
    pub fn is_plain(&self, text: &str) -> bool {
        inert(&self.without_secrets(text), &[]) == text
    }

    /// Explains a command line that cannot be understood to people.
    pub fn print_usage(&self, usage: &str) {
        self.block(usage);
    }

    /// A command line that cannot be understood, which `usage` explains to people already.
    pub fn usage(&self, usage: &str) {
        let failure = Failure::new(Kind::Input, "");
        self.json(failure.reported.as_ref(), Some(ErrorDocument::new(&failure, usage)));
    }

    /// What long thing runs, if one does.
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to show something long: as a bar on a terminal, by a line now and then in a log.
    fn run(&self, total: Option<u64>, template: &str) {
        let is_shown = self.form.verbosity > Verbosity::Quiet;
        let is_drawn = is_shown && std::io::stderr().is_terminal();
        let target = if is_drawn {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        if is_drawn {
            let style = ProgressStyle::with_template(template);
            let chars = if self.form.symbols == Symbols::Unicode { "█▓░" } else { "=> " };
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
            bar.set_style(style.progress_chars(chars).tick_chars("|/-\\ "));
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        let (form, state) = (self.form.clone(), bar.clone());
        let beat = move || {
            let (done, total) = (state.position(), state.length());
            let pulse = Pulse { done, total, elapsed: state.elapsed(), message: state.message() };
            form.print_status((Meaning::Running, "Running"), &pulse.text());
        };
        let heartbeat = (is_shown && !is_drawn).then(|| Heartbeat::start(Pace::LOG, beat));
        *self.running() = Some(Running { bar, _heartbeat: heartbeat });
    }
}

/// Something long that runs.
#[derive(Debug)]
struct Running {
    bar: ProgressBar,
    /// Off a terminal.
    _heartbeat: Option<Heartbeat>,
}

fn print(mut to: impl Write, text: &str) -> std::io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

impl Progress for Ui {
    fn status(&self, meaning: Meaning, verb: &str, text: &str) {
        Self::status(self, meaning, verb, text);
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
        let message = inert(&self.without_secrets(message), &[]).into_owned();
        let outer = self.running().as_ref().map(|running| running.bar.clone());
        if let Some(outer) = &outer {
            outer.set_message(message);
        } else {
            self.run(None, "{spinner} {elapsed}  {wide_msg}");
            self.running().iter().for_each(|running| running.bar.set_message(message.clone()));
        }
        Box::new(Shown { ui: self, is_outer: outer.is_none() })
    }

    fn steps(&self, total: usize) -> Box<dyn Task + '_> {
        self.run(Some(total as u64), "[{bar:24}] {pos} of {len}  {elapsed}  {wide_msg}");
        Box::new(Shown { ui: self, is_outer: true })
    }
}

/// Something long that is shown until this is dropped.
#[derive(Debug)]
struct Shown<'a> {
    ui: &'a Ui,
    /// Whether the bar goes with it.
    is_outer: bool,
}

impl Task for Shown<'_> {
    fn advance(&self, count: usize) {
        self.ui.running().iter().for_each(|running| running.bar.inc(count as u64));
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if self.is_outer {
            // The lock is free before the heartbeat is waited for.
            let running = self.ui.running().take();
            running.iter().for_each(|running| running.bar.finish_and_clear());
        }
    }
}
