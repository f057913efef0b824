//! A JUnit report, as CI servers read it.

use serde::Serialize;

use crate::support::template::Template;
use crate::support::text::plain;

#[derive(Clone, Debug, Serialize)]
pub struct JUnit {
    /// One per version of Bazel.
    pub suites: Vec<JUnitSuite>,
}

/// The cases of one version of Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct JUnitSuite {
    pub name: String,
    pub cases: Vec<JUnitCase>,
    /// How many of them failed.
    pub failures: usize,
}

/// A scenario on one side, or one of upstream's tests.
#[derive(Clone, Debug, Serialize)]
pub struct JUnitCase {
    /// The release and the scenario.
    pub class: String,
    pub name: String,
    /// What was expected and found, if they differ.
    pub failure: Option<String>,
    /// Why it is neither passed nor failed, if it is neither.
    pub skipped: Option<String>,
    /// What the result rests on.
    pub evidence: String,
}

impl JUnit {
    /// The report as XML, without the characters that have no place in it.
    ///
    /// # Errors
    ///
    /// A template that does not fit its data, which is a defect of patcher.
    pub fn print(&self) -> tera::TeraResult<String> {
        let mut data = self.clone();
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
        let text = include_str!("templates/junit.xml.tera");
        Template { name: "junit.xml", text, parts: &[] }.render(&data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let xml = JUnit { suites: vec![suite] }.print().unwrap();
        assert!(xml.contains("found &lt;conflict&gt; &amp; [31m"), "{xml}");
        assert!(!xml.contains('\u{1b}') && !xml.contains("]]>"), "{xml}");
        assert!(xml.contains("tests=\"1\" failures=\"1\""), "{xml}");
    }
}
