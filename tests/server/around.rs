//! What members do to a poll beside voting: options of their own, comments, following.

use folkmoot::domain::poll::{Base, Kind, Method, OwnOptions, Proposal, Reasons, Results, Secrecy};
use folkmoot::server::store::NewPoll;
use serde_json::{Value, json};

use crate::client::{Call, Host, poll, poll_of, votes};

fn open(own_options: OwnOptions) -> NewPoll {
    let mut poll = poll("p");
    poll.rules.own_options = own_options;
    poll
}

fn add(host: &Host, label: &str) -> Call {
    host.call("POST", "/polls/p/options").json(&json!({"label": label})).header("idempotency-key", label)
}

fn comment(host: &Host, text: &str) -> Call {
    host.call("POST", "/polls/p/comments").json(&json!({"text": text})).header("idempotency-key", text)
}

fn follow(host: &Host, follows: bool) -> Call {
    host.call("PUT", "/polls/p/follow").json(&json!({"follows": follows}))
}

fn labels(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|o| o["label"].as_str().unwrap()).collect()
}

fn texts(page: &Value) -> Vec<&str> {
    page["comments"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_members_own_option_is_there_at_once_and_no_ballot_is_lost() {
    let host = Host::polls([open(OwnOptions::Open)]).await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=poll:p").by("carl").follow().await;
    feed.next().await;
    let poll = add(&host, " Noodles ").by("bela").ok().await["poll"].clone();
    assert_eq!(labels(&poll["options"]), ["A", "B", "C", "Noodles"]);
    assert_eq!((votes(&poll), &poll["options"][3]["added_after"]), (vec![0, 1, 0, 0], &json!(1)));
    assert_eq!(labels(&feed.next().await.data["poll"]["options"]).len(), 4);
    add(&host, " Noodles ").by("bela").ok().await;
    assert_eq!(labels(&host.poll("p").await["options"]).len(), 4, "sent twice it is one");
    let own = poll["options"][3]["id"].as_str().unwrap();
    host.vote("p", 1, &[own]).by("bela").ok().await;
    assert_eq!(votes(&host.poll("p").await), [0, 1, 0, 1]);
}

#[tokio::test]
async fn an_option_that_waits_for_staff_is_seen_by_them_and_by_whose_it_is_alone() {
    let host = Host::polls([open(OwnOptions::Approval)]).await;
    let mut feed = host.get("/events?topics=poll:p").by("carl").follow().await;
    feed.next().await;
    let own = add(&host, "Noodles").by("bela").ok().await["poll"].clone();
    assert_eq!((labels(&own["options"]).len(), labels(&own["proposed"])), (3, vec!["Noodles"]));
    assert_eq!(own["proposed"][0].get("by"), None);
    for other in [host.poll("p").await, feed.next().await.data["poll"].clone()] {
        assert_eq!(other.get("proposed"), None, "{other}");
    }
    let staff = host.get("/polls/p").by_staff().ok().await["poll"].clone();
    assert_eq!((&staff["proposed"][0]["by"], &staff["viewer"]["staff"]), (&json!("bela"), &json!(true)));
    let id = own["proposed"][0]["id"].as_str().unwrap();
    assert_eq!(host.vote("p", 1, &[id]).by("bela").kind().await, "invalid", "nobody can vote for it yet");

    let path = format!("/polls/p/options/{id}");
    let approve = || host.call("PUT", &path).json(&json!({"state": "approved"}));
    assert_eq!(approve().by("bela").kind().await, "forbidden");
    assert_eq!(host.call("PUT", &path).json(&json!({"state": "fine"})).by_staff().kind().await, "invalid");
    for _ in 0..2 {
        let poll = approve().by_staff().ok().await["poll"].clone();
        assert_eq!((labels(&poll["options"]), poll.get("proposed")), (vec!["A", "B", "C", "Noodles"], None));
    }
    host.vote("p", 1, &[id]).by("bela").ok().await;
}

#[tokio::test]
async fn an_option_that_waits_can_be_declined_and_stays_declined() {
    let host = Host::polls([open(OwnOptions::Approval)]).await;
    for (label, by) in [("Noodles", "bela"), ("Dumplings", "ann")] {
        add(&host, label).by(by).ok().await;
    }
    let staff = host.get("/polls/p").by_staff().ok().await["poll"].clone();
    let decline = |label: &str| {
        let waits = staff["proposed"].as_array().unwrap().iter().find(|o| o["label"] == label).unwrap();
        host.call("DELETE", &format!("/polls/p/options/{}", waits["id"].as_str().unwrap()))
    };
    assert_eq!(decline("Noodles").by("ann").kind().await, "forbidden");
    assert_eq!(decline("Dumplings").by("ann").ok().await["poll"].get("proposed"), None, "whose it is");
    for _ in 0..2 {
        decline("Noodles").by_staff().ok().await;
    }
    assert_eq!(decline("Noodles").by("ann").kind().await, "forbidden", "it was another's");
    add(&host, "Noodles").by("bela").ok().await;
    assert_eq!(
        host.get("/polls/p").by("bela").ok().await["poll"].get("proposed"),
        None,
        "the same request again"
    );
}

#[tokio::test]
async fn what_cannot_be_added_is_refused_with_the_reason() {
    let mut few = open(OwnOptions::Open);
    few.asks.groups = vec!["cooks".into()];
    for (poll, by, label, kind, part) in [
        (open(OwnOptions::Off), "ann", "D", "forbidden", "no options of members' own"),
        (open(OwnOptions::Open), "ann", "a", "conflict", "such an option already"),
        (open(OwnOptions::Open), "ann", "", "invalid", "1 to 200 characters"),
        (few, "ann", "D", "forbidden", "asks others"),
    ] {
        let host = Host::polls([poll]).await;
        let call = host.call("POST", "/polls/p/options").json(&json!({"label": label}));
        let (found, _, detail) = call.header("idempotency-key", "k").by(by).problem().await;
        assert_eq!(found, kind);
        assert!(detail.contains(part), "{detail}");
    }
    let host = Host::polls([open(OwnOptions::Open)]).await;
    assert_eq!(add(&host, "D").kind().await, "unauthorized");
    for label in ["D", "E", "F"] {
        add(&host, label).by("ann").ok().await;
    }
    assert_eq!(add(&host, "G").by("ann").kind().await, "conflict", "three are enough");
    assert_eq!(add(&host, "H").header("idempotency-key", "D").by("ann").kind().await, "key-reused");
    host.call("PATCH", "/polls/p").json(&json!({"closes_at": "2020-01-01T00:00:00Z"})).by_staff().ok().await;
    assert_eq!(add(&host, "G").by("bela").kind().await, "poll-closed");
}

#[tokio::test]
async fn a_poll_about_when_takes_times_of_members_own() {
    let mut when = poll_of("p", Kind::Availability);
    when.rules.own_options = OwnOptions::Open;
    let host = Host::polls([when]).await;
    let add = |body: Value, key: &str| {
        host.call("POST", "/polls/p/options").json(&body).header("idempotency-key", key).by("ann")
    };
    let times = json!({"starts_at": "2027-01-05T18:00:00+01:00", "ends_at": "2027-01-05T20:00:00+01:00"});
    let poll = add(times.clone(), "a").ok().await["poll"].clone();
    assert_eq!(poll["options"][3]["starts_at"], "2027-01-05T17:00:00Z");
    assert_eq!(add(times, "b").kind().await, "conflict");
    assert_eq!(add(json!({"label": "Noon"}), "c").kind().await, "invalid");
    assert_eq!(add(json!({"starts_at": "soon"}), "d").kind().await, "invalid");
}

#[tokio::test]
async fn a_ranked_poll_with_an_option_more_is_counted_by_the_ballots_that_are_there() {
    let mut ranked = poll_of("p", Kind::Ranked(Method::RunOff));
    ranked.rules.own_options = OwnOptions::Open;
    let host = Host::polls([ranked]).await;
    for (member, order) in [("ann", ["b", "a"]), ("bela", ["b", "c"]), ("carl", ["a", "c"])] {
        host.vote("p", 1, &order).by(member).ok().await;
    }
    let poll = add(&host, "D").by("ann").ok().await["poll"].clone();
    assert_eq!(poll["tally"]["rounds"]["elected"], json!(["b"]));
    assert_eq!(poll["tally"]["rounds"]["rounds"][0]["votes"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn comments_come_the_latest_first_page_by_page_each_once() {
    let mut talk = poll("p");
    talk.rules.commentable = true;
    let host = Host::polls([talk]).await;
    assert_eq!(host.poll("p").await.get("comments"), None, "none is not said");
    let all: Vec<String> = (0..53).map(|n| format!("No. {n}")).collect();
    for text in &all {
        let poll = comment(&host, text).by("ann").ok().await["poll"].clone();
        assert_eq!(poll["commentable"], true);
    }
    comment(&host, "No. 7").by("ann").ok().await;
    assert_eq!(host.poll("p").await["comments"], 53, "sent twice it is one");
    let first = host.get("/polls/p/comments").by("ann").ok().await;
    let next = first["next"].as_str().unwrap();
    let second = host.get(&format!("/polls/p/comments?cursor={next}")).ok().await;
    assert_eq!(second.get("next"), None);
    let mut seen: Vec<&str> = [texts(&first), texts(&second)].concat();
    seen.reverse();
    assert_eq!(seen, all);
    assert_eq!((&first["comments"][0]["name"], &first["comments"][0]["mine"]), (&json!("ann"), &json!(true)));
    assert_eq!(second["comments"][0].get("mine"), None, "a guest's they are not");
    assert_eq!(host.get("/polls/p/comments?cursor=x").kind().await, "invalid");
    assert_eq!(host.get("/polls/q/comments").kind().await, "not-found");
}

#[tokio::test]
async fn a_comment_is_taken_away_by_whose_it_is_or_by_staff_and_does_not_come_back() {
    let mut talk = poll("p");
    talk.rules.commentable = true;
    let host = Host::polls([talk]).await;
    for (text, by) in [("One", "ann"), ("Two", "bela")] {
        comment(&host, text).by(by).ok().await;
    }
    let page = host.get("/polls/p/comments").ok().await;
    let take = |n: usize| {
        let id = page["comments"][n]["id"].as_str().unwrap();
        host.call("DELETE", &format!("/polls/p/comments/{id}"))
    };
    assert_eq!(take(0).by("ann").kind().await, "forbidden");
    take(0).by_staff().ok().await;
    take(0).by_staff().ok().await;
    assert_eq!(take(1).by("ann").ok().await["poll"].get("comments"), None);
    comment(&host, "One").by("ann").ok().await;
    assert!(texts(&host.get("/polls/p/comments").ok().await).is_empty(), "the same request again");
    assert_eq!(host.call("DELETE", "/polls/p/comments/x").by("ann").kind().await, "not-found");
}

#[tokio::test]
async fn whom_a_poll_does_not_ask_does_not_comment_on_it() {
    let mut few = poll("p");
    (few.rules.commentable, few.asks.groups) = (true, vec!["cooks".into()]);
    let host = Host::polls([few]).await;
    assert_eq!(comment(&host, "Hello").kind().await, "unauthorized");
    assert_eq!(comment(&host, "Hello").by("ann").kind().await, "forbidden");
    for bad in [" ".to_owned(), "x".repeat(501)] {
        assert_eq!(comment(&host, &bad).header("idempotency-key", "k").by("ann").kind().await, "invalid");
    }
    let quiet = Host::polls([poll("p")]).await;
    assert_eq!(comment(&quiet, "Hello").by("ann").kind().await, "forbidden");
}

#[tokio::test]
async fn a_poll_is_followed_without_a_vote() {
    let host = Host::polls([poll("p")]).await;
    let mut feed = host.get("/events?topics=poll:p").by("ann").follow().await;
    assert_eq!(feed.next().await.data["poll"]["viewer"]["follows"], false);
    for _ in 0..2 {
        assert_eq!(follow(&host, true).by("ann").ok().await["poll"]["viewer"]["follows"], true);
    }
    assert_eq!(feed.next().await.data["poll"]["viewer"]["follows"], true);
    assert_eq!(host.poll("p").await["turnout"]["cast"], 0);
    let voted = host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(voted["poll"]["viewer"]["follows"], true, "a vote changes nothing about it");
    follow(&host, true).by("bela").ok().await;
    assert_eq!(host.get("/polls/p/followers").by("ann").kind().await, "forbidden");
    let followers = host.get("/polls/p/followers").by_staff().ok().await;
    assert_eq!(
        followers,
        json!({"followers": [{"id": "ann", "name": "ann"}, {"id": "bela", "name": "bela"}]})
    );
    assert_eq!(follow(&host, false).by("ann").ok().await["poll"]["viewer"]["follows"], false);
    assert_eq!(host.poll("p").await["viewer"].get("follows"), None, "a guest cannot");
    assert_eq!(host.get("/polls/p/followers").by_staff().ok().await["followers"][0]["id"], "bela");
    assert_eq!(follow(&host, true).kind().await, "unauthorized");
    let nope = host.call("PUT", "/polls/nope/follow").json(&json!({"follows": true})).by("ann");
    assert_eq!(nope.kind().await, "not-found");
}

#[tokio::test]
async fn reasons_are_told_without_names_but_in_public_polls_and_to_whoever_sees_the_result() {
    let proposal = Proposal { reasons: Reasons::Optional, threshold: 50, of: Base::Ballots };
    for (secrecy, name) in [(Secrecy::Secret, None), (Secrecy::Public, Some(json!("bela")))] {
        let mut quiet = poll_of("p", Kind::Proposal(proposal));
        (quiet.rules.secrecy, quiet.rules.results) = (secrecy, Results::AfterVote);
        let host = Host::polls([quiet]).await;
        for (member, stand, reason) in
            [("ann", "agree", "It is time."), ("bela", "block", "But not now."), ("carl", "agree", "")]
        {
            host.call("PUT", "/polls/p/ballot")
                .json(&json!({"revision": 1, "options": [stand], "reason": reason}))
                .header("idempotency-key", "k")
                .by(member)
                .ok()
                .await;
        }
        assert_eq!(
            host.get("/polls/p/reasons").by("dora").kind().await,
            "forbidden",
            "nor do they see the result"
        );
        let reasons = host.get("/polls/p/reasons").by("carl").ok().await["reasons"].clone();
        assert_eq!(reasons.as_array().unwrap().len(), 2);
        assert_eq!(
            (&reasons[0]["options"], &reasons[0]["reason"]),
            (&json!(["block"]), &json!("But not now."))
        );
        assert_eq!(reasons[0].get("name"), name.as_ref());
    }
}

/// Approves an option that was proposed before this edit of its poll.
async fn approve_after(host: &Host, edit: &Value) -> (String, u16, String) {
    let poll = add(host, "Noodles").by("bela").ok().await["poll"].clone();
    let own = &poll["proposed"][0];
    let mut edit = edit.clone();
    edit["revision"] = poll["revision"].clone();
    host.call("PATCH", "/polls/p").json(&edit).by_staff().ok().await;
    let path = format!("/polls/p/options/{}", own["id"].as_str().unwrap());
    let problem = host.call("PUT", &path).json(&json!({"state": "approved"})).by_staff().problem().await;
    assert!(problem.2.contains("decline the option, or edit the poll"), "{}", problem.2);
    for viewer in ["bela", "boss"] {
        let read = host.get("/polls/p").by(viewer).ok().await;
        folkmoot::api::poll_from(&read["poll"]).expect("the widget can read the poll");
    }
    host.call("DELETE", &path).by_staff().ok().await;
    problem
}

#[tokio::test]
async fn host_12_an_option_that_a_full_poll_has_no_room_for_waits_on_and_staff_are_told_what_to_do() {
    let host = Host::polls([open(OwnOptions::Approval)]).await;
    let many: Vec<_> =
        (0..60).map(|n| json!({"id": format!("o{n}"), "label": format!("Option {n}")})).collect();
    let (kind, status, _) = approve_after(&host, &json!({"options": many})).await;
    assert_eq!((kind.as_str(), status), ("conflict", 409));
    assert_eq!(host.poll("p").await["options"].as_array().unwrap().len(), 60);
}

#[tokio::test]
async fn host_12_an_option_that_does_not_go_with_the_polls_kind_any_more_is_a_conflict() {
    let at = |hour: u32| format!("2027-01-05T{hour}:00:00Z");
    let times =
        json!([{"id": "a", "label": "", "starts_at": at(10)}, {"id": "b", "label": "", "starts_at": at(11)}]);
    let stances = json!([{"id": "agree", "label": "Yes"}, {"id": "block", "label": "No"}]);
    for edit in [
        json!({"kind": "availability", "options": times}),
        json!({"kind": "proposal", "options": stances, "own_options": null}),
    ] {
        let host = Host::polls([open(OwnOptions::Approval)]).await;
        let (kind, status, _) = approve_after(&host, &edit).await;
        assert_eq!((kind.as_str(), status), ("conflict", 409), "{edit}");
    }
}
