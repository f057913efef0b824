//! The link from the archive to what a consumer asks for.

use crate::verify::chain::{Checked, Link, LinkStatus};
use crate::verify::evidence::Evidence;

impl Evidence<'_> {
    pub(super) fn consumer(&self) -> Checked {
        let Some(consumer) = &self.given.consumer else {
            return Link::Consumer
                .is(LinkStatus::NotChecked, "no consumer's MODULE.bazel was named");
        };
        let mut faults = Vec::new();
        if consumer.module != self.opened.module {
            let (found, wanted) = (&self.opened.module, &consumer.module);
            faults.push(format!("the archive is of {found}, the override of {wanted}"));
        }
        let integrity = self.opened.integrity();
        match &consumer.integrity {
            None => faults.push(format!("it asks for none: the archive's is {integrity}")),
            Some(asked) if *asked != integrity => {
                faults.push(format!("it is {asked}, the archive's is {integrity}"));
            }
            Some(_) => {}
        }
        let prefix = consumer.strip_prefix.clone().unwrap_or_default();
        if prefix != self.opened.unpacked.prefix {
            let found = &self.opened.unpacked.prefix;
            faults
                .push(format!("strip_prefix is {prefix:?}, the archive's directory is {found:?}"));
        }
        let more = if consumer.is_patched { "; the override then patches it further" } else { "" };
        Link::Consumer.judged(&faults, format!("it is {integrity}{more}"))
    }
}
