//! `patcher verify`: which links of the chain hold, from an archive back to the registry.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Context, Told};
use crate::cli::Verify;
use crate::consumer::MODULE_FILE;
use crate::consumer::archive_source::{ConsumerOverride, consumer_override};
use crate::git::mirror::Mirror;
use crate::git::store::Store;
use crate::project::load::Project;
use crate::publish::gzip::GnuGzip;
use crate::publish::provenance::{self, Statement};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Sri;
use crate::support::problem::Kind;
use crate::support::scrub::redact_urls;
use crate::support::text::counted;
use crate::support::ui::Ui;
use crate::verify::chain::{self, Checked, Link, State};
use crate::verify::download;
use crate::verify::run::{self, Given, Opened};

#[derive(Serialize)]
struct Verified<'a> {
    archive: &'a str,
    module: &'a str,
    version: String,
    integrity: Sri,
    /// Whether a statement lies beside it; none is signed.
    statement: bool,
    /// The first link that does not hold.
    broken: Option<Link>,
    links: &'a [Checked],
}

/// An archive as it came, with what lies beside it.
struct Found {
    /// Its file's name.
    name: String,
    bytes: Vec<u8>,
    statement: Option<Vec<u8>>,
}

pub(super) fn run(context: &Context, args: &Verify) -> Result<()> {
    let workspace = context.workspace()?;
    let project = Project::is_in(&workspace).then(|| Project::load(workspace));
    let (found, consumer) = find(context, &args.what, project.as_ref())?;
    let Found { name, bytes, statement } = found;
    let opened = Opened::new(bytes).map_err(|failure| named(&name, &failure))?;
    let statement = statement.map(|bytes| parse(&name, &bytes)).transpose()?;
    let supported = project.as_ref().and_then(|project| {
        let supported = run::supported(project, &opened)?;
        Some((project, supported))
    });
    if let Some(project) = project.as_ref().filter(|_| supported.is_none()) {
        let root = project.workspace.root().display();
        context.ui.note(&format!("the project in {root} does not serve it, and is not used"));
    }
    if project.as_ref().is_some_and(|project| project.is_edited) {
        context.ui.warning("upstream.lock was edited by hand: `patcher check` tells where");
    }
    let url = supported.as_ref().map(|(_, supported)| supported.lock.upstream.url.as_str());
    let mirror = mirror(context, args, url.or(opened.upstream()), &opened.module)?;
    let store = Store::open(&mirror.objects())?;
    let given = Given {
        store: &store,
        tags: mirror.releases()?,
        project: supported,
        statement,
        consumer,
        gzip: GnuGzip::find(&context.env),
    };
    let links = run::chain(&opened, &given)
        .map_err(|failure| failure.hint("`--upstream PATH` takes a clone that has everything"))?;
    let broken = chain::first_broken(&links);
    let data = Verified {
        archive: &name,
        module: &opened.module,
        version: opened.version.to_string(),
        integrity: opened.integrity(),
        statement: given.statement.is_some(),
        broken: broken.map(|link| link.name),
        links: &links,
    };
    context.ui.text(&context.ui.scrub(&chain::table(&links)));
    let told = Told { command: "verify", data };
    match broken {
        None => {
            summarise(&context.ui, &opened, &links, given.statement.is_some());
            context.ui.document(&super::Document::from(told));
            Ok(())
        }
        Some(Checked { name: link, detail, .. }) => {
            let link = link.title();
            let message = format_args!("{name}: the link {link:?} does not hold: {detail}");
            let failure = Failure::new(Kind::Integrity, message)
                .hint("every link before it holds, or could not be checked");
            let made = given.project.as_ref().map(|(_, supported)| supported.release.version());
            let failure = match made.filter(|made| *made != opened.version) {
                Some(made) => failure.hint(format!(
                    "the archive is {}, the project makes {made}: check out its commit that \
                     published the archive",
                    opened.version
                )),
                None => failure,
            };
            Err(failure.telling(&told))
        }
    }
}

fn summarise(ui: &Ui, opened: &Opened, links: &[Checked], has_statement: bool) {
    let count = |state| links.iter().filter(|link| link.state == state).count();
    let unchecked = match count(State::NotChecked) {
        0 => String::new(),
        count => format!(", {} not checked", counted(count, "link")),
    };
    let holds = counted(count(State::Holds), "link");
    let (module, version) = (&opened.module, &opened.version);
    ui.status("Verified", &format!("{module} {version}: {holds} hold{unchecked}"));
    ui.note(if has_statement {
        "the statement beside it is not signed: who published it is not verified"
    } else {
        "there is no statement beside it; who published it is not verified"
    });
}

/// The archive, and the override where a consumer's file was named.
fn find(
    context: &Context,
    what: &str,
    project: Option<&Project>,
) -> Result<(Found, Option<ConsumerOverride>)> {
    if download::is_remote(what) {
        return Ok((fetched(context, what)?, None));
    }
    let path = download::file_url(what).unwrap_or_else(|| context.env.directory().join(what));
    if !path.to_string_lossy().ends_with(MODULE_FILE) {
        return Ok((read(&path)?, None));
    }
    let bytes = readable(&path)?;
    let module =
        project.and_then(|project| project.lock.as_ref()).map(|lock| &lock.upstream.module);
    let consumer = consumer_override(&String::from_utf8_lossy(&bytes), module.map(String::as_str))?;
    let found = of_consumer(context, &consumer, &path, project)?;
    Ok((found, Some(consumer)))
}

/// The archive that a consumer takes: by its URLs, or else from where it is published.
fn of_consumer(
    context: &Context,
    consumer: &ConsumerOverride,
    file: &Path,
    project: Option<&Project>,
) -> Result<Found> {
    let mut refused = None;
    for url in &consumer.urls {
        let found = match download::file_url(url) {
            Some(path) => read(&path),
            None => fetched(context, url),
        };
        match found {
            Ok(found) => return Ok(found),
            Err(failure) => refused = refused.or(Some(failure)),
        }
    }
    let refused = refused.unwrap_or_else(|| {
        let message = format_args!("the archive_override of {} has no URL", consumer.module);
        Failure::new(Kind::Input, message)
    });
    let beside = file.parent().map(Path::to_owned);
    let dist = project.map(|project| project.workspace.path("dist"));
    let names: Vec<&str> = consumer.urls.iter().filter_map(|url| url.rsplit('/').next()).collect();
    for directory in beside.into_iter().chain(dist) {
        for name in &names {
            let path: PathBuf = directory.join(name);
            if path.is_file() {
                context.ui.warning(&refused.error.to_string());
                context.ui.status("Took", &path.display().to_string());
                return read(&path);
            }
        }
    }
    Err(refused)
}

/// A file of the user's.
fn readable(path: &Path) -> Result<Vec<u8>> {
    if path.is_file() {
        return download::read(path);
    }
    let message = format_args!("{}: there is no such file", path.display());
    Err(Failure::new(Kind::Input, message)
        .hint("name an archive, its URL, or the MODULE.bazel of a consumer"))
}

fn read(path: &Path) -> Result<Found> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = readable(path)?;
    let beside = path.with_file_name(provenance::file(&name));
    let statement = if beside.is_file() { Some(download::read(&beside)?) } else { None };
    Ok(Found { name, bytes, statement })
}

fn fetched(context: &Context, url: &str) -> Result<Found> {
    if context.is_offline {
        let message = format_args!("--offline forbids getting {}", redact_urls(url));
        return Err(Failure::new(Kind::Environment, message)
            .hint("download it and name the file; the rest needs no network"));
    }
    let env = &context.env;
    let Some(bytes) = download::get(env, url)? else {
        let message = format_args!("there is nothing at {}", redact_urls(url));
        return Err(Failure::new(Kind::Environment, message));
    };
    let name = url.split(['?', '#']).next().unwrap_or(url);
    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
    // One that cannot be had is one that is not there: it proves nothing by itself.
    let statement = download::get(env, &provenance::file(url)).unwrap_or_default();
    Ok(Found { name, bytes, statement })
}

fn parse(name: &str, bytes: &[u8]) -> Result<Statement> {
    Statement::parse(bytes).map_err(|why| {
        let message =
            format_args!("{}: it is no statement of patcher's: {why}", provenance::file(name));
        Failure::new(Kind::Input, message).hint("move it away to verify the archive without it")
    })
}

fn named(name: &str, failure: &Failure) -> Failure {
    Failure::new(failure.kind, format_args!("{name}: {}", failure.error))
        .hint("an archive of patcher's is what `sync` and `publish` write")
}

/// The repository to derive from: only read.
fn mirror(context: &Context, args: &Verify, url: Option<&str>, module: &str) -> Result<Mirror> {
    if let Some(clone) = &args.upstream {
        let mirror = Mirror::at(&context.env.directory().join(clone));
        if mirror.exists() {
            return Ok(mirror);
        }
        let message = format_args!("{}: not a git repository", clone.display());
        return Err(Failure::new(Kind::Input, message).hint("name a clone of the upstream"));
    }
    let way_out = "`patcher verify --upstream PATH` takes a clone: `git clone --mirror URL PATH`";
    let Some(url) = url else {
        let message = format_args!("the archive does not say where the upstream of {module} is");
        return Err(Failure::new(Kind::Input, message).hint(way_out));
    };
    let mirror = Mirror::of(&context.env, url)?;
    if mirror.exists() {
        return Ok(mirror);
    }
    let message = format_args!("nothing of {module} was fetched yet from {}", redact_urls(url));
    Err(Failure::new(Kind::Environment, message)
        .hint("`patcher sync` in its project fetches it")
        .hint(way_out))
}
