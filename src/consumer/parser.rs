//! Statements of a MODULE.bazel: Starlark without functions, conditions and loops.

use std::ops::Range;

use super::lexer::{Fault, Token, TokenKind, Tokens};

/// A statement, and its bytes' place: without what is beside it on its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first byte to behind its last.
    pub span: Range<usize>,
    pub kind: StatementKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// A call of a function by its name: `bazel_dep(...)`.
    Call(Call),
    /// A name for a value: `VERSION = "1.0"`.
    Assignment(String, Expression),
    /// Any other that gives values to names: `a, b = x, y`, `VERSION += ".1"`.
    Rebinding,
    /// Any other: `pip.parse(...)`, a comprehension.
    Other,
}

/// A call of a function by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub function: String,
    /// What stands between its parentheses.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name; absent for a positional or an unpacked one.
    pub name: Option<String>,
    /// From its first byte to behind its last.
    pub span: Range<usize>,
    pub value: Expression,
}

/// An expression, and its bytes' place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// From its first byte to behind its last.
    pub span: Range<usize>,
    /// What it stands for, as far as that is plain.
    pub value: Plain,
}

/// What an expression stands for, if that is to be seen without evaluating anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    Text(String),
    /// A number, as it is written.
    Number(String),
    List(Vec<Expression>),
    /// What a name stands for, which may be `True`.
    Name(String),
    /// A call of a function by its name.
    Call(Box<Call>),
    Other,
}

impl Call {
    /// The value of the argument `name`.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.name.as_deref() == Some(name))
    }
}

/// The use of a name anywhere but as the function that a statement calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) name: String,
    pub(super) at: usize,
}

/// The statements of a file, and the names that are used in them.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) statements: Vec<Statement>,
    pub(super) uses: Vec<Use>,
}

/// How deep brackets and signs may be nested: far beyond what anybody writes.
const DEEPEST: usize = 100;

/// Keywords of Starlark and Python that no expression begins with.
const KEYWORDS: [&str; 32] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "load", "nonlocal", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

const BINARY: [&str; 21] = [
    "+", "-", "*", "/", "//", "%", "==", "!=", "<", ">", "<=", ">=", "|", "&", "^", "<<", ">>",
    "and", "or", "in", "not",
];

const ASSIGN: [&str; 11] = ["+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", ">>="];

/// Finds the statements in the tokens of a text.
pub(super) fn parse(text: &str, tokens: &Tokens) -> Result<Parsed, Fault> {
    let mut parser = Parser { text, tokens: &tokens.tokens, at: 0, nesting: 0, uses: Vec::new() };
    let mut statements = Vec::new();
    loop {
        if parser.kind() == &TokenKind::Newline {
            parser.at += 1;
        } else if parser.kind() == &TokenKind::End {
            return Ok(Parsed { statements, uses: parser.uses });
        } else {
            statements.push(parser.statement()?);
            if parser.kind() != &TokenKind::Newline && !parser.take(";") {
                return Err(parser.unexpected());
            }
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    nesting: usize,
    uses: Vec<Use>,
}

impl<'a> Parser<'a> {
    fn kind(&self) -> &'a TokenKind {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].span.clone()
    }

    /// The token's text; a string's with its quotes, so that none is taken for a symbol.
    fn word(&self) -> &'a str {
        &self.text[self.span()]
    }

    /// Where the token before ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |before| self.tokens[before].span.end)
    }

    fn is(&self, word: &str) -> bool {
        self.word() == word
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.is(word);
        self.at += usize::from(is_there);
        is_there
    }

    fn need(&mut self, word: &str) -> Result<(), Fault> {
        if self.take(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Fault {
        let Range { start, .. } = self.span();
        match self.kind() {
            TokenKind::Newline | TokenKind::End => Fault::new(start, "the line ends too early"),
            TokenKind::Text(_) => Fault::new(start, "a string was not expected here"),
            _ => Fault::new(start, format!("`{}` was not expected here", self.word())),
        }
    }

    fn statement(&mut self) -> Result<Statement, Fault> {
        let Range { start, .. } = self.span();
        if self.kind() == &TokenKind::Name && KEYWORDS.contains(&self.word()) {
            let message = format!("`{}` has no place in a MODULE.bazel", self.word());
            return Err(Fault::new(start, message));
        }
        let first_use = self.uses.len();
        let target = self.expressions()?;
        let mut kind = StatementKind::Other;
        if self.take("=") {
            let value = self.expressions()?;
            kind = match target.value {
                Plain::Name(name) => StatementKind::Assignment(name, value),
                _ => StatementKind::Rebinding,
            };
        } else if ASSIGN.contains(&self.word()) {
            self.at += 1;
            self.expressions()?;
            kind = StatementKind::Rebinding;
        } else if let Plain::Call(call) = target.value {
            // The function is the first name of all.
            self.uses.remove(first_use);
            kind = StatementKind::Call(*call);
        }
        Ok(Statement { span: start..self.end(), kind })
    }

    /// Expressions with commas between, which make a tuple. A last comma needs brackets around it.
    fn expressions(&mut self) -> Result<Expression, Fault> {
        let mut first = self.expression()?;
        while self.take(",") {
            first.value = Plain::Other;
            if self.is(")") {
                break;
            }
            self.expression()?;
        }
        first.span.end = self.end();
        Ok(first)
    }

    fn expression(&mut self) -> Result<Expression, Fault> {
        let mut value = self.operation()?;
        while self.take("if") {
            self.operation()?;
            self.need("else")?;
            self.operation()?;
            value = Expression { span: value.span.start..self.end(), value: Plain::Other };
        }
        Ok(value)
    }

    /// An expression that is no condition. What binds closer does not matter here.
    fn operation(&mut self) -> Result<Expression, Fault> {
        let mut value = self.signed()?;
        while BINARY.contains(&self.word()) {
            if self.take("not") {
                self.need("in")?;
            } else {
                self.at += 1;
            }
            self.signed()?;
            value = Expression { span: value.span.start..self.end(), value: Plain::Other };
        }
        Ok(value)
    }

    fn signed(&mut self) -> Result<Expression, Fault> {
        let Range { start, .. } = self.span();
        let signs = ["not", "-", "+", "~"];
        let mut is_signed = false;
        while signs.contains(&self.word()) {
            self.at += 1;
            is_signed = true;
        }
        let value = self.primary()?;
        if is_signed {
            return Ok(Expression { span: start..self.end(), value: Plain::Other });
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expression, Fault> {
        self.nesting += 1;
        let Range { start, .. } = self.span();
        if self.nesting > DEEPEST {
            return Err(Fault::new(start, "is nested too deeply"));
        }
        let mut value = self.operand()?;
        loop {
            if self.take(".") {
                self.name()?;
                value = Plain::Other;
            } else if self.take("(") {
                let arguments = self.arguments()?;
                value = match value {
                    Plain::Name(function) => Plain::Call(Box::new(Call { function, arguments })),
                    _ => Plain::Other,
                };
            } else if self.take("[") {
                self.index()?;
                value = Plain::Other;
            } else {
                self.nesting -= 1;
                return Ok(Expression { span: start..self.end(), value });
            }
        }
    }

    fn name(&mut self) -> Result<String, Fault> {
        if self.kind() != &TokenKind::Name || KEYWORDS.contains(&self.word()) {
            return Err(self.unexpected());
        }
        let name = self.word().to_owned();
        self.at += 1;
        Ok(name)
    }

    fn operand(&mut self) -> Result<Plain, Fault> {
        let Range { start: at, .. } = self.span();
        match self.kind() {
            TokenKind::Text(value) => {
                self.at += 1;
                if matches!(self.kind(), TokenKind::Text(_)) {
                    let message = "strings side by side are not joined: Starlark wants a `+`";
                    return Err(Fault::new(self.span().start, message));
                }
                Ok(Plain::Text(value.clone()))
            }
            TokenKind::Number => {
                let number = self.word().to_owned();
                self.at += 1;
                Ok(Plain::Number(number))
            }
            TokenKind::Name => {
                let name = self.name()?;
                self.uses.push(Use { name: name.clone(), at });
                Ok(Plain::Name(name))
            }
            TokenKind::Symbol if self.take("[") => self.list(),
            TokenKind::Symbol if self.take("(") => {
                if !self.take(")") {
                    self.expressions()?;
                    self.clauses()?;
                    self.need(")")?;
                }
                Ok(Plain::Other)
            }
            TokenKind::Symbol if self.take("{") => {
                self.dictionary()?;
                Ok(Plain::Other)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A list or a comprehension, behind its `[`.
    fn list(&mut self) -> Result<Plain, Fault> {
        let mut items = Vec::new();
        while !self.take("]") {
            items.push(self.expression()?);
            if items.len() == 1 && self.is("for") {
                self.clauses()?;
                self.need("]")?;
                return Ok(Plain::Other);
            }
            if !self.is("]") {
                self.need(",")?;
            }
        }
        Ok(Plain::List(items))
    }

    /// A dictionary or a comprehension, behind its `{`.
    fn dictionary(&mut self) -> Result<(), Fault> {
        while !self.take("}") {
            self.expression()?;
            self.need(":")?;
            self.expression()?;
            self.clauses()?;
            if !self.is("}") {
                self.need(",")?;
            }
        }
        Ok(())
    }

    /// `for x in y if z`, as often as it is there.
    fn clauses(&mut self) -> Result<(), Fault> {
        while self.is("for") || self.is("if") {
            let is_loop = self.take("for");
            if is_loop {
                self.primary()?;
                while self.take(",") {
                    if !self.is("in") {
                        self.primary()?;
                    }
                }
                self.need("in")?;
            } else {
                self.at += 1;
            }
            self.operation()?;
        }
        Ok(())
    }

    /// What stands in an index or a slice, behind its `[`.
    fn index(&mut self) -> Result<(), Fault> {
        while !self.take("]") {
            if !self.take(":") && !self.take(",") {
                self.expression()?;
                if !self.is("]") && !self.is(":") && !self.is(",") {
                    return Err(self.unexpected());
                }
            }
        }
        Ok(())
    }

    /// The arguments of a call, behind its `(`.
    fn arguments(&mut self) -> Result<Vec<Argument>, Fault> {
        let mut arguments = Vec::new();
        while !self.take(")") {
            let Range { start, .. } = self.span();
            let is_unpacked = self.take("*") || self.take("**");
            let is_named = self.kind() == &TokenKind::Name
                && !is_unpacked
                && self.text[self.tokens[self.at + 1].span.clone()] == *"=";
            let name = if is_named { Some(self.name()?) } else { None };
            if is_named {
                self.need("=")?;
            }
            let mut value = self.expression()?;
            if is_unpacked {
                value.value = Plain::Other;
            }
            if self.is("for") {
                self.clauses()?;
                value.value = Plain::Other;
            }
            if let Some(name) = &name
                && arguments.iter().any(|argument: &Argument| argument.name.as_ref() == Some(name))
            {
                return Err(Fault::new(start, format!("`{name}` is given twice")));
            }
            arguments.push(Argument { name, span: start..self.end(), value });
            if !self.is(")") {
                self.need(",")?;
            }
        }
        Ok(arguments)
    }
}
