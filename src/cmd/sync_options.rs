//! The options of a sync, also of one that is gone on with.

use crate::cli::SyncArgs;
use crate::sync::Options;

/// The options of a sync to where the series are.
pub(super) fn of(args: &SyncArgs) -> Options {
    Options {
        upstream: args.upstream.clone(),
        fewer_releases: args.fewer_releases(),
        output: args.output.clone(),
        base_url: args.url.base_url.clone(),
        registry: args.registry.clone(),
        registry_integrity: args.registry_integrity.clone(),
        scenarios: (!args.no_repro).then(|| args.bazel.options()),
        jobs: args.jobs.jobs,
        known: args.jobs.known(),
        is_rebuild: args.rebuild,
        ..Options::default()
    }
}
