# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_patcher_global_optspecs
    string join \n root= offline format= color= v/verbose h/help V/version
end

function __fish_patcher_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_patcher_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_patcher_using_subcommand
    set -l cmd (__fish_patcher_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c patcher -n "__fish_patcher_needs_command" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_needs_command" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_needs_command" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_needs_command" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_needs_command" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_needs_command" -s V -l version -d 'Print version'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "status" -d 'Show the pin, the patches, the newest release known, and what is stale'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "check" -d 'Check the series and the lock, offline: the gate for CI'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "export" -d 'Write the patched tree as files, to look at or for local_path_override'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "repro" -d 'Run the scenarios under real Bazel, on the unpatched and on the patched tree'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "matrix" -d 'Run the scenarios on every release that is supported, and show which one is not safe'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "need" -d 'Show what each patch is needed for: the scenarios on the series without it'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "port" -d 'Show what becomes of each patch on other releases; writes nothing'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "review" -d 'Show what a refresh really changed: the patches now against an earlier version of them'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "bisect" -d 'Find the upstream commit since which a patch no longer merges, or a scenario differs'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "publish" -d 'Write the archive, and for each route to a consumer what that needs'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "override" -d 'Edit the override in a consumer\'s MODULE.bazel, and nothing else in it'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "verify" -d 'Show that an archive is what it says: from its bytes back to the registry\'s, offline'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "sync" -d 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "edit" -d 'Edit the series in a git worktree: a commit is a patch'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "new" -d 'Start a new patch: a worktree, and a template for its message'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "drop" -d 'Take a patch out of the series, with the evidence that it can go'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "nightly" -d 'Sync to the newest release, and write down what is to be proposed: for a nightly job'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "propose" -d 'Take to GitHub what `nightly` wrote down: one pull request or one issue'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "demo" -d 'Show the whole job on a small ruleset that patcher carries: no network needed'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand status" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand status" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand status" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand status" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand check" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand check" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand check" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand check" -l archives -d 'Make every archive again, too: its bytes must have the locked digest'
complete -c patcher -n "__fish_patcher_using_subcommand check" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand export" -l release -d 'Another release that is supported than the newest line\'s pin' -r
complete -c patcher -n "__fish_patcher_using_subcommand export" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand export" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand export" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand export" -l pristine -d 'The release as upstream made it'
complete -c patcher -n "__fish_patcher_using_subcommand export" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l scenario -d 'Run this scenario alone; may be given more than once' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l side -d 'Which tree to run on' -r -f -a "pristine\t'As upstream made it'
patched\t'With the series applied'
both\t'Both'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l release -d 'Another release that is supported than the newest line\'s pin' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l upstream-tests -d 'Run these of upstream\'s own tests instead, and compare the trees: `//tests/...`' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l junit -d 'Write a JUnit report as well' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l local-python -d 'Run upstream\'s tests with the machine\'s python3, where no interpreter can be downloaded'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l releases -d 'The releases, as a range: ">=1.4.0, <2.0.0"; else all that are supported' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazel-versions -d 'The versions of Bazel, as bazelisk takes them: 7.x,8.x,9.x; else the one that is there' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l scenarios -l scenario -d 'These scenarios alone' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l depth -d 'How far Bazel goes, at most' -r -f -a "analysis\t'Loading and analysis: where actions conflict. What compares both trees does not run'
build\t'As far as each scenario asks, but no test runs'
test\t'As far as each scenario asks, and all that it compares and counts'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l jobs -d 'How many Bazel servers work side by side, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l junit -d 'Write a JUnit report as well: a suite for each Bazel, a case for each cell' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l html -d 'Write a page as well: one file, to be opened in any browser' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l summary -d 'Write a summary in Markdown as well: for $GITHUB_STEP_SUMMARY' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l fresh -d 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand need" -l scenario -d 'Run this scenario alone; may be given more than once' -r
complete -c patcher -n "__fish_patcher_using_subcommand need" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand need" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand need" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand need" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand need" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand need" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand need" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand need" -l hunks -d 'Leave out hunk after hunk instead of patch after patch, but for documentation and upstream\'s tests'
complete -c patcher -n "__fish_patcher_using_subcommand need" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand need" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand need" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand port" -l to -d 'A release, `latest`, or a range such as `>=1.0.0, <2.0.0`; may be given more than once; else every stable release that a line is for' -r
complete -c patcher -n "__fish_patcher_using_subcommand port" -l accept-obsolete -d 'Leave this patch out where a release holds it already; may be given more than once' -r
complete -c patcher -n "__fish_patcher_using_subcommand port" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand port" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand port" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand port" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand port" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand review" -l releases -d 'Compare what the patches are on two releases that are supported: `2.3.1..2.3.2`' -r
complete -c patcher -n "__fish_patcher_using_subcommand review" -l markdown -d 'Write it in Markdown as well: for a pull request' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand review" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand review" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand review" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand review" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand review" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l from -d 'Where to begin: a release, or a commit; else the line\'s pin' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l to -d 'Where to end: a release, a commit, `main`, or `latest`, the newest release' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l until -d 'What to look for; else what becomes of the patch at the end' -r -f -a "inexact\t'It does not apply as it is: at other lines, or among others'
merged\t'It merges, and is another change than at the pin; or worse'
obsolete\t'Upstream has it already'
conflict\t'It does not merge'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l scenario -d 'Run this scenario instead, and look for the verdict at the end' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l side -d 'Which tree to run it on' -r -f -a "pristine\t'As upstream made it'
patched\t'With the series merged onto it'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l depth -d 'How far Bazel goes, at most' -r -f -a "analysis\t'Loading and analysis: where actions conflict. What compares both trees does not run'
build\t'As far as each scenario asks, but no test runs'
test\t'As far as each scenario asks, and all that it compares and counts'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l fresh -d 'Run it on every commit that is looked at, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l output -d 'The directory to write into' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l base-url -d 'The URL of the directory that the archive will be in: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l route -d 'Publish by these routes alone: archive, patches, single-version, git, local-path, workspace, registry, registry-patches; else `routes` of patcher.toml, or all of them' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l upstream-archive -d 'The URL of upstream\'s own archive of the release, where it is not a release on GitHub' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l registry -d 'The directory of a registry to publish into; else `registry` in the output directory' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l registry-url -d 'The URL of that registry; else of the output directory at the base URL' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l yank -d 'Yank a superseded version in the registry: builds that use it stop, with the reason' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l push -d 'Push the patched commit to this repository under the version as its tag, never by force' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l release -d 'Another release that is supported than the newest line\'s pin; or the tag of what is published' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l unverified -d 'Publish without a verdict; the snippets say so'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "add" -d 'Add the override directly behind the module\'s bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "update" -d 'Bring the override up to date, in its place'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "remove" -d 'Remove the module\'s override, and take back what `add` did to its bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "show" -d 'Show what the file and those that it includes say of the module'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l release -d 'Another release that is supported than the newest line\'s pin' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l route -d 'How the module is replaced' -r -f -a "archive\t'archive_override: the published archive'
git\t'git_override: the published commit'
local-path\t'local_path_override: a directory, as `patcher export` writes it'
registry\t'single_version_override: the published version, of a registry'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l base-url -d 'The URL of the directory that the archive will be in: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l path -d 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module\'s' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l remote -d 'For `git`: the repository that has the published commit' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l registry -d 'For `registry`: the registry that has the published version' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l check -d 'Write nothing; print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l release -d 'Another release that is supported than the newest line\'s pin' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l route -d 'How the module is replaced' -r -f -a "archive\t'archive_override: the published archive'
git\t'git_override: the published commit'
local-path\t'local_path_override: a directory, as `patcher export` writes it'
registry\t'single_version_override: the published version, of a registry'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l base-url -d 'The URL of the directory that the archive will be in: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l path -d 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module\'s' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l remote -d 'For `git`: the repository that has the published commit' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l registry -d 'For `registry`: the registry that has the published version' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l replace -d 'Write the statement anew, whatever its kind and its arguments are'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l check -d 'Write nothing; print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l to -d 'Give the bazel_dep this version instead: that of a release that has the fix' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l check -d 'Write nothing; print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add the override directly behind the module\'s bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "update" -d 'Bring the override up to date, in its place'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove the module\'s override, and take back what `add` did to its bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what the file and those that it includes say of the module'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l upstream -d 'A clone of the upstream on this machine; else the mirror in the cache' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l upstream -d 'The upstream: a URL, or a clone on this machine; else the lock\'s URL' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l to -d 'Port the series to this release by three-way merge; `latest` is the newest stable one' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l accept-obsolete -d 'Leave this patch out of a series that goes to another release, which has it already, and delete it; may be given more than once' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l output -d 'The directory for the archive and the snippet; else `dist` in the project' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l base-url -d 'The URL of the directory that the archive will be in: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l jobs -d 'How many Bazel servers work side by side, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l registry-integrity -d 'What the Bazel registry says of the release\'s archive, where it cannot be asked' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l dry-run -d 'Write nothing; tell what `--to` would do, as the text of an issue. Here it may also be `main`, which is not released yet, or `candidate`, the newest release candidate'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l resolve -d 'Open a worktree with the conflict in it, and tell how to go on'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l continue -d 'Take up what the worktree holds, and go on to the next patch'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l skip -d 'Leave the patch out of the series, and go on to the next one'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l recall -d 'Put how the same conflicts were resolved before into the worktree, to look at'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l status -d 'Tell where the resolve stands'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l abort -d 'Give up: remove the worktree and everything about it'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l check -d 'Write nothing; print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l no-repro -d 'Do not run the scenarios; the lock then holds no verdict'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l fresh -d 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l line -d 'The line: the directory of its series; else the newest' -r
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l finish -d 'Write the commits as patches'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l abort -d 'Give up: remove the worktree, and leave the patches as they were'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l status -d 'Tell where the edit stands'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand new" -l line -d 'The line: the directory of its series; else the newest' -r
complete -c patcher -n "__fish_patcher_using_subcommand new" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand new" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand new" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand new" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand new" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l line -d 'The line: the directory of its series; else the newest' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l force -d 'Take it out whatever the scenarios say'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l no-repro -d 'Do not run the scenarios'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l upstream -d 'The upstream: a URL, or a clone on this machine; else the lock\'s URL' -r
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l proposal -d 'Write what is to be proposed: for `patcher propose`' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l summary -d 'Write it in Markdown as well: for $GITHUB_STEP_SUMMARY' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l jobs -d 'How many Bazel servers work side by side, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l no-repro -d 'Do not run the scenarios; the pull request says so'
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l fresh -d 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too'
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand nightly" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand propose" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand propose" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand propose" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand propose" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand propose" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand propose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l bazel -d 'The Bazel program; else `bazelisk` or `bazel` on PATH' -r
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l bazelrc -d 'An rc file for Bazel, which reads no other; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l module-append -d 'A file to append to the MODULE.bazel of the scenarios or of upstream\'s tests; may be given more than once' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l timeout -d 'How long one call of Bazel may take, in seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l root -d 'The project\'s directory; else the nearest one above that holds upstream.lock' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l format -d 'How to print results' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l color -d 'Whether to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l offline -d 'Use no network: what was fetched before must do'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s v -l verbose -d 'Say more: the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "status" -d 'Show the pin, the patches, the newest release known, and what is stale'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "check" -d 'Check the series and the lock, offline: the gate for CI'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "export" -d 'Write the patched tree as files, to look at or for local_path_override'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "repro" -d 'Run the scenarios under real Bazel, on the unpatched and on the patched tree'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "matrix" -d 'Run the scenarios on every release that is supported, and show which one is not safe'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "need" -d 'Show what each patch is needed for: the scenarios on the series without it'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "port" -d 'Show what becomes of each patch on other releases; writes nothing'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "review" -d 'Show what a refresh really changed: the patches now against an earlier version of them'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "bisect" -d 'Find the upstream commit since which a patch no longer merges, or a scenario differs'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "publish" -d 'Write the archive, and for each route to a consumer what that needs'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "override" -d 'Edit the override in a consumer\'s MODULE.bazel, and nothing else in it'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "verify" -d 'Show that an archive is what it says: from its bytes back to the registry\'s, offline'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "sync" -d 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "edit" -d 'Edit the series in a git worktree: a commit is a patch'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "new" -d 'Start a new patch: a worktree, and a template for its message'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "drop" -d 'Take a patch out of the series, with the evidence that it can go'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "nightly" -d 'Sync to the newest release, and write down what is to be proposed: for a nightly job'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "propose" -d 'Take to GitHub what `nightly` wrote down: one pull request or one issue'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "demo" -d 'Show the whole job on a small ruleset that patcher carries: no network needed'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "completions" -d 'Print the completions for a shell'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from status check export repro matrix need port review bisect publish override verify sync edit new drop nightly propose demo completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "add" -d 'Add the override directly behind the module\'s bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "update" -d 'Bring the override up to date, in its place'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "remove" -d 'Remove the module\'s override, and take back what `add` did to its bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "show" -d 'Show what the file and those that it includes say of the module'
