//! A directory that is held open. What is named below it is reached without following a link, so
//! that no file of a project or an upstream decides where else something is written.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, CWD, FileType, Mode, OFlags};

use crate::support::file_read::other;

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    File,
    Directory,
    Link,
    /// A socket, a device, a named pipe.
    Other,
}

/// A directory, open. Names are those of its own entries: none has a `/` in it.
#[derive(Debug)]
pub struct Directory {
    handle: OwnedFd,
    /// The path that it was reached by, for messages.
    path: PathBuf,
}

const READ: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Directory {
    /// Opens what a path leads to, through links as well: for a directory that the user names.
    ///
    /// # Errors
    ///
    /// There is no such directory, or it cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let handle = fs::openat(CWD, path, READ, Mode::empty())?;
        Ok(Self { handle, path: path.to_owned() })
    }

    /// The path that it was reached by.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a directory in it.
    ///
    /// # Errors
    ///
    /// There is none of that name: a link to one is none.
    pub fn enter(&self, name: &str) -> io::Result<Self> {
        let handle = fs::openat(&self.handle, own(name)?, READ | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(Self { handle, path: self.path.join(name) })
    }

    /// Makes a directory in it.
    ///
    /// # Errors
    ///
    /// There is something of that name, or this directory cannot be written.
    pub fn make(&self, name: &str) -> io::Result<()> {
        Ok(fs::mkdirat(&self.handle, own(name)?, Mode::from_raw_mode(0o777))?)
    }

    /// Makes a directory in it, unless somebody else was faster; whether it was made here.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn make_if_absent(&self, name: &str) -> io::Result<bool> {
        match self.make(name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            made => made.map(|()| true),
        }
    }

    /// What is there under a name.
    ///
    /// # Errors
    ///
    /// The directory cannot be searched.
    pub fn find(&self, name: &str) -> io::Result<Found> {
        let stat = match fs::statat(&self.handle, own(name)?, AtFlags::SYMLINK_NOFOLLOW) {
            Err(rustix::io::Errno::NOENT) => return Ok(Found::Nothing),
            stat => stat?,
        };
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Found::File,
            FileType::Directory => Found::Directory,
            FileType::Symlink => Found::Link,
            _ => Found::Other,
        })
    }

    /// Whether a name is that of an open file.
    ///
    /// # Errors
    ///
    /// There is nothing of that name, or the directory cannot be searched.
    pub fn holds(&self, name: &str, file: &File) -> io::Result<bool> {
        let there = fs::statat(&self.handle, own(name)?, AtFlags::SYMLINK_NOFOLLOW)?;
        let file = fs::fstat(file)?;
        Ok((there.st_dev, there.st_ino) == (file.st_dev, file.st_ino))
    }

    /// Opens a file in it for reading.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it is no plain file: a link to one is none.
    pub fn file(&self, name: &str) -> io::Result<File> {
        // A named pipe must not keep anybody waiting.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(fs::openat(&self.handle, own(name)?, flags, Mode::empty())?);
        plain(file)
    }

    /// The bytes of a file in it; none if there is nothing of that name.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no plain file.
    pub fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        match self.file(name) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?.read_to_end(&mut bytes)?,
        };
        Ok(Some(bytes))
    }

    /// Makes a file in it, and opens it for writing.
    ///
    /// # Errors
    ///
    /// There is something of that name, or the directory cannot be written.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        Ok(fs::openat(&self.handle, own(name)?, flags, mode)?.into())
    }

    /// Opens a file in it for writing, made if there is none of that name. Its bytes stay.
    ///
    /// # Errors
    ///
    /// It is no plain file, or the directory cannot be written.
    pub fn open_or_create(&self, name: &str) -> io::Result<File> {
        // Writing to a named pipe that nobody reads is refused by the system, but not before it waits.
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW;
        let flags = flags | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = fs::openat(&self.handle, own(name)?, flags, Mode::from_raw_mode(0o666));
        match opened {
            Err(rustix::io::Errno::NXIO) => Err(no_file("a named pipe")),
            opened => plain(opened?.into()),
        }
    }

    /// Makes a link in it that leads to `target`.
    ///
    /// # Errors
    ///
    /// There is something of that name, or the directory cannot be written.
    pub fn symlink(&self, target: &Path, name: &str) -> io::Result<()> {
        Ok(fs::symlinkat(target, &self.handle, own(name)?)?)
    }

    /// Gives a file of it a second name in it.
    ///
    /// # Errors
    ///
    /// There is no such file, there is something of that name, or the file system has no second
    /// names.
    pub fn link(&self, old: &str, new: &str) -> io::Result<()> {
        Ok(fs::linkat(&self.handle, own(old)?, &self.handle, own(new)?, AtFlags::empty())?)
    }

    /// Gives what is in it another name in it, in place of what has that name.
    ///
    /// # Errors
    ///
    /// There is nothing of that name, or the directory cannot be written.
    pub fn rename(&self, old: &str, new: &str) -> io::Result<()> {
        Ok(fs::renameat(&self.handle, own(old)?, &self.handle, own(new)?)?)
    }

    /// Removes a file or a link in it; there need not be one.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match fs::unlinkat(&self.handle, own(name)?, AtFlags::empty()) {
            Err(rustix::io::Errno::NOENT) => Ok(()),
            removed => Ok(removed?),
        }
    }

    /// Removes an empty directory in it.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it is not empty.
    pub fn remove_directory(&self, name: &str) -> io::Result<()> {
        Ok(fs::unlinkat(&self.handle, own(name)?, AtFlags::REMOVEDIR)?)
    }

    /// The names in it that are text.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::Dir::read_from(&self.handle)? {
            let entry = entry?;
            match entry.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    /// Waits until the names in it are on the disk.
    ///
    /// # Errors
    ///
    /// The disk fails. That the file system cannot be asked is no error.
    pub fn sync(&self) -> io::Result<()> {
        match fs::fsync(&self.handle) {
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOTSUP) => Ok(()),
            synced => Ok(synced?),
        }
    }
}

/// The name of an entry of a directory.
fn own(name: &str) -> io::Result<&str> {
    match name {
        "" | "." | ".." => Err(ErrorKind::InvalidInput.into()),
        name if name.contains('/') => Err(ErrorKind::InvalidInput.into()),
        name => Ok(name),
    }
}

/// The file, if it is a plain one.
fn plain(file: File) -> io::Result<File> {
    let kind = file.metadata()?.file_type();
    if kind.is_file() { Ok(file) } else { Err(no_file(other(kind).unwrap_or("a directory"))) }
}

fn no_file(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, format!("is {what}, not a file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        std::fs::create_dir(at("outside")).unwrap();
        std::fs::create_dir(at("inside")).unwrap();
        std::fs::write(at("outside/file"), "1").unwrap();
        std::os::unix::fs::symlink("../outside", at("inside/link")).unwrap();
        std::os::unix::fs::symlink("../outside/file", at("inside/file")).unwrap();
        let directory = Directory::open(&at("inside")).unwrap();
        assert_eq!(directory.find("link").unwrap(), Found::Link);
        directory.enter("link").unwrap_err();
        directory.read("file").unwrap_err();
        directory.create("file").unwrap_err();
        directory.open_or_create("file").unwrap_err();
        for name in ["..", ".", "", "../outside", "link/file"] {
            assert!(directory.enter(name).is_err() && directory.create(name).is_err(), "{name}");
            directory.rename("link", name).unwrap_err();
            directory.remove(name).unwrap_err();
        }
        assert_eq!(std::fs::read(at("outside/file")).unwrap(), b"1");
        assert_eq!(std::fs::read_dir(at("outside")).unwrap().count(), 1);
    }
}
