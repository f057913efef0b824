//! Keeping machines and secrets out of what is printed or kept.

pub use crate::support::location::hide_credentials as redact_urls;

/// Replaces directories and secrets of this machine by names.
#[derive(Clone, Debug, Default)]
pub struct Scrubber {
    /// What to replace, longest first.
    replacements: Vec<Replacement>,
}

#[derive(Clone, Debug)]
struct Replacement {
    text: String,
    name: String,
    /// A directory's path ends where a name ends: `/home/ann` is not in `/home/anna`.
    is_directory: bool,
}

impl Scrubber {
    /// A scrubber for directories and secrets, each with the name that replaces it. Texts
    /// shorter than four characters stay: they are no secret, and replacing them
    /// would make noise.
    pub fn new(
        directories: impl IntoIterator<Item = (String, String)>,
        secrets: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let replacement = |is_directory| {
            move |(text, name): (String, String)| Replacement { text, name, is_directory }
        };
        let directories = directories.into_iter().map(replacement(true));
        let secrets = secrets.into_iter().map(replacement(false));
        let mut replacements: Vec<_> =
            directories.chain(secrets).filter(|replacement| replacement.text.len() >= 4).collect();
        replacements.sort_by_key(|replacement| std::cmp::Reverse(replacement.text.len()));
        Self { replacements }
    }

    pub fn scrub(&self, text: &str) -> String {
        let scrubbed = redact_urls(text);
        self.replacements.iter().fold(scrubbed, |text, replacement| replacement.apply(&text))
    }
}

impl Replacement {
    fn apply(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.text) {
            let end = at + self.text.len();
            let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
            let is_other = self.is_directory && rest[end..].starts_with(goes_on);
            replaced.push_str(&rest[..at]);
            replaced.push_str(if is_other { &self.text } else { &self.name });
            rest = &rest[end..];
        }
        replaced + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_win() {
        let pair = |text: &str, name: &str| (text.to_owned(), name.to_owned());
        let directories = [pair("/home/ann", "~"), pair("/home/ann/.cache/p", "$CACHE")];
        let scrubber = Scrubber::new(directories, [pair("s3cret", "$TOKEN")]);
        let scrubbed = scrubber.scrub("/home/ann/.cache/p/x /home/ann/y /home/anna xs3crety");
        assert_eq!(scrubbed, "$CACHE/x ~/y /home/anna x$TOKENy");
    }
}
