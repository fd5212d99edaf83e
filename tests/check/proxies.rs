//! Proxies that do not say whose calls they bring.

use folkmoot::check::{Access, Options};
use serde_json::{Value, json};

use crate::broken::{Break, Site, each_fails, guest, names};
use crate::client::staff_token;

fn operator() -> Options {
    Options { access: Access::Token(staff_token()), ..guest() }
}

/// A proxy that says its name, and of whose calls the host tells this.
fn told(caller: fn(made_up: bool) -> Value) -> Break {
    Break::answer(move |asked, reply| {
        reply.set("server", "nginx");
        let mut json: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if json.get("caller").is_some() {
            json["caller"] = caller(asked.has("x-forwarded-for"));
            reply.body = json.to_string().into();
        }
    })
}

#[tokio::test]
async fn forums_7_a_proxy_that_hides_its_callers_or_believes_them_is_found() {
    each_fails(
        operator(),
        vec![
            (
                "is behind a proxy that says no address",
                told(|_| json!({"address": null, "peer": "127.0.0.1", "trusted": true, "forwarded": false})),
                &["proxy.address"],
            ),
            (
                "is behind a proxy that it was not told of",
                told(|_| {
                    json!({"address": "172.17.0.1", "peer": "172.17.0.1", "trusted": false, "forwarded": true})
                }),
                &["proxy.address"],
            ),
            (
                "is behind a proxy that adds nothing to what its client says",
                told(|made_up| {
                    let address = made_up.then_some("203.0.113.77");
                    json!({"address": address.unwrap_or("192.0.2.1"), "peer": "127.0.0.1", "trusted": true, "forwarded": made_up})
                }),
                &["proxy.made-up"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn forums_7_without_a_proxy_nothing_is_said_against_one() {
    let site = Site::start(Break::default()).await;
    let report = site.check(operator()).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    assert!(skipped.contains(&"proxy.address") && skipped.contains(&"proxy.made-up"), "{report}");
}

#[tokio::test]
async fn what_a_host_tells_of_a_proxy_cannot_write_to_the_terminal() {
    let hostile = told(|_| json!({"peer": "\u{1b}[2J\u{202e}", "trusted": false, "forwarded": true}));
    let report = Site::start(hostile).await.check(operator()).await;
    assert_eq!(names(&report).0, ["proxy.address"], "{report}");
    assert!(!report.to_string().contains(['\u{1b}', '\u{202e}']), "{report}");
}
