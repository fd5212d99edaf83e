//! What people type: texts in which there is nothing to see, texts that read the same, texts that turn the direction.

use folkmoot::domain::poll::{Base, Kind, OwnOptions, Proposal, Reasons};
use serde_json::{Value, json};

use crate::client::{Call, Host, claims, poll, poll_of, token};

/// In none of these is anything to see.
const BLANK: [&str; 12] = [
    "\u{200b}",
    "\u{2800}",
    "\u{202e}",
    "\u{ad}",
    "\u{115f}",
    "\u{3164}\u{3164}",
    "\u{e0067}\u{e0062}\u{e007f}",
    "\u{fe0f}",
    "\u{feff}\u{2060}",
    "\u{a0}\u{3000}\t\n",
    "\0\u{1b}\u{9f}",
    "\u{2069}\u{202c} \u{200f}",
];

/// What a reader of "By the lake" takes for the same.
const LAKE: [&str; 8] = [
    "By  the lake",
    "by the LAKE ",
    "By\u{a0}the\u{2003}lake",
    "By\u{200b} the la\u{ad}ke",
    "By\u{2800}the\u{3164}lake",
    "\u{ff22}\u{ff59}\u{3000}the lake",
    "B\u{443} the lake",
    "By the\nlake",
];

fn add(host: &Host, label: &str, key: &str) -> Call {
    host.call("POST", "/polls/p/options").json(&json!({"label": label})).header("idempotency-key", key)
}

fn comment(host: &Host, text: &str, key: &str) -> Call {
    host.call("POST", "/polls/p/comments").json(&json!({"text": text})).header("idempotency-key", key)
}

fn labelled(labels: &[&str]) -> Value {
    labels.iter().enumerate().map(|(n, label)| json!({"id": format!("o{n}"), "label": label})).collect()
}

#[tokio::test]
async fn embedding_26_a_text_with_nothing_to_see_in_it_is_refused_as_empty() {
    let mut open = poll("p");
    (open.rules.own_options, open.rules.commentable) = (OwnOptions::Open, true);
    let reasons = Proposal { reasons: Reasons::Required, threshold: 50, of: Base::Ballots };
    let host = Host::polls([open, poll_of("stand", Kind::Proposal(reasons))]).await;
    for (n, blank) in BLANK.iter().enumerate() {
        let key = n.to_string();
        let vote = json!({"revision": 1, "options": ["block"], "reason": blank});
        let vote = host.call("PUT", "/polls/stand/ballot").json(&vote).header("idempotency-key", &key);
        let write = |title: &str, labels: &[&str]| {
            let poll = json!({"id": "q", "title": title, "options": labelled(labels)});
            host.call("POST", "/polls").json(&poll).by_staff()
        };
        let edit = json!({"title": blank});
        for (call, field) in [
            (add(&host, blank, &key).by("ann"), "label: "),
            (comment(&host, blank, &key).by("ann"), "text: "),
            (vote.by("ann"), "reason: "),
            (write(blank, &["A", "B"]), "title: "),
            (write("Where?", &["A", blank]), "options[1].label: "),
            (host.call("PATCH", "/polls/p").json(&edit).by_staff(), "title: "),
        ] {
            let (kind, status, detail) = call.problem().await;
            assert_eq!((kind.as_str(), status), ("invalid", 422), "{blank:?} {field}{detail}");
            assert!(detail.starts_with(field), "{blank:?}: {detail}");
        }
        let nameless = token(&folkmoot::server::Claims { name: Some((*blank).into()), ..claims("ann") });
        let session = host.get("/session").token(&nameless).ok().await;
        assert_eq!(
            session["viewer"]["name"], "ann",
            "{blank:?}: the id stands for a name with nothing in it"
        );
    }
}

#[tokio::test]
async fn embedding_26_an_option_that_reads_the_same_as_another_is_refused_as_there_already() {
    for own in [OwnOptions::Open, OwnOptions::Approval] {
        let mut new = poll("p");
        new.rules.own_options = own;
        new.options[0].label = "By the lake".into();
        let host = Host::polls([new]).await;
        add(&host, "Cafe\u{301}", "cafe").by("ann").ok().await;
        for (n, label) in LAKE.iter().chain(&["Caf\u{e9}", "CAFÉ"]).enumerate() {
            let (kind, status, detail) = add(&host, label, &n.to_string()).by("bela").problem().await;
            assert_eq!((kind.as_str(), status), ("conflict", 409), "{label:?}: {detail}");
            assert!(detail.contains("there is such an option already"), "{label:?}: {detail}");
        }
        let poll = add(&host, "By the lakes", "new").by("bela").ok().await["poll"].clone();
        let all: Vec<&Value> =
            ["options", "proposed"].iter().filter_map(|of| poll[of].as_array()).flatten().collect();
        assert!(all.iter().any(|option| option["label"] == "By the lakes"), "{poll}");
    }
}

#[tokio::test]
async fn embedding_26_staff_cannot_write_two_options_that_read_the_same() {
    let host = Host::polls([poll("p")]).await;
    for label in LAKE {
        let said = json!({"id": "q", "title": "Where?", "options": labelled(&["A", label, "By the lake"])});
        for call in [host.call("POST", "/polls").json(&said), {
            let said = json!({"revision": 1, "options": said["options"]});
            host.call("PATCH", "/polls/p").json(&said)
        }] {
            let (kind, status, detail) = call.by_staff().problem().await;
            assert_eq!((kind.as_str(), status), ("invalid", 422), "{label:?}: {detail}");
            assert_eq!(detail, "options[2].label: reads the same as that of options[1]");
        }
    }
}

#[tokio::test]
async fn embedding_26_an_option_that_waits_is_not_approved_beside_one_that_reads_the_same() {
    let mut new = poll("p");
    new.rules.own_options = OwnOptions::Approval;
    let host = Host::polls([new]).await;
    let waits = add(&host, "Noodles", "k").by("ann").ok().await["poll"]["proposed"][0]["id"].clone();
    let said = json!({"revision": 2, "options": labelled(&["A", "noodles"])});
    host.call("PATCH", "/polls/p").json(&said).by_staff().ok().await;
    let path = format!("/polls/p/options/{}", waits.as_str().unwrap());
    let approve = host.call("PUT", &path).json(&json!({"state": "approved"})).by_staff();
    let (kind, _, detail) = approve.problem().await;
    assert_eq!((kind.as_str(), detail.as_str()), ("conflict", "label: there is such an option already"));
    host.call("DELETE", &path).by_staff().ok().await;
}

#[tokio::test]
async fn embedding_26_what_is_shown_is_what_was_typed_but_for_what_nobody_sees() {
    let mut open = poll("p");
    (open.rules.own_options, open.rules.commentable) = (OwnOptions::Open, true);
    let host = Host::polls([open]).await;
    let poll = add(&host, "\u{202e}By  the\r\nlake\0 ", "k").by("ann").ok().await["poll"].clone();
    assert_eq!(poll["options"][3]["label"], "\u{202e}By  the\u{202c} lake", "its direction ends with it");
    add(&host, "\u{202e}By  the\r\nlake\0 ", "k").by("ann").ok().await;
    for _ in 0..2 {
        comment(&host, " One\r\ntwo\n\n\n\n\u{2067}three\u{7}\u{2028}four ", "k").by("ann").ok().await;
    }
    let comments = host.get("/polls/p/comments").ok().await;
    assert_eq!(comments["comments"].as_array().unwrap().len(), 1);
    assert_eq!(comments["comments"][0]["text"], "One\ntwo\n\n\u{2067}three\u{2069}\nfour");
    let said = json!({"title": "\u{2067}Where\n?", "description": "Bring a cup.\r\n\r\nThe way"});
    let poll = host.call("PATCH", "/polls/p").json(&said).by_staff().ok().await["poll"].clone();
    assert_eq!(poll["title"], "\u{2067}Where\u{2069} ?");
    assert_eq!(poll["description"], "Bring a cup.\n\nThe way");
    let named = token(&folkmoot::server::Claims { name: Some("\u{202e}An\nn\u{0}".into()), ..claims("ann") });
    assert_eq!(host.get("/session").token(&named).ok().await["viewer"]["name"], "\u{202e}An\u{202c} n");
}
