//! `patcher override`

use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::{
    KindArgs, ModuleFileArg, Override as Command, OverrideAction, OverrideUpdate, WriteArgs,
};
use crate::consumer::overview::{Overview, ROOT_ONLY};
use crate::consumer::{Step, Unlike};
use crate::publish::override_edit::{self, Change, Edit, EditOptions};
use crate::publish::override_target::{Source, Target};
use crate::support::failure::Result;
use crate::support::look::Meaning;
use crate::support::text::table;
use crate::support::writing::Writing;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Outcome {
    version: Option<String>,
    changed: Vec<String>,
    steps: Vec<String>,
    #[serde(flatten)]
    overview: Overview,
}

pub(super) fn run(context: &Context, args: &Command) -> Result<()> {
    let (file, change, write) = match &args.action {
        OverrideAction::Show(args) => return show(context, &args.file),
        OverrideAction::Add(args) => (&args.file, Change::Add(target(&args.kind)), args.write),
        OverrideAction::Update(args) => {
            let (target, unlike) = (target(&args.kind), unlike(args));
            (&args.file, Change::Update { target, unlike }, args.write)
        }
        OverrideAction::Remove(args) => {
            (&args.file, Change::Remove { to: args.to.clone() }, args.write)
        }
    };
    let (name, lock) = (file.name.clone(), file.lock.lock.clone());
    let options = EditOptions { file: name, lock, change, writing: write.writing() };
    let edit = override_edit::edit(&context.site(), &options)?;
    print(context, edit, write)
}

fn show(context: &Context, file: &ModuleFileArg) -> Result<()> {
    let lock = file.lock.lock.as_deref();
    let overview = override_edit::show(&context.site(), &file.name, lock)?;
    context.ui.note(ROOT_ONLY);
    let state = if overview.overrides.is_empty() { "no override" } else { "an override" };
    context.ui.summary(&format!("{state} of {}", overview.module));
    context.ui.data(&table(&overview.rows()), &overview);
    Ok(())
}

fn print(context: &Context, edit: Edit, write: WriteArgs) -> Result<()> {
    let Edit { version, changed, diff, steps, notes, overview } = edit;
    let files = changed.clone();
    let up_to_date = match &version {
        _ if !changed.is_empty() => None,
        Some(version) => {
            Some(format!("the override of {} {version} is up to date", overview.module))
        }
        None => Some(format!("there is no override of {}", overview.module)),
    };
    let sentence = |step: &Step| format!("{} {}", step.verb, step.text);
    let reported =
        Outcome { version, changed, steps: steps.iter().map(sentence).collect(), overview };
    if let Some(text) = up_to_date {
        context.ui.summary(&text);
    } else if write.writing() == Writing::LeftOut {
        return WouldWrite::changes(files, diff).print(context, write, &reported);
    } else {
        for step in &steps {
            context.ui.status(Meaning::Done, step.verb, &step.text);
        }
        context.ui.summary(&format!("changed {}", files.join(", ")));
        context.ui.next("bazel mod deps", "resolve with it, and update MODULE.bazel.lock");
    }
    for note in &notes {
        context.ui.note(note);
    }
    context.ui.note(ROOT_ONLY);
    context.ui.document(&reported);
    Ok(())
}

/// What the flags name.
fn target(args: &KindArgs) -> Target {
    let KindArgs { release, kind, url, upstream_archive, path, remote, registry } = args;
    let source = Source {
        base_urls: url.base_url.iter().cloned().collect(),
        upstream_archive: upstream_archive.clone(),
        path: path.clone(),
        remote: remote.clone(),
        registry: registry.clone(),
    };
    Target { release: *release, kind: *kind, source }
}

fn unlike(args: &OverrideUpdate) -> Unlike {
    match (args.replace, args.drop_arguments) {
        (false, _) => Unlike::Refused,
        (true, false) => Unlike::Replaced,
        (true, true) => Unlike::ReplacedWithoutArguments,
    }
}
