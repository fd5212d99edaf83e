//! Host API v1 on the wire: what goes out comes back the same, and what cannot be is said.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use folkmoot::api;
use folkmoot::domain::checklist::{Action, Checklist, DoneBy, Step};
use folkmoot::domain::id::{OptionId, PollId, StepId};
use folkmoot::domain::poll::{
    Ballot, Poll, PollOption, Results, Rules, Secrecy, Standing, Tally, Turnout, Viewer, Zone,
};
use folkmoot::domain::time::Timestamp;
use proptest::prelude::*;
use serde_json::json;

fn polls() -> impl Strategy<Value = Poll> {
    let results = prop_oneof![
        Just(Results::Always),
        Just(Results::AfterVote),
        Just(Results::AfterClose),
        Just(Results::Staff)
    ];
    let standing = prop_oneof![
        Just(Standing::Entitled),
        Just(Standing::Guest),
        Just(Standing::NotEntitled),
        Just(Standing::Unsaid)
    ];
    let secrecy = prop_oneof![Just(Secrecy::Public), Just(Secrecy::Secret), Just(Secrecy::Anonymous)];
    let time = proptest::option::of((0i64..4_000_000_000_000).prop_map(Timestamp));
    let labels = proptest::collection::vec("\\PC{0,40}", 1..8);
    (labels, results, secrecy, standing, time, any::<[bool; 4]>(), any::<u32>()).prop_map(
        |(labels, results, secrecy, standing, closes_at, flags, number)| {
            let option = |(n, label)| PollOption { id: OptionId::new(format!("o{n}")).unwrap(), label };
            let options: Vec<PollOption> = labels.into_iter().enumerate().map(option).collect();
            let votes: Vec<u32> = (0..).map(|n| number.wrapping_mul(n)).take(options.len()).collect();
            let chosen = options.iter().take(1).map(|o| o.id.clone()).collect();
            Poll {
                id: PollId::new("p").unwrap(),
                revision: number.into(),
                title: "Where <b>?".into(),
                description: String::new(),
                rules: Rules {
                    min: 1,
                    max: 2,
                    opens_at: None,
                    closes_at,
                    zone: closes_at.map(|_| Zone {
                        name: "Europe/Berlin".into(),
                        at_opening: None,
                        at_closing: Some(-90),
                    }),
                    results,
                    secrecy,
                    changeable: flags[0],
                    retractable: flags[1],
                },
                turnout: Turnout { cast: number, entitled: flags[2].then_some(number) },
                tally: flags[2].then_some(Tally { voters: number, votes }),
                viewer: Viewer {
                    standing,
                    ballot: flags[3].then_some(Ballot {
                        revision: 4,
                        options: (secrecy != Secrecy::Anonymous).then_some(chosen),
                    }),
                },
                options,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_poll_comes_back_as_it_went_out(poll in polls()) {
        let json = serde_json::to_string(&api::Poll::from(poll.clone())).unwrap();
        let wire: api::Poll = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(Poll::try_from(wire).unwrap(), poll);
    }
}

#[test]
fn a_checklist_comes_back_as_it_went_out() {
    let step = Step {
        id: StepId::new("rules").unwrap(),
        title: "Read the rules".into(),
        why: "They are short".into(),
        action: Some(Action { label: "Open".into(), href: "/rules".into() }),
        by: DoneBy::Host,
        done_at: Some(Timestamp(1_000)),
        optional: true,
    };
    let list = Checklist { revision: 3, title: "Welcome".into(), steps: vec![step] };
    let json = serde_json::to_string(&api::Checklist::from(list.clone())).unwrap();
    let wire: api::Checklist = serde_json::from_str(&json).unwrap();
    assert_eq!(Checklist::try_from(wire).unwrap(), list);
}

#[test]
fn unknown_fields_are_ignored_and_absent_ones_mean_unknown() {
    let wire: api::Poll = serde_json::from_value(json!({"id": "p", "later": {"version": 2}})).unwrap();
    let poll = Poll::try_from(wire).unwrap();
    assert_eq!((poll.tally, poll.turnout.entitled), (None, None));
    assert_eq!(poll.viewer.standing, Standing::Unsaid);
}

#[test]
fn what_cannot_be_is_said_with_its_name() {
    let fault = |json| {
        let wire: api::Poll = serde_json::from_value(json).unwrap();
        Poll::try_from(wire).unwrap_err().to_string()
    };
    assert_eq!(
        fault(json!({"id": "p", "closes_at": "soon"})),
        "poll \"p\": closes_at: \"soon\" is not an RFC 3339 time"
    );
    assert_eq!(
        fault(json!({"id": "p", "kind": "auction"})),
        "poll \"p\": kind: \"auction\" is not a word of Host API v1"
    );
    let doubled = json!({"id": "p", "options": [{"id": "a", "label": "1"}, {"id": "a", "label": "2"}]});
    assert_eq!(fault(doubled), "poll \"p\": option \"a\" is there twice");
}

#[test]
fn each_problem_is_known_by_its_type() {
    let problem = api::ProblemKind::StaleBallot.with("newer");
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["type"], "urn:folkmoot:problem:stale-ballot");
    assert_eq!(api::ProblemKind::of(&problem.kind), Some(api::ProblemKind::StaleBallot));
    assert_eq!(api::ProblemKind::of("about:blank"), None);
}
