//! An archive, taken apart in memory, and what it says of itself.

use crate::publish::stamp::NOTICE_FILE;
use crate::publish::unpack::{self, Unpacked};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{ModuleVersion, Sri};
use crate::support::problem::Kind;
use crate::verify::notice::Noticed;

/// An archive, taken apart, and what it says of itself.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    pub(super) tar: Vec<u8>,
    /// How many bytes come after the gzip.
    pub(super) rest: usize,
    pub(super) unpacked: Unpacked,
    pub(super) noticed: Option<Noticed>,
    pub module: String,
    pub version: ModuleVersion,
}

impl Opened {
    /// Takes an archive apart, in memory.
    ///
    /// # Errors
    ///
    /// [`Kind::Input`]: it is something else.
    pub fn new(bytes: Vec<u8>) -> Result<Self> {
        let refuse =
            |what: String| Failure::new(Kind::Input, format_args!("not a patcher archive: {what}"));
        let (tar, rest) = unpack::gunzip(&bytes).map_err(refuse)?;
        let unpacked = unpack::untar(&tar).map_err(refuse)?;
        let text = unpacked.files.get(NOTICE_FILE).map(|file| file.content.as_slice());
        let noticed = text.and_then(|text| Noticed::parse(&String::from_utf8_lossy(text)));
        let said = noticed.as_ref().map(|noticed| (noticed.module.clone(), noticed.version));
        let Some((module, version)) = said.or_else(|| named(&unpacked.prefix)) else {
            let what = match unpacked.commit {
                Some(commit) => format!("it is what `git archive` made of commit {commit}"),
                None => format!("it holds the directory {:?}", unpacked.prefix),
            };
            return Err(refuse(format!("there is no {NOTICE_FILE} in it; {what}")));
        };
        Ok(Self { bytes, tar, rest, unpacked, noticed, module, version })
    }

    /// The digest of its bytes.
    pub fn integrity(&self) -> Sri {
        Sri::of(&self.bytes)
    }

    /// Where it says that its upstream is.
    pub fn upstream(&self) -> Option<&str> {
        Some(&self.noticed.as_ref()?.url)
    }
}

/// The module and the version that a directory is named after.
fn named(prefix: &str) -> Option<(String, ModuleVersion)> {
    prefix.match_indices('-').find_map(|(at, _)| {
        let version = prefix[at + 1..].parse().ok()?;
        Some((prefix[..at].to_owned(), version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_names_module_and_version() {
        let named = |prefix: &str| named(prefix).map(|(m, v)| format!("{m} {v}"));
        assert_eq!(named("rules_demo-2.3.2.patched.6").unwrap(), "rules_demo 2.3.2.patched.6");
        assert_eq!(named("a-b-2.4.0-rc1.patched.1").unwrap(), "a-b 2.4.0-rc1.patched.1");
        assert_eq!(named("rules_demo"), None);
    }
}
