use folkmoot::server::{Claims, Role, sign};
use serde_json::json;
use std::time::Duration;

use crate::client::{Host, SECRET, claims, now, token};

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
    assert_eq!(session, json!({"viewer": {"id": "ann", "name": "Ann <b>Whitlock</b>", "role": "staff"}}));
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
        (token(&Claims { exp: past, ..claims("ann") }), "expired"),
        (claims("ann").sign(b"another secret"), "not signed with this host's secret"),
        (token(&claims("a b")), "sub"),
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
    let basic = host.get("/session").header("authorization", "Basic YTpi");
    assert_eq!(basic.kind().await, "unauthorized");
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
