//! `patcher review`: what a refresh really changed.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::{self, ReleasePair};
use crate::git::revision::Repository;
use crate::project::workspace;
use crate::review::model::{Fact, Review, Snapshot, review};
use crate::review::snapshot;
use crate::review::text::{Sides, WordDiff, markdown, text};
use crate::support::failure::Result;

/// What is compared, and what came of it.
#[derive(Serialize)]
pub(super) struct Reviewed {
    old: String,
    new: String,
    #[serde(flatten)]
    pub(super) review: Review,
}

pub(super) fn run(context: &Context, args: &cli::Review) -> Result<()> {
    let reviewed = match args.releases {
        Some(releases) => of_releases(context, releases)?,
        None => of_revisions(context, args.revision.as_deref().unwrap_or("HEAD"))?,
    };
    let Reviewed { old, new, review } = &reviewed;
    let sides = Sides { old, new };
    if let Some(path) = &args.markdown {
        let page = context.ui.scrub(&markdown(review, sides));
        workspace::write(&context.env.directory().join(path), page.as_bytes())?;
        context.ui.status("Wrote", &path.display().to_string());
    }
    if review.patches().any(|patch| !patch.places_known) {
        context.ui.warning(
            "not all of what the patches apply to is known here: where a change lands is judged \
             by the context in the patches alone",
        );
        context.ui.hint("`patcher sync` fetches it; `patcher check` tells what does not apply");
    }
    let words = if context.ui.shows_color() { WordDiff::Color } else { WordDiff::Plain };
    context.ui.data(&text(review, sides, words), &Document::new("review", &reviewed));
    Ok(())
}

/// The files on disk against a revision, or two revisions, `A..B` or `A...B`, as `git diff`
/// takes them.
fn of_revisions(context: &Context, revision: &str) -> Result<Reviewed> {
    let disk = context.workspace()?;
    let repository = Repository::new(&context.env, disk.root());
    let or_head = |name: &str| if name.is_empty() { "HEAD" } else { name }.to_owned();
    let (old, new) = if let Some((old, new)) = revision.split_once("...") {
        let (old, new) = (or_head(old), or_head(new));
        (repository.merge_base(&old, &new)?.to_string(), Some(new))
    } else if let Some((old, new)) = revision.split_once("..") {
        (or_head(old), Some(or_head(new)))
    } else {
        (revision.to_owned(), None)
    };
    let at = |name: &str| -> Result<(String, Snapshot)> {
        let found = repository.revision(name)?;
        let (snapshot, warnings) = snapshot::take(name, &|path| found.read(path))?;
        warnings.iter().for_each(|warning| context.ui.warning(warning));
        let commit = found.commit.short();
        let is_commit = found.commit.to_string().starts_with(name);
        Ok((if is_commit { commit } else { format!("{name} ({commit})") }, snapshot))
    };
    let old = at(&old)?;
    let new = match new {
        Some(new) => at(&new)?,
        None => {
            let (snapshot, warnings) = snapshot::take("", &|path| Ok(disk.read(path)?))?;
            warnings.iter().for_each(|warning| context.ui.warning(warning));
            ("the files on disk".to_owned(), snapshot)
        }
    };
    compare(context, old, new)
}

/// The series on two releases, each as it is merged there.
fn of_releases(context: &Context, releases: ReleasePair) -> Result<Reviewed> {
    let project = context.project()?;
    project.ensure_sound()?;
    let (old, new) =
        (project.supported(Some(releases.old))?, project.supported(Some(releases.new))?);
    let mut facts = Vec::new();
    let mut fact = |name: &str, old: String, new: String| {
        facts.push(Fact { name: name.to_owned(), old: Some(old), new: Some(new) });
    };
    let (before, after) = (old.release, new.release);
    fact("commit", before.commit.short(), after.commit.short());
    fact("archive", before.version().to_string(), after.version().to_string());
    if old.series.directory != new.series.directory {
        fact("line", old.series.directory.clone(), new.series.directory.clone());
    }
    // Under one name, so that the patches are compared though their lines are two.
    let directory = &new.series.directory;
    let (store, patched, _) = context.derived(&old)?;
    let old = snapshot::of_release(&store, directory, &patched)?;
    let (store, patched, _) = context.derived(&new)?;
    let new = snapshot::of_release(&store, directory, &patched)?;
    let review = Review { facts, ..review(&old, &new) };
    let (old, new) = (releases.old.to_string(), releases.new.to_string());
    Ok(Reviewed { old, new, review })
}

pub(super) fn compare(
    context: &Context,
    (old, mut before): (String, Snapshot),
    (new, mut after): (String, Snapshot),
) -> Result<Reviewed> {
    for snapshot in [&mut before, &mut after] {
        if let Some(lock) = &snapshot.lock
            && context.mirror(lock)?.exists()
        {
            let store = context.store(lock)?;
            snapshot::look_up(snapshot, &store)?;
        }
    }
    Ok(Reviewed { old, new, review: review(&before, &after) })
}
