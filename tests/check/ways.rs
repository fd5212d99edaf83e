//! Hosts behind a proxy that is in the way.

use axum::http::StatusCode;
use folkmoot::check::Options;

use crate::broken::{Break, each_fails, guest, member};

/// Answers in the API's place, as a proxy does.
fn refuse(methods: &'static [&'static str], status: u16) -> Break {
    Break::answer(move |asked, reply| {
        if methods.contains(&asked.method.as_str()) {
            reply.status = StatusCode::from_u16(status).unwrap();
            reply.set("content-type", "text/html");
            reply.body = "<h1>No</h1>".into();
        }
    })
}

#[tokio::test]
async fn embedding_15_a_proxy_that_lets_a_method_not_through_is_found_without_a_vote() {
    let rules: &[&str] = &["problem.content-type", "methods.pass"];
    let hosts = vec![
        ("answers PUT with 501", refuse(&["PUT"], 501), rules),
        ("answers DELETE with 405", refuse(&["DELETE"], 405), rules),
        ("answers PATCH with 405", refuse(&["PATCH"], 405), rules),
        (
            "says itself that it takes no PUT",
            Break::answer(|asked, reply| {
                if asked.method == "PUT" {
                    reply.refuse(405, "method-not-allowed");
                }
            }),
            &["methods.pass"],
        ),
        ("has its own page for what is refused", refuse(&["PUT", "DELETE"], 403), &rules[..1]),
    ];
    each_fails(guest(), hosts).await;
}

#[tokio::test]
async fn embedding_13_a_proxy_that_holds_the_feed_back_is_found() {
    let holds = |what| vec![(what, Break::event(|_, _, _| String::new()), &["events.flow"][..])];
    // Each waits out the time in which a feed may be silent.
    tokio::join!(
        each_fails(member(), holds("passes the head of the feed and holds its body")),
        each_fails(
            Options { polls: Vec::new(), ..member() },
            holds("holds it back, and no poll was named to the check"),
        ),
    );
}
