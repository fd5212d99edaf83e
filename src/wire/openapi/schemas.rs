//! The schemas of what a host writes and of what it takes, from the types that `serde` uses for both.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// The place of the schemas in the document.
pub const SCHEMAS: &str = "/components/schemas";

/// The schemas of the types that the document has named so far.
pub struct Schemas {
    written: SchemaGenerator,
    taken: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let generator = |settings: SchemaSettings| {
            let settings = settings.with(|settings| {
                settings.definitions_path = SCHEMAS.into();
                settings.meta_schema = None;
            });
            settings.with_transform(RecursiveTransform(plain)).into_generator()
        };
        Self {
            written: generator(SchemaSettings::draft2020_12().for_serialize()),
            taken: generator(SchemaSettings::draft2020_12().for_deserialize()),
        }
    }

    /// The schema of what a host writes.
    pub fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().into()
    }

    /// The schema of what a host takes.
    pub fn taken<T: JsonSchema>(&mut self) -> Value {
        self.taken.subschema_for::<T>().into()
    }

    /// Every schema by its name.
    pub fn all(self) -> Map<String, Value> {
        let (mut all, taken) = self.both();
        all.extend(taken);
        described(&mut all);
        all
    }

    /// The schemas of what a host writes, and those of what it takes.
    pub fn both(mut self) -> (Map<String, Value>, Map<String, Value>) {
        (self.written.take_definitions(true), self.taken.take_definitions(true))
    }
}

/// Describes the fields of an edit: a field without a description gets that of the field of the same name in the edited type.
fn described(schemas: &mut Map<String, Value>) {
    for (of, edit) in [("Poll", "PollEdit"), ("Scale", "ScaleEdit")] {
        let of = schemas.get(of).map(|of| of["properties"].clone()).unwrap_or_default();
        let edit = schemas.get_mut(edit).and_then(|edit| edit["properties"].as_object_mut());
        for (name, field) in edit.into_iter().flatten() {
            let field = field.as_object_mut().filter(|field| !field.contains_key("description"));
            if let (Some(field), Some(about)) = (field, of[name].get("description")) {
                field.insert("description".into(), about.clone());
            }
        }
    }
}

/// Rewrites a generated schema for people who read the document.
fn plain(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    // Removes the formats that are named after Rust's number types. The 32-bit integers get their bounds instead.
    let bounds = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => Some((i32::MIN.into(), i32::MAX.into())),
        Some("uint32") => Some((0, u32::MAX.into())),
        Some("uint16" | "double") => None,
        _ => return fields(schema),
    };
    schema.remove("format");
    if let Some::<(i64, i64)>((least, most)) = bounds {
        let map = schema.ensure_object();
        map.entry("minimum").or_insert_with(|| least.into());
        map.entry("maximum").or_insert_with(|| most.into());
    }
}

/// Removes `null` from each optional field, which is absent instead, and the default from each required field.
fn fields(schema: &mut Schema) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        let Some(field) = field.as_object_mut() else { continue };
        if required.iter().any(|required| required == name) {
            field.remove("default");
        } else {
            not_null(field);
        }
    }
}

fn not_null(field: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = field.get_mut("type") {
        types.retain(|of| of != "null");
        if let [of] = &types[..] {
            let of = of.clone();
            field.insert("type".into(), of);
        }
    }
    if let Some(Value::Array(words)) = field.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Array(any)) = field.get_mut("anyOf") {
        any.retain(|of| of["type"] != "null");
        if let [Value::Object(only)] = &any[..] {
            let only = only.clone();
            field.remove("anyOf");
            field.extend(only);
        }
    }
}
