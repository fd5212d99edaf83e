//! The rules about CORS: which other origins have pages that may call the API.

use super::client::Call;
use super::probe::Probe;
use super::rule::Rule;
use super::verdict::hold;

/// An origin that no host may allow. No site has it, since the top-level domain `.invalid` is reserved.
const STRANGER: &str = "https://folkmoot-check.invalid";

/// The headers that a page sends with a vote, with the request for the live feed, and with a read that has an ETag. Further
/// headers, such as the one with a CSRF token, are not needed by all sites.
const HEADERS: [&str; 5] =
    ["authorization", "content-type", "idempotency-key", "last-event-id", "if-none-match"];

pub(super) fn check(probe: &mut Probe<'_>) {
    probe.look(Rule::CorsStrangers, |probe| {
        let answer = probe.ask(&Call::get("/session").header("origin", STRANGER))?;
        let allowed = answer.header("access-control-allow-origin");
        hold(allowed != STRANGER, "no Access-Control-Allow-Origin", || {
            format!("{} from {STRANGER}: Access-Control-Allow-Origin: {allowed}", answer.call)
        })
    });
    let Some(origin) = probe.options.origin.clone() else { return };
    probe.look(Rule::CorsOrigin, |probe| {
        let answer = probe.ask(&Call::get("/session").header("origin", &origin))?;
        let allowed = answer.header("access-control-allow-origin");
        hold(allowed == origin, &format!("Access-Control-Allow-Origin: {origin}"), || {
            format!("{}: Access-Control-Allow-Origin: {allowed:?}", answer.call)
        })
    });
    probe.look(Rule::CorsExposes, |probe| {
        let answer = probe.ask(&Call::get("/session").header("origin", &origin))?;
        let exposed = answer.header("access-control-expose-headers");
        hold(names(exposed, &["date", "etag", "retry-after"]), "Date, ETag, Retry-After", || {
            format!("{}: Access-Control-Expose-Headers: {exposed:?}", answer.call)
        })
    });
    probe.look(Rule::CorsPreflight, |probe| {
        let path = format!("/polls/{}/ballot", probe.nobody());
        let call =
            Call::options(path).header("origin", &origin).header("access-control-request-method", "PUT");
        let call = call.header("access-control-request-headers", HEADERS.join(","));
        let answer = probe.ask(&call)?;
        let methods = answer.header("access-control-allow-methods");
        let headers = answer.header("access-control-allow-headers");
        let good = (200..300).contains(&answer.status)
            && answer.header("access-control-allow-origin") == origin
            && names(methods, &["put", "delete"])
            && names(headers, &HEADERS);
        hold(good, &format!("{origin} may PUT and DELETE with {}", HEADERS.join(", ")), || {
            format!("{}: {}, methods {methods:?}, headers {headers:?}", answer.call, answer.status)
        })
    });
}

/// Whether the list in a header has all the `wanted` names. `*` does not count: with credentials, browsers take it for a name.
fn names(list: &str, wanted: &[&str]) -> bool {
    let has = |name: &str| list.split(',').any(|item| item.trim().eq_ignore_ascii_case(name));
    wanted.iter().all(|name| has(name))
}
