//! Tokens of a MODULE.bazel, each with its bytes' place.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A number, of any form.
    Number,
    /// A string, with what it stands for.
    Text(String),
    /// A bracket, an operator, a comma and so on.
    Symbol,
    /// The end of a line outside of brackets.
    Newline,
    /// The end of the file.
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

/// The tokens and the comments of a file.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Range<usize>>,
}

/// What cannot be understood, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// What may begin a file that some editors write.
pub(super) const BOM: char = '\u{feff}';

/// The longest first: `//=` is not `//` and `=`.
const SYMBOLS: [&str; 42] = [
    "//=", "<<=", ">>=", "**", "//", "<<", ">>", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "->", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "+", "-",
    "*", "/", "%", "<", ">", "&", "|", "^", "~",
];

/// Splits a text into tokens.
pub(super) fn lex(text: &str) -> Result<Tokens, Fault> {
    let mut lexer = Lexer { text, at: 0, open: Vec::new() };
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    if text.starts_with(BOM) {
        lexer.at = BOM.len_utf8();
    }
    let mut is_line_start = true;
    loop {
        let blank = lexer.blanks();
        let start = lexer.at;
        let rest = &text[start..];
        let Some(first) = rest.chars().next() else { break };
        if first == '#' {
            lexer.at += rest.find('\n').unwrap_or(rest.len());
            let comment = text[start..lexer.at].trim_end_matches('\r');
            comments.push(start..start + comment.len());
            continue;
        }
        if first == '\n' {
            lexer.at += 1;
            if lexer.open.is_empty() {
                tokens.push(Token { kind: TokenKind::Newline, span: start..lexer.at });
                is_line_start = true;
            }
            continue;
        }
        if is_line_start && blank {
            return Err(Fault::new(start, "this is indented, and a MODULE.bazel has no blocks"));
        }
        is_line_start = false;
        let kind = lexer.token(first)?;
        tokens.push(Token { kind, span: start..lexer.at });
    }
    if let Some(&(at, bracket)) = lexer.open.last() {
        return Err(Fault::new(at, format!("`{bracket}` is never closed")));
    }
    let end = text.len();
    tokens.push(Token { kind: TokenKind::Newline, span: end..end });
    tokens.push(Token { kind: TokenKind::End, span: end..end });
    Ok(Tokens { tokens, comments })
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The brackets that are open, each with its place.
    open: Vec<(usize, char)>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Passes over blanks and continued lines; whether there were any.
    fn blanks(&mut self) -> bool {
        let start = self.at;
        loop {
            let rest = self.rest();
            let continued = ["\\\n", "\\\r\n"].iter().find(|end| rest.starts_with(**end));
            let length = match continued {
                Some(end) => end.len(),
                None if rest.starts_with([' ', '\t', '\r']) => 1,
                None => return self.at > start,
            };
            self.at += length;
        }
    }

    /// Takes the token that begins with `first`.
    fn token(&mut self, first: char) -> Result<TokenKind, Fault> {
        let rest = self.rest();
        let is_raw = rest.starts_with("r\"") || rest.starts_with("r'");
        if is_raw || matches!(first, '"' | '\'') {
            return self.string().map(TokenKind::Text);
        }
        if first == '_' || first.is_ascii_alphabetic() {
            let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
            self.at += rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            return Ok(TokenKind::Name);
        }
        if first.is_ascii_digit() {
            let is_part = |c: char| c == '.' || c == '_' || c.is_ascii_alphanumeric();
            self.at += rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            return Ok(TokenKind::Number);
        }
        let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) else {
            let shown = first.escape_debug();
            return Err(Fault::new(self.at, format!("`{shown}` has no meaning here")));
        };
        self.bracket(first)?;
        self.at += symbol.len();
        Ok(TokenKind::Symbol)
    }

    fn bracket(&mut self, bracket: char) -> Result<(), Fault> {
        let opening = match bracket {
            '(' | '[' | '{' => {
                self.open.push((self.at, bracket));
                return Ok(());
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => return Ok(()),
        };
        match self.open.pop() {
            Some((_, open)) if open == opening => Ok(()),
            Some((_, open)) => {
                Err(Fault::new(self.at, format!("`{bracket}` does not close `{open}`")))
            }
            None => Err(Fault::new(self.at, format!("`{bracket}` closes nothing"))),
        }
    }

    /// Takes a string; the result is what it stands for.
    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        let is_raw = self.rest().starts_with('r');
        self.at += usize::from(is_raw);
        let quote = if self.rest().starts_with('"') { "\"" } else { "'" };
        let triple = quote.repeat(3);
        let is_triple = self.rest().starts_with(&triple);
        let end = if is_triple { triple.as_str() } else { quote };
        self.at += end.len();
        let mut value = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(end) {
                self.at += end.len();
                return Ok(value);
            }
            match rest.chars().next() {
                None => return Err(Fault::new(start, "the string is never closed")),
                Some('\n') if !is_triple => {
                    return Err(Fault::new(start, "the string is not closed on its line"));
                }
                Some('\\') if is_raw => {
                    value.push('\\');
                    self.at += 1;
                    // A quote after a backslash does not end a raw string either.
                    if let Some(next) = self.rest().chars().next() {
                        if next == '\n' && !is_triple {
                            continue;
                        }
                        value.push(next);
                        self.at += next.len_utf8();
                    }
                }
                Some('\\') => self.escape(&mut value)?,
                // Line ends in strings are `\n`, whatever they are in the file.
                Some('\r') if rest.starts_with("\r\n") => self.at += 1,
                Some(c) => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self, value: &mut String) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let odd = |lexer: &Self| {
            let shown = lexer.rest().chars().next().map(|c| c.escape_debug().to_string());
            Fault::new(start, format!("`\\{}` is no escape sequence", shown.unwrap_or_default()))
        };
        let Some(next) = self.rest().chars().next() else { return Err(odd(self)) };
        let plain = match next {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '\\' | '"' | '\'' => next,
            '\n' => {
                self.at += 1;
                return Ok(());
            }
            '\r' if self.rest().starts_with("\r\n") => {
                self.at += 2;
                return Ok(());
            }
            _ => {
                value.push(self.code(next).ok_or_else(|| odd(self))?);
                return Ok(());
            }
        };
        value.push(plain);
        self.at += next.len_utf8();
        Ok(())
    }

    /// Takes a character's code, which begins with `first`: after `skip` bytes at most `most`
    /// digits; but for octal ones, exactly so many.
    fn code(&mut self, first: char) -> Option<char> {
        let (skip, most, radix) = match first {
            '0'..='7' => (0, 3, 8),
            'x' => (1, 2, 16),
            'u' => (1, 4, 16),
            'U' => (1, 8, 16),
            _ => return None,
        };
        let digits = self.rest().get(skip..)?;
        let is_digit = |c: &char| c.is_digit(radix);
        let count = digits.chars().take(most).take_while(is_digit).count();
        let is_enough = radix == 8 || count == most;
        let code = u32::from_str_radix(&digits[..count], radix).ok().filter(|_| is_enough)?;
        let code = char::from_u32(code)?;
        self.at += skip + count;
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let tokens = lex(text).unwrap().tokens;
        let text = |token: Token| match token.kind {
            TokenKind::Text(value) => Some(value),
            _ => None,
        };
        tokens.into_iter().filter_map(text).collect()
    }

    #[test]
    fn strings_stand_for_what_starlark_says() {
        let cases = [
            (r#""a'b""#, "a'b"),
            (r#"'a"b'"#, "a\"b"),
            (r#""""a"b""c""""#, "a\"b\"\"c"),
            ("'''a\nb'''", "a\nb"),
            ("'''a\r\nb'''", "a\nb"),
            ("'''a\rb'''", "a\rb"),
            (r#"r"a\n\"b""#, r#"a\n\"b"#),
            (r#""\x41\101\u00e9\U0001F600\t\\\"\'""#, "AAé😀\t\\\"'"),
            (r#""\a\b\f\n\r\v""#, "\u{7}\u{8}\u{c}\n\r\u{b}"),
            ("\"a\\\nb\"", "ab"),
            ("\"a\\\r\nb\"", "ab"),
            ("\"\"", ""),
            ("\"\"\"\"\"\"", ""),
        ];
        for (text, value) in cases {
            assert_eq!(texts(text), [value], "{text}");
        }
    }

    #[test]
    fn faults_are_named_with_their_place() {
        let cases = [
            ("a(\n", 1, "`(` is never closed"),
            ("a)", 1, "`)` closes nothing"),
            ("a(]", 2, "`]` does not close `(`"),
            ("x = \"a\n\"", 4, "the string is not closed on its line"),
            ("x = r\"a\\\n\"", 4, "the string is not closed on its line"),
            ("x = '''a", 4, "the string is never closed"),
            ("x = \"\\\r\"", 5, "`\\\\r` is no escape sequence"),
            ("x = \"\\q\"", 5, "`\\q` is no escape sequence"),
            ("x = \"\\x4\"", 5, "`\\x` is no escape sequence"),
            ("  x = 1", 2, "this is indented, and a MODULE.bazel has no blocks"),
            ("é = 1", 0, "`é` has no meaning here"),
        ];
        for (text, at, message) in cases {
            assert_eq!(lex(text).unwrap_err(), Fault::new(at, message), "{text}");
        }
    }

    #[test]
    fn comments_and_continued_lines_are_no_tokens() {
        let tokens = lex("\u{feff}a \\\n  = 1 # one\r\n  # two\n").unwrap();
        assert_eq!(tokens.comments, [13..18, 22..27]);
        let names = tokens.tokens.iter().filter(|token| token.kind == TokenKind::Name);
        assert_eq!(names.count(), 1);
    }
}
