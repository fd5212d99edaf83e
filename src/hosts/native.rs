//! Host API v1 itself: the native host, and every site that implements it.

use std::rc::Rc;

use super::{Call, CallBody, Field, Method, Reply};
use crate::api::{self, Json};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{self as domain, List};
use crate::domain::time::Timestamp;
use crate::sync::{Act, Answer, Entity, Fault, Pending, Reason, Refusal, Topic, Write};

/// The call that reads these, which are all of one kind.
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
    Call { method: Method::Get, path, key: None, body: None }
}

/// The call that delivers a write.
pub fn write(pending: &Pending) -> Call {
    let (method, path, body) = match &pending.write {
        Write::Ballot { poll, revision, answer } => (
            if answer.is_none() { Method::Delete } else { Method::Put },
            ["/polls/", &escape(poll.as_str()), "/ballot"].concat(),
            [("revision", Field::Number(*revision))].into_iter().chain(says(answer.as_ref())).collect(),
        ),
        Write::Act(poll, act) => {
            let (method, part, body) = act_call(act);
            (method, ["/polls/", &escape(poll.as_str()), &part].concat(), body)
        }
        Write::Step(step) => (
            Method::Put,
            ["/checklist/steps/", &escape(step.as_str())].concat(),
            vec![("state", Field::Text("done".into()))],
        ),
    };
    let body = Some(body).filter(|body| !body.is_empty());
    Call { method, path, key: Some(pending.key.clone()), body }
}

/// How a poll is asked for what a member does to it beside voting: below which part of its path, and with what.
fn act_call(act: &Act) -> (Method, String, CallBody) {
    let text = |text: &str| Field::Text(text.into());
    match act {
        Act::AddOption(label, slot) => {
            let mut body = vec![("label", text(label))];
            if let Some(slot) = slot {
                body.push(("starts_at", Field::Time(slot.starts_at)));
                body.extend(slot.ends_at.map(|at| ("ends_at", Field::Time(at))));
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
        // A closing time that is past is now.
        Act::Close(closed) => {
            let at = if *closed { Field::Time(Timestamp(0)) } else { Field::Null };
            (Method::Patch, String::new(), vec![("closes_at", at)])
        }
    }
}

/// Where a poll's votes are read as a table.
pub fn export(poll: &PollId) -> String {
    ["/polls/", &escape(poll.as_str()), "/export.csv"].concat()
}

/// The call that opens the live feed.
pub fn listen(topics: &[Topic]) -> Call {
    let names: Vec<String> = topics
        .iter()
        .map(|topic| match topic {
            Topic::Poll(id) => ["poll:", &escape(id.as_str())].concat(),
            _ => "member:me".into(),
        })
        .collect();
    Call { method: Method::Get, path: ["/events?topics=", &names.join(",")].concat(), key: None, body: None }
}

/// What a ballot says, in the words of [`api::Marks`].
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
            for json in list("polls")? {
                sort(&mut answer, PollId::new(name(&json)).ok().map(Topic::Poll), poll(&json));
            }
        }
        Some(Topic::Member(_)) => {
            for json in list("members")? {
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
    // What was asked for and neither came nor was named is not there, whether or not the host says so.
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
    let entity = match &pending.write {
        Write::Ballot { .. } | Write::Act(..) => poll(&body.field("poll").ok_or(Fault::Unreachable)?),
        Write::Step(_) => checklist(&body.field("checklist").ok_or(Fault::Unreachable)?),
    };
    // The write itself was acknowledged; a state that cannot be is left to the next read.
    Ok(Answer { found: entity.into_iter().collect(), host_time, ..Answer::default() })
}

/// Reads the data of an event of the live feed; `None` for events of later versions.
pub fn pushed<J: Json>(event: &str, data: &J) -> Option<Entity> {
    match event {
        "poll" => poll(&data.field("poll")?).ok(),
        "checklist" => checklist(&data.field("checklist")?).ok(),
        _ => None,
    }
}

fn poll<J: Json>(json: &J) -> Result<Entity, api::Malformed> {
    api::poll_from(json).map(|poll| Entity::Poll(Rc::new(poll)))
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

/// The body of an answer that says yes; what else it says, as a fault.
fn good<J: Json>(reply: Reply<J>) -> Result<J, Fault> {
    let retry_after = reply.retry_after;
    match reply.status {
        200..=299 => reply.body.ok_or(Fault::Unreachable),
        429 | 503 => Err(Fault::Busy { retry_after }),
        408 | 425 | 500..=599 => Err(Fault::Unreachable),
        status => Err(Fault::Refused(refusal(status, reply.body.as_ref()))),
    }
}

fn refusal<J: Json>(status: u16, body: Option<&J>) -> Refusal {
    let text = |name| body?.field(name)?.text();
    let reason = match text("type").and_then(|kind| api::ProblemKind::of(&kind)) {
        Some(api::ProblemKind::PollClosed) => Reason::PollClosed,
        Some(api::ProblemKind::StaleBallot) => Reason::Superseded,
        Some(api::ProblemKind::Csrf) => Reason::Unverified,
        None if status == 403 => Reason::Unverified,
        _ if status == 401 => Reason::SignedOut,
        _ => Reason::NotPossible,
    };
    let instead = body.and_then(|body| poll(&body.field("poll")?).ok());
    Refusal { reason, detail: text("detail").unwrap_or_default(), instead }
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
    use serde_json::Value;

    fn reply(status: u16, body: &str) -> Reply<Value> {
        Reply { status, retry_after: None, host_time: None, body: serde_json::from_str(body).ok() }
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
    fn a_page_of_html_is_no_answer() {
        assert_eq!(read_answer(&[poll("a")], reply(200, "<!doctype html>")).unwrap_err(), Fault::Unreachable);
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
        assert!(matches!(read_answer(&[poll("a")], reply(404, "")).unwrap_err(), Fault::Refused(_)));
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
        let slot =
            domain::Slot { starts_at: Timestamp(0), ends_at: Some(Timestamp(3_600_000)), offset: None };
        let option = crate::domain::id::OptionId::new("a/b".replace('/', "&")).unwrap();
        let times = serde_json::json!({
            "label": "", "starts_at": "1970-01-01T00:00:00Z", "ends_at": "1970-01-01T01:00:00Z"
        });
        for (act, method, path, body) in [
            (Act::AddOption("D".into(), None), Method::Post, "/options", serde_json::json!({"label": "D"})),
            (Act::AddOption(String::new(), Some(slot)), Method::Post, "/options", times),
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
            let call = write(&Pending::new("k".into(), Write::Act(poll, act)));
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
        for answer in [
            domain::Answer::Abstention,
            domain::Answer::Options(vec![option("b"), option("a")]),
            domain::Answer::Values(vec![domain::Value { option: option("a"), value: -2 }]),
            domain::Answer::Stance(option("agree"), "It is time.".into()),
        ] {
            let poll = PollId::new("p").unwrap();
            let ballot = Write::Ballot { poll, revision: 7, answer: Some(answer.clone()) };
            let put: api::BallotPut =
                serde_json::from_value(json(write(&Pending::new("k".into(), ballot)).body.unwrap())).unwrap();
            assert_eq!((put.revision, put.says.answer()), (7, Ok(answer)));
        }
        let step = Write::Step(crate::domain::id::StepId::new("s").unwrap());
        let put: api::StepPut =
            serde_json::from_value(json(write(&Pending::new("k".into(), step)).body.unwrap())).unwrap();
        assert_eq!(put.state, "done");
    }
}
