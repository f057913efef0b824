//! What goes wrong around patcher: signals, dead programs, other patchers at the same time, files
//! that are no files, a full disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, find_program, joined, make_executable, same};

/// The one mirror.
fn mirror(sandbox: &Sandbox) -> PathBuf {
    let mut mirrors = fs::read_dir(sandbox.cache.join("mirror")).unwrap();
    mirrors.next().unwrap().unwrap().path()
}

fn spawn(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = sandbox.command(args);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn signal(name: &str, pid: u32) -> bool {
    let kill = Command::new("kill").args([name, &pid.to_string()]).stderr(Stdio::null()).status();
    kill.unwrap().success()
}

/// Whether a process runs: one that nobody has waited for is there and does not.
fn runs(pid: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    state.status.success() && !state.stdout.trim_ascii().starts_with(b"Z")
}

/// The processes of a file, a number a line, that run.
fn alive(pids: &Path) -> Vec<u32> {
    let text = fs::read_to_string(pids).unwrap_or_default();
    let pids = text.lines().map(|line| line.parse::<u32>().unwrap());
    pids.filter(|pid| runs(*pid)).collect()
}

#[track_caller]
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(2));
    }
}

const SYNC: [&str; 4] = ["sync", "--to", "1.0.0", "--no-repro"];

#[test]
fn an_interrupt_at_any_moment_leaves_no_child_and_no_lock() {
    let mut sandbox = Sandbox::new();
    let pids = sandbox.home.join("pids");
    let git = find_program("git").unwrap();
    let script = format!("echo $$ >> {}\nexec {} \"$@\"", pids.display(), git.display());
    sandbox.program("git", &script);
    sandbox.succeed(&SYNC);
    let mirror = mirror(&sandbox);
    for round in 0..24 {
        // Every other time the mirror is made anew.
        if round % 2 == 0 {
            fs::remove_dir_all(&mirror).unwrap();
        } else {
            fs::remove_file(mirror.join("refs/tags/1.1.0")).unwrap();
        }
        fs::remove_file(&pids).unwrap();
        let mut patcher = spawn(&sandbox, &SYNC);
        sleep(Duration::from_millis(8 * round));
        signal("-INT", patcher.id());
        let code = patcher.wait().unwrap().code();
        assert!(matches!(code, None | Some(0 | 130)), "{round}: {code:?}");
        assert_eq!(alive(&pids), [0; 0], "round {round}");
        sandbox.succeed(&SYNC);
    }
}

#[test]
fn a_program_is_ended_whenever_the_interrupt_comes() {
    let mut sandbox = Sandbox::new();
    let pids = sandbox.home.join("pids");
    sandbox.program("git", &format!("echo $$ >> {}\nexec sleep 60", pids.display()));
    let is_started = || fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n'));
    let started = Instant::now();
    let mut patcher = spawn(&sandbox, &SYNC);
    wait_for("git", is_started);
    let usual = started.elapsed();
    signal("-INT", patcher.id());
    assert_eq!(patcher.wait().unwrap().code(), Some(130));
    // Around the moment at which it starts and is not known yet.
    for round in 0..40_u32 {
        let mut patcher = spawn(&sandbox, &SYNC);
        sleep((usual * 5 / 4).saturating_sub(usual / 80 * round));
        signal("-INT", patcher.id());
        patcher.wait().unwrap();
        assert_eq!(alive(&pids), [0; 0], "round {round}");
    }
}

#[test]
fn git_is_asked_to_end_before_it_is_forced() {
    let mut sandbox = Sandbox::new();
    let (lock, pids) = (sandbox.home.join("a.lock"), sandbox.home.join("pids"));
    let script = |trap: &str| {
        let (lock, pids) = (lock.display(), pids.display());
        format!("{trap}\ntouch {lock}\necho $$ > {pids}\nsleep 60 & wait; wait")
    };
    let interrupt = |sandbox: &Sandbox| {
        let mut patcher = spawn(sandbox, &SYNC);
        wait_for("git", || fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n')));
        let asked = Instant::now();
        signal("-TERM", patcher.id());
        assert_eq!(patcher.wait().unwrap().code(), Some(130));
        assert_eq!(alive(&pids), [0; 0]);
        fs::remove_file(&pids).unwrap();
        asked.elapsed()
    };
    let tidy = format!("trap 'sleep 0.2; rm {}; exit 1' TERM", lock.display());
    sandbox.program("git", &script(&tidy));
    interrupt(&sandbox);
    assert!(!lock.exists(), "it had the time to remove its lock");
    sandbox.program("git", &script("trap '' TERM"));
    let took = interrupt(&sandbox);
    assert!(took > Duration::from_secs(1) && took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn what_a_dead_git_left_in_the_mirror_stops_no_sync() {
    let sandbox = Sandbox::synced();
    let mirror = mirror(&sandbox);
    for name in [
        "HEAD.lock",
        "config.lock",
        "packed-refs.lock",
        "shallow.lock",
        "refs/tags/1.1.0.lock",
        "objects/pack/tmp_pack_a1b2c3",
    ] {
        fs::remove_file(mirror.join("refs/tags/1.1.0")).unwrap();
        fs::write(mirror.join(name), "").unwrap();
        assert!(sandbox.succeed(&["sync", "--no-repro"]).stderr.contains("Fetched    1 release"));
        assert!(!mirror.join(name).exists(), "{name}");
    }
    // It was ended while it made the mirror.
    fs::remove_dir_all(&mirror).unwrap();
    fs::create_dir(&mirror).unwrap();
    fs::write(mirror.join("config.lock"), "").unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
}

#[test]
fn a_lock_in_the_users_repository_is_the_users() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    let locks = ["index.lock", "HEAD.lock", "config.lock", "objects/tmp_obj_a1b2c3"];
    let locks = locks.map(|name| sandbox.project.join(".git").join(name));
    locks.iter().for_each(|lock| fs::write(lock, "").unwrap());
    fs::remove_dir_all(sandbox.cache.join("mirror")).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["edit"]);
    sandbox.succeed(&["abort"]);
    assert!(locks.iter().all(|lock| lock.exists()));
}

#[test]
fn a_git_that_is_at_work_is_not_disturbed() {
    let sandbox = Sandbox::synced();
    let mirror = mirror(&sandbox);
    let mut git = Command::new(find_program("git").unwrap());
    git.args(["cat-file", "--batch"]).current_dir(&mirror);
    let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Once it answers, it is a git for everybody who looks.
    git.stdin.as_mut().unwrap().write_all(b"HEAD:none\n").unwrap();
    git.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let lock = mirror.join("refs/tags/1.1.0.lock");
    fs::remove_file(mirror.join("refs/tags/1.1.0")).unwrap();
    fs::write(&lock, "").unwrap();
    let run = sandbox.refuse(30, &["sync", "--no-repro"], &[]);
    assert!(lock.exists());
    let pid = git.id().to_string();
    git.kill().unwrap();
    git.wait().unwrap();
    assert_snapshot!(run.said().replace(&pid, "PID"), @"
    error: git (process PID) is at work: it holds [ROOT]/cache/mirror/upstream-[KEY].git/refs/tags/1.1.0.lock
     hint: wait for it to end
    ");
    sandbox.succeed(&["sync", "--no-repro"]);
}

#[test]
fn two_first_fetches_at_once_both_succeed() {
    let sandbox = Sandbox::new();
    let url = format!("file://{}", sandbox.upstream.display());
    let args = ["clone", "--quiet", "--bare", "--depth=1", "--branch=1.0.0", &url, "shallow.git"];
    sandbox.git(&sandbox.home, &args);
    let shallow = sandbox.home.join("shallow.git");
    for upstream in [&sandbox.upstream, &shallow] {
        for round in 0..4 {
            let _ = fs::remove_dir_all(sandbox.cache.join("mirror"));
            let upstream = upstream.to_str().unwrap();
            let copies = ["one", "two", "three"].map(|name| {
                let copy = sandbox.home.join(format!("{name}/project"));
                let _ = fs::remove_dir_all(&copy);
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                let from = sandbox.project.to_str().unwrap();
                let made = Command::new("cp").args(["-R", from, copy.to_str().unwrap()]).status();
                assert!(made.unwrap().success());
                let root = copy.to_str().unwrap().to_owned();
                let args = [&["--root", &root], &SYNC[..], &["--upstream", upstream]].concat();
                sandbox.command(&args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
            });
            for copy in copies {
                let output = copy.wait_with_output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{upstream}, round {round}: {said}");
            }
        }
    }
}

/// A Bazel that hangs, after it has done what `script` says with `$base`, its output base.
fn hanging(sandbox: &Sandbox, script: &str) -> String {
    let server = sandbox.home.join("server");
    fs::write(&server, "#!/bin/sh\nsleep 60\n").unwrap();
    make_executable(&server);
    sandbox.bazel(&format!(
        "for arg in \"$@\"; do case $arg in --output_user_root=*) base=${{arg#*=}}/base;; esac; done\n\
         server={}; mkdir -p $base/server; unset arg\n\
         run() {{ \"$@\" </dev/null >/dev/null 2>&1 & echo $! > $base/server/server.pid.txt; }}\n\
         {script}\nbegin; sleep 60",
        server.display()
    ))
}

const HANG: [&str; 7] = ["repro", "--timeout", "1", "--side", "patched", "--scenario", "two-books"];

/// Runs a Bazel that hangs; whether the process in `server.pid.txt` is there after it, and what
/// was said.
fn after_a_hang(script: &str) -> (bool, String) {
    let sandbox = Sandbox::synced();
    let bazel = hanging(&sandbox, script);
    let run = sandbox.refuse(5, &[&HANG[..], &["--bazel", &bazel]].concat(), &[]);
    let pid = fs::read_to_string(sandbox.cache.join("bazel/base/server/server.pid.txt")).unwrap();
    let pid = pid.trim();
    let is_there = pid.parse().is_ok_and(|pid| {
        // The process group of the fake Bazel is ended, and this with it, unless it left it.
        sleep(Duration::from_millis(300));
        runs(pid) && signal("-KILL", pid)
    });
    (is_there, run.said().replace(&format!("{pid:?}"), "PID"))
}

/// A shell's way to leave the process group, as a server does.
const APART: &str = "run setsid";

#[test]
fn the_server_that_hung_is_ended() {
    if find_program("setsid").is_none() {
        return;
    }
    let own = format!("{APART} $server --output_base=$base --workspace_directory=$PWD");
    let (is_there, said) = after_a_hang(&own);
    assert!(!is_there, "{said}");
    assert!(!said.contains("not ended") && said.contains("stopped"), "{said}");
    // As Bazel on Linux has it, with the time at which the server started.
    let stat = "sleep 0.2; stat=$(cat /proc/$(cat $base/server/server.pid.txt)/stat); set -- ${stat##*)}; shift 19";
    let same = format!("{own}\n{stat}; echo $1 > $base/server/server.starttime");
    assert!(!cfg!(target_os = "linux") || !after_a_hang(&same).0);
}

#[test]
fn a_process_that_is_no_server_of_this_run_is_left_alone() {
    if find_program("setsid").is_none() {
        return;
    }
    let foreign = format!("{APART} sleep 60");
    let other_base =
        format!("{APART} $server --output_base=$base-other --workspace_directory=$PWD");
    let restarted = format!(
        "{APART} $server --output_base=$base --workspace_directory=$PWD; echo 1 > $base/server/server.starttime"
    );
    let said = [&foreign, &other_base, &restarted].map(|script| {
        if script == &restarted && !cfg!(target_os = "linux") {
            return after_a_hang(&foreign).1;
        }
        let (is_there, said) = after_a_hang(script);
        assert!(is_there, "{script}: {said}");
        said
    });
    assert_snapshot!(same(said), @"
    warning: [ROOT]/cache/bazel/base/server/server.pid.txt names process PID, which is not the Bazel server that hung: it was not ended
    warning: two-books on the patched tree: expected pass, found hung
                 Bazel did not end in time and was stopped
    ! Ran        1 of 2 scenarios; not run: plain-books
      error: not as expected under Bazel 8.0.0: two-books
       hint: `patcher repro --scenario ID --verbose` shows the call of Bazel
    ");
    // Of another project's scenarios: nothing is wrong with it.
    let elsewhere = format!("{APART} $server --output_base=$base --workspace_directory=/elsewhere");
    let (is_there, said) = after_a_hang(&elsewhere);
    assert!(is_there && !said.contains("not ended"), "{said}");
    for number in ["-1", "0", "many"] {
        let (_, said) = after_a_hang(&format!("echo {number} > $base/server/server.pid.txt"));
        assert!(said.contains("names process PID, which is not"), "{said}");
    }
}

/// Runs patcher, which must not wait for what never comes.
#[track_caller]
fn refused(sandbox: &Sandbox, args: &[&str]) -> String {
    let mut command = sandbox.command(args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("patcher {args:?} waits");
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let root = sandbox.home.parent().unwrap().to_str().unwrap();
    let code = output.status.code().unwrap();
    format!("$ patcher {}\nexit code: {code}\n{}", args.join(" "), said.replace(root, "[ROOT]"))
}

#[test]
fn what_is_no_file_is_refused_by_name() {
    let pipe = |path: &Path| {
        let _ = fs::remove_file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let of_project = |file: &str, args: &[&str]| {
        let sandbox = Sandbox::synced();
        pipe(&sandbox.project.join(file));
        refused(&sandbox, args)
    };
    let sync = ["sync", "--no-repro"];
    let asks_registry = ["sync", "--no-repro", "--to", "1.1.0", "--registry", "reg"];
    let mut said = vec![
        of_project("patches/0002-docs.patch", &["check"]),
        of_project("patches/series", &["check"]),
        of_project("upstream.lock", &["check"]),
        of_project("patcher.toml", &["check"]),
        of_project(".patcher/lock", &sync),
        of_project("MODULE.bazel", &["override", "show", "MODULE.bazel"]),
        of_project("a.tar.gz", &["verify", "a.tar.gz"]),
        of_project("proposal.json", &["ci", "propose", "proposal.json"]),
        of_project("a.bazelrc", &["repro", "--bazel", "true", "--bazelrc", "a.bazelrc"]),
        of_project("a.append", &["repro", "--bazel", "true", "--module-append", "a.append"]),
        of_project("reg/modules/demo_rules/1.1.0/source.json", &asks_registry),
    ];
    let sandbox = Sandbox::synced();
    fs::remove_file(sandbox.project.join("patches/series")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", sandbox.project.join("patches/series")).unwrap();
    said.push(refused(&sandbox, &["check"]));
    assert_snapshot!(joined(said), @"
    $ patcher check
    exit code: 2
      error: patches/0002-docs.patch: is a named pipe, not a file
       hint: move it away, or restore the file from git

    $ patcher check
    exit code: 2
      error: patches/series: is a named pipe, not a file
       hint: move it away, or restore the file from git

    $ patcher check
    exit code: 2
      error: upstream.lock: is a named pipe, not a file
       hint: move it away, or restore the file from git

    $ patcher check
    exit code: 2
      error: patcher.toml: is a named pipe, not a file
       hint: move it away, or restore the file from git

    $ patcher sync --no-repro
    exit code: 30
      error: cannot open [ROOT]/project/.patcher/lock: is a named pipe, not a file

    $ patcher override show MODULE.bazel
    exit code: 2
      error: MODULE.bazel: is a named pipe, not a file
       hint: move it away, or restore the file from git

    $ patcher verify a.tar.gz
    exit code: 2
      error: [ROOT]/project/a.tar.gz: there is no such file
       hint: name an archive, its URL, or the MODULE.bazel of a consumer

    $ patcher ci propose proposal.json
    exit code: 30
      error: cannot read [ROOT]/project/proposal.json: is a named pipe, not a file
       hint: `patcher ci port --proposal FILE` writes it

    $ patcher repro --bazel true --bazelrc a.bazelrc
    exit code: 2
      error: --bazelrc: there is no file [ROOT]/project/a.bazelrc
       hint: correct --bazelrc, or leave it out

    $ patcher repro --bazel true --module-append a.append
    exit code: 2
      error: --module-append: there is no file [ROOT]/project/a.append
       hint: correct --module-append, or leave it out

    $ patcher sync --no-repro --to 1.1.0 --registry reg
    exit code: 30
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch (offset)
    + Applied    0002-docs.patch (unchanged)
      error: cannot read [ROOT]/project/reg/modules/demo_rules/1.1.0/source.json: is a named pipe, not a file

    $ patcher check
    exit code: 2
      error: patches/series: is a device, not a file
       hint: move it away, or restore the file from git
    ");
}

#[test]
fn what_stops_for_want_of_open_files_leaves_nothing_in_the_way() {
    let sandbox = Sandbox::synced();
    let publish = "publish --unverified --output out --kind archive,registry --registry reg \
                   --base-url https://example.com/a";
    let before = files_of(&sandbox.project);
    let mut failed = 0;
    for most in 5..=28 {
        let script = format!("ulimit -n {most}; exec {} {publish}", env!("CARGO_BIN_EXE_patcher"));
        if sandbox.script(&script, &BTreeMap::new()).code == Some(0) {
            break;
        }
        failed += 1;
        let now = files_of(&sandbox.project);
        let new: Vec<_> = now.keys().filter(|path| !before.contains_key(*path)).collect();
        assert!(now == before, "with {most}: {new:?}");
    }
    assert!(failed > 5, "{failed} runs failed");
    fs::remove_dir_all(sandbox.project.join("reg")).unwrap();
    // Nor does what a run left that was killed.
    sandbox.write("reg/.bazel_registry.json.patcher-new", "{");
    let args: Vec<&str> = publish.split_whitespace().collect();
    sandbox.succeed(&args);
    assert!(!sandbox.project.join("reg/.bazel_registry.json.patcher-new").exists());
}

#[test]
fn a_full_disk_is_no_success() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let sandbox = Sandbox::synced();
    let said = [
        &["status"][..],
        &["--format", "json", "status"],
        &["--format", "json", "check"],
        &["completions", "bash"],
        &["preview"],
        &["sync", "--no-repro"],
        &["review", "--releases", "1.0.0..1.0.0"],
        &["--help"],
        &["sync", "--help"],
        &["--version"],
    ]
    .map(|args| {
        let mut command = sandbox.command(args);
        let output = command.stdout(full.try_clone().unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(30), "{args:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        said[said.find("  error").unwrap()..].to_owned()
    });
    assert_snapshot!(same(said), @"
    error: cannot write to the standard output: No space left on device (os error 28)
     hint: what the command did is done: only its output is missing
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::synced();
    for args in [&["completions", "bash"][..], &["status"], &["--help"]] {
        let mut child = sandbox.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.as_mut().unwrap();
        drop(child.stdout.take());
        let status = child.wait().unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut said).unwrap();
        let is_all = said.is_empty() || said.starts_with("Finished in ");
        assert!(status.code() == Some(0) && is_all, "{args:?}: {said}");
    }
}

#[test]
fn a_working_directory_that_is_gone_is_named() {
    let sandbox = Sandbox::synced();
    let patcher = env!("CARGO_BIN_EXE_patcher");
    let script = |args: &str| {
        let script = format!("mkdir ../gone; cd ../gone; rmdir ../gone; {patcher} {args}");
        sandbox.script(&script, &BTreeMap::new())
    };
    let run = script("status");
    assert_eq!(run.code, Some(30));
    assert_snapshot!(run.said(), @"
    error: cannot read the working directory [ROOT]/gone: No such file or
           directory (os error 2)
     hint: if it was removed, change to one that is there: `cd`
    ");
    let run = script("--format json status");
    assert_eq!((run.code, run.json()["error"]["exit_code"].as_i64()), (Some(30), Some(30)));
}

#[test]
fn a_path_that_is_not_utf_8_is_refused_before_anything_is_written() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let mut sandbox = Sandbox::new();
    let odd = OsStr::from_bytes(b"n\xff");
    // Not every file system takes such a name.
    let place = sandbox.home.join(odd);
    if fs::create_dir(&place).is_err() {
        return;
    }
    let given = |args: &[&str]| {
        let output = sandbox.command(args).arg(&place).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let root = sandbox.home.to_str().unwrap();
        format!("{:?}\n{}", output.status.code(), said.replace(root, "[HOME]"))
    };
    let output = given(&[&SYNC[..], &["--output"]].concat());
    assert_snapshot!(joined([output, given(&["verify", "a.tar.gz", "--upstream"])]), @r#"
    Some(2)
      error: the path of the output directory is not UTF-8: "[HOME]/n\xFF"
       hint: name another directory

    Some(2)
      error: the path of the upstream is not UTF-8: "[HOME]/n\xFF"
       hint: rename that directory
    "#);
    fs::rename(&sandbox.project, place.join("project")).unwrap();
    sandbox.project = place.join("project");
    let files = |directory: &Path| files_of(directory).len();
    let before = files(&sandbox.home);
    let run = sandbox.patcher(&SYNC);
    std::os::unix::fs::symlink(place.join("project"), sandbox.home.join("link")).unwrap();
    sandbox.project = sandbox.home.clone();
    let linked = sandbox.patcher(&[&["--root", "link"], &SYNC[..]].concat());
    fs::rename(place.join("project"), sandbox.home.join("project")).unwrap();
    sandbox.project = sandbox.home.join("project");
    sandbox.set("PATCHER_CACHE_DIR", place.join("cache"));
    let cache = sandbox.patcher(&SYNC);
    assert_snapshot!(joined([run, linked, cache]), @r#"
    $ patcher sync --to 1.0.0 --no-repro
    exit code: 2
    --- stderr
      error: the path of the project is not UTF-8: "[ROOT]/home/n\xFF/project"
       hint: rename that directory

    $ patcher --root link sync --to 1.0.0 --no-repro
    exit code: 2
    --- stderr
      error: the path of the project is not UTF-8: "[ROOT]/home/n\xFF/project"
       hint: rename that directory

    $ patcher sync --to 1.0.0 --no-repro
    exit code: 2
    --- stderr
      error: the path of the cache is not UTF-8: "[ROOT]/home/n\xFF/cache"
       hint: set PATCHER_CACHE_DIR to another directory
    "#);
    assert!(!sandbox.cache.exists() && !place.join("cache").exists());
    assert_eq!(files(&sandbox.home), before + 1, "the link is new");
    assert!(!sandbox.project.join(".patcher").exists());
}
