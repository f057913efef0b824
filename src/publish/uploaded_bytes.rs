//! Getting an archive that upstream uploaded. What came over the network stays in the cache, by its
//! digest, so that a series that changes is compared again without it.

use crate::project::site::Site;
use crate::project::workspace;
use crate::support::download;
use crate::support::failure::{Failure, Result};
use crate::support::file_read;
use crate::support::ids::Sri;

/// What was got of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    /// Its bytes, which have the digest.
    Bytes(Vec<u8>),
    /// Bytes with this other digest.
    Other(Sri),
    /// Why there are none.
    Nothing(String),
}

/// Gets the archive at a URL that is to have a digest.
///
/// # Errors
///
/// The cache cannot be written.
pub fn get(site: &Site<'_>, url: &str, integrity: &Sri) -> Result<Got> {
    let nothing = |failure: Failure| Got::Nothing(failure.message());
    if let Some(path) = download::file_url(url) {
        return Ok(download::read(&path).map_or_else(nothing, |bytes| judged(bytes, integrity)));
    }
    let kept = site.env.cache()?.join("uploads").join(integrity.hex());
    if let Ok(bytes) = file_read::read(&kept)
        && Sri::of(&bytes) == *integrity
    {
        return Ok(Got::Bytes(bytes));
    }
    let got = site.fetch(url).map_or_else(nothing, |bytes| judged(bytes, integrity));
    if let Got::Bytes(bytes) = &got {
        workspace::write(&kept, bytes)?;
    }
    Ok(got)
}

fn judged(bytes: Vec<u8>, integrity: &Sri) -> Got {
    let found = Sri::of(&bytes);
    if found == *integrity { Got::Bytes(bytes) } else { Got::Other(found) }
}
