//! The codes of problems: each refusal that a member can meet has its own, with its parameters.

use std::collections::BTreeSet;

use folkmoot::contract::ProblemCode;
use folkmoot::domain::id::OptionId;
use folkmoot::domain::poll::{
    Base, Kind, MAX_COMMENT, MAX_OPTIONS, MAX_REASON, MAX_TITLE, MOST_OWN, OwnOptions, PollOption, Proposal,
    Reasons, Rules, Scale,
};
use folkmoot::domain::time::Timestamp;
use folkmoot::server::store::NewPoll;
use serde_json::{Value, json};

use crate::client::{Call, Host, poll, poll_of};

const AT: &str = "2026-01-01T00:00:00Z";
const LATER: &str = "2099-01-01T00:00:00Z";

/// The poll with this id, of other rules.
fn with(id: &str, change: impl FnOnce(&mut Rules)) -> NewPoll {
    let mut new = poll(id);
    change(&mut new.rules);
    new
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_with_offset(text).unwrap().0
}

fn proposal(id: &str, reasons: Reasons) -> NewPoll {
    poll_of(id, Kind::Proposal(Proposal { threshold: 50, of: Base::Ballots, reasons }))
}

/// What the answer's problem has beside its type, status and detail.
async fn code(call: Call) -> (String, Value) {
    let problem = call.send().await.json();
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    if let Some(known) = ProblemCode::of(&code) {
        assert_eq!(problem["type"], known.kind().uri(), "{problem}");
    }
    (code, problem["params"].clone())
}

fn cast(host: &Host, poll: &str, mut says: Value) -> Call {
    says["revision"] = json!(1);
    let key: String = says.to_string().chars().take(100).collect();
    host.call("PUT", &format!("/polls/{poll}/ballot")).json(&says).header("idempotency-key", &key).by("ann")
}

fn add(host: &Host, poll: &str, option: &Value) -> Call {
    host.call("POST", &format!("/polls/{poll}/options"))
        .json(option)
        .header("idempotency-key", &option.to_string())
        .by("ann")
}

fn comment(host: &Host, poll: &str, text: &str) -> Call {
    host.call("POST", &format!("/polls/{poll}/comments"))
        .json(&json!({"text": text}))
        .header("idempotency-key", &text.len().to_string())
        .by("ann")
}

fn approve(host: &Host, poll: &str, option: &str) -> Call {
    host.call("PUT", &format!("/polls/{poll}/options/{option}")).json(&json!({"state": "approved"}))
}

fn polls() -> Vec<NewPoll> {
    let mut few = poll("few");
    few.asks.groups = vec!["cooks".into()];
    let mut full = with("full", |rules| rules.own_options = OwnOptions::Open);
    let option = |at| {
        let id = OptionId::new(format!("o{at}")).unwrap();
        PollOption::new(id, &format!("Option {at}")).map(&mut |label: String| label.into())
    };
    full.options = (0..MAX_OPTIONS).map(option).collect();
    let mut when = poll_of("when", Kind::Availability);
    when.rules.own_options = OwnOptions::Open;
    let mut silent = poll("silent");
    silent.rules.commentable = false;
    vec![
        poll("p"),
        few,
        full,
        when,
        silent,
        with("talk", |rules| rules.commentable = true),
        with("soon", |rules| rules.opens_at = Some(time(LATER))),
        with("over", |rules| {
            (rules.closes_at, rules.own_options) = (Some(time(AT)), OwnOptions::Open);
        }),
        with("final", |rules| (rules.changeable, rules.retractable) = (false, false)),
        with("two", |rules| rules.kind = Kind::Choice { min: 2, max: 2 }),
        with("open", |rules| rules.own_options = OwnOptions::Open),
        with("asked", |rules| rules.own_options = OwnOptions::Approval),
        poll_of("points", Kind::Allocation { dots: 3 }),
        poll_of("rating", Kind::Rating(Scale { min: 1, max: 5, step: 1 })),
        proposal("why", Reasons::Required),
        proposal("no-why", Reasons::Off),
    ]
}

#[tokio::test]
async fn a_refusal_that_a_member_can_meet_has_a_code_and_its_parameters() {
    let host = Host::with(|config| config.demo = true).await;
    for poll in polls() {
        host.add(&poll).await;
    }
    host.vote("final", 1, &["a"]).by("ann").ok().await;
    host.vote("p", 2, &["a"]).by("ann").ok().await;
    host.add(&poll("gone")).await;
    assert_eq!(host.call("DELETE", "/polls/gone").by_staff().status().await, 204);
    for label in ["D", "E", "F"] {
        add(&host, "open", &json!({"label": label})).ok().await;
    }
    let waits = add(&host, "asked", &json!({"label": "D"})).ok().await["poll"]["proposed"][0]["id"].take();
    let waits = waits.as_str().unwrap();
    comment(&host, "talk", "Hello").ok().await;
    let said = host.get("/polls/talk/comments").by("ann").ok().await["comments"][0]["id"].take();
    let said = format!("/polls/talk/comments/{}", said.as_str().unwrap());
    let poll = host.get("/polls/asked").by_staff().ok().await["poll"].take();
    let labels: Vec<Value> = (0..MAX_OPTIONS).map(|at| json!(format!("Option {at}"))).collect();
    host.call("PATCH", "/polls/asked")
        .json(&json!({"options": labels, "revision": poll["revision"]}))
        .by_staff()
        .ok()
        .await;

    let (options, none) = (|ids: &[&str]| json!({"options": ids}), Value::Null);
    let limit = |limit: usize| json!({"limit": limit});
    let values = |value: i32| json!({"values": [{"option": "a", "value": value}]});
    let reason = |reason: &str| json!({"options": ["agree"], "reason": reason});
    let step = |id: &str| host.call("PUT", &format!("/checklist/steps/{id}")).json(&json!({"state": "done"}));
    let label = |text: &str| json!({"label": text});
    let (a, day) = (options(&["a"]), json!({"date": "2027-01-05"}));
    let remove = |path: &str| host.call("DELETE", path);
    let mut met = BTreeSet::new();
    for (call, wanted, params) in [
        (cast(&host, "few", a.clone()), "not-entitled", none.clone()),
        (cast(&host, "nowhere", a.clone()), "poll-missing", none.clone()),
        (cast(&host, "gone", a.clone()), "poll-deleted", none.clone()),
        (cast(&host, "soon", a.clone()), "poll-upcoming", json!({"at": LATER})),
        (cast(&host, "over", a.clone()), "poll-closed", json!({"at": AT})),
        (cast(&host, "p", a.clone()), "stale-ballot", none.clone()),
        (host.vote("final", 2, &["b"]).by("ann"), "ballot-final", none.clone()),
        (host.take_back("final", 2).by("ann"), "ballot-final", none.clone()),
        (cast(&host, "rating", a.clone()), "other-kind", none.clone()),
        (cast(&host, "two", json!({"abstain": true})), "no-abstention", none.clone()),
        (cast(&host, "two", options(&["a", "x"])), "option-gone", json!({"option": "x"})),
        (cast(&host, "two", options(&["a", "a"])), "", none.clone()),
        (cast(&host, "two", a), "too-few-options", limit(2)),
        (cast(&host, "two", options(&["a", "b", "c"])), "too-many-options", limit(2)),
        (cast(&host, "points", values(4)), "off-scale", json!({"option": "a"})),
        (
            cast(
                &host,
                "points",
                json!({"values": [{"option": "a", "value": 2}, {"option": "b", "value": 2}]}),
            ),
            "too-many-points",
            limit(3),
        ),
        (cast(&host, "rating", values(6)), "off-scale", json!({"option": "a"})),
        (cast(&host, "why", reason(" ")), "reason-needed", none.clone()),
        (cast(&host, "no-why", reason("So.")), "no-reasons", none.clone()),
        (cast(&host, "why", reason(&"e".repeat(MAX_REASON + 1))), "reason-too-long", limit(MAX_REASON)),
        (add(&host, "p", &label("D")), "no-own-options", none.clone()),
        (add(&host, "few", &label("D")), "not-entitled", none.clone()),
        (add(&host, "soon", &label("D")), "poll-upcoming", json!({"at": LATER})),
        (add(&host, "over", &label("D")), "poll-closed", json!({"at": AT})),
        (add(&host, "open", &label("")), "option-label", limit(MAX_TITLE)),
        (add(&host, "open", &day), "option-label", limit(MAX_TITLE)),
        (add(&host, "when", &label("Noon")), "option-time", none.clone()),
        (add(&host, "open", &label("a")), "option-doubled", none.clone()),
        (add(&host, "full", &label("D")), "options-full", limit(MAX_OPTIONS)),
        (add(&host, "open", &label("G")), "own-options-full", limit(MOST_OWN)),
        (approve(&host, "asked", waits).by("bela"), "staff-only", none.clone()),
        (approve(&host, "asked", waits).by_staff(), "option-misfit", none.clone()),
        (approve(&host, "open", "nothing").by_staff(), "option-not-waiting", none.clone()),
        (remove(&format!("/polls/asked/options/{waits}")).by("bela"), "not-author", none.clone()),
        (comment(&host, "silent", "Hello"), "no-comments", none.clone()),
        (comment(&host, "talk", "\u{200b}"), "comment-empty", none.clone()),
        (comment(&host, "talk", &"e".repeat(MAX_COMMENT + 1)), "comment-too-long", limit(MAX_COMMENT)),
        (remove(&said).by("bela"), "not-author", none.clone()),
        (remove("/polls/talk/comments/none").by("ann"), "comment-gone", none.clone()),
        (step("none").by("ann"), "step-gone", none.clone()),
        (step("vote").by("ann"), "step-by-host", none.clone()),
    ] {
        assert_eq!(code(call).await, (wanted.to_owned(), params));
        met.extend(ProblemCode::of(wanted).map(ProblemCode::word));
    }
    let all: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(met, all);
}

#[tokio::test]
async fn what_only_programs_meet_has_no_code() {
    let host = Host::polls([poll("p")]).await;
    for call in [
        host.vote("p", 1, &["a"]),
        host.vote("p", 1, &["a"]).by("ann").header("idempotency-key", ""),
        host.get("/nothing"),
    ] {
        assert_eq!(code(call).await, (String::new(), Value::Null));
    }
}
