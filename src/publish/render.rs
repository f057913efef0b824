//! The texts of this room's templates: what a consumer pastes, and the notice in the archive.

use serde::Serialize;

use crate::support::template::Template;

/// What a consumer pastes into a MODULE.bazel.
#[derive(Clone, Debug, Serialize)]
pub struct Snippet {
    pub module: String,
    /// The release that was patched.
    pub release: String,
    /// The version that is published.
    pub version: String,
    /// How many patches are in it.
    pub patches: usize,
    pub url: String,
    /// Whether the URL is a placeholder, because none was configured.
    pub is_placeholder: bool,
    pub integrity: String,
    /// The one directory in the archive.
    pub strip_prefix: String,
    /// Why the archive is not verified; absent when it is.
    pub unverified: Option<String>,
}

/// The notice of changes inside the archive.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    pub module: String,
    /// The release that was patched.
    pub release: String,
    pub commit: String,
    pub url: String,
    /// The version that is published.
    pub version: String,
    /// The patches, in order.
    pub patches: Vec<NoticePatch>,
    /// The files that differ from the release.
    pub files: Vec<NoticeFile>,
}

/// A patch in the notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticePatch {
    pub name: String,
    pub subject: String,
    pub author: String,
    /// Its date, `2026-11-22`.
    pub date: String,
}

/// A file in the notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeFile {
    pub path: String,
    /// `added`, `changed` or `deleted`.
    pub change: &'static str,
}

/// The MODULE.bazel snippet.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher.
pub fn snippet(data: &Snippet) -> tera::TeraResult<String> {
    render(
        "archive_override.MODULE.bazel",
        include_str!("templates/archive_override.MODULE.bazel.tera"),
        data,
    )
}

/// The notice of changes.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher.
pub fn notice(data: &Notice) -> tera::TeraResult<String> {
    render("PATCHES.md", include_str!("templates/PATCHES.md.tera"), data)
}

/// The snippet of a kind of override; `name` is for messages.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher.
pub(crate) fn text(name: &str, template: &str, data: &impl Serialize) -> tera::TeraResult<String> {
    render(name, template, data)
}

const PARTS: [(&str, &str); 2] = [
    ("head", include_str!("templates/head.tera")),
    ("dependabot", include_str!("templates/dependabot.tera")),
];

fn render(name: &str, text: &str, data: &impl Serialize) -> tera::TeraResult<String> {
    Template { name, text, parts: &PARTS }.render(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_is_what_buildifier_would_leave_alone() {
        let mut data = Snippet {
            module: "rules_demo".into(),
            release: "2.3.2".into(),
            version: "2.3.2.patched.1".into(),
            patches: 2,
            url: "https://example.com/a.tar.gz".into(),
            is_placeholder: false,
            integrity: "sha256-x".into(),
            strip_prefix: "rules_demo-2.3.2.patched.1".into(),
            unverified: None,
        };
        let expected = "\
# rules_demo 2.3.2 with 2 patches, which its PATCHES.md lists.
# Only an override in the root module's MODULE.bazel counts.
# Renovate leaves an archive_override as it is.
# Dependabot reads only the bazel_dep. In .github/dependabot.yml: \
ignore: [{dependency-name: \"rules_demo\"}]
bazel_dep(name = \"rules_demo\", version = \"2.3.2\")
archive_override(
    module_name = \"rules_demo\",
    integrity = \"sha256-x\",
    strip_prefix = \"rules_demo-2.3.2.patched.1\",
    urls = [\"https://example.com/a.tar.gz\"],
)
";
        assert_eq!(snippet(&data).unwrap(), expected);
        data.unverified = Some("the scenarios did not run".into());
        data.is_placeholder = true;
        data.patches = 1;
        let text = snippet(&data).unwrap();
        assert!(text.starts_with("# rules_demo 2.3.2 with 1 patch, which"), "{text}");
        assert!(text.contains("\n# UNVERIFIED: the scenarios did not run.\n"), "{text}");
        assert!(text.contains("\n# The URL is a placeholder:"), "{text}");
    }
}
