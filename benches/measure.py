"""Shared by the benchmarks: Bazel on a generated workspace, and measurements of it.

The only dependencies are Python 3.9 and the Bazel that the caller names.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

# Bazel can't execute in a temporary directory.
TARGET = pathlib.Path(__file__).resolve().parent.parent / "target"
MODULE = """\
module(name = "bench")
bazel_dep(name = "platforms", version = "1.0.0")
bazel_dep(name = "rules_python", version = "2.3.2")
"""
# Without the second line, rules_python prints a warning for each test.
RC = """\
common --@rules_python//python/config_settings:precompile=enabled
common --incompatible_default_to_explicit_init_py
common --symlink_prefix=/
"""


def arguments(description, **trees):
    """The arguments of every benchmark.

    Args:
        description: the script's docstring.
        **trees: the positional arguments, directories of rules_python: name to help.
    """
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, text in trees.items():
        parser.add_argument(name, type=pathlib.Path, help=text)
    environ = os.environ.get
    paths = lambda name: [pathlib.Path(it) for it in environ(name, "").split(",") if it]
    found = shutil.which("bazelisk") or "bazel"
    parser.add_argument("--bazel", default=environ("PATCHER_BAZEL", found),
                        help="the Bazel to run (default: $PATCHER_BAZEL, or `bazelisk` or `bazel` on PATH)")
    parser.add_argument("--bazelrc", type=pathlib.Path, nargs="+", default=paths("PATCHER_BAZELRC"),
                        metavar="FILE", help="rc files; no others are read (default: $PATCHER_BAZELRC)")
    parser.add_argument("--module-append", type=pathlib.Path, nargs="+", metavar="FILE",
                        default=paths("PATCHER_MODULE_APPEND"),
                        help="files to append to the workspace's MODULE.bazel (default: $PATCHER_MODULE_APPEND)")
    parser.add_argument("--startup", nargs="+", default=[], metavar="OPTION",
                        help="Bazel's startup options, e.g. "
                        "--startup=--host_jvm_args=-XX:TieredStopAtLevel=1 for times that settle early")
    parser.add_argument("--work", type=pathlib.Path, metavar="DIR",
                        help="where the workspace and the output bases go; kept "
                        "(default: a new directory in the project's target/, removed at the end)")
    parser.add_argument("--quick", action="store_true",
                        help="a small workspace and one sample, to see that this script still works; "
                        "the numbers mean nothing")
    return parser


@contextlib.contextmanager
def work_directory(args):
    """Sets `args.work`, which is removed at the end if nobody named it."""
    if args.work:
        yield
        return
    TARGET.mkdir(exist_ok=True)
    args.work = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=TARGET))
    try:
        yield
    except BaseException:
        print("kept: {}".format(args.work), file=sys.stderr)
        raise
    # Bazel's outputs are read-only.
    for directory, _, _ in os.walk(args.work):
        os.chmod(directory, 0o755)
    shutil.rmtree(args.work)


def make_workspace(args, files):
    """Writes a workspace and returns its directory.

    Args:
        args: what `arguments()` parsed.
        files: dict of path to text.
    """
    root = (args.work / "ws").resolve()
    module = MODULE + "".join(path.read_text() for path in args.module_append)
    if args.module_append:
        # The appended text has its own modules.
        module = module.replace('bazel_dep(name = "platforms", version = "1.0.0")\n', "")
    rc = "".join(path.read_text() for path in args.bazelrc) + RC
    for path, text in {"MODULE.bazel": module, ".bazelrc": rc, **files}.items():
        path = root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    return root


class Bazel:
    """Bazel on one workspace with one tree of rules_python, and with its own server."""

    def __init__(self, args, workspace, name, tree):
        self.name = name
        self.workspace = workspace
        base = workspace.parent / ("base-" + name)
        self.startup = [
            args.bazel,
            "--nohome_rc",
            "--nosystem_rc",
            "--output_base={}".format(base),
            "--max_idle_secs=600",
            *args.startup,
        ]
        self.override = "--override_module=rules_python={}".format(tree.resolve())
        self.events = workspace.parent / "{}.events.json".format(name)
        self.log = workspace.parent / "{}.log".format(name)

    def run(self, command, *rest, may_fail=False):
        """Runs a command and returns what it printed."""
        with open(self.log, "a") as log:
            done = subprocess.run(
                [*self.startup, command, *([] if command == "shutdown" else [self.override]), *rest],
                cwd=self.workspace, stdout=subprocess.PIPE, stderr=log, text=True)
        if done.returncode and not may_fail:
            sys.exit("bazel {} failed ({}), see {}".format(command, done.returncode, self.log))
        return done.stdout

    def build(self, *rest, command="build", may_fail=False):
        """Builds, and returns the metrics of Bazel's build event protocol."""
        self.events.unlink(missing_ok=True)
        start = time.monotonic()
        self.run(command, "--color=no", "--curses=no", "--noshow_progress",
                 "--build_event_json_file={}".format(self.events), *rest,
                 may_fail=may_fail)
        return Metrics(self.events, time.monotonic() - start)

    def heap(self):
        """The server's heap after a collection, in MB."""
        text = self.run("info", "used-heap-size-after-gc").strip()
        return float(text[:-2])

    def actions(self, mnemonic, targets, *flags):
        """The actions of a mnemonic: a list of the paths of their first outputs."""
        text = self.run("aquery", "--output=jsonproto", "--noinclude_commandline", *flags,
                        'mnemonic("^{}$", deps({}))'.format(mnemonic, targets))
        graph = json.loads(text)
        fragments = {it["id"]: it for it in graph.get("pathFragments", [])}
        paths = {it["id"]: it["pathFragmentId"] for it in graph.get("artifacts", [])}

        def path(fragment):
            parts = []
            while fragment:
                parts.append(fragments[fragment]["label"])
                fragment = fragments[fragment].get("parentId")
            return "/".join(reversed(parts))

        return [path(paths[it["outputIds"][0]]) for it in graph.get("actions", [])]

    def shutdown(self):
        self.run("shutdown", may_fail=True)


class Metrics:
    """What one build cost."""

    def __init__(self, events, wall):
        metrics = {}
        self.succeeded = False
        with open(events) as lines:
            for line in lines:
                event = json.loads(line)
                if "buildMetrics" in event["id"]:
                    metrics = event["buildMetrics"]
                if "finished" in event:
                    self.succeeded = event["finished"].get("exitCode", {}).get("name") == "SUCCESS"
        timing = metrics.get("timingMetrics", {})
        actions = metrics.get("actionSummary", {})
        self.wall = wall
        self.analysis = int(timing.get("analysisPhaseTimeInMs", 0)) / 1000
        self.cpu = int(timing.get("cpuTimeInMs", 0)) / 1000
        self.configured = int(metrics.get("targetMetrics", {}).get("targetsConfigured", 0))
        self.packages_loaded = int(metrics.get("packageMetrics", {}).get("packagesLoaded", 0))
        graph = metrics.get("buildGraphMetrics", {})
        self.nodes = int(graph.get("postInvocationSkyframeNodeCount", 0))
        self.created = int(actions.get("actionsCreated", 0))
        self.executed = {
            it["mnemonic"]: int(it.get("actionsExecuted", 0))
            for it in actions.get("actionData", [])
        }


def table(rows):
    """Prints rows as a Markdown table, the first row as its head."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if not number:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def load_average():
    return "load average {:.1f}, {} processors".format(os.getloadavg()[0], os.cpu_count())
