//! Host API v1: the native host, and every site that implements the API.

use std::rc::Rc;

use super::{Call, CallBody, Field, Method, Reply};
use crate::api::{self, Json};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{self as domain, List, When};
use crate::domain::time::Timestamp;
use crate::sync::{Act, Answer, Decision, Entity, Fault, Pending, Reason, Refusal, Session, Topic};

/// The call that reads these topics, which must all be of one kind.
pub fn read(topics: &[Topic]) -> Call {
    let ids: Vec<String> = topics
        .iter()
        .filter_map(|topic| match topic {
            Topic::Poll(id) => Some(escape(id.as_str())),
            Topic::Member(id) => Some(escape(id.as_str())),
            Topic::Checklist | Topic::Page(_) => None,
        })
        .collect();
    let path = match topics.first() {
        Some(Topic::Poll(_)) => ["/polls?ids=", &ids.join(",")].concat(),
        Some(Topic::Member(_)) => ["/members?ids=", &ids.join(",")].concat(),
        Some(Topic::Page(page)) => {
            let list = match page.list {
                List::Voters => "/voters",
                List::Reasons => "/reasons",
                List::Comments => "/comments",
            };
            let after = if page.after.is_empty() { "" } else { "?cursor=" };
            ["/polls/", &escape(page.poll.as_str()), list, after, &escape(&page.after)].concat()
        }
        Some(Topic::Checklist) | None => "/checklist".into(),
    };
    Call { method: Method::Get, path, key: None, body: None, by_post: false }
}

/// The call that delivers a write.
pub fn write(pending: &Pending) -> Call {
    let (method, path, body) = match &pending.decision {
        Decision::Ballot(poll, answer) => (
            if answer.is_none() { Method::Delete } else { Method::Put },
            ["/polls/", &escape(poll.as_str()), "/ballot"].concat(),
            [("revision", Field::Number(pending.revision))]
                .into_iter()
                .chain(says(answer.as_ref()))
                .collect(),
        ),
        Decision::Act(poll, act) => {
            let (method, part, body) = act_call(act);
            (method, ["/polls/", &escape(poll.as_str()), &part].concat(), body)
        }
        Decision::Step(step) => (
            Method::Put,
            ["/checklist/steps/", &escape(step.as_str())].concat(),
            vec![("state", Field::Text("done".into()))],
        ),
    };
    let body = Some(body).filter(|body| !body.is_empty());
    Call {
        method,
        path,
        key: Some(pending.key.clone()),
        body,
        by_post: pending.by_post && method != Method::Post,
    }
}

/// The method, the path below the poll's, and the body for what a member does to a poll besides voting.
fn act_call(act: &Act) -> (Method, String, CallBody) {
    let text = |text: &str| Field::Text(text.into());
    match act {
        Act::AddOption(label, when) => {
            let mut body = vec![("label", text(label))];
            match when {
                None => {}
                Some(When::Day(day)) => body.push(("date", Field::Text(day.to_string()))),
                Some(When::Time(slot)) => {
                    body.push(("starts_at", Field::Time(slot.starts_at)));
                    body.extend(slot.ends_at.map(|at| ("ends_at", Field::Time(at))));
                }
            }
            (Method::Post, "/options".into(), body)
        }
        Act::Judge(option, yes) => {
            let part = ["/options/", &escape(option.as_str())].concat();
            if *yes {
                (Method::Put, part, vec![("state", text("approved"))])
            } else {
                (Method::Delete, part, Vec::new())
            }
        }
        Act::Comment(said) => (Method::Post, "/comments".into(), vec![("text", text(said))]),
        Act::TakeComment(id) => (Method::Delete, ["/comments/", &escape(id)].concat(), Vec::new()),
        Act::Follow(follows) => (Method::Put, "/follow".into(), vec![("follows", Field::Truth(*follows))]),
        // The host takes a closing time in the past for now.
        Act::Close(closed) => {
            let at = if *closed { Field::Time(Timestamp(0)) } else { Field::Null };
            (Method::Patch, String::new(), vec![("closes_at", at)])
        }
    }
}

/// The path of a poll's votes as CSV.
pub fn export(poll: &PollId) -> String {
    ["/polls/", &escape(poll.as_str()), "/export.csv"].concat()
}

/// The call that opens the live feed.
pub fn listen(topics: &[Topic]) -> Call {
    let name = |topic: &Topic| match topic {
        Topic::Poll(id) => Some(["poll:", &escape(id.as_str())].concat()),
        Topic::Checklist => Some("member:me".into()),
        Topic::Member(_) | Topic::Page(_) => None, // not live
    };
    let names: Vec<String> = topics.iter().filter_map(name).collect();
    Call {
        method: Method::Get,
        path: ["/events?topics=", &names.join(",")].concat(),
        key: None,
        body: None,
        by_post: false,
    }
}

/// The path at which the host says who is asking.
pub const SESSION: &str = "/session";

/// The call that asks who is asking.
pub fn session() -> Call {
    Call { method: Method::Get, path: SESSION.into(), key: None, body: None, by_post: false }
}

/// Reads the answer to [`session`].
pub fn session_answer<J: Json>(reply: Reply<J>) -> Result<Session, Fault> {
    let body = good(reply)?;
    let text = |json: &J, name| json.field(name)?.text();
    let member = body.field("viewer").and_then(|viewer| text(&viewer, "id"));
    Ok(Session { member, csrf: text(&body, "csrf") })
}

/// The call that has the host make a token for a guest.
pub fn guest() -> Call {
    Call { method: Method::Post, ..session() }
}

/// Reads the guest's token from the answer to [`guest`].
pub fn guest_answer<J: Json>(reply: Reply<J>) -> Option<String> {
    good(reply).ok()?.field("token")?.text().filter(|token| !token.is_empty())
}

/// An answer to a poll as the fields of a ballot's body.
fn says(answer: Option<&domain::Answer>) -> Vec<(&'static str, Field)> {
    match answer {
        None => Vec::new(),
        Some(domain::Answer::Abstention) => vec![("abstain", Field::Truth(true))],
        Some(domain::Answer::Options(ids)) => {
            vec![("options", Field::Texts(ids.iter().map(ToString::to_string).collect()))]
        }
        Some(domain::Answer::Values(values)) => {
            let value = |v: &domain::Value| (v.option.to_string(), v.value);
            vec![("values", Field::Values(values.iter().map(value).collect()))]
        }
        Some(domain::Answer::Stance(option, reason)) => {
            vec![("options", Field::Texts(vec![option.to_string()])), ("reason", Field::Text(reason.clone()))]
        }
    }
}

/// Reads the answer to [`read`].
pub fn read_answer<J: Json>(topics: &[Topic], reply: Reply<J>) -> Result<Answer, Fault> {
    let mut answer = Answer { host_time: reply.host_time, ..Answer::default() };
    let body = good(reply)?;
    let list = |name| body.field(name).and_then(|list| list.items()).ok_or(Fault::Unreachable);
    let name = |json: &J| json.field("id").and_then(|id| id.text()).unwrap_or_default();
    match topics.first() {
        Some(Topic::Poll(_)) => {
            for json in list("polls")?.into_iter().take(api::MAX_IDS) {
                sort(&mut answer, PollId::new(name(&json)).ok().map(Topic::Poll), poll(&json));
            }
            let gone = body.field("deleted").and_then(|list| list.items()).unwrap_or_default();
            answer.found.extend(gone.iter().filter_map(deleted));
        }
        Some(Topic::Member(_)) => {
            for json in list("members")?.into_iter().take(api::MAX_IDS) {
                let member = api::member_from(&json).map(|member| Entity::Member(Rc::new(member)));
                sort(&mut answer, MemberId::new(name(&json)).ok().map(Topic::Member), member);
            }
        }
        Some(topic @ Topic::Page(of)) => match api::page_from(&body, of.list) {
            Ok(page) => answer.found.push(Entity::Page(of.clone(), Rc::new(page))),
            Err(fault) => answer.malformed.push((topic.clone(), fault)),
        },
        Some(Topic::Checklist) | None => {
            if let Some(json) = body.field("checklist") {
                sort(&mut answer, Some(Topic::Checklist), checklist(&json));
            }
        }
    }
    // A topic that neither came nor was malformed does not exist, whether or not the host lists it as missing.
    let came = |t: &Topic| {
        answer.found.iter().any(|e| e.topic() == *t) || answer.malformed.iter().any(|(m, _)| m == t)
    };
    answer.missing = topics.iter().filter(|t| !came(t)).cloned().collect();
    Ok(answer)
}

/// Reads the answer to [`write`].
pub fn write_answer<J: Json>(pending: &Pending, reply: Reply<J>) -> Result<Answer, Fault> {
    let host_time = reply.host_time;
    let body = good(reply)?;
    let entity = match &pending.decision {
        Decision::Ballot(..) | Decision::Act(..) => poll(&body.field("poll").ok_or(Fault::Unreachable)?),
        Decision::Step(_) => checklist(&body.field("checklist").ok_or(Fault::Unreachable)?),
    };
    // The write was acknowledged. A malformed state in the answer is ignored, and the next read brings it.
    Ok(Answer { found: entity.into_iter().collect(), host_time, ..Answer::default() })
}

/// Reads the data of an event of the live feed; `None` for events of later versions.
pub fn pushed<J: Json>(event: &str, data: &J) -> Option<Entity> {
    match event {
        "poll" => poll(&data.field("poll")?).ok(),
        "checklist" => checklist(&data.field("checklist")?).ok(),
        "deleted" => deleted(&data.field("deleted")?),
        _ => None,
    }
}

fn poll<J: Json>(json: &J) -> Result<Entity, api::Malformed> {
    api::poll_from(json).map(|poll| Entity::Poll(Rc::new(poll)))
}

/// A deleted poll, by its id.
fn deleted<J: Json>(id: &J) -> Option<Entity> {
    PollId::new(id.text()?).ok().map(Entity::Deleted)
}

fn checklist<J: Json>(json: &J) -> Result<Entity, api::Malformed> {
    api::checklist_from(json).map(|list| Entity::Checklist(Rc::new(list)))
}

fn sort(answer: &mut Answer, topic: Option<Topic>, read: Result<Entity, api::Malformed>) {
    match (read, topic) {
        (Ok(entity), _) => answer.found.push(entity),
        (Err(malformed), Some(topic)) => answer.malformed.push((topic, malformed.to_string())),
        (Err(_), None) => {}
    }
}

/// The body of a successful answer, or what went wrong.
pub fn good<J: Json>(reply: Reply<J>) -> Result<J, Fault> {
    let retry_after = reply.retry_after;
    match reply.status {
        status @ 200..=299 => reply.body.ok_or(Fault::Foreign { status }), // such as a page to sign in
        429 | 503 => Err(Fault::Busy { retry_after }),
        408 | 425 | 500 | 502..=599 => Err(Fault::Unreachable),
        status => {
            Err(reply.body.as_ref().and_then(refusal).map_or(Fault::Foreign { status }, Fault::Refused))
        }
    }
}

/// Reads a problem document of the API. `None` for any other body, which some proxy before the host has sent.
pub fn refusal<J: Json>(body: &J) -> Option<Refusal> {
    let text = |name| body.field(name)?.text();
    let kind = text("type").filter(|kind| kind.starts_with(api::PROBLEM))?;
    let reason = match api::ProblemKind::of(&kind) {
        Some(api::ProblemKind::Unauthorized) => Reason::SignedOut,
        Some(api::ProblemKind::PollClosed) => Reason::PollClosed,
        Some(api::ProblemKind::StaleBallot) => Reason::Superseded,
        Some(api::ProblemKind::Csrf) => Reason::Unverified,
        _ => Reason::NotPossible,
    };
    let instead = body.field("poll").and_then(|json| poll(&json).ok());
    Some(Refusal { reason, detail: text("detail").unwrap_or_default(), instead })
}

/// Percent-encodes an id as `encodeURIComponent` does.
pub fn escape(id: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(byte.into());
        } else {
            out.extend(['%', HEX[usize::from(byte >> 4)].into(), HEX[usize::from(byte & 15)].into()]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::PageOf;
    use serde_json::{Value, json};

    fn reply(status: u16, body: &str) -> Reply<Value> {
        Reply {
            status,
            retry_after: None,
            host_time: None,
            epoch: None,
            body: serde_json::from_str(body).ok(),
        }
    }

    fn poll(id: &str) -> Topic {
        Topic::Poll(PollId::new(id).unwrap())
    }

    #[test]
    fn asks_for_all_polls_in_one_call() {
        assert_eq!(read(&[poll("a"), poll("b&c")]).path, "/polls?ids=a,b%26c");
        assert_eq!(listen(&[poll("a"), Topic::Checklist]).path, "/events?topics=poll:a,member:me");
    }

    #[test]
    fn a_poll_that_cannot_be_spoils_no_other() {
        let body =
            r#"{"polls":[{"id":"a","title":"A"},{"id":"b","min":3,"max":2},{"id":"c","results":"maybe"}]}"#;
        let topics = [poll("a"), poll("b"), poll("c"), poll("d")];
        let answer = read_answer(&topics, reply(200, body)).unwrap();
        assert_eq!(answer.found.len(), 1);
        assert_eq!(answer.missing, [poll("d")]);
        assert_eq!(
            answer.malformed[0],
            (
                poll("b"),
                "poll \"b\": a ballot needs at least one option, and no more than it may have".into()
            )
        );
        assert_eq!(answer.malformed[1].1, "poll \"c\": results: \"maybe\" is not a word of Host API v1");
    }

    #[test]
    fn a_deleted_poll_is_told_from_one_that_never_was() {
        let answer = read_answer(
            &[poll("a"), poll("b")],
            reply(200, r#"{"polls":[],"missing":["b"],"deleted":["a"]}"#),
        );
        let answer = answer.unwrap();
        assert_eq!((answer.found.len(), answer.missing), (1, vec![poll("b")]));
        assert_eq!(answer.found[0].topic(), poll("a"));
        let data: Value = serde_json::from_str(r#"{"deleted":"a"}"#).unwrap();
        assert_eq!(pushed("deleted", &data), Some(answer.found[0].clone()));
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
        assert_eq!(refusal.reason, Reason::Superseded);
        assert_eq!(refusal.instead.map(|e| e.revision()), Some(9));
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
        assert_eq!((refusal.reason, refusal.detail.as_str()), (Reason::SignedOut, "the token has expired"));
        for status in [400, 401, 403, 404, 405, 407, 451] {
            for body in [
                "<!doctype html><title>Blocked</title>",
                r#"{"detail":"no"}"#,
                r#"{"type":"about:blank"}"#,
                "[]",
            ] {
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

    fn json(body: CallBody) -> Value {
        let value = |field| match field {
            Field::Number(n) => serde_json::json!(n),
            Field::Text(text) => serde_json::json!(text),
            Field::Texts(texts) => serde_json::json!(texts),
            Field::Truth(truth) => serde_json::json!(truth),
            Field::Time(at) => serde_json::json!(at.to_string()),
            Field::Null => Value::Null,
            Field::Values(values) => {
                values.iter().map(|(o, n)| serde_json::json!({"option": o, "value": n})).collect()
            }
        };
        Value::Object(body.into_iter().map(|(n, field)| (n.into(), value(field))).collect())
    }

    #[test]
    fn acts_are_the_calls_that_the_api_has() {
        let time = When::Time(domain::Slot::new(Timestamp(0), Some(Timestamp(3_600_000))));
        let day = When::Day(crate::domain::time::Date(0));
        let option = crate::domain::id::OptionId::new("a/b".replace('/', "&")).unwrap();
        let times = serde_json::json!({
            "label": "", "starts_at": "1970-01-01T00:00:00Z", "ends_at": "1970-01-01T01:00:00Z"
        });
        for (act, method, path, body) in [
            (Act::AddOption("D".into(), None), Method::Post, "/options", serde_json::json!({"label": "D"})),
            (Act::AddOption(String::new(), Some(time)), Method::Post, "/options", times),
            (
                Act::AddOption(String::new(), Some(day)),
                Method::Post,
                "/options",
                serde_json::json!({"label": "", "date": "1970-01-01"}),
            ),
            (
                Act::Judge(option.clone(), true),
                Method::Put,
                "/options/a%26b",
                serde_json::json!({"state": "approved"}),
            ),
            (Act::Judge(option, false), Method::Delete, "/options/a%26b", Value::Null),
            (Act::Comment("Hm.".into()), Method::Post, "/comments", serde_json::json!({"text": "Hm."})),
            (Act::TakeComment("c?".into()), Method::Delete, "/comments/c%3F", Value::Null),
            (Act::Follow(true), Method::Put, "/follow", serde_json::json!({"follows": true})),
            (Act::Close(true), Method::Patch, "", serde_json::json!({"closes_at": "1970-01-01T00:00:00Z"})),
            (Act::Close(false), Method::Patch, "", serde_json::json!({"closes_at": null})),
        ] {
            let poll = PollId::new("p").unwrap();
            let call = write(&Pending::new("k".into(), Decision::Act(poll, act), 0));
            assert_eq!((call.method, call.path), (method, format!("/polls/p{path}")));
            assert_eq!(call.body.map_or(Value::Null, json), body);
        }
    }

    #[test]
    fn a_page_of_a_list_is_read_as_far_as_it_says() {
        let of = |list, after: &str| PageOf { poll: PollId::new("p&q").unwrap(), list, after: after.into() };
        let topics = |of: &PageOf| [Topic::Page(of.clone())];
        assert_eq!(read(&topics(&of(List::Voters, ""))).path, "/polls/p%26q/voters");
        let comments = of(List::Comments, "7-a");
        assert_eq!(read(&topics(&comments)).path, "/polls/p%26q/comments?cursor=7-a");
        let body = r#"{"comments": [{"id": "c1", "name": "Ann", "at": "1970-01-01T00:00:01Z", "text": "Hm.",
            "mine": true}], "next": "6-b"}"#;
        let answer = read_answer(&topics(&comments), reply(200, body)).unwrap();
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
            let read = read_answer(&topics(&of), reply(200, body)).unwrap();
            let [Entity::Page(_, page)] = &read.found[..] else { panic!("{read:?}") };
            assert_eq!((&page.entries[0].answer, page.entries[0].text.as_str()), (&answer, text));
        }
        let broken = read_answer(&topics(&comments), reply(200, r#"{"comments": 7}"#)).unwrap();
        assert_eq!(broken.malformed[0].1, "comments: is not a list");
    }

    #[test]
    fn bodies_are_what_the_api_takes() {
        let option = |id: &str| crate::domain::id::OptionId::new(id).unwrap();
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
        for (answer, body) in cases {
            let ballot = Decision::Ballot(PollId::new("p").unwrap(), Some(answer));
            assert_eq!(json(write(&Pending::new("k".into(), ballot, 7)).body.unwrap()), body);
        }
        let step = Decision::Step(crate::domain::id::StepId::new("s").unwrap());
        assert_eq!(json(write(&Pending::new("k".into(), step, 0)).body.unwrap()), json!({"state": "done"}));
    }
}
