//! Kinds of hosts: Host API v1, and a second kind that proves the interface. What the second kind asks, and how it reads the
//! answers, is held against requests and answers that were recorded from a running forum.

#![allow(clippy::unwrap_used, clippy::panic)]

mod misago;
mod native;

use folkmoot::domain::id::{OptionId, PollId, StepId};
use folkmoot::domain::poll::{Answer as Vote, Count, Kind, Poll, Says, Standing};
use folkmoot::domain::time::Timestamp;
use folkmoot::hosts::{Call, Host, HttpMethod, Reply};
use folkmoot::sync::{Act, Decision, Entity, Fault, Pending, RefusalKind, Resource, Topic};
use serde_json::{Value, json};

use misago::Misago;

const HOST: &dyn Host<Value> = &Misago;

/// What the forum answered when somebody asked the same.
fn recorded(who: Option<&str>, call: &Call) -> Reply<Value> {
    let body = call.body.as_ref().map_or(Value::Null, |body| serde_json::from_str(&body.to_json()).unwrap());
    let path = format!("/api{}", call.path);
    let asked = json!([who, call.method.name(), path, body]);
    let recordings =
        include_str!("misago.jsonl").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let same = |one: &Value| json!([one["as"], one["method"], one["path"], one["body"]]) == asked;
    let Some(found) = recordings.into_iter().find(same) else { panic!("not recorded: {asked}") };
    reply(found["status"].as_u64().unwrap().try_into().unwrap(), found["response"].clone())
}

fn reply(status: u16, body: Value) -> Reply<Value> {
    Reply { status, retry_after: None, host_time: Some(Timestamp(7)), epoch: None, body: Some(body) }
}

fn id(id: &str) -> PollId {
    PollId::new(id).unwrap()
}

fn polls(ids: &[&str]) -> Vec<Resource> {
    ids.iter().map(|name| Topic::Poll(id(name)).into()).collect()
}

fn vote(poll: &str, options: &[&str]) -> Pending {
    let options = options.iter().map(|option| OptionId::new(*option).unwrap()).collect();
    Pending::new("k".into(), Decision::Ballot(id(poll), Some(Vote::Options(options))), 3)
}

/// What becomes of a write by this member, or by a guest.
fn written(asker: Option<&str>, pending: &Pending) -> Result<Poll, Fault> {
    let replies = HOST.write(pending).iter().map(|call| recorded(asker, call)).collect();
    let answer = HOST.write_answer(pending, replies)?;
    let [Entity::Poll(poll)] = &answer.found[..] else { panic!("{answer:?}") };
    Ok(Poll::clone(poll))
}

fn refusal(fault: Fault) -> (RefusalKind, String) {
    let Fault::Refused(refusal) = fault else { panic!("{fault:?}") };
    (refusal.kind, refusal.detail)
}

#[test]
fn a_read_of_several_polls_is_a_call_for_each_and_one_for_who_is_asking() {
    let polls = polls(&["1.1", "9999.9", "1.2"]);
    let calls = HOST.read(&polls);
    let paths: Vec<&str> = calls.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, ["/threads/1/", "/threads/9999/", "/threads/1/", "/auth/"]);
    assert!(calls.iter().all(|call| call.method == HttpMethod::Get));
    let askers = [Some("alice"), None, Some("alice"), None];
    let replies = calls.iter().zip(askers).map(|(call, asker)| recorded(asker, call)).collect();
    let answer = HOST.read_answer(&polls, replies).unwrap();
    let [Entity::Poll(poll)] = &answer.found[..] else { panic!("{answer:?}") };
    assert_eq!((&poll.id, poll.title.as_str(), poll.turnout.cast), (&id("1.1"), "Best colour?", 1));
    assert_eq!(poll.tally.as_ref().unwrap().count, Count::Votes(vec![0, 1, 0]));
    assert_eq!((poll.viewer.standing, &poll.viewer.ballot), (Standing::Entitled, &None));
    assert_eq!(answer.missing, polls[1..], "no such thread; another poll in the thread");
}

#[test]
fn the_viewers_own_vote_is_in_the_answer_to_it_and_not_in_a_read() {
    let poll = written(Some("carol"), &vote("4.4", &["w1zLVCTR6G4H", "eSNRb4dFIfjD"])).unwrap();
    let ballot = poll.viewer.ballot.clone().unwrap();
    let Decision::Ballot(_, Some(said)) = vote("4.4", &["w1zLVCTR6G4H", "eSNRb4dFIfjD"]).decision else {
        unreachable!()
    };
    assert_eq!((ballot.revision, ballot.says), (3, Says::This(said)));
    assert_eq!(poll.tally.unwrap().count, Count::Votes(vec![1, 0, 1]));
    assert_eq!(poll.rules.kind, Kind::Choice { min: 1, max: 2 });
    assert_eq!(
        poll.rules.closes_at,
        Timestamp::parse("2026-11-24T05:15:32.806Z"),
        "a day after it was posted"
    );
    let polls = polls(&["4.4"]);
    let replies = vec![recorded(Some("carol"), &HOST.read(&polls)[0]), reply(200, json!({"id": 4}))];
    let answer = HOST.read_answer(&polls, replies).unwrap();
    let [Entity::Poll(poll)] = &answer.found[..] else { panic!("{answer:?}") };
    assert_eq!(poll.viewer.ballot, None);
}

#[test]
fn a_refusal_is_told_in_the_forums_words() {
    let refused = |asker, poll, options: &[&str]| refusal(written(asker, &vote(poll, options)).unwrap_err());
    let again = refused(Some("bob"), "2.2", &["edEzPBDptYsh"]);
    assert_eq!(again, (RefusalKind::NotPossible, "You have already voted in this poll.".into()));
    let twice = refused(Some("carol"), "4.4", &["zvCcfjQ2MdKA", "zvCcfjQ2MdKA"]);
    assert_eq!(twice, (RefusalKind::NotPossible, "One or more of poll choices were invalid.".into()));
    assert_eq!(refused(None, "1.1", &["x"]).0, RefusalKind::SignedOut);
    let csrf = HOST.failure(&reply(403, json!({"detail": "CSRF Failed: CSRF token missing."}))).unwrap();
    assert_eq!(refusal(csrf).0, RefusalKind::Unverified);
}

#[test]
fn what_the_forum_does_not_have_is_no_call_and_not_possible() {
    let step = Decision::Step(StepId::new("s").unwrap());
    for decision in [Decision::Ballot(id("4.4"), None), Decision::Act(id("4.4"), Act::Follow(true)), step] {
        let pending = Pending::new("k".into(), decision, 4);
        assert_eq!(HOST.write(&pending).len(), 0);
        assert_eq!(refusal(HOST.write_answer(&pending, Vec::new()).unwrap_err()).0, RefusalKind::NotPossible);
    }
    assert!(HOST.listen(&[Topic::Poll(id("4.4"))], None).is_none() && HOST.guest().is_empty());
    let checklist = [Topic::Checklist.into()];
    assert_eq!(HOST.read(&checklist).len(), 0);
    assert_eq!(HOST.read_answer(&checklist, Vec::new()).unwrap().missing, checklist);
}

#[test]
fn a_session_names_the_member_or_nobody() {
    let member = |asker, call: &Call| HOST.session_answer(vec![recorded(asker, call)]).unwrap().member;
    let call = HOST.session().remove(0);
    assert_eq!(member(None, &call), None);
    let sign_in = Call { method: HttpMethod::Post, ..call };
    assert_eq!(member(Some("alice"), &sign_in), Some("2".into()));
}

#[test]
fn what_is_no_word_of_the_forum_is_told_from_a_refusal() {
    let fault = |status, body| HOST.failure(&reply(status, body)).unwrap();
    assert_eq!(fault(403, json!("<!doctype html>")), Fault::Foreign { status: 403 });
    assert_eq!(fault(502, Value::Null), Fault::Unreachable);
    assert_eq!(fault(503, Value::Null), Fault::Busy { retry_after: None });
    let polls = polls(&["1.1"]);
    let broken =
        HOST.read_answer(&polls, vec![reply(200, json!({"poll": {"id": 1}})), reply(200, json!({}))]);
    assert_eq!(broken.unwrap().malformed[0].0, polls[0]);
}
