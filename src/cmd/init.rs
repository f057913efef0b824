//! `patcher init`: a project for a user.

use super::Context;
use crate::cli::Init;
use crate::init::{InitOptions, Initialised, Repository, Wanted, Writing, init};
use crate::support::failure::Result;
use crate::support::guide::{guide, shell, step};
use crate::support::look::Meaning;
use crate::support::text::counted;

pub(super) fn run(context: &Context, args: &Init) -> Result<()> {
    let options = InitOptions {
        directory: args.directory.clone(),
        ruleset: args.upstream.clone().map(|upstream| Wanted { upstream, tag: args.tag.clone() }),
        repository: if args.no_git { Repository::NotMade } else { Repository::Made },
        writing: if args.dry_run { Writing::LeftOut } else { Writing::Done },
    };
    let initialised = init(&context.site(), &options)?;
    if args.dry_run {
        context.ui.summary("nothing was written");
    }
    let text = match (args.dry_run, &initialised.ruleset) {
        (true, _) => listed(&initialised),
        (false, None) => next(context, &initialised),
        (false, Some(ruleset)) => {
            created(context, &initialised);
            let directory = shell(&initialised.directory);
            let why = format!("pin {}, without patches so far", ruleset.release);
            context.ui.next(&format!("cd {directory} && patcher sync --to latest"), &why);
            String::new()
        }
    };
    context.ui.data(&text, &initialised);
    Ok(())
}

fn listed(initialised: &Initialised) -> String {
    let Initialised { directory, files, .. } = initialised;
    files.iter().map(|file| format!("{}/{file}\n", directory.trim_end_matches('/'))).collect()
}

fn created(context: &Context, initialised: &Initialised) {
    let Initialised { directory, files, made_repository, .. } = initialised;
    let repository = if *made_repository { ", a git repository" } else { "" };
    let text = format!("{directory}: {}{repository}", counted(files.len(), "file"));
    context.ui.status(Meaning::Done, "Created", &text);
    context.ui.summary("a project to start with");
}

fn next(context: &Context, initialised: &Initialised) -> String {
    created(context, initialised);
    guide(&[
        step(&format!("cd {}", shell(&initialised.directory)), ""),
        step("patcher doctor", "check git, Bazel, network and cache"),
        step("patcher sync", "fetch upstream, apply the patches and test them"),
    ])
}
