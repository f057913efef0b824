//! What the lock says of the upstream: what follows from it needs no patcher.toml.

use serde::{Deserialize, Serialize};

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
}

impl Upstream {
    /// One whose tags are the releases' own names.
    #[cfg(test)]
    pub(crate) fn plain(module: &str, url: &str) -> Self {
        Self { module: module.into(), url: url.into(), tag: TagFormat::default() }
    }
}
