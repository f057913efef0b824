//! The URLs of an override: where the archive is, and the mirrors that the consumer put beside it.

/// A URL of the consumer's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlThere {
    /// As it is written.
    pub(super) text: String,
    /// The same for the archive that is wanted; absent if that cannot be told.
    pub(super) followed: Option<String>,
}

/// Where an archive is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KnownUrls<'a> {
    /// What the user names; nothing if the file says it.
    pub(super) named: &'a [String],
    /// Where it was before that, as far as the project knows: what is named takes its place.
    pub(super) former: &'a [String],
}

/// The URLs to write, in Bazel's order of trying, and those that leave the file for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Urls {
    pub(super) kept: Vec<String>,
    pub(super) left: Vec<String>,
}

/// Puts what is named where the file has it, and keeps the consumer's mirrors around it. Of a file
/// with several URLs of which none is known, it cannot be told which are mirrors: all of them leave.
pub(super) fn merged(known: KnownUrls<'_>, there: &[UrlThere]) -> Urls {
    let KnownUrls { named, former } = known;
    let is_of = |urls: &[String], url: &UrlThere| {
        url.followed.as_ref().is_some_and(|followed| urls.contains(followed))
    };
    let is_placed = there.iter().any(|url| is_of(named, url) || is_of(former, url));
    if !named.is_empty() && !is_placed {
        // The only one is where the archive was.
        let is_several = there.len() > 1;
        let left = there.iter().filter(|_| is_several).map(|url| url.text.clone());
        return Urls { kept: named.to_vec(), left: left.collect() };
    }
    let mut urls = Urls::default();
    for url in there {
        match &url.followed {
            None => urls.left.push(url.text.clone()),
            Some(_) if is_of(former, url) && !named.is_empty() => {
                urls.kept.extend_from_slice(named);
            }
            Some(followed) => urls.kept.push(followed.clone()),
        }
    }
    urls.kept.extend_from_slice(named);
    let mut seen = std::collections::BTreeSet::new();
    urls.kept.retain(|url| seen.insert(url.clone()));
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(urls: &[&str]) -> Vec<UrlThere> {
        let url = |text: &&str| UrlThere {
            text: format!("{text}/1"),
            followed: (*text != "odd").then(|| format!("{text}/2")),
        };
        urls.iter().map(url).collect()
    }

    fn of(named: &[&str], former: &[&str], urls: &[&str]) -> (String, String) {
        let [named, former] = [named, former]
            .map(|urls| urls.iter().map(|url| format!("{url}/2")).collect::<Vec<String>>());
        let Urls { kept, left } =
            merged(KnownUrls { named: &named, former: &former }, &there(urls));
        (kept.join(" "), left.join(" "))
    }

    #[test]
    fn mirrors_stay_where_the_consumer_put_them() {
        for (named, former, urls, kept, left) in [
            (&["a"][..], &[][..], &["m", "a", "n"][..], "m/2 a/2 n/2", ""),
            (&[], &[], &["m", "a"], "m/2 a/2", ""),
            (&["b"], &["a"], &["m", "a", "n"], "m/2 b/2 n/2", ""),
            (&["b"], &["a"], &["m", "a", "b"], "m/2 b/2", ""),
            (&["b"], &[], &["a"], "b/2", ""),
            (&["b"], &[], &["m", "a"], "b/2", "m/1 a/1"),
            (&["a"], &[], &["odd", "a"], "a/2", "odd/1"),
            (&[], &[], &["odd"], "", "odd/1"),
            (&["a"], &[], &[], "a/2", ""),
        ] {
            assert_eq!(of(named, former, urls), (kept.to_owned(), left.to_owned()), "{urls:?}");
        }
    }
}
