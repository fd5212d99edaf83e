//! A Misago forum, which is asked and read by the second kind of host: without keys and revisions, so that of two votes of a member
//! the one that comes last counts, and with the own vote in nothing but the answer to it.

use folkmoot::hosts::{Call, Host as Kind, Reply};
use folkmoot::sync::{Decoded, Fault, Pending, Resource};
use serde_json::{Value, json};

use crate::host::{Host, OPTIONS};
use crate::misago::Misago;

pub const FORUM: &dyn Kind<Value> = &Misago;

/// What comes of a read by this member, or by a guest.
pub fn read(host: &Host, member: Option<&str>, resources: &[Resource]) -> Result<Decoded, Fault> {
    let reply = |call: &Call| match call.path.as_str() {
        "/threads/4/" => good(json!({"poll": poll(host, member, false)})),
        path => {
            assert_eq!(path, "/auth/");
            good(json!({"id": member.map(str::len)}))
        }
    };
    FORUM.read_answer(resources, FORUM.read(resources).iter().map(reply).collect())
}

/// What comes of a write by this member, or by a guest.
pub fn write(host: &mut Host, member: Option<&str>, pending: &Pending) -> Result<Decoded, Fault> {
    let mut reply = |call: &Call| {
        assert_eq!(call.path, "/threads/4/poll/7/votes/");
        let chosen: Vec<String> = serde_json::from_str(&call.body.as_ref().unwrap().to_json()).unwrap();
        match member {
            Some(member) => host.overwrite(member, &chosen[0], &pending.key),
            None => return refused("This action is not available to guests."),
        }
        good(poll(host, member, true))
    };
    let replies = FORUM.write(pending).iter().map(&mut reply).collect();
    FORUM.write_answer(pending, replies)
}

/// The poll as JSON; its title says whom it was told to.
fn poll(host: &Host, member: Option<&str>, own: bool) -> Value {
    let chosen = member.and_then(|member| host.ballots.get(member)).and_then(|(_, option)| option.clone());
    let choice = |option: &str| {
        let votes = host.ballots.values().filter(|(_, chosen)| chosen.as_deref() == Some(option)).count();
        let mut choice = json!({"hash": option, "label": option, "votes": votes});
        if own {
            choice["selected"] = json!(chosen.as_deref() == Some(option));
        }
        choice
    };
    json!({
        "id": 7, "posted_on": "2026-11-23T05:15:32.806231Z", "length": 0, "question": member.unwrap_or("a guest"),
        "allowed_choices": 1, "allow_revotes": true, "votes": host.ballots.len(), "is_public": false,
        "acl": {"can_vote": member.is_some()}, "choices": OPTIONS.map(choice),
    })
}

fn good(body: Value) -> Reply<Value> {
    Reply { status: 200, retry_after: None, host_time: None, epoch: None, body: Some(body) }
}

fn refused(detail: &str) -> Reply<Value> {
    Reply { status: 403, ..good(json!({"detail": detail})) }
}
