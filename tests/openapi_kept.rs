//! What the document by hand told, the one that is made of the types tells, too.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, dropping_copy_types)]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What is told otherwise: a member's own option is refused with `conflict`, and with no problem that only a ballot has.
const OTHERWISE: [&str; 2] = [
    "/polls/{id}/options/post/responses/409/content/application/problem+json/schema/properties/type/enum: \"urn:folkmoot:problem:ballot-final\"",
    "/polls/{id}/options/post/responses/409/content/application/problem+json/schema/properties/type/enum: \"urn:folkmoot:problem:stale-ballot\"",
];

#[test]
fn whatever_the_document_by_hand_tells_the_generated_one_tells() {
    let old = facts(include_str!("../src/api/openapi.json"));
    let new = facts(&folkmoot::wire::OPENAPI);
    let lost: Vec<_> =
        old.difference(&new).filter(|fact| !OTHERWISE.iter().any(|known| fact.contains(known))).collect();
    println!("{} facts of {}; {} more", old.len() - lost.len(), old.len(), new.difference(&old).count());
    for more in new.difference(&old) {
        println!("more: {more}");
    }
    assert!(lost.is_empty(), "{} of {} are lost:\n{lost:#?}", lost.len(), old.len());
}

/// Everything that a document tells, one line each, with what it refers to in its place.
fn facts(document: &str) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(document).unwrap();
    let mut facts = BTreeSet::new();
    tell(&document, &document["paths"], "", &mut facts);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        tell(&document, schema, &format!("schema {name}"), &mut facts);
    }
    tell(&document, &document["components"]["securitySchemes"], "security", &mut facts);
    tell(&document, &document["info"], "info", &mut facts);
    tell(&document, &document["servers"], "servers", &mut facts);
    for (name, answer) in document["components"]["responses"].as_object().unwrap() {
        tell(&document, answer, &format!("response {name}"), &mut facts);
    }
    facts
}

fn tell(document: &Value, value: &Value, place: &str, facts: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let fields = whole(document, fields);
            for (name, value) in &fields {
                let place = format!("{place}/{name}");
                match (name.as_str(), value) {
                    // Prose may be better than it was.
                    ("description" | "summary", Value::String(text)) => {
                        drop(facts.insert(format!("{place}: {}", !text.is_empty())))
                    }
                    ("operationId" | "format", Value::String(text)) => {
                        facts.insert(format!("{place}: {}", text.replace('_', "").to_lowercase()));
                    }
                    ("enum" | "required" | "type", Value::Array(items)) => {
                        facts.extend(items.iter().map(|item| format!("{place}: {item}")));
                    }
                    ("const", value) => {
                        drop(facts.insert(format!("{place}: {value}").replace("/const:", "/enum:")))
                    }
                    ("example", value) => drop(facts.insert(format!("{place}: {value}"))),
                    ("parameters", Value::Array(items)) => {
                        for item in items {
                            let item = whole(document, item.as_object().unwrap());
                            let place = format!("{place} {}", item["name"]);
                            tell(document, &item.into(), &place, facts);
                        }
                    }
                    _ => tell(document, value, &place, facts),
                }
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                tell(document, item, &format!("{place}/{n}"), facts);
            }
        }
        Value::Number(number) => drop(facts.insert(format!("{place}: {}", number.as_f64().unwrap()))),
        other => drop(facts.insert(format!("{place}: {other}"))),
    }
}

/// An object with what it refers to, where null is one of its types if it is one of the alternatives.
fn whole(document: &Value, fields: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = fields.clone();
    while let Some(reference) = fields.remove("$ref") {
        let target =
            document.pointer(&reference.as_str().unwrap()[1..]).unwrap().as_object().unwrap().clone();
        for (name, value) in target {
            match (fields.get_mut(&name), value) {
                (Some(Value::Object(own)), Value::Object(more)) => {
                    for (name, value) in more {
                        own.entry(name).or_insert(value);
                    }
                }
                (Some(_), _) => {}
                (None, value) => drop(fields.insert(name, value)),
            }
        }
    }
    let of = if fields.contains_key("oneOf") { "oneOf" } else { "anyOf" };
    if let Some(Value::Array(any)) = fields.get(of).cloned()
        && let [Value::Object(only), null] = &any[..]
        && *null == json!({"type": "null"})
    {
        fields.remove(of);
        for (name, value) in whole(document, only) {
            fields.entry(name).or_insert(value);
        }
        if let Some(Value::Array(types)) = fields.get_mut("type") {
            types.push(json!("null"));
        }
    }
    if let Some(of @ Value::String(_)) = fields.get("type").cloned() {
        fields.insert("type".into(), json!([of]));
    }
    if let Some(Value::Array(words)) = fields.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    fields
}
