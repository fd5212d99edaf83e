//! Hosts that take ballots they should not, or lose those they should keep.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderValue;
use folkmoot::check::{Access, Options};
use folkmoot::domain::id::PollId;
use folkmoot::domain::poll::{Kind, Method};
use serde_json::{Value, json};

use crate::broken::{Break, Site, each_fails, each_fails_at, names, voter, writer};
use crate::client::{claims, poll_of, token};

const BALLOT: &str = "/polls/p/ballot";

fn key(headers: &axum::http::HeaderMap) -> String {
    headers.get("idempotency-key").map_or_else(String::new, |v| v.to_str().unwrap().into())
}

/// Counts a ballot again that comes a second time.
fn doubles() -> Break {
    let seen = Mutex::new(HashSet::new());
    Break::answer(move |asked, reply| {
        if !asked.is("PUT", BALLOT) || reply.status != 200 || seen.lock().unwrap().insert(key(&asked.headers))
        {
            return;
        }
        let mut json: Value = serde_json::from_slice(&reply.body).unwrap();
        let poll = &mut json["poll"];
        for pointer in ["/turnout/cast", "/tally/voters", "/tally/votes/0/votes"] {
            let number = poll.pointer_mut(pointer).unwrap();
            *number = json!(number.as_u64().unwrap() + 1);
        }
        reply.body = json.to_string().into();
    })
}

/// Says yes to a ballot that is not newer.
fn forgets_order() -> Break {
    Break::answer(move |_, reply| {
        let mut json: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if json["type"].as_str().is_some_and(|kind| kind.ends_with("stale-ballot")) {
            reply.json(200, &json!({"poll": json["poll"].take()}));
        }
    })
}

/// Tells a ballot of this option wrongly, the first time that it is cast.
fn mistakes(option: &'static str, ballot: Value) -> Break {
    let done = AtomicBool::new(false);
    Break::json(move |asked, json| {
        let told = json.pointer_mut("/poll/viewer/ballot").filter(|b| b["options"] == json!([option]));
        if let Some(told) = told.filter(|_| asked.is("PUT", BALLOT) && !done.swap(true, Ordering::Relaxed)) {
            let revision = told["revision"].take();
            *told = ballot.clone();
            told["revision"] = revision;
        }
    })
}

#[tokio::test]
async fn a_host_that_counts_ballots_wrongly_is_named_for_it() {
    each_fails(
        voter(),
        vec![
            ("counts a ballot again that is sent again", doubles(), &["ballot.idempotent"]),
            ("does not say what a ballot says", mistakes("a", json!({})), &["ballot.cast"]),
            (
                "adds to a ballot what should replace it",
                mistakes("b", json!({"options": ["a", "b"]})),
                &["ballot.change"],
            ),
            ("takes an older ballot for the newer", forgets_order(), &["ballot.revision-order"]),
            (
                "refuses an old ballot without the newer one",
                Break::json(|_, json| {
                    if json["status"] == 409 {
                        json.as_object_mut().unwrap().remove("poll");
                    }
                }),
                &["ballot.stale-carries-newer"],
            ),
            (
                "calls a key that was used a matter of rights",
                Break::answer(|_, r| {
                    if String::from_utf8_lossy(&r.body).contains("key-reused") {
                        r.refuse(403, "forbidden");
                    }
                }),
                &["ballot.key-reused"],
            ),
            (
                "does not know how to take a ballot back",
                Break::answer(|asked, r| {
                    if asked.method == "DELETE" {
                        r.refuse(405, "method-not-allowed");
                    }
                }),
                &["methods.pass", "ballot.take-back"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_takes_ballots_from_anywhere_is_named_for_it() {
    each_fails(
        voter(),
        vec![
            (
                "tells a guest that they may not, instead of to sign in",
                Break::answer(|asked, r| {
                    if asked.is("PUT", BALLOT) && !asked.has("authorization") {
                        r.refuse(403, "forbidden");
                    }
                }),
                &["write.guest-401"],
            ),
            (
                "takes a ballot without a key",
                Break::ask(|asked| {
                    if asked.is("PUT", "/polls") && !asked.has("idempotency-key") {
                        asked.set("idempotency-key", "anything");
                    }
                }),
                &["write.needs-key"],
            ),
            (
                "takes a form's text for JSON",
                Break::ask(|asked| {
                    if asked.has("content-type") {
                        asked.set("content-type", "application/json");
                    }
                }),
                &["write.json-only"],
            ),
            (
                "breaks on a body that is no JSON",
                Break::answer(|asked, r| {
                    if asked.is("PUT", BALLOT) && serde_json::from_slice::<Value>(&asked.body).is_err() {
                        r.refuse(500, "internal");
                    }
                }),
                &["write.bad-body"],
            ),
            (
                "refuses what later versions say",
                Break::answer(|asked, r| {
                    if String::from_utf8_lossy(&asked.body).contains("folkmoot_check") {
                        r.refuse(422, "invalid");
                    }
                }),
                &["unknown.fields-ignored"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_takes_ballots_that_no_poll_asks_for_is_named_for_it() {
    let with = |change: fn(&mut Vec<Value>)| {
        Break::ask(move |asked| {
            if asked.is("PUT", BALLOT) {
                asked.options(change);
            }
        })
    };
    let refusing = |path: &'static str| {
        Break::answer(move |asked, r| {
            if asked.is("PUT", path) {
                r.refuse(422, "invalid");
            }
        })
    };
    let unknown = with(|options| {
        if options[..].iter().any(|o| o.as_str().is_some_and(|o| o.starts_with("folkmoot-check"))) {
            *options = vec!["a".into()];
        }
    });
    let doubled = with(Vec::dedup);
    let many = with(|options| {
        if options.len() > 1 && options[0] != options[1] {
            options.truncate(1);
        }
    });
    let few = with(|options| {
        if options.is_empty() {
            options.push("a".into());
        }
    });
    each_fails(
        voter(),
        vec![
            ("takes an option that is none for another", unknown, &["ballot.unknown-option"]),
            ("takes an option twice", doubled, &["ballot.doubled-option"]),
            ("takes more than max", many, &["ballot.too-many"]),
            ("takes an empty ballot", few, &["ballot.too-few"]),
            ("does not say that a poll is closed", refusing("/polls/new-logo/ballot"), &["ballot.closed"]),
            ("does not say who may vote", refusing("/polls/few/ballot"), &["ballot.not-entitled"]),
            ("does not say that ballots are final", refusing("/polls/final/ballot"), &["ballot.final"]),
            ("does not miss a poll", refusing("/polls/folkmoot-check"), &["ballot.unknown-poll"]),
            ("does not miss a step", refusing("/checklist/steps/folkmoot"), &["step.unknown-404"]),
            ("does not let a step be done again", refusing("/checklist/steps/read"), &["step.again"]),
        ],
    )
    .await;
}

/// What a member's ballot in a poll says, and how many have voted there.
async fn ballot(site: &Site, poll: &str) -> (Value, Value) {
    let poll = site.host.get(&format!("/polls/{poll}")).by("ann").ok().await["poll"].take();
    (poll["viewer"]["ballot"]["options"].clone(), poll["turnout"]["cast"].clone())
}

/// Says this in a field of a poll, which the host does not hold to.
fn claims_of(id: &'static str, pointer: &'static str, said: Value) -> Break {
    Break::polls(move |asked, poll| {
        if poll["id"] == id && asked.has("authorization") {
            *poll.pointer_mut(pointer).unwrap() = said.clone();
        }
    })
}

#[tokio::test]
async fn a_ballot_that_a_host_should_have_refused_is_put_back() {
    let past = json!("2020-01-01T00:00:00Z");
    let closed = Break::polls(move |_, poll| {
        if poll["id"] == "p" {
            poll["closes_at"] = past.clone();
        }
    });
    let (p, firm) = ((json!([]), json!(0)), (json!(["b"]), json!(1)));
    for (poll, broken, rule, kept) in [
        ("p", closed, "ballot.closed", p.clone()),
        ("p", claims_of("p", "/viewer/standing", json!("not_entitled")), "ballot.not-entitled", p),
        ("firm", claims_of("firm", "/changeable", json!(false)), "ballot.final", firm),
    ] {
        let site = Site::start(broken).await;
        let report = site.check(Options { polls: vec![PollId::new(poll).unwrap()], ..voter() }).await;
        assert_eq!(names(&report).0, [rule], "{report}");
        assert_eq!(ballot(&site, poll).await, kept, "{report}");
        assert_eq!(report.notes.len(), 1, "that no ballot was cast: {report}");
    }
}

#[tokio::test]
async fn what_a_host_should_have_refused_and_the_check_cannot_put_back_is_told() {
    let bela = format!("Bearer {}", token(&claims("bela")));
    let anyone = Break::ask(move |asked| {
        if asked.is("PUT", BALLOT) && !asked.has("authorization") {
            asked.set("authorization", &bela);
        }
    });
    let astray = Break::ask(|asked| {
        if asked.is("PUT", "/polls/folkmoot-check") {
            asked.path = BALLOT.into();
            asked.body = json!({"revision": 1, "options": ["a"]}).to_string().into();
        }
    });
    let anonymous = Break::polls(|_, poll| {
        if poll["id"] == "firm" {
            (poll["secrecy"], poll["changeable"]) = (json!("anonymous"), json!(false));
            if let Some(ballot) = poll.pointer_mut("/viewer/ballot") {
                ballot.as_object_mut().unwrap().remove("options");
            }
        }
    });
    for (poll, broken, rule, told) in [
        ("p", anyone, "write.guest-401", "PUT /polls/p/ballot should have been refused"),
        ("new-logo", astray, "ballot.unknown-poll", "PUT /polls/folkmoot-check-"),
        ("firm", anonymous, "ballot.final", "the ballot in \"firm\" may not be as it was"),
    ] {
        let site = Site::start(broken).await;
        let report = site.check(Options { polls: vec![PollId::new(poll).unwrap()], ..voter() }).await;
        assert!(names(&report).0.contains(&rule), "{report}");
        assert!(report.notes.iter().any(|note| note.starts_with(told)), "{report}");
    }
}

/// A host with a poll about an order, in which ann has voted, and whose ballots stay.
async fn with_ranking(broken: Break) -> Site {
    let site = Site::start(broken).await;
    let mut rank = poll_of("rank", Kind::Ranked(Method::RunOff));
    rank.rules.retractable = false;
    site.host.add(&rank).await;
    site.host.vote("rank", 1, &["c", "b", "a"]).by("ann").ok().await;
    site
}

#[tokio::test]
async fn the_order_of_a_ranking_is_what_a_ballot_says() {
    let options = || Options { polls: vec![PollId::new("rank").unwrap()], ..voter() };
    let site = with_ranking(Break::default()).await;
    let report = site.check(options()).await;
    assert_eq!((names(&report).0, report.notes.len()), (vec![], 0), "{report}");
    assert_eq!(ballot(&site, "rank").await.0, json!(["c", "b", "a"]));
    let sorts = Break::polls(|asked, poll| {
        if asked.is("PUT", "/polls/rank/ballot") {
            let ranks = poll["viewer"]["ballot"]["options"].as_array_mut().unwrap();
            ranks.sort_by_key(ToString::to_string);
        }
    });
    let rules: &[&str] = &["events.missed", "ballot.change"];
    each_fails_at(with_ranking, options(), vec![("answers a ranking in another order", sorts, rules)]).await;
}

/// A host that knows members by a cookie, and whether a write needs the session's CSRF token.
fn by_cookie(needs_csrf: bool) -> Break {
    let signed = format!("Bearer {}", token(&claims("ann")));
    let ask = Break::ask(move |asked| {
        if asked.headers.get("cookie").is_some_and(|c| c == "session=ann") {
            asked.headers.insert("authorization", HeaderValue::from_str(&signed).unwrap());
        }
    });
    ask.and(Break::answer(move |asked, reply| {
        let proven = asked.headers.get("x-csrf-token").is_some_and(|c| c == "proof");
        if asked.path == "/session" && asked.has("cookie") && reply.status == 200 {
            let mut json: Value = serde_json::from_slice(&reply.body).unwrap();
            json["csrf"] = json!("proof");
            reply.body = json.to_string().into();
        }
        if needs_csrf && asked.method != "GET" && asked.has("cookie") && !proven {
            reply.refuse(403, "csrf");
        }
    }))
}

#[tokio::test]
async fn a_session_s_cookie_does_for_a_token_and_needs_its_proof() {
    let options = || Options { access: Access::Cookie("session=ann".into()), ..voter() };
    let mut more = options();
    more.polls.extend(writer().polls);
    let report = Site::around(by_cookie(true)).await.check(more).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    for rule in ["csrf.required", "comment.take-back", "option.take-back"] {
        assert!(!skipped.contains(&rule), "{rule}: {report}");
    }
    each_fails(options(), vec![("takes a cookie for a proof", by_cookie(false), &["csrf.required"])]).await;
}
