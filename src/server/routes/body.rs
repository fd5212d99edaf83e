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
        if bytes.trim_ascii_start().starts_with(b"{")
            && let Ok(body) = serde_json::from_slice(&bytes)
        {
            return Ok(Self(body));
        }
        // Read once more, field by field, to say where it is wrong.
        let mut body: Map<String, Value> = serde_json::from_slice(&bytes)
            .map_err(|error| invalid(format!("the body is not an object of JSON: {error}")))?;
        body.values_mut().for_each(whole);
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
/// none.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // within what both can tell apart
fn whole(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let exact = |n: &f64| n.fract() == 0.0 && n.abs() <= MAX_REVISION as f64;
            if let Some(number) = number.as_f64().filter(exact) {
                *value = (number as i64).into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole),
        Value::Object(fields) => fields.values_mut().for_each(whole),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
