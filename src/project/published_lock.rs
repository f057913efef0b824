//! An `upstream.lock` as it was published: what a consumer reads if the project is not here.

use crate::project::lock::Lock;
use crate::project::site::Site;
use crate::support::download;
use crate::support::failure::{Failure, Result};
use crate::support::location::hide_credentials;
use crate::support::path::is_file;
use crate::support::problem::{Kind, Problem};

/// A lock, and where it was read from.
#[derive(Clone, Debug)]
pub struct PublishedLock {
    pub lock: Lock,
    /// The file or the URL, for messages.
    pub location: String,
}

impl PublishedLock {
    /// Reads a lock by its path, or its `file:`, `https:` or `http:` URL.
    ///
    /// # Errors
    ///
    /// It cannot be had, patcher cannot read it, or it is not as patcher wrote it.
    pub fn read(site: &Site<'_>, place: &str) -> Result<Self> {
        let location = hide_credentials(place);
        let bytes = if download::is_remote(place) {
            site.fetch(place)?
        } else {
            let path =
                download::file_url(place).unwrap_or_else(|| site.env.directory().join(place));
            if !is_file(&path) {
                let message = format_args!("--lock {location}: there is no such file");
                return Err(Failure::new(Kind::Input, message)
                    .hint("name an upstream.lock that was published: its path or its URL"));
            }
            download::read(&path)?
        };
        let refused = |problem: Problem| {
            let hint = match problem.kind {
                Kind::Input => problem.hint.clone(),
                _ => None,
            };
            let hint = hint.unwrap_or_else(|| {
                "--lock wants an `upstream.lock` as `patcher sync` wrote it, to the byte".to_owned()
            });
            Failure::from(Problem { file: location.clone(), hint: Some(hint), ..problem })
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(refused(Problem::new(Kind::Finding, "", "is not UTF-8 text")));
        };
        let lock = Lock::parse(&text).map_err(refused)?;
        match Lock::tampering(&text) {
            Some(problem) => Err(refused(problem)),
            None => Ok(Self { lock, location }),
        }
    }
}
