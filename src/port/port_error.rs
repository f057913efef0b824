//! Why a series is not on a release.

use thiserror::Error;

use crate::support::failure::Failure;
use crate::support::ids::Release;
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// Why a series was not carried to a release.
#[derive(Debug, Error)]
pub enum PortError {
    /// A patch conflicts: the first that does, and every place of every patch.
    #[error("{message}")]
    Conflict { patch: PatchName, release: Release, message: String, problems: Vec<Problem> },
    /// The release does not need some of the patches.
    #[error("{} of the patches are not needed", .0.len())]
    NotNeeded(Vec<Problem>),
    /// It was not tried to the end.
    #[error(transparent)]
    Other(#[from] Failure),
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Conflict { ref problems, .. } => {
                Self { problems: problems.clone(), ..Self::of(Kind::Conflict, error) }
            }
            PortError::NotNeeded(problems) => problems.into(),
            PortError::Other(failure) => failure,
        }
    }
}
