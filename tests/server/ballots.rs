use folkmoot::domain::poll::Kind;
use folkmoot::server::Claims;
use serde_json::json;

use crate::client::{Host, claims, now, poll, token, votes};

#[tokio::test]
async fn a_ballot_is_cast_changed_and_taken_back_and_counted_each_time() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["b"]).by("bela").ok().await;
    let cast = host.vote("p", 1, &["a"]).by("ann").ok().await["poll"].clone();
    assert_eq!(
        cast["viewer"],
        json!({"standing": "entitled", "follows": false, "ballot": {"revision": 1, "options": ["a"]}})
    );
    assert_eq!((votes(&cast), &cast["tally"]["voters"]), (vec![1, 1, 0], &json!(2)));
    let changed = host.vote("p", 2, &["c"]).by("ann").ok().await["poll"].clone();
    assert_eq!((votes(&changed), &changed["turnout"]["cast"]), (vec![0, 1, 1], &json!(2)));
    let back = host.take_back("p", 3).by("ann").ok().await["poll"].clone();
    assert_eq!((votes(&back), &back["turnout"]["cast"]), (vec![0, 1, 0], &json!(1)));
    assert_eq!(back["viewer"]["ballot"], json!({"revision": 3, "options": []}));
    let again = host.vote("p", 4, &["b"]).by("ann").ok().await["poll"].clone();
    assert_eq!((votes(&again), &again["revision"]), (vec![0, 2, 0], &json!(6)));
    assert_eq!(votes(&host.poll("p").await), [0, 2, 0]);
}

#[tokio::test]
async fn a_ballot_of_several_options_counts_each_and_its_voter_once() {
    let mut several = poll("p");
    several.rules.kind = Kind::Choice { min: 1, max: 2 };
    let host = Host::polls([several]).await;
    host.vote("p", 1, &["c", "a"]).by("ann").ok().await;
    let cast = host.vote("p", 2, &["b", "a"]).by("ann").ok().await["poll"].clone();
    assert_eq!((votes(&cast), &cast["tally"]["voters"]), (vec![1, 1, 0], &json!(1)));
    assert_eq!(cast["viewer"]["ballot"]["options"], json!(["a", "b"]));
}

#[tokio::test]
async fn a_ballot_sent_twice_counts_once_and_is_answered_alike() {
    let host = Host::polls([poll("p")]).await;
    let first = host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(host.vote("p", 1, &["a"]).by("ann").ok().await, first);
    let newer = host.vote("p", 2, &["b"]).by("ann").ok().await;
    assert_eq!(host.vote("p", 1, &["a"]).by("ann").ok().await, newer);
    host.take_back("p", 3).by("ann").ok().await;
    let back = host.take_back("p", 3).by("ann").ok().await;
    assert_eq!(votes(&back["poll"]), [0, 0, 0]);
}

#[tokio::test]
async fn a_ballot_that_stands_is_answered_again_even_once_the_poll_is_closed() {
    let host = Host::start().await;
    let mut brief = poll("p");
    brief.rules.closes_at = Some(now().plus(3000));
    host.add(&brief).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    while feed.next().await.data["poll"]["revision"] != 3 {}
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(host.vote("p", 2, &["b"]).by("ann").kind().await, "poll-closed");
}

#[tokio::test]
async fn a_key_is_for_one_ballot_of_one_member() {
    let host = Host::polls([poll("p"), poll("q")]).await;
    let vote = |poll, revision, option| host.vote(poll, revision, &[option]).header("idempotency-key", "k");
    vote("p", 1, "a").by("ann").ok().await;
    assert_eq!(vote("p", 2, "a").by("ann").kind().await, "key-reused");
    assert_eq!(vote("p", 1, "b").by("ann").kind().await, "key-reused");
    assert_eq!(vote("q", 1, "a").by("ann").kind().await, "key-reused");
    assert_eq!(host.take_back("p", 2).header("idempotency-key", "k").by("ann").kind().await, "key-reused");
    vote("p", 1, "a").by("bela").ok().await;
    assert_eq!(votes(&host.poll("p").await), [2, 0, 0]);
}

#[tokio::test]
async fn an_older_ballot_is_refused_with_the_newer_one() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 5, &["b"]).by("ann").ok().await;
    for revision in [4, 5] {
        let answer = host.vote("p", revision, &["a"]).by("ann").send().await;
        assert_eq!(answer.status, 409);
        let problem = answer.json();
        assert_eq!(problem["type"], "urn:folkmoot:problem:stale-ballot");
        assert_eq!(problem["poll"]["viewer"]["ballot"], json!({"revision": 5, "options": ["b"]}));
    }
    assert_eq!(host.take_back("p", 5).by("ann").kind().await, "stale-ballot");
    host.take_back("p", 6).by("ann").ok().await;
    assert_eq!(host.vote("p", 6, &["a"]).by("ann").kind().await, "stale-ballot");
}

#[tokio::test]
async fn a_ballot_taken_back_before_it_arrived_stays_taken_back() {
    let host = Host::polls([poll("p")]).await;
    host.take_back("p", 2).by("ann").ok().await;
    assert_eq!(host.vote("p", 1, &["a"]).by("ann").kind().await, "stale-ballot");
    assert_eq!(votes(&host.poll("p").await), [0, 0, 0]);
}

#[tokio::test]
async fn a_final_ballot_stays() {
    let mut last = poll("p");
    (last.rules.changeable, last.rules.retractable) = (false, false);
    let host = Host::polls([last]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    assert_eq!(host.vote("p", 2, &["b"]).by("ann").kind().await, "ballot-final");
    assert_eq!(host.take_back("p", 2).by("ann").kind().await, "ballot-final");
    assert_eq!(votes(&host.poll("p").await), [1, 0, 0]);
}

#[tokio::test]
async fn nobody_votes_before_the_opening_or_after_the_closing() {
    let (mut upcoming, mut closed) = (poll("upcoming"), poll("closed"));
    upcoming.rules.opens_at = Some(now().plus(60_000));
    closed.rules.closes_at = Some(now().plus(-60_000));
    let host = Host::polls([upcoming, closed]).await;
    for (id, word) in [("upcoming", "opens at"), ("closed", "closed at")] {
        let answer = host.vote(id, 1, &["a"]).by("ann").send().await.json();
        assert_eq!(answer["type"], "urn:folkmoot:problem:poll-closed");
        assert!(answer["detail"].as_str().unwrap().contains(word), "{answer}");
        assert_eq!(answer["poll"]["id"], id);
    }
}

#[tokio::test]
async fn only_those_whom_the_poll_asks_may_vote() {
    let mut few = poll("p");
    few.asks.groups = vec!["cooks".into()];
    let host = Host::polls([few]).await;
    assert_eq!(host.vote("p", 1, &["a"]).kind().await, "unauthorized");
    assert_eq!(host.vote("p", 1, &["a"]).by("ann").kind().await, "forbidden");
    assert_eq!(host.get("/polls/p").by("ann").ok().await["poll"]["viewer"]["standing"], "not_entitled");
    let cook = token(&Claims { groups: vec!["cooks".into()], ..claims("bela") });
    host.vote("p", 1, &["a"]).token(&cook).ok().await;
    assert_eq!(votes(&host.poll("p").await), [1, 0, 0]);
}

#[tokio::test]
async fn a_ballot_that_the_poll_does_not_ask_for_is_refused_with_the_reason() {
    let mut pair = poll("p");
    pair.rules.kind = Kind::Choice { min: 2, max: 2 };
    let host = Host::polls([pair]).await;
    for (options, reason) in [
        (&["a", "x"][..], "no option \"x\""),
        (&["a", "a"], "twice"),
        (&["a"], "at least 2"),
        (&[], "at least 2"),
        (&["a", "b", "c"], "at most 2"),
        (&["c", "a b"], "options[1]: an id must not have spaces"),
    ] {
        let (kind, status, detail) = host.vote("p", 1, options).by("ann").problem().await;
        assert_eq!((kind.as_str(), status), ("invalid", 422));
        assert!(detail.contains(reason), "{detail}");
    }
}

#[tokio::test]
async fn a_ballot_of_which_a_part_could_not_count_is_refused() {
    let host = Host::polls([poll("p")]).await;
    for (says, reason) in [
        (r#""options":["a","b"],"reason":"Both.""#, "reason: goes with a ballot of exactly one option"),
        (r#""values":[{"option":"a","value":1}],"reason":"So.""#, "reason: goes with"),
        (r#""abstain":true,"reason":"So.""#, "reason: goes with"),
        (r#""options":["a"],"abstain":true"#, "it has more than one of these"),
        (r#""options":["a"],"values":[{"option":"a","value":1}]"#, "it has more than one of these"),
    ] {
        let body = format!(r#"{{"revision":1,{says}}}"#);
        let (kind, _, detail) = host.vote("p", 1, &["a"]).by("ann").body(body).problem().await;
        assert_eq!(kind, "invalid", "{says}");
        assert!(detail.contains(reason), "{says}: {detail}");
    }
    let empty = r#"{"revision":1.0,"options":["a"],"reason":null,"abstain":false,"later":{"version":2}}"#;
    let poll = host.vote("p", 1, &["a"]).by("ann").body(empty).ok().await["poll"].clone();
    assert_eq!(
        votes(&poll),
        [1, 0, 0],
        "what says nothing or is of a later version is no matter, and 1.0 is 1"
    );
}

#[tokio::test]
async fn a_request_that_is_not_a_ballot_is_refused_with_the_reason() {
    let host = Host::polls([poll("p")]).await;
    let put = || host.call("PUT", "/polls/p/ballot").header("idempotency-key", "k").by("ann");
    for (call, reason) in [
        (put().body("{"), "the body"),
        (put().body("[]"), "the body"),
        (put().body(r#"{"options":["a"]}"#), "revision"),
        (put().body(r#"{"revision":-1,"options":["a"]}"#), "revision: invalid value"),
        (put().body(r#"{"revision":0,"options":["a"]}"#), "revision"),
        (put().body(r#"{"revision":9007199254740992,"options":["a"]}"#), "revision"),
        (put().body("{}").header("content-type", "text/plain"), "Content-Type"),
        (host.vote("p", 1, &["a"]).by("ann").header("idempotency-key", ""), "Idempotency-Key"),
        (host.call("PUT", "/polls/p/ballot").by("ann").body(r#"{"revision":1}"#), "Idempotency-Key"),
        (put().body(r#"{"revision":1}"#), "has none of these"),
        (put().body(r#"{"revision":1,"options":"a"}"#), "options: invalid type: string \"a\""),
        (put().body(r#"{"revision":1,"options":["a",7]}"#), "options[1]: invalid type: integer `7`"),
        (
            put().body(r#"{"revision":1,"values":[{"option":"a","value":"5"}]}"#),
            "values[0].value: invalid type",
        ),
        (put().body(r#"{"revision":1,"values":[{"value":5}]}"#), "values[0]: missing field `option`"),
        (
            put().body(r#"{"revision":1,"values":[["a",5]]}"#),
            "values[0]: invalid type: sequence, expected an object",
        ),
        (
            put().body(r#"{"revision":1,"values":[{"option":"a b","value":5}]}"#),
            "values[0].option: an id must",
        ),
        (put().body(r#"{"revision":1,"abstain":"yes"}"#), "abstain: invalid type"),
        (put().body(r#"{"revision":1.5,"options":["a"]}"#), "revision: invalid type: floating point `1.5`"),
        (host.take_back("p", 1).by("ann").body(r#"{"revision":1,"options":["a"]}"#), "and nothing else"),
        (
            host.take_back("p", 1).by("ann").body(r#"{"revision":1,"options":[7]}"#),
            "options[0]: invalid type",
        ),
    ] {
        let (kind, _, detail) = call.problem().await;
        assert_eq!(kind, "invalid", "{detail}");
        assert!(detail.contains(reason), "{detail}");
    }
    assert_eq!(host.vote("nope", 1, &["a"]).by("ann").kind().await, "not-found");
}
