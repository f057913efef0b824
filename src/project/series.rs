//! The series file: the patches' names in the order in which they apply, as quilt reads it.

use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// The patches of a series, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesFile {
    /// The names, each with its line in the series file, from 1.
    pub entries: Vec<(PatchName, usize)>,
    /// What stands where a name should, and is none.
    pub unusable: Vec<String>,
}

impl SeriesFile {
    /// Reads a series file: a name a line; `#` begins a comment, at the start of a line or
    /// after a space. `file` is its path for messages.
    ///
    /// With it comes every line that is not a plain patch name, comes twice, is out of order, or
    /// ends in CRLF; of those, only the last two are in the series.
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut entries: Vec<(PatchName, usize)> = Vec::new();
        let (mut unusable, mut problems) = (Vec::new(), Vec::new());
        for (index, line) in text.split_terminator('\n').enumerate() {
            let name = name_in(line);
            let problem = |message| Problem::new(Kind::Finding, file, message).at(index + 1);
            if line.ends_with('\r') && !name.starts_with('#') {
                let problem = problem("has a CRLF line end, at which quilt stops".to_owned());
                problems.push(problem.hint(format!("make it LF (`dos2unix {file}`)")));
            }
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            match name.parse::<PatchName>() {
                Err(_) => {
                    problems.push(why_unusable(name, problem));
                    unusable.push(name.to_owned());
                }
                Ok(name) if entries.iter().any(|(other, _)| *other == name) => {
                    let hint = "name it once";
                    problems.push(problem(format!("{name} comes twice")).hint(hint));
                }
                Ok(name) => {
                    if let Some((last, _)) = entries.last().filter(|(last, _)| *last > name) {
                        let hint = "rename the patches so that lexical order is series order: \
                                    `git am patches/*.patch` and Bazel apply them that way";
                        problems.push(
                            problem(format!("{name} is out of order, after {last}")).hint(hint),
                        );
                    }
                    entries.push((name, index + 1));
                }
            }
        }
        (Self { entries, unusable }, problems)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &PatchName> {
        self.entries.iter().map(|(name, _)| name)
    }
}

/// The text of a series file without `names`; everything else in it stays, comments included.
pub fn without(text: &str, names: &[&PatchName]) -> String {
    let is_kept = |line: &&str| names.iter().all(|gone| gone.as_str() != name_in(line));
    text.split_inclusive('\n').filter(is_kept).collect()
}

/// The text of a series file that names these patches, in this order, each with the name that
/// it has in `text` if it is there. Comments stay where they are, and so do the lines of
/// patches whose order is the same; a new one comes after the one before it.
pub fn arranged(text: &str, names: &[(Option<&PatchName>, PatchName)]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let place = |old: &PatchName| lines.iter().position(|line| name_in(line) == old.as_str());
    let mut after = None;
    let mut kept: Vec<Option<usize>> = Vec::new();
    for (old, _) in names {
        let found = old.and_then(place).filter(|place| after.is_none_or(|after| *place > after));
        after = found.or(after);
        kept.push(found);
    }
    let mut arranged = String::new();
    let mut push = |line: &str| {
        arranged.push_str(line);
        if !line.ends_with('\n') {
            arranged.push('\n');
        }
    };
    let mut rest = names.iter().zip(&kept).peekable();
    let is_entry = |line: &str| name_in(line).parse::<PatchName>().is_ok();
    for (index, line) in lines.iter().enumerate() {
        if !is_entry(line) {
            push(line);
        } else if kept.contains(&Some(index)) {
            let mut is_here = false;
            // It comes with the new ones around it.
            while let Some(((old, new), place)) = rest.next() {
                is_here |= *place == Some(index);
                match old.filter(|_| *place == Some(index)) {
                    Some(old) => push(&line.replacen(old.as_str(), new.as_str(), 1)),
                    None => push(new.as_str()),
                }
                if is_here && rest.peek().is_none_or(|(_, place)| place.is_some()) {
                    break;
                }
            }
        }
    }
    rest.for_each(|((_, new), _)| push(new.as_str()));
    arranged
}

/// The patch that a line names; a comment or nothing if it names none.
fn name_in(line: &str) -> &str {
    line.split_once(" #").map_or(line, |(name, _)| name).trim()
}

fn why_unusable(name: &str, problem: impl Fn(String) -> Problem) -> Problem {
    let parts: Vec<&str> = name.split('/').collect();
    if name.starts_with('/') {
        problem(format!("{name} is an absolute path")).hint("name a file beside the series file")
    } else if parts.contains(&"..") {
        problem(format!("{name} leaves the directory of the series"))
            .hint("name a file beside the series file")
    } else if name.split_whitespace().nth(1).is_some_and(|word| word.starts_with("-p")) {
        problem(format!("{name:?} has a strip option"))
            .hint("make the patch with the prefixes a/ and b/, and name nothing but it")
    } else {
        problem(format!("{name:?} is not a patch name")).hint(
            "rename it such as 0001-a-slug.patch: letters, digits, `.`, `_` and `-`, then .patch",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_no_names() {
        let text = "# the fix\n\n0001-a.patch # why\n  0002-b.patch\n";
        let (series, problems) = SeriesFile::parse("patches/series", text);
        assert_eq!(problems, []);
        let lines: Vec<usize> = series.entries.iter().map(|(_, line)| *line).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(
            series.names().map(PatchName::as_str).collect::<Vec<_>>(),
            ["0001-a.patch", "0002-b.patch"]
        );
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let text = "0002-b.patch\n0001-a.patch\n/abs/0003-c.patch\n../0004-d.patch\n0002-b.patch\n0005-e.patch -p0\nx.diff\n";
        let (series, problems) = SeriesFile::parse("patches/series", text);
        let names: Vec<&str> = series.names().map(PatchName::as_str).collect();
        assert_eq!(names, ["0002-b.patch", "0001-a.patch"]);
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "patches/series:2: 0001-a.patch is out of order, after 0002-b.patch",
                "patches/series:3: /abs/0003-c.patch is an absolute path",
                "patches/series:4: ../0004-d.patch leaves the directory of the series",
                "patches/series:5: 0002-b.patch comes twice",
                "patches/series:6: \"0005-e.patch -p0\" has a strip option",
                "patches/series:7: \"x.diff\" is not a patch name",
            ]
        );
    }

    #[test]
    fn a_crlf_line_end_is_named_and_the_patch_stays() {
        let text = "# why\r\n0001-a.patch\n0002-b.patch\r\n\r\n";
        let (series, problems) = SeriesFile::parse("patches/series", text);
        let names: Vec<&str> = series.names().map(PatchName::as_str).collect();
        assert_eq!(names, ["0001-a.patch", "0002-b.patch"]);
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let message = "has a CRLF line end, at which quilt stops";
        assert_eq!(found, [3, 4].map(|line| format!("patches/series:{line}: {message}")));
    }

    #[test]
    fn names_are_put_in_order_and_comments_stay() {
        let text = "# head\n0001-a.patch\n\n# of b\n0002-b.patch # why\n0003-c.patch";
        let name = |text: &str| text.parse::<PatchName>().unwrap();
        let [a, b, c] = ["0001-a.patch", "0002-b.patch", "0003-c.patch"].map(name);
        let same = |old: &PatchName| (Some(old.clone()), old.clone());
        let arrange = |names: &[(Option<PatchName>, PatchName)]| {
            let names: Vec<_> =
                names.iter().map(|(old, new)| (old.as_ref(), new.clone())).collect();
            arranged(text, &names)
        };
        assert_eq!(arrange(&[same(&a), same(&b), same(&c)]), format!("{text}\n"));
        // A new one between the first two, so that what follows has other numbers.
        let names = [
            same(&a),
            (None, name("0002-n.patch")),
            (Some(b.clone()), name("0003-b.patch")),
            (Some(c.clone()), name("0004-c.patch")),
        ];
        let expected =
            "# head\n0001-a.patch\n0002-n.patch\n\n# of b\n0003-b.patch # why\n0004-c.patch\n";
        assert_eq!(arrange(&names), expected);
        // The first two leave.
        assert_eq!(arrange(&[same(&c)]), "# head\n\n# of b\n0003-c.patch\n");
        // The last goes first, and a new one before all.
        let names = [
            (None, name("0000-n.patch")),
            (Some(c), name("0001-c.patch")),
            (Some(a), name("0002-a.patch")),
            (Some(b), name("0003-b.patch")),
        ];
        let expected = "# head\n\n# of b\n0000-n.patch\n0001-c.patch\n0002-a.patch\n0003-b.patch\n";
        assert_eq!(arrange(&names), expected);
        assert_eq!(arrange(&[]), "# head\n\n# of b\n");
        assert_eq!(
            arranged("# none yet", &[(None, name("0001-a.patch"))]),
            "# none yet\n0001-a.patch\n"
        );
    }
}
