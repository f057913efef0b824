//! The files of older patchers: what was called otherwise in them. `sync` writes them in the
//! current format.

use toml::Table;

use crate::project::changes::Changes;
use crate::project::config::{self, Config};
use crate::project::lock::{self, Lock};
use crate::support::problem::{Kind, Problem};

/// The keys of patcher.toml that had another name: as they were and as they are.
const KEYS: [(&str, &str); 2] = [("line", "series"), ("routes", "kinds")];

/// The files of a project that an older patcher wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// The format of the lock, if it is not the current one.
    lock: Option<u32>,
    config: Option<MigratedConfig>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct MigratedConfig {
    /// The old keys, where each stands first, from 1.
    keys: Vec<(usize, (&'static str, &'static str))>,
    /// The file with the new keys, and all else as it was.
    text: String,
}

impl Migration {
    /// What there is to migrate of files that can be read.
    pub(super) fn of(lock: Option<&Lock>, config: Option<&str>) -> Self {
        Self { lock: lock.and_then(Lock::old_format), config: config.and_then(MigratedConfig::of) }
    }

    /// A finding for each old file; `sync` mends it.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let of_lock = self.lock.map(|format| {
            let message =
                format!("has format {format}: `patcher sync` migrates it to {}", lock::FORMAT);
            Problem::new(Kind::Finding, lock::FILE, message)
        });
        let of_config =
            self.config.iter().flat_map(|config| &config.keys).map(|(line, (old, new))| {
                let message =
                    format!("`{old}` is called `{new}` now: `patcher sync` migrates the file");
                Problem::new(Kind::Finding, config::FILE, message).at(*line)
            });
        of_lock.into_iter().chain(of_config).map(Problem::mendable).collect()
    }

    /// Adds the migrated patcher.toml; the lock is written in the current format anyhow.
    pub fn write_config(&self, changes: &mut Changes) {
        if let Some(config) = &self.config {
            changes.write(config::FILE, config.text.as_bytes());
        }
    }

    /// What `sync` migrates, for its status line; absent if there is nothing.
    pub fn text(&self) -> Option<String> {
        let of_lock = self
            .lock
            .map(|format| format!("{} from format {format} to {}", lock::FILE, lock::FORMAT));
        let of_config = self.config.iter().flat_map(|config| &config.keys);
        let of_config =
            of_config.map(|(_, (old, new))| format!("{} from `{old}` to `{new}`", config::FILE));
        let parts: Vec<String> = of_lock.into_iter().chain(of_config).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl MigratedConfig {
    /// Absent if no old key is in it, or one so oddly written that only a person should
    /// rewrite it: it is read all the same.
    fn of(text: &str) -> Option<Self> {
        let before = Config::parse(text).ok()?;
        let table: Table = toml::from_str(text).ok()?;
        let mut keys = Vec::new();
        let mut new = text.to_owned();
        for key in KEYS.into_iter().filter(|(old, _)| table.contains_key(*old)) {
            keys.push((text.lines().position(|line| renamed(line, key).is_some())? + 1, key));
            let rename = |line: &str| renamed(line, key).unwrap_or_else(|| line.to_owned());
            new = new.split_inclusive('\n').map(rename).collect();
        }
        let is_same = Config::parse(&new).is_ok_and(|after| after == before);
        (is_same && !keys.is_empty()).then_some(Self { keys, text: new })
    }
}

/// A line that has the old key, with the new one.
fn renamed(line: &str, (old, new): (&str, &str)) -> Option<String> {
    let rest = line.trim_start();
    let rest = rest.strip_prefix("[[").map_or(rest, str::trim_start);
    let after = rest.strip_prefix(old)?;
    let is_key = after.trim_start().starts_with("]]") || after.trim_start().starts_with('=');
    let before = &line[..line.len() - rest.len()];
    is_key.then(|| format!("{before}{new}{after}"))
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;

    /// A lock with every field that the old format had.
    const OLD: &str = r#"# Written by patcher: do not edit. `patcher sync` refreshes it, `patcher check` derives it again.
version = 2
checksum = "sha256-CHECKSUM"

[upstream]
module = "m"
url = "https://example.com/m"

[[line]]
patches = "patches"
releases = ">=2.3.0, <2.4.0"

[line.pin]
release = "2.3.2"
commit = "281e98aa3a103356ed8fa3aaf36f3bf646f28fd9"
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4901"
registry_integrity = "sha256-JaANVeQ3bvbZ8ok4toA4+soXyVWAya/mlT593gE9AOQ="
revision = 6
patched_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4902"
tip = "4b825dc642cb6eb9a060e54bf8d69288fbee4903"
tip_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

[line.pin.archive]
file = "m-2.3.2.patched.6.tar.gz"
strip_prefix = "m-2.3.2.patched.6"
integrity = "sha256-APNQQZ7zA3MZ/U4qtzabeTq48QbI8c91iTWRv/fIbtI="

[line.pin.verified]
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
suite = "sha256-u6rSgK/9K/Fxa8wn3AZTc3EXOIxQSCJizNGLN9vFL88="
bazel = "7.7.1"
depth = "test"
fixed = ["a", "b"]
as_intended = ["c"]
control_held = ["d", "e"]
not_applicable = ["f"]

[[line.patch]]
name = "0001-a.patch"
integrity = "sha256-/KyVJHc3HL1DWNCWFsCA2+GNBQCNY/wPbckPFo/N0Mg="
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4902"

[[line.served]]
release = "2.3.1"
commit = "3ed66a5c544be23a3663390a10d10d789ea28a77"
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4905"
revision = 1
patched_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4906"
tip = "4b825dc642cb6eb9a060e54bf8d69288fbee4907"
tip_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4908"

[line.served.archive]
file = "m-2.3.1.patched.1.tar.gz"
strip_prefix = "m-2.3.1.patched.1"
integrity = "sha256-pJWiVTJVU+JuGrbk9s+I+bO1cDYaKjlJWIvZgT40OSE="

[line.served.verified]
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4908"
suite = "sha256-u6rSgK/9K/Fxa8wn3AZTc3EXOIxQSCJizNGLN9vFL88="
bazel = "8.5.0"
depth = "analysis"
fixed = ["a"]
control_held = ["d"]

[[line]]
patches = "patches/1.0"

[line.pin]
release = "1.0.0"
commit = "3ed66a5c544be23a3663390a10d10d789ea28a78"
tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4909"
patched_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee490a"
tip = "4b825dc642cb6eb9a060e54bf8d69288fbee490b"
tip_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee490c"

[line.pin.archive]
file = "m-1.0.0.tar.gz"
strip_prefix = "m-1.0.0"
integrity = "sha256-pJWiVTJVU+JuGrbk9s+I+bO1cDYaKjlJWIvZgT40OSE="
"#;

    fn old() -> String {
        let without = OLD.replace("checksum = \"sha256-CHECKSUM\"\n", "");
        let checksum = crate::support::ids::Sri::of(without.as_bytes()).to_string();
        OLD.replace("sha256-CHECKSUM", &checksum)
    }

    /// Every value of a file with its path, such as `series.0.pin.release = "2.3.2"`.
    fn leaves(path: &str, value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Table(table) => {
                table.iter().for_each(|(key, value)| leaves(&format!("{path}.{key}"), value, into));
            }
            Value::Array(values) => {
                let values = values.iter().enumerate();
                values.for_each(|(at, value)| leaves(&format!("{path}.{at}"), value, into));
            }
            value => into.push(format!("{path} = {value}")),
        }
    }

    fn facts(text: &str) -> Vec<String> {
        let mut facts = Vec::new();
        leaves("", &toml::from_str(text).unwrap(), &mut facts);
        facts.retain(|fact| !fact.starts_with(".version") && !fact.starts_with(".checksum"));
        facts.sort();
        facts
    }

    #[test]
    fn an_old_lock_is_read_and_written_with_every_fact() {
        let old = old();
        assert_eq!(Lock::tampering(&old), None);
        let lock = Lock::parse(&old).unwrap();
        let new = lock.print();
        assert_eq!(Lock::tampering(&new), None);
        let read = Lock::parse(&new).unwrap();
        assert_eq!((lock.old_format(), read.old_format()), (Some(2), None));
        assert_eq!(read.series, lock.series);
        let names = [
            (".line.", ".series."),
            (".served.", ".supported."),
            (".tip_tree ", ".patched_commit_tree "),
            (".tip ", ".patched_commit "),
            (".verified.", ".tested."),
            (".depth ", ".phase "),
            (".as_intended.", ".expected_change."),
            (".control_held.", ".unchanged."),
        ];
        let rename =
            |fact: String| names.iter().fold(fact, |fact, (old, new)| fact.replace(old, new));
        let mut expected: Vec<String> = facts(&old).into_iter().map(rename).collect();
        expected.sort();
        assert_eq!(facts(&new), expected);
        assert_eq!(expected.len(), 54);
    }

    #[test]
    fn every_edited_byte_of_an_old_lock_is_noticed() {
        let text = old();
        for (index, byte) in text.bytes().enumerate() {
            let mut edited = text.clone().into_bytes();
            edited[index] = if byte == b'a' { b'b' } else { b'a' };
            let edited = String::from_utf8(edited).unwrap();
            let noticed = Lock::parse(&edited).is_err() || Lock::tampering(&edited).is_some();
            assert!(noticed, "byte {index}: {edited}");
        }
    }

    #[test]
    fn a_config_keeps_every_other_byte() {
        let old = "# The [[line]] key.\nbazel = \"line\" # line = 1\r\n\n[[line]] # newest\npatches = \
                   \"patches\"\nreleases = \">=2.0.0\"\n\n  [[ line ]]\npatches = \"line\"\n\
                   releases = \"<2.0.0\"";
        let migration = Migration::of(None, Some(old));
        let mut changes = Changes::default();
        migration.write_config(&mut changes);
        let new = old.replace("\n[[line]]", "\n[[series]]").replace("[[ line ]]", "[[ series ]]");
        let written: Vec<_> = changes.iter().collect();
        assert_eq!(written, [(config::FILE, Some(new.as_bytes()))]);
        let found: Vec<String> = migration.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["patcher.toml:4: `line` is called `series` now: `patcher sync` migrates the file"]
        );
        assert_eq!(Migration::of(None, Some(&new)), Migration::default());
        let inline = "line = [{ patches = \"p\", releases = \">=2.0.0\" }]\n";
        let migration = Migration::of(None, Some(inline));
        assert_eq!(migration.config.unwrap().text, inline.replace("line =", "series ="));
    }

    #[test]
    fn every_old_key_is_renamed() {
        let old = "routes = [\"archive\"] # not `routes`\n[[line]]\npatches = \"p\"\n\
                   releases = \">=2.0.0\"\n";
        let migration = Migration::of(None, Some(old));
        let found: Vec<Option<usize>> = migration.problems().iter().map(|one| one.line).collect();
        assert_eq!(found, [Some(2), Some(1)]);
        let text = "patcher.toml from `line` to `series`, patcher.toml from `routes` to `kinds`";
        assert_eq!(migration.text().as_deref(), Some(text));
        let new = old.replacen("routes", "kinds", 1).replace("[[line]]", "[[series]]");
        assert_eq!(migration.config.unwrap().text, new);
        assert_eq!(Config::parse(old), Config::parse(&new));
        assert_eq!(Config::parse(&new).unwrap().kinds.len(), 1);
    }

    #[test]
    fn what_only_looks_like_the_old_key_stays() {
        let text = "bazel = \"\"\"\nhttps://example.com/\n[[line]]\n\"\"\"\n\
                    [[line]]\npatches = \"p\"\nreleases = \">=2.0.0\"\n";
        // The string would change with it: only a person can tell the two apart.
        assert_eq!(Config::parse(text).unwrap().series.len(), 1);
        assert_eq!(Migration::of(None, Some(text)), Migration::default());
    }

    #[test]
    fn one_line_names_all_that_is_migrated() {
        let config = "[[line]]\npatches = \"p\"\nreleases = \">=2.0.0\"\n";
        let text = |lock, config| Migration::of(lock, config).text();
        let old = Lock::parse(&old()).unwrap();
        assert_eq!(
            text(Some(&old), Some(config)).as_deref(),
            Some("upstream.lock from format 2 to 3, patcher.toml from `line` to `series`")
        );
        assert_eq!(text(Some(&old), None).as_deref(), Some("upstream.lock from format 2 to 3"));
        assert_eq!(text(None, None), None);
    }
}
