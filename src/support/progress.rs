//! What an operation reports while it runs, without knowing who prints it.

use crate::support::look::Meaning;

/// Reports of an operation that runs. The printer `Ui` prints them; [`Silent`]
/// drops them.
pub trait Progress: std::fmt::Debug + Sync {
    /// A step: what it means, a verb and its object.
    fn status(&self, meaning: Meaning, verb: &str, text: &str);

    /// A fact about the last step.
    fn note(&self, text: &str);

    /// A fact about the last step that is printed only with `--verbose`.
    fn detail(&self, text: &str);

    /// Something that is not as it should be and stops nothing.
    fn warning(&self, text: &str);

    /// A command that the user may want to run.
    fn hint(&self, text: &str);

    /// Shows that something long runs, until the result is dropped.
    fn spinner(&self, message: &str) -> Box<dyn Task + '_>;

    /// Shows how much of `total` is done, until the result is dropped.
    fn steps(&self, total: usize) -> Box<dyn Task + '_>;
}

/// Something long that runs until this is dropped.
pub trait Task: Sync {
    fn advance(&self, count: usize);
}

#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn status(&self, _meaning: Meaning, _verb: &str, _text: &str) {}

    fn note(&self, _text: &str) {}

    fn detail(&self, _text: &str) {}

    fn warning(&self, _text: &str) {}

    fn hint(&self, _text: &str) {}

    fn spinner(&self, _message: &str) -> Box<dyn Task + '_> {
        Box::new(Self)
    }

    fn steps(&self, _total: usize) -> Box<dyn Task + '_> {
        Box::new(Self)
    }
}

impl Task for Silent {
    fn advance(&self, _count: usize) {}
}
