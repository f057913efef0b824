//! What a consumer pastes for each kind of override. All of them end in the same tree, but for what
//! [`OverrideKind::differs`] names.

use serde::Serialize;

use crate::project::lock::{ReleaseLock, Uploaded};
use crate::project::override_kind::OverrideKind;
use crate::project::upstream::Upstream;
use crate::publish::render::{self, Snippet};
use crate::support::ids::{Release, Sri};

/// An archive, in the words of the registry's `source.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    pub integrity: Sri,
    /// The one directory in it.
    pub strip_prefix: String,
    pub url: String,
}

/// A commit that was pushed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GitCommit {
    pub commit: String,
    /// The repository that it is in.
    pub remote: String,
}

/// Where a registry can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryUrl {
    pub url: String,
    /// Whether the URL is a placeholder, because none was given.
    pub is_placeholder: bool,
}

/// What the kinds' snippets are made of. What is absent was left out.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the default kind's snippet is made of.
    pub base: Snippet,
    pub upstream: Option<Source>,
    /// The patches as files, in order.
    pub patch_files: Vec<String>,
    /// Whether the series changes the module file.
    pub changes_module_file: bool,
    pub git: Option<GitCommit>,
}

/// The patch that puts the patched version into the module file; the central registry's tools
/// call theirs so. It sorts after the series, as Bazel's order of patches in a registry asks.
pub const MODULE_PATCH: &str = "module_dot_bazel_version.patch";

/// The patch that adds the notice of changes, and the version if the release has its own.
pub use crate::consumer::NOTICE_PATCH;

/// The BUILD file of the directory with the patches.
pub const BUILD_FILE: &str =
    "# A package, so that MODULE.bazel can name the patches by their labels. Written by patcher.\n";

/// The directory of a consumer's that holds the patches.
pub fn package(module: &str) -> String {
    format!("third_party/{module}")
}

/// Where a release's own archive is, if its upstream is a repository on GitHub.
pub fn upstream_archive(upstream: &Upstream, release: Release) -> Option<String> {
    let (asset, tag) = (upstream.asset(release), upstream.tag.tag(release));
    let repository = upstream.url.trim_end_matches('/').trim_end_matches(".git");
    let path = repository.strip_prefix("https://github.com/")?;
    let is_repository = path.split('/').count() == 2;
    is_repository.then(|| format!("{repository}/releases/download/{tag}/{asset}"))
}

/// Upstream's own archive of a release, as far as it is known where it is: at `given`, where it was
/// uploaded, or where upstreams have theirs.
pub fn upstream_source(
    upstream: &Upstream,
    locked: &ReleaseLock,
    given: Option<&str>,
) -> Option<Source> {
    let ReleaseLock { release, uploaded, .. } = locked;
    let integrity = locked.registry_integrity.clone()?;
    let uploaded = uploaded.as_ref();
    let known = || {
        let uploaded = uploaded.map(|uploaded| uploaded.url.clone());
        uploaded.or_else(|| upstream_archive(upstream, *release))
    };
    let url = given.map(str::to_owned).or_else(known)?;
    let strip_prefix = upstream_prefix(upstream, *release, uploaded);
    Some(Source { integrity, strip_prefix, url })
}

/// The directory in upstream's own archive of a release.
pub fn upstream_prefix(
    upstream: &Upstream,
    release: Release,
    uploaded: Option<&Uploaded>,
) -> String {
    match uploaded {
        Some(uploaded) => uploaded.strip_prefix.clone(),
        None => upstream.strip_prefix(release),
    }
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    base: &'a Snippet,
    package: String,
    labels: Vec<String>,
    upstream: &'a Option<Source>,
    git: &'a Option<GitCommit>,
    changes_module_file: bool,
    registry_url: &'a str,
    is_placeholder_registry: bool,
}

/// What a consumer pastes for a kind. `registry` is read only for the registries.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher: one that lacks the facts
/// of a kind that was left out, too.
pub fn snippet(
    kind: OverrideKind,
    facts: &Facts,
    registry: Option<&RegistryUrl>,
) -> tera::TeraResult<String> {
    let base = &facts.base;
    let package = package(&base.module);
    // The registry says which version its module file has: no patch of ours may.
    let is_ours =
        |name: &&String| kind != OverrideKind::SingleVersion || name.as_str() != MODULE_PATCH;
    let labels = facts.patch_files.iter().filter(is_ours);
    let page = Page {
        base,
        labels: labels.map(|name| format!("//{package}:{name}")).collect(),
        package,
        upstream: &facts.upstream,
        git: &facts.git,
        changes_module_file: facts.changes_module_file,
        registry_url: registry.map_or("", |registry| &registry.url),
        is_placeholder_registry: registry.is_some_and(|registry| registry.is_placeholder),
    };
    match kind {
        OverrideKind::Archive => render::snippet(base),
        OverrideKind::Patches => render::text(
            "archive_override with patches",
            include_str!("templates/patches.MODULE.bazel.tera"),
            &page,
        ),
        OverrideKind::SingleVersion => render::text(
            "single_version_override",
            include_str!("templates/single_version_override.MODULE.bazel.tera"),
            &page,
        ),
        OverrideKind::Git => render::text(
            "git_override",
            include_str!("templates/git_override.MODULE.bazel.tera"),
            &page,
        ),
        OverrideKind::LocalPath => render::text(
            "local_path_override",
            include_str!("templates/local_path_override.MODULE.bazel.tera"),
            &page,
        ),
        OverrideKind::Workspace => render::text(
            "http_archive",
            include_str!("templates/http_archive.WORKSPACE.tera"),
            &page,
        ),
        OverrideKind::Registry | OverrideKind::RegistryPatches => {
            render::text("registry", include_str!("templates/registry.MODULE.bazel.tera"), &page)
        }
    }
}

/// How a consumer removes the override once a release has the fix.
pub fn removal(module: &str, release: Release) -> String {
    format!(
        "delete the override of {module}, set bazel_dep(name = \"{module}\", version = \
         \"{release}\"), and remove {}, the --registry line and the settings of dependency bots, if \
         there are any",
        package(module)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            base: Snippet {
                module: "m".into(),
                release: "2.3.2".into(),
                version: "2.3.2.patched.1".into(),
                patches: 1,
                url: "https://example.com/m-2.3.2.patched.1.tar.gz".into(),
                is_placeholder: false,
                integrity: "sha256-x".into(),
                strip_prefix: "m-2.3.2.patched.1".into(),
                unverified: None,
            },
            upstream: Some(Source {
                integrity: Sri::of(b""),
                strip_prefix: "m-2.3.2".into(),
                url: "https://github.com/o/m/releases/download/2.3.2/m-2.3.2.tar.gz".into(),
            }),
            patch_files: vec!["0001-a.patch".into(), MODULE_PATCH.into(), NOTICE_PATCH.into()],
            changes_module_file: false,
            git: Some(GitCommit {
                commit: "4".repeat(40),
                remote: "https://example.com/m.git".into(),
            }),
        }
    }

    /// The snippet without its comments.
    fn code(kind: OverrideKind) -> String {
        let url = "https://example.com/registry".to_owned();
        let registry = RegistryUrl { url, is_placeholder: false };
        let text = snippet(kind, &facts(), Some(&registry)).unwrap();
        assert!(
            text.starts_with("# m 2.3.2 with 1 patch, which its PATCHES.md lists.\n"),
            "{text}"
        );
        assert!(text.contains("Renovate") && text.contains("Dependabot"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 120), "{text}");
        let code = text.lines().filter(|line| !line.starts_with('#'));
        code.map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn patches_are_named_by_their_labels() {
        let expected = "\
bazel_dep(name = \"m\", version = \"2.3.2\")
archive_override(
    module_name = \"m\",
    integrity = \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",
    patch_strip = 1,
    patches = [
        \"//third_party/m:0001-a.patch\",
        \"//third_party/m:module_dot_bazel_version.patch\",
        \"//third_party/m:notice.patch\",
    ],
    strip_prefix = \"m-2.3.2\",
    urls = [\"https://github.com/o/m/releases/download/2.3.2/m-2.3.2.tar.gz\"],
)
";
        assert_eq!(code(OverrideKind::Patches), expected);
    }

    #[test]
    fn a_release_from_the_registry_keeps_the_registrys_version() {
        let expected = "\
bazel_dep(name = \"m\", version = \"2.3.2\")
single_version_override(
    module_name = \"m\",
    patch_strip = 1,
    patches = [
        \"//third_party/m:0001-a.patch\",
        \"//third_party/m:notice.patch\",
    ],
    version = \"2.3.2\",
)
";
        assert_eq!(code(OverrideKind::SingleVersion), expected);
    }

    #[test]
    fn a_snippet_names_the_bazel_that_a_changed_module_file_needs() {
        let text = |changes_module_file, kind| {
            snippet(kind, &Facts { changes_module_file, ..facts() }, None).unwrap()
        };
        let said = "# Needs Bazel 7.4 or newer: older ones ignore what the patches change in MODULE.bazel.\n";
        assert!(text(true, OverrideKind::SingleVersion).contains(said));
        assert!(!text(false, OverrideKind::SingleVersion).contains("7.4"));
        assert!(!text(true, OverrideKind::Patches).contains("7.4"));
    }

    #[test]
    fn commits_paths_and_registries_have_their_snippets() {
        let git = code(OverrideKind::Git);
        let commit = "4".repeat(40);
        let lines =
            format!("    commit = \"{commit}\",\n    remote = \"https://example.com/m.git\",\n");
        assert!(git.contains(&lines), "{git}");
        let path = code(OverrideKind::LocalPath);
        assert!(path.contains("    path = \"third_party/m-2.3.2.patched.1\",\n"), "{path}");
        let workspace = code(OverrideKind::Workspace);
        assert!(workspace.contains("\n\nhttp_archive(\n    name = \"m\",\n"), "{workspace}");
        let expected = "\
bazel_dep(name = \"m\", version = \"2.3.2.patched.1\")
single_version_override(
    module_name = \"m\",
    registry = \"https://example.com/registry\",
    version = \"2.3.2.patched.1\",
)
";
        assert_eq!(code(OverrideKind::Registry), expected);
        assert_eq!(code(OverrideKind::RegistryPatches), expected);
    }

    #[test]
    fn upstreams_archive_is_where_github_keeps_releases() {
        let release = "2.3.2".parse().unwrap();
        let url = "https://github.com/o/r/releases/download/2.3.2/m-2.3.2.tar.gz".to_owned();
        for upstream in ["https://github.com/o/r", "https://github.com/o/r.git"] {
            let upstream = Upstream::plain("m", upstream);
            assert_eq!(upstream_archive(&upstream, release), Some(url.clone()));
            let tagged = Upstream { tag: "v{version}".parse().unwrap(), ..upstream };
            let url = url.replace("2.3.2", "v2.3.2");
            assert_eq!(upstream_archive(&tagged, release), Some(url.clone()));
            let asset = Some("rules-{version}.tgz".parse().unwrap());
            let named = url.replace("m-v2.3.2.tar.gz", "rules-2.3.2.tgz");
            assert_eq!(upstream_archive(&Upstream { asset, ..tagged }, release), Some(named));
        }
        for upstream in ["https://example.com/o/r", "../upstream.git", "https://github.com/o"] {
            assert_eq!(upstream_archive(&Upstream::plain("m", upstream), release), None);
        }
    }
}
