//! Keeping the series alive without a person at the keyboard. A night's sync results in a
//! [`proposal`] ([`nightly::nightly`]), in texts for people ([`proposal_text`]);
//! [`propose::propose`] takes it to GitHub, as a [`branch`] and a pull request or an issue
//! ([`github`]). The two are apart because the first runs upstream's code, and only the second
//! may have a token.

pub mod branch;
pub mod github;
pub mod nightly;
pub mod proposal;
pub mod proposal_text;
pub mod propose;
