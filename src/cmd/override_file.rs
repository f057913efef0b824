//! `patcher override`

use serde::Serialize;

use super::{Context, Document, Reported};
use crate::cli::{KindArg, KindArgs, Override as Command, OverrideAction};
use crate::consumer::overview::{Overview, ROOT_ONLY};
use crate::consumer::{Step, Unlike};
use crate::publish::override_edit::{self, Change, Edit, EditOptions, Source, Target};
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::table;

#[derive(Serialize)]
struct Outcome {
    version: Option<String>,
    changed: Vec<String>,
    steps: Vec<String>,
    #[serde(flatten)]
    overview: Overview,
}

pub(super) fn run(context: &Context, args: &Command) -> Result<()> {
    let (file, change, check) = match &args.action {
        OverrideAction::Show(args) => return show(context, &args.file.name),
        OverrideAction::Add(args) => (&args.file, Change::Add(target(&args.kind)?), &args.check),
        OverrideAction::Update(args) => {
            let target = target(&args.kind)?;
            let unlike = if args.replace { Unlike::Replaced } else { Unlike::Refused };
            (&args.file, Change::Update { target, unlike }, &args.check)
        }
        OverrideAction::Remove(args) => {
            (&args.file, Change::Remove { to: args.to.clone() }, &args.check)
        }
    };
    let options = EditOptions { file: file.name.clone(), change, is_check: check.check };
    let edit = override_edit::edit(&context.site(), &options)?;
    print(context, edit, &options)
}

fn show(context: &Context, file: &str) -> Result<()> {
    let overview = override_edit::show(&context.site(), file)?;
    context.ui.note(ROOT_ONLY);
    context.ui.data(&table(&overview.rows()), &Document::new("override", overview));
    Ok(())
}

fn print(context: &Context, edit: Edit, options: &EditOptions) -> Result<()> {
    let Edit { version, changed, diff, steps, notes, overview } = edit;
    let names = changed.join(", ");
    let up_to_date = match &version {
        _ if !changed.is_empty() => None,
        Some(version) => Some(format!("the override of {} {version}", overview.module)),
        None => Some(format!("there is no override of {}", overview.module)),
    };
    let sentence = |step: &Step| format!("{} {}", step.verb, step.text);
    let data = Outcome { version, changed, steps: steps.iter().map(sentence).collect(), overview };
    let reported = Reported { command: "override", data };
    if let Some(text) = up_to_date {
        context.ui.status("Up to date", &text);
    } else if options.is_check {
        context.ui.text(&diff);
        return Err(Failure::new(Kind::Finding, format_args!("not up to date: {names}"))
            .hint("the same command without --check brings it up to date")
            .with_report(&reported));
    } else {
        for step in &steps {
            context.ui.status(step.verb, &step.text);
        }
    }
    for note in &notes {
        context.ui.note(note);
    }
    context.ui.note(ROOT_ONLY);
    context.ui.document(&Document::from(reported));
    Ok(())
}

/// The release and the source that the flags name; each kind has a flag that it needs.
fn target(args: &KindArgs) -> Result<Target> {
    let KindArgs { release, kind, url, path, remote, registry } = args;
    let flags = [
        (KindArg::LocalPath, "--path", path.is_some()),
        (KindArg::Git, "--remote", remote.is_some()),
        (KindArg::Registry, "--registry", registry.is_some()),
    ];
    if let Some((_, flag, _)) = flags.iter().find(|(of, _, is_given)| *is_given && of != kind) {
        let message = format_args!("{flag} is for another --route");
        return Err(Failure::new(Kind::Input, message).hint("see `patcher override add --help`"));
    }
    let need = |value: &Option<String>, message: &str, hint: &str| {
        value.clone().ok_or_else(|| Failure::new(Kind::Input, message).hint(hint))
    };
    let source = match kind {
        KindArg::Archive => Source::Archive { base_url: url.base_url.clone() },
        KindArg::Git => {
            let hint =
                "name it with --remote: a repository that the published commit was pushed to";
            let message = "it is not known which repository to take";
            Source::Git { remote: need(remote, message, hint)? }
        }
        KindArg::LocalPath => {
            let hint = "name it with --path: `patcher export DIR` makes one";
            Source::LocalPath { path: need(path, "it is not known which directory to take", hint)? }
        }
        KindArg::Registry => {
            let message = "it is not known which registry to take";
            Source::Registry { url: need(registry, message, "name it with --registry")? }
        }
    };
    Ok(Target { release: *release, source })
}
