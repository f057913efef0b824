//! `completions`: printed, and installed where a shell looks for a user's.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined};

#[test]
fn completions_are_installed_where_the_shell_looks() {
    let sandbox = Sandbox::new();
    let runs = ["bash", "zsh", "fish"].map(|shell| {
        let args = ["completions", shell, "--install"];
        sandbox.refuse(1, &[&args[..], &["--check"]].concat(), &["would write"]);
        let run = sandbox.succeed(&args);
        sandbox.succeed(&[&args[..], &["--check"]].concat());
        run
    });
    assert_snapshot!(joined(runs), @"
    $ patcher completions bash --install
    exit code: 0
    --- stderr
    + Wrote      [ROOT]/home/.local/share/bash-completion/completions/patcher
                 The package bash-completion has to be installed: it loads the file.
    Finished in [TIME]: completions for bash
    Next: exec bash   begin to use them

    $ patcher completions zsh --install
    exit code: 0
    --- stderr
    + Wrote      [ROOT]/home/.zfunc/_patcher
                 zsh finds the file if these lines are in .zshrc, in this order:
                 fpath=(${ZDOTDIR:-~}/.zfunc $fpath)
                 autoload -Uz compinit && compinit
    Finished in [TIME]: completions for zsh
    Next: exec zsh   begin to use them

    $ patcher completions fish --install
    exit code: 0
    --- stderr
    + Wrote      [ROOT]/home/.config/fish/completions/patcher.fish
                 fish loads the file by itself.
    Finished in [TIME]: completions for fish
    Next: exec fish   begin to use them
    ");
    let files = files_of(&sandbox.home);
    let names: Vec<&str> = files
        .keys()
        .map(|path| path.strip_prefix(&sandbox.home).unwrap().to_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            ".config/fish/completions/patcher.fish",
            ".local/share/bash-completion/completions/patcher",
            ".zfunc/_patcher",
        ]
    );
    // The script that is printed, and a line that says who wrote it. zsh reads the first line.
    let printed = sandbox.succeed(&["completions", "zsh"]).stdout;
    let installed = fs::read_to_string(sandbox.home.join(".zfunc/_patcher")).unwrap();
    assert!(
        installed.starts_with("#compdef patcher\n# Written by `patcher completions"),
        "{installed}"
    );
    let mut lines: Vec<&str> = installed.lines().collect();
    lines.remove(1);
    assert_eq!(lines.join("\n"), printed.trim_end());
}

#[test]
fn variables_move_the_directories() {
    let mut sandbox = Sandbox::new();
    for (name, shell, file) in [
        ("BASH_COMPLETION_USER_DIR", "bash", "completions/patcher"),
        ("ZDOTDIR", "zsh", ".zfunc/_patcher"),
        ("XDG_CONFIG_HOME", "fish", "fish/completions/patcher.fish"),
    ] {
        let directory = sandbox.home.join(name);
        sandbox.set(name, &directory);
        sandbox.succeed(&["completions", shell, "--install"]);
        assert!(directory.join(file).is_file(), "{name}");
    }
}

#[test]
fn a_file_of_somebody_else_stays() {
    let sandbox = Sandbox::new();
    let file = sandbox.home.join(".zfunc/_patcher");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "#compdef patcher\n# mine\n").unwrap();
    let args = ["completions", "zsh", "--install"];
    let refused = [
        &args[..],
        &["completions", "zsh", "--install", "-n"],
        &["completions", "elvish", "--install"],
    ];
    assert_snapshot!(joined(refused.map(|args| sandbox.refuse(2, args, &[]))), @"
    $ patcher completions zsh --install
    exit code: 2
    --- stderr
      error: [ROOT]/home/.zfunc/_patcher: patcher did not write this file
       hint: move it away; nothing was written

    $ patcher completions zsh --install -n
    exit code: 2
    --- stderr
      error: [ROOT]/home/.zfunc/_patcher: patcher did not write this file
       hint: move it away; nothing was written

    $ patcher completions elvish --install
    exit code: 2
    --- stderr
      error: elvish has no directory for a user's completions
       hint: `patcher completions elvish` prints them
    ");
    assert_eq!(fs::read_to_string(&file).unwrap(), "#compdef patcher\n# mine\n");
    // One that an earlier patcher installed is replaced.
    fs::remove_file(&file).unwrap();
    sandbox.succeed(&args);
    let now = fs::read_to_string(&file).unwrap();
    fs::write(&file, now.replace("--install", "--instal")).unwrap();
    sandbox.refuse(2, &args, &["did not write this file"]);
    fs::write(&file, format!("{now}# of another version\n")).unwrap();
    sandbox.succeed(&args);
    assert_eq!(fs::read_to_string(&file).unwrap(), now);
}
