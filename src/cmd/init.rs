//! `patcher init`: a project for a user.

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::Init;
use crate::init::{InitOptions, Initialised, Repository, Wanted, init};
use crate::support::failure::Result;
use crate::support::guide::{shell, step};
use crate::support::look::Meaning;
use crate::support::text::counted;
use crate::support::writing::Writing;

pub(super) fn run(context: &Context, args: &Init) -> Result<()> {
    let options = InitOptions {
        directory: args.directory.clone(),
        ruleset: args.upstream.clone().map(|upstream| Wanted { upstream, tag: args.tag.clone() }),
        repository: if args.no_git { Repository::NotMade } else { Repository::Made },
        writing: args.write.writing(),
    };
    let initialised = init(&context.site(), &options)?;
    if options.writing == Writing::LeftOut {
        let would_write = WouldWrite::new(vec![initialised.directory.clone()]);
        let would_write = would_write.with_text(listed(&initialised));
        return would_write.print(context, args.write, &initialised);
    }
    created(context, &initialised);
    context.ui.document(&initialised);
    Ok(())
}

fn listed(initialised: &Initialised) -> String {
    let Initialised { directory, files, .. } = initialised;
    files.iter().map(|file| format!("{}/{file}\n", directory.trim_end_matches('/'))).collect()
}

fn created(context: &Context, initialised: &Initialised) {
    let Initialised { directory, files, made_repository, ruleset, .. } = initialised;
    let repository = if *made_repository { ", a git repository" } else { "" };
    let text = format!("{directory}: {}{repository}", counted(files.len(), "file"));
    context.ui.status(Meaning::Done, "Created", &text);
    context.ui.summary("a project to start with");
    let directory = shell(directory);
    if let Some(ruleset) = ruleset {
        let why = format!("pin {}, without patches so far", ruleset.release);
        return context.ui.next(&format!("cd {directory} && patcher sync --to latest"), &why);
    }
    context.ui.steps(&[
        step("patcher doctor", "check git, Bazel, network and cache"),
        step("patcher sync", "fetch upstream, apply the patches and test them"),
    ]);
    context.ui.next(&format!("cd {directory}"), "go on there");
}
