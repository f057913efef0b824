//! A consumer's MODULE.bazel: read by its syntax, each statement with its bytes' place.
//!
//! A MODULE.bazel is Starlark without functions, conditions and loops. What is needed of that
//! is small, so it is read here: `starlark_syntax` brings some 140 crates and keeps no
//! comments, `tree-sitter-starlark` brings a C library and guesses at what it cannot parse.
//! Nothing is guessed here: a file that cannot be understood is refused, with the place.

use std::ops::Range;

use super::lexer::{self, BOM, Fault, TokenKind};
use super::override_statement::OverrideFunction;
use super::parser::{self, Call, Expression, Plain, Statement, StatementKind, Use};
use crate::support::problem::{Kind, Problem};

/// The name of a module's own file.
pub const MODULE_FILE: &str = "MODULE.bazel";

/// A file, and the statements in it.
#[derive(Clone, Debug)]
pub struct ModuleFile {
    /// How the user names it.
    pub name: String,
    /// Its text, byte for byte.
    pub text: String,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    comments: Vec<Range<usize>>,
    pub(super) uses: Vec<Use>,
}

impl ModuleFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be understood, and where.
    pub fn parse(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Problem> {
        let name = name.into();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let line = 1 + bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count();
                let problem = Problem::new(Kind::Input, name, "is not UTF-8 text").at(line);
                return Err(problem.hint("write it as UTF-8"));
            }
        };
        let refuse = |fault: Fault| {
            let line = 1 + text[..fault.at].matches('\n').count();
            Problem::new(Kind::Input, name.clone(), fault.message)
                .at(line)
                .hint("correct it: what patcher cannot understand it does not edit")
        };
        let tokens = lexer::lex(&text).map_err(refuse)?;
        let parsed = parser::parse(&text, &tokens).map_err(refuse)?;
        let (statements, uses) = (parsed.statements, parsed.uses);
        Ok(Self { name, statements, comments: tokens.comments, uses, text })
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    /// Every statement that calls a function by its name.
    pub fn calls(&self, function: &str) -> impl Iterator<Item = (&Statement, &Call)> {
        self.statements.iter().filter_map(move |statement| match &statement.kind {
            StatementKind::Call(call) if call.function == function => Some((statement, call)),
            _ => None,
        })
    }

    /// Something that is wrong at a byte.
    pub fn problem(&self, at: usize, message: impl Into<String>) -> Problem {
        Problem::new(Kind::Input, self.name.clone(), message).at(self.line(at))
    }

    /// The string that an expression stands for: its own, or the one that its name was given
    /// once and for all.
    pub fn string(&self, expression: &Expression) -> Option<String> {
        let name = match &expression.value {
            Plain::Text(text) => return Some(text.clone()),
            Plain::Name(name) => name,
            _ => return None,
        };
        let mut values = self.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Assignment(target, value) if target == name => Some(&value.value),
            _ => None,
        });
        let is_rebound = |used: &Use| {
            self.statements.iter().any(|statement| {
                statement.kind == StatementKind::Rebinding && statement.span.contains(&used.at)
            })
        };
        if self.uses.iter().any(|used| used.name == *name && is_rebound(used)) {
            return None;
        }
        match (values.next(), values.next()) {
            (Some(Plain::Text(text)), None) => Some(text.clone()),
            _ => None,
        }
    }

    /// The strings that an expression stands for: a list's items, or the one that it is.
    pub(super) fn strings(&self, expression: &Expression) -> Option<Vec<String>> {
        match &expression.value {
            Plain::List(items) => items.iter().map(|item| self.string(item)).collect(),
            _ => self.string(expression).map(|text| vec![text]),
        }
    }

    /// Whether the statement at a byte cannot be about a module: every value in it is written
    /// out, and none is the module's name. So are most comprehensions of overrides:
    /// `[local_path_override(module_name = n, path = p) for n, p in [("a", "b")]]`.
    pub(super) fn is_about_others(&self, at: usize, module: &str) -> bool {
        const SYMBOLS: [&str; 6] = ["(", ")", "]", "[", ",", "="];
        let here = |statement: &&Statement| statement.span.contains(&at);
        let Some(statement) = self.statements.iter().find(here) else { return false };
        let text = &self.text[statement.span.clone()];
        let tokens = lexer::lex(text).map(|tokens| tokens.tokens).unwrap_or_default();
        let word = |index: usize| tokens.get(index).map_or("", |token| &text[token.span.clone()]);
        let is_name = |index: usize| tokens[index].kind == TokenKind::Name;
        let mut known = vec!["True", "False", "None", "for", "in"];
        // The names that its own loops give values to.
        let mut is_target = false;
        for index in 0..tokens.len() {
            is_target = word(index) == "for" || (is_target && word(index) != "in");
            if is_target && is_name(index) {
                known.push(word(index));
            }
        }
        let is_written_out = |index: usize| match &tokens[index].kind {
            TokenKind::Text(value) => value != module,
            TokenKind::Name => match word(index) {
                // A function under another name could be called anywhere.
                name if name == "bazel_dep" || OverrideFunction::of(name).is_some() => {
                    word(index + 1) == "("
                }
                name => known.contains(&name) || word(index + 1) == "=",
            },
            // An index or a slice makes one value of another, as operators do.
            TokenKind::Symbol if word(index) == "[" && index > 0 => {
                matches!(word(index - 1), "[" | "(" | "," | "=" | "in")
            }
            TokenKind::Symbol => SYMBOLS.contains(&word(index)),
            TokenKind::Number | TokenKind::Newline | TokenKind::End => true,
        };
        !tokens.is_empty() && (0..tokens.len()).all(is_written_out)
    }

    /// Whether the call of the function whose name is at a byte names another module, though in
    /// part computed: `key = "prefix_%s" % …` or `key = "prefix_" + …` begins as it is written.
    pub(super) fn names_other(&self, at: usize, key: &str, module: &str) -> bool {
        let here = |statement: &&Statement| statement.span.contains(&at);
        let Some(statement) = self.statements.iter().find(here) else { return false };
        let text = &self.text[statement.span.clone()];
        let tokens = lexer::lex(text).map(|tokens| tokens.tokens).unwrap_or_default();
        let from = statement.span.start;
        let call = tokens.iter().skip_while(|token| from + token.span.start <= at);
        let mut nesting = 0_i32;
        // What is the call's own, not of a call in it.
        let own = call.map(|token| {
            let word = if matches!(token.kind, TokenKind::Text(_)) {
                ""
            } else {
                &text[token.span.clone()]
            };
            nesting += i32::from(matches!(word, "(" | "[" | "{"));
            let own = (nesting, word, &token.kind);
            nesting -= i32::from(matches!(word, ")" | "]" | "}"));
            own
        });
        let own =
            own.take_while(|(nesting, ..)| *nesting > 0).filter(|(nesting, ..)| *nesting == 1);
        let own: Vec<(&str, &TokenKind)> = own.map(|(_, word, kind)| (word, kind)).collect();
        let arguments = own.get(1..).unwrap_or_default().split(|(word, _)| *word == ",");
        arguments.into_iter().any(|argument| match argument {
            [(name, _), ("=", _), (_, TokenKind::Text(value)), (operator, _), rest @ ..] => {
                let start = match *operator {
                    "%" => value.split('%').next().unwrap_or_default(),
                    "+" => value,
                    _ => "",
                };
                // A condition could make another value of it.
                let is_condition = rest.iter().any(|(word, _)| *word == "if");
                *name == key && !is_condition && !module.starts_with(start)
            }
            _ => false,
        })
    }

    /// Where the line of a byte begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        if start == 0 && self.text.starts_with(BOM) { BOM.len_utf8() } else { start }
    }

    /// Where the line of a byte ends, its line end included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// The line end that belongs at a byte: the one before it, else its line's, else the
    /// file's first.
    pub(super) fn line_break(&self, at: usize) -> &'static str {
        let ends = [at, self.line_end(at), self.line_end(0)].map(|end| &self.text[..end]);
        let end = ends.iter().find(|text| text.ends_with('\n'));
        if end.is_some_and(|text| text.ends_with("\r\n")) { "\r\n" } else { "\n" }
    }

    /// Whether there is a comment between two bytes.
    pub(super) fn has_comment(&self, span: &Range<usize>) -> bool {
        self.comments.iter().any(|comment| span.contains(&comment.start))
    }
}
