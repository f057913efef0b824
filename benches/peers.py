"""Shared by the benchmarks of patcher itself: whole processes, alternating with those of its peers.

"cpu" is user and system time of a process and its children, the minimum of all runs; ratios are
of it. "peak" is the biggest single process.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

URL = "https://github.com/bazel-contrib/rules_python"
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What `check` requires.
TRAILERS = "Repro: none (a benchmark)\nDrop-When: the benchmark ends"

# Ports a series of commits onto tags, `git merge-tree --stdin` a patch: a line a tag, with its tree.
BATCH = """
import subprocess, sys
repo, base, tags, commits = sys.argv[1], sys.argv[2], open(sys.argv[3]).read().split(), open(sys.argv[4]).read().split()
names = [n + "^{tree}" for n in [base, *commits, *tags]]
ids = subprocess.run(["git", "-C", repo, "rev-parse", *names], check=True, capture_output=True, text=True).stdout.split()
base, series, cur = ids[0], ids[1:1 + len(commits)], dict(zip(tags, ids[1 + len(commits):]))
live, out = list(tags), {}
for s in series:
    query = "".join("%s -- %s %s\\n" % (base, cur[t], s) for t in live)
    answer = subprocess.run(["git", "-C", repo, "merge-tree", "--write-tree", "--stdin", "--no-messages"],
                            input=query.encode(), check=True, capture_output=True).stdout
    fields, keep = iter(answer.decode().split("\\0")), []
    for t in live:
        clean, tree = next(fields), next(fields)
        while next(fields): pass
        if clean == "1":
            cur[t] = tree
            keep.append(t)
        else:
            out[t] = "fail"
    base, live = s, keep
for t in tags: print(t, out.get(t) or cur[t])
"""


def environment(work):
    """An environment without the user's git configuration and patcher settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PATCHER_", "QUILT"))}
    who = {"NAME": "A U Thor", "EMAIL": "author@example.com", "DATE": "1700000000 +0000"}
    for role in ("AUTHOR", "COMMITTER"):
        kept.update({"GIT_{}_{}".format(role, k): v for k, v in who.items()})
    return {
        **kept, "HOME": work, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC",
        "PATCHER_CACHE_DIR": os.path.join(work, "cache"), "QUILTRC": "/dev/null",
    }


class Bench:
    def __init__(self, args, work):
        self.args, self.work, self.env = args, work, environment(work)
        self.figures, self.missing = {}, []
        self.time = shutil.which("time")

    def git(self, *args, **more):
        return subprocess.run(
            ["git", *args], check=True, env=self.env, capture_output=True, text=True, **more).stdout

    def path(self, *names):
        return os.path.join(self.work, *names)

    def measure(self, command):
        """Wall and processor seconds and the peak of one run, in KiB; its exit code and output."""
        peak = self.path("peak")
        if self.time:
            # The peak that the kernel keeps for a child of this process is never below this
            # process's own.
            command = [self.time, "--format=%M", "--output=" + peak, "--quiet", *command]
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            process = subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            peak_kib = 0
            if self.time:
                with open(peak) as f:
                    peak_kib = int(f.read().split()[-1])
            return wall, usage.ru_utime + usage.ru_stime, peak_kib, process.returncode, out.read()

    def table(self, name, cases, rounds=None, codes=(0,)):
        """Runs cases alternately: (name, command, prepare, slow). Returns each case's last output.

        What ends with another exit code than these did not do what is measured.
        """
        runs, outputs = {case[0]: [] for case in cases}, {}
        rounds = rounds or self.args.rounds
        for turn in range(rounds):
            for case, command, prepare, is_slow in cases:
                if is_slow and turn >= max(1, rounds // 5):
                    continue
                if prepare:
                    prepare()
                wall, cpu, peak, code, outputs[case] = self.measure(command)
                if code not in codes:
                    sys.exit("{}: {} ended with exit code {}".format(name, case, code))
                runs[case].append((wall, cpu, peak))
        rows = {}
        for case, found in runs.items():
            walls, cpus, peaks = zip(*found)
            rows[case] = {
                "runs": len(found), "wall_median": statistics.median(walls), "wall_min": min(walls),
                "cpu_min": min(cpus), "peak_kib": max(peaks),
            }
        self.figures[name] = rows
        own = rows[cases[0][0]]
        print("\n{}\n{:<26} {:>10} {:>10} {:>10} {:>9} {:>8} {:>8}".format(
            name, "case", "cpu ms", "min ms", "median ms", "peak MiB", "cpu x", "wall x"))
        for case, row in rows.items():
            print("{:<26} {:>10.1f} {:>10.1f} {:>10.1f} {:>9.1f} {:>8.1f} {:>8.1f}".format(
                case, row["cpu_min"] * 1e3, row["wall_min"] * 1e3, row["wall_median"] * 1e3,
                row["peak_kib"] / 1024, row["cpu_min"] / own["cpu_min"], row["wall_min"] / own["wall_min"]))
        sys.stdout.flush()
        return outputs

    def write(self, name):
        """Writes the figures as JSON into the project's target/, or where --json says."""
        path = os.path.abspath(self.args.json or os.path.join(HERE, "target", name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            json.dump(self.figures, f, indent=1)


def arguments(description, rounds):
    """The arguments of every benchmark, with so many rounds if nothing else is said."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patcher", default=os.path.join(HERE, "target", "release", "patcher"))
    parser.add_argument("--rounds", type=int, help="(default: {})".format(rounds))
    parser.add_argument("--quick", action="store_true",
                        help="one round on small inputs, to see that this script still works; "
                        "the numbers mean nothing")
    parser.add_argument("--work", help="keep the work in this directory, which must not exist")
    parser.add_argument("--json", metavar="FILE", help="write the figures there (default: into target/)")
    parser.set_defaults(default_rounds=rounds)
    return parser


@contextlib.contextmanager
def bench(args):
    """A `Bench` in a directory that is removed at the end if nobody named it."""
    args.patcher = os.path.abspath(args.patcher)
    args.rounds = args.rounds or (1 if args.quick else args.default_rounds)
    work = os.path.abspath(args.work) if args.work else tempfile.mkdtemp(prefix="patcher-bench-")
    os.makedirs(work, exist_ok=True)
    try:
        yield Bench(args, work)
    finally:
        if not args.work:
            shutil.rmtree(work, ignore_errors=True)


def write_project(project, releases=None):
    """The settings and the list of a series of all patches there are; with the range of its releases.

    Returns the patches' paths.
    """
    directory = os.path.join(project, "patches")
    names = sorted(n for n in os.listdir(directory) if n.endswith(".patch"))
    with open(os.path.join(directory, "series"), "w") as f:
        f.writelines(n + "\n" for n in names)
    with open(os.path.join(project, "patcher.toml"), "w") as f:
        f.write('upstream = "{}"\n'.format(URL))
        if releases:
            f.write('routes = ["archive"]\n\n[[series]]\npatches = "patches"\nreleases = "{}"\n'.format(releases))
    return [os.path.join(directory, n) for n in names]


def sync(bench, project, upstream, *options):
    """Syncs a project without Bazel."""
    done = subprocess.run(
        [bench.args.patcher, "--root", project, "sync", "--no-repro", "--upstream", upstream, *options],
        env=bench.env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-2000:])


def write_upstream(bench, name, commits):
    """A bare repository of commits, oldest first: (tag or None, {path: text, or None to delete}).

    The dates are fixed, so the ids are the same everywhere.
    """
    path, stream = bench.path(name), []
    for number, (tag, files) in enumerate(commits, 1):
        message = "Commit {}".format(number)
        stream.append("commit refs/heads/main\ncommitter A U Thor <author@example.com> {} +0000\n"
                      "data {}\n{}\n".format(1600000000 + 3600 * number, len(message), message))
        for file, text in files.items():
            if text is None:
                stream.append("D {}\n".format(file))
            else:
                stream.append("M 100644 inline {}\ndata {}\n{}\n".format(file, len(text.encode()), text))
        if tag:
            stream.append("reset refs/tags/{}\nfrom refs/heads/main\n\n".format(tag))
    bench.git("init", "-q", "--bare", "-b", "main", path)
    bench.git("-C", path, "fast-import", "--quiet", input="".join(stream))
    return path
