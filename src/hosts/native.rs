//! Host API v1: the native host, and every site that implements the API.

use std::rc::Rc;

use super::{Call, Host, HttpMethod, Reply, Value};
use crate::api::{self, Json};
use crate::contract::{self, IDS_QUERY, ProblemCode, ProblemKind};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{List, When};
use crate::domain::time::Timestamp;
use crate::sync::{
    Abilities, Act, Decision, Decoded, Entity, Fault, Pending, Refusal, RefusalKind, Resource, Session, Topic,
};

/// The kind of hosts that implement Host API v1.
pub struct Native;

const SESSION: &str = contract::Call::Session.path();

impl<J: Json> Host<J> for Native {
    fn abilities(&self) -> Abilities {
        Abilities::default()
    }

    fn epoch_header(&self) -> Option<&'static str> {
        Some("folkmoot-epoch")
    }

    fn read(&self, resources: &[Resource]) -> Vec<Call> {
        let ids: Vec<String> = resources
            .iter()
            .filter_map(|resource| match resource {
                Resource::Topic(Topic::Poll(id)) => Some(escape(id.as_str())),
                Resource::Topic(Topic::Member(id)) => Some(escape(id.as_str())),
                Resource::Topic(Topic::Checklist) | Resource::Page(_) => None,
            })
            .collect();
        let path = match resources.first() {
            Some(Resource::Topic(Topic::Poll(_))) => {
                [contract::Call::Polls.path(), IDS_QUERY, &ids.join(",")].concat()
            }
            Some(Resource::Topic(Topic::Member(_))) => {
                [contract::Call::Members.path(), IDS_QUERY, &ids.join(",")].concat()
            }
            Some(Resource::Page(page)) => {
                let list = match page.list {
                    List::Voters => "/voters",
                    List::Reasons => "/reasons",
                    List::Comments => "/comments",
                };
                let after = if page.after.is_empty() { "" } else { "?cursor=" };
                ["/polls/", &escape(page.poll.as_str()), list, after, &escape(&page.after)].concat()
            }
            Some(Resource::Topic(Topic::Checklist)) | None => contract::Call::Checklist.path().into(),
        };
        vec![Call::get(path)]
    }

    fn read_answer(&self, resources: &[Resource], replies: Vec<Reply<J>>) -> Result<Decoded, Fault> {
        let (mut answer, body) = only(replies)?;
        let list = |name| body.field(name).and_then(|list| list.items()).ok_or(Fault::Unreachable);
        let name = |json: &J| json.field("id").and_then(|id| id.text()).unwrap_or_default();
        match resources.first() {
            Some(Resource::Topic(Topic::Poll(_))) => {
                for json in list("polls")?.into_iter().take(api::MAX_IDS) {
                    sort(&mut answer, PollId::new(name(&json)).ok().map(Topic::Poll), poll(&json));
                }
                let gone = body.field("deleted").and_then(|list| list.items()).unwrap_or_default();
                answer.found.extend(gone.iter().filter_map(deleted));
            }
            Some(Resource::Topic(Topic::Member(_))) => {
                for json in list("members")?.into_iter().take(api::MAX_IDS) {
                    let member = api::member_from(&json).map(|member| Entity::Member(Rc::new(member)));
                    sort(&mut answer, MemberId::new(name(&json)).ok().map(Topic::Member), member);
                }
            }
            Some(resource @ Resource::Page(of)) => match api::page_from(&body, of.list) {
                Ok(page) => answer.found.push(Entity::Page(of.clone(), Rc::new(page))),
                Err(fault) => answer.malformed.push((resource.clone(), fault)),
            },
            Some(Resource::Topic(Topic::Checklist)) | None => {
                if let Some(json) = body.field("checklist") {
                    sort(&mut answer, Some(Topic::Checklist), checklist(&json));
                }
            }
        }
        // What neither came nor was malformed does not exist, whether or not the host lists it as missing.
        let came = |r: &Resource| {
            answer.found.iter().any(|e| e.resource() == *r) || answer.malformed.iter().any(|(m, _)| m == r)
        };
        answer.missing = resources.iter().filter(|r| !came(r)).cloned().collect();
        Ok(answer)
    }

    fn write(&self, pending: &Pending) -> Vec<Call> {
        let (method, path, body) = match &pending.decision {
            Decision::Ballot(poll, answer) => {
                let method = if answer.is_none() { HttpMethod::Delete } else { HttpMethod::Put };
                let revision = ("revision", Value::Number(pending.revision.cast_signed()));
                let body = [revision].into_iter().chain(api::ballot_written(answer.as_ref())).collect();
                (method, ["/polls/", &escape(poll.as_str()), "/ballot"].concat(), body)
            }
            Decision::Act(poll, act) => {
                let (method, part, body) = act_call(act);
                (method, ["/polls/", &escape(poll.as_str()), &part].concat(), body)
            }
            Decision::Step(step) => (
                HttpMethod::Put,
                ["/checklist/steps/", &escape(step.as_str())].concat(),
                vec![("state", text("done"))],
            ),
        };
        let body = Some(body).filter(|body| !body.is_empty()).map(Value::Fields);
        let mut call = Call { method, body, ..Call::get(path) };
        call.headers.push(("idempotency-key", pending.key.clone()));
        if pending.by_post && method != HttpMethod::Post {
            call.headers.push(("x-http-method-override", method.name().into()));
            call.method = HttpMethod::Post;
        }
        vec![call]
    }

    fn write_answer(&self, pending: &Pending, replies: Vec<Reply<J>>) -> Result<Decoded, Fault> {
        let (mut answer, body) = only(replies)?;
        let entity = match &pending.decision {
            Decision::Ballot(..) | Decision::Act(..) => poll(&body.field("poll").ok_or(Fault::Unreachable)?),
            Decision::Step(_) => checklist(&body.field("checklist").ok_or(Fault::Unreachable)?),
        };
        // The write was acknowledged. A malformed state in the answer is ignored, since the next read brings the state again.
        answer.found.extend(entity);
        Ok(answer)
    }

    fn listen(&self, topics: &[Topic], after: Option<&str>) -> Option<Call> {
        let name = |topic: &Topic| match topic {
            Topic::Poll(id) => Some(["poll:", &escape(id.as_str())].concat()),
            Topic::Checklist => Some("member:me".into()),
            Topic::Member(_) => None, // not live
        };
        let names: Vec<String> = topics.iter().filter_map(name).collect();
        let mut call = Call::get(["/events?topics=", &names.join(",")].concat());
        call.headers.extend(after.map(|position| ("last-event-id", position.into())));
        Some(call)
    }

    fn pushed(&self, event: &str, data: &J) -> Option<Entity> {
        match event {
            "poll" => poll(&data.field("poll")?).ok(),
            "checklist" => checklist(&data.field("checklist")?).ok(),
            "deleted" => deleted(&data.field("deleted")?),
            _ => None,
        }
    }

    fn session(&self) -> Vec<Call> {
        vec![Call { fresh: true, ..Call::get(SESSION) }]
    }

    fn session_answer(&self, replies: Vec<Reply<J>>) -> Result<Session, Fault> {
        let (_, body) = only(replies)?;
        let text = |json: &J, name| json.field(name)?.text();
        let member = body.field("viewer").and_then(|viewer| text(&viewer, "id"));
        Ok(Session { member, csrf: text(&body, "csrf") })
    }

    fn guest(&self) -> Vec<Call> {
        vec![Call { method: HttpMethod::Post, ..Call::get(SESSION) }]
    }

    fn guest_answer(&self, replies: Vec<Reply<J>>) -> Option<String> {
        let (_, body) = only(replies).ok()?;
        body.field("token")?.text().filter(|token| !token.is_empty())
    }

    fn export(&self, poll: &PollId) -> Option<Call> {
        Some(Call::get(["/polls/", &escape(poll.as_str()), "/export.csv"].concat()))
    }

    fn failure(&self, reply: &Reply<J>) -> Option<Fault> {
        match reply.status {
            200..=299 => None,
            429 | 503 => Some(Fault::Busy { retry_after: reply.retry_after }),
            408 | 425 | 500 | 502..=599 => Some(Fault::Unreachable),
            status => {
                Some(reply.body.as_ref().and_then(refusal).map_or(Fault::Foreign { status }, Fault::Refused))
            }
        }
    }
}

/// An answer with the host's time but without any state yet, and the body of the only reply: each request takes one call.
fn only<J: Json>(mut replies: Vec<Reply<J>>) -> Result<(Decoded, J), Fault> {
    let reply = replies.pop().ok_or(Fault::Unreachable)?;
    Ok((Decoded { host_time: reply.host_time, ..Decoded::default() }, good(reply)?))
}

/// The body of a successful reply, or the fault.
fn good<J: Json>(reply: Reply<J>) -> Result<J, Fault> {
    match Native.failure(&reply) {
        Some(fault) => Err(fault),
        None => reply.body.ok_or(Fault::Foreign { status: reply.status }), // such as the HTML of a sign-in page
    }
}

/// The fields of a JSON object.
type Fields = Vec<(&'static str, Value)>;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// The method, the path below the poll's, and the body for what a member does to a poll besides voting.
fn act_call(act: &Act) -> (HttpMethod, String, Fields) {
    match act {
        Act::AddOption(label, when) => {
            let mut body = vec![("label", text(label))];
            match when {
                None => {}
                Some(When::Day(day)) => body.push(("date", Value::Text(day.to_string()))),
                Some(When::Time(slot)) => {
                    body.push(("starts_at", Value::Text(slot.starts_at.to_string())));
                    body.extend(slot.ends_at.map(|at| ("ends_at", Value::Text(at.to_string()))));
                }
            }
            (HttpMethod::Post, "/options".into(), body)
        }
        Act::Judge(option, yes) => {
            let part = ["/options/", &escape(option.as_str())].concat();
            if *yes {
                (HttpMethod::Put, part, vec![("state", text("approved"))])
            } else {
                (HttpMethod::Delete, part, Vec::new())
            }
        }
        Act::Comment(said) => (HttpMethod::Post, "/comments".into(), vec![("text", text(said))]),
        Act::TakeComment(id) => (HttpMethod::Delete, ["/comments/", &escape(id)].concat(), Vec::new()),
        Act::Follow(follows) => {
            (HttpMethod::Put, "/follow".into(), vec![("follows", Value::Truth(*follows))])
        }
        // The host changes a closing time in the past to the current time.
        Act::Close(closed) => {
            let at = if *closed { Value::Text(Timestamp(0).to_string()) } else { Value::Null };
            (HttpMethod::Patch, String::new(), vec![("closes_at", at)])
        }
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

fn sort(answer: &mut Decoded, topic: Option<Topic>, read: Result<Entity, api::Malformed>) {
    match (read, topic) {
        (Ok(entity), _) => answer.found.push(entity),
        (Err(malformed), Some(topic)) => answer.malformed.push((topic.into(), malformed.to_string())),
        (Err(_), None) => {}
    }
}

/// The problems that mean something to the reducer. The others tell it that something is not possible.
const REASONS: [(&str, RefusalKind); 4] = [
    (ProblemKind::Unauthorized.word(), RefusalKind::SignedOut),
    (ProblemKind::PollClosed.word(), RefusalKind::PollClosed),
    (ProblemKind::StaleBallot.word(), RefusalKind::Superseded),
    (ProblemKind::Csrf.word(), RefusalKind::Unverified),
];

/// Reads a problem document of the API. `None` for any other body, which some proxy before the host has sent.
fn refusal<J: Json>(body: &J) -> Option<Refusal> {
    let text = |name| body.field(name)?.text();
    let kind = text("type")?;
    let kind = kind.strip_prefix(contract::PROBLEM)?;
    // Longer ones are no codes.
    let code = text("code").filter(|code| code.len() < 64).unwrap_or_default();
    // A poll that is not open yet has the type of one that has closed, and it is not too late for a vote.
    let known = REASONS.iter().find(|(word, _)| *word == kind && code != ProblemCode::PollUpcoming.word());
    let code = with_limit(code, body);
    let reason = known.map_or(RefusalKind::NotPossible, |(_, reason)| *reason);
    let instead = body.field("poll").and_then(|json| poll(&json).ok());
    Some(Refusal { kind: reason, detail: text("detail").unwrap_or_default(), code, instead })
}

/// A problem's code, with its limit behind a space.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a number that is no limit becomes the nearest
fn with_limit<J: Json>(code: String, body: &J) -> String {
    match body.field("params").and_then(|params| params.field("limit")?.number()) {
        Some(limit) if !code.is_empty() => [&code, " ", &(limit as u32).to_string()].concat(),
        Some(_) | None => code,
    }
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
