//! Where a run of the matrix comes from: when it began, the project's commit, and the job of GitHub
//! that it is part of, if there is one.

use jiff::tz::Offset;

use crate::git::revision::{CheckedOut, Repository};
use crate::matrix::model::Origin;
use crate::project::site::Site;
use crate::support::environment::Environment;
use crate::support::failure::Result;

/// Where a run that begins now comes from.
///
/// # Errors
///
/// git cannot be started.
pub fn of(site: &Site<'_>) -> Result<Origin> {
    let checked_out = Repository::new(site.env, site.root).checked_out()?;
    Ok(described(site.env, jiff::Timestamp::now(), checked_out))
}

fn described(env: &Environment, now: jiff::Timestamp, checked_out: Option<CheckedOut>) -> Origin {
    let mut origin = Origin {
        date: Offset::UTC.to_datetime(now).strftime("%Y-%m-%d %H:%M UTC").to_string(),
        tool: format!("patcher {}", env!("CARGO_PKG_VERSION")),
        ..Origin::default()
    };
    // As every job of GitHub's runner has them.
    let server = env.get("GITHUB_SERVER_URL").filter(|url| url.starts_with("https://"));
    let repository = server.zip(env.get("GITHUB_REPOSITORY"));
    let repository = repository.map(|(server, name)| format!("{server}/{name}"));
    if let (Some(repository), Some(id)) = (&repository, env.get("GITHUB_RUN_ID")) {
        origin.run_url = Some(format!("{repository}/actions/runs/{id}"));
    }
    if let Some(CheckedOut { commit, prefix, is_changed }) = checked_out {
        // A commit that was made in the job is not on the server.
        let is_pushed = env.get("GITHUB_SHA") == Some(commit.as_str());
        origin.files_url = repository
            .filter(|_| is_pushed && !is_changed)
            .map(|repository| format!("{repository}/blob/{commit}/{prefix}"));
        origin.is_changed = is_changed;
        origin.commit = Some(commit);
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_of_github_has_links_and_only_to_what_is_there() {
        let now: jiff::Timestamp = "2026-11-27T16:57:31Z".parse().unwrap();
        let env = Environment::of_process().unwrap();
        let job = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_RUN_ID", "42"),
        ];
        let none = job.iter().fold(env.clone(), |env, (name, _)| env.with(name, ""));
        let job = job.iter().fold(env, |env, (name, value)| env.with(name, *value));
        let job = job.with("GITHUB_SHA", "07".repeat(20));

        let clean =
            CheckedOut { commit: "07".repeat(20), prefix: "tools/".into(), is_changed: false };
        let found = described(&job, now, Some(clean.clone()));
        assert_eq!(found.date, "2026-11-27 16:57 UTC");
        assert_eq!(found.run_url.as_deref(), Some("https://github.com/o/r/actions/runs/42"));
        let files = format!("https://github.com/o/r/blob/{}/tools/", "07".repeat(20));
        assert_eq!(found.files_url, Some(files));

        let changed = CheckedOut { is_changed: true, ..clean.clone() };
        let changed = described(&job, now, Some(changed));
        assert_eq!((changed.files_url, changed.is_changed), (None, true));
        let made_here = job.with("GITHUB_SHA", "08".repeat(20));
        assert_eq!(described(&made_here, now, Some(clean.clone())).files_url, None);
        let found = described(&none, now, Some(clean));
        assert_eq!((found.run_url, found.files_url), (None, None));
        assert_eq!(found.commit, Some("07".repeat(20)));
        assert_eq!(described(&none, now, None).commit, None);
    }
}
