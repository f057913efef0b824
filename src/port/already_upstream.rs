//! Whether upstream has a patch already: as a whole, or some of its hunks.
//!
//! A three-way merge shows only what both sides did at the same place. If upstream added
//! the same lines ten lines away, it merges without a conflict, and the lines stand twice.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use sha1::{Digest as _, Sha1};

use crate::patch::apply::{covered, split_lines};
use crate::patch::text::Text;
use crate::patch::{FilePatch, Hunk, Line, Tag};

/// Whether a hunk's change is in the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum HunkStatus {
    Absent,
    Partly,
    /// It is, at another place: a merge would add it again, or conflict.
    Elsewhere,
    /// It is, where the hunk would put it: a merge has nothing to do.
    Here,
}

/// The versions of a file that a port knows.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    /// At the pin, before the patch.
    pub base: &'a Text<'a>,
    /// At the pin, after the patch.
    pub patched: &'a Text<'a>,
    pub ours: &'a Text<'a>,
    /// In the release, after the merge; absent if it conflicts.
    pub merged: Option<&'a Text<'a>>,
}

/// Lines with fewer letters and digits than this, all together, say nothing about where they
/// come from; git's measure for moved lines.
pub(crate) const DISTINCTIVE: usize = 20;

/// How each run of changed lines of each hunk stands.
pub fn run_statuses(hunks: &[Hunk], versions: &Versions<'_>) -> Vec<Vec<HunkStatus>> {
    let counts = Counts::of(hunks, versions);
    hunks.iter().map(|hunk| runs(hunk).iter().map(|run| counts.status(run)).collect()).collect()
}

/// How a hunk stands, by its runs.
pub fn hunk_status(runs: &[HunkStatus]) -> HunkStatus {
    let weakest = runs.iter().min().copied().unwrap_or(HunkStatus::Absent);
    match weakest {
        HunkStatus::Absent if runs.iter().any(|run| *run > HunkStatus::Absent) => {
            HunkStatus::Partly
        }
        _ => weakest,
    }
}

/// A run of removed and added lines.
pub struct Run<'a> {
    /// The line of the pre-image before which it stands, counted within the hunk, from 0.
    pub at: usize,
    pub removed: Vec<&'a str>,
    pub added: Vec<&'a str>,
}

/// The runs of a hunk, between its context.
pub fn runs(hunk: &Hunk) -> Vec<Run<'_>> {
    let (mut runs, mut at) = (Vec::new(), 0);
    for part in hunk.lines.chunk_by(same_run) {
        let of =
            |tag: Tag| part.iter().filter(move |line| line.tag == tag).map(|l| l.text.as_str());
        let (removed, added) = (of(Tag::Remove).collect::<Vec<_>>(), of(Tag::Add).collect());
        let count = removed.len();
        if part[0].tag == Tag::Context {
            at += part.len();
        } else {
            runs.push(Run { at, removed, added });
            at += count;
        }
    }
    runs
}

fn same_run(one: &Line, two: &Line) -> bool {
    (one.tag == Tag::Context) == (two.tag == Tag::Context)
}

/// The file after the runs of `hunks` for which `keeps` says so, by hunk and run; their
/// pre-image must be there.
pub fn apply_some(base: &[u8], hunks: &[Hunk], keeps: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let lines = split_lines(base);
    let (mut text, mut at) = (Vec::with_capacity(base.len()), 0);
    for (index, hunk) in hunks.iter().enumerate() {
        let Range { start, end } = covered(hunk);
        lines[at.min(start)..start.min(lines.len())].iter().for_each(|line| text.extend(*line));
        at = end;
        let mut run = 0;
        for part in hunk.lines.chunk_by(same_run) {
            let is_run = part[0].tag != Tag::Context;
            let dropped = if is_run && keeps(index, run) { Tag::Remove } else { Tag::Add };
            let kept = part.iter().filter(|line| line.tag != dropped);
            kept.for_each(|line| text.extend(line.text.as_bytes()));
            run += usize::from(is_run);
        }
    }
    lines[at.min(lines.len())..].iter().for_each(|line| text.extend(*line));
    text
}

/// How often the lines that a patch changes stand in each version.
struct Counts<'a, 'b> {
    /// The lines, each with its place in the counts.
    lines: HashMap<&'a [u8], usize>,
    base: Count<'b>,
    patched: Count<'b>,
    ours: Count<'b>,
    merged: Option<Count<'b>>,
}

/// The same of one version, counted when it is asked for: most changes need two of the four.
struct Count<'a> {
    text: &'a Text<'a>,
    counts: OnceCell<Vec<usize>>,
}

impl<'a, 'b> Counts<'a, 'b> {
    fn of(hunks: &'a [Hunk], versions: &Versions<'b>) -> Self {
        let changed = hunks.iter().flat_map(|hunk| &hunk.lines).filter(|l| l.tag != Tag::Context);
        let mut lines = HashMap::new();
        for line in changed {
            let next = lines.len();
            lines.entry(line.text.as_bytes()).or_insert(next);
        }
        let Versions { base, patched, ours, merged } = *versions;
        let of = |text| Count { text, counts: OnceCell::new() };
        let [base, patched, ours] = [base, patched, ours].map(of);
        Self { lines, base, patched, ours, merged: merged.map(of) }
    }

    fn count(&self, line: &str, version: &Count<'_>) -> usize {
        let counts = version.counts.get_or_init(|| self.counted(version.text));
        self.lines.get(line.as_bytes()).map_or(0, |at| counts[*at])
    }

    fn counted(&self, text: &Text<'_>) -> Vec<usize> {
        // Most lines are not even as long as one that is looked for.
        let mut lengths = [false; 256];
        self.lines.keys().for_each(|line| lengths[line.len() % 256] = true);
        let mut counts = vec![0; self.lines.len()];
        for line in text.lines().iter().filter(|line| lengths[line.len() % 256]) {
            if let Some(at) = self.lines.get(*line) {
                counts[*at] += 1;
            }
        }
        counts
    }

    /// How many copies of a block a version could hold, by its distinctive lines.
    fn copies(&self, block: &[&str], version: &Count<'_>) -> usize {
        let copies = telling(block).map(|line| {
            let within = block.iter().filter(|other| *other == line).count();
            self.count(line, version) / within
        });
        copies.min().unwrap_or(usize::MAX)
    }

    fn status(&self, run: &Run<'_>) -> HunkStatus {
        let Self { base, patched, ours, merged, .. } = self;
        // Each removed line stands less often than at the pin, and the merge took none away.
        let is_gone = telling(&run.removed).all(|line| {
            let count = |version| self.count(line, version);
            let there = count(ours);
            there < count(base) && merged.as_ref().is_none_or(|merged| count(merged) == there)
        });
        let length = letters(if run.added.is_empty() { &run.removed } else { &run.added });
        if !is_gone || length == 0 {
            return HunkStatus::Absent;
        }
        if run.added.is_empty() {
            return if merged.is_some() || length >= DISTINCTIVE {
                HunkStatus::Here
            } else {
                HunkStatus::Absent
            };
        }
        let copies = |version| self.copies(&run.added, version);
        let there = copies(ours);
        // What is not there need not be counted at the pin.
        if there == 0 || there <= copies(base) {
            return HunkStatus::Absent;
        }
        let merged = merged.as_ref().map(copies);
        if merged == Some(there) {
            return HunkStatus::Here;
        }
        let doubles = merged.is_none_or(|merged| merged > copies(patched).max(there));
        if doubles && length >= DISTINCTIVE { HunkStatus::Elsewhere } else { HunkStatus::Absent }
    }
}

/// The lines with a letter or a digit.
fn telling<'a, 'b>(block: &'b [&'a str]) -> impl Iterator<Item = &'b &'a str> {
    block.iter().filter(|line| line.contains(|c: char| c.is_alphanumeric()))
}

fn letters(block: &[&str]) -> usize {
    block.iter().flat_map(|line| line.chars()).filter(|c| c.is_alphanumeric()).count()
}

/// Whether the hunks could be taken back: each one's post-image stands in `ours`, more often
/// than at the pin.
pub fn reverse_applies(hunks: &[Hunk], base: &Text<'_>, ours: &Text<'_>) -> bool {
    let (base, ours) = (base.lines(), ours.lines());
    hunks.iter().all(|hunk| {
        let wanted: Vec<&[u8]> = hunk.post_image().map(str::as_bytes).collect();
        let count = |lines: &[&[u8]]| {
            lines.windows(wanted.len().max(1)).filter(|window| *window == wanted).count()
        };
        if wanted.is_empty() { ours.is_empty() } else { count(ours) > count(base) }
    })
}

/// What `git patch-id --verbatim` says of a diff: equal for equal changes, whatever the
/// places and the blobs; whitespace counts.
pub fn patch_id(files: &[FilePatch]) -> [u8; 20] {
    let mut sum = [0; 20];
    let mut hash = Sha1::new();
    let mut flush = |hash: &mut Sha1| {
        let mut carry = 0;
        for (byte, part) in sum.iter_mut().zip(hash.finalize_reset()) {
            carry += u16::from(*byte) + u16::from(part);
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
    };
    // git ends a part at the header after a file's hunks: a file without any goes with the next.
    let mut had_hunks = false;
    for file in files {
        if std::mem::replace(&mut had_hunks, !file.hunks.is_empty()) {
            flush(&mut hash);
        }
        // Lines of a hunk begin with their sign.
        let is_place = |line: &&str| line.starts_with("index ") || line.starts_with("@@ -");
        for line in file.to_string().split_inclusive('\n').filter(|line| !is_place(line)) {
            hash.update(line);
        }
    }
    flush(&mut hash);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff::hunks;

    const BASE_TEXT: &str = "def one():\n    return first_value\n\ndef two():\n    return second_value\n\ndef three():\n    return third_value\n";
    const ADDED: &str = "\ndef helper():\n    return something_entirely_new\n";

    fn text(text: &str) -> Text<'_> {
        Text::of(text.as_bytes())
    }

    fn judge(patched: &str, ours: &str, merged: Option<&str>) -> HunkStatus {
        judge_on(BASE_TEXT, patched, ours, merged)
    }

    fn judge_on(base: &str, patched: &str, ours: &str, merged: Option<&str>) -> HunkStatus {
        let hunks = hunks(base.as_bytes(), patched.as_bytes()).unwrap();
        let ([base, patched, ours], merged) = (&[base, patched, ours].map(text), merged.map(text));
        let versions = Versions { base, patched, ours, merged: merged.as_ref() };
        hunk_status(&run_statuses(&hunks, &versions)[0])
    }

    #[test]
    fn the_same_lines_at_another_place_are_there_already() {
        let (end, start) = (format!("{BASE_TEXT}{ADDED}"), format!("{}\n{BASE_TEXT}", &ADDED[1..]));
        let both = format!("{start}{ADDED}");
        assert_eq!(judge(&end, &start, Some(&both)), HunkStatus::Elsewhere);
        assert_eq!(judge(&end, BASE_TEXT, Some(&end)), HunkStatus::Absent);
        assert_eq!(judge(&end, &end, Some(&end)), HunkStatus::Here);
        assert_eq!(judge(&end, &start, None), HunkStatus::Elsewhere);
    }

    #[test]
    fn lines_that_upstream_took_out_are_gone() {
        let without = BASE_TEXT.replace("    return first_value\n", "");
        assert_eq!(judge(&without, &without, Some(&without)), HunkStatus::Here);
        assert_eq!(judge(&without, BASE_TEXT, Some(&without)), HunkStatus::Absent);
        // Without a merge, so little says nothing of where it went.
        assert_eq!(judge(&without, &without, None), HunkStatus::Absent);
        let without = BASE_TEXT.replace("def one():\n    return first_value\n", "");
        assert_eq!(judge(&without, &without, None), HunkStatus::Here);
        assert_eq!(judge(&without, BASE_TEXT, None), HunkStatus::Absent);
        // The merge takes away the other one of two.
        let line = "    return first_value\n";
        let (two, one) = (format!("{line}{BASE_TEXT}"), BASE_TEXT);
        let none = BASE_TEXT.replace(line, "");
        assert_eq!(judge_on(&two, one, one, Some(one)), HunkStatus::Here);
        assert_eq!(judge_on(&two, one, one, Some(&none)), HunkStatus::Absent);
        // A line without a letter or a digit could be any.
        assert_eq!(judge_on("f(\n)\n", "f(\n", "f(\n", Some("f(\n")), HunkStatus::Absent);
    }

    #[test]
    fn a_hunk_is_as_its_weakest_run_and_partly_there_if_some_are() {
        use HunkStatus::{Absent, Elsewhere, Here, Partly};
        for (runs, status) in [
            (&[][..], Absent),
            (&[Absent, Absent], Absent),
            (&[Here, Here], Here),
            (&[Here, Elsewhere], Elsewhere),
            (&[Absent, Here], Partly),
            (&[Elsewhere, Absent], Partly),
        ] {
            assert_eq!(hunk_status(runs), status, "{runs:?}");
        }
    }

    #[test]
    fn what_the_patch_itself_says_twice_may_stand_twice() {
        let line = "    attribute_of_everything = None\n";
        let with = |text: &str, after: &str| text.replacen(after, &format!("{after}{line}"), 1);
        let ours = with(BASE_TEXT, "def one():\n");
        let patched = with(&ours, "def two():\n");
        // Upstream made one of the two: the other is still to be made.
        assert_eq!(
            judge(&patched, &ours, Some(&patched)),
            HunkStatus::Partly.min(HunkStatus::Absent)
        );
    }

    #[test]
    fn half_of_a_block_that_says_a_line_twice_is_not_the_block() {
        let line = "    attribute_of_everything = None\n";
        let with = |count: usize| format!("{BASE_TEXT}{}", line.repeat(count));
        assert_eq!(judge(&with(2), &with(1), None), HunkStatus::Absent);
        assert_eq!(judge(&with(2), &with(2), None), HunkStatus::Elsewhere);
    }

    #[test]
    fn a_change_that_upstream_made_elsewhere_alone_is_still_to_be_made() {
        let base = "call(old_name_of_thing)\n\n\n\n\n\n\ncall(old_name_of_thing)\n";
        let first = base.replacen("old", "new", 1);
        let both = base.replace("old", "new");
        let second = format!("{}{}", &base[..base.len() - 24], "call(new_name_of_thing)\n");
        let hunks = hunks(base.as_bytes(), second.as_bytes()).unwrap();
        let [base, patched, ours, merged] = &[base, &second, &first, &both].map(text);
        let versions = Versions { base, patched, ours, merged: Some(merged) };
        assert_eq!(hunk_status(&run_statuses(&hunks, &versions)[0]), HunkStatus::Absent);
    }

    #[test]
    fn some_runs_can_be_left_out() {
        let patched = BASE_TEXT.replace("first_value", "1").replace("return second", "return 2");
        let patched = format!("{patched}{ADDED}");
        let hunks = hunks(BASE_TEXT.as_bytes(), patched.as_bytes()).unwrap();
        let text = |keeps: fn(usize, usize) -> bool| {
            String::from_utf8(apply_some(BASE_TEXT.as_bytes(), &hunks, keeps)).unwrap()
        };
        assert_eq!(text(|_, _| true), patched);
        assert_eq!(text(|_, _| false), BASE_TEXT);
        assert_eq!(text(|_, run| run == 0), BASE_TEXT.replace("first_value", "1"));
    }

    #[test]
    fn a_hunk_that_can_be_taken_back_is_seen() {
        let patched = BASE_TEXT.replace("first_value", "1");
        let hunks = hunks(BASE_TEXT.as_bytes(), patched.as_bytes()).unwrap();
        let moved = format!("import os\n\n{patched}");
        let applies = |ours: &str| reverse_applies(&hunks, &text(BASE_TEXT), &text(ours));
        assert!(applies(&moved));
        assert!(!applies(BASE_TEXT));
        let longer = format!("import os\n\n{BASE_TEXT}");
        assert!(!applies(&longer));
    }
}
