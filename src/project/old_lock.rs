//! The format of `upstream.lock` before the current one: what was called otherwise in it.

use toml::{Table, Value};

pub(super) const FORMAT: u32 = 2;

/// What was called otherwise in [`FORMAT`], of a series, of a release and of its results.
const OF_SERIES: [(&str, &str); 1] = [("served", "supported")];
const OF_RELEASE: [(&str, &str); 3] =
    [("tip", "patched_commit"), ("tip_tree", "patched_commit_tree"), ("verified", "tested")];
const OF_RESULTS: [(&str, &str); 3] =
    [("depth", "phase"), ("as_intended", "expected_change"), ("control_held", "unchanged")];

/// The lock with the keys of the current format; its format version is left to the caller.
pub(super) fn with_current_keys(mut lock: Table) -> Table {
    rename(&mut lock, &[("line", "series")]);
    for series in tables(&mut lock, "series") {
        rename(series, &OF_SERIES);
        for key in ["pin", "supported"] {
            for release in tables(series, key) {
                rename(release, &OF_RELEASE);
                for results in tables(release, "tested") {
                    rename(results, &OF_RESULTS);
                }
            }
        }
    }
    lock
}

fn rename(table: &mut Table, names: &[(&str, &str)]) {
    for (old, new) in names {
        if let Some(value) = table.remove(*old) {
            table.insert((*new).to_owned(), value);
        }
    }
}

/// The table, or the tables, that a key stands for.
fn tables<'a>(in_table: &'a mut Table, key: &str) -> Vec<&'a mut Table> {
    match in_table.get_mut(key) {
        Some(Value::Table(table)) => vec![table],
        Some(Value::Array(values)) => values.iter_mut().filter_map(Value::as_table_mut).collect(),
        _ => Vec::new(),
    }
}
