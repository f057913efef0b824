
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'patcher' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'patcher'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'patcher' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the pin, the patches, the newest release known, and what is stale')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the series and the lock, offline: the gate for CI')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the patched tree as files, to look at or for local_path_override')
            [CompletionResult]::new('repro', 'repro', [CompletionResultType]::ParameterValue, 'Run the scenarios under real Bazel, on the unpatched and on the patched tree')
            [CompletionResult]::new('matrix', 'matrix', [CompletionResultType]::ParameterValue, 'Run the scenarios on every release that is supported, and show which one is not safe')
            [CompletionResult]::new('need', 'need', [CompletionResultType]::ParameterValue, 'Show what each patch is needed for: the scenarios on the series without it')
            [CompletionResult]::new('port', 'port', [CompletionResultType]::ParameterValue, 'Show what becomes of each patch on other releases; writes nothing')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Show what a refresh really changed: the patches now against an earlier version of them')
            [CompletionResult]::new('bisect', 'bisect', [CompletionResultType]::ParameterValue, 'Find the upstream commit since which a patch no longer merges, or a scenario differs')
            [CompletionResult]::new('publish', 'publish', [CompletionResultType]::ParameterValue, 'Write the archive, and for each route to a consumer what that needs')
            [CompletionResult]::new('override', 'override', [CompletionResultType]::ParameterValue, 'Edit the override in a consumer''s MODULE.bazel, and nothing else in it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Show that an archive is what it says: from its bytes back to the registry''s, offline')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit the series in a git worktree: a commit is a patch')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Start a new patch: a worktree, and a template for its message')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Take a patch out of the series, with the evidence that it can go')
            [CompletionResult]::new('nightly', 'nightly', [CompletionResultType]::ParameterValue, 'Sync to the newest release, and write down what is to be proposed: for a nightly job')
            [CompletionResult]::new('propose', 'propose', [CompletionResultType]::ParameterValue, 'Take to GitHub what `nightly` wrote down: one pull request or one issue')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the whole job on a small ruleset that patcher carries: no network needed')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;status' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;check' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Make every archive again, too: its bytes must have the locked digest')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;export' {
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Another release that is supported than the newest line''s pin')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--pristine', '--pristine', [CompletionResultType]::ParameterName, 'The release as upstream made it')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;repro' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run this scenario alone; may be given more than once')
            [CompletionResult]::new('--side', '--side', [CompletionResultType]::ParameterName, 'Which tree to run on')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Another release that is supported than the newest line''s pin')
            [CompletionResult]::new('--upstream-tests', '--upstream-tests', [CompletionResultType]::ParameterName, 'Run these of upstream''s own tests instead, and compare the trees: `//tests/...`')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write a JUnit report as well')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--local-python', '--local-python', [CompletionResultType]::ParameterName, 'Run upstream''s tests with the machine''s python3, where no interpreter can be downloaded')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;matrix' {
            [CompletionResult]::new('--releases', '--releases', [CompletionResultType]::ParameterName, 'The releases, as a range: ">=1.4.0, <2.0.0"; else all that are supported')
            [CompletionResult]::new('--bazel-versions', '--bazel-versions', [CompletionResultType]::ParameterName, 'The versions of Bazel, as bazelisk takes them: 7.x,8.x,9.x; else the one that is there')
            [CompletionResult]::new('--scenarios', '--scenarios', [CompletionResultType]::ParameterName, 'These scenarios alone')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'These scenarios alone')
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'How far Bazel goes, at most')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many Bazel servers work side by side, half a gigabyte of memory each')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write a JUnit report as well: a suite for each Bazel, a case for each cell')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a page as well: one file, to be opened in any browser')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Write a summary in Markdown as well: for $GITHUB_STEP_SUMMARY')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;need' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run this scenario alone; may be given more than once')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--hunks', '--hunks', [CompletionResultType]::ParameterName, 'Leave out hunk after hunk instead of patch after patch, but for documentation and upstream''s tests')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;port' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'A release, `latest`, or a range such as `>=1.0.0, <2.0.0`; may be given more than once; else every stable release that a line is for')
            [CompletionResult]::new('--accept-obsolete', '--accept-obsolete', [CompletionResultType]::ParameterName, 'Leave this patch out where a release holds it already; may be given more than once')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;review' {
            [CompletionResult]::new('--releases', '--releases', [CompletionResultType]::ParameterName, 'Compare what the patches are on two releases that are supported: `2.3.1..2.3.2`')
            [CompletionResult]::new('--markdown', '--markdown', [CompletionResultType]::ParameterName, 'Write it in Markdown as well: for a pull request')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;bisect' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to begin: a release, or a commit; else the line''s pin')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Where to end: a release, a commit, `main`, or `latest`, the newest release')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'What to look for; else what becomes of the patch at the end')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run this scenario instead, and look for the verdict at the end')
            [CompletionResult]::new('--side', '--side', [CompletionResultType]::ParameterName, 'Which tree to run it on')
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'How far Bazel goes, at most')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Run it on every commit that is looked at, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;publish' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The directory to write into')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'The URL of the directory that the archive will be in: https://, http:// or file:///')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'Publish by these routes alone: archive, patches, single-version, git, local-path, workspace, registry, registry-patches; else `routes` of patcher.toml, or all of them')
            [CompletionResult]::new('--upstream-archive', '--upstream-archive', [CompletionResultType]::ParameterName, 'The URL of upstream''s own archive of the release, where it is not a release on GitHub')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'The directory of a registry to publish into; else `registry` in the output directory')
            [CompletionResult]::new('--registry-url', '--registry-url', [CompletionResultType]::ParameterName, 'The URL of that registry; else of the output directory at the base URL')
            [CompletionResult]::new('--yank', '--yank', [CompletionResultType]::ParameterName, 'Yank a superseded version in the registry: builds that use it stop, with the reason')
            [CompletionResult]::new('--push', '--push', [CompletionResultType]::ParameterName, 'Push the patched commit to this repository under the version as its tag, never by force')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Another release that is supported than the newest line''s pin; or the tag of what is published')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--unverified', '--unverified', [CompletionResultType]::ParameterName, 'Publish without a verdict; the snippets say so')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override directly behind the module''s bazel_dep')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date, in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the module''s override, and take back what `add` did to its bazel_dep')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what the file and those that it includes say of the module')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;override;add' {
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Another release that is supported than the newest line''s pin')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How the module is replaced')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'The URL of the directory that the archive will be in: https://, http:// or file:///')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module''s')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'For `git`: the repository that has the published commit')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'For `registry`: the registry that has the published version')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;update' {
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Another release that is supported than the newest line''s pin')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How the module is replaced')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'The URL of the directory that the archive will be in: https://, http:// or file:///')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'For `local-path`: the directory of the patched tree, as Bazel finds it from the root module''s')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'For `git`: the repository that has the published commit')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'For `registry`: the registry that has the published version')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Write the statement anew, whatever its kind and its arguments are')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;remove' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Give the bazel_dep this version instead: that of a release that has the fix')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;show' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override directly behind the module''s bazel_dep')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date, in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the module''s override, and take back what `add` did to its bazel_dep')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what the file and those that it includes say of the module')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;override;help;add' {
            break
        }
        'patcher;override;help;update' {
            break
        }
        'patcher;override;help;remove' {
            break
        }
        'patcher;override;help;show' {
            break
        }
        'patcher;override;help;help' {
            break
        }
        'patcher;verify' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'A clone of the upstream on this machine; else the mirror in the cache')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;sync' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'The upstream: a URL, or a clone on this machine; else the lock''s URL')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Port the series to this release by three-way merge; `latest` is the newest stable one')
            [CompletionResult]::new('--accept-obsolete', '--accept-obsolete', [CompletionResultType]::ParameterName, 'Leave this patch out of a series that goes to another release, which has it already, and delete it; may be given more than once')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The directory for the archive and the snippet; else `dist` in the project')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'The URL of the directory that the archive will be in: https://, http:// or file:///')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many Bazel servers work side by side, half a gigabyte of memory each')
            [CompletionResult]::new('--registry-integrity', '--registry-integrity', [CompletionResultType]::ParameterName, 'What the Bazel registry says of the release''s archive, where it cannot be asked')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing; tell what `--to` would do, as the text of an issue. Here it may also be `main`, which is not released yet, or `candidate`, the newest release candidate')
            [CompletionResult]::new('--resolve', '--resolve', [CompletionResultType]::ParameterName, 'Open a worktree with the conflict in it, and tell how to go on')
            [CompletionResult]::new('--continue', '--continue', [CompletionResultType]::ParameterName, 'Take up what the worktree holds, and go on to the next patch')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave the patch out of the series, and go on to the next one')
            [CompletionResult]::new('--recall', '--recall', [CompletionResultType]::ParameterName, 'Put how the same conflicts were resolved before into the worktree, to look at')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Tell where the resolve stands')
            [CompletionResult]::new('--abort', '--abort', [CompletionResultType]::ParameterName, 'Give up: remove the worktree and everything about it')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the lock then holds no verdict')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;edit' {
            [CompletionResult]::new('--line', '--line', [CompletionResultType]::ParameterName, 'The line: the directory of its series; else the newest')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--finish', '--finish', [CompletionResultType]::ParameterName, 'Write the commits as patches')
            [CompletionResult]::new('--abort', '--abort', [CompletionResultType]::ParameterName, 'Give up: remove the worktree, and leave the patches as they were')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Tell where the edit stands')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;new' {
            [CompletionResult]::new('--line', '--line', [CompletionResultType]::ParameterName, 'The line: the directory of its series; else the newest')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;drop' {
            [CompletionResult]::new('--line', '--line', [CompletionResultType]::ParameterName, 'The line: the directory of its series; else the newest')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Take it out whatever the scenarios say')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;nightly' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'The upstream: a URL, or a clone on this machine; else the lock''s URL')
            [CompletionResult]::new('--proposal', '--proposal', [CompletionResultType]::ParameterName, 'Write what is to be proposed: for `patcher propose`')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Write it in Markdown as well: for $GITHUB_STEP_SUMMARY')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many Bazel servers work side by side, half a gigabyte of memory each')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the pull request says so')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Run every scenario, whatever earlier runs on this machine showed; `sync` makes every archive again, too')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;propose' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;demo' {
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'The Bazel program; else `bazelisk` or `bazel` on PATH')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'An rc file for Bazel, which reads no other; may be given more than once')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'A file to append to the MODULE.bazel of the scenarios or of upstream''s tests; may be given more than once')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one call of Bazel may take, in seconds')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;completions' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'The project''s directory; else the nearest one above that holds upstream.lock')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: what was fetched before must do')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: the calls of other programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the pin, the patches, the newest release known, and what is stale')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the series and the lock, offline: the gate for CI')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the patched tree as files, to look at or for local_path_override')
            [CompletionResult]::new('repro', 'repro', [CompletionResultType]::ParameterValue, 'Run the scenarios under real Bazel, on the unpatched and on the patched tree')
            [CompletionResult]::new('matrix', 'matrix', [CompletionResultType]::ParameterValue, 'Run the scenarios on every release that is supported, and show which one is not safe')
            [CompletionResult]::new('need', 'need', [CompletionResultType]::ParameterValue, 'Show what each patch is needed for: the scenarios on the series without it')
            [CompletionResult]::new('port', 'port', [CompletionResultType]::ParameterValue, 'Show what becomes of each patch on other releases; writes nothing')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Show what a refresh really changed: the patches now against an earlier version of them')
            [CompletionResult]::new('bisect', 'bisect', [CompletionResultType]::ParameterValue, 'Find the upstream commit since which a patch no longer merges, or a scenario differs')
            [CompletionResult]::new('publish', 'publish', [CompletionResultType]::ParameterValue, 'Write the archive, and for each route to a consumer what that needs')
            [CompletionResult]::new('override', 'override', [CompletionResultType]::ParameterValue, 'Edit the override in a consumer''s MODULE.bazel, and nothing else in it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Show that an archive is what it says: from its bytes back to the registry''s, offline')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Do everything: fetch, apply or port, prove, build the archive, refresh the lock')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit the series in a git worktree: a commit is a patch')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Start a new patch: a worktree, and a template for its message')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Take a patch out of the series, with the evidence that it can go')
            [CompletionResult]::new('nightly', 'nightly', [CompletionResultType]::ParameterValue, 'Sync to the newest release, and write down what is to be proposed: for a nightly job')
            [CompletionResult]::new('propose', 'propose', [CompletionResultType]::ParameterValue, 'Take to GitHub what `nightly` wrote down: one pull request or one issue')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the whole job on a small ruleset that patcher carries: no network needed')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;help;status' {
            break
        }
        'patcher;help;check' {
            break
        }
        'patcher;help;export' {
            break
        }
        'patcher;help;repro' {
            break
        }
        'patcher;help;matrix' {
            break
        }
        'patcher;help;need' {
            break
        }
        'patcher;help;port' {
            break
        }
        'patcher;help;review' {
            break
        }
        'patcher;help;bisect' {
            break
        }
        'patcher;help;publish' {
            break
        }
        'patcher;help;override' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override directly behind the module''s bazel_dep')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date, in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the module''s override, and take back what `add` did to its bazel_dep')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what the file and those that it includes say of the module')
            break
        }
        'patcher;help;override;add' {
            break
        }
        'patcher;help;override;update' {
            break
        }
        'patcher;help;override;remove' {
            break
        }
        'patcher;help;override;show' {
            break
        }
        'patcher;help;verify' {
            break
        }
        'patcher;help;sync' {
            break
        }
        'patcher;help;edit' {
            break
        }
        'patcher;help;new' {
            break
        }
        'patcher;help;drop' {
            break
        }
        'patcher;help;nightly' {
            break
        }
        'patcher;help;propose' {
            break
        }
        'patcher;help;demo' {
            break
        }
        'patcher;help;completions' {
            break
        }
        'patcher;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
