//! `patcher publish`

use std::path::PathBuf;

use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::Publish;
use crate::project::evidence::Evidence;
use crate::project::lock::ArchiveLock;
use crate::publish::publication::{LeftOut, PublishedKind, publish};
use crate::publish::publish_options::PublishOptions;
use crate::support::failure::Result;
use crate::support::guide::shell;
use crate::support::releases::ReleaseChoice;
use crate::support::text::counted;
use crate::support::writing::Writing;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Published<'a> {
    version: &'a str,
    archive: &'a ArchiveLock,
    /// That of the first kind.
    snippet: &'a str,
    kinds: &'a [PublishedKind],
    left_out: &'a [LeftOut],
    /// Whether the scenarios show anything of it: [`Evidence::state`] says how much.
    tested: bool,
    evidence: &'a Evidence,
    /// The files that were not there with these bytes: written, but for `--dry-run` and `--check`.
    new: &'a [String],
}

pub(super) fn run(context: &Context, args: &Publish) -> Result<()> {
    let output = args.output.clone().unwrap_or_else(|| context.output());
    let options = options(args, output);
    let publication = publish(&context.site(), &options)?;
    let published = &publication.kinds;
    let data = Published {
        version: &publication.version,
        archive: &publication.archive,
        snippet: &published[0].snippet,
        kinds: published,
        left_out: &publication.left_out,
        tested: publication.evidence.state.is_tested(),
        evidence: &publication.evidence,
        new: &publication.new,
    };
    if args.write.writing() == Writing::LeftOut {
        let would_write = WouldWrite::outdated(publication.new.clone());
        return would_write.print(context, args.write, &data);
    }
    // Eight snippets at once would be read by nobody.
    let shown = if args.kinds.is_empty() { &published[..1] } else { published };
    let shown: Vec<&str> = shown.iter().map(|published| published.snippet.as_str()).collect();
    let (kinds, version) = (counted(published.len(), "kind"), &publication.version);
    let output = options.output.display();
    context.ui.summary(&format!("{version} as {kinds} of override in {output}"));
    let archive = options.output.join(&publication.archive.file);
    let command = format!("patcher verify {}", shell(&archive.to_string_lossy()));
    context.ui.next(&command, "check it against the release");
    context.ui.data(&shown.join("\n"), &data);
    Ok(())
}

fn options(args: &Publish, output: PathBuf) -> PublishOptions {
    PublishOptions {
        output,
        base_url: args.url.base_url.clone(),
        kinds: args.kinds.clone(),
        upstream_archive: args.upstream_archive.clone(),
        registry: args.registry.clone(),
        registry_url: args.registry_url.clone(),
        yanks: args.yanks.clone(),
        push: args.push.clone(),
        is_unverified: args.unverified,
        writing: args.write.writing(),
        release: args.release.and_then(ReleaseChoice::named),
    }
}
