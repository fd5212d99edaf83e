//! The schemas of the OpenAPI document: a table of fields for each.

use maud::{Markup, html};
use serde_json::Value;

use super::words::{code, sentence, table};

/// Follows a reference within the document.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|path| document.pointer(path.strip_prefix('#')?));
    target.unwrap_or(value)
}

pub(super) fn all(document: &Value) -> Markup {
    html! {
        @for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            h3 id={ "schema-" (name) } { (code(name)) }
            @if let Some(about) = schema["description"].as_str() { p { (sentence(about)) } }
            @if let Some(fields) = schema["properties"].as_object() {
                (table(&["Field", "Type", "Meaning"], fields.iter().map(|(name, field)| {
                    let needed = schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
                    vec![
                        html! { (code(name)) @if needed { " (always)" } },
                        type_of(field),
                        sentence(field["description"].as_str().unwrap_or_default()),
                    ]
                })))
            } @else {
                p { (type_of(schema)) }
            }
        }
    }
}

/// A type in a few words, with links to the schemas that it names.
pub(super) fn type_of(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    let several =
        ["anyOf", "oneOf", "allOf"].into_iter().find_map(|how| Some((how, schema[how].as_array()?)));
    if let Some((how, types)) = several {
        let between = if how == "allOf" { " with " } else { " or " };
        let types = types.iter().filter(|of| of.get("required").is_none() || of.get("properties").is_some());
        return html! { @for (at, of) in types.enumerate() { @if at > 0 { (between) } (type_of(of)) } };
    }
    if let Some(words) = schema["enum"].as_array() {
        return html! { @for (at, word) in words.iter().enumerate() { @if at > 0 { ", " } (plain(word)) } };
    }
    if !schema["const"].is_null() {
        return plain(&schema["const"]);
    }
    if schema["items"].is_object() {
        return html! { "list of " (type_of(&schema["items"])) (bounds(schema, "length ", "minItems", "maxItems")) };
    }
    let named = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "any".into(),
    };
    html! {
        (named)
        (bounds(schema, "", "minimum", "maximum"))
        (bounds(schema, "length ", "minLength", "maxLength"))
        @if let Some(format) = schema["format"].as_str() { ", " (format) }
        @if let Some(pattern) = schema["pattern"].as_str() { ", " (code(pattern)) }
    }
}

/// A value as JSON has it, strings without quotation marks.
fn plain(value: &Value) -> Markup {
    match value {
        Value::String(text) => code(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            code(&value.to_string())
        }
    }
}

fn bounds(schema: &Value, of: &str, least: &str, most: &str) -> Markup {
    let bound = |field: &str| schema[field].as_i64();
    html! {
        @match (bound(least), bound(most)) {
            (Some(least), Some(most)) => { ", " (of) (least) " to " (most) },
            (Some(least), None) => { ", " (of) "at least " (least) },
            (None, Some(most)) => { ", " (of) "at most " (most) },
            (None, None) => {},
        }
    }
}
