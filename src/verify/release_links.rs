//! The links from the registry's archive to the commit's tree.

use std::collections::BTreeSet;

use crate::consumer::MODULE_FILE;
use crate::project::lock::Uploaded;
use crate::publish::gnu_gzip::Own;
use crate::publish::provenance::Statement;
use crate::publish::stamp::NOTICE_FILE;
use crate::publish::uploaded::{compare, files_in, files_of};
use crate::publish::uploaded_bytes::Got;
use crate::support::failure::Result;
use crate::support::ids::CommitId;
use crate::verify::chain::{Checked, Link, LinkStatus, agreed};
use crate::verify::evidence::{Evidence, NOTICE, STATEMENT, TAG, UploadedArchive};

impl Evidence<'_> {
    pub(super) fn registry(&self) -> Result<Checked> {
        let release = self.release();
        let locked = self.locked().and_then(|locked| locked.registry_integrity.as_ref());
        let sources = [
            (self.lock_name(), locked.map(ToString::to_string)),
            (STATEMENT, self.stated_digest(Statement::registry)),
        ];
        let fault = agreed("the digest of the registry's archive", &sources).err();
        let [(_, known), (_, stated)] = sources;
        let Some(known) = known.or(stated) else {
            let why = format!("what the registry says of {release} is not known");
            return Ok(Link::Registry.is(LinkStatus::NotChecked, why));
        };
        if let Some(uploaded) = &self.given.uploaded {
            return self.uploaded(uploaded, &known, fault.as_slice());
        }
        let Some(gzip) = &self.given.gzip else {
            let why = "there is no GNU gzip to make the registry's archive with";
            return Ok(Link::Registry.is(LinkStatus::NotChecked, why));
        };
        let (strip_prefix, tag) = (&self.upstream_prefix(), &self.given.tag_format.tag(release));
        let mut made = Vec::new();
        // Which of them is the right one is the next link's matter.
        for commit in [Some(self.base.id)].into_iter().chain(self.other_commits()).flatten() {
            let Ok(base) = self.given.store.commit(commit) else { continue };
            let own = Own { strip_prefix, tag, base: &base };
            let again = gzip.reproduce(self.given.store, own, &known)?;
            if let Some(digest) = again.reproduced {
                let holds = format!("{digest} is made again from {}", commit.short());
                return Ok(Link::Registry.judged(fault.as_slice(), holds));
            }
            made.push((commit, again.made));
        }
        let found = made.first().map_or(String::new(), |(commit, digest)| {
            format!(", the one made from {} has {digest}", commit.short())
        });
        let fault =
            fault.unwrap_or(format!("the registry's archive has the digest {known}{found}"));
        Ok(Link::Registry.is(LinkStatus::DoesNotHold, fault))
    }

    /// The directory in upstream's own archive: by the lock, or else by the statement.
    fn upstream_prefix(&self) -> String {
        let release = self.release();
        let locked = self.given.locked.map(|locked| locked.lock.upstream.strip_prefix(release));
        locked
            .or_else(|| self.stated(Statement::strip_prefix))
            .unwrap_or_else(|| format!("{}-{release}", self.opened.module))
    }

    /// The same where upstream uploads the archive: its content, compared with the commit's.
    fn uploaded(
        &self,
        archive: &UploadedArchive,
        known: &str,
        faults: &[String],
    ) -> Result<Checked> {
        let UploadedArchive { place: Uploaded { url, strip_prefix, .. }, got } = archive;
        let not_checked = |why: String| Link::Registry.is(LinkStatus::NotChecked, why);
        let bytes = match got {
            Got::Bytes(bytes) => bytes,
            Got::Nothing(why) => {
                return Ok(not_checked(format!("upstream's archive, compared by content: {why}")));
            }
            Got::Other(found) => {
                let fault = format!("the archive at {url} has {found}, the registry's has {known}");
                return Ok(Link::Registry.is(LinkStatus::DoesNotHold, fault));
            }
        };
        let files = match files_in(bytes, strip_prefix) {
            Ok(files) => files,
            Err(why) => return Ok(not_checked(format!("{url}: {why}"))),
        };
        let describe = self.given.tag_format.tag(self.release());
        let tag = files_of(self.given.store, &self.base, &describe)?;
        let comparison = compare(&files, &tag);
        let listed = self.opened.noticed.iter().flat_map(|noticed| &noticed.files);
        let mut touched: BTreeSet<String> = listed.map(|(path, _)| path.clone()).collect();
        if self.opened.noticed.is_some() {
            touched.extend([MODULE_FILE, NOTICE_FILE].map(str::to_owned));
        }
        let unlike = Uploaded { unlike: comparison.unlike(&touched), ..archive.place.clone() };
        let said = format!("{known} by content: {}", comparison.text());
        Ok(match unlike.objection() {
            Some(why) if faults.is_empty() => not_checked(format!("{said}; {why}")),
            _ => Link::Registry.judged(faults, said),
        })
    }

    /// The commits that somebody names beside the one to use.
    fn other_commits(&self) -> Vec<Option<CommitId>> {
        let mut others = vec![
            self.given.tags.get(&self.release()).copied(),
            self.noticed(|noticed| noticed.commit),
            self.stated(Statement::commit).and_then(|commit| commit.parse().ok()),
        ];
        others.retain(|commit| *commit != Some(self.base.id));
        others
    }

    pub(super) fn commit(&self) -> Checked {
        let release = self.release();
        let tag = self.given.tags.get(&release);
        let names = [
            (self.lock_name(), self.locked().map(|locked| locked.commit.to_string())),
            (NOTICE, self.noticed(|noticed| noticed.commit.to_string())),
            (STATEMENT, self.stated(Statement::commit)),
            (TAG, tag.map(ToString::to_string)),
        ];
        let lock = self.given.locked.map(|locked| locked.lock);
        let urls = [
            (self.lock_name(), lock.map(|lock| lock.upstream.url.clone())),
            (NOTICE, self.noticed(|noticed| noticed.url.clone())),
            (STATEMENT, self.stated(|statement| Some(statement.upstream()))),
        ];
        let releases = [
            (NOTICE, self.noticed(|noticed| noticed.release.to_string())),
            ("the version", Some(release.to_string())),
            (STATEMENT, self.stated(|statement| Some(statement.release()))),
        ];
        let said = agreed(&format!("the commit of {release}"), &names);
        let others = [agreed("the upstream", &urls), agreed("the release", &releases)];
        let mut broken: Vec<String> = said.clone().err().into_iter().collect();
        broken.extend(others.into_iter().filter_map(Result::err));
        let by = said.unwrap_or_default();
        let id = self.base.id.short();
        if broken.is_empty() && names.iter().filter(|(_, name)| name.is_some()).count() < 2 {
            let why = format!("{release} is {id} only by {by}: the mirror has no such tag");
            return Link::Commit.is(LinkStatus::NotChecked, why);
        }
        let tagless = if tag.is_none() { "; the mirror has no such tag" } else { "" };
        Link::Commit.judged(&broken, format!("{release} is {id} by {by}{tagless}"))
    }

    pub(super) fn tree(&self) -> Checked {
        let sources = [
            ("the commit", Some(self.base.tree.to_string())),
            (self.lock_name(), self.locked().map(|locked| locked.tree.to_string())),
            (STATEMENT, self.stated(Statement::tree)),
        ];
        let said = agreed("the tree", &sources);
        let holds = format!("{}, whole in the mirror", self.base.tree.short());
        Link::Tree.judged(said.err().as_slice(), holds)
    }
}
