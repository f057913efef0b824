//! The release-day pipeline. A sync is a row of values: what was fetched and where the series
//! go ([`fetch`], [`plan`], [`fewer`]), the series at their pins ([`apply`]), what is published of them
//! ([`make`], [`upstream_archives`], [`uploads`]), what the scenarios show on it ([`run_scenarios`]), the lock ([`lock`]) and
//! what may be claimed ([`claims`]); at its end stands one commit of files ([`changes`]).
//! [`sync()`] does all of it, [`resolve`] with a person's help; [`rehearse()`] stops before it
//! writes and [`pending()`] before it tests, [`preview()`] shows what the series would do on a
//! release, and [`status()`] where the project stands.

mod apply;
mod changes;
pub mod claims;
pub mod fetch;
pub mod fewer;
mod lock;
pub mod make;
pub mod open_work;
pub mod options;
pub mod pending;
pub mod plan;
pub mod preview;
pub mod preview_report;
mod publishable;
pub mod resolve;
pub mod run;
mod run_scenarios;
mod settled;
pub mod status;
mod status_text;
mod uploads;
mod upstream_archives;

pub use claims::Claims;
pub use fewer::SyncError;
pub use options::Options;
pub use pending::{Pending, pending};
pub use preview::{Preview, preview};
pub use run::{Report, rehearse, sync};
pub use settled::forget;
pub use status::{Status, status};
