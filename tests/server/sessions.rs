use std::time::Duration;

use folkmoot::server::{Claims, CookieSession, Role, sign};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::client::{Call, Host, SECRET, claims, now, poll, token};

#[tokio::test]
async fn a_guest_is_nobody() {
    let host = Host::start().await;
    assert_eq!(host.get("/session").ok().await, json!({"viewer": null}));
}

#[tokio::test]
async fn a_token_says_who_is_asking() {
    let host = Host::start().await;
    let signed = sign(SECRET, "ann", "Ann <b>Whitlock</b>", Role::Staff, Duration::from_mins(1));
    let session = host.get("/session").token(&signed).ok().await;
    assert_eq!(session["viewer"], json!({"id": "ann", "name": "Ann <b>Whitlock</b>", "role": "staff"}));
}

#[tokio::test]
async fn a_member_without_name_and_role_goes_by_their_id() {
    let host = Host::start().await;
    let signed = token(&Claims { name: None, role: None, ..claims("ann") });
    let session = host.get("/session").token(&signed).ok().await;
    assert_eq!(session, json!({"viewer": {"id": "ann", "name": "ann", "role": "member"}}));
}

#[tokio::test]
async fn a_token_that_does_not_stand_is_refused_with_the_reason() {
    let host = Host::start().await;
    let past = u64::try_from(now().0 / 1000).unwrap() - 1;
    let good = token(&claims("ann"));
    let cases = [
        (token(&Claims { exp: past - 60, ..claims("ann") }), "expired"),
        (claims("ann").sign(b"another secret"), "not signed with this host's secret"),
        (token(&claims(" a")), "sub"),
        (token(&claims("")), "sub"),
        (token(&Claims { role: Some("king".into()), ..claims("ann") }), "\"king\""),
        (good[..good.len() - 3].to_owned(), "token"),
        ("nonsense".into(), "JWT"),
    ];
    for (token, reason) in cases {
        let (kind, status, detail) = host.get("/session").token(&token).problem().await;
        assert_eq!((kind.as_str(), status), ("unauthorized", 401));
        assert!(detail.contains(reason), "{detail}");
    }
    for empty in ["Bearer", "bearer "] {
        let (_, status, detail) = host.get("/session").header("authorization", empty).problem().await;
        assert!(status == 401 && detail.contains("no token"), "{detail}");
    }
}

/// A token that has exactly these claims, and what else is said of its head.
fn odd(claims: &Value, crit: Option<&str>) -> String {
    let crit = crit.map(|name| vec![name.to_owned()]);
    let head = Header { crit, ..Header::new(Algorithm::HS256) };
    encode(&head, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

#[tokio::test]
async fn embedding_10_what_is_wrong_with_a_claim_is_told_where_the_token_is_refused() {
    let host = Host::start().await;
    let soon = now().0 / 1000 + 600;
    let claims: Value =
        serde_json::from_str(&format!("{{\"sub\":42,\"exp\":{soon}.5,\"groups\":null}}")).unwrap();
    let session = host.get("/session").token(&odd(&claims, None));
    assert_eq!(session.ok().await["viewer"], json!({"id": "42", "name": "42", "role": "member"}));
    for (claims, said) in [
        (json!({"sub": "ann", "exp": soon * 1000}), "\"exp\" is "),
        (json!({"sub": "ann", "exp": soon.to_string()}), "\"exp\" is "),
        (json!({"sub": "ann"}), "no \"exp\""),
        (json!({"exp": soon}), "no \"sub\""),
        (json!({"sub": ["ann"], "exp": soon}), "\"sub\" is [\"ann\"]"),
        (json!(["ann"]), "JSON object"),
    ] {
        let (kind, _, detail) = host.get("/session").token(&odd(&claims, None)).problem().await;
        assert!(kind == "unauthorized" && detail.contains(said), "{claims}: {detail}");
    }
}

#[tokio::test]
async fn host_18_a_token_that_is_not_for_now_or_demands_more_than_the_host_knows_is_refused() {
    let host = Host::start().await;
    let now = now().0 / 1000;
    let good = json!({"sub": "ann", "exp": now + 600, "nbf": now - 5});
    host.get("/session").token(&odd(&good, None)).ok().await;
    let tomorrow = json!({"sub": "ann", "exp": now + 100_000, "nbf": now + 86_400});
    let long = json!({"sub": "ann", "exp": now + 600, "name": "n".repeat(5_000)});
    let longest = json!({"sub": "ann", "exp": now + 600, "aud": "n".repeat(20_000)});
    for (token, said) in [
        (odd(&tomorrow, None), "\"nbf\""),
        (odd(&good, Some("exp")), "\"crit\""),
        (odd(&good, Some("https://forum.example/bound")), "\"crit\""),
        (odd(&long, None), "\"name\" has 5000 characters"),
        (odd(&longest, None), "may have 16384"),
    ] {
        let (kind, _, detail) = host.get("/session").token(&token).problem().await;
        assert!(kind == "unauthorized" && detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn host_18_a_token_says_how_it_is_signed_and_is_told_what_is_wrong_with_that() {
    let host = Host::start().await;
    let good = token(&claims("ann"));
    let (_, rest) = good.split_once('.').unwrap();
    // {"alg":"none"}, {"alg":"hs256"}, {"typ":"JWT"}
    for (head, said) in [
        ("eyJhbGciOiJub25lIn0", "not signed with HS256: its header's \"alg\" is \"none\""),
        ("eyJhbGciOiJoczI1NiJ9", "not signed with HS256: its header's \"alg\" is \"hs256\""),
        ("eyJ0eXAiOiJKV1QifQ", "not signed with HS256: its header has no \"alg\""),
    ] {
        let (kind, _, detail) = host.get("/session").token(&format!("{head}.{rest}")).problem().await;
        assert!(kind == "unauthorized" && detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn host_9_a_site_behind_a_password_has_guests_and_members() {
    let host = Host::with(|config| {
        let (cookie, csrf_header) = ("forum_session".into(), "X-CSRF-Token".into());
        config.session = Some(CookieSession { cookie, csrf_header });
    })
    .await;
    host.add(&poll("p")).await;
    let cookie = format!("forum_session={}", token(&claims("ann")));
    for scheme in ["Basic YTpi", "Digest username=\"a\"", "Negotiate abc", "Basic", ""] {
        let with = |call: Call| call.header("authorization", scheme);
        assert_eq!(with(host.get("/session")).ok().await, json!({"viewer": null}), "{scheme}");
        with(host.get("/polls?ids=p")).ok().await;
        assert_eq!(with(host.call("POST", "/session")).send().await.status, 201);
        let session = with(host.get("/session")).header("cookie", &cookie).ok().await;
        assert_eq!(session["viewer"]["id"], "ann", "{scheme}");
        let vote = with(host.vote("p", 1, &["a"])).header("cookie", &cookie);
        vote.header("x-csrf-token", session["csrf"].as_str().unwrap()).ok().await;
        assert_eq!(with(host.vote("p", 2, &["a"])).header("cookie", &cookie).kind().await, "csrf");
        assert_eq!(with(host.vote("p", 2, &["a"])).kind().await, "unauthorized");
    }
}

#[tokio::test]
async fn a_member_is_known_once_seen_and_by_their_latest_name() {
    let host = Host::start().await;
    for name in ["Ann", "Ann B."] {
        let signed = token(&Claims { name: Some(name.into()), ..claims("ann") });
        host.get("/session").token(&signed).ok().await;
        let members = host.get("/members?ids=ann").ok().await;
        assert_eq!(members["members"][0]["name"], name);
    }
}
