//! The sample that most tests work on: a small ruleset with two releases, and a project with two
//! patches for the first of them. Its files are in `tests/fixtures/sample`.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Repository, Signature, Time};

/// The releases of the upstream, oldest first.
const RELEASES: [&str; 2] = ["1.0.0", "1.1.0"];

/// Where the sample was put.
pub struct Sample {
    /// The upstream: a bare repository.
    pub upstream: PathBuf,
    pub project: PathBuf,
}

/// Writes the upstream and the project below `directory`.
pub fn write(directory: &Path) -> Sample {
    let (upstream, project) = (directory.join("upstream.git"), directory.join("project"));
    write_upstream(&upstream);
    for (name, bytes) in files("project") {
        let path = project.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Sample { upstream, project }
}

/// A commit and a tag a release. The dates are fixed, so the ids are the same everywhere.
fn write_upstream(path: &Path) {
    let repository = Repository::init_bare(path).unwrap();
    repository.set_head("refs/heads/main").unwrap();
    let mut parent: Option<git2::Commit<'_>> = None;
    for (days, release) in RELEASES.into_iter().enumerate() {
        let mut index = git2::Index::new().unwrap();
        for (name, bytes) in files(&format!("upstream-{release}")) {
            index.add(&entry(&name, repository.blob(&bytes).unwrap())).unwrap();
        }
        let tree = repository.find_tree(index.write_tree_to(&repository).unwrap()).unwrap();
        let seconds = 1_767_225_600 + 86_400 * i64::try_from(days).unwrap();
        let time = Time::new(seconds, 0);
        let author = Signature::new("demo upstream", "upstream@demo.invalid", &time).unwrap();
        let message = format!("Release {release}\n");
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let head = Some("refs/heads/main");
        let id = repository.commit(head, &author, &author, &message, &tree, &parents).unwrap();
        let commit = repository.find_commit(id).unwrap();
        repository.tag_lightweight(release, commit.as_object(), false).unwrap();
        parent = Some(commit);
    }
}

/// The files of a directory of the sample by their paths in it. In names, `dot-` stands for a dot.
fn files(name: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sample").join(name);
    let (mut files, mut pending) = (Vec::new(), vec![root.clone()]);
    while let Some(directory) = pending.pop() {
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace("dot-", ".");
            files.push((name, fs::read(path).unwrap()));
        }
    }
    files
}

fn entry(name: &str, id: git2::Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: name.into(),
    }
}
