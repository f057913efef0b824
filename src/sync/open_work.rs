//! The port or the edit that is under way in a worktree, and how it goes on.

use serde::Serialize;

use crate::port::edit;
use crate::port::resolve;
use crate::port::session::Session;
use crate::port::work::Task;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::guide::{Step, guide, step};
use crate::support::look::Meaning;
use crate::support::marked::Marked;
use crate::sync::options::Options;
use crate::sync::resolve::status;

/// Work in a worktree that waits for a person.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenWork {
    /// What it is, in a sentence.
    pub text: String,
    /// Where a person works on it, if it is known.
    pub worktree: Option<String>,
    /// Where a port is; absent of an edit.
    pub resolve: Option<resolve::Status>,
    /// Why it cannot go on as it is, if it cannot.
    pub fault: Option<String>,
    /// The commands that go on.
    pub next: Vec<Step>,
}

impl OpenWork {
    /// What is under way, by what is on this machine: nothing is fetched.
    pub fn of(site: &Site<'_>) -> Option<Self> {
        let session = match Session::load(site.env, site.root) {
            Ok(session) => session?,
            Err(failure) => {
                let work = Self { text: "work is under way".to_owned(), ..Self::default() };
                return Some(work.faulty(&failure));
            }
        };
        let (task, worktree) = (session.work.task, Some(session.directory()));
        let work = Self { text: session.text(), worktree, ..Self::default() };
        drop(session);
        Some(work.clone().at(site, task).unwrap_or_else(|failure| work.faulty(&failure)))
    }

    /// With how it goes on.
    fn at(self, site: &Site<'_>, task: Task) -> Result<Self> {
        match task {
            Task::Edit => {
                let next = edit::status(site)?.next();
                Ok(Self { next, ..self })
            }
            Task::Resolve => {
                let site = Site { is_offline: true, ..*site };
                let resolve = status(site, &Options::default())?;
                let next = resolve.next.clone();
                Ok(Self { resolve: Some(resolve), next, ..self })
            }
        }
    }

    fn faulty(self, failure: &Failure) -> Self {
        let next = vec![
            step("patcher continue", "see what can be done about it"),
            step("patcher abort", "or: give up, and leave no trace"),
        ];
        Self { fault: Some(failure.message()), next, ..self }
    }

    /// For people, with the commands that go on.
    pub fn text(&self) -> Marked {
        let Self { text, resolve, fault, next, .. } = self;
        match resolve {
            Some(resolve) => resolve.text(),
            None => {
                let mut marked = Marked::from(format!("{text}\n"));
                if let Some(fault) = fault {
                    marked.push("    ");
                    marked.push(Meaning::Failed.mark(fault));
                    marked.push("\n");
                }
                marked.push(guide(next));
                marked
            }
        }
    }
}
