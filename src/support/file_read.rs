//! Reading what is a file and nothing else: a pipe or a device where a file is expected would let
//! a run wait for ever.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// The bytes of a file.
///
/// # Errors
///
/// It is not there, cannot be read, or is no file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(OpenOptions::new().read(true), path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
///
/// As [`read`], or it is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

/// Opens a file as `options` say.
///
/// # Errors
///
/// As [`read`].
pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Without it, opening a pipe waits for whoever opens its other end.
    let no_wait = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let opened = options.custom_flags(no_wait).open(path);
    // What cannot be opened may be no file, either: a pipe without a reader, a socket.
    let kind = match &opened {
        Ok(file) => file.metadata()?.file_type(),
        Err(_) => match path.metadata() {
            Ok(metadata) => metadata.file_type(),
            Err(_) => return opened,
        },
    };
    match other(kind) {
        Some(what) => {
            let message = format!("is {what}, not a file");
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
        None => opened,
    }
}

/// What it is, if it is neither a file nor a directory, which fails by itself.
pub(super) fn other(kind: FileType) -> Option<&'static str> {
    if kind.is_fifo() {
        Some("a named pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.unwrap().success());
        let _socket = UnixListener::bind(path("socket")).unwrap();
        std::os::unix::fs::symlink("pipe", path("link")).unwrap();
        for (file, what) in [
            (path("pipe"), "is a named pipe, not a file"),
            (path("link"), "is a named pipe, not a file"),
            (path("socket"), "is a socket, not a file"),
            ("/dev/zero".into(), "is a device, not a file"),
        ] {
            assert_eq!(read(&file).unwrap_err().to_string(), what);
            let written = open(OpenOptions::new().write(true), &file);
            assert_eq!(written.unwrap_err().to_string(), what);
        }
        assert_eq!(read(&path("absent")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read(directory.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        std::fs::write(path("file"), "text").unwrap();
        assert_eq!(read_text(&path("file")).unwrap(), "text");
    }
}
