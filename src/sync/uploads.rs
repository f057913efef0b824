//! The releases' own archives where upstream uploads them: their content, compared with the tags'.

use std::collections::BTreeMap;

use crate::project::config::ArchiveForm;
use crate::project::lock::{self, Uploaded};
use crate::project::locked_archive::ensure_prefix;
use crate::publish::kinds::upstream_archive;
use crate::publish::registry::Listed;
use crate::publish::snippet::checked_url;
use crate::publish::stamp_patches::Stamp;
use crate::publish::uploaded::{compare, files_in, files_of};
use crate::publish::uploaded_bytes::{self, Got};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::{Kind, Problem};
use crate::sync::fetch::Fetched;
use crate::sync::lock::{Learned, Upstreams};
use crate::sync::make::{Made, SeriesMade};

/// What became of the archives that were to be compared.
#[derive(Default)]
pub(super) struct Uploads {
    /// How each compares with the tag, in words.
    pub(super) compared: Vec<(Release, String)>,
    /// Why patches for the tag are none for the archive, by releases.
    pub(super) unlike: BTreeMap<String, Vec<Release>>,
    /// Why an archive was not compared, by releases.
    pub(super) unread: BTreeMap<String, Vec<Release>>,
}

/// What was found of one archive.
enum Found {
    Compared { uploaded: Uploaded, text: String },
    Unread(String),
    Broken(Problem),
}

impl Fetched<'_> {
    /// What is known of the releases' own archives, with what was learned just now. Those that
    /// upstream uploads are compared with the tags, if the release is new or something was learned
    /// of it: what could not be compared is not known.
    ///
    /// # Errors
    ///
    /// An archive is not the one that the registry means.
    pub(super) fn upstreams(
        &self,
        series: &[SeriesMade<'_>],
        learned: &Learned,
    ) -> Result<(Upstreams, Uploads)> {
        let (mut known, mut uploads) = (Upstreams::new(), Uploads::default());
        let mut problems = Vec::new();
        let is_uploaded = self.project.config.archive == ArchiveForm::Upload;
        for made in series.iter().flat_map(SeriesMade::all) {
            let (release, before) = (made.release(), self.known(made.release()));
            let listed = learned.get(&release);
            if !is_uploaded {
                let learned = listed.map(|listed| (listed.integrity.clone(), None));
                known.extend(before.or(learned).map(|archive| (release, archive)));
                continue;
            }
            let is_due = made.is_new || self.options.is_rebuild || listed.is_some();
            if !is_due && before.is_some() {
                known.extend(before.map(|archive| (release, archive)));
                continue;
            }
            let again = before.and_then(|(integrity, uploaded)| {
                let Uploaded { url, strip_prefix, .. } = uploaded?;
                Some(Listed { integrity, url: Some(url), strip_prefix })
            });
            let Some(listed) = listed.cloned().or(again) else {
                if is_due || made.archive.is_some() || self.options.registry.is_some() {
                    let why = "its integrity is not known".to_owned();
                    uploads.unread.entry(why).or_default().push(release);
                }
                continue;
            };
            match self.compare_upload(made, &listed)? {
                Found::Compared { uploaded, text } => {
                    uploads.compared.push((release, text));
                    if let Some(objection) = uploaded.objection() {
                        uploads.unlike.entry(objection).or_default().push(release);
                    }
                    known.insert(release, (listed.integrity, Some(uploaded)));
                }
                Found::Unread(why) => uploads.unread.entry(why).or_default().push(release),
                Found::Broken(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Failure::from(problems).hint("nothing was changed"));
        }
        Ok((known, uploads))
    }

    /// Compares the archive of a release with its tag.
    fn compare_upload(&self, made: &Made, listed: &Listed) -> Result<Found> {
        let Listed { integrity, url, strip_prefix } = listed;
        let release = made.release();
        let upstream = self.locked_upstream();
        let url = url.clone().or_else(|| upstream_archive(&upstream, release));
        let Some(url) = url else {
            return Ok(Found::Unread("nothing says where it is".to_owned()));
        };
        let is_usable = checked_url(&url).map_err(|failure| failure.message());
        let is_usable = is_usable.and_then(|_| ensure_prefix(strip_prefix));
        if let Err(why) = is_usable {
            return Ok(Found::Unread(why));
        }
        let task =
            self.site.progress.spinner(&format!("comparing upstream's archive of {release}"));
        let bytes = match uploaded_bytes::get(&self.site, &url, integrity)? {
            Got::Bytes(bytes) => bytes,
            Got::Nothing(why) => return Ok(Found::Unread(why)),
            Got::Other(found) => {
                let message = format!(
                    "upstream's archive of {release} at {url} has {found}, the registry says \
                     {integrity}"
                );
                let problem = Problem::new(Kind::Integrity, lock::FILE, message);
                return Ok(Found::Broken(problem.hint(
                    "what a registry names never changes: find out who replaced the archive",
                )));
            }
        };
        let archive = match files_in(&bytes, strip_prefix) {
            Ok(archive) => archive,
            Err(why) => return Ok(Found::Unread(format!("{url}: {why}"))),
        };
        let tag = files_of(&self.store, &made.applied.base, &upstream.tag.tag(release))?;
        let comparison = compare(&archive, &tag);
        drop(task);
        let stamp = Stamp {
            upstream: &upstream,
            patched: &made.applied,
            patched_commit: &made.patched_commit,
        };
        let touched = stamp.touched(&self.store)?;
        let unlike = comparison.unlike(&touched);
        let uploaded = Uploaded { url, strip_prefix: strip_prefix.clone(), unlike };
        Ok(Found::Compared { uploaded, text: comparison.text() })
    }
}
