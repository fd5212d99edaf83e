//! Which other sites' pages may use the host.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, ETAG, IF_NONE_MATCH, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{CookieSession, Error};

/// How long a browser remembers what it may do.
const REMEMBER: Duration = Duration::from_hours(2);

/// Lets pages of these origins, and no others, call; with their cookies where one says who is asking.
pub(super) fn layer(origins: &[String], session: Option<&CookieSession>) -> Result<CorsLayer, Error> {
    let origins: Vec<HeaderValue> = origins.iter().map(|o| origin(o)).collect::<Result<_, _>>()?;
    let mut headers = vec![
        AUTHORIZATION,
        CONTENT_TYPE,
        IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("last-event-id"),
    ];
    if let Some(session) = session {
        headers.push(session.csrf_name()?);
    }
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(session.is_some())
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(headers)
        .expose_headers([DATE, ETAG, RETRY_AFTER])
        .vary([ORIGIN])
        .max_age(REMEMBER))
}

/// An origin exactly as browsers send it: lower case, without the scheme's own port.
fn origin(text: &str) -> Result<HeaderValue, Error> {
    let bad = || Error::Origin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| bad())?;
    let scheme = uri.scheme_str().filter(|s| ["http", "https"].contains(s)).ok_or_else(bad)?;
    let authority = uri.authority().filter(|a| !a.as_str().contains(['@', '*'])).ok_or_else(bad)?;
    if !text.eq_ignore_ascii_case(&format!("{scheme}://{authority}")) {
        return Err(bad());
    }
    let own = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.as_str().to_ascii_lowercase();
    let authority = authority.strip_suffix(own).unwrap_or(&authority);
    HeaderValue::try_from(format!("{scheme}://{authority}")).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for (given, sent) in [
            ("https://forum.example", "https://forum.example"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("https://Forum.Example:443", "https://forum.example"),
        ] {
            assert_eq!(origin(given).unwrap(), sent);
        }
    }

    #[test]
    fn what_is_not_an_origin_is_refused_by_name() {
        for text in [
            "",
            "*",
            "forum.example",
            "https://forum.example/",
            "https://a.example/x",
            "ftp://a.example",
            "https://*.example",
            "https://u@a.example",
            "null",
        ] {
            let error = origin(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("\"{text}\" is not an origin")), "{error}");
        }
    }
}
