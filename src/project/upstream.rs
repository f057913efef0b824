//! What the lock says of the upstream: what follows from it needs no patcher.toml.

use serde::{Deserialize, Serialize};

use crate::support::ids::Release;
use crate::support::name_format::{AssetFormat, Named, PrefixFormat};
use crate::support::names::{ModuleName, checked};
use crate::support::tag_format::TagFormat;

/// The upstream, as the lock names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    #[serde(deserialize_with = "checked::<_, ModuleName>")]
    pub module: String,
    pub url: String,
    /// How its tags name releases, unless by their own names.
    #[serde(default, skip_serializing_if = "TagFormat::is_plain")]
    pub tag: TagFormat,
    /// How it names the archive of a release, unless `MODULE-TAG.tar.gz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetFormat>,
    /// The directory in that archive, unless `MODULE-VERSION`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<PrefixFormat>,
}

impl Upstream {
    /// The name of a release's archive.
    pub fn asset(&self, release: Release) -> String {
        let tag = self.tag.tag(release);
        let plain = || format!("{}-{tag}.tar.gz", self.module);
        self.asset.as_ref().map_or_else(plain, |asset| asset.name(self.named(&tag, release)))
    }

    /// The directory in a release's archive.
    pub fn strip_prefix(&self, release: Release) -> String {
        let tag = self.tag.tag(release);
        let plain = || format!("{}-{release}", self.module);
        self.strip_prefix.as_ref().map_or_else(plain, |it| it.name(self.named(&tag, release)))
    }

    fn named<'a>(&'a self, tag: &'a str, release: Release) -> Named<'a> {
        Named { module: &self.module, tag, release }
    }

    /// One whose tags are the releases' own names.
    #[cfg(test)]
    pub(crate) fn plain(module: &str, url: &str) -> Self {
        Self {
            module: module.into(),
            url: url.into(),
            tag: TagFormat::default(),
            asset: None,
            strip_prefix: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_and_its_directory_are_named_as_upstream_names_them() {
        let release = "1.2.0".parse().unwrap();
        let plain = Upstream::plain("m", "https://example.com/m");
        assert_eq!(plain.asset(release), "m-1.2.0.tar.gz");
        assert_eq!(plain.strip_prefix(release), "m-1.2.0");
        let tagged = Upstream { tag: "v{version}".parse().unwrap(), ..plain };
        assert_eq!(tagged.asset(release), "m-v1.2.0.tar.gz");
        assert_eq!(tagged.strip_prefix(release), "m-1.2.0");
        let named = Upstream {
            asset: Some("{tag}.tgz".parse().unwrap()),
            strip_prefix: Some("{module}/{tag}".parse().unwrap()),
            ..tagged
        };
        assert_eq!(named.asset(release), "v1.2.0.tgz");
        assert_eq!(named.strip_prefix(release), "m/v1.2.0");
    }
}
