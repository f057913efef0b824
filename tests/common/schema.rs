//! JSON documents against the schemas in `docs/json`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// Stops if the document is not as the schema of its command says, or has a field that the
/// schema does not name.
pub fn hold(document: &Value) {
    let command = document["command"].as_str().unwrap_or("error");
    let file = format!("docs/json/{}.schema.json", command.replace(' ', "-"));
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    close(&mut schema);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{file}: {}\n{document:#}", errors.join("\n"));
}

/// Allows no other fields. The schemas do, as fields may be added; the program prints what they
/// name. An object's alternatives are closed by the object.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let is_object = fields.contains_key("properties");
            for (key, inner) in fields.iter_mut() {
                match inner {
                    Value::Array(shapes) if is_object && key.ends_with("Of") => {
                        let parts =
                            shapes.iter_mut().filter_map(|shape| shape.get_mut("properties"));
                        parts.for_each(close);
                    }
                    inner => close(inner),
                }
            }
            if is_object && !fields.contains_key("additionalProperties") {
                fields.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}
