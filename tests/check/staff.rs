//! Hosts that break what is staff's alone, or a guest's.

use folkmoot::domain::id::PollId;
use serde_json::json;

use crate::broken::{Break, Site, beside_guests, each_fails_at, names, reader, staff};
use crate::client::poll;
use crate::spoil::is_guest;

#[tokio::test]
async fn to_somebody_of_the_staff_the_native_host_conforms_as_well() {
    let site = Site::around(Break::default()).await;
    let before = site.host.poll("talk").await;
    let report = site.check(staff()).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    for rule in ["export.csv", "export.secret", "followers.list", "staff.edit-keeps", "staff.unknown-404"] {
        assert!(!skipped.contains(&rule), "{rule}: {report}");
    }
    assert!(skipped.contains(&"staff.member-403") && skipped.contains(&"staff.reads-member-403"));
    let after = site.host.poll("talk").await;
    assert_eq!((&after["options"], &after["turnout"]), (&before["options"], &before["turnout"]));
}

#[tokio::test]
async fn the_ballot_of_a_guest_is_taken_back() {
    let site = Site::around(Break::default()).await;
    let report = site.check(beside_guests()).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    assert!(!skipped.iter().any(|rule| rule.starts_with("guest.")), "{report}");
    assert_eq!(site.host.poll("fair").await["turnout"]["cast"], 0);
}

#[tokio::test]
async fn the_ballot_of_a_guest_whom_a_poll_does_not_ask_is_taken_back() {
    // It says that it asks members alone, and takes the ballots of guests, too.
    let says = Break::polls(|_, poll| {
        if poll["id"] == "all" && poll["viewer"]["standing"] == "invited" {
            poll["viewer"]["standing"] = json!("guest");
        }
    });
    let site = Site::around(says).await;
    let mut all = poll("all");
    all.asks.guests = true;
    site.host.add(&all).await;
    let mut options = beside_guests();
    options.polls = ["fair", "all"].map(|id| PollId::new(id).unwrap()).into();
    let report = site.check(options).await;
    assert_eq!((names(&report).0, report.notes.len()), (vec!["guest.elsewhere"], 0), "{report}");
    assert_eq!(site.host.poll("all").await["turnout"]["cast"], 0);
}

#[tokio::test]
async fn a_host_that_lets_others_do_what_staff_do_is_named_for_it() {
    let hosts: Vec<(&str, Break, &[&str])> = vec![
        (
            "shows a guest who follows",
            Break::answer(|asked, reply| {
                if asked.path.ends_with("/followers") && is_guest(asked) {
                    reply.json(200, &json!({"followers": []}));
                }
            }),
            &["staff.reads-guest-401"],
        ),
        (
            "shows every member who follows",
            Break::answer(|asked, reply| {
                if asked.path.ends_with("/followers") && !is_guest(asked) {
                    reply.json(200, &json!({"followers": []}));
                }
            }),
            &["staff.reads-member-403"],
        ),
        (
            "checks what a guest writes before it asks who that is",
            Break::answer(|asked, reply| {
                if asked.is("POST", "/polls") && asked.path == "/polls" && is_guest(asked) {
                    reply.refuse(422, "invalid");
                }
            }),
            &["staff.guest-401"],
        ),
        (
            "lets every member edit",
            Break::answer(|asked, reply| {
                if asked.is("PATCH", "/polls/") && !is_guest(asked) {
                    reply.refuse(422, "invalid");
                }
            }),
            &["staff.member-403"],
        ),
    ];
    let options = folkmoot::check::Options { vote: true, ..reader() };
    each_fails_at(Site::around, options, hosts).await;
}

#[tokio::test]
async fn a_host_whose_staff_get_something_else_is_named_for_it() {
    let csv = |path: &'static str, table: &'static str| {
        Break::answer(move |asked, reply| {
            if asked.path == path && reply.status == 200 {
                reply.body = table.into();
            }
        })
    };
    let hosts: Vec<(&str, Break, &[&str])> = vec![
        (
            "calls a table JSON",
            Break::answer(|asked, reply| {
                if asked.path == "/polls/talk/export.csv" && reply.status == 200 {
                    reply.json(200, &json!({"rows": []}));
                }
            }),
            &["export.csv"],
        ),
        ("has rows of any length", csv("/polls/talk/export.csv", "option,votes\r\na\r\n"), &["export.csv"]),
        (
            "tells staff who voted in secret",
            csv("/polls/talk/export.csv", "member,chose\r\nann,a\r\nbela,a\r\ncarl,b\r\ndora,c\r\n"),
            &["export.secret"],
        ),
        (
            "has followers without names",
            Break::answer(|asked, reply| {
                if asked.path == "/polls/talk/followers" && reply.status == 200 {
                    reply.json(200, &json!({"followers": ["ann"]}));
                }
            }),
            &["followers.list"],
        ),
        (
            "loses an option in an edit",
            Break::polls(|asked, poll| {
                if asked.is("PATCH", "/polls/") {
                    poll["options"].as_array_mut().unwrap().pop();
                    poll.as_object_mut().unwrap().remove("tally");
                }
            }),
            &["staff.edit-keeps"],
        ),
        (
            "edits what is not there",
            Break::answer(|asked, reply| {
                if asked.is("PATCH", "/polls/") && reply.status == 404 {
                    reply.refuse(403, "forbidden");
                }
            }),
            &["staff.unknown-404"],
        ),
    ];
    each_fails_at(Site::around, staff(), hosts).await;
}

#[tokio::test]
async fn a_host_that_takes_guests_wrongly_is_named_for_it() {
    let hosts: Vec<(&str, Break, &[&str])> = vec![
        (
            "has no tokens for guests",
            Break::answer(|asked, reply| {
                if asked.is("POST", "/session") {
                    reply.refuse(404, "not-found");
                }
            }),
            &["guest.token"],
        ),
        (
            "gives a guest a token that goes into no header",
            Break::answer(|asked, reply| {
                if asked.is("POST", "/session") {
                    reply.json(201, &json!({"token": "a\nb"}));
                }
            }),
            &["guest.token"],
        ),
        (
            "keeps a guest's ballot",
            Break::answer(|asked, reply| {
                if asked.is("DELETE", "/polls/fair/ballot") && reply.status == 200 {
                    reply.refuse(409, "ballot-final");
                }
            }),
            &["ballot.take-back", "guest.votes"],
        ),
        (
            "takes a guest for a member",
            Break::answer(|asked, reply| {
                let nobody = reply.status == 200 && reply.body == r#"{"viewer":null}"#;
                if asked.is("GET", "/session") && !is_guest(asked) && nobody {
                    reply.json(200, &json!({"viewer": {"id": "g", "name": "Guest", "role": "member"}}));
                }
            }),
            &["guest.nobody"],
        ),
        (
            "forgets what a guest voted",
            Break::polls(|asked, poll| {
                if asked.is("GET", "/polls") && poll["viewer"]["standing"] == "invited" {
                    poll["viewer"]["ballot"] = json!(null);
                }
            }),
            &["guest.votes"],
        ),
        (
            "lets a guest vote wherever they like",
            Break::answer(|asked, reply| {
                if asked.is("PUT", "/polls/p/ballot") && reply.status == 403 {
                    reply.refuse(409, "conflict");
                }
            }),
            &["guest.elsewhere"],
        ),
    ];
    each_fails_at(Site::around, beside_guests(), hosts).await;
}
