//! Which other sites' pages may call the API.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, ETAG, HOST, IF_NONE_MATCH, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::answer::Failure;
use super::headers::{EPOCH, IDEMPOTENCY_KEY, LAST_EVENT_ID, METHOD_OVERRIDE, REQUEST_ID};
use super::{CookieSession, Error};
use crate::contract::ProblemKind;

/// How long a browser may cache the answer to a preflight request.
const REMEMBER: Duration = Duration::from_hours(2);

/// The origins, other than the host's own, whose pages may call the API.
#[derive(Clone)]
pub(super) struct Sites(Arc<[HeaderValue]>);

impl Sites {
    pub(super) fn new(origins: &[String]) -> Result<Self, Error> {
        let header =
            |text: &String| HeaderValue::try_from(origin(text)?).map_err(|_| Error::Origin(text.clone()));
        origins.iter().map(header).collect::<Result<_, _>>().map(Self)
    }

    /// The CORS headers that allow these origins. Cookies are allowed where one holds the member's token.
    pub(super) fn layer(&self, session: Option<&CookieSession>) -> Result<CorsLayer, Error> {
        let mut headers =
            vec![AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, IDEMPOTENCY_KEY, LAST_EVENT_ID, METHOD_OVERRIDE];
        if let Some(session) = session {
            headers.push(session.csrf_name()?);
        }
        Ok(CorsLayer::new()
            .allow_origin(AllowOrigin::list(self.0.iter().cloned()))
            .allow_credentials(session.is_some())
            .allow_methods([Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE])
            .allow_headers(headers)
            .expose_headers([DATE, ETAG, RETRY_AFTER, EPOCH, REQUEST_ID])
            .vary([ORIGIN])
            .max_age(REMEMBER))
    }

    /// Refuses a call from a page of another site, before it counts against limits.
    pub(super) fn admit(&self, request: &Request) -> Result<(), Failure> {
        if !self.is_strangers(request.method(), request.uri().path(), request.headers()) {
            return Ok(());
        }
        let detail = "pages of this site may not call: start the host with --allow-origin, or, where the page is the \
                      host's own, have the proxy pass the Host header on";
        Err(ProblemKind::Forbidden.with(detail).into())
    }

    /// Whether a page of a site that is not allowed sent this request. CORS only keeps the response from the page; the call
    /// itself would still be carried out, and count against the limits of the visitor's address.
    fn is_strangers(&self, method: &Method, path: &str, headers: &HeaderMap) -> bool {
        let origin = headers.get(ORIGIN);
        if origin.is_some_and(|origin| self.0.contains(origin)) {
            return false;
        }
        let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
        match said("sec-fetch-site") {
            Some(b"same-origin" | b"none") => false,
            // A link from another site shows the response to the visitor, not to the site.
            Some(_) => said("sec-fetch-mode") != Some(b"navigate") || !method.is_safe(),
            // Without TLS, browsers send no Sec-Fetch headers.
            None => {
                let host = headers.get(HOST).and_then(|host| host.to_str().ok());
                let own =
                    |origin: &str| origin.split_once("://").is_some_and(|(_, origin)| Some(origin) == host);
                *method == Method::POST
                    && path == "/session"
                    && origin.is_some_and(|origin| !origin.to_str().is_ok_and(own))
            }
        }
    }
}

/// Checks an origin, and writes it as browsers do: in lower case, without the scheme's default port.
pub fn origin(text: &str) -> Result<String, Error> {
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
    Ok(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn host_13_another_sites_page_is_told_from_the_hosts_own() {
        let sites = Sites::new(&["https://forum.example".into()]).unwrap();
        let is = |method: Method, said: &[(&'static str, &str)]| {
            let headers = said
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse::<HeaderValue>().unwrap()));
            sites.is_strangers(&method, "/session", &headers.collect())
        };
        let (evil, forum) = (("origin", "https://evil.example"), ("origin", "https://forum.example"));
        let (cross, same) = (("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin"));
        for said in [
            &[evil, cross][..],
            &[cross],
            &[("origin", "null"), cross],
            &[("origin", "https://evil.forum.example"), ("sec-fetch-site", "same-site")],
            &[evil, ("host", "forum.example")],
            &[cross, ("sec-fetch-mode", "navigate")],
        ] {
            assert!(is(Method::POST, said), "{said:?}");
        }
        for said in [
            &[][..],
            &[same],
            &[evil, same],
            &[forum, cross],
            &[forum],
            &[("origin", "http://forum.local"), ("host", "forum.local")],
        ] {
            assert!(!is(Method::POST, said), "{said:?}");
        }
        assert!(is(Method::GET, &[cross, ("sec-fetch-mode", "no-cors")]));
        assert!(!is(Method::GET, &[cross, ("sec-fetch-mode", "navigate")]), "a link to the export");
        assert!(!is(Method::GET, &[evil]), "what a page may not read, its browser keeps from it");
    }

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
