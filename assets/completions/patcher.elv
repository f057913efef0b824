
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
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand demo 'Run the whole workflow on a built-in sample'
            cand init 'Start a patch project of your own'
            cand status 'Show series, newest release, results and next step'
            cand doctor 'Check git, Bazel, network, cache and credentials'
            cand series 'List the series and their patches'
            cand new 'Start a new patch in a git worktree'
            cand edit 'Edit a series as commits in a git worktree'
            cand drop 'Remove a patch that no scenario needs'
            cand review 'Show what a refresh of the patches really changed'
            cand sync 'Fetch upstream, re-apply the patches and test them'
            cand preview 'Show what the patches would do on other releases'
            cand continue 'Continue a port or an edit after resolving'
            cand skip 'Skip the patch that conflicts, and continue'
            cand abort 'Abort a port or an edit, and remove its worktree'
            cand bisect 'Find the upstream commit that broke a patch or a scenario'
            cand check 'Check patches and lock, offline (for CI)'
            cand repro 'Run the scenarios under Bazel, with and without the patches'
            cand matrix 'Run the scenarios on every supported release'
            cand why 'Show which scenarios need a patch'
            cand publish 'Write the archive and what each override kind needs'
            cand override 'Edit the override in a consumer''s MODULE.bazel'
            cand verify 'Check an archive against the upstream release'
            cand export 'Write the patched source tree to a directory'
            cand ci 'Port and propose from a scheduled job'
            cand completions 'Print or install shell completions'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;demo'= {
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;init'= {
            cand --upstream 'Start a project for this ruleset: a URL, or a clone'
            cand --tag 'How upstream''s tags name releases, if that cannot be seen: ''v{version}'''
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --no-git 'Do not make a git repository'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;status'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;doctor'= {
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;series'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;new'= {
            cand --series 'Add it to the series in this directory [default: the newest series]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;edit'= {
            cand --series 'Edit the series in this directory [default: the newest series]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;drop'= {
            cand --series 'Remove it from the series in this directory [default: the newest series]'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --force 'Remove it whatever the scenarios show'
            cand --no-repro 'Do not run the scenarios'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;review'= {
            cand --releases 'Compare the patches on two supported releases: `2.3.1..2.3.2`'
            cand --markdown 'Write the review in Markdown too, for a pull request'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;sync'= {
            cand --to 'Port the series to this release; `latest` is the newest stable one'
            cand --drop-upstreamed 'Delete this patch if the release has it already (repeatable)'
            cand --upstream 'Fetch from this URL or local clone [default: the lock''s URL]'
            cand -o 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --output 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --registry 'Ask this registry for the integrity of every supported release'
            cand --registry-integrity 'Use this as the registry''s integrity of the newest series'' pin, without asking it'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --resolve 'Open a worktree if a patch conflicts, and print how to continue'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --allow-fewer-releases 'Support fewer releases than before'
            cand --no-repro 'Do not run the scenarios; the lock keeps the results that still hold'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --rebuild 'Make every archive again, and ask the registry about it again'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;preview'= {
            cand --markdown 'Write the text of an issue to this file'
            cand --drop-upstreamed 'Leave this patch out if a release has it already (repeatable)'
            cand --upstream 'Fetch from this URL or local clone [default: the lock''s URL]'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --all 'Print a row for each release, also where neighbours have the same outcome'
            cand --repro 'Run the scenarios there, up to the analysis'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;continue'= {
            cand --upstream 'Fetch from this URL or local clone [default: the lock''s URL]'
            cand -o 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --output 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --registry 'Ask this registry for the integrity of every supported release'
            cand --registry-integrity 'Use this as the registry''s integrity of the newest series'' pin, without asking it'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --recall 'Write the recorded resolutions of these conflicts into the worktree, and stop there'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --allow-fewer-releases 'Support fewer releases than before'
            cand --no-repro 'Do not run the scenarios; the lock keeps the results that still hold'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --rebuild 'Make every archive again, and ask the registry about it again'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;skip'= {
            cand --upstream 'Fetch from this URL or local clone [default: the lock''s URL]'
            cand -o 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --output 'Write the archive and the snippet into this directory [default: the project''s dist]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --registry 'Ask this registry for the integrity of every supported release'
            cand --registry-integrity 'Use this as the registry''s integrity of the newest series'' pin, without asking it'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --allow-fewer-releases 'Support fewer releases than before'
            cand --no-repro 'Do not run the scenarios; the lock keeps the results that still hold'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --rebuild 'Make every archive again, and ask the registry about it again'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;abort'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;bisect'= {
            cand --from 'Begin at this release or commit [default: the series'' pin]'
            cand --to 'End at this release or commit, at `main`, or at `latest`'
            cand --until 'Look for this outcome of the patch [default: its outcome at the end]'
            cand --scenario 'Run this scenario instead, and look for its result at the end'
            cand --side 'Run it on this tree'
            cand --max-phase 'Let Bazel go no further than this'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --no-cache 'Run it whatever earlier runs on this machine showed'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;check'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --archives 'Make every archive again and compare its digest with the lock'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;repro'= {
            cand --scenario 'Run only this scenario (repeatable)'
            cand --side 'Run on this tree, or on both'
            cand --release 'Use this supported release [default: the newest series'' pin]'
            cand --upstream-tests 'Run these of upstream''s tests instead, and compare the trees: `//tests/...`'
            cand --junit 'Write a JUnit report too'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --adapted 'Change upstream''s MODULE.bazel and flags as `[upstream-tests]` in patcher.toml says'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;matrix'= {
            cand --releases 'Use these of the supported releases: `2.x`, `2.0..2.3`, `latest` [default: all]'
            cand --bazel-versions 'Use these versions, as bazelisk takes them: 7.x,8.x,9.x [default: the installed one]'
            cand --scenario 'Run only this scenario (repeatable)'
            cand --max-phase 'Let Bazel go no further than this'
            cand --shard 'Run only this part, for the K-th of N machines'
            cand --durations 'Divide by the durations of this earlier run, written by --json [default: by estimates]'
            cand --merge 'Run nothing: join what --json wrote, of all shards or of several versions of Bazel'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --json 'Write the JSON document too, for --merge and --durations'
            cand --junit 'Write a JUnit report too: a suite for each Bazel'
            cand --html 'Write a page too: one file for any browser'
            cand --summary 'Write a Markdown summary too, for $GITHUB_STEP_SUMMARY'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;why'= {
            cand --scenario 'Run only this scenario (repeatable)'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --hunks 'Leave out hunks rather than patches, except documentation and tests'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;publish'= {
            cand -o 'Write into this directory [default: the project''s dist]'
            cand --output 'Write into this directory [default: the project''s dist]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand --kind 'Publish only for these override kinds: archive, patches, single-version, git, local-path, workspace, registry, registry-patches [default: `kinds` of patcher.toml, or all]'
            cand --upstream-archive 'Use upstream''s own archive at this URL [default: that of the GitHub release]'
            cand --registry 'Publish into the registry in this directory [default: `registry` in the output directory]'
            cand --registry-url 'Use this URL for that registry [default: its directory at the base URL]'
            cand --yank 'Yank a superseded version: builds that use it stop and print the reason'
            cand --push 'Push the patched commit there with the version as its tag, never by force'
            cand --release 'Publish this supported release, or that of this tag [default: the newest series'' pin]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --unverified 'Publish without results; the snippets say so'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand add 'Add the override behind the module''s bazel_dep, or the block of lines that has it'
            cand update 'Bring the override up to date in its place'
            cand remove 'Remove the override, and undo what `add` changed'
            cand show 'Show the module''s override and bazel_dep'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;override;add'= {
            cand --lock 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]'
            cand --release 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]'
            cand --kind 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand --upstream-archive 'For `patches`, use upstream''s own archive at this URL [default: that of the GitHub release]'
            cand --path 'For `local-path`, use this directory, relative to the root module''s'
            cand --remote 'For `git`, use the published commit of this repository'
            cand --registry 'For `registry`, use the published version of this registry'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;update'= {
            cand --lock 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]'
            cand --release 'Use this release, or the newest that is supported [default: that of the override, else of the bazel_dep, else the newest]'
            cand --kind 'Use this override kind: archive, patches, single-version, git, local-path, registry, registry-patches [default: that of the override, else archive]'
            cand --base-url 'Publish archives below this URL: https://, http:// or file:///'
            cand --upstream-archive 'For `patches`, use upstream''s own archive at this URL [default: that of the GitHub release]'
            cand --path 'For `local-path`, use this directory, relative to the root module''s'
            cand --remote 'For `git`, use the published commit of this repository'
            cand --registry 'For `registry`, use the published version of this registry'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --replace 'Write the override anew, whatever its kind is; keep the arguments that the new kind takes'
            cand --drop-arguments 'Leave out the arguments that the new kind cannot have'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;remove'= {
            cand --lock 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]'
            cand --to 'Raise the bazel_dep to this version, of a release with the fix'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;show'= {
            cand --lock 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;override;help'= {
            cand add 'Add the override behind the module''s bazel_dep, or the block of lines that has it'
            cand update 'Bring the override up to date in its place'
            cand remove 'Remove the override, and undo what `add` changed'
            cand show 'Show the module''s override and bazel_dep'
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
            cand --upstream 'Use this local clone of the upstream [default: the mirror in the cache]'
            cand --lock 'Use this published `upstream.lock`: a path, file:/// or https:// [default: the project''s]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;export'= {
            cand --release 'Use this supported release [default: the newest series'' pin]'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --unpatched 'Write the tree as upstream released it'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;ci'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand port 'Sync to the newest release and write a proposal'
            cand propose 'Open the pull request or issue that `ci port` proposes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;ci;port'= {
            cand --upstream 'Fetch from this URL or local clone [default: the lock''s URL]'
            cand --proposal 'Write the proposal to this file, for `patcher ci propose`'
            cand --summary 'Write it in Markdown too, for $GITHUB_STEP_SUMMARY'
            cand -j 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --jobs 'Run this many Bazel servers, half a gigabyte of memory each'
            cand --bazel 'Run this Bazel [default: `bazelisk` or `bazel` on PATH]'
            cand --bazelrc 'Let Bazel read this rc file and no other (repeatable)'
            cand --module-append 'Append this file to the MODULE.bazel that Bazel reads (repeatable)'
            cand --timeout 'Stop a call of Bazel after this many seconds'
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --no-repro 'Do not run the scenarios; the pull request says so'
            cand --rebuild 'Make every archive again, and ask the registry about it again'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --no-cache 'Run every scenario again, whatever earlier runs on this machine showed'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;ci;propose'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;ci;help'= {
            cand port 'Sync to the newest release and write a proposal'
            cand propose 'Open the pull request or issue that `ci port` proposes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;ci;help;port'= {
        }
        &'patcher;ci;help;propose'= {
        }
        &'patcher;ci;help;help'= {
        }
        &'patcher;completions'= {
            cand -C 'Use this project [default: the nearest above]'
            cand --root 'Use this project [default: the nearest above]'
            cand --format 'Print results as text or json [default: text]'
            cand --color 'Use colour: auto, always, never [default: auto]'
            cand --install 'Write them into your completions directory of bash, zsh or fish'
            cand -n 'Write nothing, and print what would change'
            cand --dry-run 'Write nothing, and print what would change'
            cand --check 'Write nothing, print what would change, and exit 1 if anything would'
            cand --offline 'Use only what was fetched before, no network'
            cand -v 'Print also the calls of other programs'
            cand --verbose 'Print also the calls of other programs'
            cand -q 'Print only results, warnings and errors'
            cand --quiet 'Print only results, warnings and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'patcher;help'= {
            cand demo 'Run the whole workflow on a built-in sample'
            cand init 'Start a patch project of your own'
            cand status 'Show series, newest release, results and next step'
            cand doctor 'Check git, Bazel, network, cache and credentials'
            cand series 'List the series and their patches'
            cand new 'Start a new patch in a git worktree'
            cand edit 'Edit a series as commits in a git worktree'
            cand drop 'Remove a patch that no scenario needs'
            cand review 'Show what a refresh of the patches really changed'
            cand sync 'Fetch upstream, re-apply the patches and test them'
            cand preview 'Show what the patches would do on other releases'
            cand continue 'Continue a port or an edit after resolving'
            cand skip 'Skip the patch that conflicts, and continue'
            cand abort 'Abort a port or an edit, and remove its worktree'
            cand bisect 'Find the upstream commit that broke a patch or a scenario'
            cand check 'Check patches and lock, offline (for CI)'
            cand repro 'Run the scenarios under Bazel, with and without the patches'
            cand matrix 'Run the scenarios on every supported release'
            cand why 'Show which scenarios need a patch'
            cand publish 'Write the archive and what each override kind needs'
            cand override 'Edit the override in a consumer''s MODULE.bazel'
            cand verify 'Check an archive against the upstream release'
            cand export 'Write the patched source tree to a directory'
            cand ci 'Port and propose from a scheduled job'
            cand completions 'Print or install shell completions'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'patcher;help;demo'= {
        }
        &'patcher;help;init'= {
        }
        &'patcher;help;status'= {
        }
        &'patcher;help;doctor'= {
        }
        &'patcher;help;series'= {
        }
        &'patcher;help;new'= {
        }
        &'patcher;help;edit'= {
        }
        &'patcher;help;drop'= {
        }
        &'patcher;help;review'= {
        }
        &'patcher;help;sync'= {
        }
        &'patcher;help;preview'= {
        }
        &'patcher;help;continue'= {
        }
        &'patcher;help;skip'= {
        }
        &'patcher;help;abort'= {
        }
        &'patcher;help;bisect'= {
        }
        &'patcher;help;check'= {
        }
        &'patcher;help;repro'= {
        }
        &'patcher;help;matrix'= {
        }
        &'patcher;help;why'= {
        }
        &'patcher;help;publish'= {
        }
        &'patcher;help;override'= {
            cand add 'Add the override behind the module''s bazel_dep, or the block of lines that has it'
            cand update 'Bring the override up to date in its place'
            cand remove 'Remove the override, and undo what `add` changed'
            cand show 'Show the module''s override and bazel_dep'
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
        &'patcher;help;export'= {
        }
        &'patcher;help;ci'= {
            cand port 'Sync to the newest release and write a proposal'
            cand propose 'Open the pull request or issue that `ci port` proposes'
        }
        &'patcher;help;ci;port'= {
        }
        &'patcher;help;ci;propose'= {
        }
        &'patcher;help;completions'= {
        }
        &'patcher;help;help'= {
        }
    ]
    $completions[$command]
}
