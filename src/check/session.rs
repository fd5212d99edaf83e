//! Follows redirects to the API, and checks the rules about `GET /session`.

use super::client::{Call, Viewer};
use super::probe::{Probe, good, refused};
use super::rule::Rule;
use super::verdict::{Miss, failed, hold};
use super::{Access, Error};
use crate::contract::ProblemKind;
use crate::wire::SessionViewer;

/// The most redirects that are followed to the API.
const HOPS: usize = 5;

/// Follows redirects on the same host to the API. Judges the rules about redirects and HTTPS.
pub(super) fn connect(probe: &mut Probe<'_>) -> Result<(), Error> {
    let url = probe.options.url.clone();
    for _ in 0..HOPS {
        let call = Call::get("/session");
        let answer = match probe.client.open(&call) {
            Ok((answer, _)) => answer,
            Err(why) => return Err(Error::Unreachable { url, why }),
        };
        let to = answer.header("location").to_owned();
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) || to.is_empty() {
            break;
        }
        probe.see(&answer);
        match rebased(probe.client.base(), &to) {
            Some(base) => probe.client.set_base(base),
            None => return Err(Error::Elsewhere { url: probe.client.base().to_owned(), to }),
        }
    }
    let base = probe.client.base().to_owned();
    if base != url.trim_end_matches('/') {
        probe.notes.push(format!("{url} redirects; what was checked is {base}"));
    }
    let secure = base.starts_with("https://") || is_local(&base);
    probe.judge(Rule::Https, hold(secure, "https, since the host is on another machine", || base.clone()));
    Ok(())
}

/// The URL of the API after `GET /session` was redirected to `to`. `None` if `to` is on another host or port, is plain HTTP
/// instead of HTTPS, or does not end in `/session`.
fn rebased(base: &str, to: &str) -> Option<String> {
    let to = to.split(['?', '#']).next()?.trim_end_matches('/').strip_suffix("/session")?;
    let here = base.parse::<ureq::http::Uri>().ok()?;
    if to.starts_with('/') && !to.starts_with("//") {
        return Some(format!("{}://{}{to}", here.scheme_str()?, here.authority()?));
    }
    let there = to.parse::<ureq::http::Uri>().ok()?;
    let scheme = there.scheme_str()?;
    let safe = scheme == "https" || (scheme == "http" && here.scheme_str()? == "http");
    let at_home = here.host()?.eq_ignore_ascii_case(there.host()?);
    // The port may differ only where the redirect is from http to https.
    let port = here.port_u16() == there.port_u16() || here.scheme_str()? != scheme;
    (safe && at_home && port).then(|| to.to_owned())
}

/// Whether the host name of the URL is that of this machine.
pub(super) fn is_local(base: &str) -> bool {
    let uri = base.parse::<ureq::http::Uri>().ok();
    let host = uri.as_ref().and_then(|uri| uri.host()).unwrap_or("");
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Checks `GET /session` by a guest, by the member and with an invalid token. Also checks a call that Host API v1 does not have.
pub(super) fn check(probe: &mut Probe<'_>) {
    probe.look(Rule::SessionGuest, |probe| {
        let answer = probe.ask(&Call::get("/session"))?;
        let viewer = &good(&answer)?["viewer"];
        hold(viewer.is_null(), "{\"viewer\": null}", || answer.told())
    });
    probe.look(Rule::AuthBadToken, |probe| {
        let call = Call::get("/session").header("authorization", "Bearer folkmoot-check.no.token");
        refused(&probe.ask(&call)?, ProblemKind::Unauthorized)
    });
    if probe.options.access != Access::Guest {
        probe.look(Rule::SessionMember, |probe| {
            let member = member(probe)?;
            probe.member = Some(member);
            Ok(())
        });
        if probe.member.is_none() {
            let note = "the host did not take the token or cookie as a member's: members' rules were skipped";
            probe.notes.push(note.into());
        }
    }
    probe.look(Rule::UnknownCall, |probe| {
        let nothing = format!("/{}", probe.nobody());
        refused(&probe.ask(&Call::get(nothing))?, ProblemKind::NotFound)
    });
}

fn member(probe: &mut Probe<'_>) -> Result<SessionViewer, Miss> {
    let answer = probe.ask(&Call::get("/session").by(Viewer::Member))?;
    let mut session = good(&answer)?;
    let expected = "viewer with id, name, and role member or staff; csrf a text, if it is there";
    let csrf = session["csrf"].take();
    let odd = !csrf.is_null() && !csrf.is_string();
    let viewer: Option<SessionViewer> = serde_json::from_value(session["viewer"].take()).ok();
    let viewer = viewer.filter(|v| !odd && !v.id.0.is_empty());
    let viewer = viewer.ok_or_else(|| failed(expected, answer.told()))?;
    // Writes need a CSRF token only if a cookie authenticates them.
    if matches!(probe.options.access, Access::Cookie(_)) {
        probe.client.csrf = csrf.as_str().map(String::from);
    }
    Ok(viewer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_follows_no_redirect_to_another_host_or_to_plain_http() {
        let base = "https://forum.example/api";
        assert_eq!(rebased(base, "/v1/session").as_deref(), Some("https://forum.example/v1"));
        assert_eq!(
            rebased("http://forum.example/api", "https://forum.example/api/session/").as_deref(),
            Some("https://forum.example/api")
        );
        for to in [
            "https://evil.example/api/session",
            "//evil.example/api/session",
            "http://forum.example/api/session",
            "https://forum.example:8443/api/session",
            "/login",
            "",
        ] {
            assert_eq!(rebased(base, to), None, "{to}");
        }
    }

    #[test]
    fn this_machine_needs_no_https() {
        for base in ["http://localhost:8080/api", "http://127.0.0.1/api", "http://[::1]:80/api"] {
            assert!(is_local(base), "{base}");
        }
        assert!(!is_local("http://forum.example/api"));
    }
}
