//! Recorded resolutions written into the files of a worktree.

use crate::port::resolve::resuming::Resuming;
use crate::project::resolution::{Resolution, parts, recalled};
use crate::project::workspace::{self, Expected, NewFile};
use crate::support::failure::{Failure, Result};
use crate::support::file_read;
use crate::support::ids::Sri;
use crate::support::look::Meaning;
use crate::support::problem::Kind;
use crate::support::text::counted;

/// What was written into a worktree.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// How many conflicts were resolved.
    pub count: usize,
    pub worktree: String,
}

impl Resuming<'_, '_> {
    /// Writes recorded resolutions into the files of the worktree that still have the markers.
    ///
    /// # Errors
    ///
    /// There are none of these conflicts, or a file cannot be written.
    pub fn recall(&self) -> Result<Recalled> {
        let series = self.input.series;
        let known = &series.resolutions;
        let nothing = || {
            Failure::new(Kind::Finding, "no resolution of these conflicts is recorded")
                .hint(format!("they are kept in {}/resolutions", series.directory))
        };
        let stop = self.stop()?.1.ok_or_else(nothing)?;
        let patch = &stop.merging.outcome.patch;
        let mut count = 0;
        for file in &stop.files {
            let Some(size) = file.marker_size else { continue };
            let path = self.session.tree.directory().join(file.unmerged.path.as_str());
            let Ok(bytes) = file_read::read(&path) else { continue };
            let Ok(text) = String::from_utf8(bytes) else {
                let name = &file.unmerged.path;
                let message = format!("{name} is not UTF-8: nothing is recalled in it");
                self.input.progress.warning(&message);
                continue;
            };
            let recall =
                |sides: &_| known.iter().find(|known: &&Resolution| known.is_of(patch, sides));
            let expected = Expected::Still(Some(Sri::of(text.as_bytes())));
            let (text, found) = recalled(&parts(&text, size), recall);
            if found > 0 {
                let (root, path) = (self.session.tree.directory(), &file.unmerged.path);
                let (root, path) = (root.to_owned(), path.to_string());
                workspace::write_all(&[NewFile { root, path, bytes: text.as_bytes(), expected }])?;
                let what = format!("{} of {}", counted(found, "conflict"), file.unmerged.path);
                self.input.progress.status(Meaning::Done, "Recalled", &what);
                count += found;
            }
        }
        if count == 0 && !stop.recorded(patch, known).is_empty() {
            let message = "the recorded resolutions are of places without conflict markers";
            return Err(Failure::new(Kind::Finding, message)
                .hint("`git checkout --merge -- FILE` in the worktree brings the markers back"));
        }
        if count == 0 {
            return Err(nothing());
        }
        Ok(Recalled { count, worktree: self.session.directory() })
    }
}
