//! The programs that the registry's archives went through, so that only they can make them again:
//! GNU gzip, or git itself. What patcher publishes goes through `publish::archive`.

use crate::git::program::plain_git;
use crate::git::store::{Commit, Store};
use crate::publish::release_archive::unpatched_tar;
use crate::support::environment::Environment;
use crate::support::failure::Result;
use crate::support::ids::Sri;
use crate::support::process::Call;

/// A release whose own archive is made again.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The directory in its archive.
    pub strip_prefix: &'a str,
    /// What `git describe --tags` says of it.
    pub tag: &'a str,
    pub base: &'a Commit,
}

/// A release's own archive, made again.
#[derive(Clone, Debug)]
pub struct Reproduction {
    /// The digest of what `gzip` makes by default.
    pub made: Sri,
    /// The digest of its content, before it is compressed.
    pub tar: Sri,
    /// The wanted digest, if one of the ways makes such bytes.
    pub reproduced: Option<Sri>,
}

/// GNU gzip on this machine, and git if it is here.
#[derive(Clone, Debug)]
pub struct GnuGzip {
    gzip: Call,
    git: Option<Call>,
}

/// The levels that hosts compress at: GitHub's, and the best.
const LEVELS: [&str; 2] = ["-6", "-9"];

impl GnuGzip {
    /// The program, if it is here: there are others of that name.
    pub fn find(env: &Environment) -> Option<Self> {
        let call = Call::new(env.find_program("gzip")?, env.directory());
        let version = call.clone().args(["--version"]).run().ok()?;
        let is_gnu = String::from_utf8_lossy(&version.stdout).contains("Free Software Foundation");
        let git = plain_git(env, env.directory()).ok();
        is_gnu.then_some(Self { gzip: call, git })
    }

    /// Makes a release's own archive again, in each way that hosts are known to use, until it is
    /// the one that is `wanted`, an integrity.
    ///
    /// # Errors
    ///
    /// It cannot be made, or `gzip` cannot be started.
    pub fn reproduce(&self, store: &Store, own: Own<'_>, wanted: &str) -> Result<Reproduction> {
        let Own { strip_prefix, tag, base } = own;
        let tar = unpatched_tar(store, strip_prefix, tag, base)?;
        let mut made = Vec::new();
        for level in LEVELS {
            let gzip = self.gzip.clone().args([level]);
            made.push(Sri::of(&Call { stdin: tar.clone(), ..gzip }.run()?.stdout));
            if made.last().is_some_and(|made| made.to_string() == wanted) {
                break;
            }
        }
        if made.iter().all(|made| made.to_string() != wanted) {
            made.extend(self.by_git(store, own));
        }
        let reproduced = made.iter().find(|made| made.to_string() == wanted).cloned();
        Ok(Reproduction { made: made.swap_remove(0), tar: Sri::of(&tar), reproduced })
    }

    /// What `git archive --format=tar.gz` makes, which compresses by itself since git 2.38.
    fn by_git(&self, store: &Store, own: Own<'_>) -> Option<Sri> {
        let Own { strip_prefix, base, .. } = own;
        let repository = store.repository().to_str()?;
        let directory = format!("--git-dir={repository}");
        let prefix = format!("--prefix={strip_prefix}/");
        let setting = "tar.tar.gz.command=git archive gzip";
        let call = self.git.clone()?.args([&directory, "-c", setting, "archive"]);
        let output = call.args(["--format=tar.gz", &prefix, &base.id.to_string()]).run().ok()?;
        (output.code == Some(0)).then(|| Sri::of(&output.stdout))
    }
}
