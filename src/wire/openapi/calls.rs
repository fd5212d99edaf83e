//! What each call takes and answers: a question a function.

use serde_json::{Map, Value, json};

use super::refusals::{Refusal, answer_headers};
use super::schemas::Schemas;
use crate::api::MAX_IDS;
use crate::contract::{Call, LANGUAGE_QUERY, PAINT_QUERY, SIGN_IN_QUERY};
use crate::wire::{
    BallotDelete, BallotPut, ChecklistAnswer, CommentPost, Comments, FollowPut, Followers, Id, MemberId,
    Members, OptionPost, OptionPut, PollAnswer, PollEdit, Polls, Reasons, Session, StepPut, Voters, Welcome,
};

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody; who is asking makes no difference.
    Nobody,
    /// Members and guests, who may see different things.
    Anybody,
    /// A member, or a guest who was given a token.
    Voter,
    /// A member.
    Member,
    /// A member of the staff.
    Staff,
}

impl Audience {
    /// Whether a call without a token is refused.
    fn needs_token(self) -> bool {
        match self {
            Self::Voter | Self::Member | Self::Staff => true,
            Self::Nobody | Self::Anybody => false,
        }
    }

    /// Whether a token makes a difference, so that one that is not valid is refused.
    fn takes_token(self) -> bool {
        self != Self::Nobody
    }
}

/// A call as the document has it.
pub fn operation(call: Call, schemas: &mut Schemas) -> Value {
    let audience = audience(call);
    let mut headers = Vec::from_iter(own_header(call));
    let mut parameters = parameters(call, schemas);
    if speaks(call) {
        headers.push("Content-Language");
        for name in ["Lang", "AcceptLanguage"] {
            parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        }
    }
    if paints(call) {
        for name in ["Paint", "SignIn"] {
            parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        }
    }
    let mut responses = Map::new();
    if is_tagged(call) {
        headers.push("ETag");
        parameters.push(json!({ "$ref": "#/components/parameters/IfNoneMatch" }));
        responses.insert("304".into(), json!({ "$ref": "#/components/responses/NotModified" }));
    }
    let (status, about) = success(call);
    let mut answer = json!({ "description": about, "headers": answer_headers(headers) });
    if let Some((media_type, schema)) = answers(call, schemas) {
        answer["content"] = json!({ media_type: { "schema": schema } });
    }
    responses.insert(status.into(), answer);
    let takes = takes(call, schemas);
    for refusal in refusals(call, audience, takes.is_some()) {
        responses.insert(refusal.status().to_string(), refusal.reference());
    }
    let without = (!audience.needs_token()).then(|| json!({}));
    let with = audience.takes_token().then(|| json!({ "bearer": [] }));
    let security: Vec<Value> = without.into_iter().chain(with).collect();
    let (first, rest) = call.name().split_at(1);
    let mut operation = json!({
        "operationId": first.to_lowercase() + rest,
        "summary": call.about(),
        "security": security,
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(details) = details(call) {
        operation["description"] = details.into();
    }
    if let Some((schema, example)) = takes {
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

/// Who may make a call.
pub fn audience(call: Call) -> Audience {
    match call {
        Call::Welcome | Call::OpenApi => Audience::Nobody,
        Call::Session
        | Call::Polls
        | Call::Poll
        | Call::Voters
        | Call::Reasons
        | Call::Comments
        | Call::Members
        | Call::Checklist
        | Call::Events => Audience::Anybody,
        Call::Cast | Call::TakeBack => Audience::Voter,
        Call::AddOption
        | Call::DeclineOption
        | Call::Comment
        | Call::TakeComment
        | Call::Follow
        | Call::DoStep => Audience::Member,
        Call::CreatePoll
        | Call::EditPoll
        | Call::DeletePoll
        | Call::ApproveOption
        | Call::Followers
        | Call::ExportPoll => Audience::Staff,
    }
}

/// Whether the answer has texts that the site wrote, which may be in several languages.
fn speaks(call: Call) -> bool {
    match call {
        Call::Polls
        | Call::CreatePoll
        | Call::Poll
        | Call::EditPoll
        | Call::Cast
        | Call::TakeBack
        | Call::AddOption
        | Call::ApproveOption
        | Call::DeclineOption
        | Call::Comment
        | Call::TakeComment
        | Call::Follow
        | Call::ExportPoll
        | Call::Checklist
        | Call::DoStep
        | Call::Events => true,
        Call::Session
        | Call::Welcome
        | Call::DeletePoll
        | Call::Voters
        | Call::Reasons
        | Call::Comments
        | Call::Followers
        | Call::Members
        | Call::OpenApi => false,
    }
}

/// Whether the answer can have what elements show.
fn paints(call: Call) -> bool {
    matches!(call, Call::Polls | Call::Members | Call::Checklist)
}

/// Whether the answer has a tag, so that it is not sent to a caller who has it already.
fn is_tagged(call: Call) -> bool {
    call.method() == "GET" && !matches!(call, Call::Events | Call::ExportPoll)
}

/// A header that this call's answer has alone.
fn own_header(call: Call) -> Option<&'static str> {
    if call == Call::CreatePoll {
        Some("Location")
    } else {
        (call == Call::ExportPoll).then_some("Content-Disposition")
    }
}

/// The status of an answer that does what was asked, and what such an answer is.
fn success(call: Call) -> (&'static str, &'static str) {
    match call {
        Call::Session => ("200", "The viewer, or nobody."),
        Call::Welcome => ("201", "The guest's token."),
        Call::Polls => ("200", "Those that are there, and the ids of the others."),
        Call::CreatePoll => ("201", "The poll."),
        Call::Poll => ("200", "The poll as the viewer may see it."),
        Call::EditPoll => ("200", "The poll as it is now."),
        Call::DeletePoll => ("204", "It is gone."),
        Call::Cast => ("200", "The poll with the ballot."),
        Call::TakeBack => ("200", "The poll without the ballot."),
        Call::Voters => ("200", "One page of voters."),
        Call::Reasons => ("200", "One page of reasons."),
        Call::AddOption => ("200", "The poll with the option, or with it among those that wait."),
        Call::ApproveOption => ("200", "The poll with the option."),
        Call::DeclineOption => ("200", "The poll without the option."),
        Call::Comments => ("200", "One page of comments."),
        Call::Comment => ("200", "The poll with one comment more."),
        Call::TakeComment => ("200", "The poll without the comment."),
        Call::Follow => ("200", "The poll as followed."),
        Call::Followers => ("200", "One page of followers."),
        Call::ExportPoll => ("200", "RFC 4180, with a head, in UTF-8 with a byte order mark."),
        Call::Members => ("200", "Those who are there, and the ids of the others."),
        Call::Checklist => ("200", "The checklist, if there is one."),
        Call::DoStep => ("200", "The checklist with the step done."),
        Call::Events => ("200", "The feed."),
        Call::OpenApi => ("200", "This document."),
    }
}

/// What is to be known of a call beside what it is for.
fn details(call: Call) -> Option<&'static str> {
    Some(match call {
        Call::Welcome => {
            "For a ballot of a guest in a poll that asks guests; the token of a guest counts for nothing beside the session of \
             a member."
        }
        Call::Polls => "Without `ids`, staff get every poll, most recent first, at most 50 a page.",
        Call::CreatePoll => {
            "Without an `id` the poll gets one of its title, always the same for the same title; without an `id` an option \
             gets one of what it says. The answer has them. The id of a deleted poll is refused. A title, a description and \
             labels may be in several languages: each reader gets theirs."
        }
        Call::EditPoll => {
            "Once members have voted, kind, secrecy, results, changeable, retractable, abstention, quorum, asks and the times \
             of options stay. Ballots stand: an option that goes is taken out of them, and one that says too little without \
             it is taken back. A `closes_at` that is past closes the poll now. A title, a description and labels that change \
             after votes are marked with what they said before, for everybody to see. A text that is sent replaces the whole text \
             in all its languages, except where it is a plain string that the text says in one of them already: then it \
             stays, so that an option can be sent back as it was read; `lang=*` has every text as it was written. Options are a whole list: an edit of \
             them says the revision of the poll that was read, lest an option that came since go with its votes; without it \
             the answer is 428, and 409 where the poll's title, description or options have changed since, each with the \
             poll as it is now."
        }
        Call::DeletePoll => {
            "It does not come back, and no other poll gets its id. Pages that still embed it say that it was deleted."
        }
        Call::Reasons => "To whoever may see the result; names in public polls only.",
        Call::DeclineOption => "Removed once more, it is gone as before.",
        Call::ExportPoll => {
            "A row a ballot where ballots are public, a row an option where they are not. A text that a spreadsheet would take \
             for a formula has an apostrophe before it."
        }
        Call::Events => {
            "Server-sent events named `poll` and `checklist`, whose data are a PollAnswer and a ChecklistAnswer: the whole \
             state as the viewer may see it. A state that counts the viewer's ballot comes with it. Where staff deleted a \
             poll, an event named `deleted` comes in its place, whose data are a PollDeleted. The feed begins with the state \
             of each topic, and lasts until somebody ends it. It keeps the language that it was opened in. Events of other names are of later versions."
        }
        Call::Session
        | Call::Poll
        | Call::Cast
        | Call::TakeBack
        | Call::Voters
        | Call::AddOption
        | Call::ApproveOption
        | Call::Comments
        | Call::Comment
        | Call::TakeComment
        | Call::Follow
        | Call::Followers
        | Call::Members
        | Call::Checklist
        | Call::DoStep
        | Call::OpenApi => return None,
    })
}

/// The media type and the schema of an answer's body.
fn answers(call: Call, schemas: &mut Schemas) -> Option<(&'static str, Value)> {
    let text = || json!({ "type": "string" });
    let schema = match call {
        Call::DeletePoll => return None,
        Call::ExportPoll => return Some(("text/csv", text())),
        Call::Events => return Some(("text/event-stream", text())),
        Call::OpenApi => json!({ "type": "object", "required": ["openapi"] }),
        Call::Session => schemas.written::<Session>(),
        Call::Welcome => schemas.written::<Welcome>(),
        Call::Polls => schemas.written::<Polls>(),
        Call::Voters => schemas.written::<Voters>(),
        Call::Reasons => schemas.written::<Reasons>(),
        Call::Comments => schemas.written::<Comments>(),
        Call::Followers => schemas.written::<Followers>(),
        Call::Members => schemas.written::<Members>(),
        Call::Checklist | Call::DoStep => schemas.written::<ChecklistAnswer>(),
        Call::CreatePoll
        | Call::Poll
        | Call::EditPoll
        | Call::Cast
        | Call::TakeBack
        | Call::AddOption
        | Call::ApproveOption
        | Call::DeclineOption
        | Call::Comment
        | Call::TakeComment
        | Call::Follow => schemas.written::<PollAnswer>(),
    };
    Some(("application/json", schema))
}

/// The schema of a call's body, and an example.
fn takes(call: Call, schemas: &mut Schemas) -> Option<(Value, Value)> {
    Some(match call {
        Call::CreatePoll => (
            json!({ "allOf": [schemas.taken::<PollEdit>(), { "required": ["title", "options"] }] }),
            json!({
                "title": "Where do we picnic?",
                "options": ["By the lake", "In the park"],
                "results": "after_vote",
                "closes_at": "2099-06-01T20:00:00+02:00",
                "time_zone": "Europe/Berlin",
            }),
        ),
        Call::EditPoll => (schemas.taken::<PollEdit>(), json!({ "closes_at": "2020-01-01T00:00:00Z" })),
        Call::Cast => (schemas.taken::<BallotPut>(), json!({ "revision": 1, "options": ["taco"] })),
        Call::TakeBack => (schemas.taken::<BallotDelete>(), json!({ "revision": 2 })),
        Call::AddOption => (schemas.taken::<OptionPost>(), json!({ "label": "The noodle place" })),
        Call::ApproveOption => (schemas.taken::<OptionPut>(), json!({ "state": "approved" })),
        Call::Comment => (schemas.taken::<CommentPost>(), json!({ "text": "Why not both?" })),
        Call::Follow => (schemas.taken::<FollowPut>(), json!({ "follows": true })),
        Call::DoStep => (schemas.taken::<StepPut>(), json!({ "state": "done" })),
        Call::Session
        | Call::Welcome
        | Call::Polls
        | Call::Poll
        | Call::DeletePoll
        | Call::Voters
        | Call::Reasons
        | Call::DeclineOption
        | Call::Comments
        | Call::TakeComment
        | Call::Followers
        | Call::ExportPoll
        | Call::Members
        | Call::Checklist
        | Call::Events
        | Call::OpenApi => return None,
    })
}

/// How a call is refused.
fn refusals(call: Call, audience: Audience, has_body: bool) -> Vec<Refusal> {
    let mut refusals = vec![Refusal::Timeout, Refusal::RateLimited, Refusal::Internal, Refusal::Busy];
    if audience.takes_token() {
        refusals.push(Refusal::Unauthorized);
    }
    if audience.needs_token() || matches!(call, Call::Welcome | Call::Voters | Call::Reasons) {
        refusals.push(Refusal::Forbidden);
    }
    let of_a_poll = call.path().starts_with("/polls/{id}");
    if of_a_poll {
        refusals.push(Refusal::Gone);
    }
    if of_a_poll || call == Call::DoStep {
        refusals.push(Refusal::NotFound);
    }
    if has_body {
        refusals.push(Refusal::TooLarge);
    }
    if of_a_poll || has_body || paints(call) || call == Call::Events {
        refusals.push(Refusal::Invalid);
    }
    if matches!(call, Call::CreatePoll | Call::EditPoll) {
        refusals.push(Refusal::Settled);
    }
    if call == Call::EditPoll {
        refusals.push(Refusal::RevisionMissing);
    }
    if matches!(call, Call::Cast | Call::TakeBack) {
        refusals.push(Refusal::Conflict);
    }
    if matches!(call, Call::AddOption | Call::ApproveOption) {
        refusals.push(Refusal::NoRoom);
    }
    refusals
}

/// What a call says in its query and its headers.
fn parameters(call: Call, schemas: &mut Schemas) -> Vec<Value> {
    let cursor = |about: &str, schema: Value| json!({ "name": "cursor", "in": "query", "description": about, "schema": schema });
    let before = "Where the page before ended: its `next`.";
    match call {
        Call::Polls => {
            let items = json!({ "type": "string", "minLength": 1, "pattern": "^[^,]+$" });
            let ids = list(
                "ids",
                &items,
                false,
                "The polls' ids. Staff may leave it out.",
                &["weekly-dinner", "new-logo"],
            );
            let about = "Without `ids`: what the page before said as its `next`; the first page when absent.";
            vec![ids, cursor(about, json!({ "type": "string" }))]
        }
        Call::Members => {
            let items = json!({ "type": "string", "minLength": 1 });
            let about = "The members' ids. The commas between two ids stand as they are; a comma within an id is percent-encoded.";
            vec![list("ids", &items, true, about, &["ann", "mia"])]
        }
        Call::Events => {
            let items = json!({ "type": "string", "pattern": "^(poll:.+|member:me)$" });
            let about = "`poll:ID`, and `member:me` for the member's own things.";
            let last = json!({
                "name": "Last-Event-ID",
                "in": "header",
                "description": "The last id that was received: what was sent before is not sent again.",
                "schema": { "type": "string" },
            });
            vec![list("topics", &items, true, about, &["poll:weekly-dinner"]), last]
        }
        Call::Voters => {
            let about = "Only those who chose this.";
            let option = json!({ "name": "option", "in": "query", "description": about, "schema": schemas.taken::<Id>() });
            vec![option, cursor(before, schemas.taken::<MemberId>())]
        }
        Call::Followers => vec![cursor(before, schemas.taken::<MemberId>())],
        Call::Reasons | Call::Comments => vec![cursor(before, schemas.taken::<Id>())],
        Call::Cast | Call::TakeBack | Call::AddOption | Call::Comment => {
            vec![json!({ "$ref": "#/components/parameters/IdempotencyKey" })]
        }
        Call::Session
        | Call::Welcome
        | Call::CreatePoll
        | Call::Poll
        | Call::EditPoll
        | Call::DeletePoll
        | Call::ApproveOption
        | Call::DeclineOption
        | Call::TakeComment
        | Call::Follow
        | Call::ExportPoll
        | Call::Checklist
        | Call::DoStep
        | Call::OpenApi => Vec::new(),
    }
}

/// A list in a query, with commas between.
fn list(name: &str, items: &Value, required: bool, about: &str, example: &[&str]) -> Value {
    json!({
        "name": name,
        "in": "query",
        "required": required,
        "description": about,
        "style": "form",
        "explode": false,
        "schema": { "type": "array", "items": items, "minItems": 1, "maxItems": MAX_IDS },
        "example": example,
    })
}

/// What stands in a path, such as `{id}`.
pub fn in_path(path: &str, schemas: &mut Schemas) -> Value {
    let names = path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name| {
        let (about, example) = match name {
            "option" => ("The option's id.", "own"),
            "comment" => ("The comment's id.", "0123456789abcdef"),
            _ if path.starts_with("/checklist") => ("The step's id.", "read-rules"),
            _ => ("The poll's id.", "weekly-dinner"),
        };
        let schema = schemas.taken::<Id>();
        json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": about,
            "schema": schema,
            "example": example,
        })
    };
    names.map(parameter).collect()
}

/// Minutes from a day behind to a day ahead.
macro_rules! ahead {
    () => {
        "-?([0-9]{1,3}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)"
    };
}
/// The value of the parameter `paint`: a tag, how far a clock is ahead, and its changes.
const PAINT: &str = concat!("^[A-Za-z0-9-]{1,35},", ahead!(), "(,-?[0-9]{1,15},", ahead!(), "){0,8}$");

/// Parameters of several calls, by the names that calls refer to.
pub fn shared_parameters() -> Value {
    json!({
        "IfNoneMatch": {
            "name": "If-None-Match",
            "in": "header",
            "description": "The ETag of the answer that the caller has.",
            "schema": { "type": "string" },
        },
        "Lang": {
            "name": LANGUAGE_QUERY,
            "in": "query",
            "description": "The reader's language, a tag of BCP 47, instead of `Accept-Language`; `*` for texts as they were written, \
                            in all their languages.",
            "schema": { "type": "string" },
            "example": "de-AT",
        },
        "Paint": {
            "name": PAINT_QUERY,
            "in": "query",
            "description": "Asks for what the elements show at first, which the answer then has as a tree. A language and the reader's \
                            clock, with commas between: the minutes ahead of UTC, and for each of its next changes, of which two are \
                            enough, the moment in milliseconds since 1970 and the minutes from then on. A host that draws nothing \
                            ignores it.",
            "schema": { "type": "string", "pattern": PAINT },
            "example": "de,60,1774746000000,120,1792890000000,60",
        },
        "SignIn": {
            "name": SIGN_IN_QUERY,
            "in": "query",
            "description": "The address of the site's sign-in page, to which what a guest is shown has a link.",
            "schema": { "type": "string", "pattern": r"^$|^(https?://|/|#|\?).{0,1900}$" },
            "example": "/login",
        },
        "AcceptLanguage": {
            "name": "Accept-Language",
            "in": "header",
            "description": "The reader's languages with their weights (RFC 9110). A host whose texts are in one language need not \
                            look at it.",
            "schema": { "type": "string" },
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": true,
            "description": "Names this very write: sent again, it counts once.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" },
        },
    })
}
