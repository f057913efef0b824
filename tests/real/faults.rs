//! Every command that writes, cut off at the system calls by which it changes files, and with each of
//! them refused. Whatever happened, no file is lost, the same command or the one that its message
//! names ends as if nothing had happened, and nothing outside is touched.
//!
//! `strace` counts the calls of an undisturbed run, those of git included, and disturbs the others.
//! `PATCHER_FAULT_POINTS=N` tries N points for each command and fault, spread evenly;
//! `PATCHER_WRITE_FAULTS=1` writes the table into docs/explanation/faults.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, files_of, make_executable};

mod cases;

use cases::{CASES, Case, GH};

/// The system calls that change files; those with a `?` not every machine has.
const CHANGING: &str = "write,pwrite64,copy_file_range,?rename,renameat,renameat2,?unlink,unlinkat,\
                        ?mkdir,mkdirat,?rmdir,?link,linkat,?symlink,symlinkat,ftruncate,fsync,\
                        fdatasync,?chmod,fchmod";

/// Those of them that need room on the disk.
const FILLING: [&str; 9] = [
    "write",
    "pwrite64",
    "copy_file_range",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
];

/// What happens to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Kill,
    /// One call fails.
    Once(&'static str),
    /// A call fails, and all after it.
    FromThen(&'static str),
    /// The same of the calls that need room.
    FullFromThen,
    /// Files are cut short: a write writes less than it should, and the next one fails.
    Short,
    /// No more than a few files may be open at a time.
    FewFiles,
}

const FAULTS: [(&str, Fault); 9] = [
    ("killed", Fault::Kill),
    ("ENOSPC", Fault::Once("ENOSPC")),
    ("EIO", Fault::Once("EIO")),
    ("EACCES", Fault::Once("EACCES")),
    ("EROFS", Fault::Once("EROFS")),
    ("ENOSPC, on and on", Fault::FullFromThen),
    ("EIO, on and on", Fault::FromThen("EIO")),
    ("short writes", Fault::Short),
    ("few open files", Fault::FewFiles),
];

pub(crate) fn strace() -> bool {
    let run = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    run.is_ok_and(|output| output.status.success())
}

/// A project to disturb, and a copy of it as it was.
struct World {
    sandbox: Sandbox,
    copy: PathBuf,
}

/// Every file that counts, with its bytes.
type Files = BTreeMap<PathBuf, Vec<u8>>;

impl World {
    fn new(case: &Case) -> Self {
        let sandbox = Sandbox::synced();
        sandbox.release("1.1.0", "2.0.0", |directory| {
            let path = directory.join("README.md");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("share a note", "share one note")).unwrap();
        });
        for entry in fs::read_dir(&sandbox.home).unwrap() {
            fs::remove_dir_all(entry.unwrap().path()).unwrap();
        }
        fs::write(sandbox.home.join("mine"), "mine").unwrap();
        sandbox.write("mine.txt", "mine");
        sandbox.bazel(FIXED);
        let gh = sandbox.home.join("bin/gh");
        fs::create_dir(gh.parent().unwrap()).unwrap();
        fs::write(&gh, GH).unwrap();
        make_executable(&gh);
        sandbox.succeed(&["sync", "--no-repro"]);
        let copy = sandbox.home.with_file_name("copy");
        let world = Self { sandbox, copy };
        let prepared = world.shell(&format!("set -e; {}", case.prepare));
        assert_eq!(prepared.0, Some(0), "{}: {}", case.prepare, prepared.1);
        world.shell("mkdir -p ../copy; cp -a ../project ../cache ../home ../upstream.git ../copy");
        world
    }

    /// Runs a script in the project; the result is its exit code and what it printed.
    fn shell(&self, script: &str) -> (Option<i32>, String) {
        let patcher = env!("CARGO_BIN_EXE_patcher");
        let script = format!(
            "patcher() {{ {patcher} \"$@\"; }}; export PATH=~/bin:$PATH GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b \
             GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE=2026-11-20T12:00:00Z \
             GIT_COMMITTER_DATE=2026-11-20T12:00:00Z; set +e; {script}"
        );
        let run = self.sandbox.script(&script, &BTreeMap::new());
        (run.code, run.stderr)
    }

    fn restore(&self) {
        self.shell("cd ..; rm -rf project cache home upstream.git; cp -a copy/. .");
    }

    /// The project's files, the user's, and those of a worktree, if work is under way in it.
    fn files(&self) -> Files {
        let mut files = files_of(&self.sandbox.project);
        files.extend(files_of(&self.sandbox.home));
        for work in fs::read_dir(self.sandbox.cache.join("work")).into_iter().flatten() {
            let work = work.unwrap().path();
            files.extend(if work.join("work.json").exists() {
                files_of(&work)
            } else {
                Files::new()
            });
        }
        let is_git = |path: &Path| path.components().any(|part| part.as_os_str() == ".git");
        files.retain(|path, _| {
            let name = path.file_name().unwrap().to_str().unwrap();
            !is_git(path) && name != "work.json" && !name.starts_with(".work.json")
        });
        // A worktree is of its project; what is in a bare repository is git's.
        files.retain(|path, _| !path.to_str().unwrap().contains(".git/"));
        for (path, bytes) in &mut files {
            if is_whole_report(path, bytes) {
                *bytes = b"a whole report, with the times of its run".into();
            }
        }
        for remote in REMOTES.map(|name| self.sandbox.home.join(name)) {
            if remote.exists() {
                let list = ["for-each-ref", "--format=%(refname) %(tree)"];
                let refs = self.sandbox.git(&remote, &list);
                files.insert(remote.join("refs"), refs.into_bytes());
            }
        }
        files
    }

    /// Runs the command under strace.
    fn run(&self, case: &Case, arguments: &str) -> (Option<i32>, String) {
        let patcher = env!("CARGO_BIN_EXE_patcher");
        let script = format!("exec strace -f -qq {arguments} -- {patcher} {}", case.command);
        self.shell(&format!("ulimit -c 0; {script}"))
    }

    /// Runs the command with less than it needs.
    fn limited(&self, case: &Case, limit: &str) -> (Option<i32>, String) {
        self.shell(&format!("{limit}; exec {} {}", env!("CARGO_BIN_EXE_patcher"), case.command))
    }

    /// The calls of an undisturbed run that change files, in their order. strace counts the calls
    /// of each thread and each name by itself, so that one stands for those of all threads.
    fn points(&self, case: &Case) -> Vec<Point> {
        self.restore();
        let trace = self.copy.with_file_name("trace");
        let run = self.run(case, &format!("-o {} -e trace={CHANGING}", trace.display()));
        // 3 is a conflict that the case is about.
        assert!(matches!(run.0, Some(0 | 3)), "{}: {run:?}", case.command);
        let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut points: Vec<Point> = Vec::new();
        for line in fs::read_to_string(trace).unwrap().lines() {
            let (thread, rest) = line.split_once(' ').unwrap();
            let call = rest.trim_start().split('(').next().unwrap();
            if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                continue;
            }
            let counts = counts.entry(thread.to_owned()).or_default();
            let before = counts.clone();
            let number = counts.entry(call.to_owned()).or_default();
            *number += 1;
            if points.iter().all(|point| (point.call.as_str(), point.number) != (call, *number)) {
                points.push(Point { call: call.to_owned(), number: *number, before });
            }
        }
        points
    }

    /// Lets no file be removed from a removal on.
    fn disturb_removal(&self, case: &Case, point: usize) -> (Option<i32>, String) {
        let inject = format!("-e inject=unlinkat:error=EIO:when={point}+");
        self.run(case, &format!("-o /dev/null -e trace=unlinkat {inject}"))
    }

    /// Disturbs the command at a point.
    fn disturb(&self, case: &Case, fault: Fault, point: &Point) -> (Option<i32>, String) {
        let Point { call, number, before } = point;
        let inject = |what: &str| {
            self.run(case, &format!("-o /dev/null -e trace={call} -e inject={call}:{what}"))
        };
        let from_then = |error: &str, is_meant: fn(&str) -> bool| {
            let names = CHANGING.split(',').map(|name| name.trim_start_matches('?'));
            let injects = names.filter(|name| is_meant(name)).map(|name| {
                let from = before.get(name).copied().unwrap_or_default() + 1;
                let name = if CHANGING.contains(&format!("?{name}")) {
                    format!("?{name}")
                } else {
                    name.into()
                };
                format!("-e inject={name}:error={error}:when={from}+")
            });
            let injects = injects.collect::<Vec<_>>().join(" ");
            self.run(case, &format!("-o /dev/null -e trace={CHANGING} {injects}"))
        };
        match fault {
            Fault::Kill => inject(&format!("signal=KILL:when={number}")),
            Fault::Once(error) => inject(&format!("error={error}:when={number}")),
            Fault::FromThen(error) => from_then(error, |_| true),
            Fault::FullFromThen => from_then("ENOSPC", |name| FILLING.contains(&name)),
            // In blocks of 512 bytes, as POSIX has it.
            Fault::Short => {
                self.limited(case, &format!("trap '' XFSZ; set -o posix; ulimit -f {number}"))
            }
            Fault::FewFiles => self.limited(case, &format!("ulimit -n {number}")),
        }
    }
}

/// A call of a run.
struct Point {
    call: String,
    /// Its number among the thread's calls of that name, from 1.
    number: usize,
    /// How many calls of each name the thread made before.
    before: BTreeMap<String, usize>,
}

/// Repositories of the home directory that a case pushes to.
const REMOTES: [&str; 2] = ["fork.git", "origin.git"];

/// Whether a file is a report that says how long things took, and is whole.
fn is_whole_report(path: &Path, bytes: &[u8]) -> bool {
    match path.file_name().unwrap().to_str().unwrap() {
        "matrix.html" => bytes.ends_with(b"</html>\n"),
        "junit.xml" => bytes.ends_with(b"</testsuites>\n"),
        "matrix.json" => serde_json::from_slice::<serde_json::Value>(bytes).is_ok(),
        _ => false,
    }
}

/// Whether a file is one that stands beside another only for as long as that is replaced.
fn is_aside(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_str().unwrap();
        name.starts_with('.') && (name.ends_with(".patcher-new") || name.ends_with(".patcher-old"))
    })
}

/// Why what a disturbed run left is not as it should be.
fn fault_of(
    world: &World,
    case: &Case,
    (code, said): &(Option<i32>, String),
    (before, after): (&Files, &Files),
) -> Result<(), String> {
    let found = world.files();
    let is_worktree = |path: &Path| path.starts_with(&world.sandbox.cache);
    let is_new = |path: &Path| path.to_str().unwrap().contains("/shown/");
    let paths: BTreeSet<&PathBuf> = found.keys().chain(before.keys()).chain(after.keys()).collect();
    for path in
        paths.into_iter().filter(|path| !is_aside(path) && !is_worktree(path) && !is_new(path))
    {
        let now = found.get(path);
        if now != before.get(path) && now != after.get(path) {
            return Err(format!("{} is neither as before nor as after", path.display()));
        }
    }
    // What a warning says was left beside a file goes with the next commit.
    let without_aside = found.iter().filter(|(path, _)| !is_aside(path));
    if found == *after || *code == Some(0) && without_aside.clone().eq(after.iter()) {
        return Ok(());
    }
    if said.contains("nothing was changed") && !without_aside.eq(before.iter()) {
        return Err("it says that nothing was changed, and something was".into());
    }
    let (code, said) = world.shell(&format!("patcher {}", case.command));
    if world.files() == *after {
        return Ok(());
    }
    if case.way_out.is_empty() {
        return Err(format!("the next run ends with {code:?}, and not as it should: {said}"));
    }
    let (code, said) = world.shell(case.way_out);
    if world.files() == *after {
        return Ok(());
    }
    Err(format!("the way out ends with {code:?}, and not as it should: {said}"))
}

/// Some of these, spread evenly, both ends among them.
fn spread<T>(all: &[T], most: usize) -> Vec<&T> {
    if all.len() <= most {
        return all.iter().collect();
    }
    (0..most).map(|index| &all[index * (all.len() - 1) / (most - 1).max(1)]).collect()
}

pub(crate) fn every_disturbed_run_is_mended() {
    let points = std::env::var("PATCHER_FAULT_POINTS").ok().and_then(|text| text.parse().ok());
    let points = points.unwrap_or(1);
    let only = std::env::var("PATCHER_FAULT_ONLY").unwrap_or_default();
    let mut table = String::from("| command | calls |");
    FAULTS.iter().for_each(|(name, _)| write!(table, " {name} |").unwrap());
    table.push_str(&format!("\n| --- | ---: |{}\n", " ---: |".repeat(FAULTS.len())));
    let mut failures = Vec::new();
    for (number, case) in CASES.iter().enumerate().filter(|(_, case)| case.command.contains(&only))
    {
        let world = World::new(case);
        let before = world.files();
        let calls = world.points(case);
        let after = world.files();
        assert!(before != after, "{} changes nothing", case.command);
        let name = case.command.split(" --base-url").next().unwrap();
        write!(table, "| `{name}`{} | {} |", case.note, calls.len()).unwrap();
        let limit = |number| Point { call: String::new(), number, before: BTreeMap::new() };
        let blocks: Vec<Point> = (1..=8).map(limit).collect();
        let open: Vec<Point> = (5..=28).map(limit).collect();
        for (index, (name, fault)) in FAULTS.iter().enumerate() {
            let all = match fault {
                Fault::Short => &blocks,
                Fault::FewFiles => &open,
                _ => &calls,
            };
            let tried = match points {
                // A short run tries another point and fault for each command.
                1 if (number + index) % 3 != 0 => Vec::new(),
                1 => vec![&all[all.len() * (2 * index + 1) / (2 * FAULTS.len())]],
                points if *fault == Fault::Kill => spread(all, 4 * points),
                points => spread(all, points),
            };
            let mut survived = 0;
            for point in &tried {
                world.restore();
                let run = world.disturb(case, *fault, point);
                match fault_of(&world, case, &run, (&before, &after)) {
                    Ok(()) => survived += 1,
                    Err(why) => failures.push(format!(
                        "{}: {name} at {} {}: {why}\n  the disturbed run: {:?} {}",
                        case.command, point.call, point.number, run.0, run.1
                    )),
                }
            }
            write!(table, " {survived} of {} |", tried.len()).unwrap();
        }
        table.push('\n');
    }
    if std::env::var_os("PATCHER_WRITE_FAULTS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/explanation/faults.md");
        let text = fs::read_to_string(&path).unwrap();
        let (head, rest) = text.split_once("<!-- table -->\n").unwrap();
        let (_, tail) = rest.split_once("<!-- end -->").unwrap();
        fs::write(path, format!("{head}<!-- table -->\n{table}<!-- end -->{tail}")).unwrap();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Renames that a journal promises are of no use if the journal is on the disk before the files, or
/// gone before the renames are.
pub(crate) fn the_disk_has_everything_in_its_order() {
    let case = CASES.iter().find(|case| case.command == "sync --no-repro --to 1.1.0").unwrap();
    let world = World::new(case);
    let trace = world.copy.with_file_name("trace");
    let calls = "fsync,rename,renameat,renameat2,unlinkat";
    let run = world.run(case, &format!("-y -o {} -e trace={calls}", trace.display()));
    assert_eq!(run.0, Some(0), "{}", run.1);
    let trace = fs::read_to_string(trace).unwrap();
    let lines: Vec<&str> = trace.lines().collect();
    let at = |what: &str| lines.iter().position(|line| line.contains(what)).expect(what);
    let promised = at("\"journal.json\")");
    let over = at("\"journal.json\", 0)");
    let synced = |directory: &str, from: usize, to: usize| {
        let call = format!("{directory}>)");
        lines[from..to].iter().any(|line| line.contains("fsync(") && line.contains(&call))
    };
    let state = between(lines[promised], "<", ">");
    let mut replaced = 0;
    for (index, line) in
        lines.iter().enumerate().filter(|(_, line)| line.contains(".patcher-new\", "))
    {
        let directory = between(line, "<", ">");
        if !directory.starts_with(world.sandbox.project.to_str().unwrap()) {
            continue;
        }
        let new = format!("{directory}/{}>)", between(line, "\"", "\""));
        let written = at(&new);
        assert!(written < promised && synced(directory, written, promised), "{line}");
        assert!(promised < index && index < over && synced(directory, index, over), "{line}");
        assert!(synced(state, promised, index), "{line}");
        replaced += 1;
    }
    assert!(replaced >= 5, "{trace}");
    assert!(synced(state, over, lines.len()), "{trace}");
    // From there on, whatever fails is a warning.
    let thread = lines[over].split(' ').next().unwrap();
    let is_removal = |line: &&&str| line.starts_with(thread) && line.contains(" unlinkat(");
    let removals = lines[..=over].iter().filter(is_removal).count();
    world.restore();
    let (code, said) = world.disturb_removal(case, removals);
    assert!(said.contains("warning: everything is written, but cannot delete"), "{said}");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(world.shell("patcher check").0, Some(1), "the journal is still there");
    assert_eq!(world.shell("patcher sync --no-repro && patcher check").0, Some(0));
}

fn between<'a>(line: &'a str, left: &str, right: &str) -> &'a str {
    let (_, rest) = line.split_once(left).unwrap();
    rest.split_once(right).unwrap().0
}
