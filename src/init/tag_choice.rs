//! Which form the tags of an upstream's releases have, if that can be seen.

use crate::git::upstream::TagForms;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;
use crate::support::tag_format::TagFormat;
use crate::support::text::counted;

/// The form of the releases' tags, and the newest release that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TagChoice {
    pub(super) format: TagFormat,
    pub(super) newest: Release,
    /// How many releases have it.
    pub(super) count: usize,
    /// The tags of other forms, for people; empty if there are none.
    pub(super) others: String,
}

/// The form that was asked for; or else the one of the newest release, if no other form has as many
/// releases.
///
/// # Errors
///
/// No tag has it, or it cannot be seen which one it is.
pub(super) fn choose(
    upstream: &str,
    forms: &TagForms,
    wanted: Option<&TagFormat>,
) -> Result<TagChoice> {
    let mut stable: Vec<(&TagFormat, Release, usize)> = forms
        .iter()
        .filter_map(|(format, releases)| {
            let stable = releases.iter().filter(|release| release.is_stable());
            Some((format, *stable.clone().max()?, stable.count()))
        })
        .collect();
    stable.sort_by_key(|(_, newest, _)| *newest);
    let most = stable.iter().map(|(_, _, count)| *count).max();
    let chosen = match wanted {
        Some(wanted) => stable.iter().find(|(format, ..)| *format == wanted),
        None => stable.last().filter(|(_, _, count)| {
            Some(*count) == most
                && stable.iter().filter(|(_, _, other)| other == count).count() == 1
        }),
    };
    let listed = |without: Option<&TagFormat>| {
        let others = stable.iter().filter(|(format, ..)| Some(*format) != without);
        let others = others.map(|(format, newest, count)| {
            format!("{} such as {}", counted(*count, "tag"), format.tag(newest))
        });
        others.collect::<Vec<_>>().join(", ")
    };
    if let Some((format, newest, count)) = chosen.copied() {
        let others = listed(Some(format));
        return Ok(TagChoice { format: format.clone(), newest, count, others });
    }
    let there = listed(None);
    let message = match (wanted, there.as_str()) {
        (_, "") => format!("upstream {upstream} has no tag of a release, such as 1.2.3 or v1.2.3"),
        (Some(wanted), _) => {
            let tag = wanted.tag("1.2.3");
            format!("upstream {upstream} has no tag such as {tag}: it has {there}")
        }
        (None, _) => format!("upstream {upstream} has several forms of tags: {there}"),
    };
    let failure = Failure::new(Kind::Input, message);
    Err(match stable.last() {
        None => failure.hint("patcher follows releases that are tags: a clone without tags?"),
        Some((format, ..)) => {
            failure.hint(format!("say which one names its releases: --tag '{format}'"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(tags: &[&str]) -> TagForms {
        let mut forms = TagForms::new();
        for (format, release) in tags.iter().filter_map(|tag| TagFormat::of(tag)) {
            forms.entry(format).or_default().insert(release);
        }
        forms
    }

    fn chosen(tags: &[&str], wanted: Option<&str>) -> String {
        let wanted: Option<TagFormat> = wanted.map(|text| text.parse().unwrap());
        match choose("u", &forms(tags), wanted.as_ref()) {
            Ok(TagChoice { format, newest, count, others }) => {
                format!("{count} {format} {newest} [{others}]")
            }
            Err(failure) => format!("{}; {}", failure.message(), failure.hints.join("; ")),
        }
    }

    #[test]
    fn the_newest_releases_form_is_taken_if_most_have_it() {
        assert_eq!(chosen(&["1.2.3", "1.3.0", "2.0.0-rc1"], None), "2 {version} 1.3.0 []");
        assert_eq!(
            chosen(&["v1.2.3", "1.3.0", "1.4.0", "nightly"], None),
            "2 {version} 1.4.0 [1 tag such as v1.2.3]"
        );
        assert_eq!(
            chosen(&["a-1.0.0", "1.3.0"], Some("a-{version}")).split(' ').nth(2),
            Some("1.0.0")
        );
    }

    #[test]
    fn what_cannot_be_seen_is_asked_for() {
        let several = "u has several forms of tags";
        for tags in [["1.0.0", "v2.0.0", "0.9.0"].as_slice(), &["1.0.0", "v2.0.0"]] {
            let said = chosen(tags, None);
            assert!(said.contains(several) && said.contains("--tag 'v{version}'"), "{said}");
        }
        assert_eq!(
            chosen(&["1.0.0"], Some("v{version}")),
            "upstream u has no tag such as v1.2.3: it has 1 tag such as 1.0.0; say which one names \
             its releases: --tag '{version}'"
        );
        assert_eq!(
            chosen(&["nightly", "1.0.0-rc1"], None),
            "upstream u has no tag of a release, such as 1.2.3 or v1.2.3; patcher follows releases \
             that are tags: a clone without tags?"
        );
    }
}
