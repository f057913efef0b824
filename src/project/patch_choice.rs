//! A patch as people name it, one syntax everywhere: its number, name or path, or the beginning of
//! its name or subject if no other patch begins so.

use std::str::FromStr;

use crate::project::load::{Series, SourcePatch};
use crate::support::failure::{Failure, Result};
use crate::support::names::PatchName;
use crate::support::problem::Kind;
use crate::support::text::most_alike;

/// What an option or argument that names a patch was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchChoice(String);

impl FromStr for PatchChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().trim_start_matches("./");
        if text.is_empty() {
            return Err("name a patch: its number, name or path, or the beginning of its subject");
        }
        Ok(Self(text.to_owned()))
    }
}

impl PatchChoice {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The patch in the first of the series that has one, and its place.
    ///
    /// # Errors
    ///
    /// None has one, or the first has several.
    pub fn find<'s>(&self, all: &[&'s Series]) -> Result<(&'s Series, usize)> {
        for places in [Self::exact, Self::beginning] {
            for series in all {
                if let Some(index) = self.only(series, &places(self, series))? {
                    return Ok((series, index));
                }
            }
        }
        let patches = || all.iter().flat_map(|series| &series.patches);
        // What all names have in common makes none of them alike.
        let words =
            |source: &'s SourcePatch| [slug(source.patch.name.as_str()), &source.patch.subject];
        let last = self.0.rsplit('/').next().unwrap_or_default();
        let meant = most_alike(slug(last), patches().flat_map(words));
        let meant = meant.and_then(|meant| patches().find(|source| words(source).contains(&meant)));
        let hint = match meant {
            Some(source) => format!("did you mean {}?", source.file),
            None => format!("there are {}", joined(patches(), ", ")),
        };
        Err(Failure::new(Kind::Input, format_args!("there is no patch {}", self.0)).hint(hint))
    }

    /// Its place in a series, if it is in it.
    ///
    /// # Errors
    ///
    /// It may be one of several.
    pub fn place(&self, series: &Series) -> Result<Option<usize>> {
        let exact = self.exact(series);
        self.only(series, &if exact.is_empty() { self.beginning(series) } else { exact })
    }

    fn only(&self, series: &Series, found: &[usize]) -> Result<Option<usize>> {
        match found {
            [] => Ok(None),
            [index] => Ok(Some(*index)),
            _ => {
                let named = joined(found.iter().map(|index| &series.patches[*index]), " or ");
                let message = format_args!("{} may be several patches", self.0);
                Err(Failure::new(Kind::Input, message).hint(format!("name {named}")))
            }
        }
    }

    /// The places of the patches that have this number, name or path. A patch without a number in
    /// its name has that of its place.
    fn exact(&self, series: &Series) -> Vec<usize> {
        let text = self.0.as_str();
        let is_it = |index: usize, source: &SourcePatch| {
            let name = &source.patch.name;
            if self.is_number() {
                let number = name.number().or_else(|| u32::try_from(index + 1).ok());
                return number.is_some() && text.parse().ok() == number;
            }
            name.as_str() == text
                || name.as_str().strip_suffix(".patch") == Some(text)
                || text.contains('/') && is_same_path(text, &source.file)
        };
        places(series, is_it)
    }

    /// The places of the patches whose name, with or without its number, or subject begins so.
    fn beginning(&self, series: &Series) -> Vec<usize> {
        let begins = |_, source: &SourcePatch| {
            let name = &source.patch.name;
            let texts = [name.as_str(), name.without_number(), &source.patch.subject];
            texts.iter().any(|text| text.starts_with(&self.0))
        };
        if self.is_number() { Vec::new() } else { places(series, begins) }
    }

    fn is_number(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// What a name says: neither its number nor its end.
fn slug(name: &str) -> &str {
    let stem = name.strip_suffix(".patch").unwrap_or(name);
    stem.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('-')
}

fn places(series: &Series, is_it: impl Fn(usize, &SourcePatch) -> bool) -> Vec<usize> {
    let all = series.patches.iter().enumerate();
    all.filter(|(index, source)| is_it(*index, source)).map(|(index, _)| index).collect()
}

/// Whether a path is that of a patch: from the project's directory or one below it, or a whole one.
fn is_same_path(path: &str, file: &str) -> bool {
    let is_end = |whole: &str, end: &str| {
        whole.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    is_end(file, path) || is_end(path, file)
}

/// The patches of a series that are named. One that is in another series is none of it.
///
/// # Errors
///
/// What is named may be several of its patches.
pub fn names(choices: &[PatchChoice], series: &Series) -> Result<Vec<PatchName>> {
    let mut names = Vec::new();
    for choice in choices {
        let place = choice.place(series)?;
        names.extend(place.map(|index| series.patches[index].patch.name.clone()));
    }
    Ok(names)
}

/// Stops if one of the choices is no patch of any series.
///
/// # Errors
///
/// The first such one.
pub fn ensure_known(choices: &[PatchChoice], all: &[&Series]) -> Result<()> {
    choices.iter().try_for_each(|choice| choice.find(all).map(drop))
}

fn joined<'s>(patches: impl Iterator<Item = &'s SourcePatch>, between: &str) -> String {
    patches.map(|source| source.file.as_str()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::{Author, Patch};

    fn series(directory: &str, patches: &[(&str, &str)]) -> Series {
        let source = |(name, subject): &(&str, &str)| SourcePatch {
            file: format!("{directory}/{name}"),
            bytes: Vec::new(),
            patch: Patch {
                name: name.parse().unwrap(),
                author: Author {
                    name: String::new(),
                    email: String::new(),
                    seconds: 0,
                    offset_minutes: 0,
                },
                subject: (*subject).to_owned(),
                body: String::new(),
                files: Vec::new(),
            },
        };
        Series {
            directory: directory.to_owned(),
            releases: None,
            patches: patches.iter().map(source).collect(),
            is_complete: true,
            text: String::new(),
            resolutions: Vec::new(),
        }
    }

    fn project() -> [Series; 3] {
        [
            series(
                "patches",
                &[("0001-compile.patch", "feat: compile"), ("0003-docs.patch", "docs: say so")],
            ),
            series(
                "patches/2.1",
                &[("0001-compile.patch", "feat: compile"), ("0002-old.patch", "feat: old")],
            ),
            series("patches/odd", &[("fix_one.patch", "fix: one"), ("fix_two.patch", "fix: two")]),
        ]
    }

    fn found(text: &str) -> String {
        let project = project();
        let all: Vec<&Series> = project.iter().collect();
        match text.parse::<PatchChoice>().unwrap().find(&all) {
            Ok((series, index)) => series.patches[index].file.clone(),
            Err(failure) => format!("{}; {}", failure.message(), failure.hints.join("; ")),
        }
    }

    #[test]
    fn a_patch_is_found_by_number_name_path_and_beginning() {
        for (text, file) in [
            ("1", "patches/0001-compile.patch"),
            ("0003", "patches/0003-docs.patch"),
            ("2", "patches/2.1/0002-old.patch"),
            ("0001-compile.patch", "patches/0001-compile.patch"),
            ("0003-docs", "patches/0003-docs.patch"),
            ("patches/2.1/0001-compile.patch", "patches/2.1/0001-compile.patch"),
            ("./patches/0001-compile.patch", "patches/0001-compile.patch"),
            ("2.1/0001-compile.patch", "patches/2.1/0001-compile.patch"),
            ("/home/a/project/patches/2.1/0001-compile.patch", "patches/2.1/0001-compile.patch"),
            ("docs: s", "patches/0003-docs.patch"),
            ("do", "patches/0003-docs.patch"),
            ("feat: o", "patches/2.1/0002-old.patch"),
            ("fix_t", "patches/odd/fix_two.patch"),
            ("feat", "patches/0001-compile.patch"),
        ] {
            assert_eq!(found(text), file, "{text}");
        }
    }

    #[test]
    fn a_whole_name_is_no_beginning_of_others() {
        let series = series("p", &[("fix.patch.patch", "b"), ("fix.patch", "a")]);
        let choice: PatchChoice = "fix.patch".parse().unwrap();
        assert_eq!(choice.exact(&series), [0, 1]);
        let series = self::series("p", &[("fix-more.patch", "b"), ("fix.patch", "a")]);
        for text in ["fix", "fix.patch"] {
            let choice: PatchChoice = text.parse().unwrap();
            assert_eq!(choice.find(&[&series]).unwrap().1, 1, "{text}");
        }
    }

    #[test]
    fn what_is_none_or_several_is_refused_with_what_there_is() {
        let all = "there are patches/0001-compile.patch, patches/0003-docs.patch, \
                   patches/2.1/0001-compile.patch, patches/2.1/0002-old.patch, \
                   patches/odd/fix_one.patch, patches/odd/fix_two.patch";
        for (text, said) in [
            ("7", format!("there is no patch 7; {all}")),
            ("xyz/../q", format!("there is no patch xyz/../q; {all}")),
            // What it ends with is no path of its own.
            ("xpatches/0001-compile.patch", "there is no patch xpatches/0001-compile.patch; did you mean patches/0001-compile.patch?".to_owned()),
            ("0003-dcos", "there is no patch 0003-dcos; did you mean patches/0003-docs.patch?".to_owned()),
            ("fix", "fix may be several patches; name patches/odd/fix_one.patch or patches/odd/fix_two.patch".to_owned()),
        ] {
            assert_eq!(found(text), said);
        }
        assert!(" ".parse::<PatchChoice>().is_err());
    }

    #[test]
    fn of_a_series_only_its_own_patches_are_named() {
        let [newest, older, odd] = project();
        let choices: Vec<PatchChoice> =
            ["1", "patches/2.1/0002-old.patch"].iter().map(|text| text.parse().unwrap()).collect();
        let named = |series: &Series| {
            let names = names(&choices, series).unwrap();
            names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named(&newest), "0001-compile.patch");
        assert_eq!(named(&older), "0001-compile.patch 0002-old.patch");
        assert_eq!(named(&odd), "fix_one.patch");
        let known = ensure_known(&choices, &[&newest, &odd]).unwrap_err();
        assert_eq!(known.message(), "there is no patch patches/2.1/0002-old.patch");
        ensure_known(&choices, &[&newest, &older]).unwrap();
    }
}
