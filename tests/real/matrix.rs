//! `patcher matrix` with what is around it in a team: the real bazelisk, a remote cache.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::Value;

use crate::common::{Sandbox, find_program, make_executable};
use crate::series::{scratch, with_bazel};
use crate::server::Server;

/// The package of npm that has bazelisk's programs.
const BAZELISK: &str = "@bazel/bazelisk@1.28.1";

/// bazelisk: on PATH, or as npm brings it.
pub(crate) fn bazelisk() -> Result<PathBuf, String> {
    if let Some(program) = find_program("bazelisk") {
        return Ok(program);
    }
    let directory = scratch().join("bazelisk");
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let program = directory.join(format!("package/bazelisk-{system}_{processor}"));
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&directory).unwrap();
    let args = ["pack", "--silent", "--fetch-retries=0", "--fetch-timeout=20000", BAZELISK];
    let packed = Command::new("npm").args(args).current_dir(&directory).output();
    let packed = packed.ok().filter(|packed| packed.status.success());
    let Some(packed) = packed else {
        return Err("no bazelisk: put it on PATH, or npm that reaches its registry".into());
    };
    let archive = String::from_utf8(packed.stdout).unwrap();
    let status =
        Command::new("tar").args(["-xf", archive.trim()]).current_dir(&directory).status().unwrap();
    assert!(status.success() && program.is_file(), "{}", program.display());
    Ok(program)
}

/// The project of the sample, for real Bazel, which needs no modules for it.
fn sample() -> Sandbox {
    let mut sandbox = Sandbox::below(&scratch());
    sandbox.sync();
    with_bazel(&mut sandbox);
    sandbox.unset("PATCHER_BAZELRC");
    sandbox.unset("PATCHER_MODULE_APPEND");
    sandbox
}

/// A server for bazelisk: the Bazel that is here, under other versions.
fn offered(directory: &Path, versions: &[&str]) -> Server {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let bazel = crate::bazel().unwrap();
    let own = std::env::var("USE_BAZEL_VERSION").unwrap_or_default();
    for version in versions {
        let path = directory.join(format!("{version}/bazel-{version}-{system}-{processor}"));
        let script = format!(
            "#!/bin/sh\n\
             if [ \"$1\" = --version ]; then echo bazel {version}; exit; fi\n\
             # The Bazel that is here may be a bazelisk, too.\n\
             unset BAZELISK_BASE_URL BAZELISK_HOME BAZELISK_SKIP_WRAPPER\n\
             USE_BAZEL_VERSION={own} exec {} \"$@\"\n",
            bazel.display()
        );
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, script).unwrap();
        make_executable(&path);
    }
    Server::of(directory)
}

pub(crate) fn bazelisk_gets_each_version() {
    let mut sandbox = sample();
    let server = offered(&sandbox.home.join("offered"), &["8.9.8", "8.9.9"]);
    sandbox.set("PATCHER_BAZEL", bazelisk().unwrap());
    sandbox.set("BAZELISK_BASE_URL", &server.url);
    sandbox.set("BAZELISK_HOME", sandbox.home.join("bazelisk"));
    let args = ["matrix", "--bazel-versions", "8.9.8,8.9.7,8.9.9", "--jobs", "1"];
    let run = sandbox.patcher(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(run.code, Some(30), "{run}");
    let document = run.json();
    let columns = document["matrix"]["bazels"].as_array().unwrap();
    let versions: Vec<Option<&str>> = columns.iter().map(|c| c["version"].as_str()).collect();
    assert_eq!(versions, [Some("8.9.8"), None, Some("8.9.9")]);
    let reason = columns[1]["not_run"].as_str().unwrap();
    assert!(reason.contains("could not download Bazel"), "{reason}");
    let cells = document["matrix"]["cells"].as_array().unwrap().iter();
    let found: Vec<String> = cells
        .filter(|cell| cell["status"] == "judged")
        .map(|cell| [&cell["bazel"], &cell["scenario"], &cell["detail"]].map(text).join(" "))
        .collect();
    assert_eq!(
        found,
        [
            "8.9.8 plain-books unchanged",
            "8.9.8 two-books fixed",
            "8.9.9 plain-books unchanged",
            "8.9.9 two-books fixed"
        ]
    );
    for version in ["8.9.8", "8.9.9"] {
        let file = format!("/{version}/bazel-{version}-");
        assert!(
            server.seen().iter().any(|line| line.starts_with(&format!("200 {file}"))),
            "{file}"
        );
    }
    assert!(server.seen().iter().any(|line| line.starts_with("404 /8.9.7/")));
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// nginx as a cache for Bazel: files that anybody may put and get.
struct Nginx {
    process: Child,
    url: String,
    directory: PathBuf,
}

pub(crate) fn nginx() -> Option<PathBuf> {
    let debians = PathBuf::from("/usr/sbin/nginx");
    find_program("nginx").or_else(|| debians.is_file().then_some(debians))
}

impl Nginx {
    fn start(directory: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("    {name}_temp_path tmp;\n"));
        // As in docs/how-to/run-the-matrix.md; without other processes, and only in its directory.
        let config = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\n{}    \
             access_log access.log;\n    client_max_body_size 0;\n    server {{\n        listen \
             127.0.0.1:{port};\n        location / {{\n            root data;\n            \
             dav_methods PUT;\n            create_full_put_path on;\n        }}\n    }}\n}}\n",
            places.concat()
        );
        fs::create_dir_all(directory.join("data")).unwrap();
        fs::write(directory.join("nginx.conf"), config).unwrap();
        let mut command = Command::new(nginx().unwrap());
        command.arg("-p").arg(directory).args(["-e", "error.log", "-c", "nginx.conf"]);
        let process = command.spawn().unwrap();
        let nginx =
            Self { process, url: format!("http://127.0.0.1:{port}"), directory: directory.into() };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return nginx;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{}", fs::read_to_string(directory.join("error.log")).unwrap_or_default());
    }

    /// How many results were put into the cache.
    fn results(&self) -> usize {
        let log = fs::read_to_string(self.directory.join("access.log")).unwrap();
        log.lines().filter(|line| line.contains("\"PUT /ac/")).count()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn a_remote_cache_has_what_another_machine_built() {
    let mut sandbox = sample();
    let nginx = Nginx::start(&sandbox.home.join("nginx"));
    let rc = sandbox.home.join("remote.bazelrc");
    fs::write(&rc, format!("build --remote_cache={}\n", nginx.url)).unwrap();
    let file = "tests/repro/plain-books/scenario.toml";
    sandbox.edit(file, "phase = \"analysis\"", "phase = \"build\"");
    let args = ["matrix", "--scenario", "plain-books", "--max-phase", "build", "--jobs", "1"];
    let args = [&args[..], &["--bazelrc", rc.to_str().unwrap(), "--format", "json"]].concat();
    // How many actions came from the cache in each call that builds: of the unpatched tree, then of
    // the patched one, which compiles the note by the same action, as the server knows by itself.
    let hits = |sandbox: &Sandbox| -> Vec<usize> {
        let document = sandbox.succeed(&args).json();
        let calls = document["matrix"]["calls"].as_array().unwrap().iter();
        let built = calls.filter(|call| !text(&call["command"]).contains("--nobuild"));
        built
            .map(|call| text(&call["log"]).matches(": 1 remote cache hit, 1 internal").count())
            .collect()
    };
    assert_eq!(hits(&sandbox), [0, 0]);
    assert_eq!(nginx.results(), 1);
    // Another machine: nothing is there but the mirror.
    sandbox.set("PATCHER_CACHE_DIR", sandbox.home.join("other-cache"));
    sandbox.sync();
    assert_eq!(hits(&sandbox), [1, 0]);
    assert_eq!(nginx.results(), 1);
}
