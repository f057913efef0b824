//! What was found, judged: a line a check.

use serde::Serialize;

use crate::doctor::facts::{Bazel, Cache, Fact, Facts, Git, Project, Trouble, Upstream};
use crate::support::text::counted;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Passed,
    /// It stops something, but not the everyday commands.
    Attention,
    Failed,
    Skipped,
}

/// A check and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    pub name: &'static str,
    pub status: Status,
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Check {
    fn new(name: &'static str, status: Status, text: impl Into<String>) -> Self {
        Self { name, status, text: text.into(), fix: None }
    }

    fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }

    fn trouble(name: &'static str, status: Status, trouble: &Trouble) -> Self {
        Self { fix: trouble.fix.clone(), ..Self::new(name, status, trouble.what.as_str()) }
    }
}

/// The oldest Bazel that the scenarios run under.
const OLDEST_BAZEL: u32 = 7;

/// A disk with less room than this is about to be full: a Bazel server and its outputs.
const LITTLE: u64 = 2 << 30;

pub(super) fn judge(facts: &Facts) -> Vec<Check> {
    let Facts { git, bazel, upstream, cache, mirror, gh, project } = facts;
    let mut checks = git_checks(git, project.as_ref());
    checks.push(bazel_check(bazel));
    checks.push(network_check(upstream));
    checks.push(cache_check(cache));
    checks.extend(mirror.as_ref().map(mirror_check));
    if let Ok(git) = git {
        checks.push(credentials_check(git));
    }
    checks.push(match gh {
        Some(program) => Check::new("gh", Status::Passed, program.display().to_string()),
        None => {
            Check::new("gh", Status::Attention, "not found on PATH; only `ci propose` needs it")
                .fix("install it from https://cli.github.com, then `gh auth login`")
        }
    });
    checks.push(project_check(project.as_ref()));
    checks
}

fn git_checks(git: &Fact<Git>, project: Option<&Project>) -> Vec<Check> {
    let git = match git {
        Ok(git) => git,
        Err(trouble) => return vec![Check::trouble("git", Status::Failed, trouble)],
    };
    let found = format!("{} ({})", git.version, git.program.display());
    let mut checks = vec![Check::new("git", Status::Passed, found)];
    if let Some(trouble) = &git.refuses {
        checks.push(Check::trouble("git settings", Status::Failed, trouble));
        return checks;
    }
    checks.push(if !git.has_identity {
        Check::new(
            "git settings",
            Status::Attention,
            "no user.email; `new` and `edit` commit with it",
        )
        .fix("git config --global user.email YOU@EXAMPLE.COM")
    } else if project.is_some() && !git.is_in_repository {
        let text = "the project is in no repository; `review` compares with one";
        Check::new("git settings", Status::Attention, text).fix("git init")
    } else {
        Check::new("git settings", Status::Passed, "nothing that stops patcher")
    });
    checks
}

fn bazel_check(bazel: &Bazel) -> Check {
    let (program, version, tested) = match bazel {
        Bazel::Found { program, version, tested } => (program, version, tested.as_deref()),
        Bazel::NotAsked(program) => {
            let text = format!("{}; version not asked for: --offline", program.display());
            return Check::new("Bazel", Status::Skipped, text);
        }
        Bazel::Trouble(trouble) => return Check::trouble("Bazel", Status::Failed, trouble),
    };
    let found = format!("{version} ({})", program.display());
    let major = |version: &str| -> Option<u32> {
        version.split('.').next().and_then(|first| first.parse().ok())
    };
    let is_newer = |tested: &&str| major(tested) < major(version);
    match (major(version), tested.filter(is_newer)) {
        (Some(found_major), _) if found_major < OLDEST_BAZEL => {
            let text = format!("{found} is too old: patcher needs Bazel {OLDEST_BAZEL} or newer");
            Check::new("Bazel", Status::Failed, text).fix("USE_BAZEL_VERSION=7.x, with bazelisk")
        }
        (_, Some(tested)) => {
            let text = format!("{found} is newer than {tested}, which gave the lock's results");
            Check::new("Bazel", Status::Attention, text)
                .fix(format!("USE_BAZEL_VERSION={tested}, with bazelisk"))
        }
        _ => Check::new("Bazel", Status::Passed, found),
    }
}

fn network_check(upstream: &Upstream) -> Check {
    match upstream {
        Upstream::NoProject => Check::new("network", Status::Skipped, "no project, so no upstream"),
        Upstream::NotAsked(name) => {
            Check::new("network", Status::Skipped, format!("{name} not asked: --offline"))
        }
        Upstream::Answers { name, newest } => {
            let newest =
                newest.map_or("no release".to_owned(), |newest| format!("newest {newest}"));
            Check::new("network", Status::Passed, format!("{name} answers: {newest}"))
        }
        Upstream::Trouble(trouble) => Check::trouble("network", Status::Failed, trouble),
    }
}

fn cache_check(cache: &Fact<Cache>) -> Check {
    let Cache { place, size, free, is_writable, leftovers } = match cache {
        Ok(cache) => cache,
        Err(trouble) => return Check::trouble("cache", Status::Failed, trouble),
    };
    let place = place.display();
    let found = format!("{place}: {}, {} free", bytes(*size), bytes(*free));
    if !is_writable {
        return Check::new("cache", Status::Failed, format!("{place} is not writable"))
            .fix("set PATCHER_CACHE_DIR to another directory");
    }
    if *free < LITTLE {
        return Check::new("cache", Status::Attention, format!("{found}: a Bazel needs more"))
            .fix("make room, or set PATCHER_CACHE_DIR to another disk");
    }
    if *leftovers > 0 {
        let left = format!("{found}; {} of programs that were killed", counted(*leftovers, "file"));
        return Check::new("cache", Status::Attention, left).fix("patcher sync");
    }
    Check::new("cache", Status::Passed, found)
}

fn mirror_check(mirror: &Fact<()>) -> Check {
    match mirror {
        Ok(()) => Check::new("mirror", Status::Passed, "has every commit that the lock names"),
        Err(trouble) => Check {
            fix: Some("patcher sync".to_owned()),
            ..Check::trouble("mirror", Status::Attention, trouble)
        },
    }
}

fn credentials_check(git: &Git) -> Check {
    match &git.credential_helper {
        Some(helper) => {
            Check::new("credentials", Status::Passed, format!("git credential helper `{helper}`"))
        }
        None => {
            let text = "no git credential helper; only a private upstream or a push needs one";
            Check::new("credentials", Status::Skipped, text)
        }
    }
}

fn project_check(project: Option<&Project>) -> Check {
    let Some(Project { place, lock, series, patches, problems }) = project else {
        return Check::new("project", Status::Skipped, "none here").fix("patcher init DIR");
    };
    let module = match lock {
        Ok(module) => module,
        Err(trouble) => return Check::trouble("project", Status::Failed, trouble),
    };
    let counts = format!("{series} series, {}", counted(*patches, "patch"));
    let text = format!("{}: {module}, {counts}", place.display());
    match problems {
        0 => Check::new("project", Status::Passed, text),
        problems => {
            let text = format!("{text}; {}", counted(*problems, "problem"));
            Check::new("project", Status::Attention, text).fix("patcher check")
        }
    }
}

/// A number of bytes, with the unit that people read.
fn bytes(count: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 10.0 && unit > 0 {
        format!("{value:.1} {}", units[unit])
    } else {
        format!("{value:.0} {}", units[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git() -> Git {
        Git {
            program: "/usr/bin/git".into(),
            version: "2.47.3".to_owned(),
            refuses: None,
            is_in_repository: true,
            has_identity: true,
            credential_helper: Some("store".to_owned()),
        }
    }

    fn trouble(what: &str) -> Trouble {
        Trouble { what: what.to_owned(), fix: Some("a command".to_owned()) }
    }

    fn facts() -> Facts {
        let tested = Some("7.7.1".to_owned());
        let (program, version) = ("/usr/bin/bazel".into(), "7.7.1".to_owned());
        let name = "https://example.com/rules".to_owned();
        let newest = Some("2.3.2".parse().unwrap());
        Facts {
            git: Ok(git()),
            bazel: Bazel::Found { program, version, tested },
            upstream: Upstream::Answers { name, newest },
            cache: Ok(Cache {
                place: "/c".into(),
                size: 750_000_000,
                free: 20 << 30,
                is_writable: true,
                leftovers: 0,
            }),
            mirror: Some(Ok(())),
            gh: Some("/usr/bin/gh".into()),
            project: Some(Project {
                place: "/p".into(),
                lock: Ok("rules 2.3.2".to_owned()),
                series: 1,
                patches: 3,
                problems: 0,
            }),
        }
    }

    /// The checks that do not pass, a line each.
    fn not_passed(facts: &Facts) -> String {
        let checks = judge(facts);
        let lines = checks.iter().filter(|check| check.status != Status::Passed).map(|check| {
            let Check { name, status, text, fix } = check;
            format!("{name}: {status:?}: {text} [{}]", fix.as_deref().unwrap_or("-"))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn all_passes_if_all_is_there() {
        assert_eq!(not_passed(&facts()), "");
        let texts: Vec<String> =
            judge(&facts()).iter().map(|check| format!("{}: {}", check.name, check.text)).collect();
        assert_eq!(
            texts,
            [
                "git: 2.47.3 (/usr/bin/git)",
                "git settings: nothing that stops patcher",
                "Bazel: 7.7.1 (/usr/bin/bazel)",
                "network: https://example.com/rules answers: newest 2.3.2",
                "cache: /c: 750 MB, 21 GB free",
                "mirror: has every commit that the lock names",
                "credentials: git credential helper `store`",
                "gh: /usr/bin/gh",
                "project: /p: rules 2.3.2, 1 series, 3 patches",
            ]
        );
    }

    #[test]
    fn what_is_missing_fails_and_what_few_need_does_not() {
        let missing = Facts {
            git: Err(trouble("there is no git")),
            bazel: Bazel::Trouble(trouble("there is no Bazel")),
            upstream: Upstream::Trouble(trouble("cannot reach it")),
            cache: Err(trouble("no directory")),
            mirror: Some(Err(trouble("damaged"))),
            gh: None,
            project: None,
        };
        assert_eq!(
            not_passed(&missing),
            "git: Failed: there is no git [a command]\n\
             Bazel: Failed: there is no Bazel [a command]\n\
             network: Failed: cannot reach it [a command]\n\
             cache: Failed: no directory [a command]\n\
             mirror: Attention: damaged [patcher sync]\n\
             gh: Attention: not found on PATH; only `ci propose` needs it [install it from \
             https://cli.github.com, then `gh auth login`]\n\
             project: Skipped: none here [patcher init DIR]"
        );
    }

    #[test]
    fn a_git_that_cannot_work_is_told_from_one_that_lacks_something() {
        let with = |git: Git| not_passed(&Facts { git: Ok(git), ..facts() });
        let refuses = Some(trouble("/p belongs to another user"));
        assert_eq!(
            with(Git { refuses, has_identity: false, ..git() }),
            "git settings: Failed: /p belongs to another user [a command]"
        );
        assert_eq!(
            with(Git { has_identity: false, is_in_repository: false, ..git() }),
            "git settings: Attention: no user.email; `new` and `edit` commit with it [git config \
             --global user.email YOU@EXAMPLE.COM]"
        );
        let bare = Git { is_in_repository: false, credential_helper: None, ..git() };
        let credentials = "credentials: Skipped: no git credential helper; only a private upstream \
                           or a push needs one [-]";
        assert_eq!(
            with(bare.clone()),
            format!(
                "git settings: Attention: the project is in no repository; `review` compares with \
                 one [git init]\n{credentials}"
            )
        );
        let outside = Facts { git: Ok(bare), project: None, ..facts() };
        let project = "project: Skipped: none here [patcher init DIR]";
        assert_eq!(not_passed(&outside), format!("{credentials}\n{project}"));
    }

    #[test]
    fn a_bazel_is_too_old_or_newer_than_what_was_tested() {
        let with = |version: &str, tested: Option<&str>| {
            let (program, tested) = ("/b".into(), tested.map(str::to_owned));
            let bazel = Bazel::Found { program, version: version.to_owned(), tested };
            not_passed(&Facts { bazel, ..facts() })
        };
        assert_eq!(
            with("6.5.0", Some("7.7.1")),
            "Bazel: Failed: 6.5.0 (/b) is too old: patcher needs Bazel 7 or newer \
             [USE_BAZEL_VERSION=7.x, with bazelisk]"
        );
        assert_eq!(
            with("10.0.0", Some("7.7.1")),
            "Bazel: Attention: 10.0.0 (/b) is newer than 7.7.1, which gave the lock's results \
             [USE_BAZEL_VERSION=7.7.1, with bazelisk]"
        );
        for (version, tested) in
            [("7.8.0", Some("7.7.1")), ("9.0.0", None), ("8.0.0", Some("9.0.0"))]
        {
            assert_eq!(with(version, tested), "", "{version}");
        }
        let bazel = Bazel::NotAsked("/b".into());
        assert_eq!(
            not_passed(&Facts { bazel, ..facts() }),
            "Bazel: Skipped: /b; version not asked for: --offline [-]"
        );
    }

    #[test]
    fn a_cache_and_a_project_are_judged_by_what_is_in_them() {
        let with = |change: fn(&mut Cache)| {
            let mut facts = facts();
            facts.cache.as_mut().map(change).unwrap();
            not_passed(&facts)
        };
        assert_eq!([bytes(9_949_000), bytes(10_000_000)], ["9.9 MB", "10 MB"]);
        assert_eq!(
            with(|cache| cache.is_writable = false),
            "cache: Failed: /c is not writable [set PATCHER_CACHE_DIR to another directory]"
        );
        assert_eq!(
            with(|cache| cache.free = 1_500_000_000),
            "cache: Attention: /c: 750 MB, 1.5 GB free: a Bazel needs more [make room, or set \
             PATCHER_CACHE_DIR to another disk]"
        );
        assert_eq!(with(|cache| cache.free = LITTLE), "");
        assert_eq!(
            with(|cache| cache.leftovers = 2),
            "cache: Attention: /c: 750 MB, 21 GB free; 2 files of programs that were killed \
             [patcher sync]"
        );
        let mut broken = facts();
        broken.project.as_mut().unwrap().problems = 2;
        assert_eq!(
            not_passed(&broken),
            "project: Attention: /p: rules 2.3.2, 1 series, 3 patches; 2 problems [patcher check]"
        );
        broken.project.as_mut().unwrap().lock = Err(trouble("upstream.lock:3: no"));
        assert_eq!(not_passed(&broken), "project: Failed: upstream.lock:3: no [a command]");
    }

    #[test]
    fn bytes_have_the_unit_that_people_read() {
        let texts = [0, 999, 1_500, 2_500_000, 25_000_000, 7_000_000_000_000_000].map(bytes);
        assert_eq!(texts, ["0 kB", "1 kB", "2 kB", "2.5 MB", "25 MB", "7000 TB"]);
    }
}
