
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
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run the whole workflow on a built-in sample')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Start a patch project of your own')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show series, newest release, results and next step')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check git, Bazel, network, cache and credentials')
            [CompletionResult]::new('series', 'series', [CompletionResultType]::ParameterValue, 'List the series and their patches')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Start a new patch in a git worktree')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a series as commits in a git worktree')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Remove a patch that no scenario needs')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Show what a refresh of the patches really changed')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Fetch upstream, re-apply the patches and test them')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Show what the patches would do on other releases')
            [CompletionResult]::new('continue', 'continue', [CompletionResultType]::ParameterValue, 'Continue a port or an edit after resolving')
            [CompletionResult]::new('skip', 'skip', [CompletionResultType]::ParameterValue, 'Skip the patch that conflicts, and continue')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort a port or an edit, and remove its worktree')
            [CompletionResult]::new('bisect', 'bisect', [CompletionResultType]::ParameterValue, 'Find the upstream commit that broke a patch or a scenario')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check patches and lock, offline (for CI)')
            [CompletionResult]::new('repro', 'repro', [CompletionResultType]::ParameterValue, 'Run the scenarios under Bazel, with and without the patches')
            [CompletionResult]::new('matrix', 'matrix', [CompletionResultType]::ParameterValue, 'Run the scenarios on every supported release')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Show which scenarios need a patch')
            [CompletionResult]::new('publish', 'publish', [CompletionResultType]::ParameterValue, 'Write the archive and what each override kind needs')
            [CompletionResult]::new('override', 'override', [CompletionResultType]::ParameterValue, 'Edit the override in a consumer''s MODULE.bazel')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check an archive against the upstream release')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the patched source tree to a directory')
            [CompletionResult]::new('ci', 'ci', [CompletionResultType]::ParameterValue, 'Port and propose from a scheduled job')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print or install shell completions')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;demo' {
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;init' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Start a project for this ruleset: a URL, or a clone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'How upstream''s tags name releases, if that cannot be seen: ''v{version}''')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-git', '--no-git', [CompletionResultType]::ParameterName, 'Do not make a git repository')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;status' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;doctor' {
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;series' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;new' {
            [CompletionResult]::new('--series', '--series', [CompletionResultType]::ParameterName, 'Add it to the series in this directory [default: the newest series]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;edit' {
            [CompletionResult]::new('--series', '--series', [CompletionResultType]::ParameterName, 'Edit the series in this directory [default: the newest series]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;drop' {
            [CompletionResult]::new('--series', '--series', [CompletionResultType]::ParameterName, 'Remove it from the series in this directory [default: the newest series]')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove it whatever the scenarios show')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;review' {
            [CompletionResult]::new('--releases', '--releases', [CompletionResultType]::ParameterName, 'Compare the patches on two supported releases: `2.3.1..2.3.2`')
            [CompletionResult]::new('--markdown', '--markdown', [CompletionResultType]::ParameterName, 'Write the review in Markdown too, for a pull request')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;sync' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Port the series to this release; `latest` is the newest stable one')
            [CompletionResult]::new('--drop-upstreamed', '--drop-upstreamed', [CompletionResultType]::ParameterName, 'Delete this patch if the release has it already (repeatable)')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Fetch from this URL or local clone [default: the lock''s URL]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Ask this registry for the integrity of every supported release')
            [CompletionResult]::new('--registry-integrity', '--registry-integrity', [CompletionResultType]::ParameterName, 'Use this as the registry''s integrity of the newest series'' pin, without asking it')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--resolve', '--resolve', [CompletionResultType]::ParameterName, 'Open a worktree if a patch conflicts, and print how to continue')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--allow-fewer-releases', '--allow-fewer-releases', [CompletionResultType]::ParameterName, 'Support fewer releases than before')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the lock keeps the results that still hold')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Make every archive again, and ask the registry about it again')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;preview' {
            [CompletionResult]::new('--markdown', '--markdown', [CompletionResultType]::ParameterName, 'Write the text of an issue to this file')
            [CompletionResult]::new('--drop-upstreamed', '--drop-upstreamed', [CompletionResultType]::ParameterName, 'Leave this patch out if a release has it already (repeatable)')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Fetch from this URL or local clone [default: the lock''s URL]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Print a row for each release, also where neighbours have the same outcome')
            [CompletionResult]::new('--repro', '--repro', [CompletionResultType]::ParameterName, 'Run the scenarios there, up to the analysis')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;continue' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Fetch from this URL or local clone [default: the lock''s URL]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Ask this registry for the integrity of every supported release')
            [CompletionResult]::new('--registry-integrity', '--registry-integrity', [CompletionResultType]::ParameterName, 'Use this as the registry''s integrity of the newest series'' pin, without asking it')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--recall', '--recall', [CompletionResultType]::ParameterName, 'Write the recorded resolutions of these conflicts into the worktree, and stop there')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--allow-fewer-releases', '--allow-fewer-releases', [CompletionResultType]::ParameterName, 'Support fewer releases than before')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the lock keeps the results that still hold')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Make every archive again, and ask the registry about it again')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;skip' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Fetch from this URL or local clone [default: the lock''s URL]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the archive and the snippet into this directory [default: the project''s dist]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Ask this registry for the integrity of every supported release')
            [CompletionResult]::new('--registry-integrity', '--registry-integrity', [CompletionResultType]::ParameterName, 'Use this as the registry''s integrity of the newest series'' pin, without asking it')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--allow-fewer-releases', '--allow-fewer-releases', [CompletionResultType]::ParameterName, 'Support fewer releases than before')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the lock keeps the results that still hold')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Make every archive again, and ask the registry about it again')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;abort' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;bisect' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Begin at this release or commit [default: the series'' pin]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'End at this release or commit, at `main`, or at `latest`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Look for this outcome of the patch [default: its outcome at the end]')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run this scenario instead, and look for its result at the end')
            [CompletionResult]::new('--side', '--side', [CompletionResultType]::ParameterName, 'Run it on this tree')
            [CompletionResult]::new('--max-phase', '--max-phase', [CompletionResultType]::ParameterName, 'Let Bazel go no further than this')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run it whatever earlier runs on this machine showed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;check' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Make every archive again and compare its digest with the lock')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;repro' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run only this scenario (repeatable)')
            [CompletionResult]::new('--side', '--side', [CompletionResultType]::ParameterName, 'Run on this tree, or on both')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Use this supported release [default: the newest series'' pin]')
            [CompletionResult]::new('--upstream-tests', '--upstream-tests', [CompletionResultType]::ParameterName, 'Run these of upstream''s tests instead, and compare the trees: `//tests/...`')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write a JUnit report too')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--adapted', '--adapted', [CompletionResultType]::ParameterName, 'Change upstream''s MODULE.bazel and flags as `[upstream-tests]` in patcher.toml says')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;matrix' {
            [CompletionResult]::new('--releases', '--releases', [CompletionResultType]::ParameterName, 'Use these of the supported releases: `2.x`, `2.0..2.3`, `latest` [default: all]')
            [CompletionResult]::new('--bazel-versions', '--bazel-versions', [CompletionResultType]::ParameterName, 'Use these versions, as bazelisk takes them: 7.x,8.x,9.x [default: the installed one]')
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run only this scenario (repeatable)')
            [CompletionResult]::new('--max-phase', '--max-phase', [CompletionResultType]::ParameterName, 'Let Bazel go no further than this')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Run only this part, for the K-th of N machines')
            [CompletionResult]::new('--durations', '--durations', [CompletionResultType]::ParameterName, 'Divide by the durations of this earlier run, written by --json [default: by estimates]')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'Run nothing: join what --json wrote, of all shards or of several versions of Bazel')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write the JSON document too, for --merge and --durations')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write a JUnit report too: a suite for each Bazel')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a page too: one file for any browser')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Write a Markdown summary too, for $GITHUB_STEP_SUMMARY')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;why' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Run only this scenario (repeatable)')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--hunks', '--hunks', [CompletionResultType]::ParameterName, 'Leave out hunks rather than patches, except documentation and tests')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;publish' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write into this directory [default: the project''s dist]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write into this directory [default: the project''s dist]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Publish only for these override kinds: archive, patches, single-version, git, local-path, workspace, registry, registry-patches [default: `kinds` of patcher.toml, or all]')
            [CompletionResult]::new('--upstream-archive', '--upstream-archive', [CompletionResultType]::ParameterName, 'Use upstream''s own archive at this URL [default: that of the GitHub release]')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Publish into the registry in this directory [default: `registry` in the output directory]')
            [CompletionResult]::new('--registry-url', '--registry-url', [CompletionResultType]::ParameterName, 'Use this URL for that registry [default: its directory at the base URL]')
            [CompletionResult]::new('--yank', '--yank', [CompletionResultType]::ParameterName, 'Yank a superseded version: builds that use it stop and print the reason')
            [CompletionResult]::new('--push', '--push', [CompletionResultType]::ParameterName, 'Push the patched commit there with the version as its tag, never by force')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Publish this supported release, or that of this tag [default: the newest series'' pin]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--unverified', '--unverified', [CompletionResultType]::ParameterName, 'Publish without results; the snippets say so')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override behind the module''s bazel_dep, or the block of lines that has it')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the override, and undo what `add` changed')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the module''s override and bazel_dep')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;override;add' {
            [CompletionResult]::new('--lock', '--lock', [CompletionResultType]::ParameterName, 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('--upstream-archive', '--upstream-archive', [CompletionResultType]::ParameterName, 'For `patches`, use upstream''s own archive at this URL [default: that of the GitHub release]')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'For `local-path`, use this directory, relative to the root module''s')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'For `git`, use the published commit of this repository')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'For `registry`, use the published version of this registry')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;update' {
            [CompletionResult]::new('--lock', '--lock', [CompletionResultType]::ParameterName, 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'Publish archives below this URL: https://, http:// or file:///')
            [CompletionResult]::new('--upstream-archive', '--upstream-archive', [CompletionResultType]::ParameterName, 'For `patches`, use upstream''s own archive at this URL [default: that of the GitHub release]')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'For `local-path`, use this directory, relative to the root module''s')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'For `git`, use the published commit of this repository')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'For `registry`, use the published version of this registry')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Write the override anew, whatever its kind is; keep the arguments that the new kind takes')
            [CompletionResult]::new('--drop-arguments', '--drop-arguments', [CompletionResultType]::ParameterName, 'Leave out the arguments that the new kind cannot have')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;remove' {
            [CompletionResult]::new('--lock', '--lock', [CompletionResultType]::ParameterName, 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Raise the bazel_dep to this version, of a release with the fix')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;show' {
            [CompletionResult]::new('--lock', '--lock', [CompletionResultType]::ParameterName, 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;override;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override behind the module''s bazel_dep, or the block of lines that has it')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the override, and undo what `add` changed')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the module''s override and bazel_dep')
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
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Use this local clone of the upstream [default: the mirror in the cache]')
            [CompletionResult]::new('--lock', '--lock', [CompletionResultType]::ParameterName, 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;export' {
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Use this supported release [default: the newest series'' pin]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--unpatched', '--unpatched', [CompletionResultType]::ParameterName, 'Write the tree as upstream released it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;ci' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('port', 'port', [CompletionResultType]::ParameterValue, 'Sync to the newest release and write a proposal')
            [CompletionResult]::new('propose', 'propose', [CompletionResultType]::ParameterValue, 'Open the pull request or issue that `ci port` proposes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;ci;port' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Fetch from this URL or local clone [default: the lock''s URL]')
            [CompletionResult]::new('--proposal', '--proposal', [CompletionResultType]::ParameterName, 'Write the proposal to this file, for `patcher ci propose`')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Write it in Markdown too, for $GITHUB_STEP_SUMMARY')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Run this many Bazel servers, half a gigabyte of memory each')
            [CompletionResult]::new('--bazel', '--bazel', [CompletionResultType]::ParameterName, 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]')
            [CompletionResult]::new('--bazelrc', '--bazelrc', [CompletionResultType]::ParameterName, 'Let Bazel read this rc file and no other (repeatable)')
            [CompletionResult]::new('--module-append', '--module-append', [CompletionResultType]::ParameterName, 'Append this file to the MODULE.bazel that Bazel reads (repeatable)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop a call of Bazel after this many seconds')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-repro', '--no-repro', [CompletionResultType]::ParameterName, 'Do not run the scenarios; the pull request says so')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Make every archive again, and ask the registry about it again')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Run every scenario again, whatever earlier runs on this machine showed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;ci;propose' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;ci;help' {
            [CompletionResult]::new('port', 'port', [CompletionResultType]::ParameterValue, 'Sync to the newest release and write a proposal')
            [CompletionResult]::new('propose', 'propose', [CompletionResultType]::ParameterValue, 'Open the pull request or issue that `ci port` proposes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;ci;help;port' {
            break
        }
        'patcher;ci;help;propose' {
            break
        }
        'patcher;ci;help;help' {
            break
        }
        'patcher;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Use this project [default: the nearest above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Print results as text or json [default: text]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colour: auto, always, never [default: auto]')
            [CompletionResult]::new('--install', '--install', [CompletionResultType]::ParameterName, 'Write them into your completions directory of bash, zsh or fish')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, print what would change, and exit 1 if anything would')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use only what was fetched before, no network')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print also the calls of other programs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only results, warnings and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'patcher;help' {
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run the whole workflow on a built-in sample')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Start a patch project of your own')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show series, newest release, results and next step')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check git, Bazel, network, cache and credentials')
            [CompletionResult]::new('series', 'series', [CompletionResultType]::ParameterValue, 'List the series and their patches')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Start a new patch in a git worktree')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a series as commits in a git worktree')
            [CompletionResult]::new('drop', 'drop', [CompletionResultType]::ParameterValue, 'Remove a patch that no scenario needs')
            [CompletionResult]::new('review', 'review', [CompletionResultType]::ParameterValue, 'Show what a refresh of the patches really changed')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Fetch upstream, re-apply the patches and test them')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Show what the patches would do on other releases')
            [CompletionResult]::new('continue', 'continue', [CompletionResultType]::ParameterValue, 'Continue a port or an edit after resolving')
            [CompletionResult]::new('skip', 'skip', [CompletionResultType]::ParameterValue, 'Skip the patch that conflicts, and continue')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort a port or an edit, and remove its worktree')
            [CompletionResult]::new('bisect', 'bisect', [CompletionResultType]::ParameterValue, 'Find the upstream commit that broke a patch or a scenario')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check patches and lock, offline (for CI)')
            [CompletionResult]::new('repro', 'repro', [CompletionResultType]::ParameterValue, 'Run the scenarios under Bazel, with and without the patches')
            [CompletionResult]::new('matrix', 'matrix', [CompletionResultType]::ParameterValue, 'Run the scenarios on every supported release')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Show which scenarios need a patch')
            [CompletionResult]::new('publish', 'publish', [CompletionResultType]::ParameterValue, 'Write the archive and what each override kind needs')
            [CompletionResult]::new('override', 'override', [CompletionResultType]::ParameterValue, 'Edit the override in a consumer''s MODULE.bazel')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check an archive against the upstream release')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the patched source tree to a directory')
            [CompletionResult]::new('ci', 'ci', [CompletionResultType]::ParameterValue, 'Port and propose from a scheduled job')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print or install shell completions')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'patcher;help;demo' {
            break
        }
        'patcher;help;init' {
            break
        }
        'patcher;help;status' {
            break
        }
        'patcher;help;doctor' {
            break
        }
        'patcher;help;series' {
            break
        }
        'patcher;help;new' {
            break
        }
        'patcher;help;edit' {
            break
        }
        'patcher;help;drop' {
            break
        }
        'patcher;help;review' {
            break
        }
        'patcher;help;sync' {
            break
        }
        'patcher;help;preview' {
            break
        }
        'patcher;help;continue' {
            break
        }
        'patcher;help;skip' {
            break
        }
        'patcher;help;abort' {
            break
        }
        'patcher;help;bisect' {
            break
        }
        'patcher;help;check' {
            break
        }
        'patcher;help;repro' {
            break
        }
        'patcher;help;matrix' {
            break
        }
        'patcher;help;why' {
            break
        }
        'patcher;help;publish' {
            break
        }
        'patcher;help;override' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add the override behind the module''s bazel_dep, or the block of lines that has it')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring the override up to date in its place')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove the override, and undo what `add` changed')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the module''s override and bazel_dep')
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
        'patcher;help;export' {
            break
        }
        'patcher;help;ci' {
            [CompletionResult]::new('port', 'port', [CompletionResultType]::ParameterValue, 'Sync to the newest release and write a proposal')
            [CompletionResult]::new('propose', 'propose', [CompletionResultType]::ParameterValue, 'Open the pull request or issue that `ci port` proposes')
            break
        }
        'patcher;help;ci;port' {
            break
        }
        'patcher;help;ci;propose' {
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
