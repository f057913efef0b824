//! The series file: the patches' names in the order in which they apply, as quilt reads it.

use super::ids::PatchName;
use super::problem::{Kind, Problem};

/// The patches of a line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The names, each with its line in the series file, from 1.
    pub entries: Vec<(PatchName, usize)>,
}

impl Series {
    /// Reads a series file: a name a line; `#` begins a comment, at the start of a line or
    /// after a space. `file` is its path for messages.
    ///
    /// With it comes every line that is not a plain patch name, comes twice, or is out of
    /// order; of those, only what is out of order is in the series.
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut entries: Vec<(PatchName, usize)> = Vec::new();
        let mut problems = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let name = line.split_once(" #").map_or(line, |(name, _)| name).trim();
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            let problem = |message| Problem::new(Kind::Finding, file, message).at(index + 1);
            match name.parse::<PatchName>() {
                Err(_) => problems.push(unusable(name, problem)),
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
        (Self { entries }, problems)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &PatchName> {
        self.entries.iter().map(|(name, _)| name)
    }
}

/// The text of a series file without `names`; everything else in it stays, comments included.
pub fn without(text: &str, names: &[&PatchName]) -> String {
    let is_kept = |line: &&str| {
        let name = line.split_once(" #").map_or(*line, |(name, _)| name).trim();
        names.iter().all(|gone| gone.as_str() != name)
    };
    text.split_inclusive('\n').filter(is_kept).collect()
}

fn unusable(name: &str, problem: impl Fn(String) -> Problem) -> Problem {
    let parts: Vec<&str> = name.split('/').collect();
    if name.starts_with('/') {
        problem(format!("{name} is an absolute path")).hint("name a file beside the series file")
    } else if parts.contains(&"..") {
        problem(format!("{name} leaves the folder of the series"))
            .hint("name a file beside the series file")
    } else if name.split_whitespace().nth(1).is_some_and(|word| word.starts_with("-p")) {
        problem(format!("{name:?} has a strip option"))
            .hint("make the patch with the prefixes a/ and b/, and name it alone")
    } else {
        problem(format!("{name:?} is not a patch name")).hint("name it such as 0001-a-slug.patch")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_no_names() {
        let text = "# the fix\n\n0001-a.patch # why\n  0002-b.patch\n";
        let (series, problems) = Series::parse("patches/series", text);
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
        let (series, problems) = Series::parse("patches/series", text);
        let names: Vec<&str> = series.names().map(PatchName::as_str).collect();
        assert_eq!(names, ["0002-b.patch", "0001-a.patch"]);
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "patches/series:2: 0001-a.patch is out of order, after 0002-b.patch",
                "patches/series:3: /abs/0003-c.patch is an absolute path",
                "patches/series:4: ../0004-d.patch leaves the folder of the series",
                "patches/series:5: 0002-b.patch comes twice",
                "patches/series:6: \"0005-e.patch -p0\" has a strip option",
                "patches/series:7: \"x.diff\" is not a patch name",
            ]
        );
    }
}
