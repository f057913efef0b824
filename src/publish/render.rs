//! The texts that patcher writes for others, from the templates in `src/templates/`.

use serde::Serialize;
use tera::{Context, Tera};

use crate::support::text::plain;

/// What a consumer pastes into a MODULE.bazel.
#[derive(Clone, Debug, Serialize)]
pub struct Snippet {
    /// The module's name.
    pub module: String,
    /// The release that was patched.
    pub release: String,
    /// The version that is published.
    pub version: String,
    /// How many patches are in it.
    pub patches: usize,
    /// The archive's URL.
    pub url: String,
    /// Whether the URL is a placeholder, because none was configured.
    pub is_placeholder: bool,
    /// The archive's digest.
    pub integrity: String,
    /// The one directory in the archive.
    pub strip_prefix: String,
    /// Why the archive is not verified; absent when it is.
    pub unverified: Option<String>,
}

/// The notice of changes inside the archive.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// The module's name.
    pub module: String,
    /// The release that was patched.
    pub release: String,
    /// Its commit.
    pub commit: String,
    /// The upstream's URL.
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
    /// Its name.
    pub name: String,
    /// Its subject.
    pub subject: String,
    /// Its author's name.
    pub author: String,
    /// Its date, `2026-11-22`.
    pub date: String,
}

/// A file in the notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeFile {
    /// Its path.
    pub path: String,
    /// `added`, `changed` or `deleted`.
    pub change: &'static str,
}

/// A JUnit report, as CI servers read it.
#[derive(Clone, Debug, Serialize)]
pub struct JUnit {
    /// One per version of Bazel.
    pub suites: Vec<JUnitSuite>,
}

/// The cases of one version of Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct JUnitSuite {
    /// Its name.
    pub name: String,
    /// Its cases.
    pub cases: Vec<JUnitCase>,
    /// How many of them failed.
    pub failures: usize,
}

/// A scenario on one side, or one of upstream's tests.
#[derive(Clone, Debug, Serialize)]
pub struct JUnitCase {
    /// The release and the scenario.
    pub class: String,
    /// The side.
    pub name: String,
    /// What was expected and found, where they differ.
    pub failure: Option<String>,
    /// Why it is neither passed nor failed, where it is neither.
    pub skipped: Option<String>,
    /// What the verdict rests on.
    pub evidence: String,
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

/// The JUnit report.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher.
pub fn junit(data: &JUnit) -> tera::TeraResult<String> {
    let mut data = data.clone();
    for suite in &mut data.suites {
        suite.name = plain(&suite.name);
        for case in &mut suite.cases {
            for text in [&mut case.class, &mut case.name, &mut case.evidence] {
                *text = plain(text);
            }
            for text in [&mut case.failure, &mut case.skipped].into_iter().flatten() {
                *text = plain(text);
            }
        }
    }
    render("junit.xml", include_str!("templates/junit.xml.tera"), &data)
}

/// A snippet of a route's; `name` is for messages.
///
/// # Errors
///
/// A template that does not fit its data, which is a defect of patcher.
pub(crate) fn text(name: &str, template: &str, data: &impl Serialize) -> tera::TeraResult<String> {
    render(name, template, data)
}

/// What the routes' snippets share, without the line end of the file.
const PARTS: [(&str, &str); 2] = [
    ("head", include_str!("templates/head.tera")),
    ("dependabot", include_str!("templates/dependabot.tera")),
];

/// Only `*.xml` and `*.html` are escaped; an undefined name is an error.
fn render(name: &str, template: &str, data: &impl Serialize) -> tera::TeraResult<String> {
    let mut tera = Tera::new();
    tera.autoescape_on([".xml", ".html"]);
    for (part, text) in PARTS {
        tera.add_raw_template(part, text.trim_end())?;
    }
    tera.add_raw_template(name, template)?;
    tera.render(name, &Context::from_serialize(data)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_is_what_buildifier_would_leave_alone() {
        let mut data = Snippet {
            module: "rules_python".into(),
            release: "2.3.2".into(),
            version: "2.3.2.patched.1".into(),
            patches: 2,
            url: "https://example.com/a.tar.gz".into(),
            is_placeholder: false,
            integrity: "sha256-x".into(),
            strip_prefix: "rules_python-2.3.2.patched.1".into(),
            unverified: None,
        };
        let expected = "\
# rules_python 2.3.2 with 2 patches, which its PATCHES.md lists.
# Only an override in the root module's MODULE.bazel counts.
# Renovate leaves an archive_override as it is.
# Dependabot reads the bazel_dep alone. In .github/dependabot.yml: \
ignore: [{dependency-name: \"rules_python\"}]
bazel_dep(name = \"rules_python\", version = \"2.3.2\")
archive_override(
    module_name = \"rules_python\",
    integrity = \"sha256-x\",
    strip_prefix = \"rules_python-2.3.2.patched.1\",
    urls = [\"https://example.com/a.tar.gz\"],
)
";
        assert_eq!(snippet(&data).unwrap(), expected);
        data.unverified = Some("the scenarios did not run".into());
        data.is_placeholder = true;
        data.patches = 1;
        let text = snippet(&data).unwrap();
        assert!(text.starts_with("# rules_python 2.3.2 with 1 patch, which"), "{text}");
        assert!(text.contains("\n# UNVERIFIED: the scenarios did not run.\n"), "{text}");
        assert!(text.contains("\n# The URL is a placeholder:"), "{text}");
    }

    #[test]
    fn junit_is_well_formed_whatever_bazel_printed() {
        let case = JUnitCase {
            class: "2.3.2.issue".into(),
            name: "patched".into(),
            failure: Some("expected pass, found <conflict> & \u{1b}[31m".into()),
            skipped: None,
            evidence: "ERROR: \"x\" ]]>".into(),
        };
        let suite = JUnitSuite { name: "Bazel 7.7.1".into(), cases: vec![case], failures: 1 };
        let xml = junit(&JUnit { suites: vec![suite] }).unwrap();
        assert!(xml.contains("found &lt;conflict&gt; &amp; [31m"), "{xml}");
        assert!(!xml.contains('\u{1b}') && !xml.contains("]]>"), "{xml}");
        assert!(xml.contains("tests=\"1\" failures=\"1\""), "{xml}");
    }
}
