//! What a command would write: the one list that `--check` prints and a run commits.

use std::collections::BTreeMap;

use similar::TextDiff;

/// Files to write or delete, by path relative to the project, or absolute outside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(BTreeMap<String, Option<Vec<u8>>>);

impl Changes {
    /// Writes `bytes` to `path`.
    pub fn write(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), Some(bytes.into()));
    }

    /// Deletes what is at `path`.
    pub fn delete(&mut self, path: impl Into<String>) {
        self.0.insert(path.into(), None);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The paths, in order, each with its new bytes; `None` deletes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_deref()))
    }

    /// Only what differs from what is there, which `current` returns.
    pub fn pending(self, current: impl Fn(&str) -> Option<Vec<u8>>) -> Self {
        Self(self.0.into_iter().filter(|(path, bytes)| current(path) != *bytes).collect())
    }

    /// A unified diff from what is there, which `current` returns; a line for what is no text.
    pub fn diff(&self, current: impl Fn(&str) -> Option<Vec<u8>>) -> String {
        let mut diff = String::new();
        for (path, bytes) in &self.0 {
            let before = current(path);
            let text =
                |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone().unwrap_or_default()).ok();
            let name = |side: &str, there: bool| {
                if there { format!("{side}/{path}") } else { "/dev/null".to_owned() }
            };
            match (text(&before), text(bytes)) {
                (Some(old), Some(new)) => {
                    let (old_name, new_name) =
                        (name("a", before.is_some()), name("b", bytes.is_some()));
                    let unified = TextDiff::from_lines(old.as_str(), new.as_str());
                    diff.push_str(&unified.unified_diff().header(&old_name, &new_name).to_string());
                }
                _ => diff.push_str(&format!("Binary file {path} differs\n")),
            }
        }
        diff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_pending() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        changes.write("same", "1");
        assert!(!changes.is_empty());
        changes.write("other", "2\n");
        let current = |path: &str| Some(if path == "same" { "1".into() } else { b"1\n".to_vec() });
        let pending = changes.pending(current);
        assert_eq!(pending.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["other"]);
        assert_eq!(pending.diff(current), "--- a/other\n+++ b/other\n@@ -1 +1 @@\n-1\n+2\n");
    }

    #[test]
    fn new_and_binary_files_are_named() {
        let mut changes = Changes::default();
        changes.write("new", "1\n");
        changes.write("x.gz", b"\x1f\x8b\xff".to_vec());
        let diff = changes.diff(|_| None);
        assert_eq!(diff, "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+1\nBinary file x.gz differs\n");
    }
}
