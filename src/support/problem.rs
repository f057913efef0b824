//! What can be wrong with what a user gave, and which exit code that means.

use std::fmt;

use serde::Serialize;

/// What went wrong, as far as a script needs to know. It decides the exit code,
/// which is an interface: see docs/reference/exit-codes.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ErrorKind"))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A check found something: drift, lint, a lock edited by hand.
    Finding,
    /// Usage, configuration or input that cannot be understood.
    Input,
    /// A three-way merge stopped at a conflict; nothing was changed.
    Conflict,
    /// A scenario has an unexpected result, or one of upstream's tests differs.
    UnexpectedResult,
    /// A tag, a digest or an object differs from what was pinned.
    Integrity,
    /// The network, Bazel, the disk, a permission, an upstream that lacks objects.
    Environment,
    /// A defect of patcher itself.
    Defect,
    /// The user interrupted the run.
    Interrupted,
}

impl Kind {
    /// The process's exit code for this kind.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Finding => 1,
            Self::Input => 2,
            Self::Conflict => 3,
            Self::UnexpectedResult => 5,
            Self::Integrity => 6,
            Self::Environment => 30,
            Self::Defect => 70,
            Self::Interrupted => 130,
        }
    }

    /// Which of two kinds decides the exit code if both are present: what was
    /// pinned and has moved comes first, then what could not be read at all.
    fn weight(self) -> u8 {
        match self {
            Self::Integrity => 4,
            Self::Environment => 3,
            Self::Input => 2,
            _ => 1,
        }
    }
}

/// One thing that is wrong, with its place and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    /// The file, relative to the project.
    pub file: String,
    /// The line in it, from 1, if one is to blame.
    pub line: Option<usize>,
    pub message: String,
    /// The lines that show it, if it is not to be seen at its place.
    pub excerpt: Option<String>,
    /// What the user can do.
    pub hint: Option<String>,
    /// Whether another problem may be all that is behind it.
    pub is_consequence: bool,
    /// Whether `sync` mends it by writing the file again.
    pub is_mendable: bool,
    /// Whether the patch's content is another one: then `sync` picks that up, and mends nothing.
    pub is_content: bool,
}

impl Problem {
    /// A problem of `kind` in `file`.
    pub fn new(kind: Kind, file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            file: file.into(),
            line: None,
            message: message.into(),
            excerpt: None,
            hint: None,
            is_consequence: false,
            is_mendable: false,
            is_content: false,
        }
    }

    /// The same problem, at `line`, counted from 1.
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same problem, with the way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem, which `sync` mends by writing the file again.
    pub fn mendable(mut self) -> Self {
        self.is_mendable = true;
        self
    }

    /// The same problem, which says that a patch's content is another one, and that `sync` picks
    /// up.
    pub fn of_content(self) -> Self {
        Self { is_content: true, ..self.mendable() }
    }

    /// The problem, and below it what shows it.
    pub fn with_excerpt(&self) -> String {
        let excerpt = self.excerpt.as_deref().unwrap_or_default();
        format!("{self}\n{excerpt}").trim_end().to_owned()
    }

    /// The kind that decides the exit code of `problems`; [`Kind::Finding`] for none.
    pub fn worst(problems: &[Self]) -> Kind {
        let kinds = problems.iter().map(|problem| problem.kind);
        kinds.max_by_key(|kind| kind.weight()).unwrap_or(Kind::Finding)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_kind_decides() {
        let worst = |kinds: &[Kind]| {
            let problems: Vec<Problem> =
                kinds.iter().map(|kind| Problem::new(*kind, "f", "no")).collect();
            Problem::worst(&problems)
        };
        assert_eq!(worst(&[]), Kind::Finding);
        let kinds = [Kind::Integrity, Kind::Environment, Kind::Input, Kind::Conflict];
        for (index, kind) in kinds.iter().enumerate() {
            assert_eq!(worst(&kinds[index..]), *kind);
            assert_eq!(worst(&[*kind, Kind::Finding, kinds[3]]), *kind);
        }
    }
}
