//! The ways in which a consumer's build can take a patched release: what patcher.toml and the
//! command line name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::support::document::schema_of_text;

/// How a consumer's build takes the patched release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideKind {
    /// `archive_override` on the patched archive.
    Archive,
    /// `archive_override` on upstream's own archive, with the patches as files of the consumer's.
    Patches,
    /// `single_version_override` with the patches as files of the consumer's.
    SingleVersion,
    /// `git_override` on the pushed commit.
    Git,
    /// `local_path_override` on the unpacked archive.
    LocalPath,
    /// `http_archive` in a WORKSPACE.
    Workspace,
    /// A static registry that names the patched archive.
    Registry,
    /// A static registry that names upstream's own archive, and the patches.
    RegistryPatches,
}

impl OverrideKind {
    /// Every kind, the default one first.
    pub const ALL: [Self; 8] = [
        Self::Archive,
        Self::Patches,
        Self::SingleVersion,
        Self::Git,
        Self::LocalPath,
        Self::Workspace,
        Self::Registry,
        Self::RegistryPatches,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Patches => "patches",
            Self::SingleVersion => "single-version",
            Self::Git => "git",
            Self::LocalPath => "local-path",
            Self::Workspace => "workspace",
            Self::Registry => "registry",
            Self::RegistryPatches => "registry-patches",
        }
    }

    /// What the name of its snippet's file ends in.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Archive => ".MODULE.bazel",
            Self::Patches => ".patches.MODULE.bazel",
            Self::SingleVersion => ".single-version.MODULE.bazel",
            Self::Git => ".git.MODULE.bazel",
            Self::LocalPath => ".local-path.MODULE.bazel",
            Self::Workspace => ".WORKSPACE",
            Self::Registry => ".registry.MODULE.bazel",
            Self::RegistryPatches => ".registry-patches.MODULE.bazel",
        }
    }

    /// Whether it needs the patched archive.
    pub const fn uses_archive(self) -> bool {
        matches!(self, Self::Archive | Self::LocalPath | Self::Workspace | Self::Registry)
    }

    /// Whether Bazel's own patcher applies the series, to upstream's own archive.
    pub const fn patches_in_bazel(self) -> bool {
        matches!(self, Self::Patches | Self::SingleVersion | Self::RegistryPatches)
    }

    /// Whether the patches become files of the consumer's.
    pub const fn uses_labels(self) -> bool {
        matches!(self, Self::Patches | Self::SingleVersion)
    }

    /// Whether it is a registry.
    pub const fn is_registry(self) -> bool {
        matches!(self, Self::Registry | Self::RegistryPatches)
    }

    /// The files whose version string is not the archive's, and why it cannot be.
    pub const fn differs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::SingleVersion => {
                &[("MODULE.bazel", "the registry's, whose version must be the plain release's")]
            }
            Self::Git => &[("export-subst files", "git fills them in only for archives")],
            _ => &[],
        }
    }
}

impl fmt::Display for OverrideKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OverrideKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
            format!("no kind of override: there are {}", names.join(", "))
        })
    }
}

schema_of_text!(OverrideKind);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_takes_the_archive_or_a_commit_or_has_bazel_patch() {
        for kind in OverrideKind::ALL {
            let ways = [kind.uses_archive(), kind.patches_in_bazel(), kind == OverrideKind::Git];
            assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{kind}");
            // Bazel finds the patches in the consumer's files or in the registry.
            let places = kind.uses_labels() || kind.patches_in_bazel() && kind.is_registry();
            assert_eq!(places, kind.patches_in_bazel(), "{kind}");
            assert_eq!(kind.is_registry(), kind.name().starts_with("registry"), "{kind}");
        }
        assert!(!OverrideKind::RegistryPatches.uses_labels());
    }

    #[test]
    fn every_kind_has_a_name_and_a_file_of_its_own() {
        for kind in OverrideKind::ALL {
            assert_eq!(kind.name().parse::<OverrideKind>(), Ok(kind));
            let value = serde_json::json!(kind);
            assert_eq!(value, kind.name());
            assert_eq!(serde_json::from_value::<OverrideKind>(value).unwrap(), kind);
            let same = OverrideKind::ALL.iter().filter(|other| other.suffix() == kind.suffix());
            assert_eq!(same.count(), 1, "{kind}");
        }
        for (kind, unlike) in [
            (OverrideKind::SingleVersion, &["MODULE.bazel"][..]),
            (OverrideKind::Git, &["export-subst files"]),
            (OverrideKind::Archive, &[]),
        ] {
            let files: Vec<&str> = kind.differs().iter().map(|(file, _)| *file).collect();
            assert_eq!(files, unlike, "{kind}");
        }
        assert!("x".parse::<OverrideKind>().unwrap_err().contains("there are archive, patches"));
    }
}
