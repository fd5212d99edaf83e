//! What staff do to polls, and what becomes of the ballots that are there.

use folkmoot::domain::poll::{Kind, Method, Secrecy};
use serde_json::{Value, json};

use crate::client::{Call, Host, poll, votes};

fn create(host: &Host, poll: &Value) -> Call {
    host.call("POST", "/polls").json(poll).by_staff()
}

fn edit(host: &Host, said: &Value) -> Call {
    host.call("PATCH", "/polls/p").json(said).by_staff()
}

/// An edit of the options as they are now.
async fn edit_options(host: &Host, options: impl Into<Value>) -> Call {
    let revision = host.poll("p").await["revision"].clone();
    edit(host, &json!({"revision": revision, "options": options.into()}))
}

fn options(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"id": id, "label": id.to_uppercase()})).collect()
}

fn dinner() -> Value {
    json!({"id": "p", "title": "Where?", "options": options(&["a", "b", "c"]), "retractable": true})
}

fn ids(poll: &Value) -> Vec<&str> {
    poll["options"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn staff_write_a_poll_and_members_vote_in_it() {
    let host = Host::start().await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    let answer = create(&host, &dinner()).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("location").as_str()), (201, "polls/p"));
    assert_eq!(answer.json()["poll"]["title"], "Where?");
    assert_eq!(feed.next().await.data["poll"]["title"], "Where?", "whoever waits for it hears of it");
    let poll = host.vote("p", 1, &["b"]).by("ann").ok().await["poll"].clone();
    assert_eq!(votes(&poll), [0, 1, 0]);
    assert_eq!(create(&host, &dinner()).kind().await, "conflict", "what is there stays");
    assert_eq!(votes(&host.poll("p").await), [0, 1, 0]);
}

#[tokio::test]
async fn polls_are_for_staff_to_write() {
    let host = Host::polls([poll("p")]).await;
    let said = json!({"title": "Mine"});
    for (call, kind) in [
        (host.call("POST", "/polls").json(&dinner()), "unauthorized"),
        (host.call("POST", "/polls").json(&dinner()).by("ann"), "forbidden"),
        (host.call("PATCH", "/polls/p").json(&said), "unauthorized"),
        (host.call("PATCH", "/polls/p").json(&said).by("ann"), "forbidden"),
        (host.get("/polls/p/export.csv"), "unauthorized"),
        (host.get("/polls/p/export.csv").by("ann"), "forbidden"),
        (host.call("PATCH", "/polls/nope").json(&said).by_staff(), "not-found"),
        (host.get("/polls/nope/export.csv").by_staff(), "not-found"),
    ] {
        assert_eq!(call.kind().await, kind);
    }
    assert_eq!(host.poll("p").await["title"], "Which?");
}

#[tokio::test]
async fn a_poll_that_cannot_be_is_refused_by_what_is_wrong_with_it() {
    let host = Host::start().await;
    let many: Vec<String> = (0..61).map(|n| format!("o{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (said, part) in [
        (json!({"id": "a b"}), "id"),
        (json!({"title": ""}), "1 to 200 characters"),
        (json!({"title": "x".repeat(201)}), "1 to 200 characters"),
        (json!({"title": 7}), "title: invalid type: integer `7`, expected a string"),
        (json!({"description": "x".repeat(2001)}), "2000"),
        (json!({"titel": "Where?"}), "titel: unknown field `titel`"),
        (json!({"revision": 3}), "revision: "),
        (json!({"turnout": {"cast": 9}}), "turnout: unknown field"),
        (json!({"options": [{"id": "a", "label": 5}]}), "options[0].label: invalid type: integer"),
        (json!({"options": []}), "1 to 60 options"),
        (json!({"options": options(&many)}), "options: has more than 60 items"),
        (json!({"options": options(&["a", "a"])}), "\"a\" is there twice"),
        (json!({"options": [{"id": "a", "label": ""}]}), "label"),
        (
            json!({"options": [{"id": "a", "label": "A", "starts_at": "2026-12-01T20:00:00Z"}]}),
            "no other poll's",
        ),
        (
            json!({"options": [{"id": "a", "label": "A", "link": "javascript:alert(1)"}]}),
            "options[0].link: is no http",
        ),
        (
            json!({"options": [{"id": "a", "label": "A", "picture": "data:image/png,x"}]}),
            "options[0].picture: is no",
        ),
        (json!({"min": 4, "max": 4}), "more options than there are"),
        (
            json!({"kind": "lottery"}),
            "kind: \"lottery\" is none of these: choice, rating, ranked, allocation, availability, proposal",
        ),
        (json!({"kind": 7}), "kind: invalid type"),
        (json!({"reasons": "off"}), "reasons: is of a proposal poll, and this is of the kind choice"),
        (json!({"kind": "ranked", "max": 2}), "max: is of a choice poll, and this is of the kind ranked"),
        (json!({"kind": "ranked", "seats": {}}), "seats: invalid type: map, expected u64"),
        (
            json!({"kind": "ranked", "seats": 2}),
            "seats: is of the method stv, and this poll is counted by run_off",
        ),
        (
            json!({"kind": "ranked", "method": "schulze", "seats": 2}),
            "seats: is of the method stv, and this poll is counted by schulze",
        ),
        (json!({"quorum": 50.5}), "quorum: invalid type: floating point `50.5`"),
        (
            json!({"kind": "rating", "scale": {"min": 1, "max": 5, "steps": 2}}),
            "scale.steps: unknown field `steps`",
        ),
        (
            json!({"options": ["A", {"label": "B", "colour": "red"}]}),
            "options[1].colour: unknown field `colour`",
        ),
        (json!({"kind": "rating", "scale": [1, 5]}), "scale: invalid type: sequence, expected an object"),
        (json!({"kind": "rating", "scale": {"min": "1"}}), "scale.min: invalid type"),
        (json!({"kind": "availability"}), "starts_at"),
        (
            json!({"kind": "availability", "options": [{"id": "a", "label": "",
                "starts_at": "2026-12-01T20:00:00Z", "ends_at": "2026-12-01T19:00:00Z"}]}),
            "ends after it starts",
        ),
        (json!({"kind": "proposal"}), "agree"),
        (json!({"opens_at": "2026-12-02T00:00:00Z", "closes_at": "2026-12-01T00:00:00Z"}), "closes after"),
        (json!({"closes_at": "tomorrow"}), "tomorrow"),
        (json!({"time_zone": "Mars/Olympus"}), "Mars/Olympus"),
        (json!({"secrecy": "anonymous"}), "final"),
        (json!({"quorum": 101}), "quorum"),
        (json!({"shuffle": "yes"}), "shuffle"),
        (
            json!({"shuffle": true, "kind": "proposal", "options": options(&["agree", "block"])}),
            "not shuffled",
        ),
        (json!({"asks": 3}), "asks: "),
        (json!({"asks": {"group": "cooks"}}), "asks.group: unknown field `group`"),
        (
            json!({"asks": {"stages": ["king"]}}),
            "asks.stages[0]: \"king\" is none of these: lurker, newcomer, engaged, contributor, leader",
        ),
        (json!({"asks": {"groups": [""]}}), "a group has a name"),
        (json!({"asks": {"guests": true, "groups": ["cooks"]}}), "no groups and no stages"),
        (json!({"asks": {"guests": true}, "entitled": 48}), "no quorum, no entitled"),
        (json!({"entitled": -1}), "entitled"),
    ] {
        let mut poll = dinner();
        poll.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let (kind, status, detail) = create(&host, &poll).problem().await;
        assert_eq!((kind.as_str(), status), ("invalid", 422), "{said}");
        assert!(detail.contains(part), "{said}: {detail}");
    }
    assert_eq!(host.get("/polls/p").kind().await, "not-found", "nothing of them is left");
    assert_eq!(create(&host, &json!(["p"])).kind().await, "invalid");
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_nothing_else() {
    let host = Host::start().await;
    let mut poll = dinner();
    poll["closes_at"] = json!("2099-12-01T20:00:00+01:00");
    poll["time_zone"] = json!("Europe/Berlin");
    poll["asks"] = json!({"groups": ["cooks"]});
    poll["entitled"] = json!(48);
    create(&host, &poll).send().await;
    let before = host.poll("p").await;
    let after = edit(&host, &json!({"title": "Where to?", "entitled": 50})).ok().await["poll"].clone();
    assert_eq!(after["title"], "Where to?");
    assert_eq!(after["turnout"], json!({"cast": 0, "entitled": 50}));
    assert_eq!(after["revision"], before["revision"].as_u64().unwrap() + 1);
    for field in ["options", "closes_at", "time_zone", "results", "secrecy", "retractable", "kind"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(host.vote("p", 1, &["a"]).by("ann").kind().await, "forbidden", "only cooks are asked");
    let after = edit(&host, &json!({"closes_at": null, "asks": null})).ok().await["poll"].clone();
    assert_eq!((&after["closes_at"], after["viewer"]["standing"].as_str()), (&Value::Null, Some("entitled")));
    assert_eq!(edit(&host, &json!({"id": "q"})).kind().await, "invalid");
    let rated = json!({"kind": "rating", "scale": {"min": 1, "max": 5}});
    assert_eq!(edit(&host, &rated).ok().await["poll"]["scale"], json!({"min": 1, "max": 5, "step": 1}));
}

#[tokio::test]
async fn part_of_a_scale_and_of_who_is_asked_is_edited_alone() {
    let host = Host::start().await;
    let mut poll = dinner();
    poll["kind"] = json!("rating");
    poll["scale"] = json!({"min": 1, "max": 9.0, "step": 2.0});
    poll["asks"] = json!({"groups": ["cooks"], "stages": ["leader"]});
    create(&host, &poll).send().await;
    assert_eq!(host.poll("p").await["scale"], json!({"min": 1, "max": 9, "step": 2}));
    let said = json!({"scale": {"max": 5, "step": null}, "asks": {"stages": []}});
    let after = edit(&host, &said).ok().await["poll"].clone();
    assert_eq!(after["scale"], json!({"min": 1, "max": 5, "step": 1}));
    let cast = host.vote("p", 1, &["a"]).by("ann").kind().await;
    assert_eq!(cast, "forbidden", "the group stays");
}

#[tokio::test]
async fn another_method_starts_without_the_seats_of_the_one_before() {
    let host = Host::start().await;
    let mut poll = dinner();
    (poll["kind"], poll["method"], poll["seats"]) = (json!("ranked"), json!("stv"), json!(2));
    create(&host, &poll).send().await;
    let after = edit(&host, &json!({"method": "schulze"})).ok().await["poll"].clone();
    assert_eq!((&after["method"], &after["seats"]), (&json!("schulze"), &Value::Null));
    let (kind, _, detail) = edit(&host, &json!({"seats": 3})).problem().await;
    assert_eq!((kind.as_str(), detail.starts_with("seats: ")), ("invalid", true), "{detail}");
    let after = edit(&host, &json!({"method": "stv", "seats": 3})).ok().await["poll"].clone();
    assert_eq!((&after["method"], &after["seats"]), (&json!("stv"), &json!(3)));
}

#[tokio::test]
async fn a_poll_is_closed_now_and_opened_again_with_its_ballots() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    feed.next().await;
    let closed = edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).ok().await["poll"].clone();
    assert!(
        closed["closes_at"].as_str().unwrap() > "2026",
        "not before its ballots: {}",
        closed["closes_at"]
    );
    assert_eq!(feed.next().await.data["poll"]["closes_at"], closed["closes_at"]);
    assert_eq!(host.vote("p", 1, &["b"]).by("bela").kind().await, "poll-closed");
    edit(&host, &json!({"closes_at": null})).ok().await;
    let poll = host.vote("p", 1, &["b"]).by("bela").ok().await["poll"].clone();
    assert_eq!(votes(&poll), [1, 1, 0]);
}

#[tokio::test]
async fn a_poll_that_is_closed_twice_closed_when_it_was_closed_first() {
    let host = Host::polls([poll("p")]).await;
    let close = || edit(&host, &json!({"closes_at": "1970-01-01T00:00:00Z"}));
    let first = close().ok().await["poll"]["closes_at"].clone();
    assert_eq!(close().ok().await["poll"]["closes_at"], first);
    assert_eq!(edit(&host, &json!({"title": "Again"})).ok().await["poll"]["closes_at"], first);
    edit(&host, &json!({"closes_at": "2199-01-01T00:00:00Z"})).ok().await;
    host.vote("p", 1, &["b"]).by("bela").ok().await;
}

#[tokio::test]
async fn an_option_that_is_added_wipes_no_vote_and_says_how_many_came_before() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    host.vote("p", 1, &["c"]).by("bela").ok().await;
    let added = edit_options(&host, options(&["d", "c", "a", "b"])).await.ok().await["poll"].clone();
    assert_eq!((ids(&added), votes(&added)), (vec!["d", "c", "a", "b"], vec![0, 1, 1, 0]));
    assert_eq!(added["options"][0]["added_after"], 2);
    assert_eq!(added["options"][1]["added_after"], Value::Null);
    assert_eq!(
        host.get("/polls/p").by("ann").ok().await["poll"]["viewer"]["ballot"]["options"],
        json!(["a"])
    );
    let poll = host.vote("p", 2, &["d"]).by("ann").ok().await["poll"].clone();
    assert_eq!(votes(&poll), [1, 1, 0, 0]);
    let host = host.restart().await;
    assert_eq!(votes(&host.poll("p").await), [1, 1, 0, 0]);
    let mut same = options(&["a", "b", "c", "d"]);
    same[0]["added_after"] = json!(9);
    let told = edit_options(&host, same).await.ok().await["poll"].clone();
    assert_eq!(told["options"][3]["added_after"], 2, "it stays true");
    assert_eq!(told["options"][0]["added_after"], Value::Null, "and is for the host to say");
}

#[tokio::test]
async fn what_is_left_of_a_ballot_stands_when_an_option_goes() {
    let mut new = poll("p");
    new.rules.kind = Kind::Choice { min: 1, max: 2 };
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["a", "b"]).by("ann").ok().await;
    host.vote("p", 1, &["a"]).by("bela").ok().await;
    host.vote("p", 1, &["c"]).by("carl").ok().await;
    let mut feed = host.get("/events?topics=poll:p").by("bela").follow().await;
    assert_eq!(feed.next().await.data["poll"]["viewer"]["ballot"]["options"], json!(["a"]));
    let poll = edit_options(&host, options(&["b", "c"])).await.ok().await["poll"].clone();
    assert_eq!((ids(&poll), votes(&poll)), (vec!["b", "c"], vec![1, 1]));
    assert_eq!((&poll["turnout"]["cast"], &poll["tally"]["voters"]), (&json!(2), &json!(2)));
    let told = feed.next().await.data["poll"]["viewer"]["ballot"].clone();
    assert_eq!(told, json!({"revision": 2, "options": []}), "whose ballot says nothing any more hears of it");
    let ballot = host.get("/polls/p").by("ann").ok().await["poll"]["viewer"]["ballot"].clone();
    assert_eq!(ballot, json!({"revision": 2, "options": ["b"]}));
    assert_eq!(votes(&host.vote("p", 3, &["c"]).by("bela").ok().await["poll"]), [1, 2]);
}

#[tokio::test]
async fn a_ballot_that_is_sent_again_after_an_edit_is_still_the_same() {
    let mut new = poll("p");
    new.rules.kind = Kind::Choice { min: 1, max: 2 };
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["a", "b"]).by("ann").ok().await;
    let edits: [(&[&str], Value); 3] =
        [(&["d", "c", "b", "a"], json!(["a", "b"])), (&["c", "b"], json!(["b"])), (&["c"], json!([]))];
    for (left, stands) in edits {
        edit_options(&host, options(left)).await.ok().await;
        let poll = host.vote("p", 1, &["a", "b"]).by("ann").ok().await["poll"].clone();
        assert_eq!(
            poll["viewer"]["ballot"]["options"], stands,
            "what became of it, and not that it is refused"
        );
    }
}

#[tokio::test]
async fn a_ranked_poll_is_counted_anew_when_its_options_change() {
    let mut new = poll("p");
    new.rules.kind = Kind::Ranked(Method::RunOff);
    let host = Host::polls([new]).await;
    for (member, order) in [
        ("ann", ["a", "b", "c"]),
        ("bela", ["a", "c", "b"]),
        ("carl", ["b", "c", "a"]),
        ("dora", ["b", "c", "a"]),
        ("emil", ["c", "b", "a"]),
    ] {
        host.vote("p", 1, &order).by(member).ok().await;
    }
    assert_eq!(host.poll("p").await["tally"]["rounds"]["elected"], json!(["b"]));
    let poll = edit_options(&host, options(&["c", "a"])).await.ok().await["poll"].clone();
    let rounds = &poll["tally"]["rounds"];
    assert_eq!(rounds["elected"], json!(["c"]));
    assert_eq!(
        rounds["rounds"][0]["votes"],
        json!([{"option": "c", "votes": 3.0}, {"option": "a", "votes": 2.0}])
    );
    host.vote("p", 3, &["a"]).by("emil").ok().await;
    assert_eq!(host.poll("p").await["tally"]["rounds"]["elected"], json!(["a"]), "later ballots count on");
}

#[tokio::test]
async fn what_members_voted_by_stays_once_they_have() {
    let host = Host::polls([poll("p")]).await;
    let tighter = json!({"secrecy": "anonymous", "changeable": false, "retractable": false});
    assert_eq!(edit(&host, &tighter).ok().await["poll"]["secrecy"], "anonymous", "nobody has voted yet");
    let looser = json!({"secrecy": "secret", "changeable": true, "retractable": true});
    edit(&host, &looser).ok().await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    for said in [
        json!({"secrecy": "public"}),
        json!({"results": "after_vote"}),
        json!({"max": 2}),
        json!({"kind": "ranked"}),
        json!({"changeable": false}),
        json!({"retractable": false}),
        json!({"abstention": true}),
        json!({"quorum": 50}),
        json!({"asks": {"groups": ["cooks"]}}),
    ] {
        assert_eq!(edit(&host, &said).kind().await, "conflict", "{said}");
    }
    host.take_back("p", 2).by("ann").ok().await;
    assert_eq!(
        edit(&host, &json!({"secrecy": "public"})).kind().await,
        "conflict",
        "what was said was said in secret"
    );
}

#[tokio::test]
async fn a_poll_becomes_one_of_another_kind_as_long_as_nobody_has_voted() {
    let host = Host::polls([poll("p")]).await;
    edit(&host, &json!({"max": 3})).ok().await;
    let ranked = edit(&host, &json!({"kind": "ranked"})).ok().await["poll"].clone();
    assert_eq!((&ranked["kind"], &ranked["max"]), (&json!("ranked"), &Value::Null));
    let single = edit(&host, &json!({"kind": null})).ok().await["poll"].clone();
    assert_eq!((&single["kind"], &single["max"]), (&json!("choice"), &json!(1)));
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    assert_eq!(votes(&host.poll("p").await), [0, 1, 0]);
    assert_eq!(edit(&host, &json!({"kind": "ranked"})).kind().await, "conflict");
}

#[tokio::test]
async fn an_option_that_anonymous_ballots_may_name_stays() {
    let mut new = poll("p");
    (new.rules.secrecy, new.rules.changeable, new.rules.retractable) = (Secrecy::Anonymous, false, false);
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    let (kind, _, detail) = edit_options(&host, options(&["a", "b"])).await.problem().await;
    assert_eq!(kind, "conflict");
    assert!(detail.contains("\"c\""), "{detail}");
    let poll = edit_options(&host, options(&["d", "c", "b", "a"])).await.ok().await["poll"].clone();
    assert_eq!(votes(&poll), [0, 0, 1, 0]);
}

#[tokio::test]
async fn votes_and_edits_at_once_lose_neither() {
    let host = Host::polls([poll("p")]).await;
    let members: Vec<String> = (0..40).map(|n| format!("m{n}")).collect();
    let votes_cast = members.iter().map(|member| host.vote("p", 1, &["b"]).by(member).ok());
    let edits = (0..10).map(|n| {
        let ids: &[&str] = if n % 2 == 0 { &["c", "b", "a"] } else { &["a", "b", "c", "d"] };
        // Who is overtaken reads the poll and tries again.
        let host = &host;
        async move { while edit_options(host, options(ids)).await.send().await.status != 200 {} }
    });
    tokio::join!(futures_util::future::join_all(votes_cast), futures_util::future::join_all(edits));
    let poll = host.poll("p").await;
    assert_eq!(poll["turnout"]["cast"], 40);
    let at = ids(&poll).iter().position(|id| *id == "b").unwrap();
    assert_eq!(votes(&poll)[at], 40);
}

#[tokio::test]
async fn forums_4_a_poll_of_plain_texts_gets_ids_and_says_them() {
    let host = Host::start().await;
    let said = json!({"title": "Where do we eat?", "options": ["Pizza place", "Noodle bar"]});
    let answer = create(&host, &said).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("location").as_str()), (201, "polls/where-do-we-eat"));
    let poll = answer.json()["poll"].clone();
    assert_eq!((&poll["id"], ids(&poll)), (&json!("where-do-we-eat"), vec!["pizza-place", "noodle-bar"]));
    host.vote("where-do-we-eat", 1, &["noodle-bar"]).by("ann").ok().await;
    let (kind, _, detail) = create(&host, &said).problem().await;
    assert_eq!(kind, "conflict", "the same request does not write a second poll");
    assert!(detail.contains("\"where-do-we-eat\" already; choose another id"), "{detail}");
    let more = json!({"revision": 2, "options": ["Noodle bar", "Curry house", "Pizza place"]});
    let edited = host.call("PATCH", "/polls/where-do-we-eat").json(&more).by_staff().ok().await;
    assert_eq!(ids(&edited["poll"]), ["noodle-bar", "curry-house", "pizza-place"]);
    assert_eq!(votes(&edited["poll"]), [1, 0, 0], "a plain text means the option that says it");
}

#[tokio::test]
async fn options_that_an_edit_names_by_plain_texts_keep_their_votes() {
    for (kind, options, plain, ballot) in [
        (
            json!({"kind": "availability"}),
            json!([{"id": "fri", "date": "2026-12-05"}]),
            json!(["2026-12-05", "2026-12-06"]),
            json!({"values": [{"option": "fri", "value": 2}]}),
        ),
        (
            json!({"kind": "availability", "time_zone": "Europe/Berlin"}),
            json!([{"id": "noon", "starts_at": "2026-12-05T11:00:00Z", "ends_at": "2026-12-05T12:00:00Z"}]),
            json!(["2026-12-05T12:00:00+01:00/2026-12-05T13:00:00+01:00"]),
            json!({"values": [{"option": "noon", "value": 2}]}),
        ),
        (
            json!({"kind": "choice"}),
            json!([{"id": "y", "label": "\u{202e}C"}, {"id": "x", "label": "A\u{7} B"}]),
            json!(["\u{202e}C", "A\u{7} B", "D"]),
            json!({"options": ["x"]}),
        ),
        (
            json!({"kind": "proposal"}),
            json!([{"id": "agree", "label": "Yes!"}, {"id": "block", "label": "Never"}]),
            json!(["Agree", "block"]),
            json!({"options": ["block"]}),
        ),
    ] {
        let host = Host::start().await;
        let mut new = json!({"id": "p", "title": "?", "options": options});
        new.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        let before = host.call("POST", "/polls").json(&new).by_staff().send().await.json()["poll"].clone();
        let mut vote = ballot;
        vote["revision"] = json!(1);
        let call = host.call("PUT", "/polls/p/ballot").json(&vote).header("idempotency-key", "k");
        call.by("ann").ok().await;
        let edit = json!({"revision": before["revision"], "options": plain});
        let after = host.call("PATCH", "/polls/p").json(&edit).by_staff().ok().await["poll"].clone();
        assert_eq!(after["turnout"]["cast"], 1, "{plain}");
        for (before, after) in
            before["options"].as_array().unwrap().iter().zip(after["options"].as_array().unwrap())
        {
            assert_eq!(before, after, "{plain}");
        }
    }
}

#[tokio::test]
async fn the_location_of_a_new_poll_leads_to_it() {
    let host = Host::start().await;
    for id in ["l%2C?1", "lö", "a&b"] {
        let new = json!({"id": id, "title": "?", "options": ["A", "B"]});
        let location = host.call("POST", "/polls").json(&new).by_staff().head("location").await;
        assert_eq!(host.get(&["/", &location].concat()).ok().await["poll"]["id"], id, "{location}");
    }
}

#[tokio::test]
async fn forums_4_what_keeps_a_poll_from_an_id_is_told_by_the_field_that_was_written() {
    let host = Host::start().await;
    for (said, why) in [
        (json!({"options": ["A", "B"]}), "title: "),
        (json!({"title": " \u{200b}", "options": ["A", "B"]}), "title: "),
        (json!({"title": 5, "options": ["A", "B"]}), "title: invalid type"),
        (json!({"title": "?!", "options": ["A", "B"]}), "id: say one"),
        (
            json!({"title": "T", "options": ["A", 5]}),
            "options[1]: invalid type: integer `5`, expected a text or an option with its fields",
        ),
        (
            json!({"title": "T", "options": [["A"], "B"]}),
            "options[0]: invalid type: sequence, expected a text or an option",
        ),
    ] {
        let (kind, _, detail) = create(&host, &said).problem().await;
        assert!(kind == "invalid" && detail.starts_with(why), "{said}: {detail}");
    }
}

#[tokio::test]
async fn forums_4_staff_see_every_poll_page_by_page_the_newest_first() {
    let host = Host::start().await;
    for n in 0..53 {
        create(&host, &json!({"title": format!("Poll {n:02}"), "options": ["Yes", "No"]})).send().await;
    }
    host.vote("poll-52", 1, &["yes"]).by("ann").ok().await;
    let first = host.get("/polls").by_staff().ok().await;
    let list = |page: &Value| page["polls"].as_array().unwrap().clone();
    assert_eq!(list(&first).len(), 50);
    let newest = &list(&first)[0];
    assert_eq!((&newest["id"], &newest["turnout"]["cast"]), (&json!("poll-52"), &json!(1)));
    let next = first["next"].as_str().unwrap();
    let second = host.get(&format!("/polls?cursor={next}")).by_staff().ok().await;
    assert_eq!((list(&second).len(), second["next"].is_null()), (3, true));
    let all: Vec<_> = list(&first).into_iter().chain(list(&second)).map(|poll| poll["id"].clone()).collect();
    assert_eq!(all, (0..53).rev().map(|n| json!(format!("poll-{n:02}"))).collect::<Vec<_>>());
    for call in [host.get("/polls").by("ann"), host.get("/polls"), host.get("/polls?cursor=x").by_staff()] {
        assert_eq!(call.kind().await, "invalid");
    }
}

#[tokio::test]
async fn forums_4_a_deleted_poll_says_so_and_does_not_come_back() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    assert_eq!(feed.next().await.data["poll"]["id"], "p");
    let delete = || host.call("DELETE", "/polls/p");
    assert_eq!(
        (delete().kind().await, delete().by("ann").kind().await),
        ("unauthorized".into(), "forbidden".into())
    );
    assert_eq!(delete().by_staff().send().await.status, 204);
    let told = feed.next().await;
    assert_eq!(
        (told.name.as_str(), &told.data),
        ("deleted", &json!({"deleted": "p"})),
        "open pages hear of it"
    );
    let late = host.get("/events?topics=poll:p").follow().await.next().await;
    assert_eq!(late.name, "deleted", "and those that come later");
    let read = host.get("/polls?ids=p,q,r").ok().await;
    assert_eq!((&read["deleted"], &read["missing"]), (&json!(["p"]), &json!(["r"])));
    for call in [
        host.get("/polls/p"),
        host.vote("p", 2, &["b"]).by("ann"),
        host.take_back("p", 2).by("ann"),
        host.call("PUT", "/polls/p/follow").json(&json!({"follows": true})).by("ann"),
        host.get("/polls/p/comments"),
        edit(&host, &json!({"title": "Again"})),
        delete().by_staff(),
    ] {
        let (kind, status, detail) = call.problem().await;
        assert_eq!((kind.as_str(), status, detail.as_str()), ("gone", 410, "the poll \"p\" was deleted"));
    }
    let (kind, _, detail) = create(&host, &dinner()).problem().await;
    assert_eq!(kind, "conflict", "no other poll gets the id silently");
    assert!(detail.contains("was deleted") && detail.contains("choose another id"), "{detail}");
    assert_eq!(host.get("/polls/nope").kind().await, "not-found", "a mistyped id is told apart");
    let host = host.restart().await;
    assert_eq!(host.get("/polls/p").kind().await, "gone");
    assert_eq!(votes(&host.poll("q").await), [0, 0, 0], "other polls stay");
}
