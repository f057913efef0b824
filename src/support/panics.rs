//! Panics, which are defects, as failures: a person has to know what to report, and a program the
//! exit code.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::support::failure::{Failure, Result};

/// What panicked first: what follows from it would hide it.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// What `run` returns.
///
/// # Errors
///
/// It panicked.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T> {
    let usual = take_hook();
    set_hook(Box::new(remember));
    let result = catch_unwind(AssertUnwindSafe(run));
    set_hook(usual);
    result.map_err(|_| {
        let message = first().take().unwrap_or_else(|| "panicked".to_owned());
        Failure::defect(anyhow::Error::msg(message))
    })
}

fn first() -> MutexGuard<'static, Option<String>> {
    FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or(payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("panicked at {place}: {}", message.unwrap_or("no message"));
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        text.push_str(&format!("\n{trace}"));
    }
    first().get_or_insert(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::problem::Kind;

    #[test]
    fn a_panic_is_a_defect_with_the_first_message_and_its_place() {
        assert_eq!(caught(|| 7).unwrap(), 7);
        let failure = caught(|| {
            std::thread::scope(|scope| scope.spawn(|| panic!("the {} reason", "first")).join())
                .unwrap();
        });
        let failure = failure.unwrap_err();
        assert_eq!(failure.kind, Kind::Defect);
        let message = failure.message();
        assert!(message.starts_with("panicked at src/support/panics.rs:"), "{message}");
        assert!(message.lines().next().unwrap().ends_with(": the first reason"), "{message}");
    }
}
