//! Every kind of ballot: what the host takes, what it adds them up to, and that it is what the domain's own code says.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use folkmoot::api;
use folkmoot::domain::count::{Profile, run_off, schulze, stv};
use folkmoot::domain::id::OptionId;
use folkmoot::domain::poll::{
    Answer, Base, Count, Kind, Method, Poll, PollOption, Proposal, Reasons, Scale, Secrecy, Tally, Turnout,
    examples,
};
use folkmoot::domain::translation::Text;
use folkmoot::server::store::NewPoll;
use folkmoot::wire;
use serde_json::{Value, json};
use sqlx::Connection;

use crate::client::{Call, Host, poll, poll_of};

fn of(kind: Kind) -> NewPoll {
    let mut new = poll_of("p", kind);
    new.rules.abstention = !matches!(kind, Kind::Proposal(_));
    new
}

fn proposal(reasons: Reasons) -> Kind {
    Kind::Proposal(Proposal { reasons, threshold: 50, of: Base::Ballots })
}

fn put(host: &Host, revision: u64, says: &Value) -> Call {
    let mut body = says.clone();
    body["revision"] = json!(revision);
    let key: String = body.to_string().chars().filter(char::is_ascii_graphic).take(100).collect();
    host.call("PUT", "/polls/p/ballot").json(&body).header("idempotency-key", &key)
}

fn values(marks: &[(&str, i32)]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|(o, n)| json!({"option": o, "value": n})).collect();
    json!({ "values": marks })
}

/// Ballots of each kind, each by another member; the third is changed by a fourth.
fn elections() -> impl Iterator<Item = (Kind, Vec<Value>)> {
    let ballots = |kind| examples::answers(kind).into_iter().map(|answer| json!(wire::Marks::from(answer)));
    examples::KINDS.into_iter().map(move |kind| (kind, ballots(kind).collect()))
}

/// The poll of an answer, as a page reads it.
fn seen(answer: &Value) -> Poll {
    api::poll_from(&answer["poll"]).unwrap()
}

fn said(says: &Value, poll: &Poll) -> Answer {
    let marks: wire::Marks = serde_json::from_value(says.clone()).unwrap();
    poll.take(marks.answer().unwrap().unwrap()).unwrap()
}

/// The tally by the domain's own code alone.
fn counted(poll: &Poll, answers: &[Answer]) -> Tally {
    let (kind, options) = (poll.rules.kind, poll.options.len());
    let mut tally = Tally::empty(kind, options);
    let mut profile = Profile::new();
    for answer in answers {
        tally.replace(kind, &poll.options, None, Some(answer));
        if let Answer::Options(order) = answer {
            let ranking = order.iter().map(|id| u8::try_from(poll.place(id).unwrap()).unwrap()).collect();
            *profile.entry(ranking).or_default() += 1;
        }
    }
    match kind {
        Kind::Ranked(Method::RunOff) => tally.count = Count::Rounds(run_off(options, &profile)),
        Kind::Ranked(Method::Stv { seats }) => tally.count = Count::Rounds(stv(options, &profile, seats)),
        Kind::Ranked(Method::Schulze) => tally.count = Count::Pairs(schulze(options, &profile)),
        Kind::Choice { .. }
        | Kind::Rating(_)
        | Kind::Allocation { .. }
        | Kind::Availability
        | Kind::Proposal(_) => {}
    }
    tally
}

#[tokio::test]
async fn the_host_counts_every_kind_as_the_rules_do() {
    for secrecy in [Secrecy::Secret, Secrecy::Anonymous] {
        for (kind, ballots) in elections() {
            let mut new = of(kind);
            new.rules.secrecy = secrecy;
            if secrecy == Secrecy::Anonymous {
                (new.rules.changeable, new.rules.retractable) = (false, false);
                if new.rules.check().is_err() {
                    continue;
                }
            }
            let host = Host::polls([new]).await;
            let mut last = Value::Null;
            for (member, ballot) in ["ann", "bela", "chris"].iter().zip(&ballots) {
                last = put(&host, 1, ballot).by(member).ok().await;
            }
            let mut stands = vec![&ballots[0], &ballots[1], &ballots[2]];
            if secrecy == Secrecy::Secret {
                last = put(&host, 2, &ballots[3]).by("chris").ok().await;
                stands[2] = &ballots[3];
                assert_eq!(seen(&last).answer(), Some(&said(&ballots[3], &seen(&last))), "{kind:?}");
            }
            let poll = seen(&last);
            let answers: Vec<Answer> = stands.into_iter().map(|ballot| said(ballot, &poll)).collect();
            assert_eq!(poll.tally, Some(counted(&poll, &answers)), "{kind:?}, {secrecy:?}");
            assert_eq!(poll.turnout, Turnout { cast: 3, entitled: None });
            // From the file alone, it is the same.
            let host = host.restart().await;
            let read = seen(&host.get("/polls/p").ok().await);
            assert_eq!((&read.tally, read.revision), (&poll.tally, poll.revision), "{kind:?}, {secrecy:?}");
            let more = seen(&put(&host, 1, &ballots[0]).by("dora").ok().await);
            let answers = [answers.as_slice(), &[said(&ballots[0], &poll)]].concat();
            assert_eq!(more.tally, Some(counted(&poll, &answers)), "{kind:?}, {secrecy:?}, after a restart");
        }
    }
}

#[tokio::test]
async fn the_order_of_ballots_never_matters() {
    for (kind, ballots) in elections() {
        let mut tallies = Vec::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let host = Host::polls([of(kind)]).await;
            let mut last = Value::Null;
            for at in order {
                last = put(&host, 1, &ballots[at]).by(&format!("m{at}")).ok().await;
            }
            tallies.push(seen(&last).tally);
        }
        assert!(
            tallies[0].is_some() && tallies.iter().all(|tally| *tally == tallies[0]),
            "{kind:?}: {tallies:?}"
        );
    }
}

#[tokio::test]
async fn a_ballot_taken_back_counts_no_more_whatever_its_kind() {
    for (kind, ballots) in elections() {
        let host = Host::polls([of(kind)]).await;
        put(&host, 1, &ballots[0]).by("ann").ok().await;
        let left = seen(&put(&host, 1, &ballots[1]).by("bela").ok().await);
        let left = counted(&left, &[said(&ballots[0], &left)]);
        let poll = seen(&host.take_back("p", 2).by("bela").ok().await);
        assert_eq!((poll.tally.as_ref(), poll.has_voted()), (Some(&left), false), "{kind:?}");
    }
}

#[tokio::test]
async fn what_a_poll_does_not_take_is_refused_with_the_reason() {
    let rating = Kind::Rating(Scale { min: 1, max: 5, step: 2 });
    let long = "e".repeat(501);
    for (kind, says, reason) in [
        (rating, values(&[("a", 2)]), "the number for \"a\""),
        (rating, json!({"options": ["a"]}), "another kind of ballot"),
        (Kind::Availability, values(&[("a", 3)]), "the number for \"a\""),
        (Kind::Allocation { dots: 3 }, values(&[("a", 2), ("b", 2)]), "spread at most 3"),
        (Kind::Allocation { dots: 3 }, values(&[("a", 0)]), "choose at least 1"),
        (Kind::Ranked(Method::RunOff), json!({"options": ["a", "b", "a"]}), "\"a\" is chosen twice"),
        (Kind::Ranked(Method::RunOff), json!({"options": ["x"]}), "no option \"x\""),
        (proposal(Reasons::Required), json!({"options": ["agree"]}), "say why"),
        (proposal(Reasons::Off), json!({"options": ["agree"], "reason": "So."}), "asks for no reasons"),
        (proposal(Reasons::Optional), json!({"options": ["agree"], "reason": long}), "at most 500"),
        (proposal(Reasons::Optional), json!({"abstain": true}), "another kind of ballot"),
    ] {
        let host = Host::polls([of(kind)]).await;
        let (word, status, detail) = put(&host, 1, &says).by("ann").problem().await;
        assert_eq!((word.as_str(), status), ("invalid", 422), "{detail}");
        assert!(detail.contains(reason), "{detail}");
    }
}

#[tokio::test]
async fn the_same_ballot_in_other_words_is_the_same_under_its_key() {
    let host = Host::polls([of(Kind::Allocation { dots: 5 })]).await;
    let cast = |marks: &[(&str, i32)]| put(&host, 1, &values(marks)).by("ann").header("idempotency-key", "k");
    cast(&[("b", 1), ("a", 2)]).ok().await;
    cast(&[("a", 2), ("b", 1), ("c", 0)]).ok().await;
    assert_eq!(cast(&[("a", 2)]).kind().await, "key-reused");
}

/// What a tally says, by the options' ids and not by their order.
fn by_id(json: &Value) -> Value {
    match json {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(by_id).collect();
            items.sort_by_key(ToString::to_string);
            items.into()
        }
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), by_id(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json.clone(),
    }
}

#[tokio::test]
async fn each_member_sees_shuffled_options_in_one_order_and_the_same_result() {
    for (kind, ballots) in elections() {
        let mut new = of(kind);
        new.shuffle = !matches!(kind, Kind::Availability | Kind::Proposal(_));
        if !new.shuffle {
            continue;
        }
        let host = Host::polls([new]).await;
        for (member, says) in ["ann", "bela", "carl", "dora"].into_iter().zip(&ballots) {
            put(&host, 1, says).by(member).ok().await;
        }
        let plain = host.get("/polls/p").by_staff().ok().await["poll"].clone();
        let ids = |poll: &Value| {
            let options = poll["options"].as_array().unwrap();
            options.iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&plain), ["a", "b", "c"]);
        assert_eq!(ids(&host.poll("p").await), ["a", "b", "c"], "a guest is nobody in particular");
        let mut orders = BTreeSet::new();
        for n in 0..30 {
            let member = format!("m{n}");
            let poll = host.get("/polls/p").by(&member).ok().await["poll"].clone();
            assert_eq!(
                ids(&host.get("/polls/p").by(&member).ok().await["poll"]),
                ids(&poll),
                "always the same"
            );
            let seen = api::poll_from(&poll).unwrap();
            assert_eq!(seen.options.len(), 3);
            if kind == Kind::Ranked(Method::Schulze) {
                let order = &poll["tally"]["pairs"]["order"];
                assert_eq!(by_id(order), by_id(&plain["tally"]["pairs"]["order"]), "{kind:?}");
            } else {
                assert_eq!(by_id(&poll["tally"]), by_id(&plain["tally"]), "{kind:?}");
            }
            orders.insert(ids(&poll));
        }
        assert!(orders.len() > 3, "{orders:?}");
    }
}

#[tokio::test]
async fn a_ranked_poll_with_many_different_ballots_is_counted_beside_the_votes() {
    let option = |n: usize| PollOption::new(OptionId::new(format!("o{n}")).unwrap(), &n.to_string());
    let mut new = poll("p");
    new.rules.kind = Kind::Ranked(Method::RunOff);
    new.options = (0..8).map(|n| option(n).map(&mut Text::from)).collect();
    let host = Host::polls([new]).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    let orders: Vec<Vec<String>> = (0..1500_usize)
        .map(|n| {
            let mut left: Vec<usize> = (0..8).collect();
            let mut rest = n * 7919;
            (0..8)
                .map(|_| {
                    let at = rest % left.len();
                    rest /= left.len() + 1;
                    format!("o{}", left.remove(at))
                })
                .collect()
        })
        .collect();
    let casts = orders.iter().enumerate().map(|(n, order)| {
        let call = put(&host, 1, &json!({"options": order})).by(&format!("m{n}"));
        tokio::spawn(call.ok())
    });
    for cast in casts.collect::<Vec<_>>() {
        cast.await.unwrap();
    }
    let start = Instant::now();
    let wanted = {
        let poll = seen(&host.get("/polls/p").ok().await);
        let answers: Vec<Answer> =
            orders.iter().map(|order| said(&json!({"options": order}), &poll)).collect();
        counted(&poll, &answers)
    };
    loop {
        let state = seen(&feed.next().await.data);
        if state.tally.as_ref() == Some(&wanted) {
            break;
        }
        assert!(start.elapsed() < Duration::from_mins(2), "the count never came");
    }
    let read = seen(&host.restart().await.get("/polls/p").ok().await);
    assert_eq!(read.tally, Some(wanted));
}

#[tokio::test]
async fn what_a_killed_host_left_uncounted_is_counted_by_the_next() {
    let host = Host::polls([of(Kind::Ranked(Method::RunOff))]).await;
    for (member, order) in [("ann", ["a", "b"]), ("bela", ["b", "a"]), ("chris", ["b", "c"])] {
        put(&host, 1, &json!({ "options": order })).by(member).ok().await;
    }
    let counted = seen(&host.get("/polls/p").ok().await);
    let folder = host.stop().await;
    let file = format!("sqlite:{}", folder.path().join("host.db").display());
    let mut raw = sqlx::SqliteConnection::connect(&file).await.unwrap();
    sqlx::query("UPDATE polls SET result = NULL, counted = 0").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let host = Host::on(folder, |_| {}).await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    while seen(&feed.next().await.data).tally != counted.tally {}
}
