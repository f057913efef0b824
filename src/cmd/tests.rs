//! The JSON Schemas in `docs/json`: of every command a file, made of the types that it prints.
//! `PATCHER_WRITE_ASSETS=1 cargo test --lib schemas` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::{
    check, ci, completions, doctor, drop, edit, override_file, preview, publish, repro, resume,
    sync, sync_report, why,
};
use crate::cli::Cli;
use crate::consumer::overview::Overview;
use crate::demo::run::Shown;
use crate::init::Initialised;
use crate::port::bisect::Bisection;
use crate::port::listing::Listing;
use crate::port::survey::Survey;
use crate::publish::export::Exported;
use crate::support::document::{ErrorDocument, JSON_SCHEMA};
use crate::sync::status::Status;
use crate::{matrix, review, verify};

type Result = fn(&mut SchemaGenerator) -> Schema;

/// Each command, as its documents name it, with the results that it may print.
const RESULTS: &[(&str, &[Result])] = &[
    ("abort", &[resume::AbortedDocument::json_schema]),
    ("bisect", &[Bisection::json_schema]),
    ("check", &[check::CheckDocument::json_schema]),
    ("ci port", &[ci::ProposalDocument::json_schema]),
    ("ci propose", &[ci::ProposeDocument::json_schema]),
    ("completions", &[completions::Installed::json_schema]),
    (
        "continue",
        &[
            sync_report::SyncDocument::json_schema,
            resume::StoppedDocument::json_schema,
            resume::RecalledDocument::json_schema,
            edit::FinishedDocument::json_schema,
        ],
    ),
    ("demo", &[Shown::json_schema]),
    ("doctor", &[doctor::DoctorDocument::json_schema]),
    ("drop", &[drop::Dropped::json_schema]),
    ("edit", &[edit::OpenedDocument::json_schema]),
    ("export", &[Exported::json_schema]),
    ("init", &[Initialised::json_schema]),
    ("matrix", &[matrix::report::Document::json_schema]),
    ("new", &[edit::OpenedDocument::json_schema]),
    ("override add", &[override_file::Outcome::json_schema]),
    ("override remove", &[override_file::Outcome::json_schema]),
    ("override show", &[Overview::json_schema]),
    ("override update", &[override_file::Outcome::json_schema]),
    (
        "preview",
        &[
            Survey::json_schema,
            preview::PreviewDocument::json_schema,
            preview::Nothing::json_schema,
        ],
    ),
    ("publish", &[publish::Published::json_schema]),
    ("repro", &[repro::Ran::json_schema, repro::Compared::json_schema]),
    ("review", &[review::operation::Report::json_schema]),
    ("series", &[Listing::json_schema]),
    ("skip", &[sync_report::SyncDocument::json_schema, resume::StoppedDocument::json_schema]),
    ("status", &[Status::json_schema]),
    (
        "sync",
        &[
            sync_report::SyncDocument::json_schema,
            sync::PendingDocument::json_schema,
            resume::StoppedDocument::json_schema,
        ],
    ),
    ("verify", &[verify::operation::Report::json_schema]),
    ("why", &[why::Needed::json_schema]),
];

/// The commands that print no document.
const WITHOUT: &[&str] = &[];

/// The name of a command's schema in `docs/json`.
fn file(command: &str) -> String {
    format!("{}.schema.json", command.replace(' ', "-"))
}

/// Every schema by its file, as it should be.
fn schemas() -> BTreeMap<String, Value> {
    let commands = RESULTS.iter().map(|(name, results)| (file(name), schema(Some(name), results)));
    // A command line that cannot be understood is no command's.
    commands.chain([(file("error"), schema(None, &[]))]).collect()
}

/// The envelope around one of the results, or around an error.
fn schema(command: Option<&str>, results: &[Result]) -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut shapes: Vec<Value> = results.iter().map(|r| r(&mut generator).to_value()).collect();
    for shape in &shapes {
        for name in ["schema", "command", "error"] {
            assert!(shape["properties"].get(name).is_none(), "{command:?} has a {name} of its own");
        }
    }
    shapes.push(json!({ "title": "Failed", "required": ["error"] }));
    let error = generator.subschema_for::<ErrorDocument<'static>>();
    let title = command.map_or("patcher".to_owned(), |command| format!("patcher {command}"));
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{title} --format json"),
        "type": "object",
        "properties": {
            "schema": { "description": "The version of the documents.", "const": JSON_SCHEMA },
            "command": { "description": "The command that printed it.", "const": command },
            "error": error,
        },
        "required": ["schema", "command"],
        "anyOf": shapes,
        "$defs": generator.take_definitions(true),
    });
    open(&mut schema);
    schema
}

/// A field may be added within a version, so no object is closed.
fn open(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                fields.remove("additionalProperties");
            }
            fields.values_mut().for_each(open);
        }
        Value::Array(values) => values.iter_mut().for_each(open),
        _ => {}
    }
}

/// The commands that do something: a command with subcommands is each of them.
fn commands(command: &clap::Command, above: &str) -> BTreeSet<String> {
    let named = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    named
        .flat_map(|inner| {
            let name = format!("{above}{}", inner.get_name());
            match inner.has_subcommands() {
                true => commands(inner, &format!("{name} ")),
                false => BTreeSet::from([name]),
            }
        })
        .collect()
}

#[test]
fn every_command_has_a_schema() {
    let known = RESULTS.iter().map(|(name, _)| *name).chain(WITHOUT.iter().copied());
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    assert_eq!(known, commands(&Cli::command(), ""));
}

#[test]
fn a_type_has_a_name_of_its_own() {
    for (file, schema) in schemas() {
        let names = schema["$defs"].as_object().unwrap().keys();
        let numbered: Vec<&String> =
            names.filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).collect();
        assert_eq!(numbered, [""; 0], "{file}: two types of one name: `schemars(rename = …)`");
    }
}

#[test]
fn the_schemas_in_docs_are_those_of_the_types() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json");
    let expected: BTreeMap<String, String> =
        schemas().into_iter().map(|(file, schema)| (file, format!("{schema:#}\n"))).collect();
    if std::env::var_os("PATCHER_WRITE_ASSETS").is_some() {
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        for (name, text) in &expected {
            fs::write(directory.join(name), text).unwrap();
        }
    }
    let found = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let found = found.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let found: BTreeMap<String, String> = found
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    let hint = "`PATCHER_WRITE_ASSETS=1 cargo test --lib schemas` writes them";
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected), "{hint}");
    for (name, text) in &expected {
        assert!(found[name] == *text, "docs/json/{name} is of earlier types: {hint}");
    }
}
