//! What a sync claims, and what it does not: what was done, and no more.

use std::collections::BTreeSet;
use std::fmt;

use crate::project::evidence::{Evidence, Gap, State, gaps};
use crate::project::load::Project;
use crate::project::lock::{Lock, ReleaseLock, SeriesLock, Tested};
use crate::project::override_kind::OverrideKind;
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::progress::Progress;
use crate::support::text::counted;
use crate::sync::fetch::Fetched;
use crate::sync::uploads::Uploads;
use crate::sync::upstream_archives::Registry;

/// When something was done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    Earlier,
}

impl When {
    /// When they ran on a release, if they `ran` now on these.
    fn of(release: Release, ran: &BTreeSet<Release>) -> Self {
        if ran.contains(&release) { Self::Now } else { Self::Earlier }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::Earlier => " (by an earlier run)",
        }
    }
}

/// What a sync claims, and what it does not.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    pub made: Vec<Claim>,
    pub open: Vec<Claim>,
}

/// Releases in brackets, behind what is said of them.
fn named(releases: &[Release]) -> String {
    let names: Vec<String> = releases.iter().map(ToString::to_string).collect();
    format!(" ({})", names.join(", "))
}

/// One thing that was done, or was not.
#[derive(Clone, Debug)]
pub struct Claim {
    verb: &'static str,
    text: String,
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.text)
    }
}

impl Claims {
    fn claim(&mut self, verb: &'static str, text: String) {
        self.made.push(Claim { verb, text });
    }

    fn leave_open(&mut self, verb: &'static str, text: String) {
        self.open.push(Claim { verb, text });
    }

    /// The pins of a lock, and the series that were applied there.
    pub(super) fn patches(&mut self, lock: &Lock, fetched: &Fetched<'_>, applied: When) {
        for SeriesLock { pin: ReleaseLock { release, commit, .. }, patches_applied, .. } in
            &lock.series
        {
            let pin = format!("that {release} is {}", commit.short());
            match fetched.releases.get(release) {
                Some(_) if fetched.site.is_offline => {
                    let text = format!("{pin} in the mirror, as it was fetched earlier");
                    self.claim("Checked", text);
                    let text = format!("that upstream's tag {release} is still that one");
                    self.leave_open("Unchecked", text);
                }
                Some(_) => self.claim("Checked", format!("{pin} at {}", fetched.upstream)),
                None => {
                    self.leave_open("Unchecked", format!("{pin}: the mirror has no such tag"));
                }
            }
            if patches_applied.is_empty() {
                let text = "that the series is empty: this is the release";
                self.claim("Checked", text.to_owned());
            } else {
                let (count, when) = (counted(patches_applied.len(), "patch"), applied.text());
                self.claim("Applied", format!("{count} cleanly, every blob as stated{when}"));
            }
        }
    }

    pub(super) fn registry(&mut self, registry: &Registry) {
        let Registry { reproduced, unknown, has_no_gzip } = registry;
        match reproduced.as_slice() {
            [] => {}
            [(_, integrity)] => self.claim(
                "Reproduced",
                format!("the registry's archive from the tag, byte for byte ({integrity})"),
            ),
            all => self.claim(
                "Reproduced",
                format!("the registry's archives from {} tags, byte for byte", all.len()),
            ),
        }
        let what = "the registry's archive";
        match unknown.as_slice() {
            [] => {}
            [_] if reproduced.is_empty() => {
                self.leave_open("Unchecked", format!("{what}: its integrity is not known"));
            }
            all => {
                let text = format!("{what}: its integrity is not known{}", named(all));
                self.leave_open("Unchecked", text);
            }
        }
        if *has_no_gzip {
            let text = format!("{what}: there is no GNU gzip to make it with");
            self.leave_open("Unchecked", text);
        }
    }

    /// What upstream's own archives showed where it uploads them.
    pub(super) fn uploads(&mut self, uploads: &Uploads) {
        let Uploads { compared, unlike, unread } = uploads;
        match compared.as_slice() {
            [] => {}
            [(_, text)] => {
                self.claim("Compared", format!("upstream's archive with the tag: {text}"));
            }
            [(newest, text), ..] => {
                let all = compared.len();
                let text = format!(
                    "upstream's archives of {all} releases with the tags; of {newest}, {text}"
                );
                self.claim("Compared", text);
            }
        }
        for (why, releases) in unread {
            let text = format!("upstream's archive: {why}{}", named(releases));
            self.leave_open("Unchecked", text);
        }
        let kinds = OverrideKind::ALL.into_iter().filter(|kind| kind.patches_in_bazel());
        let kinds = kinds.map(OverrideKind::name).collect::<Vec<_>>().join(", ");
        for (why, releases) in unlike {
            self.leave_open("Left out", format!("{kinds}: {why}{}", named(releases)));
        }
    }

    pub(super) fn scenarios(&mut self, lock: &Lock, project: &Project, ran: &BTreeSet<Release>) {
        for series in &lock.series {
            let of = if lock.series.len() > 1 || !series.supported.is_empty() {
                format!(" of {}", series.pin.release)
            } else {
                String::new()
            };
            let is_current =
                |locked: &&ReleaseLock| Evidence::of(series, locked, project).state.is_tested();
            let pin = Some(&series.pin).filter(is_current);
            if let Some((locked, tested)) = pin.and_then(|p| Some((p, p.tested.as_ref()?))) {
                let count = counted(tested.count(), "scenario");
                let (bazel, when) = (&tested.bazel, When::of(locked.release, ran).text());
                let text =
                    format!("{count}{of} under Bazel {bazel}, on both trees as expected{when}");
                self.claim("Tested", text);
            }
            for when in [When::Now, When::Earlier] {
                let is_such = |l: &&ReleaseLock| When::of(l.release, ran) == when;
                let supported = series.supported.iter().filter(is_current).filter(is_such);
                self.others(&supported.collect::<Vec<_>>(), when);
            }
            for Gap { state, text } in gaps(series, project) {
                let verb = if state == State::Partial { "Not run" } else { "Untested" };
                self.leave_open(verb, text);
            }
        }
    }

    /// The scenarios on releases that are not pins.
    fn others(&mut self, supported: &[&ReleaseLock], when: When) {
        let tested: Vec<&Tested> =
            supported.iter().filter_map(|locked| locked.tested.as_ref()).collect();
        let [first, ..] = tested.as_slice() else { return };
        let count: usize = tested.iter().map(|tested| tested.count()).sum();
        let text = format!(
            "{} of {} under Bazel {}, on both trees as expected{}",
            counted(count, "scenario"),
            counted(tested.len(), "other release"),
            first.bazel,
            when.text()
        );
        self.claim("Analysed", text);
    }

    pub(super) fn report_to(&self, progress: &dyn Progress) {
        for (meaning, claims) in [(Meaning::Done, &self.made), (Meaning::Attention, &self.open)] {
            for Claim { verb, text } in claims {
                progress.status(meaning, verb, text);
            }
        }
    }
}
