//! Hosts that get wrong what is around a ballot: reasons, members' own options, following; and what is put back of it.

use folkmoot::check::{Access, Options, Report};
use folkmoot::domain::id::PollId;
use folkmoot::domain::poll::{OwnOptions, Secrecy};
use folkmoot::domain::time::Timestamp;
use serde_json::{Value, json};

use crate::broken::{Break, Site, each_fails_at, names, reader, writer};
use crate::client::{claims, poll, staff_token, token};
use crate::spoil::{COMMENTS, answer, each, forgets_keys, is_guest, misses, refuses, says};

const OPTIONS: &str = "/polls/talk/options";
const FOLLOW: &str = "/polls/talk/follow";

#[tokio::test]
async fn a_host_that_tells_reasons_wrongly_is_named_for_it() {
    let of = |poll: &'static str, spoil: fn(&mut Value)| {
        answer("GET", poll, move |json| each(json, "reasons", spoil))
    };
    each_fails_at(
        Site::around,
        reader(),
        vec![
            ("leaves reasons out", of("/polls/", |r| drop(r["reason"].take())), &["reasons.list"]),
            (
                "gives reasons for what is no option",
                of("/polls/", |r| r["options"] = json!(["ghost"])),
                &["reasons.list"],
            ),
            (
                "tells who said what in secret",
                of("/polls/stands/", |r| r["name"] = json!("bela")),
                &["reasons.names"],
            ),
            (
                "does not tell who said what in public",
                of("/polls/open/", |r| drop(r["name"].take())),
                &["reasons.names"],
            ),
            (
                "gives reasons where it hides the tally",
                Break::answer(|asked, r| {
                    if asked.path == "/polls/hush/reasons" {
                        r.json(200, &json!({"reasons": []}));
                    }
                }),
                &["reasons.hidden"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_tells_the_wrong_viewer_is_named_for_it() {
    let option = || json!([{"id": "rice", "label": "Rice"}]);
    each_fails_at(
        Site::around,
        reader(),
        vec![
            (
                "shows guests what waits for staff",
                Break::polls(move |asked, poll| {
                    if is_guest(asked) {
                        poll["proposed"] = option();
                    }
                }),
                &["proposed.absent-for-guests"],
            ),
            (
                "shows members what others would add",
                Break::polls(|asked, poll| {
                    if !is_guest(asked) {
                        poll["proposed"] = json!([{"id": "rice", "label": "Rice", "by": "bela"}]);
                    }
                }),
                &["proposed.own-only"],
            ),
            (
                "shows members what others would add, without whose it is",
                Break::polls(move |asked, poll| {
                    if !is_guest(asked) {
                        poll["proposed"] =
                            ["w", "x", "y", "z"].map(|id| json!({"id": id, "label": id})).into();
                    }
                }),
                &["proposed.own-only"],
            ),
            (
                "has guests follow",
                Break::polls(|asked, poll| {
                    if is_guest(asked) {
                        poll["viewer"]["follows"] = json!(false);
                    }
                }),
                &["follow.absent-for-guests"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_follows_wrongly_is_named_for_it() {
    each_fails_at(
        Site::around,
        writer(),
        vec![
            (
                "tells a guest that they may not follow, instead of to sign in",
                refuses("PUT", FOLLOW, is_guest),
                &["follow.guest-401"],
            ),
            (
                "does not say that a poll is followed",
                answer("PUT", FOLLOW, |json| json["poll"]["viewer"]["follows"] = json!(false)),
                &["follow.told"],
            ),
            (
                "forgets who follows",
                Break::polls(|asked, poll| {
                    if asked.is("GET", "/polls/talk") && !is_guest(asked) {
                        poll["viewer"]["follows"] = json!(false);
                    }
                }),
                &["follow.told"],
            ),
            (
                "counts who follows among the voters",
                answer("PUT", FOLLOW, |json| {
                    json["poll"]["turnout"]["cast"] =
                        json!(json["poll"]["turnout"]["cast"].as_u64().unwrap() + 1);
                }),
                &["follow.no-vote"],
            ),
            (
                "loses the ballot of who follows",
                answer("PUT", FOLLOW, |json| drop(json["poll"]["viewer"]["ballot"].take())),
                &["follow.no-vote"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_takes_options_wrongly_is_named_for_it() {
    each_fails_at(
        Site::around,
        writer(),
        vec![
            (
                "tells a guest that they may not add, instead of to sign in",
                refuses("POST", OPTIONS, is_guest),
                &["option.guest-401"],
            ),
            (
                "does not show what waits to whose it is",
                answer("POST", OPTIONS, |json| json["poll"]["proposed"] = json!([])),
                &["option.waits"],
            ),
            ("does not know an option's key again", forgets_keys(OPTIONS), &["option.idempotent"]),
            (
                "takes an option that is there already",
                says(OPTIONS, "label", |label| if label == "A" { "A, too".into() } else { label.into() }),
                &["option.doubled"],
            ),
            (
                "shows what others would add as the member's own",
                Break::polls(|asked, poll| {
                    if !is_guest(asked) {
                        let own = poll["proposed"].as_array_mut().unwrap();
                        own.extend(["x", "y"].map(|id| json!({"id": id, "label": id})));
                    }
                }),
                &["proposed.own-only"],
            ),
            ("does not find what is to be taken back", misses(OPTIONS), &["option.take-back"]),
            (
                "still shows what was taken back",
                Break::json(|asked, json| {
                    if asked.is("DELETE", OPTIONS) {
                        let id = asked.path.rsplit('/').next().unwrap();
                        json["poll"]["proposed"] = json!([{"id": id, "label": "Still here"}]);
                    }
                }),
                &["option.take-back"],
            ),
        ],
    )
    .await;
}

/// What ann, bela, staff and a guest see of a poll, but for the revisions of it and of its ballots.
async fn seen(site: &Site, poll: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [format!("/polls/{poll}"), format!("/polls/{poll}/comments")] {
        let get = || site.host.get(&path);
        for call in [get(), get().by("ann"), get().by("bela"), get().by_staff()] {
            let mut json = call.ok().await;
            if let Some(poll) = json.get_mut("poll") {
                poll["revision"].take();
                poll["viewer"]["ballot"].take();
            }
            seen.push(json);
        }
    }
    seen
}

#[tokio::test]
async fn everything_is_put_back_as_it_was() {
    let site = Site::around(Break::default()).await;
    let follow = site.host.call("PUT", "/polls/when/follow").json(&json!({"follows": true}));
    follow.by("ann").ok().await;
    let before = [seen(&site, "talk").await, seen(&site, "when").await];
    let polls = ["talk", "when"].map(|id| PollId::new(id).unwrap()).into();
    let report = site.check(Options { polls, ..writer() }).await;
    assert_eq!(names(&report).0, [""; 0], "{report}");
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    assert_eq!([seen(&site, "talk").await, seen(&site, "when").await], before);
}

#[tokio::test]
async fn what_a_host_takes_that_it_should_not_is_taken_back() {
    let by_ann = |path: &'static str| {
        let signed = format!("Bearer {}", token(&claims("ann")));
        Break::ask(move |asked| {
            if asked.is("POST", path) && is_guest(asked) {
                asked.set("authorization", &signed);
            }
        })
    };
    // Whoever may write as ann is told what she is told.
    let anyone =
        &["poll.standing", "proposed.absent-for-guests", "follow.absent-for-guests", "comment.guest-401"];
    for (broken, rules) in [
        (forgets_keys(COMMENTS), &["comment.idempotent"][..]),
        (says(COMMENTS, "text", |text| text.chars().take(500).collect()), &["comment.too-long"]),
        (by_ann(COMMENTS), anyone),
        (says(OPTIONS, "label", |l| if l == "A" { "A, too".into() } else { l.into() }), &["option.doubled"]),
    ] {
        let site = Site::around(broken).await;
        let before = seen(&site, "talk").await;
        let report = site.check(writer()).await;
        assert_eq!((&names(&report).0[..], report.notes.len()), (rules, 0), "{report}");
        assert_eq!(seen(&site, "talk").await, before, "{rules:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_put_back_is_told() {
    let follows = Break::ask(|asked| {
        if asked.is("PUT", FOLLOW) {
            asked.body = json!({"follows": true}).to_string().into();
        }
    });
    let at_once = Break::polls(|_, poll| {
        if poll["id"] == "loose" {
            poll["own_options"] = json!("approval");
        }
    });
    let mut loose = poll("loose");
    loose.rules.own_options = OwnOptions::Open;
    for (broken, rule, told) in [
        (misses(COMMENTS), "comment.take-back", "a comment of this check may still stand about \"talk\""),
        (misses(OPTIONS), "option.take-back", "an option of this check may still be in \"talk\""),
        (follows, "follow.told", "whether \"talk\" is followed may not be as it was"),
        (at_once, "option.waits", "an option of this check may still be in \"loose\""),
    ] {
        let site = Site::around(broken).await;
        site.host.add(&loose).await;
        let polls = ["talk", "loose"].map(|id| PollId::new(id).unwrap()).into();
        let report = site.check(Options { polls, ..writer() }).await;
        assert_eq!((names(&report).0, &report.notes), (vec![rule], &vec![told.to_owned()]), "{report}");
    }
}

/// Which of the rules that take a write, of comments and of options, are skipped in a poll.
fn skips(report: &Report) -> [bool; 2] {
    let (failed, skipped) = names(report);
    assert_eq!(failed, [""; 0], "{report}");
    ["comment.post", "option.waits"].map(|rule| skipped.contains(&rule))
}

#[tokio::test]
async fn what_does_not_apply_is_left_alone() {
    let talk = |id: &str| {
        let mut poll = poll(id);
        (poll.rules.own_options, poll.rules.commentable) = (OwnOptions::Approval, true);
        poll
    };
    let (mut closed, mut others, mut blind) = (talk("closed"), talk("others"), talk("blind"));
    closed.rules.closes_at = Some(Timestamp(0));
    others.asks.groups = vec!["cooks".into()];
    (blind.rules.secrecy, blind.rules.changeable, blind.rules.retractable) =
        (Secrecy::Anonymous, false, false);
    let site = Site::around(Break::default()).await;
    for poll in [closed, others, blind, talk("full"), talk("spent")] {
        site.host.add(&poll).await;
    }
    for poll in ["full", "spent"] {
        for label in ["D", "E", "F"] {
            site.post("ann", &format!("{poll}/options"), &json!({"label": label})).await;
        }
    }
    let waiting = site.host.get("/polls/spent").by_staff().ok().await["poll"]["proposed"].clone();
    for option in waiting.as_array().unwrap() {
        let path = format!("/polls/spent/options/{}", option["id"].as_str().unwrap());
        site.host.call("PUT", &path).json(&json!({"state": "approved"})).by_staff().ok().await;
    }
    for (poll, expected) in [
        ("closed", [false, true]),
        ("others", [true, true]),
        ("blind", [false, false]),
        ("full", [false, true]),
        ("spent", [false, true]),
    ] {
        let before = seen(&site, poll).await;
        let report = site.check(Options { polls: vec![PollId::new(poll).unwrap()], ..writer() }).await;
        assert_eq!(skips(&report), expected, "{poll}: {report}");
        assert!(!names(&report).1.contains(&"follow.told"), "{poll}: {report}");
        assert_eq!(seen(&site, poll).await, before, "{poll}");
    }
    let report = site.check(Options { access: Access::Token(staff_token()), ..writer() }).await;
    assert_eq!(skips(&report), [false, true], "{report}");
    assert!(names(&report).1.contains(&"proposed.own-only"), "{report}");
}
