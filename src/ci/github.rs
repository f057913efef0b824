//! GitHub, by the `gh` program: it has the user's credentials, and is on every runner. Only its
//! REST API is called, so that what is asked and what comes back is documented in one place.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ci::proposal::Post;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::process::Call;

/// What patcher marks its issues and pull requests with.
const LABEL: &str = "patcher";

/// The repository that the project is in, on GitHub.
#[derive(Clone, Debug)]
pub struct GitHub {
    gh: Call,
}

impl GitHub {
    /// The repository of the directory `root`, or the one that `GH_REPO` names.
    ///
    /// # Errors
    ///
    /// There is no gh on PATH.
    pub fn new(env: &Environment, root: &Path) -> Result<Self> {
        let program = env.find_program("gh").ok_or_else(|| {
            Failure::new(Kind::Environment, "there is no `gh` on PATH")
                .hint("install GitHub's command line, and log in: `gh auth login`")
        })?;
        let call = Call::new(program, root);
        let mut variables = env.only(|_| true);
        for (name, value) in [("GH_PROMPT_DISABLED", "1"), ("NO_COLOR", "1")] {
            variables.insert(name.into(), value.into());
        }
        Ok(Self { gh: Call { env: variables, ..call }.args(["api"]) })
    }

    /// The issues and pull requests that are patcher's, the newest first.
    ///
    /// # Errors
    ///
    /// GitHub says no, or cannot be reached.
    pub fn posts(&self) -> Result<Vec<Post>> {
        let query = format!("issues?labels={LABEL}&state=all&per_page=100");
        let pages = Self::call(&self.gh.clone().args(["--paginate", &repository(&query)]))?;
        // A page each, one after the other or in one list: gh has done both.
        let mut posts = Vec::new();
        for page in serde_json::Deserializer::from_slice(&pages).into_iter::<Vec<Post>>() {
            posts.extend(page.map_err(unreadable)?);
        }
        Ok(posts)
    }

    /// Opens an issue; the result is its number.
    ///
    /// # Errors
    ///
    /// As [`GitHub::posts`].
    pub fn open_issue(&self, title: &str, text: &str) -> Result<u64> {
        let issue = json!({ "title": title, "body": text, "labels": [LABEL] });
        Ok(self.send::<Number>("POST", "issues", &issue)?.number)
    }

    /// Opens a pull request; the result is its number.
    ///
    /// # Errors
    ///
    /// As [`GitHub::posts`].
    pub fn open_pull_request(&self, request: &PullRequest<'_>) -> Result<u64> {
        let Number { number } = self.send("POST", "pulls", &json!(request))?;
        let labels = json!({ "labels": [LABEL] });
        self.send::<Value>("POST", &format!("issues/{number}/labels"), &labels)?;
        Ok(number)
    }

    /// Gives an issue or a pull request another title and text.
    ///
    /// # Errors
    ///
    /// As [`GitHub::posts`].
    pub fn rewrite(&self, number: u64, title: &str, text: &str) -> Result<()> {
        let post = json!({ "title": title, "body": text });
        self.send::<Value>("PATCH", &format!("issues/{number}"), &post).map(|_| ())
    }

    /// Closes an issue or a pull request, with a comment that says why.
    ///
    /// # Errors
    ///
    /// As [`GitHub::posts`].
    pub fn close(&self, number: u64, (title, text): (&str, &str), why: &str) -> Result<()> {
        let comments = format!("issues/{number}/comments");
        self.send::<Value>("POST", &comments, &json!({ "body": why }))?;
        let post = json!({ "title": title, "body": text, "state": "closed" });
        self.send::<Value>("PATCH", &format!("issues/{number}"), &post).map(|_| ())
    }

    fn send<T: DeserializeOwned>(&self, method: &str, path: &str, body: &Value) -> Result<T> {
        let args = ["--method", method, "--input", "-", &repository(path)];
        let call = Call { stdin: body.to_string().into_bytes(), ..self.gh.clone().args(args) };
        serde_json::from_slice(&Self::call(&call)?).map_err(unreadable)
    }

    fn call(call: &Call) -> Result<Vec<u8>> {
        let output = call.run()?;
        if output.code == Some(0) {
            return Ok(output.stdout);
        }
        let message = format_args!("`{}`: {}", call.describe(), output.stderr.trim());
        Err(Failure::new(Kind::Environment, message).hint(
            "it needs a token that may write issues and pull requests; a repository's settings \
             may forbid workflows to create pull requests",
        ))
    }
}

/// A pull request to open, as GitHub takes it.
#[derive(Debug, Serialize)]
pub struct PullRequest<'a> {
    pub title: &'a str,
    pub body: &'a str,
    /// The branch that it is of.
    pub head: &'a str,
    /// The branch that it is for.
    pub base: &'a str,
}

#[derive(serde::Deserialize)]
struct Number {
    number: u64,
}

/// gh fills in the repository.
fn repository(path: &str) -> String {
    format!("repos/{{owner}}/{{repo}}/{path}")
}

fn unreadable(error: serde_json::Error) -> Failure {
    Failure::because(Kind::Environment, "what `gh` printed cannot be understood", error)
}
