//! Making requests to each kind of host, and reading its answers: one file a kind, all of them pure.
//!
//! May use: `domain`, `api`, `sync`.

pub mod native;

use crate::domain::time::Timestamp;

/// An HTTP request to a host.
#[derive(Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Path and query, relative to the URL of the API.
    pub path: String,
    /// The idempotency key of a write.
    pub key: Option<String>,
    /// The JSON body of a write.
    pub body: Option<CallBody>,
    /// Whether it is sent by POST, with the method in the header `X-HTTP-Method-Override`.
    pub by_post: bool,
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

/// The JSON body of a write: the fields of an object.
pub type CallBody = Vec<(&'static str, Field)>;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A whole number below 2^53.
    Number(u64),
    /// A string.
    Text(String),
    /// An array of strings.
    Texts(Vec<String>),
    /// A boolean.
    Truth(bool),
    /// A time, which becomes an RFC 3339 string.
    Time(Timestamp),
    /// Null.
    Null,
    /// An array of objects, each with an `option` and its `value`.
    Values(Vec<(String, i32)>),
}

/// The body as JSON. The browser's own `JSON.stringify` is not used, since scripts of the page may have changed how it writes
/// arrays and strings.
pub fn to_json(body: &CallBody) -> String {
    let field = |(name, field): &(&'static str, Field)| [quoted(name), value(field)].join(":");
    ["{", &body.iter().map(field).collect::<Vec<_>>().join(","), "}"].concat()
}

fn value(field: &Field) -> String {
    match field {
        Field::Number(n) => n.to_string(),
        Field::Text(text) => quoted(text),
        Field::Texts(texts) => list(&texts.iter().map(|text| quoted(text)).collect::<Vec<_>>()),
        Field::Truth(truth) => if *truth { "true" } else { "false" }.into(),
        Field::Time(at) => quoted(&at.to_string()),
        Field::Null => "null".into(),
        Field::Values(values) => {
            let pair = |(option, value): &(String, i32)| {
                ["{\"option\":", &quoted(option), ",\"value\":", &value.to_string(), "}"].concat()
            };
            list(&values.iter().map(pair).collect::<Vec<_>>())
        }
    }
}

fn list(items: &[String]) -> String {
    ["[", &items.join(","), "]"].concat()
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
pub struct Reply<B> {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, in milliseconds.
    pub retry_after: Option<u32>,
    /// The time on the host's clock, from `Date`.
    pub host_time: Option<Timestamp>,
    /// The host's epoch, from `Folkmoot-Epoch`.
    pub epoch: Option<String>,
    /// The body as JSON; `None` where it is not JSON.
    pub body: Option<B>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_30_what_is_sent_is_json_of_our_own_whatever_it_says() {
        let hostile = "\"quoted\" \\ back, line\r\nnext\ttab \0\u{1f}\u{7f}\u{2028}\u{202e} é 🍕";
        let body: CallBody = vec![
            ("revision", Field::Number(1 << 52)),
            ("text", Field::Text(hostile.into())),
            ("options", Field::Texts(vec![hostile.into(), String::new()])),
            ("none", Field::Texts(Vec::new())),
            ("follows", Field::Truth(true)),
            ("abstain", Field::Truth(false)),
            ("closes_at", Field::Time(Timestamp(0))),
            ("opens_at", Field::Null),
            ("values", Field::Values(vec![("a".into(), -3), ("b".into(), 2)])),
        ];
        let read: serde_json::Value = serde_json::from_str(&to_json(&body)).unwrap_or_default();
        let sent = serde_json::json!({
            "revision": 1_u64 << 52, "text": hostile, "options": [hostile, ""], "none": [], "follows": true,
            "abstain": false, "closes_at": Timestamp(0).to_string(), "opens_at": null,
            "values": [{"option": "a", "value": -3}, {"option": "b", "value": 2}],
        });
        assert_eq!(read, sent);
        assert_eq!(to_json(&Vec::new()), "{}");
    }
}
