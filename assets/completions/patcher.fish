# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_patcher_global_optspecs
    string join \n C/root= offline format= color= v/verbose q/quiet h/help V/version
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

complete -c patcher -n "__fish_patcher_needs_command" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_needs_command" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_needs_command" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_needs_command" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_needs_command" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_needs_command" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_needs_command" -s V -l version -d 'Print version'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "demo" -d 'Run the whole workflow on a built-in sample'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "init" -d 'Start a patch project of your own'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "status" -d 'Show series, newest release, results and next step'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "doctor" -d 'Check git, Bazel, network, cache and credentials'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "series" -d 'List the series and their patches'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "new" -d 'Start a new patch in a git worktree'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "edit" -d 'Edit a series as commits in a git worktree'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "drop" -d 'Remove a patch that no scenario needs'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "review" -d 'Show what a refresh of the patches really changed'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "sync" -d 'Fetch upstream, re-apply the patches and test them'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "preview" -d 'Show what the patches would do on other releases'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "continue" -d 'Continue a port or an edit after resolving'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "skip" -d 'Skip the patch that conflicts, and continue'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "abort" -d 'Abort a port or an edit, and remove its worktree'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "bisect" -d 'Find the upstream commit that broke a patch or a scenario'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "check" -d 'Check patches and lock, offline (for CI)'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "repro" -d 'Run the scenarios under Bazel, with and without the patches'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "matrix" -d 'Run the scenarios on every supported release'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "why" -d 'Show which scenarios need a patch'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "publish" -d 'Write the archive and what each override kind needs'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "override" -d 'Edit the override in a consumer\'s MODULE.bazel'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "verify" -d 'Check an archive against the upstream release'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "export" -d 'Write the patched source tree to a directory'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "ci" -d 'Port and propose from a scheduled job'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "completions" -d 'Print or install shell completions'
complete -c patcher -n "__fish_patcher_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand demo" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand init" -l upstream -d 'Start a project for this ruleset: a URL, or a clone' -r
complete -c patcher -n "__fish_patcher_using_subcommand init" -l tag -d 'How upstream\'s tags name releases, if that cannot be seen: \'v{version}\'' -r
complete -c patcher -n "__fish_patcher_using_subcommand init" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand init" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand init" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand init" -l no-git -d 'Do not make a git repository'
complete -c patcher -n "__fish_patcher_using_subcommand init" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand init" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand init" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand init" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand init" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand status" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand status" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand status" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand series" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand series" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand series" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand series" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand series" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand series" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand series" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand new" -l series -d 'Add it to the series in this directory [default: the newest series]' -r
complete -c patcher -n "__fish_patcher_using_subcommand new" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand new" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand new" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand new" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand new" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand new" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand new" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand new" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l series -d 'Edit the series in this directory [default: the newest series]' -r
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l series -d 'Remove it from the series in this directory [default: the newest series]' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l force -d 'Remove it whatever the scenarios show'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l no-repro -d 'Do not run the scenarios'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand review" -l releases -d 'Compare the patches on two supported releases: `2.3.1..2.3.2`' -r
complete -c patcher -n "__fish_patcher_using_subcommand review" -l markdown -d 'Write the review in Markdown too, for a pull request' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand review" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand review" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand review" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand review" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand review" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand review" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l to -d 'Port the series to this release; `latest` is the newest stable one' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l drop-upstreamed -d 'Delete this patch if the release has it already (repeatable)' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l upstream -d 'Fetch from this URL or local clone [default: the lock\'s URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s o -l output -d 'Write the archive and the snippet into this directory [default: the project\'s dist]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l registry -d 'Ask this registry for the integrity of every supported release' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l registry-integrity -d 'Use this as the registry\'s integrity of the newest series\' pin, without asking it' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l resolve -d 'Open a worktree if a patch conflicts, and print how to continue'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l allow-fewer-releases -d 'Support fewer releases than before'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l no-repro -d 'Do not run the scenarios; the lock keeps the results that still hold'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l rebuild -d 'Make every archive again, and ask the registry about it again'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l markdown -d 'Write the text of an issue to this file' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l drop-upstreamed -d 'Leave this patch out if a release has it already (repeatable)' -r
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l upstream -d 'Fetch from this URL or local clone [default: the lock\'s URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand preview" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand preview" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l all -d 'Print a row for each release, also where neighbours have the same outcome'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l repro -d 'Run the scenarios there, up to the analysis'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l upstream -d 'Fetch from this URL or local clone [default: the lock\'s URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s o -l output -d 'Write the archive and the snippet into this directory [default: the project\'s dist]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l registry -d 'Ask this registry for the integrity of every supported release' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l registry-integrity -d 'Use this as the registry\'s integrity of the newest series\' pin, without asking it' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l recall -d 'Write the recorded resolutions of these conflicts into the worktree, and stop there'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l allow-fewer-releases -d 'Support fewer releases than before'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l no-repro -d 'Do not run the scenarios; the lock keeps the results that still hold'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l rebuild -d 'Make every archive again, and ask the registry about it again'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand continue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l upstream -d 'Fetch from this URL or local clone [default: the lock\'s URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s o -l output -d 'Write the archive and the snippet into this directory [default: the project\'s dist]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l registry -d 'Ask this registry for the integrity of every supported release' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l registry-integrity -d 'Use this as the registry\'s integrity of the newest series\' pin, without asking it' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l allow-fewer-releases -d 'Support fewer releases than before'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l no-repro -d 'Do not run the scenarios; the lock keeps the results that still hold'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l rebuild -d 'Make every archive again, and ask the registry about it again'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand skip" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand abort" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand abort" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand abort" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand abort" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l from -d 'Begin at this release or commit [default: the series\' pin]' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l to -d 'End at this release or commit, at `main`, or at `latest`' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l until -d 'Look for this outcome of the patch [default: its outcome at the end]' -r -f -a "inexact\t'It does not apply cleanly: an offset or fuzz is needed'
merged\t'A three-way merge makes another change of it, or worse'
already-upstream\t'Upstream has it already'
conflict\t'It conflicts'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l scenario -d 'Run this scenario instead, and look for its result at the end' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l side -d 'Run it on this tree' -r -f -a "unpatched\t'As upstream released it'
patched\t'With the series applied'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l max-phase -d 'Let Bazel go no further than this' -r -f -a "analysis\t'Loading and analysis, which find conflicting actions; trees are not compared'
build\t'As far as each scenario asks, but no test runs'
test\t'As far as each scenario asks, with all that it compares and counts'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l no-cache -d 'Run it whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand bisect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand check" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand check" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand check" -l archives -d 'Make every archive again and compare its digest with the lock'
complete -c patcher -n "__fish_patcher_using_subcommand check" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l scenario -d 'Run only this scenario (repeatable)' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l side -d 'Run on this tree, or on both' -r -f -a "unpatched\t'As upstream released it'
patched\t'With the series applied'
both\t'Both'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l release -d 'Use this supported release [default: the newest series\' pin]' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l upstream-tests -d 'Run these of upstream\'s tests instead, and compare the trees: `//tests/...`' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l junit -d 'Write a JUnit report too' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l adapted -d 'Change upstream\'s MODULE.bazel and flags as `[upstream-tests]` in patcher.toml says'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand repro" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l releases -d 'Use these of the supported releases: `2.x`, `2.0..2.3`, `latest` [default: all]' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazel-versions -d 'Use these versions, as bazelisk takes them: 7.x,8.x,9.x [default: the installed one]' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l scenario -d 'Run only this scenario (repeatable)' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l max-phase -d 'Let Bazel go no further than this' -r -f -a "analysis\t'Loading and analysis, which find conflicting actions; trees are not compared'
build\t'As far as each scenario asks, but no test runs'
test\t'As far as each scenario asks, with all that it compares and counts'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l shard -d 'Run only this part, for the K-th of N machines' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l durations -d 'Divide by the durations of this earlier run, written by --json [default: by estimates]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l merge -d 'Run nothing: join what --json wrote, of all shards or of several versions of Bazel' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l json -d 'Write the JSON document too, for --merge and --durations' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l junit -d 'Write a JUnit report too: a suite for each Bazel' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l html -d 'Write a page too: one file for any browser' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l summary -d 'Write a Markdown summary too, for $GITHUB_STEP_SUMMARY' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand matrix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand why" -l scenario -d 'Run only this scenario (repeatable)' -r
complete -c patcher -n "__fish_patcher_using_subcommand why" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand why" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand why" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand why" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand why" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand why" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand why" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand why" -l hunks -d 'Leave out hunks rather than patches, except documentation and tests'
complete -c patcher -n "__fish_patcher_using_subcommand why" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand why" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand why" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s o -l output -d 'Write into this directory [default: the project\'s dist]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l kind -d 'Publish only for these override kinds: archive, patches, single-version, git, local-path, workspace, registry, registry-patches [default: `kinds` of patcher.toml, or all]' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l upstream-archive -d 'Use upstream\'s own archive at this URL [default: that of the GitHub release]' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l registry -d 'Publish into the registry in this directory [default: `registry` in the output directory]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l registry-url -d 'Use this URL for that registry [default: its directory at the base URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l yank -d 'Yank a superseded version: builds that use it stop and print the reason' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l push -d 'Push the patched commit there with the version as its tag, never by force' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l release -d 'Publish this supported release, or that of this tag [default: the newest series\' pin]' -r
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l unverified -d 'Publish without results; the snippets say so'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "add" -d 'Add the override behind the module\'s bazel_dep, or the block of lines that has it'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "update" -d 'Bring the override up to date in its place'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "remove" -d 'Remove the override, and undo what `add` changed'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "show" -d 'Show the module\'s override and bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and not __fish_seen_subcommand_from add update remove show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l lock -d 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project\'s]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l release -d 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l kind -d 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l upstream-archive -d 'For `patches`, use upstream\'s own archive at this URL [default: that of the GitHub release]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l path -d 'For `local-path`, use this directory, relative to the root module\'s' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l remote -d 'For `git`, use the published commit of this repository' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l registry -d 'For `registry`, use the published version of this registry' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l lock -d 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project\'s]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l release -d 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l kind -d 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l base-url -d 'Publish archives below this URL: https://, http:// or file:///' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l upstream-archive -d 'For `patches`, use upstream\'s own archive at this URL [default: that of the GitHub release]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l path -d 'For `local-path`, use this directory, relative to the root module\'s' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l remote -d 'For `git`, use the published commit of this repository' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l registry -d 'For `registry`, use the published version of this registry' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l replace -d 'Write the override anew, whatever its kind is; keep the arguments that the new kind takes'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l drop-arguments -d 'Leave out the arguments that the new kind cannot have'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l lock -d 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project\'s]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l to -d 'Raise the bazel_dep to this version, of a release with the fix' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l lock -d 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project\'s]' -r
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add the override behind the module\'s bazel_dep, or the block of lines that has it'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "update" -d 'Bring the override up to date in its place'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove the override, and undo what `add` changed'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the module\'s override and bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand override; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l upstream -d 'Use this local clone of the upstream [default: the mirror in the cache]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l lock -d 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project\'s]' -r
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand verify" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand export" -l release -d 'Use this supported release [default: the newest series\' pin]' -r
complete -c patcher -n "__fish_patcher_using_subcommand export" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand export" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand export" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand export" -l unpatched -d 'Write the tree as upstream released it'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand export" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand export" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -f -a "port" -d 'Sync to the newest release and write a proposal'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -f -a "propose" -d 'Open the pull request or issue that `ci port` proposes'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and not __fish_seen_subcommand_from port propose help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l upstream -d 'Fetch from this URL or local clone [default: the lock\'s URL]' -r
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l proposal -d 'Write the proposal to this file, for `patcher ci propose`' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l summary -d 'Write it in Markdown too, for $GITHUB_STEP_SUMMARY' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s j -l jobs -d 'Run this many Bazel servers, half a gigabyte of memory each' -r
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l bazel -d 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]' -r
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l bazelrc -d 'Let Bazel read this rc file and no other (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l module-append -d 'Append this file to the MODULE.bazel that Bazel reads (repeatable)' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l timeout -d 'Stop a call of Bazel after this many seconds' -r
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l no-repro -d 'Do not run the scenarios; the pull request says so'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l rebuild -d 'Make every archive again, and ask the registry about it again'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l no-cache -d 'Run every scenario again, whatever earlier runs on this machine showed'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from propose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from help" -f -a "port" -d 'Sync to the newest release and write a proposal'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from help" -f -a "propose" -d 'Open the pull request or issue that `ci port` proposes'
complete -c patcher -n "__fish_patcher_using_subcommand ci; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s C -l root -d 'Use this project [default: the nearest above]' -r -F
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l format -d 'Print results as text or json [default: text]' -r -f -a "text\t'For people'
json\t'For programs: one document, with a schema version'"
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l color -d 'Use colour: auto, always, never [default: auto]' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l install -d 'Write them into your completions directory of bash, zsh or fish'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s n -l dry-run -d 'Write nothing, and print what would change'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l check -d 'Write nothing, print what would change, and exit 1 if anything would'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -l offline -d 'Use only what was fetched before, no network'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s v -l verbose -d 'Print also the calls of other programs'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s q -l quiet -d 'Print only results, warnings and errors'
complete -c patcher -n "__fish_patcher_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "demo" -d 'Run the whole workflow on a built-in sample'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "init" -d 'Start a patch project of your own'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "status" -d 'Show series, newest release, results and next step'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "doctor" -d 'Check git, Bazel, network, cache and credentials'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "series" -d 'List the series and their patches'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "new" -d 'Start a new patch in a git worktree'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "edit" -d 'Edit a series as commits in a git worktree'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "drop" -d 'Remove a patch that no scenario needs'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "review" -d 'Show what a refresh of the patches really changed'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "sync" -d 'Fetch upstream, re-apply the patches and test them'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "preview" -d 'Show what the patches would do on other releases'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "continue" -d 'Continue a port or an edit after resolving'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "skip" -d 'Skip the patch that conflicts, and continue'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "abort" -d 'Abort a port or an edit, and remove its worktree'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "bisect" -d 'Find the upstream commit that broke a patch or a scenario'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "check" -d 'Check patches and lock, offline (for CI)'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "repro" -d 'Run the scenarios under Bazel, with and without the patches'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "matrix" -d 'Run the scenarios on every supported release'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "why" -d 'Show which scenarios need a patch'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "publish" -d 'Write the archive and what each override kind needs'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "override" -d 'Edit the override in a consumer\'s MODULE.bazel'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "verify" -d 'Check an archive against the upstream release'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "export" -d 'Write the patched source tree to a directory'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "ci" -d 'Port and propose from a scheduled job'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "completions" -d 'Print or install shell completions'
complete -c patcher -n "__fish_patcher_using_subcommand help; and not __fish_seen_subcommand_from demo init status doctor series new edit drop review sync preview continue skip abort bisect check repro matrix why publish override verify export ci completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "add" -d 'Add the override behind the module\'s bazel_dep, or the block of lines that has it'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "update" -d 'Bring the override up to date in its place'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "remove" -d 'Remove the override, and undo what `add` changed'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from override" -f -a "show" -d 'Show the module\'s override and bazel_dep'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from ci" -f -a "port" -d 'Sync to the newest release and write a proposal'
complete -c patcher -n "__fish_patcher_using_subcommand help; and __fish_seen_subcommand_from ci" -f -a "propose" -d 'Open the pull request or issue that `ci port` proposes'
