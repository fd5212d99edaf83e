//! Host API v1 as a kind of host: which requests the widget makes, and how it reads the replies.

use folkmoot::domain::id::PollId;
use folkmoot::domain::poll::{self as domain, List, When};
use folkmoot::domain::time::Timestamp;
use folkmoot::hosts::native::Native;
use folkmoot::hosts::{Call, Host, HttpMethod, Reply};
use folkmoot::sync::{Act, Decision, Decoded, Entity, Fault, PageOf, Pending, RefusalKind, Resource, Topic};
use serde_json::{Value as Parsed, json};

fn reply(status: u16, body: &str) -> Reply<Parsed> {
    Reply { status, retry_after: None, host_time: None, epoch: None, body: serde_json::from_str(body).ok() }
}

fn topic(id: &str) -> Topic {
    Topic::Poll(PollId::new(id).unwrap())
}

fn poll(id: &str) -> Resource {
    topic(id).into()
}

fn host() -> &'static dyn Host<Parsed> {
    &Native
}

fn read(resources: &[Resource]) -> Call {
    host().read(resources).remove(0)
}

fn read_answer(resources: &[Resource], reply: Reply<Parsed>) -> Result<Decoded, Fault> {
    host().read_answer(resources, vec![reply])
}

fn write(decision: Decision, revision: u64) -> Call {
    host().write(&Pending::new("k".into(), decision, revision)).remove(0)
}

fn body(call: &Call) -> Parsed {
    call.body.as_ref().map_or(Parsed::Null, |body| serde_json::from_str(&body.to_json()).unwrap())
}

#[test]
fn asks_for_all_polls_in_one_call() {
    assert_eq!(read(&[poll("a"), poll("b&c")]).path, "/polls?ids=a,b%26c");
    let feed = host().listen(&[topic("a"), Topic::Checklist], Some("7")).unwrap();
    assert_eq!(feed.path, "/events?topics=poll:a,member:me");
    assert_eq!(feed.headers, [("last-event-id", "7".into())]);
}

#[test]
fn a_write_has_its_key_and_may_go_by_post() {
    let decision = Decision::Ballot(PollId::new("p").unwrap(), None);
    let mut pending = Pending::new("k".into(), decision, 3);
    let call = host().write(&pending).remove(0);
    assert_eq!(
        (call.method, &call.headers[..]),
        (HttpMethod::Delete, &[("idempotency-key", "k".into())][..])
    );
    pending.by_post = true;
    let call = host().write(&pending).remove(0);
    assert_eq!(call.method, HttpMethod::Post);
    assert_eq!(call.headers[1], ("x-http-method-override", "DELETE".into()));
}

#[test]
fn a_poll_that_cannot_be_spoils_no_other() {
    let body =
        r#"{"polls":[{"id":"a","title":"A"},{"id":"b","min":3,"max":2},{"id":"c","results":"maybe"}]}"#;
    let polls = [poll("a"), poll("b"), poll("c"), poll("d")];
    let answer = read_answer(&polls, reply(200, body)).unwrap();
    assert_eq!(answer.found.len(), 1);
    assert_eq!(answer.missing, [poll("d")]);
    assert_eq!(
        answer.malformed[0],
        (poll("b"), "poll \"b\": a ballot needs at least one option, and no more than it may have".into())
    );
    assert_eq!(answer.malformed[1].1, "poll \"c\": results: \"maybe\" is not a word of Host API v1");
}

#[test]
fn a_deleted_poll_is_told_from_one_that_never_was() {
    let answer =
        read_answer(&[poll("a"), poll("b")], reply(200, r#"{"polls":[],"missing":["b"],"deleted":["a"]}"#));
    let answer = answer.unwrap();
    assert_eq!((answer.found.len(), answer.missing), (1, vec![poll("b")]));
    assert_eq!(answer.found[0].resource(), poll("a"));
    let data: Parsed = serde_json::from_str(r#"{"deleted":"a"}"#).unwrap();
    assert_eq!(host().pushed("deleted", &data), Some(answer.found[0].clone()));
}

#[test]
fn a_page_of_html_is_no_answer() {
    let html = read_answer(&[poll("a")], reply(200, "<!doctype html>"));
    assert_eq!(html.unwrap_err(), Fault::Foreign { status: 200 });
    assert_eq!(read_answer(&[poll("a")], reply(200, "[1,2]")).unwrap_err(), Fault::Unreachable);
}

#[test]
fn a_refusal_brings_what_stands_instead() {
    let body =
        r#"{"type":"urn:folkmoot:problem:stale-ballot","detail":"newer","poll":{"id":"a","revision":9}}"#;
    let Err(Fault::Refused(refusal)) = read_answer(&[poll("a")], reply(409, body)) else { panic!() };
    assert_eq!(refusal.kind, RefusalKind::Superseded);
    assert_eq!(refusal.instead.map(|e| e.revision()), Some(9));
}

#[test]
fn a_refusal_has_its_code_with_the_limit() {
    let code = |more: &str| {
        let body = format!(r#"{{"type":"urn:folkmoot:problem:invalid","detail":"no"{more}}}"#);
        let Err(Fault::Refused(refusal)) = read_answer(&[poll("a")], reply(422, &body)) else { panic!() };
        assert_eq!(refusal.detail, "no");
        refusal.code
    };
    for (more, expected) in [
        ("", ""),
        (r#","code":"option-gone","params":{"option":"x"}"#, "option-gone"),
        (r#","code":"too-many-options","params":{"limit":2}"#, "too-many-options 2"),
        (r#","code":"too-many-options","params":{"limit":-1.5}"#, "too-many-options 0"),
        (r#","code":"too-many-options","params":[]"#, "too-many-options"),
        (r#","code":7,"params":null"#, ""),
        (r#","params":{"limit":3}"#, ""),
        (&format!(r#","code":"{}""#, "long".repeat(16)), ""),
    ] {
        assert_eq!(code(more), expected, "{more}");
    }
}

#[test]
fn a_poll_that_is_not_open_yet_is_not_one_that_has_closed() {
    let kind = |more: &str| {
        let body = format!(r#"{{"type":"urn:folkmoot:problem:poll-closed"{more}}}"#);
        let Err(Fault::Refused(refusal)) = read_answer(&[poll("a")], reply(409, &body)) else { panic!() };
        refusal.kind
    };
    assert_eq!(kind(""), RefusalKind::PollClosed);
    assert_eq!(kind(r#","code":"poll-closed""#), RefusalKind::PollClosed);
    assert_eq!(kind(r#","code":"poll-upcoming""#), RefusalKind::NotPossible);
}

#[test]
fn busy_is_told_from_broken_and_from_no() {
    let mut busy = reply(503, "{}");
    busy.retry_after = Some(3000);
    assert_eq!(read_answer(&[poll("a")], busy).unwrap_err(), Fault::Busy { retry_after: Some(3000) });
    assert_eq!(read_answer(&[poll("a")], reply(502, "")).unwrap_err(), Fault::Unreachable);
    let gone = r#"{"type":"urn:folkmoot:problem:not-found"}"#;
    assert!(matches!(read_answer(&[poll("a")], reply(404, gone)).unwrap_err(), Fault::Refused(_)));
}

#[test]
fn embedding_1_only_a_problem_document_of_the_api_says_signed_out() {
    let fault = |status, body| read_answer(&[poll("a")], reply(status, body)).unwrap_err();
    let problem = r#"{"type":"urn:folkmoot:problem:unauthorized","detail":"the token has expired"}"#;
    let Fault::Refused(refusal) = fault(401, problem) else { panic!() };
    assert_eq!((refusal.kind, refusal.detail.as_str()), (RefusalKind::SignedOut, "the token has expired"));
    for status in [400, 401, 403, 404, 405, 407, 451] {
        for body in
            ["<!doctype html><title>Blocked</title>", r#"{"detail":"no"}"#, r#"{"type":"about:blank"}"#, "[]"]
        {
            assert_eq!(fault(status, body), Fault::Foreign { status }, "{body}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_json_makes_it_panic(text in "\\PC{0,200}", status in 100u16..600) {
        let _ = read_answer(&[poll("a")], reply(status, &text));
    }
}

#[test]
fn acts_are_the_calls_that_the_api_has() {
    let time = When::Time(domain::Slot::new(Timestamp(0), Some(Timestamp(3_600_000))));
    let day = When::Day(folkmoot::domain::time::Date(0));
    let option = folkmoot::domain::id::OptionId::new("a/b".replace('/', "&")).unwrap();
    let times = json!({
        "label": "", "starts_at": "1970-01-01T00:00:00Z", "ends_at": "1970-01-01T01:00:00Z"
    });
    for (act, method, path, said) in [
        (Act::AddOption("D".into(), None), HttpMethod::Post, "/options", json!({"label": "D"})),
        (Act::AddOption(String::new(), Some(time)), HttpMethod::Post, "/options", times),
        (
            Act::AddOption(String::new(), Some(day)),
            HttpMethod::Post,
            "/options",
            json!({"label": "", "date": "1970-01-01"}),
        ),
        (Act::Judge(option.clone(), true), HttpMethod::Put, "/options/a%26b", json!({"state": "approved"})),
        (Act::Judge(option, false), HttpMethod::Delete, "/options/a%26b", Parsed::Null),
        (Act::Comment("Hm.".into()), HttpMethod::Post, "/comments", json!({"text": "Hm."})),
        (Act::TakeComment("c?".into()), HttpMethod::Delete, "/comments/c%3F", Parsed::Null),
        (Act::Follow(true), HttpMethod::Put, "/follow", json!({"follows": true})),
        (Act::Close(true), HttpMethod::Patch, "", json!({"closes_at": "1970-01-01T00:00:00Z"})),
        (Act::Close(false), HttpMethod::Patch, "", json!({"closes_at": null})),
    ] {
        let poll = PollId::new("p").unwrap();
        let call = write(Decision::Act(poll, act), 0);
        assert_eq!(body(&call), said);
        assert_eq!((call.method, call.path), (method, format!("/polls/p{path}")));
    }
}

#[test]
fn a_page_of_a_list_is_read_as_far_as_it_says() {
    let of = |list, after: &str| PageOf { poll: PollId::new("p&q").unwrap(), list, after: after.into() };
    let pages = |of: &PageOf| [Resource::Page(of.clone())];
    assert_eq!(read(&pages(&of(List::Voters, ""))).path, "/polls/p%26q/voters");
    let comments = of(List::Comments, "7-a");
    assert_eq!(read(&pages(&comments)).path, "/polls/p%26q/comments?cursor=7-a");
    let body = r#"{"comments": [{"id": "c1", "name": "Ann", "at": "1970-01-01T00:00:01Z", "text": "Hm.",
        "mine": true}], "next": "6-b"}"#;
    let answer = read_answer(&pages(&comments), reply(200, body)).unwrap();
    let [Entity::Page(told, page)] = &answer.found[..] else { panic!("{answer:?}") };
    let (id, name, text) = ("c1".into(), "Ann".into(), "Hm.".into());
    let entry = domain::Entry { id, name, at: Some(Timestamp(1000)), answer: None, text, mine: true };
    assert_eq!((told, &page.entries, page.next.as_deref()), (&comments, &vec![entry], Some("6-b")));
    for (list, body, answer, text) in [
        (
            List::Voters,
            r#"{"voters": [{"name": "Ann", "abstain": true}]}"#,
            Some(domain::Answer::Abstention),
            "",
        ),
        (
            List::Reasons,
            r#"{"reasons": [{"options": [], "reason": "So."}]}"#,
            Some(domain::Answer::Options(vec![])),
            "So.",
        ),
    ] {
        let of = of(list, "");
        let read = read_answer(&pages(&of), reply(200, body)).unwrap();
        let [Entity::Page(_, page)] = &read.found[..] else { panic!("{read:?}") };
        assert_eq!((&page.entries[0].answer, page.entries[0].text.as_str()), (&answer, text));
    }
    let broken = read_answer(&pages(&comments), reply(200, r#"{"comments": 7}"#)).unwrap();
    assert_eq!(broken.malformed[0].1, "comments: is not a list");
}

#[test]
fn bodies_are_what_the_api_takes() {
    let option = |id: &str| folkmoot::domain::id::OptionId::new(id).unwrap();
    let cases = [
        (domain::Answer::Abstention, json!({"revision": 7, "abstain": true})),
        (
            domain::Answer::Options(vec![option("b"), option("a")]),
            json!({"revision": 7, "options": ["b", "a"]}),
        ),
        (
            domain::Answer::Values(vec![domain::Value { option: option("a"), value: -2 }]),
            json!({"revision": 7, "values": [{"option": "a", "value": -2}]}),
        ),
        (
            domain::Answer::Stance(option("agree"), "It is time.".into()),
            json!({"revision": 7, "options": ["agree"], "reason": "It is time."}),
        ),
    ];
    for (answer, sent) in cases {
        let ballot = Decision::Ballot(PollId::new("p").unwrap(), Some(answer));
        assert_eq!(body(&write(ballot, 7)), sent);
    }
    let step = Decision::Step(folkmoot::domain::id::StepId::new("s").unwrap());
    assert_eq!(body(&write(step, 0)), json!({"state": "done"}));
}
