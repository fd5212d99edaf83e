//! A Misago forum as a host, which proves the seam for hosts: polls alone, each read by a call of its own, without a stream,
//! without revisions, and with the viewer's own vote in nothing but the answer to it. Elements name a poll by the number of its
//! thread and its own, such as `poll="4.7"`.

use std::rc::Rc;

use folkmoot::api::Json;
use folkmoot::domain::id::{OptionId, PollId};
use folkmoot::domain::poll::{
    Answer as Vote, Ballot, Count, Kind, Poll, PollOption, Rules, Says, Secrecy, Standing, Tally, Turnout,
    Viewer,
};
use folkmoot::domain::time::Timestamp;
use folkmoot::hosts::{Call, Host, HttpMethod, Reply, Value};
use folkmoot::sync::{
    Abilities, Decision, Decoded, Entity, Fault, Pending, Refusal, RefusalKind, Resource, Session, Topic,
};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// The API of Misago 0.39.
pub struct Misago;

impl<J: Json> Host<J> for Misago {
    fn abilities(&self) -> Abilities {
        Abilities { ids: 10, asked_every: Some(20_000), revisions: false, own_ballot: false, ordered: false }
    }

    fn epoch_header(&self) -> Option<&'static str> {
        None
    }

    /// The thread of each poll; and who is asking, since polls say the same to guests and to members who may not vote.
    fn read(&self, resources: &[Resource]) -> Vec<Call> {
        let threads = resources.iter().filter_map(place);
        let mut calls: Vec<Call> =
            threads.map(|(_, thread, _)| Call::get(format!("/threads/{thread}/"))).collect();
        if !calls.is_empty() {
            calls.push(who());
        }
        calls
    }

    fn read_answer(&self, resources: &[Resource], mut replies: Vec<Reply<J>>) -> Result<Decoded, Fault> {
        let is_member = replies.pop().map(viewer).transpose()?.flatten().is_some();
        let else_standing = if is_member { Standing::NotEntitled } else { Standing::Guest };
        let mut replies = replies.into_iter();
        let mut answer = Decoded::default();
        for resource in resources {
            let Some((id, _, number)) = place(resource) else {
                answer.missing.push(resource.clone());
                continue;
            };
            let reply = replies.next().ok_or(Fault::Unreachable)?;
            answer.host_time = reply.host_time;
            let Some(json) = poll_in(reply, number)? else {
                answer.missing.push(resource.clone());
                continue;
            };
            match poll(id, &json, else_standing) {
                Some(poll) => answer.found.push(Entity::Poll(Rc::new(poll))),
                None => answer.malformed.push((resource.clone(), "not a poll of Misago".into())),
            }
        }
        Ok(answer)
    }

    fn write(&self, pending: &Pending) -> Vec<Call> {
        let Decision::Ballot(poll, Some(Vote::Options(options))) = &pending.decision else {
            return Vec::new();
        };
        let Some((thread, poll)) = numbers(poll) else { return Vec::new() };
        let options = options.iter().map(|option| Value::Text(option.to_string())).collect();
        let path = format!("/threads/{thread}/poll/{poll}/votes/");
        vec![Call { method: HttpMethod::Post, body: Some(Value::List(options)), ..Call::get(path) }]
    }

    fn write_answer(&self, pending: &Pending, replies: Vec<Reply<J>>) -> Result<Decoded, Fault> {
        let (Decision::Ballot(id, Some(_)), Some(reply)) = (&pending.decision, replies.into_iter().next())
        else {
            let detail = "Misago has no such thing".into();
            return Err(Fault::Refused(Refusal::without_code(RefusalKind::NotPossible, detail)));
        };
        let host_time = reply.host_time;
        let json = good(reply)?;
        let found = poll(id, &json, Standing::NotEntitled).map(|mut poll| {
            let says = Says::This(selected(&json));
            poll.viewer.ballot = Some(Ballot { revision: pending.revision, says });
            Entity::Poll(Rc::new(poll))
        });
        Ok(Decoded { found: found.into_iter().collect(), host_time, ..Decoded::default() })
    }

    fn listen(&self, _: &[Topic], _: Option<&str>) -> Option<Call> {
        None
    }

    fn pushed(&self, _: &str, _: &J) -> Option<Entity> {
        None
    }

    fn session(&self) -> Vec<Call> {
        vec![who()]
    }

    fn session_answer(&self, replies: Vec<Reply<J>>) -> Result<Session, Fault> {
        let reply = replies.into_iter().next().ok_or(Fault::Unreachable)?;
        Ok(Session { member: viewer(reply)?, csrf: None })
    }

    fn guest(&self) -> Vec<Call> {
        Vec::new()
    }

    fn guest_answer(&self, _: Vec<Reply<J>>) -> Option<String> {
        None
    }

    fn export(&self, _: &PollId) -> Option<Call> {
        None
    }

    fn failure(&self, reply: &Reply<J>) -> Option<Fault> {
        let detail = reply.body.as_ref().and_then(|body| body.field("detail")?.text());
        match (reply.status, detail) {
            (200..=299, _) => None,
            (400 | 403 | 404, Some(detail)) => {
                let reason = if detail == "This action is not available to guests." {
                    RefusalKind::SignedOut
                } else if detail.starts_with("CSRF Failed") {
                    RefusalKind::Unverified
                } else if detail.starts_with("This poll is over") {
                    RefusalKind::PollClosed
                } else {
                    RefusalKind::NotPossible
                };
                Some(Fault::Refused(Refusal::without_code(reason, detail)))
            }
            (429 | 503, _) => Some(Fault::Busy { retry_after: reply.retry_after }),
            (408 | 425 | 500 | 502..=599, _) => Some(Fault::Unreachable),
            (status, _) => Some(Fault::Foreign { status }),
        }
    }
}

/// The call that asks who is asking.
fn who() -> Call {
    Call { fresh: true, ..Call::get("/auth/") }
}

/// The member's id, by the reply to [`who`]. `None` for a guest.
fn viewer<J: Json>(reply: Reply<J>) -> Result<Option<String>, Fault> {
    Ok(whole(&good(reply)?, "id").map(|id| id.to_string()))
}

/// The body of a successful reply, or what went wrong.
fn good<J: Json>(reply: Reply<J>) -> Result<J, Fault> {
    match Misago.failure(&reply) {
        Some(fault) => Err(fault),
        None => reply.body.ok_or(Fault::Foreign { status: reply.status }),
    }
}

/// The poll in a thread. `None` where the viewer sees no such thread, or no such poll is in it.
fn poll_in<J: Json>(thread: Reply<J>, number: u32) -> Result<Option<J>, Fault> {
    if matches!(thread.status, 403 | 404) {
        return Ok(None);
    }
    Ok(good(thread)?.field("poll").filter(|poll| whole(poll, "id") == Some(number)))
}

/// The id of a poll, and the numbers of its thread and its own.
fn place(resource: &Resource) -> Option<(&PollId, u32, u32)> {
    let Resource::Topic(Topic::Poll(id)) = resource else { return None };
    numbers(id).map(|(thread, poll)| (id, thread, poll))
}

fn numbers(id: &PollId) -> Option<(u32, u32)> {
    let (thread, poll) = id.as_str().split_once('.')?;
    Some((thread.parse().ok()?, poll.parse().ok()?))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked before
fn whole<J: Json>(json: &J, name: &str) -> Option<u32> {
    let number = json.field(name)?.number()?;
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32)
}

/// Reads a poll. A viewer who may not vote has the `else_standing`.
fn poll<J: Json>(id: &PollId, json: &J, else_standing: Standing) -> Option<Poll> {
    let choices = json.field("choices")?.items()?;
    let option = |choice: &J| {
        let id = OptionId::new(choice.field("hash")?.text()?).ok()?;
        Some(PollOption::new(id, &choice.field("label")?.text()?))
    };
    let opened = Timestamp::parse(&json.field("posted_on")?.text()?)?;
    let days = i64::from(whole(json, "length")?);
    let mut rules = Rules::of(Kind::Choice { min: 1, max: whole(json, "allowed_choices")? });
    rules.closes_at = (days > 0).then(|| opened.plus(days * DAY));
    rules.changeable = json.field("allow_revotes")?.truth()?;
    rules.retractable = false;
    if json.field("is_public")?.truth()? {
        rules.secrecy = Secrecy::Public;
    }
    let votes = choices.iter().map(|choice| whole(choice, "votes")).collect::<Option<_>>()?;
    // Of a choice of several it is the number of ticks: Misago does not tell how many members have made them.
    let cast = whole(json, "votes")?;
    let may_vote = json.field("acl")?.field("can_vote")?.truth()?;
    Some(Poll {
        id: id.clone(),
        revision: 0,
        title: json.field("question")?.text()?,
        title_edited: None,
        description: String::new(),
        description_edited: None,
        options: choices.iter().map(option).collect::<Option<_>>()?,
        proposed: Vec::new(),
        rules,
        comments: 0,
        turnout: Turnout { cast, entitled: None },
        tally: Some(Tally { voters: cast, abstained: 0, count: Count::Votes(votes) }),
        series: None,
        viewer: Viewer::new(if may_vote { Standing::Entitled } else { else_standing }),
    })
}

/// What the viewer has chosen, by the answer to their vote.
fn selected<J: Json>(poll: &J) -> Vote {
    let choices = poll.field("choices").and_then(|choices| choices.items()).unwrap_or_default();
    let is_chosen =
        |choice: &&J| choice.field("selected").and_then(|selected| selected.truth()) == Some(true);
    let chosen = choices.iter().filter(is_chosen);
    Vote::Options(chosen.filter_map(|choice| OptionId::new(choice.field("hash")?.text()?).ok()).collect())
}
