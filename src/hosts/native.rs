//! Host API v1 itself: the native host, and every site that implements it.

use std::rc::Rc;

use super::{Call, Field, Method, Reply};
use crate::api::{self, Json};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll as domain;
use crate::sync::{Answer, Entity, Fault, Pending, Reason, Refusal, Topic, Write};

/// The call that reads these, which are all of one kind.
pub fn read(topics: &[Topic]) -> Call {
    let ids: Vec<String> = topics
        .iter()
        .filter_map(|topic| match topic {
            Topic::Poll(id) => Some(escape(id.as_str())),
            Topic::Member(id) => Some(escape(id.as_str())),
            Topic::Checklist => None,
        })
        .collect();
    let path = match topics.first() {
        Some(Topic::Poll(_)) => ["/polls?ids=", &ids.join(",")].concat(),
        Some(Topic::Member(_)) => ["/members?ids=", &ids.join(",")].concat(),
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
        Write::Step(step) => (
            Method::Put,
            ["/checklist/steps/", &escape(step.as_str())].concat(),
            vec![("state", Field::Text("done".into()))],
        ),
    };
    Call { method, path, key: Some(pending.key.clone()), body: Some(body) }
}

/// The call that opens the live feed.
pub fn listen(topics: &[Topic]) -> Call {
    let names: Vec<String> = topics
        .iter()
        .map(|topic| match topic {
            Topic::Poll(id) => ["poll:", &escape(id.as_str())].concat(),
            Topic::Member(_) | Topic::Checklist => "member:me".into(),
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
        Write::Ballot { .. } => poll(&body.field("poll").ok_or(Fault::Unreachable)?),
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

    #[test]
    fn bodies_are_what_the_api_takes() {
        let json = |body: super::super::CallBody| {
            let value = |field| match field {
                Field::Number(n) => serde_json::json!(n),
                Field::Text(text) => serde_json::json!(text),
                Field::Texts(texts) => serde_json::json!(texts),
                Field::Truth(truth) => serde_json::json!(truth),
                Field::Values(values) => {
                    values.iter().map(|(o, n)| serde_json::json!({"option": o, "value": n})).collect()
                }
            };
            serde_json::Value::Object(body.into_iter().map(|(n, field)| (n.into(), value(field))).collect())
        };
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
