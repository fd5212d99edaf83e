//! The calls of Host API v1, and the problems with which it refuses them, as the OpenAPI document has them.

use maud::{Markup, html};
use serde_json::Value;

use super::schema::{resolve, type_of};
use super::words::{code, json, sentence, table};
use crate::contract::{API_PATH, Call, PROBLEM, ProblemCode, ProblemKind};
use crate::wire::{Audience, audience};

pub(super) fn calls(document: &Value) -> Markup {
    html! {
        @for paragraph in text(&document["info"], "description").split("\n\n") { p { (sentence(paragraph)) } }
        p { "Paths are below the API's address, which is " code { (API_PATH) } " on the native host." }
        ul class="index" {
            @for call in Call::ALL {
                li { a href={ "#" (call.name()) } { code { (call.method()) " " (call.path()) } } " " (call.about()) }
            }
        }
        @for call in Call::ALL {
            article id=(call.name()) {
                h3 { code { (call.method()) " " (call.path()) } }
                (self::call(document, *call))
            }
        }
    }
}

fn call(document: &Value, call: Call) -> Markup {
    let path = &document["paths"][call.path()];
    let operation = &path[call.method().to_lowercase()];
    let parameters =
        [&path["parameters"], &operation["parameters"]].into_iter().filter_map(Value::as_array).flatten();
    let parameters: Vec<&Value> = parameters.map(|parameter| resolve(document, parameter)).collect();
    let body = &operation["requestBody"]["content"]["application/json"];
    html! {
        p { (call.about()) "." }
        @for paragraph in text(operation, "description").split("\n\n").filter(|text| !text.is_empty()) {
            p { (sentence(paragraph)) }
        }
        p { (who_may(call)) }
        @if !parameters.is_empty() {
            (table(&["Parameter", "In", "Type", "Meaning"], parameters.into_iter().map(parameter)))
        }
        @if !body.is_null() {
            h4 { "Body: " (type_of(&body["schema"])) }
            (json(&body["example"]))
        }
        h4 { "Answers" }
        (table(&["Status", "Meaning", "Body"], operation["responses"].as_object().into_iter().flatten().map(|(status, response)| {
            answer(status, resolve(document, response))
        })))
    }
}

fn who_may(call: Call) -> &'static str {
    match audience(call) {
        Audience::Nobody => "For everybody; a token makes no difference.",
        Audience::Anybody => "For guests and members.",
        Audience::Voter => "For members, and for guests with a token of the host's.",
        Audience::Member => "For members.",
        Audience::Staff => "For staff.",
    }
}

fn parameter(parameter: &Value) -> Vec<Markup> {
    let needed = if parameter["required"] == true { " (required)" } else { "" };
    vec![
        html! { (code(text(parameter, "name"))) (needed) },
        html! { (text(parameter, "in")) },
        type_of(&parameter["schema"]),
        sentence(text(parameter, "description")),
    ]
}

fn answer(status: &str, response: &Value) -> Vec<Markup> {
    let content = response["content"].as_object().and_then(|content| content.iter().next());
    let problems = content
        .and_then(|(_, body)| body["schema"]["properties"]["type"]["enum"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|uri| uri.as_str()?.strip_prefix(PROBLEM));
    let problems: Vec<&str> = problems.collect();
    let body = html! {
        @if problems.is_empty() {
            @if let Some((media_type, body)) = content {
                @if media_type == "application/json" { (type_of(&body["schema"])) } @else { (code(media_type)) }
            }
        } @else {
            @for problem in problems { a href={ "#problem-" (problem) } { (code(problem)) } " " }
        }
    };
    vec![code(status), sentence(text(response, "description")), body]
}

pub(super) fn problems() -> Markup {
    let row = |kind: &ProblemKind| {
        vec![
            html! { span id={ "problem-" (kind.word()) } { (code(&kind.uri())) } },
            code(&kind.status().to_string()),
            html! { (kind.title()) },
            sentence(kind.about()),
        ]
    };
    let code_row = |of: &ProblemCode| vec![code(of.word()), code(of.kind().word()), sentence(of.about())];
    html! {
        p {
            "A refused call is answered with " code { "application/problem+json" }
            " (RFC 9457), whose " code { "type" } " is one of these. " code { "detail" } " says what was wrong this time, and what to do."
        }
        (table(&["Type", "Status", "Title", "When"], ProblemKind::ALL.iter().map(row)))
        p {
            "What a member can meet has a " code { "code" } ", too, with its numbers and texts in " code { "params" }
            ": the elements say it in the member's language. Without a code they show " code { "detail" } "."
        }
        (table(&["Code", "Type ends with", "When"], ProblemCode::ALL.iter().map(code_row)))
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
