//! When: the times and the whole days of polls, as they come in, as they come back, and what cannot be written down.

use folkmoot::domain::poll::Kind;
use serde_json::{Value, json};

use crate::client::{Call, Host, poll, poll_of, votes};

fn create(host: &Host, poll: &Value) -> Call {
    host.call("POST", "/polls").json(poll).by_staff()
}

fn edit(host: &Host, said: &Value) -> Call {
    host.call("PATCH", "/polls/p").json(said).by_staff()
}

/// A poll about when, with these options.
fn about_when(options: &Value) -> Value {
    json!({"id": "p", "title": "When?", "kind": "availability", "time_zone": "Europe/Berlin",
        "own_options": "open", "options": options})
}

#[tokio::test]
async fn embedding_27_a_whole_day_is_the_same_day_whatever_the_zone() {
    let host = Host::start().await;
    let days = json!([
        {"id": "sun", "label": "", "date": "2026-12-06"},
        {"id": "sat", "label": "Fair", "date": "2026-12-05"},
    ]);
    let created = create(&host, &about_when(&days)).send().await.json()["poll"].clone();
    assert_eq!(created["options"], days, "as it was written, and no time beside it");
    let own = |body: Value, key: &str| {
        host.call("POST", "/polls/p/options").json(&body).header("idempotency-key", key).by("ann")
    };
    let monday = json!({"date": "2026-12-07"});
    let poll = own(monday.clone(), "k").ok().await["poll"].clone();
    assert_eq!(poll["options"][2]["date"], "2026-12-07");
    assert_eq!(poll["options"][2].get("starts_at"), None);
    own(monday.clone(), "k").ok().await;
    assert_eq!(own(monday, "l").kind().await, "conflict", "that day is there");
    assert_eq!(own(json!({"date": "2026-12-08"}), "k").kind().await, "key-reused");
    for body in [
        json!({"date": "tomorrow"}),
        json!({"date": "2026-02-29"}),
        json!({"date": "2026-12-08T00:00:00Z"}),
        json!({"date": "2026-12-08", "starts_at": "2026-12-08T10:00:00Z"}),
        json!({"date": "2026-12-08", "ends_at": "2026-12-08T10:00:00Z"}),
    ] {
        let (kind, status, detail) = own(body.clone(), "m").problem().await;
        assert!(kind == "invalid" && status == 422 && detail.contains("date: "), "{body}: {detail}");
        let mut options = days.clone();
        options[0] = body.clone();
        options[0]["id"] = json!("sun");
        let revision = &host.poll("p").await["revision"];
        let said = json!({ "options": options, "revision": revision });
        let (kind, status, detail) = edit(&host, &said).problem().await;
        assert!(kind == "invalid" && status == 422 && detail.contains("date: "), "{body}: {detail}");
    }
    let values = json!({"revision": 1, "values": [{"option": "sat", "value": 2}]});
    host.call("PUT", "/polls/p/ballot").json(&values).header("idempotency-key", "v").by("bo").ok().await;
    let mut moved = poll["options"].clone();
    moved[1]["date"] = json!("2026-12-12");
    let said = json!({ "options": moved, "revision": host.poll("p").await["revision"] });
    let (kind, _, detail) = edit(&host, &said).problem().await;
    assert!(kind == "conflict" && detail.contains("the time of an option"), "bo can on the 5th: {detail}");
    edit(&host, &json!({"time_zone": "Pacific/Auckland"})).ok().await;
    let host = host.restart().await;
    let after = host.poll("p").await;
    let dates: Vec<&Value> = after["options"].as_array().unwrap().iter().map(|o| &o["date"]).collect();
    assert_eq!(dates, ["2026-12-06", "2026-12-05", "2026-12-07"]);
    let table = host.get("/polls/p/export.csv").by_staff().send().await;
    let table = String::from_utf8(table.body.to_vec()).unwrap();
    assert!(table.contains("2026-12-06") && table.contains("Fair"), "{table}");
    let choice =
        json!({"id": "q", "title": "Which?", "options": [{"id": "a", "label": "A", "date": "2026-12-06"}]});
    let (_, status, detail) = create(&host, &choice).problem().await;
    assert!(status == 422 && detail.contains("no other poll's"), "{detail}");
}

#[tokio::test]
async fn counting_times_1_each_end_of_a_time_has_the_offset_of_its_own_moment() {
    let host = Host::start().await;
    let night = json!([{"id": "night", "label": "",
        "starts_at": "2026-10-25T01:30:00+02:00", "ends_at": "2026-10-25T03:30:00+01:00"}]);
    let created = create(&host, &about_when(&night)).send().await.json()["poll"].clone();
    assert_eq!(created["options"], night);
    assert_eq!(host.restart().await.poll("p").await["options"], night);
}

#[tokio::test]
async fn host_16_and_counting_times_2_a_time_that_cannot_be_written_back_is_refused() {
    let mut when = poll_of("w", Kind::Availability);
    when.rules.own_options = folkmoot::domain::poll::OwnOptions::Open;
    let host = Host::polls([poll("p"), when]).await;
    let slot = |field: &str, at: &str| {
        let mut option = json!({"id": "a", "label": "", "starts_at": "2026-12-05T10:00:00Z"});
        option[field] = json!(at);
        json!({"id": "n", "title": "When?", "kind": "availability", "options": [option]})
    };
    for at in [
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:30:00-01:00",
        "0000-01-01T00:00:00+00:01",
        "10000-01-01T00:00:00Z",
        "-0001-12-31T00:00:00Z",
    ] {
        let written =
            json!({"id": "n", "title": "When?", "options": [{"id": "a", "label": "A"}], "closes_at": at});
        let own = json!({"starts_at": at});
        for (call, what) in [
            (create(&host, &written), "closes_at"),
            (create(&host, &slot("starts_at", at)), "starts_at"),
            (create(&host, &slot("ends_at", at)), "ends_at"),
            (edit(&host, &json!({"closes_at": at})), "closes_at"),
            (edit(&host, &json!({"opens_at": at})), "opens_at"),
            (
                host.call("POST", "/polls/w/options").json(&own).header("idempotency-key", "k").by("ann"),
                "starts_at",
            ),
        ] {
            let (kind, status, detail) = call.problem().await;
            assert!(kind == "invalid" && status == 422 && detail.contains(what), "{what} {at}: {detail}");
        }
    }
    // The ends of what can be written, whatever the zone makes of them.
    for (zone, opens, closes) in [
        ("Asia/Tokyo", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("America/New_York", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        edit(&host, &json!({"opens_at": opens, "closes_at": closes, "time_zone": zone})).ok().await;
        let poll = edit(&host, &json!({"title": zone})).ok().await["poll"].clone();
        let read = |field: &str| folkmoot::domain::time::Timestamp::parse(poll[field].as_str().unwrap());
        let meant = folkmoot::domain::time::Timestamp::parse;
        assert_eq!((read("opens_at"), read("closes_at")), (meant(opens), meant(closes)), "{poll}");
    }
}

#[tokio::test]
async fn counting_times_3_an_option_that_comes_after_a_vote_that_was_taken_back_came_before_all_votes() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    host.take_back("p", 2).by("ann").ok().await;
    let mut options = host.poll("p").await["options"].clone();
    options.as_array_mut().unwrap().push(json!({"id": "d", "label": "D"}));
    let said = json!({ "options": options, "revision": host.poll("p").await["revision"] });
    let poll = edit(&host, &said).ok().await["poll"].clone();
    assert_eq!((poll["options"][3].get("added_after"), votes(&poll)), (None, vec![0, 0, 0, 0]));
}
