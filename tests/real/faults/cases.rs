//! The commands that write, and the work that they find.

/// A command, as it is typed in the project.
pub(super) struct Case {
    pub(super) command: &'static str,
    /// What comes before it.
    pub(super) prepare: &'static str,
    /// What the message of an interrupted run names, if that is not the same command.
    pub(super) way_out: &'static str,
    /// What the table says of it besides.
    pub(super) note: &'static str,
}

impl Case {
    /// A command that finds nothing special, and that is its own way out.
    const fn of(command: &'static str) -> Self {
        Self { command, prepare: "", way_out: "", note: "" }
    }

    const fn after(self, prepare: &'static str) -> Self {
        Self { prepare, ..self }
    }

    const fn or_else(self, way_out: &'static str) -> Self {
        Self { way_out, ..self }
    }

    const fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

pub(super) const CASES: &[Case] = &[
    Case::of("sync --no-repro").after(IN_GIT),
    Case::of("sync --no-repro --upstream ../upstream.git").after(WITHOUT_CACHE).noted(", no cache"),
    Case::of("sync --bazel ../home/fake-bazel").after(IN_GIT),
    Case::of("sync --no-repro --to 1.1.0"),
    Case::of("edit").or_else("patcher abort; patcher edit"),
    Case::of("continue").after(COMMITTED),
    Case::of("abort").after(COMMITTED),
    Case::of("new 'fix: something'").or_else("patcher abort; patcher new 'fix: something'"),
    Case::of("drop 2 --force --no-repro"),
    Case::of("sync --no-repro --to 2.0.0 --resolve")
        .or_else("patcher abort; patcher sync --no-repro --to 2.0.0 --resolve"),
    Case::of("continue --no-repro").after(RESOLVED).or_else(
        "find $PATCHER_CACHE_DIR/work -name '*.lock' -delete; patcher continue --no-repro",
    ),
    Case::of("abort -v").after(RESOLVED),
    Case::of("skip --no-repro").after(STOPPED).or_else("patcher continue --no-repro"),
    Case::of("ci port --no-repro --proposal proposal.json --summary summary.md").after(IN_GIT),
    // A lock that the remote's own git left, whoever has the remote removes: git says so.
    Case::of("ci propose ../home/proposal.json").after(PROPOSED).or_else(
        "find ../home/origin.git -name '*.lock' -delete; patcher ci propose ../home/proposal.json",
    ),
    Case::of(
        "publish --unverified --output out --kind archive,registry --registry reg \
         --base-url https://example.com/a",
    ),
    Case::of("publish --unverified --output out --kind git --push ../home/fork.git")
        .after("git init -q --bare ../home/fork.git")
        .or_else(
            "find ../home/fork.git -name '*.lock' -delete; \
             patcher publish --unverified --output out --kind git --push ../home/fork.git",
        ),
    Case::of("override add app/MODULE.bazel").after(CONSUMER),
    Case::of("override update app/MODULE.bazel --base-url https://example.com/b").after(OVERRIDDEN),
    Case::of("override remove app/MODULE.bazel").after(OVERRIDDEN),
    Case::of("export out").or_else("rm -r out; patcher export out"),
    Case::of("demo shown"),
    Case::of("init own"),
    Case::of("init --upstream ../upstream.git other"),
    Case::of("review --markdown page.md").after(IN_GIT),
    Case::of("preview latest --markdown issue.md"),
    Case::of("repro --bazel ../home/fake-bazel --junit junit.xml"),
    Case::of(
        "matrix --bazel ../home/fake-bazel --json matrix.json --html matrix.html --summary summary.md",
    ),
    Case::of("completions bash --install"),
];

/// A person's change of a patch.
const IN_GIT: &str = "git init -q; git add -A; git commit -qm first; \
                      sed -i 's/The issue is/This issue is/' patches/0002-docs.patch";

const WITHOUT_CACHE: &str = "rm -rf $PATCHER_CACHE_DIR; \
                             sed -i 's/The issue is/This issue is/' patches/0002-docs.patch";

const COMMITTED: &str = "patcher edit; cd $PATCHER_CACHE_DIR/work/*/demo_rules-1.0.0; \
                         echo more >> README.md; git commit -qa --amend --no-edit; \
                         echo more >> notes.bzl; git commit -qam 'docs: more notes'";

const RESOLVED: &str = "patcher sync --no-repro --to 2.0.0 --resolve || true; \
                        cd $PATCHER_CACHE_DIR/work/*/demo_rules-2.0.0; \
                        echo 'Books may share notes.' >> README.md; sed -i '/^[<=|>]\\{7\\}/d' README.md; \
                        git add README.md";

const STOPPED: &str = "patcher sync --no-repro --to 2.0.0 --resolve || true";

/// The release 1.1.0 was ported, and what came of it is to be proposed from another checkout.
const PROPOSED: &str = "git -C ../upstream.git tag -d 2.0.0 > /dev/null; git init -q -b main; git add -A; git commit -qm first; \
                        git init -q --bare ../home/origin.git; \
                        git remote add origin ../home/origin.git; git push -q origin main; \
                        patcher ci port --no-repro --proposal ../home/proposal.json; \
                        git checkout -q .";

const CONSUMER: &str = "mkdir app; echo 'bazel_dep(name = \"demo_rules\", version = \"1.0.0\")' > app/MODULE.bazel; \
                        sed -i '1i base-url = \"https://example.com/a\"' patcher.toml";

const OVERRIDDEN: &str = "mkdir app; echo 'bazel_dep(name = \"demo_rules\", version = \"1.0.0\")' > app/MODULE.bazel; \
                          patcher override add app/MODULE.bazel --base-url https://example.com/a";

/// The program `gh`, which knows one pull request.
pub(super) const GH: &str = r#"#!/bin/sh
set -e
post=$HOME/pull-request
new=$PATCHER_CACHE_DIR/pull-request
case "$1 $2 $3 $6" in
"api --paginate "*)
  if test -e $post; then
    printf '[{"number":1,"state":"open",%s,"pull_request":{"merged_at":null}}]' "$(cat $post)"
  else
    echo '[]'
  fi
  ;;
"api --method POST "*/pulls)
  sed 's/^{//; s/}$//' > $new
  sync $new
  mv $new $post
  echo '{"number":1}'
  ;;
"api --method POST "*/labels) cat > /dev/null; echo '[]' ;;
*) echo "gh $*?" >&2; exit 1 ;;
esac
"#;
