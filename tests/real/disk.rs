//! Disks that are full or read-only: real ones.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Sandbox;

/// Mounts a temporary file system; whether that went well.
pub(crate) fn mount(directory: &Path, options: &str) -> bool {
    let command =
        Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(directory).output();
    command.is_ok_and(|output| output.status.success())
}

pub(crate) fn unmount(directory: &Path) {
    let _ = Command::new("umount").arg(directory).output();
}

/// A project on a file system of its own, unmounted at the end.
struct Disk {
    sandbox: Sandbox,
    directory: PathBuf,
}

impl Disk {
    /// Moves the project of a sandbox onto a file system of `size`.
    fn new(size: &str) -> Self {
        let mut sandbox = Sandbox::new();
        let directory = sandbox.home.join("disk");
        fs::create_dir(&directory).unwrap();
        assert!(mount(&directory, &format!("size={size}")));
        let project = directory.join("project");
        let copied = Command::new("cp").arg("-a").arg(&sandbox.project).arg(&project).status();
        assert!(copied.unwrap().success());
        std::os::unix::fs::symlink(&sandbox.upstream, directory.join("upstream.git")).unwrap();
        sandbox.project = project;
        Self { sandbox, directory }
    }

    /// Writes until nothing fits any more.
    fn fill(&self) {
        let mut file = File::create(self.directory.join("filler")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_read_only(&self) {
        let remount =
            Command::new("mount").args(["-o", "remount,ro"]).arg(&self.directory).status();
        assert!(remount.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.directory);
    }
}

pub(crate) fn a_full_disk_changes_nothing() {
    let disk = Disk::new("512k");
    disk.sandbox.sync();
    disk.fill();
    let words = ["No space left on device", "make room on that disk"];
    // A port would write patches, archive, snippet and lock.
    disk.sandbox.refuse(30, &["sync", "--to", "1.1.0", "--no-repro"], &words);
    disk.sandbox.refuse(30, &["publish", "--unverified", "--output", "out"], &words);
    disk.sandbox.refuse(30, &["export", "out"], &words);
    fs::remove_file(disk.directory.join("filler")).unwrap();
    disk.sandbox.succeed(&["check"]);
    disk.sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    disk.sandbox.succeed(&["check"]);
}

pub(crate) fn an_unwritable_directory_changes_nothing() {
    let disk = Disk::new("512k");
    disk.sandbox.sync();
    disk.make_read_only();
    let words = ["Read-only file system", "allow it, or name another"];
    disk.sandbox.refuse(30, &["sync", "--to", "1.1.0", "--no-repro"], &words);
    disk.sandbox.refuse(30, &["export", "out"], &words);
    disk.sandbox.refuse(30, &["publish", "--unverified", "--output", "out"], &words);
    // What only reads goes on.
    disk.sandbox.succeed(&["check"]);
    disk.sandbox.succeed(&["status"]);
    let elsewhere = disk.sandbox.home.join("elsewhere");
    disk.sandbox.succeed(&["publish", "--unverified", "--output", elsewhere.to_str().unwrap()]);
}
