//! What a Bazel registry says of a release's archive. And what a registry's directory holds of a
//! module.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::git::revision::Repository;
use crate::git::tree::object_id;
use crate::git::upstream::local_path;
use crate::project::site::Site;
use crate::project::workspace::is_aside;
use crate::publish::registry_before::Committed;
use crate::publish::registry_index::{self, Files, METADATA_FILE, REGISTRY_FILE};
use crate::support::download::is_remote;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::{BlobId, Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::support::process::Call;

pub const CENTRAL: &str = "https://bcr.bazel.build";

/// The part of a `source.json` that is read here: a source of another type has no integrity.
#[derive(Deserialize)]
struct Source {
    integrity: Option<String>,
    url: Option<String>,
    #[serde(default)]
    strip_prefix: String,
}

/// What a registry says of a release's archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub integrity: Sri,
    /// Where it is, if that is said.
    pub url: Option<String>,
    /// The directory in it that is the release; empty if that is all of it.
    pub strip_prefix: String,
}

impl Listed {
    /// What a file says; `None` if it has no integrity, or one by another digest.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn read(bytes: &[u8]) -> Result<Option<Self>, String> {
        let source: Source = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let Source { integrity, url, mut strip_prefix } = source;
        strip_prefix.truncate(strip_prefix.trim_end_matches('/').len());
        let own = integrity.filter(|integrity| integrity.starts_with("sha256-"));
        let Some(own) = own else { return Ok(None) };
        let integrity = own.parse::<Sri>().map_err(|error| error.to_string())?;
        Ok(Some(Self { integrity, url, strip_prefix }))
    }

    /// The same of a registry that is elsewhere: it knows of no file of this machine.
    fn without_files(self) -> Self {
        Self { url: self.url.filter(|url| is_remote(url)), ..self }
    }
}

/// A registry: its URL, or its directory.
#[derive(Clone, Debug)]
pub enum Registry {
    Url(String),
    Directory(PathBuf),
}

impl Registry {
    /// The registry that `location` names; a relative path begins at `directory`.
    pub fn at(location: &str, directory: &Path) -> Self {
        match local_path(location) {
            Some(path) => Self::Directory(directory.join(path)),
            None => Self::Url(location.trim_end_matches('/').to_owned()),
        }
    }

    /// Stops if there is no such registry, as far as that can be seen without asking it.
    ///
    /// # Errors
    ///
    /// It is no directory of a registry, or a URL though the network must not be used.
    pub fn ensure(&self, site: &Site<'_>) -> Result<()> {
        match self {
            Self::Url(_) if site.is_offline => {
                let message = "--offline forbids to ask a registry by its URL";
                Err(Failure::new(Kind::Environment, message)
                    .hint("name a directory that holds a copy of it"))
            }
            Self::Directory(path) if !path.join("modules").is_dir() => {
                let message = format_args!("{} is no registry", path.display());
                Err(Failure::new(Kind::Input, message)
                    .hint("name the directory that has `modules` in it"))
            }
            Self::Url(_) | Self::Directory(_) => Ok(()),
        }
    }

    /// What the registry's `source.json` of `module` says at each of `releases`. One is absent if
    /// the registry has no such version, or cannot be asked: then the archive is simply not
    /// compared.
    ///
    /// # Errors
    ///
    /// A file of the directory cannot be read, or there is no room for the answers.
    pub fn listed(
        &self,
        site: &Site<'_>,
        module: &str,
        releases: &[Release],
    ) -> Result<BTreeMap<Release, Listed>> {
        let below = |release: &Release| format!("modules/{module}/{release}/source.json");
        match self {
            Self::Directory(directory) => {
                let read = |release: &Release| {
                    let found = read_listed(&directory.join(below(release))).transpose()?;
                    Some(found.map(|listed| (*release, listed)))
                };
                releases.iter().filter_map(read).collect()
            }
            Self::Url(url) => {
                let urls = releases.iter().map(|r| (*r, format!("{url}/{}", below(r))));
                download(site, &urls.collect::<Vec<_>>())
            }
        }
    }
}

fn read_listed(path: &Path) -> Result<Option<Listed>> {
    let bytes = match file_read::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes.at("read", path)?,
    };
    Listed::read(&bytes).map_err(|message| {
        let file = path.display().to_string();
        Problem::new(Kind::Input, file, format!("is no source of a registry: {message}")).into()
    })
}

/// What is committed of `module` in the git repository that the registry in `directory` is in, beside
/// what is there; nothing if it is in none.
///
/// # Errors
///
/// git cannot read it.
pub(super) fn committed(
    site: &Site<'_>,
    directory: &Path,
    (module, there): (&str, &Files),
) -> Result<BTreeMap<String, Committed>> {
    let Ok(head) = Repository::new(site.env, directory).revision("HEAD") else {
        return Ok(BTreeMap::new());
    };
    let is_hidden = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
    let below = registry_index::directory(module);
    let mut files = head.below(&below)?;
    files.retain(|path, _| !is_hidden(path));
    // Ids of another length are of a digest that is not made here: then nothing is known.
    if files.values().any(|blob| blob.parse::<BlobId>().is_err()) {
        return Ok(BTreeMap::new());
    }
    let compare = |(path, blob): (String, String)| {
        let is_same = there
            .get(&path)
            .is_some_and(|bytes| BlobId::new(object_id("blob", bytes)).to_string() == blob);
        let is_read = !is_same && path.ends_with(METADATA_FILE);
        let bytes = if is_read { head.read(&path)? } else { None };
        let other = Committed::Other(bytes.unwrap_or_default());
        Ok((path, if is_same { Committed::Same } else { other }))
    };
    files.into_iter().map(compare).collect()
}

/// What curl exits with if a server answers that it has no such file.
const NO_SUCH_FILE: i32 = 22;

/// What the files at these URLs say, as far as they come and can be read.
fn download(site: &Site<'_>, urls: &[(Release, String)]) -> Result<BTreeMap<Release, Listed>> {
    let Some(curl) = site.env.find_program("curl") else { return Ok(BTreeMap::new()) };
    let directory = tempfile::tempdir().at("create a directory in", &std::env::temp_dir())?;
    let answer = |release: &Release| directory.path().join(format!("{release}.json"));
    let base = Call::new(curl, site.env.directory()).args([
        "--fail",
        "--silent",
        "--location",
        "--parallel",
        "--connect-timeout",
        "10",
        "--max-time",
        "30",
    ]);
    let base = Call { env: site.env.only(|_| true), ..base };
    let (first, rest) = urls.split_at(urls.len().min(1));
    for urls in [first, rest].into_iter().filter(|urls| !urls.is_empty()) {
        let to = |call: Call, (release, url): &(Release, String)| {
            call.args(["--output".as_ref(), answer(release).as_os_str()]).args([url])
        };
        // What did not come is absent, whatever curl says of it. Without a server, hundreds of
        // releases would wait for it one after the other.
        let run = urls.iter().fold(base.clone(), to).run();
        if !run.is_ok_and(|output| matches!(output.code, Some(0 | NO_SUCH_FILE))) {
            break;
        }
    }
    let read = |(release, _): &(Release, String)| {
        let bytes = fs::read(answer(release)).ok()?;
        Some((*release, Listed::read(&bytes).ok()??.without_files()))
    };
    Ok(urls.iter().filter_map(read).collect())
}

/// What the registry in `directory` holds of `module`, by paths in it; nothing if there is no
/// such directory, or an empty one.
///
/// # Errors
///
/// It holds something else, or cannot be read.
pub fn read_index(directory: &Path, module: &str) -> Result<Files> {
    let mut files = Files::new();
    let mut names = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(files),
        entries => entries.at("read", directory)?.flatten().map(|entry| entry.file_name()),
    };
    // A run that was cut short leaves what stands beside a file.
    let is_empty = names.all(|name| name.to_str().is_some_and(is_aside));
    let has = |name: &str| directory.join(name).exists();
    if !is_empty && !has(REGISTRY_FILE) && !has("modules") {
        let message = format_args!("{} is no registry", directory.display());
        return Err(Failure::new(Kind::Input, message)
            .hint(format!("name a directory that is empty or absent, or has a {REGISTRY_FILE}")));
    }
    if has(REGISTRY_FILE) {
        let path = directory.join(REGISTRY_FILE);
        files.insert(REGISTRY_FILE.to_owned(), file_read::read(&path).at("read", &path)?);
    }
    let mut pending = vec![registry_index::directory(module)];
    while let Some(below) = pending.pop() {
        let path = directory.join(&below);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.at("read", &path)?,
        };
        for entry in entries {
            let entry = entry.at("read", &path)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, name) = (entry.path(), format!("{below}/{name}"));
            if path.is_dir() {
                pending.push(name);
            } else if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                // A name with a dot is a temporary file of a run that was cut short.
                files.insert(name, file_read::read(&path).at("read", &path)?);
            }
        }
    }
    Ok(files)
}
