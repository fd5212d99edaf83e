//! HTTP requests to a host, and its responses.

use crate::domain::time::Timestamp;

/// An HTTP request to a host.
#[derive(Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Path and query, relative to the URL of the API.
    pub path: String,
    /// Headers besides those that prove who is asking, with their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a write.
    pub body: Option<Value>,
    /// Whether the response must not come out of the browser's cache.
    pub fresh: bool,
}

impl Call {
    /// A GET request.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), headers: Vec::new(), body: None, fresh: false }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The name in an HTTP request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A JSON value to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Null.
    Null,
    /// A boolean.
    Truth(bool),
    /// A whole number between -2^53 and 2^53.
    Number(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Fields(Vec<(&'static str, Value)>),
}

impl Value {
    /// The JSON text. The browser's own `JSON.stringify` is not used, since scripts of the page may have changed how it writes
    /// arrays and strings.
    pub fn to_json(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Truth(truth) => if *truth { "true" } else { "false" }.into(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                ["[", &items.iter().map(Self::to_json).collect::<Vec<_>>().join(","), "]"].concat()
            }
            Self::Fields(fields) => {
                let field = |(name, value): &(&str, Self)| [quoted(name), value.to_json()].join(":");
                ["{", &fields.iter().map(field).collect::<Vec<_>>().join(","), "}"].concat()
            }
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\0'..='\x1f' => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or_default();
                quoted.push_str("\\u00");
                quoted.extend([digit(u32::from(c) >> 4), digit(u32::from(c) & 15)]);
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The HTTP response of a host.
#[derive(Debug)]
pub struct Reply<J> {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, in milliseconds.
    pub retry_after: Option<u32>,
    /// The time on the host's clock, from `Date`.
    pub host_time: Option<Timestamp>,
    /// The host's epoch, from [`Host::epoch_header`](super::Host::epoch_header).
    pub epoch: Option<String>,
    /// The body as JSON; `None` where it is not JSON.
    pub body: Option<J>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_30_what_is_sent_is_json_of_our_own_whatever_it_says() {
        let hostile = "\"quoted\" \\ back, line\r\nnext\ttab \0\u{1f}\u{7f}\u{2028}\u{202e} é 🍕";
        let text = |text: &str| Value::Text(text.into());
        let body = Value::Fields(vec![
            ("revision", Value::Number(1 << 52)),
            ("text", text(hostile)),
            ("options", Value::List(vec![text(hostile), text("")])),
            ("none", Value::List(Vec::new())),
            ("follows", Value::Truth(true)),
            ("abstain", Value::Truth(false)),
            ("opens_at", Value::Null),
            (
                "values",
                Value::List(vec![Value::Fields(vec![("option", text("a")), ("value", Value::Number(-3))])]),
            ),
        ]);
        let read: serde_json::Value = serde_json::from_str(&body.to_json()).unwrap_or_default();
        let sent = serde_json::json!({
            "revision": 1_u64 << 52, "text": hostile, "options": [hostile, ""], "none": [], "follows": true,
            "abstain": false, "opens_at": null, "values": [{"option": "a", "value": -3}],
        });
        assert_eq!(read, sent);
        assert_eq!(Value::Fields(Vec::new()).to_json(), "{}");
    }
}
