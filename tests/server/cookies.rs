//! A forum whose own session cookie says who is asking.

use folkmoot::server::{Claims, CookieSession};
use serde_json::json;

use crate::client::{Call, Host, claims, now, poll, token};

const FORUM: &str = "https://forum.example";

async fn host() -> Host {
    let host = Host::with(|config| {
        let (cookie, csrf_header) = ("forum_session".into(), "X-CSRF-Token".into());
        config.session = Some(CookieSession { cookie, csrf_header });
        config.allow_origins = vec![FORUM.into()];
    })
    .await;
    host.add(&poll("p")).await;
    host
}

fn with_cookie(call: Call, token: &str) -> Call {
    call.header("cookie", &format!("theme=dark; forum_session={token}; forum_session2=x"))
}

async fn csrf(host: &Host, token: &str) -> String {
    let session = with_cookie(host.get("/session"), token).ok().await;
    session["csrf"].as_str().unwrap().into()
}

#[tokio::test]
async fn a_session_cookie_says_who_is_asking() {
    let host = host().await;
    let ann = token(&claims("ann"));
    let session = with_cookie(host.get("/session"), &ann).ok().await;
    assert_eq!(session["viewer"]["id"], "ann");
    assert_eq!(with_cookie(host.get("/polls/p"), &ann).ok().await["poll"]["viewer"]["standing"], "entitled");
    assert_eq!(host.get("/session").ok().await, json!({"viewer": null}));
    assert_eq!(with_cookie(host.get("/session"), "nonsense").kind().await, "unauthorized");
}

#[tokio::test]
async fn a_session_cookie_is_found_among_others_whatever_those_are() {
    let host = host().await;
    let (ann, bela) = (token(&claims("ann")), token(&claims("bela")));
    for cookies in [
        format!("a=1;forum_session={ann}"),
        format!("forum_session=\"{ann}\"; b=2"),
        format!("caf\u{e9}=\u{e9}t\u{e9}; forum_session={ann}"),
        // Browsers send the cookie of the nearest path first.
        format!("forum_session={ann}; forum_session={bela}"),
    ] {
        let session = host.get("/session").header("cookie", &cookies).ok().await;
        assert_eq!(session["viewer"]["id"], "ann", "{cookies}");
    }
}

#[tokio::test]
async fn a_write_by_cookie_needs_the_token_that_the_session_told() {
    let host = host().await;
    let (ann, bela) = (token(&claims("ann")), token(&claims("bela")));
    let later = token(&Claims { exp: u64::try_from(now().0 / 1000).unwrap() + 7200, ..claims("ann") });
    let right = csrf(&host, &ann).await;
    let vote = |csrf: &str| with_cookie(host.vote("p", 1, &["a"]), &ann).header("x-csrf-token", csrf);
    for wrong in ["", "nonsense", &right[1..], &csrf(&host, &bela).await, &csrf(&host, &later).await] {
        let (kind, status, detail) = vote(wrong).problem().await;
        assert_eq!((kind.as_str(), status), ("csrf", 403));
        assert!(detail.contains("x-csrf-token"), "{detail}");
    }
    assert_eq!(with_cookie(host.vote("p", 1, &["a"]), &ann).kind().await, "csrf");
    assert_eq!(with_cookie(host.take_back("p", 1), &ann).kind().await, "csrf");
    assert_eq!(host.poll("p").await["turnout"]["cast"], 0);
    vote(&right).ok().await;
    assert_eq!(host.poll("p").await["turnout"]["cast"], 1);
}

#[tokio::test]
async fn a_token_in_the_header_goes_before_the_cookie_and_needs_no_csrf() {
    let host = host().await;
    let ann = token(&claims("ann"));
    assert_eq!(with_cookie(host.vote("p", 1, &["a"]), &ann).by("bela").send().await.status, 200);
    let session = with_cookie(host.get("/session"), &ann).by("bela").ok().await;
    assert_eq!((&session["viewer"]["id"], session.get("csrf")), (&json!("bela"), None));
}

#[tokio::test]
async fn pages_of_the_forum_alone_may_send_its_cookie() {
    let host = host().await;
    let ask = |origin| {
        let ask = host.call("OPTIONS", "/polls/p/ballot").header("origin", origin);
        ask.header("access-control-request-method", "PUT").send()
    };
    let allowed = ask(FORUM).await;
    assert_eq!(allowed.header("access-control-allow-origin"), FORUM);
    assert_eq!(allowed.header("access-control-allow-credentials"), "true");
    assert!(allowed.header("access-control-allow-headers").contains("x-csrf-token"));
    assert_eq!(ask("https://evil.example").await.header("access-control-allow-origin"), "");
    let vary = host.get("/session").send().await.header("vary").to_lowercase();
    assert!(vary.contains("cookie"), "{vary}");
}

#[tokio::test]
async fn without_the_flag_a_cookie_says_nothing() {
    let host = Host::start().await;
    let session = with_cookie(host.get("/session"), &token(&claims("ann"))).ok().await;
    assert_eq!(session, json!({"viewer": null}));
}
