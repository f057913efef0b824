//! Getting a file by its URL, with `curl`, so that proxies and certificates work as the user has
//! set them up.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::location::hide_credentials;
use crate::support::problem::Kind;
use crate::support::process::Call;

/// Nothing that patcher publishes is anywhere near as big.
const MOST: u64 = 256 << 20;

/// The path that a `file:` URL names.
pub fn file_url(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("file://")?;
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// Whether a text is a URL that has to be fetched.
pub fn is_remote(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The bytes of a file.
///
/// # Errors
///
/// It is not there, or too big to be published by patcher.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path).at("read", path)?.len();
    if size > MOST {
        let message =
            format_args!("{}: {size} bytes: patcher reads at most {MOST}", path.display());
        return Err(Failure::new(Kind::Input, message));
    }
    file_read::read(path).at("read", path)
}

/// The bytes at a URL; `None` if the server has nothing there.
///
/// # Errors
///
/// It cannot be reached, or there is no `curl`.
pub fn get(env: &Environment, url: &str) -> Result<Option<Vec<u8>>> {
    let shown = hide_credentials(url);
    let Some(curl) = env.find_program("curl") else {
        let message = format_args!("cannot get {shown}: there is no curl");
        return Err(Failure::new(Kind::Environment, message)
            .hint("install it, or download the file and name that"));
    };
    let directory = tempfile::tempdir().at("create a directory in", &std::env::temp_dir())?;
    let path = directory.path().join("answer");
    let most = MOST.to_string();
    let call = Call::new(curl, env.directory()).args([
        "--silent",
        "--show-error",
        "--location",
        "--proto",
        "=http,https",
        "--connect-timeout",
        "10",
        "--max-time",
        "300",
        "--max-filesize",
        &most,
        "--write-out",
        "%{http_code}",
    ]);
    let call = call.args(["--output".as_ref(), path.as_os_str()]).args(["--", url]);
    let output = Call { env: env.only(|_| true), ..call }.run()?;
    let code = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match (output.code, code.as_str()) {
        (Some(0), "200") => read(&path).map(Some),
        (Some(0), "404" | "410") => Ok(None),
        (Some(0), code) => {
            let message = format_args!("cannot get {shown}: the server answers {code}");
            Err(Failure::new(Kind::Environment, message))
        }
        _ => {
            let said = hide_credentials(output.stderr.trim());
            let message = format_args!("cannot get {shown}: {said}");
            Err(Failure::new(Kind::Environment, message)
                .hint("download it yourself and name the file: then no network is used"))
        }
    }
}
