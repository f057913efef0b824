
use builtin;
use str;

set edit:completion:arg-completer[patcher] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'patcher'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'patcher'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand status 'Show the pin, the patches, the newest release known, and what is stale'
            cand check 'Check the series and the lock, offline: the gate for CI'
            cand export 'Write the patched tree as files, to look at or for local_path_override'
            cand repro 'Run the scenarios under real Bazel, on the unpatched and on the patched tree'
            cand matrix 'Run the scenarios on every release that is supported, and show which one is not safe'
            cand need 'Show what each patch is needed for: the scenarios on the series without it'
            cand port 'Show what becomes of each patch on other releases; writes nothing'
            cand review 'Show what a refresh really changed: the patches now against an earlier version of them'
            cand bisect 'Find the upstream commit since which a patch no longer merges, or a scenario differs'
            cand publish 'Write the archive, and for each route to a consumer what that needs'
            cand override 'Edit the override in a consumer''s MODULE.bazel, and nothing else in it'
            cand verify 'Show that an archive is what it says: from its bytes back to the registry''s, offline'
            cand sync 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock'
            cand edit 'Edit the series in a git worktree: a commit is a patch'
            cand new 'Start a new patch: a worktree, and a template for its message'
            cand drop 'Take a patch out of the series, with the evidence that it can go'
            cand nightly 'Sync to the newest release, and write down what is to be proposed: for a nightly job'
            cand propose 'Take to GitHub what `nightly` wrote down: one pull request or one issue'
            cand demo 'Show the whole job on a small ruleset that patcher carries: no network needed'
            cand completions 'Print the completions for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;status'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;check'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --archives 'Make every archive again, too: its bytes must have the locked digest'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;export'= {
            cand --release 'Another release that is supported than the newest line''s pin'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --pristine 'The release as upstream made it'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;repro'= {
            cand --scenario 'Run this scenario alone; may be given more than once'
            cand --side 'Which tree to run on'
            cand --release 'Another release that is supported than the newest line''s pin'
            cand --upstream-tests 'Run these of upstream''s own tests instead, and compare the trees: `//tests/...`'
            cand --junit 'Write a JUnit report as well'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --local-python 'Run upstream''s tests with the machine''s python3, where no interpreter can be downloaded'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;matrix'= {
            cand --releases 'The releases, as a range: ">=1.4.0, <2.0.0"; else all that are supported'
            cand --bazel-versions 'The versions of Bazel, as bazelisk takes them: 7.x,8.x,9.x; else the one that is there'
            cand --scenarios 'These scenarios alone'
            cand --scenario 'These scenarios alone'
            cand --depth 'How far Bazel goes, at most'
            cand --jobs 'How many Bazel servers work side by side, half a gigabyte of memory each'
            cand --junit 'Write a JUnit report as well: a suite for each Bazel, a case for each cell'
            cand --html 'Write a page as well: one file, to be opened in any browser'
            cand --summary 'Write a summary in Markdown as well: for $GITHUB_STEP_SUMMARY'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --fresh 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;need'= {
            cand --scenario 'Run this scenario alone; may be given more than once'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --hunks 'Leave out hunk after hunk instead of patch after patch, but for documentation and upstream''s tests'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;port'= {
            cand --to 'A release, `latest`, or a range such as `>=1.0.0, <2.0.0`; may be given more than once; else every stable release that a line is for'
            cand --accept-obsolete 'Leave this patch out where a release holds it already; may be given more than once'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;review'= {
            cand --releases 'Compare what the patches are on two releases that are supported: `2.3.1..2.3.2`'
            cand --markdown 'Write it in Markdown as well: for a pull request'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;bisect'= {
            cand --from 'Where to begin: a release, or a commit; else the line''s pin'
            cand --to 'Where to end: a release, a commit, `main`, or `latest`, the newest release'
            cand --until 'What to look for; else what becomes of the patch at the end'
            cand --scenario 'Run this scenario instead, and look for the verdict at the end'
            cand --side 'Which tree to run it on'
            cand --depth 'How far Bazel goes, at most'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --fresh 'Run it on every commit that is looked at, whatever earlier runs on this machine showed'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;publish'= {
            cand --output 'The directory to write into'
            cand --base-url 'The URL of the directory that the archive will be in: https://, http:// or file:///'
            cand --route 'Publish by these routes alone: archive, patches, single-version, git, local-path, workspace, registry, registry-patches; else `routes` of patcher.toml, or all of them'
            cand --upstream-archive 'The URL of upstream''s own archive of the release, where it is not a release on GitHub'
            cand --registry 'The directory of a registry to publish into; else `registry` in the output directory'
            cand --registry-url 'The URL of that registry; else of the output directory at the base URL'
            cand --yank 'Yank a superseded version in the registry: builds that use it stop, with the reason'
            cand --push 'Push the patched commit to this repository under the version as its tag, never by force'
            cand --release 'Another release that is supported than the newest line''s pin; or the tag of what is published'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --unverified 'Publish without a verdict; the snippets say so'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand add 'Add the override directly behind the module''s bazel_dep'
            cand update 'Bring the override up to date, in its place'
            cand remove 'Remove the module''s override, and take back what `add` did to its bazel_dep'
            cand show 'Show what the file and those that it includes say of the module'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;override;add'= {
            cand --release 'Another release that is supported than the newest line''s pin'
            cand --route 'How the module is replaced'
            cand --base-url 'The URL of the directory that the archive will be in: https://, http:// or file:///'
            cand --path 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module''s'
            cand --remote 'For `git`: the repository that has the published commit'
            cand --registry 'For `registry`: the registry that has the published version'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --check 'Write nothing; print what would change, and exit 1 if anything would'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;update'= {
            cand --release 'Another release that is supported than the newest line''s pin'
            cand --route 'How the module is replaced'
            cand --base-url 'The URL of the directory that the archive will be in: https://, http:// or file:///'
            cand --path 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module''s'
            cand --remote 'For `git`: the repository that has the published commit'
            cand --registry 'For `registry`: the registry that has the published version'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --replace 'Write the statement anew, whatever its kind and its arguments are'
            cand --check 'Write nothing; print what would change, and exit 1 if anything would'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;remove'= {
            cand --to 'Give the bazel_dep this version instead: that of a release that has the fix'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --check 'Write nothing; print what would change, and exit 1 if anything would'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;show'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;help'= {
            cand add 'Add the override directly behind the module''s bazel_dep'
            cand update 'Bring the override up to date, in its place'
            cand remove 'Remove the module''s override, and take back what `add` did to its bazel_dep'
            cand show 'Show what the file and those that it includes say of the module'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;override;help;add'= {
        }
        &'patcher;override;help;update'= {
        }
        &'patcher;override;help;remove'= {
        }
        &'patcher;override;help;show'= {
        }
        &'patcher;override;help;help'= {
        }
        &'patcher;verify'= {
            cand --upstream 'A clone of the upstream on this machine; else the mirror in the cache'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;sync'= {
            cand --upstream 'The upstream: a URL, or a clone on this machine; else the lock''s URL'
            cand --to 'Port the series to this release by three-way merge; `latest` is the newest stable one'
            cand --accept-obsolete 'Leave this patch out of a series that goes to another release, which has it already, and delete it; may be given more than once'
            cand --output 'The directory for the archive and the snippet; else `dist` in the project'
            cand --base-url 'The URL of the directory that the archive will be in: https://, http:// or file:///'
            cand --jobs 'How many Bazel servers work side by side, half a gigabyte of memory each'
            cand --registry-integrity 'What the Bazel registry says of the release''s archive, where it cannot be asked'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --dry-run 'Write nothing; tell what `--to` would do, as the text of an issue. Here it may also be `main`, which is not released yet, or `candidate`, the newest release candidate'
            cand --resolve 'Open a worktree with the conflict in it, and tell how to go on'
            cand --continue 'Take up what the worktree holds, and go on to the next patch'
            cand --skip 'Leave the patch out of the series, and go on to the next one'
            cand --recall 'Put how the same conflicts were resolved before into the worktree, to look at'
            cand --status 'Tell where the resolve stands'
            cand --abort 'Give up: remove the worktree and everything about it'
            cand --check 'Write nothing; print what would change, and exit 1 if anything would'
            cand --no-repro 'Do not run the scenarios; the lock then holds no verdict'
            cand --fresh 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;edit'= {
            cand --line 'The line: the directory of its series; else the newest'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --finish 'Write the commits as patches'
            cand --abort 'Give up: remove the worktree, and leave the patches as they were'
            cand --status 'Tell where the edit stands'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;new'= {
            cand --line 'The line: the directory of its series; else the newest'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;drop'= {
            cand --line 'The line: the directory of its series; else the newest'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --force 'Take it out whatever the scenarios say'
            cand --no-repro 'Do not run the scenarios'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;nightly'= {
            cand --upstream 'The upstream: a URL, or a clone on this machine; else the lock''s URL'
            cand --proposal 'Write what is to be proposed: for `patcher propose`'
            cand --summary 'Write it in Markdown as well: for $GITHUB_STEP_SUMMARY'
            cand --jobs 'How many Bazel servers work side by side, half a gigabyte of memory each'
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --no-repro 'Do not run the scenarios; the pull request says so'
            cand --fresh 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;propose'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;demo'= {
            cand --bazel 'The Bazel program; else `bazelisk` or `bazel` on PATH'
            cand --bazelrc 'An rc file for Bazel, which reads no other; may be given more than once'
            cand --module-append 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once'
            cand --timeout 'How long one call of Bazel may take, in seconds'
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;completions'= {
            cand --root 'The project''s directory; else the nearest one above that holds upstream.lock'
            cand --format 'How to print results'
            cand --color 'Whether to use colour'
            cand --offline 'Use no network: what was fetched before must do'
            cand -v 'Say more: the calls of other programs'
            cand --verbose 'Say more: the calls of other programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;help'= {
            cand status 'Show the pin, the patches, the newest release known, and what is stale'
            cand check 'Check the series and the lock, offline: the gate for CI'
            cand export 'Write the patched tree as files, to look at or for local_path_override'
            cand repro 'Run the scenarios under real Bazel, on the unpatched and on the patched tree'
            cand matrix 'Run the scenarios on every release that is supported, and show which one is not safe'
            cand need 'Show what each patch is needed for: the scenarios on the series without it'
            cand port 'Show what becomes of each patch on other releases; writes nothing'
            cand review 'Show what a refresh really changed: the patches now against an earlier version of them'
            cand bisect 'Find the upstream commit since which a patch no longer merges, or a scenario differs'
            cand publish 'Write the archive, and for each route to a consumer what that needs'
            cand override 'Edit the override in a consumer''s MODULE.bazel, and nothing else in it'
            cand verify 'Show that an archive is what it says: from its bytes back to the registry''s, offline'
            cand sync 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock'
            cand edit 'Edit the series in a git worktree: a commit is a patch'
            cand new 'Start a new patch: a worktree, and a template for its message'
            cand drop 'Take a patch out of the series, with the evidence that it can go'
            cand nightly 'Sync to the newest release, and write down what is to be proposed: for a nightly job'
            cand propose 'Take to GitHub what `nightly` wrote down: one pull request or one issue'
            cand demo 'Show the whole job on a small ruleset that patcher carries: no network needed'
            cand completions 'Print the completions for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;help;status'= {
        }
        &'patcher;help;check'= {
        }
        &'patcher;help;export'= {
        }
        &'patcher;help;repro'= {
        }
        &'patcher;help;matrix'= {
        }
        &'patcher;help;need'= {
        }
        &'patcher;help;port'= {
        }
        &'patcher;help;review'= {
        }
        &'patcher;help;bisect'= {
        }
        &'patcher;help;publish'= {
        }
        &'patcher;help;override'= {
            cand add 'Add the override directly behind the module''s bazel_dep'
            cand update 'Bring the override up to date, in its place'
            cand remove 'Remove the module''s override, and take back what `add` did to its bazel_dep'
            cand show 'Show what the file and those that it includes say of the module'
        }
        &'patcher;help;override;add'= {
        }
        &'patcher;help;override;update'= {
        }
        &'patcher;help;override;remove'= {
        }
        &'patcher;help;override;show'= {
        }
        &'patcher;help;verify'= {
        }
        &'patcher;help;sync'= {
        }
        &'patcher;help;edit'= {
        }
        &'patcher;help;new'= {
        }
        &'patcher;help;drop'= {
        }
        &'patcher;help;nightly'= {
        }
        &'patcher;help;propose'= {
        }
        &'patcher;help;demo'= {
        }
        &'patcher;help;completions'= {
        }
        &'patcher;help;help'= {
        }
    ]
    $completions[$command]
}
