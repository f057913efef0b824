//! Pictures of what patcher prints, for the documents: made of real runs on the demo's sample.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use anstyle_svg::{Palette, Term};

use crate::common::{Sandbox, find_program};

/// The colours of a dark terminal, which can be read on a light page as on a dark one. In the order
/// of ANSI's eight, then their bright forms.
const PALETTE: [[u8; 3]; 16] = [
    [0x48, 0x4f, 0x58],
    [0xff, 0x7b, 0x72],
    [0x3f, 0xb9, 0x50],
    [0xd2, 0x99, 0x22],
    [0x58, 0xa6, 0xff],
    [0xbc, 0x8c, 0xff],
    [0x39, 0xc5, 0xcf],
    [0xb1, 0xba, 0xc4],
    [0x6e, 0x76, 0x81],
    [0xff, 0xa1, 0x98],
    [0x56, 0xd3, 0x64],
    [0xe3, 0xb3, 0x41],
    [0x79, 0xc0, 0xff],
    [0xd2, 0xa8, 0xff],
    [0x56, 0xd4, 0xdd],
    [0xff, 0xff, 0xff],
];
const TEXT: [u8; 3] = [0xe6, 0xed, 0xf3];
const BACKGROUND: [u8; 3] = [0x16, 0x1b, 0x22];

/// Each picture: its name, and the command in the sample.
const PICTURES: [(&str, &[&str]); 3] = [
    ("demo", &["demo"]),
    ("conflict", &["sync", "--to", "1.2.0", "--no-repro"]),
    ("status", &["status"]),
];

#[test]
fn pictures_are_what_is_printed() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let mut sandbox = Sandbox::new();
    let bin = sandbox.home.join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(find_program("git").unwrap(), bin.join("git")).unwrap();
    sandbox.set("PATH", &bin);
    sandbox.set("LC_ALL", "C.UTF-8");
    sandbox.succeed(&["demo", "sample"]);
    for (name, args) in PICTURES {
        let text = printed(&sandbox, args);
        let picture = svg(&format!("\u{1b}[1m$ patcher {}\u{1b}[0m\n{text}", args.join(" ")));
        let path = directory.join(format!("{name}.svg"));
        if std::env::var_os("PATCHER_WRITE_ASSETS").is_some() {
            fs::create_dir_all(&directory).unwrap();
            fs::write(&path, &picture).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        let hint = "`PATCHER_WRITE_ASSETS=1 cargo test --test assets` draws it";
        assert!(
            found == picture,
            "docs/pictures/{name}.svg: {hint}; what is printed now is:\n{text}"
        );
    }
}

/// What a command prints in the sample on a terminal, without what differs from run to run.
fn printed(sandbox: &Sandbox, args: &[&str]) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = sandbox.command(&["--color", "always"]);
    command.args(args).current_dir(sandbox.project.join("sample"));
    // Both in the order in which they are printed.
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    assert!(text.contains('\u{1b}') || args == ["status"], "no colours: {text}");
    with_fixed_times(&text)
}

/// A text in which everything took 0.4 seconds.
fn with_fixed_times(text: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let word = |word: &str| {
        let end = word.trim_start_matches(is_number);
        let number = &word[..word.len() - end.len()];
        let is_time = number.contains('.') && number.parse::<f64>().is_ok() && end.starts_with('s');
        if is_time { format!("0.4{end}") } else { word.to_owned() }
    };
    text.split_inclusive([' ', '\n']).map(word).collect()
}

fn svg(text: &str) -> String {
    let color = |[red, green, blue]: [u8; 3]| anstyle::RgbColor(red, green, blue);
    let term = Term::new()
        .palette(Palette(PALETTE.map(color)))
        .fg_color(color(TEXT).into())
        .bg_color(color(BACKGROUND).into())
        .min_width_px(680)
        .render_svg(text);
    // So that a page may show it smaller.
    let (head, rest) = term.split_once('\n').unwrap();
    let length = |name: &str| {
        let (_, value) = head.split_once(&format!("{name}=\"")).unwrap();
        value.split_once("px\"").unwrap().0.to_owned()
    };
    let view = format!("viewBox=\"0 0 {} {}\" xmlns=", length("width"), length("height"));
    // What is dim is to be read all the same.
    let rest = rest.replace(" opacity: 0.4", " fill-opacity: 0.65");
    format!("{}\n{}\n", head.replace("xmlns=", &view), rest.trim_end())
}
