//! The real rules_python: a clone that was named, one that was put into the cache, or the mirror
//! that `patcher sync` made.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use patcher::git::mirror::Mirror;
use patcher::project::load::Project;
use patcher::project::workspace::Workspace;
use patcher::support::environment::Environment;

use crate::common::Sandbox;

static FOUND: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let project = Project::load(Workspace::new(Path::new(env!("CARGO_MANIFEST_DIR"))));
    find(&Environment::of_process().unwrap(), &project.lock.unwrap().upstream.url)
});

/// The repository; without one, the reason.
pub(crate) fn repository() -> Result<PathBuf, String> {
    FOUND.clone()
}

/// A clone of the repository at `url`; without one, the reason and what helps.
fn find(env: &Environment, url: &str) -> Result<PathBuf, String> {
    if let Some(given) = env.get("PATCHER_TEST_UPSTREAM") {
        let given = PathBuf::from(given);
        let is_repository = given.join("HEAD").is_file();
        return if is_repository {
            Ok(given)
        } else {
            Err(format!("PATCHER_TEST_UPSTREAM: {} is no bare repository", given.display()))
        };
    }
    let cache = env.cache().map_err(|failure| failure.error.to_string())?;
    let seed = cache.join("seed/rules_python.git");
    if seed.join("HEAD").is_file() {
        return Ok(seed);
    }
    let mirror =
        Mirror::of(env, env.directory(), url).map_err(|failure| failure.error.to_string())?;
    // A fetch that failed leaves an empty one.
    if mirror.releases().is_ok_and(|releases| !releases.is_empty()) {
        return Ok(mirror.objects().parent().unwrap().to_owned());
    }
    Err("no rules_python: `patcher sync --check` fetches it, \
         or set PATCHER_TEST_UPSTREAM to a bare clone"
        .into())
}

pub(crate) fn what_sync_fetched_is_found() {
    let sandbox = Sandbox::new();
    let env = |given: &str| {
        let env = Environment::of_process().unwrap().with("PATCHER_CACHE_DIR", &sandbox.cache);
        env.with("PATCHER_TEST_UPSTREAM", given)
    };
    let url = || sandbox.upstream.to_str().unwrap().to_owned();
    // Nothing was fetched, or not all of it.
    let reason = find(&env(""), "https://example.com/demo_rules").unwrap_err();
    assert!(reason.contains("`patcher sync --check` fetches it"), "{reason}");
    assert!(reason.contains("PATCHER_TEST_UPSTREAM"), "{reason}");
    sandbox.sync();
    let mirror = find(&env(""), &url()).unwrap();
    assert!(mirror.starts_with(sandbox.cache.join("mirror")), "{mirror:?}");
    let commit = |repository: &Path| sandbox.git(repository, &["rev-parse", "1.0.0"]);
    assert_eq!(commit(&mirror), commit(&sandbox.upstream));
    // Of another upstream there still is none, and an empty mirror is none either.
    find(&env(""), "https://example.com/demo_rules").unwrap_err();
    for tag in ["1.0.0", "1.1.0"] {
        sandbox.git(&mirror, &["tag", "--delete", tag]);
    }
    find(&env(""), &url()).unwrap_err();
    // What was put into the cache comes before it, and what was named before both.
    let seed = sandbox.cache.join("seed/rules_python.git");
    let clone = ["clone", "--quiet", "--bare", sandbox.upstream.to_str().unwrap()];
    sandbox.git(&sandbox.home, &[&clone[..], &[seed.to_str().unwrap()]].concat());
    assert_eq!(find(&env(""), &url()), Ok(seed));
    let named = sandbox.upstream.to_str().unwrap();
    assert_eq!(find(&env(named), &url()), Ok(sandbox.upstream.clone()));
    let reason = find(&env("/nonexistent"), &url()).unwrap_err();
    assert_eq!(reason, "PATCHER_TEST_UPSTREAM: /nonexistent is no bare repository");
}
