//! Bodies of requests.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::invalid;
use crate::api::MAX_REVISION;
use crate::contract::ProblemKind;
use crate::server::answer::Failure;
use crate::server::app::App;

/// The largest body of a request, in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// A JSON body. Rejections are problems that say what is wrong with it.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or("").trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(invalid("the body has to be JSON: say so with Content-Type: application/json"));
        }
        let arrival = timeout(app.guard.limits.arrival, Bytes::from_request(request, app)).await;
        let late = |_| ProblemKind::Timeout.with("the body took too long to arrive; send it again");
        let bytes = arrival.map_err(late)?.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ProblemKind::TooLarge.with(format!("a body has at most {MAX_BODY} bytes")).into()
            } else {
                invalid("the body was cut short; send it again")
            }
        })?;
        if bytes.trim_ascii_start().starts_with(b"{") {
            let body = serde_json::from_slice(&bytes).or_else(|_| serde_json::from_slice(&whole(&bytes)));
            if let Ok(body) = body {
                return Ok(Self(body));
            }
        }
        // Read once more, field by field, to say where it is wrong.
        let body: Map<String, Value> = serde_json::from_slice(&whole(&bytes))
            .map_err(|error| invalid(format!("the body is not an object of JSON: {error}")))?;
        serde_path_to_error::deserialize(Value::Object(body)).map(Self).map_err(|error| misshapen(&error))
    }
}

/// What is wrong with a body, and where.
fn misshapen(error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let (place, why) = (error.path().to_string(), error.inner().to_string());
    // What a poll has would fill the page.
    let known = if why.starts_with("unknown field") { why.split_once(", expected") } else { None };
    let why = known.map_or(why.as_str(), |(why, _)| why);
    invalid(if place == "." { why.to_owned() } else { format!("{place}: {why}") })
}

/// Makes whole numbers of those that are written with a fraction of zero: to JSON Schema `1.0` is an integer, to `serde` it is
/// none. What else is there stays byte by byte, the order of fields too.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // within what both can tell apart
fn whole(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => string_length(rest),
            b'-' | b'0'..=b'9' => rest.iter().take_while(|byte| is_of_number(**byte)).count(),
            _ => 1,
        };
        let (token, left) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let number = if *first == b'"' { None } else { std::str::from_utf8(token).ok() };
        let number =
            number.filter(|text| text.contains(['.', 'e', 'E'])).and_then(|text| text.parse::<f64>().ok());
        match number.filter(|n| n.fract() == 0.0 && n.abs() <= MAX_REVISION as f64) {
            Some(number) => out.extend((number as i64).to_string().bytes()),
            None => out.extend(token),
        }
        rest = left;
    }
    out
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The length of the string at the beginning, with its quotation marks.
fn string_length(json: &[u8]) -> usize {
    let mut escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_fraction_of_zero_are_whole_and_all_else_stays() {
        for (json, made) in [
            (r#"{"a":1.0,"b":[-2e1, 1.5,7]}"#, r#"{"a":1,"b":[-20, 1.5,7]}"#),
            (r#"{"z":"1.0 \" 2.0","a":"\\","b":3.0}"#, r#"{"z":"1.0 \" 2.0","a":"\\","b":3}"#),
            (r#"{"a":1e300,"b":tru"#, r#"{"a":1e300,"b":tru"#),
            (r#"{"a":"1.0"#, r#"{"a":"1.0"#),
            ("{\"a\": \"\u{e9}1.0\", \"b\": 1.0}", "{\"a\": \"\u{e9}1.0\", \"b\": 1}"),
        ] {
            assert_eq!(String::from_utf8(whole(json.as_bytes())).unwrap(), made);
        }
    }
}
