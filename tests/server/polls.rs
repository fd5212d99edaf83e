use folkmoot::domain::poll::Zone;
use folkmoot::domain::time::Timestamp;
use serde_json::json;

use crate::client::{Host, now, poll};

#[tokio::test]
async fn one_call_brings_all_polls_of_a_page_and_names_those_that_are_not_there() {
    let host = Host::polls([poll("a"), poll("b")]).await;
    let polls = host.get("/polls?ids=b,x,a,b").ok().await;
    let ids: Vec<_> = polls["polls"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect();
    assert_eq!(ids, ["b", "a"]);
    assert_eq!(polls["missing"], json!(["x"]));
}

#[tokio::test]
async fn a_poll_says_all_that_its_viewer_may_know() {
    let mut new = poll("lunch");
    new.rules.closes_at = Timestamp::parse("2199-07-01T16:00:00Z");
    new.rules.zone = Some(Zone { name: "Europe/Berlin".into(), at_opening: None, at_closing: None });
    new.entitled = Some(40);
    let host = Host::polls([new]).await;
    assert_eq!(
        host.poll("lunch").await,
        json!({
            "id": "lunch", "revision": 1, "kind": "choice", "title": "Which?",
            "options": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}, {"id": "c", "label": "C"}],
            "min": 1, "max": 1, "closes_at": "2199-07-01T18:00:00+02:00", "time_zone": "Europe/Berlin",
            "results": "always", "secrecy": "secret", "changeable": true, "retractable": true,
            "turnout": {"cast": 0, "entitled": 40},
            "tally": {"voters": 0, "votes": [
                {"option": "a", "votes": 0}, {"option": "b", "votes": 0}, {"option": "c", "votes": 0}]},
            "viewer": {"standing": "guest"},
        })
    );
}

#[tokio::test]
async fn bad_lists_of_ids_are_refused() {
    let host = Host::start().await;
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    for query in ["", "?ids=", "?ids=,", "?id=a", &format!("?ids={}", many.join(","))] {
        for path in ["/polls", "/members"] {
            assert_eq!(host.get(&format!("{path}{query}")).kind().await, "invalid", "{path}{query}");
        }
    }
    host.get(&format!("/polls?ids={}", many[..100].join(","))).ok().await;
}

#[tokio::test]
async fn a_poll_that_is_not_there_is_not_found() {
    let host = Host::start().await;
    assert_eq!(host.get("/polls/nope").kind().await, "not-found");
    assert_eq!(host.get("/polls/no%20pe").kind().await, "invalid");
    assert_eq!(host.get("/polls/%ff").kind().await, "invalid");
}

#[tokio::test]
async fn hostile_texts_are_stored_and_told_as_they_are() {
    let texts = [
        "<img src=x onerror=alert(1)>",
        "\u{202e}gnirts\u{2066}\u{2069}\u{202c}",
        "👩‍👩‍👧‍👦 ' \" ; DROP TABLE polls; --",
    ];
    let mut new = poll("hostile");
    new.title = texts.join(" ").into();
    new.description = texts[1].into();
    for (option, text) in new.options.iter_mut().zip(texts) {
        option.label = text.into();
    }
    let host = Host::polls([new.clone()]).await;
    let told = host.poll("hostile").await;
    assert_eq!((&told["title"], &told["description"]), (&json!(new.title), &json!(new.description)));
    for (option, text) in told["options"].as_array().unwrap().iter().zip(texts) {
        assert_eq!(option["label"], text);
    }
    let long = "x".repeat(100);
    let texts = [texts[0], texts[1], texts[2], &long];
    let signed = crate::client::token(&folkmoot::server::Claims {
        name: Some(texts.join("")),
        ..crate::client::claims("ann")
    });
    assert_eq!(host.get("/session").token(&signed).ok().await["viewer"]["name"], texts.join(""));
    assert_eq!(host.get("/members?ids=ann").ok().await["members"][0]["name"], texts.join(""));
}

#[tokio::test]
async fn a_poll_opens_and_closes_by_itself_and_both_are_new_revisions() {
    let host = Host::start().await;
    let mut new = poll("brief");
    let start = now();
    new.rules.opens_at = Some(start.plus(1000));
    new.rules.closes_at = Some(start.plus(1500));
    host.add(&new).await;
    assert_eq!(host.vote("brief", 1, &["a"]).by("ann").kind().await, "poll-closed");
    let mut feed = host.get("/events?topics=poll:brief").follow().await;
    let mut revision = 0;
    for moment in [start, start.plus(1000), start.plus(1500)] {
        let event = feed.next().await;
        assert!(now() >= moment);
        revision += 1;
        assert_eq!(event.data["poll"]["revision"], revision);
    }
    assert_eq!(host.vote("brief", 1, &["a"]).by("ann").kind().await, "poll-closed");
}

#[tokio::test]
async fn embedding_11_an_id_that_cannot_be_one_is_missing_and_does_not_spoil_the_others() {
    let host = Host::polls([poll("a"), poll("b")]).await;
    let answer = host.get("/polls?ids=a,x%20y,..,%2F,b,nope,").ok().await;
    let ids: Vec<_> = answer["polls"].as_array().unwrap().iter().map(|poll| poll["id"].clone()).collect();
    assert_eq!((ids, &answer["missing"]), (vec![json!("a"), json!("b")], &json!(["nope", "x y", "..", "/"])));
    // Whoever writes the list with a library that encodes commas means two all the same.
    let answer = host.get("/polls?ids=a%2Cb").ok().await;
    assert_eq!(answer["polls"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn host_17_no_poll_option_or_step_is_called_by_a_step_in_a_path() {
    let host = Host::polls([poll("p")]).await;
    for dots in ["%2e", "%2e%2e", "%2E."] {
        for (method, path) in [
            ("GET", format!("/polls/{dots}")),
            ("PUT", format!("/polls/{dots}/ballot")),
            ("PUT", format!("/polls/p/options/{dots}")),
            ("DELETE", format!("/polls/p/options/{dots}")),
            ("PUT", format!("/checklist/steps/{dots}")),
            ("GET", format!("/polls/{dots}/export.csv")),
        ] {
            let body = json!({"revision": 1, "options": ["a"], "state": "approved"});
            let call = host.call(method, &path).json(&body).header("idempotency-key", "k").by_staff();
            let (kind, _, detail) = call.problem().await;
            assert_eq!(kind, "invalid", "{method} {path}: {detail}");
        }
    }
    let ballot = json!({"revision": 1, "options": [".."]});
    let ballot = host.call("PUT", "/polls/p/ballot").json(&ballot).header("idempotency-key", "k").by("ann");
    assert_eq!(ballot.kind().await, "invalid");
    for change in [json!({"id": ".."}), json!({"options": [{"id": ".", "label": "Dot"}]})] {
        let mut new = json!({"id": "q", "title": "Q?", "options": [{"id": "a", "label": "A"}]});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (kind, _, detail) = host.call("POST", "/polls").json(&new).by_staff().problem().await;
        assert!(kind == "invalid" && detail.contains("must not be \".\" or"), "{detail}");
    }
}
