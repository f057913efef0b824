//! What a sync says that it verified, and what not.

use std::collections::BTreeSet;

use crate::port::Applied;
use crate::project::load::Project;
use crate::project::lock::{Lock, ReleaseLock, Tested};
use crate::project::stale::{series_staleness, staleness};
use crate::support::ids::Release;
use crate::support::progress::Progress;
use crate::support::text::counted;
use crate::sync::fetch::Fetched;
use crate::sync::make::SeriesMade;
use crate::sync::registry::Registry;

const fn when(is_now: bool) -> &'static str {
    if is_now { "" } else { " (by an earlier run)" }
}

/// What a sync may say that it verified, and what not.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// A sentence for each thing that was done.
    pub verified: Vec<String>,
    /// A sentence for each thing that was not.
    pub not_verified: Vec<String>,
}

impl Claims {
    pub(super) fn patches(&mut self, series: &[SeriesMade<'_>], fetched: &Fetched<'_>) {
        for made in series.iter().map(|series| &series.pin) {
            let Applied { release, base, patches, .. } = &made.applied;
            let pin = format!("{release} is {}", base.id.short());
            match fetched.releases.get(release) {
                Some(_) if fetched.site.is_offline => {
                    self.verified.push(format!("{pin} in the mirror, as it was fetched earlier"));
                    let tag = format!("that upstream's tag {release} is still that one");
                    self.not_verified.push(tag);
                }
                Some(_) => self.verified.push(format!("{pin} at {}", fetched.upstream)),
                None => {
                    self.not_verified.push(format!("that {pin}: the mirror has no such tag"));
                }
            }
            self.verified.push(match patches.len() {
                0 => "the series is empty: this is the release".to_owned(),
                1 => "1 patch fits exactly, every blob as stated".to_owned(),
                count => format!("{} fit exactly, every blob as stated", counted(count, "patch")),
            });
        }
    }

    pub(super) fn registry(&mut self, registry: &Registry) {
        let Registry { reproduced, unknown, has_no_gzip } = registry;
        match reproduced.as_slice() {
            [] => {}
            [(_, integrity)] => self
                .verified
                .push(format!("the tag's archive is the registry's, byte for byte ({integrity})")),
            all => self.verified.push(format!(
                "the archives of {} tags are the registry's, byte for byte",
                all.len()
            )),
        }
        let why = "that the tag's archive is the registry's";
        match unknown.as_slice() {
            [] => {}
            [_] if reproduced.is_empty() => {
                self.not_verified.push(format!("{why}: its integrity is not known"));
            }
            all => {
                let names: Vec<String> = all.iter().map(ToString::to_string).collect();
                let names = names.join(", ");
                self.not_verified.push(format!("{why}: its integrity is not known ({names})"));
            }
        }
        if *has_no_gzip {
            self.not_verified.push(format!("{why}: there is no GNU gzip to make it with"));
        }
    }

    pub(super) fn scenarios(&mut self, lock: &Lock, project: &Project, ran: &BTreeSet<Release>) {
        for series in &lock.series {
            let of = if lock.series.len() > 1 || !series.supported.is_empty() {
                format!(" of {}", series.pin.release)
            } else {
                String::new()
            };
            let is_current = |locked: &&ReleaseLock| staleness(locked, project).is_none();
            let pin = Some(&series.pin).filter(is_current);
            if let Some((locked, tested)) = pin.and_then(|p| Some((p, p.tested.as_ref()?))) {
                let count = counted(tested.count(), "scenario");
                let when = when(ran.contains(&locked.release));
                self.verified.push(format!(
                    "{count}{of} under Bazel {}, on both trees as expected{when}",
                    tested.bazel
                ));
            }
            for is_now in [true, false] {
                let is_such = |l: &&ReleaseLock| ran.contains(&l.release) == is_now;
                let supported = series.supported.iter().filter(is_current).filter(is_such);
                self.others(&supported.collect::<Vec<_>>(), is_now);
            }
            self.not_verified.extend(series_staleness(series, project));
        }
    }

    /// The scenarios on releases that are not pins.
    fn others(&mut self, supported: &[&ReleaseLock], is_now: bool) {
        let tested: Vec<&Tested> =
            supported.iter().filter_map(|locked| locked.tested.as_ref()).collect();
        let [first, ..] = tested.as_slice() else { return };
        let count: usize = tested.iter().map(|tested| tested.count()).sum();
        self.verified.push(format!(
            "{} of {} under Bazel {}, analysed on both trees as expected{}",
            counted(count, "scenario"),
            counted(tested.len(), "other release"),
            first.bazel,
            when(is_now)
        ));
    }

    pub(super) fn report_to(&self, progress: &dyn Progress) {
        for claim in &self.verified {
            progress.status("Verified", claim);
        }
        for claim in &self.not_verified {
            progress.status("Unverified", claim);
        }
    }
}
