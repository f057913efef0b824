//! Files outside of a commit.

use super::*;

#[test]
fn files_outside_of_a_commit_are_written_together() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("a"), "old").unwrap();
    fs::create_dir(path("b")).unwrap();
    let write = || {
        let paths = [path("new/c"), path("a"), path("b")];
        let files = paths.iter().map(|path| NewFile::named(path, b"1", Expected::Anything));
        write_all(&files.collect::<Result<Vec<_>>>()?)
    };
    write().unwrap_err();
    assert_eq!(fs::read(path("a")).unwrap(), b"old");
    assert!(!path("new").exists());
    fs::remove_dir(path("b")).unwrap();
    write().unwrap();
    assert_eq!(fs::read(path("b")).unwrap(), b"1");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3, "nothing was left");
}

#[test]
fn a_file_that_is_named_may_be_a_link_and_one_below_a_directory_may_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("a"), "old").unwrap();
    std::os::unix::fs::symlink("a", path("link")).unwrap();
    write(&path("link"), b"new").unwrap();
    assert_eq!(fs::read(path("a")).unwrap(), b"new");
    assert!(path("link").is_symlink());
    let root = directory.path().to_owned();
    let (path, expected) = ("link".to_owned(), Expected::Anything);
    let failure = write_all(&[NewFile { root, path, bytes: b"x", expected }]).unwrap_err();
    assert!(failure.message().ends_with("it is a link, and links are not followed"));
}

#[test]
fn what_changed_since_it_was_read_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");
    let write = |read: Option<&[u8]>| {
        let expected = Expected::Still(read.map(Sri::of));
        write_all(&[NewFile::named(&path, b"new", expected)?])
    };
    fs::write(&path, "mine").unwrap();
    write(None).unwrap_err();
    write(Some(b"old")).unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    write(Some(b"mine")).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn writers_of_one_file_wait_for_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");
    // What a run that was killed left.
    fs::write(directory.path().join(".a.patcher-new"), "half").unwrap();
    std::thread::scope(|scope| {
        for letter in [b'a', b'b', b'c', b'd'] {
            let path = &path;
            scope.spawn(move || {
                (0..50).for_each(|_| write(path, &[letter; 10_000]).unwrap());
            });
        }
    });
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len() == 10_000 && bytes.iter().all(|byte| *byte == bytes[0]));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
