//! What a thing that is printed means, and how that looks: one colour and one symbol a meaning.
//!
//! Only the printer uses colours and symbols; everybody else says what they mean.

use anstyle::{AnsiColor, Style};

/// What a thing that is printed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It passed, or was written: green.
    Done,
    /// It is in progress, or helps to go on: cyan.
    Running,
    /// It needs attention, and stops nothing: yellow.
    Attention,
    /// It failed: red.
    Failed,
    /// Nothing changed, or it was skipped: dim.
    Unchanged,
}

impl Meaning {
    /// The colour, bold where a reader is to look first.
    pub fn style(self) -> Style {
        match self {
            Self::Done => AnsiColor::Green.on_default().bold(),
            Self::Running => AnsiColor::Cyan.on_default().bold(),
            Self::Attention => AnsiColor::Yellow.on_default().bold(),
            Self::Failed => AnsiColor::Red.on_default().bold(),
            Self::Unchanged => Style::new().dimmed(),
        }
    }

    /// The symbol: one column wide in either set, so that no column moves.
    pub fn symbol(self, symbols: Symbols) -> char {
        match (symbols, self) {
            (Symbols::Unicode, Self::Done) => '✓',
            (Symbols::Unicode, Self::Running) => '›',
            (Symbols::Unicode, Self::Failed) => '✗',
            (Symbols::Unicode, Self::Unchanged) => '–',
            (_, Self::Attention) => '!',
            (Symbols::Ascii, Self::Done) => '+',
            (Symbols::Ascii, Self::Running) => '>',
            (Symbols::Ascii, Self::Failed) => 'x',
            (Symbols::Ascii, Self::Unchanged) => '-',
        }
    }
}

/// Which symbols can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbols {
    /// Those that every terminal and log shows.
    #[default]
    Ascii,
    Unicode,
}

impl Symbols {
    /// As the locale has it, from what the variables for it are set to: `LC_ALL` decides, then
    /// `LC_CTYPE`, then `LANG` (locale(7)).
    pub fn of_locale<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") {
            Self::Unicode
        } else {
            Self::Ascii
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Meaning; 5] =
        [Meaning::Done, Meaning::Running, Meaning::Attention, Meaning::Failed, Meaning::Unchanged];

    #[test]
    fn no_two_meanings_look_alike() {
        for symbols in [Symbols::Ascii, Symbols::Unicode] {
            let looks: std::collections::BTreeSet<char> =
                ALL.iter().map(|meaning| meaning.symbol(symbols)).collect();
            assert_eq!(looks.len(), ALL.len(), "{looks:?}");
            assert!(looks.iter().all(|symbol| symbols == Symbols::Unicode || symbol.is_ascii()));
        }
        let styles: std::collections::BTreeSet<String> =
            ALL.iter().map(|meaning| meaning.style().to_string()).collect();
        assert_eq!(styles.len(), ALL.len(), "{styles:?}");
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        for (variables, expected) in [
            (&[("LANG", "en_US.UTF-8")][..], Symbols::Unicode),
            (&[("LC_CTYPE", "C.utf8"), ("LANG", "C")], Symbols::Unicode),
            (&[("LC_ALL", "C"), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C.UTF-8")], Symbols::Ascii),
            (&[("LANG", "de_DE@euro")], Symbols::Ascii),
            (&[], Symbols::Ascii),
        ] {
            let variable = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
            };
            assert_eq!(Symbols::of_locale(variable), expected, "{variables:?}");
        }
    }
}
