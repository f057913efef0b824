//! The proposal as a value, as it is handed from `nightly` to `propose`, and which earlier pull
//! requests and issues it makes new, changes, or closes. What is proposed is decided in `nightly`.

use serde::{Deserialize, Serialize};

use crate::project::{lock, resolution};
use crate::support::ids::Release;
use crate::support::names::{PatchName, RepoPath};

/// The version of the file: it changes when a field changes its meaning.
const SCHEMA: u32 = 1;

/// GitHub takes 65,536 characters.
const LONGEST: usize = 65_000;

/// What a nightly run results in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    schema: u32,
    /// Pull request, issue, or nothing.
    pub kind: Kind,
    /// What it is about: there is at most one open pull request or issue of a topic.
    pub topic: String,
    pub title: String,
    pub body: String,
    /// The files that a pull request changes.
    pub files: Vec<File>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ProposalKind"))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing: the project is up to date.
    Nothing,
    /// To take the series as it is now.
    PullRequest,
    /// That somebody looks where it stopped.
    Issue,
}

/// A file of the project that is to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path in the project.
    pub path: String,
    /// What it is to hold; absent if it is to go.
    pub text: Option<String>,
}

/// Whether a path in the directory of a series is of the series: its list, a patch, or a recorded
/// resolution.
fn is_of_series(path: &str) -> bool {
    let is_resolution = |(directory, name): (&str, &str)| {
        directory == resolution::DIRECTORY && !name.contains('/') && name.ends_with(".toml")
    };
    path == "series"
        || path.parse::<PatchName>().is_ok()
        || path.split_once('/').is_some_and(is_resolution)
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::PullRequest => "pull request",
            Self::Issue => "issue",
        }
    }
}

impl Proposal {
    /// Nothing: the project is up to date.
    pub fn nothing(title: String) -> Self {
        Self::new(Kind::Nothing, "nothing".to_owned(), title, String::new())
    }

    /// A pull request that takes the project to `release`.
    pub fn pull_request(release: Release, title: String, body: String, files: Vec<File>) -> Self {
        Self { files, ..Self::new(Kind::PullRequest, topic(release), title, body) }
    }

    /// An issue: it does not go on to `release`; absent if nothing could be asked for.
    pub fn issue(release: Option<Release>, title: String, body: String) -> Self {
        let topic = release.map_or_else(|| "integrity".to_owned(), topic);
        Self::new(Kind::Issue, topic, title, body)
    }

    fn new(kind: Kind, topic: String, title: String, body: String) -> Self {
        Self { schema: SCHEMA, kind, topic, title, body, files: Vec::new() }
    }

    /// Reads what [`Proposal::print`] wrote. It comes from a job that ran upstream's code, so
    /// nothing is taken on trust: it may change the lock and what is in the `directories` of the
    /// series, and name a branch that is patcher's.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str, directories: &[&str]) -> Result<Self, String> {
        let proposal: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if proposal.schema != SCHEMA {
            return Err(format!("its schema is {}, this patcher knows {SCHEMA}", proposal.schema));
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
        let topic = &proposal.topic;
        if topic.is_empty() || !topic.chars().all(is_plain) || topic.contains("..") {
            return Err(format!("{topic:?} is no topic"));
        }
        for File { path, .. } in &proposal.files {
            path.parse::<RepoPath>().map_err(|error| error.to_string())?;
            let is_series = |directory: &&str| {
                let rest = path.strip_prefix(*directory);
                rest.and_then(|rest| rest.strip_prefix('/')).is_some_and(is_of_series)
            };
            if path != lock::FILE && !directories.iter().any(is_series) {
                return Err(format!("{path} is neither {} nor of a series", lock::FILE));
            }
        }
        Ok(proposal)
    }

    /// The file that `propose` reads.
    ///
    /// # Errors
    ///
    /// None: all of it is text.
    pub fn print(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The branch of a pull request.
    pub fn branch(&self) -> String {
        format!("patcher/{}", self.topic)
    }

    /// The first line of the text, by which an earlier one is known again.
    fn marker(&self) -> String {
        format!("<!-- patcher: {} -->", self.topic)
    }

    /// The text as GitHub gets it.
    pub fn text(&self) -> String {
        let text = format!("{}\n{}", self.marker(), self.body);
        match text.char_indices().nth(LONGEST) {
            None => text,
            Some((end, _)) => {
                let whole = text[..end].rfind('\n').unwrap_or(end);
                format!("{}\n\nThe rest is too long for here.\n", &text[..whole])
            }
        }
    }

    /// The commit's message. Its last line separates patcher's own commits from those that a
    /// person added to the branch.
    pub fn message(&self) -> String {
        format!("{}\n\n{}\n", self.title, self.trailer())
    }

    /// Whether `message` is of a commit that [`Proposal::message`] described.
    pub fn is_own(&self, message: &str) -> bool {
        message.trim_end().ends_with(&self.trailer())
    }

    fn trailer(&self) -> String {
        format!("Patcher-Topic: {}", self.topic)
    }

    /// What is to be done, given all issues and pull requests that are patcher's.
    pub fn steps(&self, posts: &[Post]) -> Vec<Step> {
        let marker = self.marker();
        let is_same = |post: &&Post| post.kind() == self.kind && post.starts_with(&marker);
        let mut steps = Vec::new();
        if self.kind != Kind::Nothing {
            let open = posts.iter().filter(is_same).find(|post| post.is_open());
            let closed = posts.iter().filter(is_same).find(|post| post.was_turned_down());
            steps.push(match (open, closed) {
                (Some(post), _) if post.title == self.title && post.body() == self.text() => {
                    Step::Keep(post.number)
                }
                (Some(post), _) => Step::Update(post.number),
                (None, Some(post)) => Step::LetBe(post.number),
                (None, None) => Step::Create,
            });
        }
        let taken = steps.iter().find_map(Step::number);
        let is_left =
            |post: &&Post| post.is_open() && post.is_marked() && taken != Some(post.number);
        steps.extend(posts.iter().filter(is_left).map(|post| Step::Close {
            number: post.number,
            title: post.title.clone(),
            // What patcher closes it lets go of: only what a person closed stays closed.
            text: post.body().split_once('\n').map_or("", |(_, rest)| rest).to_owned(),
        }));
        steps
    }
}

/// `sync-2.3.4`
fn topic(release: Release) -> String {
    format!("sync-{release}")
}

/// An issue or a pull request, in the words of GitHub's REST API, which has both in one list.
#[derive(Clone, Debug, Deserialize)]
pub struct Post {
    pub number: u64,
    title: String,
    body: Option<String>,
    state: String,
    pull_request: Option<PullRequest>,
}

#[derive(Clone, Debug, Deserialize)]
struct PullRequest {
    merged_at: Option<String>,
}

impl Post {
    fn kind(&self) -> Kind {
        if self.pull_request.is_some() { Kind::PullRequest } else { Kind::Issue }
    }

    /// Its text, with the ends of lines that were sent.
    fn body(&self) -> String {
        self.body.clone().unwrap_or_default().replace("\r\n", "\n")
    }

    fn starts_with(&self, marker: &str) -> bool {
        self.body().lines().next() == Some(marker)
    }

    fn is_marked(&self) -> bool {
        self.body().starts_with("<!-- patcher: ")
    }

    fn is_open(&self) -> bool {
        self.state == "open"
    }

    /// Whether a person closed it, and not by merging it.
    fn was_turned_down(&self) -> bool {
        let merged = self.pull_request.as_ref().and_then(|request| request.merged_at.as_ref());
        !self.is_open() && merged.is_none()
    }
}

/// Something to do with an issue or a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is none of this topic yet.
    Create,
    /// It gets the new title and text.
    Update(u64),
    /// It says just that already.
    Keep(u64),
    /// A person closed it: no other one is made of its topic.
    LetBe(u64),
    /// It is about something that has passed.
    Close {
        number: u64,
        title: String,
        /// Its text without the marker.
        text: String,
    },
}

impl Step {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Create => None,
            Self::Update(number) | Self::Keep(number) | Self::LetBe(number) => Some(*number),
            Self::Close { number, .. } => Some(*number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(kind: Kind, topic: &str) -> Proposal {
        Proposal::new(kind, topic.to_owned(), "a title".to_owned(), "A text.\n".to_owned())
    }

    fn post(number: u64, proposal: &Proposal, state: &str) -> Post {
        let is_pull_request = proposal.kind == Kind::PullRequest;
        Post {
            number,
            title: proposal.title.clone(),
            body: Some(proposal.text().replace('\n', "\r\n")),
            state: state.to_owned(),
            pull_request: is_pull_request.then_some(PullRequest { merged_at: None }),
        }
    }

    #[test]
    fn there_is_one_of_a_topic() {
        let request = proposal(Kind::PullRequest, "sync-1.1.0");
        assert_eq!(request.steps(&[]), [Step::Create]);
        let open = post(7, &request, "open");
        assert_eq!(request.steps(std::slice::from_ref(&open)), [Step::Keep(7)]);
        let changed = Proposal { body: "Another.\n".to_owned(), ..request.clone() };
        assert_eq!(changed.steps(&[open]), [Step::Update(7)]);
    }

    #[test]
    fn a_commit_is_known_by_its_last_line() {
        let request = proposal(Kind::PullRequest, "sync-1.1.0");
        assert_eq!(request.message(), "a title\n\nPatcher-Topic: sync-1.1.0\n");
        // Whatever a later run calls it.
        let renamed = Proposal { title: "another title".to_owned(), ..request.clone() };
        assert!(request.is_own(&renamed.message()));
        assert!(!request.is_own("a title\n"));
        assert!(!request.is_own(&proposal(Kind::PullRequest, "sync-1.2.0").message()));
    }

    #[test]
    fn what_a_person_closed_stays_closed_and_what_was_merged_does_not_count() {
        let request = proposal(Kind::PullRequest, "sync-1.1.0");
        let closed = post(7, &request, "closed");
        assert_eq!(request.steps(std::slice::from_ref(&closed)), [Step::LetBe(7)]);
        let merged = Some(PullRequest { merged_at: Some("2026-01-01".to_owned()) });
        let merged = Post { pull_request: merged, ..closed };
        assert_eq!(request.steps(&[merged]), [Step::Create]);
    }

    #[test]
    fn what_has_passed_is_closed_and_loses_its_marker() {
        let (issue, request) =
            (proposal(Kind::Issue, "sync-1.1.0"), proposal(Kind::PullRequest, "sync-1.1.0"));
        let older = proposal(Kind::PullRequest, "sync-1.0.0");
        let foreign = Post { body: Some("Mine.".to_owned()), ..post(3, &issue, "open") };
        let posts = [post(1, &issue, "open"), post(2, &older, "open"), foreign];
        let close = |number| Step::Close {
            number,
            title: "a title".to_owned(),
            text: "A text.\n".to_owned(),
        };
        assert_eq!(request.steps(&posts), [Step::Create, close(1), close(2)]);
        assert_eq!(Proposal::nothing("up to date".to_owned()).steps(&posts), [close(1), close(2)]);
        let text = "A text.\n".to_owned();
        let let_go = Post { body: Some(text), ..post(1, &issue, "closed") };
        assert_eq!(issue.steps(&[let_go]), [Step::Create]);
    }

    #[test]
    fn a_text_that_is_too_long_ends_at_a_line() {
        let long = Proposal { body: "äöü\n".repeat(30_000), ..proposal(Kind::Issue, "x") };
        let text = long.text();
        assert!(text.starts_with("<!-- patcher: x -->\näöü\n") && text.chars().count() < 65_100);
        assert!(text.ends_with("äöü\n\nThe rest is too long for here.\n"));
    }

    #[test]
    fn what_is_proposed_is_the_series_and_the_lock() {
        let file = |path: &str| File { path: path.to_owned(), text: None };
        let request = |paths: &[&str]| Proposal {
            files: paths.iter().map(|path| file(path)).collect(),
            ..proposal(Kind::PullRequest, "sync-1.1.0")
        };
        let parse = |proposal: &Proposal| Proposal::parse(&proposal.print().unwrap(), &["patches"]);
        let good = request(&[
            "upstream.lock",
            "patches/series",
            "patches/0001-a.patch",
            "patches/resolutions/a.toml",
        ]);
        assert_eq!(parse(&good), Ok(good));
        for path in [
            "patcher.toml",
            ".github/workflows/ci.yml",
            "patches",
            "patchesx/series",
            "patches/../series",
            "patches/README.md",
            "patches/resolutions/a/b.toml",
        ] {
            assert!(parse(&request(&[path])).is_err(), "{path}");
        }
        for topic in ["", "a b", "../main", "a..b", "A"] {
            assert!(parse(&proposal(Kind::Issue, topic)).is_err(), "{topic:?}");
        }
        let later = Proposal { schema: 2, ..proposal(Kind::Issue, "x") };
        assert!(parse(&later).unwrap_err().contains("its schema is 2"));
    }
}
