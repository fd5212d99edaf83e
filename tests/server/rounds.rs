//! Polls that come back: rounds that begin by themselves, with ballots of their own, and what is kept of those before.

use folkmoot::domain::poll::{Kind, Method, ROUND, Zone};
use folkmoot::server::store::{NewPoll, Repeat};
use serde_json::{Value, json};

use crate::client::{Host, now, poll, poll_of, votes, within};

const DAY: i64 = 86_400_000;

/// Open since a day less than a moment ago, and coming back each day.
fn daily(mut poll: NewPoll) -> NewPoll {
    let opens_at = Some(now().plus(4000 - DAY));
    poll.rules.opens_at = opens_at;
    poll.repeat = Some(Repeat::new("FREQ=DAILY", opens_at, None, Some("UTC")).unwrap());
    poll
}

/// The poll, once it is in this round.
async fn in_round(host: &Host, id: &str, number: u64) -> Value {
    let mut feed = host.get(&format!("/events?topics=poll:{id}")).follow().await;
    within(async {
        loop {
            let poll = host.poll(id).await;
            if poll["series"]["number"] == number {
                return poll;
            }
            feed.next().await;
        }
    })
    .await
}

#[tokio::test]
async fn a_round_ends_with_what_came_of_it_and_the_next_begins_with_nothing() {
    let host = Host::polls([daily(poll("p"))]).await;
    for (member, choice) in [("ann", "b"), ("bo", "b"), ("cy", "a")] {
        host.vote("p", 1, &[choice]).by(member).ok().await;
    }
    let mut feed = host.get("/events?topics=poll:p").by("ann").follow().await;
    let poll = in_round(&host, "p", 2).await;
    let told = within(async {
        loop {
            let told = feed.next().await.data["poll"].clone();
            if told["series"]["number"] == 2 {
                return told;
            }
        }
    });
    assert_eq!(
        told.await["viewer"],
        json!({"standing": "entitled", "follows": false}),
        "whoever follows it has no ballot in it yet"
    );
    assert_eq!((votes(&poll), &poll["turnout"]["cast"]), (vec![0, 0, 0], &json!(0)));
    let past = &poll["series"]["past"];
    assert_eq!(past.as_array().unwrap().len(), 1);
    assert_eq!(
        (&past[0]["number"], &past[0]["cast"], &past[0]["leaders"]),
        (&json!(1), &json!(3), &json!(["b"]))
    );
    assert_eq!(past[0]["closed_at"], poll["opens_at"]);
    assert!(poll["series"]["next_at"].as_str() > poll["opens_at"].as_str());

    let mine = host.get("/polls/p").by("ann").ok().await["poll"].clone();
    assert_eq!(mine["viewer"]["ballot"], Value::Null, "that was another round's");
    let again = host.vote("p", ROUND + 1, &["c"]).by("ann").ok().await["poll"].clone();
    assert_eq!(votes(&again), [0, 0, 1]);
}

#[tokio::test]
async fn embedding_29_a_round_starts_without_the_marks_of_the_one_before() {
    let mut new = daily(poll("p"));
    new.rules.zone = Some(Zone { name: "UTC".into(), at_opening: None, at_closing: None });
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let options = json!([{"id": "a", "label": "Tea"}, {"id": "b", "label": "B"}]);
    let said = json!({"title": "Who?", "description": "So.", "options": options, "revision": 2});
    let edited = host.call("PATCH", "/polls/p").json(&said).by_staff().ok().await["poll"].clone();
    assert_eq!(edited["options"][0]["edited"], json!({"after": 1, "before": "A"}));
    let poll = in_round(&host, "p", 2).await;
    assert_eq!(poll["options"][0]["label"], "Tea");
    for (of, field) in
        [(&poll, "title_edited"), (&poll, "description_edited"), (&poll["options"][0], "edited")]
    {
        assert_eq!(of.get(field), None, "{field}");
    }
}

#[tokio::test]
async fn a_ballot_that_was_on_its_way_when_its_round_ended_does_not_count_in_the_next() {
    let host = Host::polls([daily(poll("p"))]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    in_round(&host, "p", 2).await;
    for (member, revision) in [("bo", 1), ("ann", 2), ("cy", ROUND)] {
        let (kind, status, _) = host.vote("p", revision, &["a"]).by(member).problem().await;
        assert_eq!((kind.as_str(), status), ("poll-closed", 409), "{member}");
    }
    assert_eq!(votes(&host.poll("p").await), [0, 0, 0]);
}

#[tokio::test]
async fn rounds_outlive_the_host_and_one_that_was_away_begins_the_latest() {
    let mut new = poll("p");
    let opens_at = Some(now().plus(-10 * DAY + DAY / 2));
    new.rules.opens_at = opens_at;
    new.repeat = Some(Repeat::new("FREQ=DAILY;INTERVAL=3", opens_at, None, Some("UTC")).unwrap());
    let host = Host::polls([new]).await;
    let before = in_round(&host, "p", 2).await;
    assert_eq!(before["series"]["past"][0]["leaders"], json!([]), "nobody voted in it");
    host.vote("p", ROUND + 1, &["c"]).by("ann").ok().await;
    let host = host.restart().await;
    let after = host.poll("p").await;
    assert_eq!((&after["series"], votes(&after)), (&before["series"], vec![0, 0, 1]));
}

#[tokio::test]
async fn ranked_and_anonymous_polls_come_back_too() {
    let ranked = daily(poll_of("r", Kind::Ranked(Method::RunOff)));
    let mut secret = daily(poll("s"));
    secret.rules.secrecy = folkmoot::domain::poll::Secrecy::Anonymous;
    (secret.rules.changeable, secret.rules.retractable) = (false, false);
    let host = Host::polls([ranked, secret]).await;
    host.vote("r", 1, &["b", "a"]).by("ann").ok().await;
    host.vote("s", 1, &["c"]).by("ann").ok().await;
    let (ranked, secret) = (in_round(&host, "r", 2).await, in_round(&host, "s", 2).await);
    assert_eq!(ranked["series"]["past"][0]["leaders"], json!(["b"]));
    assert_eq!(secret["series"]["past"][0]["leaders"], json!(["c"]));
    let again = host.vote("r", ROUND + 1, &["c"]).by("ann").ok().await["poll"].clone();
    assert_eq!(again["tally"]["rounds"]["elected"], json!(["c"]), "the first round's ballots are not in it");
    host.vote("s", ROUND + 1, &["a"]).by("ann").ok().await;
    assert_eq!(votes(&host.poll("s").await), [1, 0, 0]);
}

#[tokio::test]
async fn what_came_of_rounds_is_for_those_who_see_the_results() {
    let mut new = daily(poll("p"));
    new.rules.results = folkmoot::domain::poll::Results::Staff;
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["b"]).by("ann").ok().await;
    let poll = in_round(&host, "p", 2).await;
    assert_eq!(poll["series"]["past"], Value::Null);
    let staffs = host.get("/polls/p").by_staff().ok().await["poll"].clone();
    assert_eq!(staffs["series"]["past"][0]["leaders"], json!(["b"]));
}

#[tokio::test]
async fn staff_say_when_a_poll_comes_back_and_edit_one_round_without_the_others() {
    let host = Host::start().await;
    let options = json!([{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]);
    let dinner = json!({"id": "p", "title": "Where?", "options": options, "time_zone": "Europe/Berlin",
        "opens_at": "2030-10-19T18:00:00+02:00", "closes_at": "2030-10-23T12:00:00+02:00",
        "repeat": "FREQ=WEEKLY;BYDAY=SA"});
    let created = host.call("POST", "/polls").json(&dinner).by_staff().send().await.json()["poll"].clone();
    assert_eq!(created["series"], json!({"number": 1, "next_at": "2030-10-26T18:00:00+02:00"}));
    let edit = |said: Value| host.call("PATCH", "/polls/p").json(&said).by_staff();
    let longer = edit(json!({"closes_at": "2030-10-25T12:00:00+02:00"})).ok().await["poll"].clone();
    assert_eq!(longer["series"], created["series"]);
    let stops = edit(json!({"repeat": null})).ok().await["poll"].clone();
    assert_eq!(stops["series"], Value::Null);
    for (said, part) in [
        (json!({"repeat": "every week"}), "\"every week\" is not one daily"),
        (json!({"repeat": "FREQ=WEEKLY", "time_zone": null}), "time_zone"),
        (json!({"repeat": "FREQ=WEEKLY", "opens_at": null}), "opens_at"),
        (json!({"repeat": "FREQ=DAILY"}), "before the next one opens"),
        (json!({"repeat": 7}), "repeat: invalid type"),
    ] {
        let (kind, _, detail) = edit(said.clone()).problem().await;
        assert!(kind == "invalid" && detail.contains(part), "{said}: {detail}");
    }
}

/// A poll that staff write, which comes back each week, open since yesterday.
async fn weekly(host: &Host) -> Value {
    let options = json!([{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]);
    let yesterday = now().plus(-DAY).to_string();
    let poll = json!({"id": "p", "title": "Where?", "options": options, "time_zone": "Asia/Tokyo",
        "opens_at": yesterday, "repeat": "FREQ=WEEKLY"});
    host.call("POST", "/polls").json(&poll).by_staff().send().await.json()["poll"].clone()
}

#[tokio::test]
async fn counting_rounds_8_a_round_that_is_moved_keeps_its_number_and_its_votes() {
    let host = Host::start().await;
    let created = weekly(&host).await;
    for member in ["ann", "bo", "cy"] {
        host.vote("p", 1, &["b"]).by(member).ok().await;
    }
    let edit = |said: Value| host.call("PATCH", "/polls/p").json(&said).by_staff();
    let earlier = edit(json!({"opens_at": now().plus(-2 * DAY).to_string()})).ok().await["poll"].clone();
    assert_eq!(
        (votes(&earlier), &earlier["series"]),
        (vec![0, 3], &created["series"]),
        "nor is the next round another one's"
    );
    // Another rule, by which rounds would have begun since.
    let other = edit(json!({"repeat": "FREQ=DAILY"})).ok().await["poll"].clone();
    assert_eq!((votes(&other), &other["series"]["number"]), (vec![0, 3], &json!(1)));
    let next = other["series"]["next_at"].as_str().unwrap().to_owned();
    assert!(folkmoot::domain::time::Timestamp::parse(&next).unwrap() > now(), "{next}");
    for (said, part) in [
        (json!({"opens_at": null}), "opens_at"),
        (json!({"opens_at": next}), "before the next one opens"),
        (json!({"opens_at": now().plus(9 * DAY).to_string()}), "before the next one opens"),
    ] {
        let (kind, status, detail) = edit(said.clone()).problem().await;
        assert!(kind == "invalid" && status == 422 && detail.contains(part), "{said}: {detail}");
    }
    // The clockwork has looked at it meanwhile.
    host.vote("p", 1, &["a"]).by("dee").ok().await;
    let poll = host.poll("p").await;
    assert_eq!((votes(&poll), &poll["series"]["number"]), (vec![1, 3], &json!(1)));
}

#[tokio::test]
async fn counting_rounds_6_and_7_numbers_that_cannot_be_are_refused_and_long_series_go_on() {
    let host = Host::start().await;
    weekly(&host).await;
    let edit = |rule: &str| host.call("PATCH", "/polls/p").json(&json!({"repeat": rule})).by_staff();
    for rule in ["FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0"] {
        let (kind, status, detail) = edit(rule).problem().await;
        assert!(kind == "invalid" && status == 422 && detail.contains("whole number from 1"), "{detail}");
    }
    let hours: Vec<String> = (0..24).map(|hour| hour.to_string()).collect();
    for (id, rule, opens_at) in [
        ("daily", "FREQ=DAILY".to_owned(), "1900-01-01T12:00:00Z"),
        ("hourly", format!("FREQ=DAILY;BYHOUR={}", hours.join(",")), "2022-01-01T00:00:00Z"),
    ] {
        let poll = json!({"id": id, "title": "Where?", "options": [{"id": "a", "label": "A"}],
            "time_zone": "UTC", "opens_at": opens_at, "repeat": rule});
        host.call("POST", "/polls").json(&poll).by_staff().send().await;
        let poll = in_round(&host, id, 2).await;
        let times = [&poll["opens_at"], &poll["series"]["next_at"]]
            .map(|at| folkmoot::domain::time::Timestamp::parse(at.as_str().unwrap()).unwrap());
        assert!(times[0] <= now() && now() < times[1], "{id}: {poll}");
    }
}

#[tokio::test]
async fn host_11_a_rule_that_never_comes_true_is_refused_and_nobody_waits_for_it() {
    let host = Host::start().await;
    weekly(&host).await;
    let never = json!({"repeat": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"});
    let edits = (0..8).map(|_| host.call("PATCH", "/polls/p").json(&never).by_staff().problem());
    let edits = futures_util::future::join_all(edits);
    let votes = async {
        let start = std::time::Instant::now();
        for n in 0..20 {
            host.vote("p", 1, &["a"]).by(&format!("m{n}")).ok().await;
        }
        start.elapsed()
    };
    let (refused, took) = tokio::join!(edits, votes);
    for (kind, status, detail) in refused {
        assert!(kind == "invalid" && status == 422 && detail.contains("never comes true"), "{detail}");
    }
    assert!(took < std::time::Duration::from_secs(30), "{took:?}");
}

#[tokio::test]
async fn counting_times_1_the_end_of_a_round_comes_with_the_offset_of_its_zone() {
    let mut new = daily(poll("p"));
    let opens_at = new.rules.opens_at;
    new.repeat = Some(Repeat::new("FREQ=DAILY", opens_at, None, Some("Asia/Kolkata")).unwrap());
    new.rules.zone = Some(folkmoot::domain::poll::Zone {
        name: "Asia/Kolkata".into(),
        at_opening: None,
        at_closing: None,
    });
    let host = Host::polls([new]).await;
    let poll = in_round(&host, "p", 2).await;
    let closed_at = poll["series"]["past"][0]["closed_at"].as_str().unwrap();
    assert!(closed_at.ends_with("+05:30"), "{closed_at}");
}
