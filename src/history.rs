//! stub
use crate::core::ids::CommitId;
use crate::core::port::Conflict;
use crate::error::Result;
use crate::store::Store;
/// s
#[derive(Clone, Debug, serde::Serialize)]
pub struct UpstreamCommit {
    /// id
    pub id: CommitId,
}
impl UpstreamCommit {
    /// t
    pub fn text(&self) -> String {
        String::new()
    }
}
/// c
///
/// # Errors
pub fn culprits(_: &Store, _: CommitId, _: CommitId, _: &Conflict) -> Result<Vec<UpstreamCommit>> {
    Ok(Vec::new())
}
