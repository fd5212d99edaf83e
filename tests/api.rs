//! Host API v1 on the wire: what goes out comes back the same, and what cannot be is said.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use folkmoot::api::{self, Value as Sent, Word};
use folkmoot::contract::ProblemKind;
use folkmoot::domain::checklist::{Action, Checklist, DoneBy, Step};
use folkmoot::domain::count::{run_off, schulze, stv};
use folkmoot::domain::id::{OptionId, PollId, StepId};
use folkmoot::domain::link::Link;
use folkmoot::domain::poll::{
    Answer, Ballot, Count, Edited, Kind, Method, OwnOptions, Past, Points, Poll, PollOption, Proposed,
    Results, Rules, Says, Secrecy, Series, Slot, Standing, Tally, Turnout, Value, Viewer, When, Zone,
    examples,
};
use folkmoot::domain::time::{Date, Timestamp};
use folkmoot::wire;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn edited(first: Option<String>) -> Edited {
    Edited { after: 12, before: "Tea".into(), first }
}

fn polls() -> impl Strategy<Value = Poll> {
    let results = select(Results::ALL);
    let standing = prop_oneof![
        Just(Standing::Entitled),
        Just(Standing::Invited),
        Just(Standing::Guest),
        Just(Standing::NotEntitled),
        Just(Standing::Unsaid)
    ];
    let secrecy = select(Secrecy::ALL);
    let time = proptest::option::of((0i64..4_000_000_000_000).prop_map(Timestamp));
    let labels = proptest::collection::vec("\\PC{0,40}", 1..8);
    (labels, select(&examples::KINDS), results, secrecy, standing, time, any::<[bool; 4]>(), any::<u32>())
        .prop_map(|(labels, kind, results, secrecy, standing, closes_at, flags, number)| {
            let slot = |at: Timestamp| Slot {
                starts_at: at,
                ends_at: flags[1].then_some(at.plus(1000)),
                offset: Some(60),
                end_offset: Some(120).filter(|_| flags[1]),
            };
            let when = |at: Timestamp| {
                if flags[0] { When::Day(Date(at.day())) } else { When::Time(slot(at)) }
            };
            let option = |(n, label): (usize, &String)| PollOption {
                when: closes_at.filter(|_| kind == Kind::Availability).map(when),
                picture: Link::new("/a.png").filter(|_| flags[1]),
                edited: flags[2].then(|| edited(None)),
                link: Link::new("https://a.example").filter(|_| flags[1]),
                ..PollOption::new(OptionId::new(format!("o{n}")).unwrap(), label)
            };
            let options: Vec<PollOption> = labels.iter().enumerate().map(option).collect();
            let says = match secrecy {
                Secrecy::Anonymous => Says::Unknown,
                Secrecy::Public | Secrecy::Secret if flags[2] => Says::TakenBack,
                Secrecy::Public | Secrecy::Secret => Says::This(answer(kind, &options)),
            };
            Poll {
                id: PollId::new("p").unwrap(),
                revision: number.into(),
                title: "Where <b>?".into(),
                title_edited: flags[0].then(|| edited(None)),
                description: String::new(),
                description_edited: flags[1].then(|| edited(Some("Once.".into()))),
                rules: Rules {
                    kind,
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
                    abstention: flags[3],
                    quorum: flags[2].then_some(50),
                    own_options: if flags[0] { OwnOptions::Approval } else { OwnOptions::Off },
                    commentable: flags[1],
                },
                proposed: options[1..]
                    .iter()
                    .map(|o| Proposed { option: o.clone(), by: Some("Ann".into()) })
                    .collect(),
                comments: number,
                turnout: Turnout { cast: number, entitled: flags[2].then_some(number) },
                tally: flags[2].then(|| tally(kind, options.len(), number)),
                series: closes_at.filter(|_| flags[1]).map(|at| Series {
                    number: number.max(1),
                    next_at: Some(at),
                    offset: Some(-90),
                    past: vec![Past {
                        number: 3,
                        closed_at: at,
                        offset: Some(120),
                        cast: number,
                        leaders: vec![options[0].id.clone()],
                    }],
                }),
                viewer: Viewer {
                    ballot: flags[3].then_some(Ballot { revision: 4, says }),
                    follows: Some(flags[1]).filter(|_| flags[0]),
                    staff: flags[2],
                    ..Viewer::new(standing)
                },
                options,
            }
        })
}

fn answer(kind: Kind, options: &[PollOption]) -> Answer {
    let first = || options[0].id.clone();
    match kind {
        Kind::Choice { .. } => Answer::Options(vec![first()]),
        Kind::Ranked(_) => Answer::Options(options.iter().rev().map(|o| o.id.clone()).collect()),
        Kind::Proposal(_) => Answer::Stance(first(), "Why not?".into()),
        Kind::Rating(_) | Kind::Allocation { .. } | Kind::Availability => {
            Answer::Values(vec![Value { option: first(), value: 2 }])
        }
    }
}

/// Some tally of this kind, of at least 6 ballots.
fn tally(kind: Kind, options: usize, number: u32) -> Tally {
    let ballots = number.max(6);
    let mut tally = Tally { voters: ballots, abstained: ballots % 3, ..Tally::empty(kind, options) };
    let spoke = ballots - tally.abstained;
    match &mut tally.count {
        Count::Votes(votes) => votes[0] = spoke,
        Count::Values(lists) => lists[0][1] = spoke,
        Count::Points(points) => points[0] = Points { points: spoke, voters: 1 },
        Count::Rounds(rounds) => {
            let profile = [(vec![0], 3), (vec![], 1)].into();
            *rounds = if let Kind::Ranked(Method::Stv { seats }) = kind {
                stv(options, &profile, seats)
            } else {
                run_off(options, &profile)
            };
        }
        Count::Pairs(pairs) => *pairs = schulze(options, &[(vec![0], 3)].into()),
    }
    tally
}

fn read(poll: &serde_json::Value) -> Result<Poll, String> {
    api::poll_from(poll).map_err(|malformed| malformed.to_string())
}

proptest! {
    #[test]
    fn a_poll_comes_back_as_it_went_out(poll in polls()) {
        let json = serde_json::to_string(&wire::Poll::from(poll.clone())).unwrap();
        prop_assert_eq!(read(&serde_json::from_str(&json).unwrap()).unwrap(), poll);
    }
}

#[test]
fn a_ballot_that_the_widget_writes_is_read_by_a_host_and_the_other_way_round() {
    for kind in examples::KINDS {
        for answer in examples::answers(kind) {
            let mut fields = api::ballot_written(Some(&answer));
            fields.push(("revision", api::Value::Number(3)));
            let sent: wire::BallotPut = serde_json::from_str(&api::Value::Fields(fields).to_json()).unwrap();
            let said = sent.says.clone().answer().unwrap().unwrap();
            let ballot = wire::Ballot { revision: sent.revision, says: sent.says };
            let poll = json!({"id": "p", "abstention": true, "viewer": {"ballot": ballot}});
            let mut poll = with_kind(poll, kind);
            poll["options"] =
                json!(examples::options(kind).into_iter().map(wire::PollOption::from).collect::<Vec<_>>());
            let poll = read(&poll).unwrap();
            let taken = poll.take(answer).unwrap();
            assert_eq!((poll.answer(), poll.take(said)), (Some(&taken), Ok(taken.clone())), "{kind:?}");
        }
    }
}

/// The poll with the settings of a kind.
fn with_kind(mut poll: serde_json::Value, kind: Kind) -> serde_json::Value {
    let settings = serde_json::to_value(wire::Poll::of(kind)).unwrap();
    for (name, value) in settings.as_object().unwrap() {
        let fields = poll.as_object_mut().unwrap();
        fields.entry(name).or_insert_with(|| value.clone());
    }
    poll
}

#[test]
fn a_checklist_comes_back_as_it_went_out() {
    let step = Step {
        id: StepId::new("rules").unwrap(),
        title: "Read the rules".into(),
        why: "They are short".into(),
        action: Some(Action { label: "Open".into(), href: Link::new("/rules").unwrap() }),
        by: DoneBy::Host,
        done_at: Some(Timestamp(1_000)),
        optional: true,
    };
    let list = Checklist { revision: 3, title: "Welcome".into(), steps: vec![step] };
    let json = serde_json::to_string(&wire::Checklist::from(list.clone())).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(api::checklist_from(&json).unwrap(), list);
}

#[test]
fn an_option_s_link_that_is_a_script_is_no_link() {
    for bad in ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//a".repeat(1000).as_str()]
    {
        let options = json!([{"id": "a", "label": "A", "link": bad, "picture": bad}]);
        let poll = read(&json!({"id": "p", "options": options})).unwrap();
        assert_eq!((&poll.options[0].link, &poll.options[0].picture), (&None, &None), "{bad}");
    }
}

#[test]
fn unknown_fields_are_ignored_and_absent_ones_mean_unknown() {
    let poll = read(&json!({"id": "p", "later": {"version": 2}, "turnout": null})).unwrap();
    assert_eq!((poll.tally, poll.turnout.entitled), (None, None));
    assert_eq!(poll.viewer.standing, Standing::Unsaid);
}

#[test]
fn what_cannot_be_is_said_with_its_name() {
    let fault = |json| read(&json).unwrap_err();
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
    assert_eq!(fault(json!({"id": "p", "title": 7})), "poll \"p\": title: is not a text");
    assert_eq!(fault(json!({"id": "p", "kind": "rating"})), "poll \"p\": scale: is missing");
    // A tally on this scale would take 17 GB for each option.
    let whole = json!({"min": i32::MIN, "max": i32::MAX});
    let vast = json!({"id": "p", "kind": "rating", "scale": whole, "options": [{"id": "a"}, {"id": "b"}], "tally": {}});
    assert!(fault(vast).contains("scale"));
    let stv = json!({"id": "p", "kind": "ranked", "method": "stv", "seats": 1});
    assert_eq!(fault(stv), "poll \"p\": a single transferable vote has at least 2 seats; one is a run-off");
    let values = json!([{"option": "a", "counts": [1]}]);
    let short =
        json!({"id": "p", "kind": "availability", "options": [{"id": "a"}], "tally": {"values": values}});
    assert_eq!(fault(short), "poll \"p\": counts: must be 3 whole numbers");
}

#[test]
fn each_problem_is_known_by_its_type() {
    let problem = ProblemKind::StaleBallot.with("newer");
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["type"], "urn:folkmoot:problem:stale-ballot");
    assert_eq!(ProblemKind::of(&problem.kind), Some(ProblemKind::StaleBallot));
    assert_eq!(ProblemKind::of("about:blank"), None);
}

#[test]
fn host_19_what_is_longer_than_the_api_allows_is_refused_at_once() {
    let began = std::time::Instant::now();
    let options = |n: usize| (0..n).map(|n| json!({"id": format!("o{n}"), "label": "A"})).collect::<Vec<_>>();
    assert!(read(&json!({"id": "p", "options": options(60)})).is_ok());
    for n in [61, 60_000] {
        let said = read(&json!({"id": "p", "options": options(n)})).unwrap_err();
        assert_eq!(said, "poll \"p\": options: has more than 60 items");
    }
    let rounds = vec![json!({"votes": [{"option": "o0", "votes": 1}]}); 20_000];
    let tally = json!({"voters": 1, "rounds": {"rounds": rounds}});
    let poll = json!({"id": "p", "kind": "ranked", "options": options(2), "tally": tally});
    assert_eq!(read(&poll).unwrap_err(), "poll \"p\": rounds: has more than 500 items");
    let comments = json!({"comments": vec![json!({"id": "c", "text": "Yes"}); 20_000]});
    assert!(api::page_from(&comments, folkmoot::domain::poll::List::Comments).is_err());
    let steps = json!({"steps": vec![json!({"id": "s", "title": "S"}); 20_000]});
    assert!(api::checklist_from(&steps).is_err());
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn host_20_a_tally_that_contradicts_itself_is_refused() {
    let of = |kind: serde_json::Value, tally: serde_json::Value| {
        let mut poll = json!({"id": "p", "options": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "turnout": {"cast": 3},
            "dots": 5, "scale": {"min": 1, "max": 3}, "tally": tally});
        for (name, value) in kind.as_object().unwrap() {
            poll[name] = value.clone();
        }
        read(&poll).err()
    };
    let votes = |a: u32, b: u32| json!([{"option": "a", "votes": a}, {"option": "b", "votes": b}]);
    let (one, two) = (json!({}), json!({"max": 2}));
    let ranked = |word: &str| json!({"kind": "ranked", "method": word, "seats": 2});
    let round = |votes: f64| json!({"rounds": [{"votes": [{"option": "a", "votes": votes}]}]});
    let good = [
        (one.clone(), json!({"voters": 3, "votes": votes(2, 1)})),
        (two.clone(), json!({"voters": 3, "votes": votes(3, 3)})),
        (one.clone(), json!({"voters": 4, "votes": votes(2, 2)})),
        (
            json!({"kind": "allocation"}),
            json!({"voters": 3, "points": [{"option": "a", "points": 15, "voters": 3}]}),
        ),
        (ranked("run_off"), json!({"voters": 3, "rounds": round(3.0)})),
    ];
    for (kind, tally) in good {
        assert_eq!(of(kind, tally), None);
    }
    let bad = [
        (one.clone(), json!({"voters": 3, "votes": votes(1000, 0)})),
        (one.clone(), json!({"voters": 3, "votes": votes(2, 2)})),
        (two, json!({"voters": 3, "votes": votes(4, 0)})),
        (one.clone(), json!({"voters": 1000, "votes": votes(1000, 0)})),
        (one.clone(), json!({"voters": 3, "abstained": 4, "votes": []})),
        (one, json!({"voters": 3, "abstained": 2, "votes": votes(2, 0)})),
        (json!({"kind": "rating"}), json!({"voters": 3, "values": [{"option": "a", "counts": [2, 1, 1]}]})),
        (
            json!({"kind": "allocation"}),
            json!({"voters": 3, "points": [{"option": "a", "points": 16, "voters": 3}]}),
        ),
        (
            json!({"kind": "allocation"}),
            json!({"voters": 3, "points": [{"option": "a", "points": 4, "voters": 4}]}),
        ),
        (json!({"kind": "proposal"}), json!({"voters": 3, "votes": [{"option": "a", "votes": 4}]})),
        (ranked("run_off"), json!({"voters": 3, "rounds": round(1e308)})),
        (ranked("stv"), json!({"voters": 3, "rounds": round(3.1)})),
        (
            ranked("schulze"),
            json!({"voters": 3, "pairs": {"preferred": [{"option": "a", "over": [0, 4, 0]}]}}),
        ),
    ];
    for (kind, tally) in bad {
        let said = of(kind, tally.clone());
        assert_eq!(
            said.as_deref(),
            Some("poll \"p\": tally: says more than its voters can have cast"),
            "{tally}"
        );
    }
}

#[test]
fn there_is_an_example_of_every_kind_and_of_every_voting_method() {
    let words = examples::KINDS.map(api::KindWord::from);
    for word in api::KindWord::ALL {
        assert!(words.contains(word), "add an example of {word:?} to KINDS in src/domain/poll/examples.rs");
    }
    let methods = examples::KINDS.map(|kind| match kind {
        Kind::Ranked(method) => Some(api::MethodWord::from(method)),
        Kind::Choice { .. }
        | Kind::Rating(_)
        | Kind::Allocation { .. }
        | Kind::Availability
        | Kind::Proposal(_) => None,
    });
    for word in api::MethodWord::ALL {
        assert!(
            methods.contains(&Some(*word)),
            "add an example of {word:?} to KINDS in src/domain/poll/examples.rs"
        );
    }
}

#[test]
fn embedding_30_what_is_sent_is_json_of_our_own_whatever_it_says() {
    let hostile = "\"quoted\" \\ back, line\r\nnext\ttab \0\u{1f}\u{7f}\u{2028}\u{202e} é 🍕";
    let text = |text: &str| Sent::Text(text.into());
    let body = Sent::Fields(vec![
        ("revision", Sent::Number(1 << 52)),
        ("text", text(hostile)),
        ("options", Sent::List(vec![text(hostile), text("")])),
        ("none", Sent::List(Vec::new())),
        ("follows", Sent::Truth(true)),
        ("abstain", Sent::Truth(false)),
        ("opens_at", Sent::Null),
        ("values", Sent::List(vec![Sent::Fields(vec![("option", text("a")), ("value", Sent::Number(-3))])])),
    ]);
    let read: serde_json::Value = serde_json::from_str(&body.to_json()).unwrap_or_default();
    let sent = json!({
        "revision": 1_u64 << 52, "text": hostile, "options": [hostile, ""], "none": [], "follows": true,
        "abstain": false, "opens_at": null, "values": [{"option": "a", "value": -3}],
    });
    assert_eq!(read, sent);
    assert_eq!(Sent::Fields(Vec::new()).to_json(), "{}");
}
