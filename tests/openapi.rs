//! Host API v1 as OpenAPI 3.1, held against the types, the problems and the routes.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use folkmoot::api::{KindWord, MethodWord};
use folkmoot::contract::{ProblemCode, ProblemKind};
use folkmoot::domain::checklist::DoneBy;
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::domain::member::{Stage, Tier};
use folkmoot::domain::poll::{Base, OwnOptions, Reasons, Results, Secrecy, Standing};
use folkmoot::wire::{self, OPENAPI, Percentage, Positive, Revision, Whole};
use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Value, json};

const METHODS: [&str; 6] = ["get", "put", "delete", "post", "patch", "head"];

fn document() -> Value {
    serde_json::from_str(&OPENAPI).unwrap()
}

/// The schemas with every object closed, so that a field that is not in them is found.
fn closed() -> Value {
    let mut document = document();
    for schema in document["components"]["schemas"].as_object_mut().unwrap().values_mut() {
        if schema["type"] == "object" {
            schema["additionalProperties"] = json!(false);
        }
    }
    document
}

fn validator(name: &str) -> Validator {
    let mut schema = closed();
    schema["$ref"] = json!(format!("#/components/schemas/{name}"));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// What a schema finds wrong with a value.
fn faults(name: &str, value: &Value) -> Vec<String> {
    let faults = validator(name);
    faults.iter_errors(value).map(|error| format!("{name}{}: {error}", error.instance_path())).collect()
}

fn time() -> wire::Time {
    "2026-11-28T19:00:00+01:00".into()
}

fn count(number: u64) -> Positive {
    Positive::new(number).unwrap()
}

fn option() -> wire::PollOption {
    wire::PollOption {
        id: "a".into(),
        label: "A".into(),
        picture: Some("/a.png".into()),
        link: Some("https://a.example".into()),
        date: Some("2026-12-05".into()),
        starts_at: Some(time()),
        ends_at: Some(time()),
        added_after: Some(count(12)),
        edited: Some(edited()),
        by: Some("Ann".into()),
    }
}

fn edited() -> wire::Edited {
    wire::Edited { after: count(12), before: "Tea".into(), first: Some("Water".into()) }
}

fn poll() -> wire::Poll {
    wire::Poll {
        id: "dinner".into(),
        revision: Revision::nearest(7),
        kind: Some(KindWord::Choice),
        title: "Where?".into(),
        title_edited: Some(edited()),
        description: "Soon.".into(),
        description_edited: Some(edited()),
        options: vec![option()],
        proposed: vec![option()],
        own_options: Some(OwnOptions::Approval),
        commentable: Some(true),
        comments: Some(count(3)),
        min: Some(count(1)),
        max: Some(count(1)),
        scale: Some(wire::Scale { min: -1, max: 1, step: Some(count(1)) }),
        method: Some(MethodWord::Stv),
        seats: Whole::new(2),
        dots: Whole::new(5),
        reasons: Some(Reasons::Required),
        threshold: Percentage::new(66),
        threshold_of: Some(Base::Entitled),
        abstention: Some(true),
        quorum: Percentage::new(50),
        opens_at: Some(time()),
        closes_at: Some(time()),
        time_zone: Some("Europe/Berlin".into()),
        results: Some(Results::Always),
        secrecy: Some(Secrecy::Secret),
        changeable: Some(true),
        retractable: Some(false),
        turnout: wire::Turnout { cast: 1, entitled: Some(9) },
        tally: Some(tally()),
        series: Some(series()),
        viewer: Some(wire::Viewer {
            standing: Some(Standing::Entitled),
            ballot: Some(wire::Ballot { revision: Revision::nearest(1), says: marks() }),
            follows: Some(true),
            staff: true,
        }),
    }
}

/// A poll as staff write it.
fn edit() -> Value {
    let mut edit = serde_json::to_value(poll()).unwrap();
    let fields = edit.as_object_mut().unwrap();
    fields.retain(|field, _| {
        ![
            "turnout",
            "tally",
            "series",
            "viewer",
            "proposed",
            "comments",
            "title_edited",
            "description_edited",
        ]
        .contains(&field.as_str())
    });
    let option = fields["options"][0].as_object_mut().unwrap();
    option.remove("by");
    fields.extend([
        ("asks".to_owned(), json!({"groups": ["cooks"], "stages": ["leader"], "guests": true})),
        ("entitled".to_owned(), json!(48)),
        ("shuffle".to_owned(), json!(true)),
        ("repeat".to_owned(), json!("FREQ=WEEKLY;BYDAY=SA")),
    ]);
    edit
}

fn series() -> wire::Series {
    let past = wire::Past {
        number: count(2),
        closed_at: "2026-11-21T19:00:00Z".into(),
        cast: 9,
        leaders: vec!["a".into()],
    };
    wire::Series { number: count(3), next_at: Some("2026-12-05T19:00:00+01:00".into()), past: vec![past] }
}

fn marks() -> wire::Marks {
    wire::Marks {
        options: Some(vec!["a".into()]),
        values: Some(vec![wire::Value { option: "a".into(), value: -1 }]),
        reason: Some("So".into()),
        abstain: Some(false),
    }
}

fn tally() -> wire::Tally {
    let option = || wire::Id::from("a");
    let round = wire::Round {
        votes: vec![wire::Share { option: option(), votes: 1.5 }],
        exhausted: 0.5,
        elected: vec![option()],
        surplus: Some(option()),
        excluded: vec![option()],
    };
    wire::Tally {
        voters: 1,
        abstained: Some(1),
        votes: Some(vec![wire::Votes { option: option(), votes: 1 }]),
        values: Some(vec![wire::Values { option: option(), counts: vec![0, 1] }]),
        points: Some(vec![wire::Points { option: option(), points: 3, voters: 1 }]),
        rounds: Some(wire::Rounds {
            quota: Some(1.0),
            rounds: vec![round],
            elected: vec![option()],
            tied: vec![option()],
        }),
        pairs: Some(wire::Pairs {
            preferred: vec![wire::Preferred { option: option(), over: vec![0] }],
            order: vec![vec![option()]],
        }),
    }
}

fn problem() -> wire::Problem {
    let params = wire::Params { limit: Some(2), option: Some("taco".into()), at: Some(time()) };
    wire::Problem { poll: Some(poll()), ..ProblemCode::StaleBallot.with("newer").with_params(params) }
}

fn paint() -> wire::Paint {
    let words = wire::Paint::Text("Which?".into());
    wire::Paint::Element("h3".into(), [("id".into(), "title".into())].into(), vec![words])
}

/// One of each thing that goes over the wire, with every field set, by the name of its schema.
fn samples() -> Vec<(&'static str, Value)> {
    fn json(value: impl Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }
    let award = wire::Award {
        badge: "first".into(),
        name: "First".into(),
        description: "The first.".into(),
        icon: "heart".into(),
        tier: Some(Tier::Gold),
        group: "Firsts".into(),
        awarded_at: Some("2026-11-28T18:00:00.250Z".into()),
        reason: "A post".into(),
        times: Some(count(2)),
    };
    let ahead = wire::Ahead {
        badge: Some("reader".into()),
        name: "Next".into(),
        tip: "Write".into(),
        current: 1,
        target: count(2),
    };
    let member = wire::Member {
        id: "ann".into(),
        revision: Revision::nearest(3),
        name: "Ann".into(),
        stage: Some(Stage::Leader),
        badges: vec![award],
        next: vec![ahead],
    };
    let step = wire::Step {
        id: "rules".into(),
        title: "Read".into(),
        why: "Short".into(),
        action: Some(wire::Action { label: "Open".into(), href: "/rules".into() }),
        by: Some(DoneBy::Host),
        done_at: Some("2026-11-28T18:00:00Z".into()),
        optional: Some(true),
    };
    let checklist =
        wire::Checklist { revision: Revision::nearest(2), title: "Welcome".into(), steps: vec![step] };
    let viewer = wire::SessionViewer { id: "ann".into(), name: "Ann".into(), role: wire::Role::Member };
    let (address, peer) = (Some("203.0.113.9".into()), "127.0.0.1".into());
    let caller = wire::Caller { address, peer, trusted: true, forwarded: true };
    let missing = || vec!["x".to_owned()];
    let next = || Some("ann".into());
    let (id, name) = (|| wire::MemberId::from("ann"), || "Ann".to_owned());
    let voter = wire::Voter { id: id(), name: name(), says: marks() };
    let reason = wire::Reason { name: Some(name()), options: ["block".into()], reason: "Not yet".into() };
    let (at, text) = ("2026-11-28T18:00:00Z".into(), "Why not both?".into());
    let comment = wire::Comment { id: "c1".into(), name: name(), at, text, mine: true };
    let follower = wire::Follower { id: id(), name: name() };
    vec![
        ("Welcome", json(wire::Welcome { token: "e30.e30.x".into() })),
        (
            "Session",
            json(wire::Session { viewer: Some(viewer), csrf: Some("proof".into()), caller: Some(caller) }),
        ),
        (
            "Polls",
            json(wire::Polls {
                polls: vec![poll()],
                missing: missing(),
                deleted: vec!["x".into()],
                paints: [("dinner".into(), paint())].into(),
                next: Some("ann".to_owned()),
            }),
        ),
        ("PollAnswer", json(wire::PollAnswer { poll: poll() })),
        ("PollDeleted", json(wire::PollDeleted { deleted: "dinner".into() })),
        ("PollEdit", edit()),
        ("BallotPut", json(wire::BallotPut { revision: Revision::nearest(1), says: marks() })),
        (
            "Members",
            json(wire::Members {
                members: vec![member],
                missing: missing(),
                paints: [("ann".into(), paint())].into(),
            }),
        ),
        ("ChecklistAnswer", json(wire::ChecklistAnswer { checklist: Some(checklist), paint: Some(paint()) })),
        ("StepPut", json(wire::StepPut { state: wire::StepState::Done })),
        ("Problem", json(problem())),
        ("Voters", json(wire::Voters { voters: vec![voter], next: next() })),
        ("Reasons", json(wire::Reasons { reasons: vec![reason], next: Some("c".into()) })),
        ("Comments", json(wire::Comments { comments: vec![comment], next: Some("c".into()) })),
        ("CommentPost", json(wire::CommentPost { text: "Why not both?".into() })),
        (
            "OptionPost",
            json(wire::OptionPost {
                label: "D".into(),
                date: Some("2026-12-05".into()),
                starts_at: Some(time()),
                ends_at: Some(time()),
            }),
        ),
        ("OptionPut", json(wire::OptionPut { state: wire::OptionState::Approved })),
        ("FollowPut", json(wire::FollowPut { follows: true })),
        ("Followers", json(wire::Followers { followers: vec![follower], next: next() })),
    ]
}

#[test]
fn every_field_that_goes_over_the_wire_is_in_the_document() {
    for (name, sample) in samples() {
        assert_eq!(faults(name, &sample), [""; 0], "{sample:#}");
    }
}

#[test]
fn every_field_in_the_document_goes_over_the_wire() {
    let document = document();
    let mut unsent = BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let fields = schema["properties"].as_object().into_iter().flatten();
        unsent.extend(fields.map(|(field, _)| format!("{name}.{field}")));
    }
    for (name, sample) in samples() {
        strike(&document, name, &sample, &mut unsent);
    }
    // Taking a ballot back is a ballot without options.
    unsent.remove("BallotDelete.revision");
    assert!(unsent.is_empty(), "tests/openapi.rs, `samples`: no example has {unsent:?}");
}

/// Strikes the fields of a value from those that were not sent yet.
fn strike(document: &Value, name: &str, value: &Value, unsent: &mut BTreeSet<String>) {
    let schema = &document["components"]["schemas"][name];
    for (field, value) in value.as_object().into_iter().flatten() {
        unsent.remove(&format!("{name}.{field}"));
        let field = &schema["properties"][field];
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let alternatives = [&field["anyOf"][0], &field["oneOf"][0], &field["items"]["anyOf"][0]];
        let mut places = [field, &field["items"]].into_iter().chain(alternatives);
        let reference = places.find_map(|f| f["$ref"].as_str()).unwrap_or_default();
        for item in items {
            strike(document, reference.rsplit('/').next().unwrap(), item, unsent);
        }
    }
}

#[test]
fn what_the_document_does_not_allow_is_found() {
    let (_, mut polls) = samples().into_iter().find(|(name, _)| *name == "Polls").unwrap();
    polls["polls"][0]["min"] = json!(0);
    polls["polls"][0]["viewer"]["mood"] = json!("fine");
    polls["polls"][0]["closes_at"] = json!("soon");
    let found = faults("Polls", &polls).join("\n");
    for part in ["min", "mood", "date-time"] {
        assert!(found.contains(part), "{part} is not in\n{found}");
    }
    assert!(!faults("Id", &json!("a b")).is_empty() && !faults("Id", &json!("é".repeat(129))).is_empty());
}

#[test]
fn the_document_allows_the_edits_that_the_host_takes() {
    for edit in [
        json!({"scale": {"max": 7}}),
        json!({"scale": {"step": null}}),
        json!({"scale": null}),
        json!({"asks": {"guests": true}}),
        json!({"asks": {"groups": null, "stages": []}}),
        json!({"options": [{"id": "agree"}, {"date": "2026-12-05"}, {"starts_at": "2026-11-28T19:00:00+01:00"}, "A"]}),
        json!({"options": [{"id": "a", "label": "A", "added_after": 3, "edited": {"after": 1, "before": "B"}}]}),
        json!({"title": {"en": "Where?", "pt-BR": "Onde?"}, "description": {"de": ""}}),
        json!({"description": null}),
        json!({"options": [{"label": {"zh-Hant": "湖邊", "en": "By the lake"}}]}),
    ] {
        assert_eq!(faults("PollEdit", &edit), [""; 0], "{edit}");
        assert!(serde_json::from_value::<wire::PollEdit>(edit.clone()).is_ok(), "{edit}");
    }
    for edit in [
        json!({"scale": {"steps": 7}}),
        json!({"scale": [1, 5]}),
        json!({"asks": {"groups": [""]}}),
        json!({"asks": {"group": "cooks"}}),
        json!({"options": [{"id": "a", "label": "A", "colour": "red"}]}),
        json!({"options": [{"en": "A", "de": "B"}]}),
        json!({"title": {}}),
        json!({"title": {"English language": "Where?"}}),
        json!({"title": {"en": ["Where?"]}}),
    ] {
        assert!(!faults("PollEdit", &edit).is_empty(), "{edit}");
    }
}

#[test]
fn the_document_has_the_language_tags_that_the_host_takes() {
    for tag in [
        "en",
        "EN",
        "gsw",
        "pt-BR",
        "zh-Hant",
        "zh-Hant-TW",
        "es-419",
        "de-1996",
        "sl-rozaj-biske",
        "de-CH-1996",
        "und",
        "und-Latn",
        "undx",
        "e",
        "engl",
        "english",
        "",
        "-",
        "en-",
        "en_US",
        "en-x-a",
        "i-klingon",
        "x-a",
        "en-u-nu-latn",
        "*",
        "en-US-GB",
        "de-1996a",
        "12",
        "en-1",
        "en-12",
        "en-123",
        "en-Latn-Latn",
        "é",
    ] {
        let edit = json!({"title": {tag: "Where?"}});
        let taken = serde_json::from_value::<wire::PollEdit>(edit.clone()).is_ok();
        assert_eq!(faults("PollEdit", &edit).is_empty(), taken, "{tag}");
    }
}

#[test]
fn the_document_has_the_ids_that_the_host_takes() {
    let (id, member) = (validator("Id"), validator("MemberId"));
    for c in ('\0'..='\u{3100}').chain(['\u{feff}', '\u{fffd}', '🍕']) {
        for text in [format!("a{c}b"), format!("{c}a"), format!("a{c}"), c.to_string()] {
            assert_eq!(id.is_valid(&json!(text)), PollId::new(&*text).is_ok(), "{text:?}");
            assert_eq!(member.is_valid(&json!(text)), MemberId::new(&*text).is_ok(), "{text:?}");
        }
    }
    for text in ["", "..", "...", &"é".repeat(128), &"é".repeat(129)] {
        assert_eq!(id.is_valid(&json!(text)), PollId::new(text).is_ok(), "{text:?}");
    }
}

#[test]
fn every_problem_is_in_the_document_with_its_status() {
    let document = document();
    let mut told = BTreeMap::new();
    for answer in document["components"]["responses"].as_object().unwrap().values() {
        let fields = &answer["content"]["application/problem+json"]["schema"]["properties"];
        for kind in fields["type"]["enum"].as_array().into_iter().flatten() {
            told.insert(kind.as_str().unwrap().to_owned(), fields["status"]["const"].as_u64().unwrap());
        }
    }
    let known: BTreeMap<String, u64> =
        ProblemKind::ALL.iter().map(|kind| kind.with("")).map(|p| (p.kind, p.status.into())).collect();
    assert_eq!(told, known);
    let listed = document["components"]["schemas"]["ProblemType"]["enum"].as_array().unwrap();
    let listed: BTreeSet<_> = listed.iter().map(|kind| kind.as_str().unwrap()).collect();
    assert_eq!(listed, known.keys().map(String::as_str).collect());
    let codes: Vec<&str> = ProblemCode::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(document["components"]["schemas"]["ProblemCode"]["enum"], json!(codes));
}

/// `GET /polls` of the document.
fn documented() -> BTreeSet<String> {
    let document = document();
    let mut calls = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = METHODS.into_iter().filter(|method| item.get(method).is_some());
        calls.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    calls
}

#[test]
fn every_call_that_the_description_names_is_in_the_document() {
    let description = include_str!("../src/api/README.md");
    let calls = description.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let calls = calls.map(|(call, _)| call.split('?').next().unwrap().to_owned());
    let calls: BTreeSet<_> = calls.filter(|call| call.contains(" /")).collect();
    let documented = documented();
    let unknown: Vec<_> = calls.difference(&documented).collect();
    assert!(unknown.is_empty(), "src/api/README.md, the table of calls: there are no calls {unknown:?}");
    let missing: Vec<_> = documented.difference(&calls).collect();
    assert!(
        missing.is_empty(),
        "src/api/README.md, the table of calls: add rows that begin with {missing:?}"
    );
}
