//! SECURITY.md names a test behind each line of its threat model: each is there.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

use std::fs;
use std::path::Path;

fn sources(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_line_of_the_threat_model_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    for directory in ["src", "tests"] {
        sources(&root.join(directory), &mut code);
    }
    let text = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(2);
    let mut count = 0;
    for row in rows {
        let held_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for name in held_by.split(", ") {
            let name = name.trim_matches('`');
            let test = format!("#[test]\n    fn {name}(");
            let is_there = code.contains(&test) || code.contains(&test.replace("    ", ""));
            assert!(is_there, "SECURITY.md: there is no test {name}");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} tests are named");
}
