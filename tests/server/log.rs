//! What the host's log says, and what it does not say at its fullest.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use folkmoot::server::{Claims, Proxies, network};
use serde_json::{Value, json};
use sqlx::Connection;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::client::{Answer, Call, Host, SECRET, claims, staff_token, token, within};
use crate::process::{Serving, command};

/// The command that serves a folder and logs this.
pub fn logging(folder: &Path, levels: &str) -> Command {
    let mut command = command(folder, "host.db");
    command.env("FOLKMOOT_LOG", levels);
    command
}

/// Everything that can be logged.
pub const ALL: &str = "trace,sqlx=trace";

/// Calls as they were sent, and what of them nobody may find in a log.
#[derive(Default)]
struct Sent {
    secrets: Vec<String>,
    /// The id of each call.
    ids: Vec<String>,
}

impl Sent {
    async fn send(&mut self, call: Call) -> Answer {
        let answer = call.send().await;
        self.ids.push(answer.header("x-request-id"));
        answer
    }

    async fn ok(&mut self, call: Call) -> Value {
        let answer = self.send(call).await;
        assert!(answer.status.is_success(), "{}", String::from_utf8_lossy(&answer.body));
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    async fn refused(&mut self, call: Call, kind: &str) {
        let answer = self.send(call).await.json();
        assert_eq!(answer["type"], format!("urn:folkmoot:problem:{kind}"), "{answer}");
    }

    /// A token, with each of its parts.
    fn token(&mut self, token: &str) {
        self.secrets.extend(token.split('.').skip(1).map(Into::into));
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        self.secrets.push(claims["sub"].as_str().unwrap().into());
    }

    /// This text, which is not for the log.
    fn secret(&mut self, text: &str) -> String {
        self.secrets.push(text.into());
        text.into()
    }
}

fn with_key(call: Call, key: &str) -> Call {
    call.header("idempotency-key", key)
}

/// A forum that wants no notice, and what it was sent with each.
async fn forum() -> (String, mpsc::UnboundedReceiver<HeaderMap>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (told, heard) = mpsc::unbounded_channel();
    let refuse = post(async move |headers: HeaderMap| {
        let _ = told.send(headers);
        (StatusCode::FOUND, [("location", "https://me:moved-password@forum.example/moved?key=moved-key")])
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", refuse)).await });
    (format!("http://me:hook-password@{address}/hook?key=hook-key"), heard)
}

async fn write_polls(sent: &mut Sent, host: &Serving) {
    let options = |of: [&str; 2]| of.map(|id| json!({"id": id, "label": format!("label-of-{id}")}));
    sent.secrets.extend(["quokka", "wombat", "title-of-a-poll"].map(Into::into));
    for (id, rest) in [
        ("secret", json!({"commentable": true, "own_options": "open"})),
        ("public", json!({"secrecy": "public"})),
        ("anonymous", json!({"secrecy": "anonymous", "changeable": false, "retractable": false})),
        ("guests", json!({"asks": {"guests": true}})),
    ] {
        let mut poll =
            json!({"id": id, "title": "title-of-a-poll", "options": options(["quokka", "wombat"])});
        poll.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        sent.ok(Call::to(host.addr, "POST", "/polls").json(&poll).by_staff()).await;
    }
    let stands = json!([{"id": "agree", "label": ""}, {"id": "block", "label": ""}]);
    let poll = json!({"id": "proposal", "title": "title-of-a-poll", "kind": "proposal", "reasons": "required", "options": stands});
    sent.ok(Call::to(host.addr, "POST", "/polls").json(&poll).by_staff()).await;
}

/// Members and guests vote, comment and follow, by token and by cookie.
async fn take_part(sent: &mut Sent, host: &Serving) {
    let call = |method: &str, path: &str| Call::to(host.addr, method, path);
    for (member, chosen) in [("annabel-zorn", "quokka"), ("bertram-oaks", "wombat")] {
        let claims = Claims { groups: vec!["group-of-cooks".into()], ..claims(member) };
        let token = token(&claims);
        sent.token(&token);
        for poll in ["secret", "public", "anonymous"] {
            let vote = json!({"revision": 1, "options": [chosen]});
            let key = sent.secret(&format!("key-{poll}-{member}"));
            let vote = call("PUT", &format!("/polls/{poll}/ballot")).json(&vote).token(&token);
            sent.ok(with_key(vote, &key)).await;
        }
        let reason = sent.secret("because-of-the-rain");
        let vote = json!({"revision": 1, "options": ["block"], "reason": reason});
        sent.ok(with_key(call("PUT", "/polls/proposal/ballot").json(&vote).token(&token), member)).await;
        let text = sent.secret(&format!("comment-of-{member}"));
        let comment = call("POST", "/polls/secret/comments").json(&json!({"text": text})).token(&token);
        sent.ok(with_key(comment, &format!("{member} comments"))).await;
        let label = sent.secret(&format!("option-of-{member}"));
        let option = call("POST", "/polls/secret/options").json(&json!({"label": label})).token(&token);
        sent.ok(with_key(option, &format!("{member} adds"))).await;
        for poll in ["secret", "public"] {
            let follow = call("PUT", &format!("/polls/{poll}/follow")).json(&json!({"follows": true}));
            sent.ok(follow.token(&token)).await;
        }
        sent.ok(call("GET", &format!("/members?ids={member}")).token(&token)).await;
        let back = call("DELETE", "/polls/anonymous/ballot").json(&json!({"revision": 2})).token(&token);
        sent.refused(with_key(back, "key-that-takes-back"), "ballot-final").await;
    }
    let cookie = token(&claims("carla-by-cookie"));
    sent.token(&cookie);
    let with_cookie =
        |call: Call| call.header("cookie", &format!("other=other-cookie; forum_session={cookie}"));
    let csrf = sent.ok(with_cookie(call("GET", "/session"))).await["csrf"].as_str().unwrap().to_owned();
    let follow = || with_cookie(call("PUT", "/polls/secret/follow").json(&json!({"follows": true})));
    sent.ok(follow().header("x-csrf-token", &csrf)).await;
    sent.refused(follow().header("x-csrf-token", "csrf-made-up"), "csrf").await;
    sent.secrets.extend([csrf, "csrf-made-up".into(), "other-cookie".into()]);
    let guest = sent.ok(call("POST", "/session")).await["token"].as_str().unwrap().to_owned();
    sent.token(&guest);
    let vote = json!({"revision": 1, "options": ["wombat"]});
    let vote = call("PUT", "/polls/guests/ballot").json(&vote).token(&guest);
    sent.ok(with_key(vote, "key-of-a-guest").header("x-forwarded-for", "203.0.113.77")).await;
    sent.secrets.extend(["key-of-a-guest", "203.0.113.77", "group-of-cooks"].map(Into::into));
}

/// Calls that are wrong in every part that can be.
async fn go_wrong(sent: &mut Sent, host: &Serving) {
    let call = |method: &str, path: &str| Call::to(host.addr, method, path);
    let ann = token(&claims("annabel-zorn"));
    let forged = claims("mallory-the-forger").sign(b"another secret of 32 bytes or so");
    sent.token(&forged);
    sent.refused(call("GET", "/session").token(&forged), "unauthorized").await;
    let misread = token(&Claims { role: Some("role-that-is-none".into()), ..claims("dora-without-role") });
    sent.token(&misread);
    sent.refused(call("GET", "/session").token(&misread), "unauthorized").await;
    sent.refused(call("GET", "/session").header("authorization", "Bearer bearer-of-junk"), "unauthorized")
        .await;
    sent.ok(call("GET", &format!("/session?token={forged}"))).await;
    sent.refused(call("GET", &format!("/{forged}")), "not-found").await;
    sent.refused(call("GET", &format!("/polls/{forged}")), "invalid").await;
    sent.refused(
        call("PUT", "/polls/secret/ballot").body("{\"options\": [\"body-cut-short").token(&ann),
        "invalid",
    )
    .await;
    let vote = |options: Value| {
        let vote = json!({"revision": 9, "options": options});
        call("PUT", "/polls/secret/ballot").json(&vote).token(&ann)
    };
    sent.refused(with_key(vote(json!(["option-that-is-none"])), "key-of-none"), "invalid").await;
    sent.refused(with_key(vote(json!("vote-of-a-wrong-type")), "key-of-none"), "invalid").await;
    sent.refused(with_key(vote(json!(["wombat"])), &"key-too-long".repeat(20)), "invalid").await;
    sent.refused(vote(json!(["wombat"])), "invalid").await;
    let stale = json!({"revision": 1, "options": ["wombat"]});
    let stale = call("POST", "/polls/secret/ballot").json(&stale).header("x-http-method-override", "PUT");
    sent.refused(with_key(stale.token(&ann), "key-of-a-stale-ballot"), "stale-ballot").await;
    sent.refused(
        call("PATCH", "/polls/public").json(&json!({"title": 1, "titel": "typed-wrong"})).by_staff(),
        "invalid",
    )
    .await;
    for path in ["//healthz", "//", "//folkmoot/v1/file-that-is-none.js", "//page-that-is-none"] {
        sent.send(call("GET", path)).await;
    }
    let more = [
        "role-that-is-none",
        "bearer-of-junk",
        "body-cut-short",
        "option-that-is-none",
        "key-of-none",
        "vote-of-a-wrong-type",
        "key-too-long",
        "key-of-a-stale-ballot",
        "key-that-takes-back",
        "typed-wrong",
        "file-that-is-none",
        "page-that-is-none",
    ];
    sent.secrets.extend(more.map(Into::into));
}

#[tokio::test]
async fn no_secret_token_cookie_key_or_ballot_stands_in_the_log_and_nobody_s_name() {
    let folder = tempfile::tempdir().unwrap();
    let (hook, mut heard) = forum().await;
    let mut serve = logging(folder.path(), ALL);
    serve.args(["--session-cookie", "forum_session", "--notify", &hook]);
    let host = Serving::by(&mut serve);
    let mut sent = Sent::default();
    sent.token(&staff_token());
    sent.secrets.extend(["hook-password", "hook-key", "moved-password", "moved-key"].map(Into::into));
    sent.secrets.push(String::from_utf8(SECRET.into()).unwrap());
    write_polls(&mut sent, &host).await;
    take_part(&mut sent, &host).await;
    go_wrong(&mut sent, &host).await;
    // The second notice is sent once the log says what became of the first.
    for poll in ["secret", "public"] {
        let close = json!({"closes_at": "2020-01-01T00:00:00Z"});
        sent.ok(Call::to(host.addr, "PATCH", &format!("/polls/{poll}")).json(&close).by_staff()).await;
        let notice = within(heard.recv()).await.unwrap();
        for header in ["folkmoot-signature", "idempotency-key"] {
            sent.secret(notice[header].to_str().unwrap().trim_start_matches("sha256="));
        }
    }
    let mut log = host.log();

    // A database that somebody else wrote into: what it says is in no line either.
    let url = format!("sqlite:{}", folder.path().join("host.db").display());
    let mut raw = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sql =
        "UPDATE ballots SET says = 'ballot-that-is-none/x' WHERE poll = 'secret' AND member = 'annabel-zorn'";
    assert_eq!(sqlx::query(sql).execute(&mut raw).await.unwrap().rows_affected(), 1);
    raw.close().await.unwrap();
    let host = Serving::by(&mut serve);
    sent.refused(Call::to(host.addr, "GET", "/polls/secret").by("annabel-zorn"), "internal").await;
    log += &host.log();
    sent.secret("ballot-that-is-none");

    let log = log.to_lowercase();
    for secret in &sent.secrets {
        let found = log.lines().find(|line| line.contains(&secret.to_lowercase()));
        assert_eq!(found, None, "{secret} is in the log");
    }
    let ids: HashSet<_> = sent.ids.iter().collect();
    assert_eq!(ids.len(), sent.ids.len());
    for id in ids {
        assert!(log.contains(id.as_str()), "no line is of the call {id}");
    }
    for said in [
        "put /polls/{id}/ballot",
        "sqlx::query",
        "stale-ballot",
        "ballots.says that cannot be",
        "it answers 302",
        "the host failed",
    ] {
        assert!(log.contains(said), "the log does not say {said}:\n{log}");
    }
}

#[tokio::test]
async fn every_answer_has_an_id_which_a_trusted_proxy_may_give() {
    let host = Host::with(|config| {
        config.proxies = Proxies { networks: vec![network("127.0.0.2/32").unwrap()], not_loopback: true };
    })
    .await;
    let id = async |path: &str, peer: &str, given: &str| {
        host.get(path).from(peer).header("x-request-id", given).send().await.header("x-request-id")
    };
    let given = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    assert_eq!(id("/session", "127.0.0.2", given).await, given);
    let mut made = HashSet::new();
    for path in ["/session", "/nope", "/polls/nope", "//healthz", "//", "//folkmoot/v1/none.js"] {
        made.insert(id(path, "127.0.0.1", given).await);
    }
    for not_sane in ["", "a b", "<b>", "\"", "{}", &"x".repeat(65)] {
        made.insert(id("/session", "127.0.0.2", not_sane).await);
    }
    assert_eq!(made.len(), 12, "{made:?}");
    assert!(made.iter().all(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit())), "{made:?}");
}

#[tokio::test]
async fn a_refused_call_is_a_line_at_debug_and_any_other_at_trace() {
    for (levels, lines) in [("info", [0, 0]), ("debug", [1, 0]), ("trace", [1, 1])] {
        let folder = tempfile::tempdir().unwrap();
        let host = Serving::by(&mut logging(folder.path(), levels));
        let refused = Call::to(host.addr, "GET", "/polls/nope").send().await.header("x-request-id");
        let answered = Call::to(host.addr, "GET", "/session").send().await.header("x-request-id");
        let log = host.log();
        let said =
            |id: &str| log.lines().filter(|line| line.contains(id)).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!([said(&refused).len(), said(&answered).len()], lines, "{levels}: {log}");
        for line in said(&refused) {
            for part in ["DEBUG", "GET /polls/{id}}", "404", "not-found"] {
                assert!(line.contains(part), "{part} is not in {line}");
            }
        }
    }
}

#[tokio::test]
async fn a_log_for_machines_is_an_object_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let host = Serving::by(logging(folder.path(), ALL).args(["--log-format", "json"]));
    let vote = Call::vote(host.addr, "nope", 1, &["a"]).by("ann").send().await;
    let log = host.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = lines.iter().find(|line| line["fields"]["status"] == "404").unwrap();
    assert_eq!((&told["level"], &told["fields"]["problem"]), (&json!("DEBUG"), &json!("not-found")));
    assert_eq!(told["span"]["id"], vote.header("x-request-id"));
    assert_eq!(told["span"]["call"], "PUT /polls/{id}/ballot");
}
