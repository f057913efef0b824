//! The links that the patches are in, with the project that holds them: everything is made again
//! and compared.

use std::collections::BTreeMap;

use crate::consumer::MODULE_FILE;
use crate::port::Applied;
use crate::project::load::{Project, SupportedRelease};
use crate::publish::locked_facts;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::provenance::{Publication, Statement};
use crate::publish::release_archive;
use crate::publish::stamp::NOTICE_FILE;
use crate::publish::unpack;
use crate::support::failure::{Failure, Result};
use crate::support::text::counted;
use crate::verify::chain::{Checked, Link, LinkStatus, agreed};
use crate::verify::evidence::{Evidence, Files, STATEMENT};

/// What the project makes of the release.
struct Made {
    patched: Applied,
    patched_commit: PatchedCommit,
}

/// The archive made again, and how the files of the one that is here differ.
struct Remade<'a> {
    tar: Vec<u8>,
    /// Of those that are stamped.
    stamped: BTreeMap<&'a str, String>,
    /// Of all.
    files: Files,
}

impl Evidence<'_> {
    /// The links that the patches are in, with the project that holds them.
    pub(super) fn by_project(
        &self,
        project: &Project,
        supported: &SupportedRelease<'_>,
    ) -> Result<[Checked; 3]> {
        let (patches, made) = self.patches(project, supported)?;
        let Some(made) = made else {
            let why = "the patches do not apply";
            let tree = Link::PatchedTree.is(LinkStatus::NotChecked, why);
            let archive = Link::Archive.judged(&self.integrities(), "");
            let archive = match archive.status {
                LinkStatus::Holds => Link::Archive.is(LinkStatus::NotChecked, why),
                _ => archive,
            };
            return Ok([patches, tree, archive]);
        };
        let Made { patched, patched_commit } = &made;
        let store = self.given.store;
        let files = release_archive::files(
            store,
            &patched_commit.commit,
            &patched_commit.version.to_string(),
        )?;
        let prefix = &supported.release.archive.strip_prefix;
        let tar = release_archive::tar_of(&files, &patched_commit.commit, prefix)?;
        let wanted = unpack::untar(&tar).map_err(|why| Failure::defect(anyhow::anyhow!(why)))?;
        let mut differences = unpack::differences(&self.opened.unpacked, &wanted);
        let stamped: BTreeMap<&str, String> = [MODULE_FILE, NOTICE_FILE]
            .into_iter()
            .filter_map(|file| differences.remove_entry(file))
            .collect();
        let trees = [
            ("the patches", Some(patched.tree().to_string())),
            (self.lock_name(), Some(supported.release.patched_tree.to_string())),
            (STATEMENT, self.stated(Statement::patched_tree)),
        ];
        let mut faults: Vec<String> =
            agreed("the patched tree", &trees).err().into_iter().collect();
        if !differences.is_empty() {
            faults.push(unpack::described(&differences));
        }
        let holds = format!(
            "{}: the archive's {} are its files",
            patched.tree().short(),
            counted(wanted.files.len(), "file")
        );
        let tree = Link::PatchedTree.judged(&faults, holds);
        let is_same = differences.is_empty() && stamped.is_empty();
        let files = if is_same { Files::Same } else { Files::Different };
        let archive = self.archive(supported, &made, &Remade { tar, stamped, files });
        Ok([patches, tree, archive])
    }

    /// The patches, and what they make.
    fn patches(
        &self,
        project: &Project,
        supported: &SupportedRelease<'_>,
    ) -> Result<(Checked, Option<Made>)> {
        let SupportedRelease { lock, series_lock, release, series } = supported;
        let store = self.given.store;
        let mut faults = self.patch_names();
        let changed =
            locked_facts::changed_patches(&project.lock_text, series_lock, &series.patches);
        faults.extend(changed.iter().map(ToString::to_string));
        faults.extend(self.patch_digests());
        let pinned = Applied::at_pin(store, series_lock, series)?;
        let grave = pinned.problems.iter().filter(|problem| !problem.is_mendable);
        faults.extend(grave.map(ToString::to_string));
        let mut patched = None;
        if pinned.is_complete {
            match pinned.at(store, release.release, &self.base) {
                Ok(there) => patched = Some(there),
                Err(failure) => faults.push(failure.message()),
            }
        }
        let patched_commit = |patched: Applied| -> Result<Made> {
            let patched_commit =
                patched_commit::patched_commit(store, &lock.upstream, &patched, release.revision)?;
            Ok(Made { patched, patched_commit })
        };
        let made = patched.map(patched_commit).transpose()?;
        let at = series_lock.pin.release;
        let holds = match series_lock.patches_applied.len() {
            0 => "there are none".to_owned(),
            1 => format!("1 patch of the project applies cleanly at {at}"),
            count => format!("{} of the project apply cleanly at {at}", counted(count, "patch")),
        };
        Ok((Link::Patches.judged(&faults, holds), made))
    }

    fn archive(
        &self,
        supported: &SupportedRelease<'_>,
        made: &Made,
        remade: &Remade<'_>,
    ) -> Checked {
        let Remade { tar, stamped, files } = remade;
        let SupportedRelease { lock, series_lock, release, .. } = supported;
        let mut faults = self.oddities(&release.archive.strip_prefix);
        if !stamped.is_empty() {
            faults.push(unpack::described(stamped));
        }
        let (patched_commit, unpacked) = (&made.patched_commit.commit, &self.opened.unpacked);
        let commits = [
            ("the patches", Some(patched_commit.id.to_string())),
            ("the archive", Some(unpacked.commit.map_or("none".into(), |id| id.to_string()))),
            (self.lock_name(), Some(release.patched_commit.to_string())),
            (STATEMENT, self.stated(Statement::patched_commit)),
        ];
        faults.extend(agreed("the published commit", &commits).err());
        let trees = [
            ("the patches", Some(patched_commit.tree.to_string())),
            (self.lock_name(), Some(release.patched_commit_tree.to_string())),
            (STATEMENT, self.stated(Statement::patched_commit_tree)),
        ];
        faults.extend(agreed("the published commit's tree", &trees).err());
        faults.extend(self.compare(tar, *files));
        faults.extend(self.integrities());
        let expected = Statement::new(Publication {
            upstream: &lock.upstream,
            series: series_lock,
            patches: &series_lock.patches_applied,
            release,
            is_reproduced: false,
        });
        let statement = self.given.statement.as_ref();
        if faults.is_empty() && statement.is_some_and(|statement| !statement.is_same(&expected)) {
            faults.push("the statement is not the one that patcher writes of it".to_owned());
        }
        let by = if statement.is_some() { ", as the statement says" } else { "" };
        let holds = format!("{} is made again to the byte{by}", self.opened.integrity());
        Link::Archive.judged(&faults, holds)
    }
}
