//! Which flag, variable or line of patcher.toml gave a value, so that an error names what is to be
//! corrected.

use std::fmt;

use crate::project::config;
use crate::project::load::{Project, read_text};
use crate::project::lock;
use crate::project::workspace::Workspace;
use crate::support::environment::Environment;
use crate::support::failure::Failure;

/// A value that a flag gives, else a variable, else patcher.toml.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    flag: &'static str,
    variable: &'static str,
    key: &'static str,
}

pub const BASE_URL: Setting =
    Setting { flag: "--base-url", variable: "PATCHER_BASE_URL", key: "base-url" };
pub const UPSTREAM: Setting =
    Setting { flag: "--upstream", variable: "PATCHER_UPSTREAM", key: "upstream" };
pub const BAZEL: Setting = Setting { flag: "--bazel", variable: "PATCHER_BAZEL", key: "bazel" };
pub const BAZELRC: Setting =
    Setting { flag: "--bazelrc", variable: "PATCHER_BAZELRC", key: "bazelrc" };
pub const MODULE_APPEND: Setting =
    Setting { flag: "--module-append", variable: "PATCHER_MODULE_APPEND", key: "module-append" };

/// What gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Variable(&'static str),
    /// patcher.toml: the key, and its line if it is found.
    Key(&'static str, Option<usize>),
}

impl Setting {
    /// What gave a value that the command has: the parser of the command line takes a flag and a
    /// variable alike.
    pub fn given(&self, env: &Environment, value: &str) -> Origin {
        let is_own = |all: &str| all == value || all.split(',').any(|one| one == value);
        match env.get(self.variable) {
            Some(all) if is_own(all) => Origin::Variable(self.variable),
            _ => Origin::Flag(self.flag),
        }
    }

    /// A failure about such a value, with what gave it.
    pub fn blamed(&self, env: &Environment, value: &str, failure: Failure) -> Failure {
        let origin = self.given(env, value);
        let failure = origin.named(failure);
        // How to correct a flag is said already, if anything is.
        match origin {
            Origin::Flag(_) if !failure.hints.is_empty() => failure,
            _ => failure.hint(origin.way_out()),
        }
    }

    /// Where the patcher.toml of a project has the value.
    pub fn configured(&self, workspace: &Workspace) -> Origin {
        let text = read_text(workspace, config::FILE).ok().flatten().unwrap_or_default();
        let is_own = |line: &str| {
            let rest = line.trim_start().strip_prefix(self.key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        Origin::Key(self.key, text.lines().position(is_own).map(|line| line + 1))
    }
}

/// The upstream that a project itself names, and the place where it does.
pub fn own_upstream(project: &Project) -> Option<(&str, String)> {
    if let Some(url) = &project.config.upstream {
        return Some((url, UPSTREAM.configured(&project.workspace).place()));
    }
    let url = &project.lock.as_ref()?.upstream.url;
    let line = lock::line_of(&project.lock_text, "url =").map(|line| format!(":{line}"));
    Some((url, format!("{}{}", lock::FILE, line.unwrap_or_default())))
}

impl Origin {
    /// The failure about the value, with what gave it before its message.
    pub fn named(&self, failure: Failure) -> Failure {
        let message = format!("{self}: {}", failure.message());
        Failure { error: anyhow::anyhow!("{message}"), ..failure }
    }

    /// The place without the key: `patcher.toml:3`.
    pub fn place(&self) -> String {
        match self {
            Self::Flag(name) | Self::Variable(name) => (*name).to_owned(),
            Self::Key(_, Some(line)) => format!("{}:{line}", config::FILE),
            Self::Key(_, None) => config::FILE.to_owned(),
        }
    }

    /// How to get rid of a value that cannot be used.
    pub fn way_out(&self) -> String {
        match self {
            Self::Flag(name) => format!("correct {name}, or leave it out"),
            Self::Variable(name) => format!("correct it, or `unset {name}`"),
            Self::Key(..) => "correct or delete that line".to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    /// As a message begins that is about the value: `patcher.toml:3: base-url`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())?;
        if let Self::Key(key, _) = self { write!(f, ": {key}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_of_the_variable_that_has_it_else_of_the_flag() {
        let env = Environment::of_process().unwrap();
        let env = env.with("PATCHER_BAZELRC", "a.rc,b.rc").with("PATCHER_BAZEL", "");
        for (setting, value, place, way_out) in [
            (BAZELRC, "b.rc", "PATCHER_BAZELRC", "correct it, or `unset PATCHER_BAZELRC`"),
            (BAZELRC, "a.rc,b.rc", "PATCHER_BAZELRC", "correct it, or `unset PATCHER_BAZELRC`"),
            (BAZELRC, "c.rc", "--bazelrc", "correct --bazelrc, or leave it out"),
            (BAZEL, "bazel", "--bazel", "correct --bazel, or leave it out"),
        ] {
            let origin = setting.given(&env, value);
            assert_eq!((origin.place(), origin.way_out()), (place.to_owned(), way_out.to_owned()));
            assert_eq!(origin.to_string(), place);
        }
    }

    #[test]
    fn a_key_is_found_at_its_line_and_not_at_one_that_begins_so() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path());
        assert_eq!(BAZEL.configured(&workspace).to_string(), "patcher.toml: bazel");
        let text = "# bazel = 1\nbazelrc = []\n bazel= \"b\"\n";
        std::fs::write(directory.path().join(config::FILE), text).unwrap();
        let origin = BAZEL.configured(&workspace);
        assert_eq!(origin, Origin::Key("bazel", Some(3)));
        assert_eq!(
            (origin.place(), origin.to_string()),
            ("patcher.toml:3".to_owned(), "patcher.toml:3: bazel".to_owned())
        );
        assert_eq!(origin.way_out(), "correct or delete that line");
    }
}
