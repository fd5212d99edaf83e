//! What staff change of the texts that members voted by, and edits that overtake each other.

use folkmoot::domain::poll::{OwnOptions, Results, Secrecy};
use serde_json::{Value, json};

use crate::client::{Call, Host, poll, votes};

fn edit(host: &Host, said: &Value) -> Call {
    host.call("PATCH", "/polls/p").json(said).by_staff()
}

fn labelled(labels: &[(&str, &str)]) -> Value {
    labels.iter().map(|(id, label)| json!({"id": id, "label": label})).collect()
}

/// The poll after its options got these labels.
async fn relabel(host: &Host, labels: [&str; 3]) -> Value {
    let revision = host.poll("p").await["revision"].clone();
    let options: Vec<_> = ["a", "b", "c"].into_iter().zip(labels).collect();
    edit(host, &json!({"revision": revision, "options": labelled(&options)})).ok().await["poll"].clone()
}

#[tokio::test]
async fn embedding_29_labels_that_staff_swap_after_votes_are_marked_for_everybody() {
    for secrecy in [Secrecy::Public, Secrecy::Secret, Secrecy::Anonymous] {
        let mut new = poll("p");
        new.rules.secrecy = secrecy;
        new.rules.results = Results::AfterClose;
        (new.rules.changeable, new.rules.retractable) = (secrecy != Secrecy::Anonymous, false);
        let host = Host::polls([new]).await;
        relabel(&host, ["Tea", "Coffee", "Cocoa"]).await;
        let plain = host.poll("p").await;
        assert_eq!(plain["options"][0].get("edited"), None, "nobody had voted");
        for member in ["ann", "otto"] {
            host.vote("p", 1, &["a"]).by(member).ok().await;
        }
        let mut feed = host.get("/events?topics=poll:p").by("carl").follow().await;
        feed.next().await;
        relabel(&host, ["Coffee", "Tea", "Cocoa"]).await;
        let told = feed.next().await.data["poll"].clone();
        let host = host.restart().await;
        for seen in [told, host.poll("p").await, host.get("/polls/p").by("otto").ok().await["poll"].clone()] {
            assert_eq!(seen["options"][0]["edited"], json!({"after": 2, "before": "Tea"}), "{secrecy:?}");
            assert_eq!(seen["options"][1]["edited"], json!({"after": 2, "before": "Coffee"}));
            assert_eq!(seen["options"][2].get("edited"), None);
        }
    }
}

#[tokio::test]
async fn embedding_29_after_several_edits_the_first_text_and_the_latest_change_are_told() {
    let host = Host::polls([poll("p")]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    relabel(&host, ["Tea", "B", "C"]).await;
    host.vote("p", 1, &["a"]).by("otto").ok().await;
    let poll = relabel(&host, ["Cocoa", "B", "C"]).await;
    let edited = json!({"after": 2, "before": "Tea", "first": "A"});
    assert_eq!(poll["options"][0]["edited"], edited);
    edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).ok().await;
    let poll = edit(&host, &json!({"closes_at": null})).ok().await["poll"].clone();
    assert_eq!(poll["options"][0]["edited"], edited, "another edit leaves it");
    let mut forged = labelled(&[("a", "Cocoa"), ("b", "B"), ("c", "C")]);
    forged[1]["edited"] = json!({"after": 9, "before": "Tea"});
    let said = json!({"revision": poll["revision"], "options": forged});
    let poll = edit(&host, &said).ok().await["poll"].clone();
    assert_eq!((&poll["options"][0]["edited"], poll["options"][1].get("edited")), (&edited, None));
}

#[tokio::test]
async fn embedding_29_a_question_and_a_description_that_change_after_votes_are_marked() {
    let host = Host::polls([poll("p")]).await;
    edit(&host, &json!({"title": "Is it good?"})).ok().await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let said = json!({"title": "Is it bad?", "description": "Since Monday."});
    let poll = edit(&host, &said).ok().await["poll"].clone();
    assert_eq!(poll["title_edited"], json!({"after": 1, "before": "Is it good?"}));
    assert_eq!(poll["description_edited"], json!({"after": 1, "before": ""}));
    let told = host.restart().await.poll("p").await;
    assert_eq!(told["title_edited"], poll["title_edited"]);
    assert_eq!(told["description_edited"], poll["description_edited"]);
}

#[tokio::test]
async fn counting_times_6_an_edit_of_the_options_says_which_revision_was_read_and_loses_no_own_option() {
    let mut new = poll("p");
    new.rules.own_options = OwnOptions::Open;
    let host = Host::polls([new]).await;
    let read = host.get("/polls/p").by_staff().ok().await["poll"].clone();
    let own = host.call("POST", "/polls/p/options").json(&json!({"label": "Noodles"}));
    let own = own.header("idempotency-key", "k").by("ann").ok().await["poll"]["options"][3]["id"].clone();
    host.vote("p", 1, &[own.as_str().unwrap()]).by("ann").ok().await;
    let options = labelled(&[("a", "A"), ("b", "B"), ("c", "D")]);
    for (said, status, kind) in [
        (json!({"options": options}), 428, "revision-missing"),
        (json!({"revision": null, "options": options}), 428, "revision-missing"),
        (json!({"revision": read["revision"], "options": options}), 409, "conflict"),
        (json!({"revision": 99, "options": options}), 409, "conflict"),
        (json!({"revision": read["revision"], "title": "Where?"}), 409, "conflict"),
    ] {
        let answer = edit(&host, &said).send().await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &problem["type"]),
            (status, &json!(format!("urn:folkmoot:problem:{kind}")))
        );
        assert_eq!(
            problem["poll"]["options"][3]["label"], "Noodles",
            "the answer has the newer poll: {problem}"
        );
        assert_eq!(
            (&problem["poll"]["viewer"]["staff"], votes(&problem["poll"])),
            (&json!(true), vec![0, 0, 0, 1])
        );
    }
    for bad in [json!("1"), json!(-1), json!(1.5)] {
        assert_eq!(edit(&host, &json!({"revision": bad, "title": "Where?"})).kind().await, "invalid");
    }
    let newer = host.poll("p").await;
    host.vote("p", 1, &["a"]).by("otto").ok().await;
    let options = labelled(&[("a", "A"), ("b", "B"), ("c", "D"), (own.as_str().unwrap(), "Noodles")]);
    let said = json!({"revision": newer["revision"], "options": options});
    let poll = edit(&host, &said).ok().await["poll"].clone();
    assert_eq!(votes(&poll), [1, 0, 0, 1], "a vote that came since is no change of what was read");
    assert_eq!(edit(&host, &said).kind().await, "conflict", "the same edit again");
    edit(&host, &json!({"title": "Where?"})).ok().await;
}
