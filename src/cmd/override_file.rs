//! `patcher override`: the override in a consumer's MODULE.bazel, and nothing else in it.

use serde::Serialize;
use serde_json::Value as Json;

use super::{Context, Document, Told};
use crate::cli::{Override as Command, OverrideAction, OverrideRoute, RouteArgs};
use crate::consumer::bazel_version::BazelVersion;
use crate::consumer::{
    self, Edited, Found, ModuleFile, ModuleFiles, Override, OverrideFunction, Plain, Wanted,
};
use crate::project::changes::Changes;
use crate::project::config;
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock::ReleaseLock;
use crate::project::stale::staleness;
use crate::project::workspace::{self, Workspace};
use crate::publish::snippet::{archive_url, base_url};
use crate::support::failure::{Failure, Result};
use crate::support::problem::{Kind, Problem};
use crate::support::text::{one_line, table};

/// What everybody who edits an override should know.
const ROOT_ONLY: &str = "Only the root module's overrides count: where another repository depends on this one, Bazel \
     passes over them";

/// What the files say of the module.
#[derive(Serialize)]
struct Standing {
    module: String,
    bazel_dep: Option<Call>,
    /// One at most, or Bazel refuses the file.
    overrides: Vec<Call>,
    note: &'static str,
}

/// A statement about the module.
#[derive(Serialize)]
struct Call {
    function: String,
    file: String,
    line: usize,
    arguments: serde_json::Map<String, Json>,
    #[serde(skip)]
    rows: Vec<[String; 2]>,
}

/// What a run did to the files, or would do.
#[derive(Serialize)]
struct Outcome {
    /// The version that is published; absent where the override was removed.
    version: Option<String>,
    /// The files that were written, or would be.
    changed: Vec<String>,
    steps: Vec<String>,
    #[serde(flatten)]
    standing: Standing,
}

pub(super) fn run(context: &Context, args: &Command) -> Result<()> {
    let project = context.project()?;
    let module = project.lock()?.upstream.module.clone();
    match &args.action {
        OverrideAction::Show(args) => show(context, &module, &read(context, &args.file.name)?),
        OverrideAction::Add(args) => {
            let files = read(context, &args.file.name)?;
            let (wanted, version) = wanted(context, &project, &args.route)?;
            let edited = consumer::add(&files, &wanted)?;
            finish(context, &files, &edited, &module, Some(version), args.check.check)
        }
        OverrideAction::Update(args) => {
            let files = read(context, &args.file.name)?;
            let (wanted, version) = wanted(context, &project, &args.route)?;
            let edited = consumer::update(&files, &wanted, args.replace)?;
            finish(context, &files, &edited, &module, Some(version), args.check.check)
        }
        OverrideAction::Remove(args) => {
            let files = read(context, &args.file.name)?;
            let edited = consumer::remove(&files, &module, args.to.as_ref())?;
            finish(context, &files, &edited, &module, None, args.check.check)
        }
    }
}

/// The file that the user names, with all that it includes.
fn read(context: &Context, name: &str) -> Result<ModuleFiles> {
    if context.env.directory().join(name).is_dir() {
        let message = format_args!("{name} is a directory");
        let hint = format!("name the file: {}/MODULE.bazel", name.trim_end_matches('/'));
        return Err(Failure::new(Kind::Input, message).hint(hint));
    }
    let directory = Workspace::new(context.env.directory());
    Ok(ModuleFiles::collect(name, |name| directory.read(name))?)
}

/// What the override is to be, by the lock; and the version that is published.
fn wanted(context: &Context, project: &Project, args: &RouteArgs) -> Result<(Wanted, String)> {
    if project.is_edited {
        let problems = project.problems.iter().filter(|p| p.file == crate::project::lock::FILE);
        return Err(problems.cloned().collect::<Vec<Problem>>().into());
    }
    let SupportedRelease { lock, release: locked, .. } = project.supported(args.release)?;
    if let Some(stale) = staleness(locked, project) {
        context.ui.warning(&format!("{} is not verified: {stale}", locked.version()));
    }
    let (statement, version) = statement(args, &lock.upstream.module, locked, project)?;
    let is_exact = statement.kind == OverrideFunction::SingleVersion;
    let version: BazelVersion =
        version.parse().map_err(|e: String| Failure::new(Kind::Defect, e))?;
    Ok((Wanted { statement, version, is_exact }, locked.version().to_string()))
}

/// The override of a route, and the version that belongs into the `bazel_dep`.
fn statement(
    args: &RouteArgs,
    module: &str,
    locked: &ReleaseLock,
    project: &Project,
) -> Result<(Override, String)> {
    let RouteArgs { route, path, remote, registry, url, .. } = args;
    let flags = [
        (OverrideRoute::LocalPath, "--path", path.is_some()),
        (OverrideRoute::Git, "--remote", remote.is_some()),
        (OverrideRoute::Registry, "--registry", registry.is_some()),
    ];
    if let Some((_, flag, _)) = flags.iter().find(|(of, _, is_given)| *is_given && of != route) {
        let message = format_args!("{flag} is for another --route");
        return Err(Failure::new(Kind::Input, message).hint("see `patcher override add --help`"));
    }
    let need = |value: &Option<String>, message: &str, hint: &str| {
        value.clone().ok_or_else(|| Failure::new(Kind::Input, message).hint(hint))
    };
    let release = locked.release.to_string();
    Ok(match route {
        OverrideRoute::Archive => {
            let base = base_url(url.base_url.as_deref(), &project.config)?;
            let hint = "name it with --base-url, or keep `base-url` in patcher.toml";
            let base = need(&base, "it is not known where the archive is published", hint)?;
            let (archive, url) = (&locked.archive, archive_url(&base, &locked.archive));
            let integrity = archive.integrity.to_string();
            (Override::archive(module, &url, &integrity, &archive.strip_prefix), release)
        }
        OverrideRoute::Git => {
            let hint =
                "name it with --remote: a repository that the published commit was pushed to";
            let remote = need(remote, "it is not known which repository to take", hint)?;
            let remote = config::public_url(&remote);
            (Override::git(module, &remote, &locked.patched_commit.to_string()), release)
        }
        OverrideRoute::LocalPath => {
            let hint = "name it with --path: `patcher export DIR` makes one";
            let path = need(path, "it is not known which directory to take", hint)?;
            (Override::local_path(module, &path), release)
        }
        OverrideRoute::Registry => {
            let hint = "name it with --registry";
            let registry = need(registry, "it is not known which registry to take", hint)?;
            let registry = config::base_url(&registry)
                .map_err(|_| format!("{registry:?} is no URL of a registry"))
                .map_err(|message| {
                    Failure::new(Kind::Input, message)
                        .hint("Bazel wants https://, http:// or file:///")
                })?;
            let version = locked.version().to_string();
            (Override::single_version(module, &version, registry), version)
        }
    })
}

/// Writes what was edited, or with `is_check` tells what would be.
fn finish(
    context: &Context,
    before: &ModuleFiles,
    edited: &Edited,
    module: &str,
    version: Option<String>,
    is_check: bool,
) -> Result<()> {
    let pairs = before.iter().zip(edited.files.iter());
    let changed: Vec<(&ModuleFile, &ModuleFile)> =
        pairs.filter(|(old, new)| old.text != new.text).collect();
    let names: Vec<String> = changed.iter().map(|(_, new)| new.name.clone()).collect();
    let sentence = |step: &consumer::Step| format!("{} {}", step.verb, step.text);
    let outcome = Outcome {
        version,
        changed: names.clone(),
        steps: edited.steps.iter().map(sentence).collect(),
        standing: standing(&edited.files, module)?,
    };
    let told = Told { command: "override", data: outcome };
    if changed.is_empty() {
        let text = match &told.data.version {
            Some(version) => format!("the override of {module} {version}"),
            None => format!("there is no override of {module}"),
        };
        context.ui.status("Up to date", &text);
    } else if is_check {
        let mut changes = Changes::default();
        for (_, new) in &changed {
            changes.write(&new.name, new.text.as_bytes());
        }
        let current = |name: &str| {
            let old = changed.iter().find(|(old, _)| old.name == name);
            old.map(|(old, _)| old.text.clone().into_bytes())
        };
        context.ui.text(&changes.diff(current));
        let names = names.join(", ");
        return Err(Failure::new(Kind::Finding, format_args!("not up to date: {names}"))
            .hint("the same command without --check brings it up to date")
            .telling(&told));
    } else {
        let paths: Vec<_> = names.iter().map(|name| context.env.directory().join(name)).collect();
        let texts = changed.iter().map(|(_, new)| new.text.as_bytes());
        let files: Vec<(&std::path::Path, &[u8])> =
            paths.iter().map(std::path::PathBuf::as_path).zip(texts).collect();
        workspace::write_all(&files)?;
        for step in &edited.steps {
            context.ui.status(step.verb, &step.text);
        }
    }
    for note in &edited.notes {
        context.ui.note(note);
    }
    context.ui.note(ROOT_ONLY);
    context.ui.document(&Document::from(told));
    Ok(())
}

fn show(context: &Context, module: &str, files: &ModuleFiles) -> Result<()> {
    let standing = standing(files, module)?;
    let mut rows: Vec<[String; 2]> = Vec::new();
    let none = |what: &str| vec![[what.to_owned(), format!("none of {module}")]];
    rows.extend(standing.bazel_dep.as_ref().map_or_else(|| none("bazel_dep"), Call::table));
    if standing.overrides.is_empty() {
        rows.extend(none("override"));
    }
    rows.extend(standing.overrides.iter().flat_map(Call::table));
    context.ui.note(ROOT_ONLY);
    context.ui.data(&table(&rows), &Document::new("override", standing));
    Ok(())
}

fn standing(files: &ModuleFiles, module: &str) -> Result<Standing> {
    Ok(Standing {
        module: module.to_owned(),
        bazel_dep: files.bazel_dep(module)?.as_ref().map(Call::of),
        overrides: files.overrides(module)?.iter().map(Call::of).collect(),
        note: ROOT_ONLY,
    })
}

impl Call {
    fn of(found: &Found<'_>) -> Self {
        let (mut arguments, mut rows) = (serde_json::Map::new(), Vec::new());
        for argument in &found.call.arguments {
            let name = argument.name.clone().unwrap_or_default();
            let source = one_line(&found.file.text[argument.value.span.clone()]);
            if !matches!(name.as_str(), "name" | "module_name") {
                rows.push([format!("  {name}"), source.clone()]);
            }
            arguments.insert(name, json(&argument.value, found.file));
        }
        Self {
            function: found.call.function.clone(),
            file: found.file.name.clone(),
            line: found.line(),
            arguments,
            rows,
        }
    }

    fn table(&self) -> Vec<[String; 2]> {
        let place = [self.function.clone(), format!("{}:{}", self.file, self.line)];
        std::iter::once(place).chain(self.rows.iter().cloned()).collect()
    }
}

/// A plain value as it is; another as the text of its expression.
fn json(expression: &consumer::Expression, file: &ModuleFile) -> Json {
    let source = || serde_json::json!({ "expression": file.text[expression.span.clone()] });
    match &expression.value {
        Plain::Text(text) => Json::from(text.as_str()),
        Plain::Number(number) => number.parse::<i64>().map_or_else(|_| source(), Json::from),
        Plain::Name(name) if name == "True" => Json::from(true),
        Plain::Name(name) if name == "False" => Json::from(false),
        Plain::List(items) => items.iter().map(|item| json(item, file)).collect(),
        _ => source(),
    }
}
