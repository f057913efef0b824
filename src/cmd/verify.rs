//! `patcher verify`: which links of the chain hold, from an archive back to the registry.

use super::Context;
use super::context::ensure_text;
use crate::cli::Verify;
use crate::support::failure::{Failure, Result};
use crate::support::location::hide_credentials;
use crate::support::problem::Kind;
use crate::support::text::counted;
use crate::support::ui::Ui;
use crate::verify::chain::{self, LinkStatus};
use crate::verify::operation::{Options, Report, verify};

pub(super) fn run(context: &Context, args: &Verify) -> Result<()> {
    if let Some(upstream) = &args.upstream {
        ensure_text("the upstream", upstream, "rename that directory")?;
    }
    let options = Options {
        what: args.what.clone(),
        upstream: args.upstream.clone(),
        lock: args.lock.lock.clone(),
    };
    let report = verify(&context.site(), &options)?;
    context.ui.marked(&chain::table(&report.links));
    let broken = broken(&report, options.lock.as_deref());
    match broken {
        None => {
            summarise(&context.ui, &report);
            context.ui.document(&report);
            Ok(())
        }
        Some(failure) => Err(failure.with_report(&report)),
    }
}

/// The first link that does not hold, and what to do about it.
fn broken(report: &Report, lock: Option<&str>) -> Option<Failure> {
    let broken = chain::first_broken(&report.links)?;
    let (link, detail, name) = (broken.name.title(), &broken.detail, &report.archive);
    let message = format_args!("{name}: the link {link:?} does not hold: {detail}");
    let failure = Failure::new(Kind::Integrity, message)
        .hint("every link before it holds, or could not be checked");
    Some(match (&report.locked, lock) {
        (Some(locked), Some(lock)) => failure.hint(format!(
            "the archive is {}, {} names {locked}: `patcher override update --lock` takes that",
            report.version,
            hide_credentials(lock)
        )),
        (Some(made), None) => failure.hint(format!(
            "the archive is {}, the project makes {made}: check out its commit that published \
             the archive",
            report.version
        )),
        (None, _) => failure.hint("do not use it: `patcher publish` makes the archive again"),
    })
}

fn summarise(ui: &Ui, report: &Report) {
    let count = |status| report.links.iter().filter(|link| link.status == status).count();
    let unchecked = match count(LinkStatus::NotChecked) {
        0 => String::new(),
        count => format!(", {} not checked", counted(count, "link")),
    };
    let holds = counted(count(LinkStatus::Holds), "link");
    let (module, version) = (&report.module, &report.version);
    ui.summary(&format!("{module} {version}: {holds} hold{unchecked}"));
    ui.note(&match &report.evidence {
        Some(evidence) => format!("scenarios: {}", evidence.text()),
        None => "scenarios: nothing says what they showed".to_owned(),
    });
    ui.note(if report.statement {
        "the statement beside it is not signed: who published it is not verified"
    } else {
        "there is no statement beside it; who published it is not verified"
    });
}
