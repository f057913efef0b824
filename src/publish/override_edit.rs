//! `override` as operations: the override in a consumer's MODULE.bazel, edited to be what the lock
//! says, and shown.

use std::path::{Path, PathBuf};

use crate::consumer::bazel_version::BazelVersion;
use crate::consumer::overview::Overview;
use crate::consumer::{
    self, Author, Edited, ModuleFile, ModuleFiles, Override, OverrideFunction, Step, Unlike, Value,
    Wanted,
};
use crate::project::changes::Changes;
use crate::project::evidence;
use crate::project::lock;
use crate::project::override_kind::OverrideKind;
use crate::project::published_lock::PublishedLock;
use crate::project::site::Site;
use crate::project::workspace::{self, Expected, NewFile};
use crate::publish::consumer_file::read;
use crate::publish::kinds;
use crate::publish::override_target::{Known, Published, ReadBack, Target};
use crate::publish::snippet::given_url;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Sri;
use crate::support::path::is_file;
use crate::support::problem::{Kind, Problem};
use crate::support::writing::Writing;

/// What to do to the override in a file.
#[derive(Clone, Debug)]
pub(crate) struct EditOptions {
    /// The root module's MODULE.bazel, from the working directory.
    pub(crate) file: String,
    /// The path or the URL of a published lock; the project's if absent.
    pub(crate) lock: Option<String>,
    pub(crate) change: Change,
    pub(crate) writing: Writing,
}

/// What to do to the override.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Add(Target),
    /// An override that is there already.
    Update {
        target: Target,
        unlike: Unlike,
    },
    /// Raises the `bazel_dep` to a version of its own, if there is one.
    Remove {
        to: Option<BazelVersion>,
    },
}

/// What was done to the files, or is to be.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The version that is published; absent if the override was removed.
    pub(crate) version: Option<String>,
    /// The names of the files that change; none if they are up to date.
    pub(crate) changed: Vec<String>,
    /// What changes in them, as a diff.
    pub(crate) diff: String,
    pub(crate) steps: Vec<Step>,
    /// What the user should know beside that.
    pub(crate) notes: Vec<String>,
    /// What the files say after it.
    pub(crate) overview: Overview,
}

/// What the files say of the module that the lock is of.
///
/// # Errors
///
/// There is no lock, or the files cannot be understood.
pub(crate) fn show(site: &Site<'_>, file: &str, lock: Option<&str>) -> Result<Overview> {
    let module = match lock {
        Some(place) => PublishedLock::read(site, place)?.lock.upstream.module,
        None => site.project()?.lock()?.upstream.module.clone(),
    };
    Ok(Overview::of(&read(site, file)?, &module)?)
}

/// Edits the override, in all the files that it is in or in none.
///
/// # Errors
///
/// The files cannot be understood or written, or what is in them refuses the change.
pub(crate) fn edit(site: &Site<'_>, options: &EditOptions) -> Result<Edit> {
    if let Change::Add(target) | Change::Update { target, .. } = &options.change {
        target.source.base_urls.iter().try_for_each(|url| given_url(site.env, url).map(drop))?;
    }
    let known = known(site, options)?;
    let module = &known.lock.upstream.module;
    let files = read(site, &options.file)?;
    if !matches!(options.change, Change::Remove { .. }) {
        consumer::ensure_other(&files, module)?;
    }
    let (edited, version) = match &options.change {
        Change::Add(target) => {
            consumer::ensure_absent(&files, module)?;
            let there = ReadBack::default();
            let made = Made::new(site, &known, (&files, target, &there))?;
            made.edited(consumer::add(&files, &made.wanted)?)
        }
        Change::Update { target, unlike } => {
            let there = ReadBack::of(&consumer::present(&files, module)?, &known.lock);
            let author = if there.is_certain { Author::Patcher } else { Author::Anybody };
            let is_kept = *unlike == Unlike::Refused || there.is_certain;
            let there = if is_kept { there } else { there.without_kind() };
            let made = Made::new(site, &known, (&files, target, &there))?;
            let updated = consumer::update(&files, &made.wanted, *unlike, author)?;
            let is_kept = *unlike != Unlike::Refused && target.kind.is_none();
            let (mut edited, version) = made.edited(updated);
            edited.notes.extend(made.kept_kind().filter(|_| is_kept && edited.steps.is_empty()));
            (edited, version)
        }
        Change::Remove { to } => {
            if let Some(to) = to {
                ensure_fixed(&known, to)?;
            }
            (consumer::remove(&files, module, to.as_ref())?, None)
        }
    };
    let overview = Overview::of(&edited.files, module)?;
    let Edited { files: after, steps, notes } = edited;
    let changed: Vec<(&ModuleFile, &ModuleFile)> =
        files.iter().zip(after.iter()).filter(|(old, new)| old.text != new.text).collect();
    if options.writing == Writing::Done {
        write(site, &changed)?;
    }
    Ok(Edit {
        version,
        changed: changed.iter().map(|(_, new)| new.name.clone()).collect(),
        diff: diff(&changed),
        steps,
        notes,
        overview,
    })
}

/// Stops if a version has the defect: those do for which there are patches, and older ones.
fn ensure_fixed(known: &Known, to: &BazelVersion) -> Result<()> {
    let newest = known.newest();
    let limit = newest.to_string().parse::<BazelVersion>();
    let limit = limit.map_err(|why| Failure::new(Kind::Defect, why))?;
    if *to > limit {
        return Ok(());
    }
    let module = &known.lock.upstream.module;
    let message = format_args!("{module} {to} is not newer than {newest}, which needs the patches");
    Err(Failure::new(Kind::Input, message)
        .hint("without --to, only the override is removed, and the bazel_dep is as before"))
}

/// The lock that the options name, else the project's.
fn known(site: &Site<'_>, options: &EditOptions) -> Result<Known> {
    if let Some(place) = &options.lock {
        let PublishedLock { lock, location } = PublishedLock::read(site, place)?;
        return Ok(Known { lock, location, base_url: None, suite: None });
    }
    let project = site.project()?;
    let lock = project.lock()?.clone();
    if project.is_edited && !matches!(options.change, Change::Remove { .. }) {
        let problems = project.problems.iter().filter(|p| p.file == lock::FILE);
        return Err(problems.cloned().collect::<Vec<Problem>>().into());
    }
    let location = lock::FILE.to_owned();
    let suite = Some(project.suite.digest);
    Ok(Known { lock, location, base_url: project.config.base_url, suite })
}

/// The override to write, and what it is of.
struct Made {
    wanted: Wanted,
    version: String,
    note: Option<String>,
}

impl Made {
    fn new(
        site: &Site<'_>,
        known: &Known,
        (files, target, there): (&ModuleFiles, &Target, &ReadBack),
    ) -> Result<Self> {
        let kind = target.kind(there)?;
        let published = known.published(files, target, there)?;
        let wanted = known.wanted(&published, target, there)?;
        warn(site, known, &published);
        for (directory, file) in local_archives(&wanted.statement) {
            if !is_file(&directory.join(&file)) {
                let directory = directory.display();
                let message = format!("{directory} has no {file}, which the override names");
                site.progress.warning(&message);
                site.progress.hint(&format!("`patcher publish --output {directory}` writes it"));
            }
        }
        let version = published.version.to_string();
        let note = kind.uses_labels().then(|| {
            let package = kinds::package(&known.lock.upstream.module);
            format!(
                "the patches are your files: copy those that `patcher publish --kind {kind} \
                 --release {}` writes, to {package} unless they are elsewhere",
                published.version.release
            )
        });
        let note = match kind {
            OverrideKind::Git => Some(format!("the repository has to have the tag {version}")),
            _ => note,
        };
        Ok(Self { wanted, version, note })
    }

    /// What to say if another override was wanted, and which was not said.
    fn kept_kind(&self) -> Option<String> {
        let function = self.wanted.statement.kind;
        let other = match function {
            OverrideFunction::Archive => "`--kind git --remote URL`",
            _ => "`--kind archive`",
        };
        Some(format!(
            "patcher wrote this {function}, and `--replace` keeps its kind: name another one, such \
             as {other}"
        ))
    }

    /// The same files, with what has to be known if they changed.
    fn edited(&self, mut edited: Edited) -> (Edited, Option<String>) {
        edited.notes.extend(self.note.clone().filter(|_| !edited.steps.is_empty()));
        (edited, Some(self.version.clone()))
    }
}

/// The archives of an override that are files on this machine: their directories and names.
fn local_archives(statement: &Override) -> Vec<(PathBuf, String)> {
    let Some(Value::List(urls)) = statement.argument("urls") else { return Vec::new() };
    let local = urls.iter().filter_map(|url| {
        let path = Path::new(url.strip_prefix("file://")?);
        Some((path.parent()?.to_owned(), path.file_name()?.to_string_lossy().into_owned()))
    });
    local.collect()
}

fn warn(site: &Site<'_>, known: &Known, published: &Published<'_>) {
    let version = &published.version;
    let Some(locked) = published.locked else {
        let release = version.release;
        return site.progress.warning(&format!(
            "{release} is not supported any more: {version} was published last; `--release latest` \
             takes a newer release"
        ));
    };
    if let Some(stale) = evidence::by_suite(locked, known.suite.as_ref()) {
        site.progress.warning(&format!("{version} is not verified: {stale}"));
    }
}

fn write<'f>(site: &Site<'_>, changed: &[(&'f ModuleFile, &'f ModuleFile)]) -> Result<()> {
    let file = |(old, new): &(&'f ModuleFile, &'f ModuleFile)| {
        let read = Expected::Still(Some(Sri::of(old.text.as_bytes())));
        NewFile::named(&site.env.directory().join(&new.name), new.text.as_bytes(), read)
    };
    workspace::write_all(&changed.iter().map(file).collect::<Result<Vec<_>>>()?)
}

fn diff(changed: &[(&ModuleFile, &ModuleFile)]) -> String {
    let mut changes = Changes::default();
    for (_, new) in changed {
        changes.write(&new.name, new.text.as_bytes());
    }
    changes.diff(|name: &str| {
        let old = changed.iter().find(|(old, _)| old.name == name);
        old.map(|(old, _)| old.text.clone().into_bytes())
    })
}
