//! Texts of the site in several languages: each reader gets theirs, wherever a text is read.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::{Call, Host};

/// A poll as text, since the order of languages matters.
const DINNER: &str = r#"{
    "id": "dinner",
    "title": {"en": "Where do we eat?", "de": "Wo essen wir?", "pt-BR": "Onde vamos comer?"},
    "description": {"en": "On Friday.", "de": "Am Freitag."},
    "options": [
        {"id": "lake", "label": {"en": "By the lake", "de": "Am See"}},
        {"id": "mensa", "label": "Mensa"}
    ],
    "secrecy": "public",
    "commentable": true,
    "own_options": "open"
}"#;

fn dinner() -> Value {
    serde_json::from_str(DINNER).unwrap()
}

fn write(host: &Host, poll: impl Into<String>) -> Call {
    host.call("POST", "/polls").body(poll.into()).by_staff()
}

fn edit(host: &Host, said: &Value) -> Call {
    host.call("PATCH", "/polls/dinner").json(said).by_staff()
}

async fn with_dinner() -> Host {
    let host = Host::start().await;
    assert_eq!(write(&host, DINNER).status().await, 201);
    host
}

/// The title and the labels of a poll.
fn said(poll: &Value) -> Vec<&str> {
    let labels = poll["options"].as_array().unwrap().iter().map(|option| &option["label"]);
    std::iter::once(&poll["title"]).chain(labels).map(|text| text.as_str().unwrap()).collect()
}

const ENGLISH: [&str; 3] = ["Where do we eat?", "By the lake", "Mensa"];
const GERMAN: [&str; 3] = ["Wo essen wir?", "Am See", "Mensa"];

#[tokio::test]
async fn a_reader_gets_a_poll_in_their_language() {
    let host = with_dinner().await;
    for (query, accepted, texts, used) in [
        ("", None, ENGLISH, "en"),
        ("", Some("de-AT,de;q=0.9,en;q=0.1"), GERMAN, "de"),
        ("", Some("en;q=0.2, de;q=0.7"), GERMAN, "de"),
        ("", Some("ja"), ENGLISH, "en"),
        ("lang=de", Some("en"), GERMAN, "de"),
        ("lang=de-CH", None, GERMAN, "de"),
        ("lang=zh-TW", Some("de"), ENGLISH, "en"),
        ("lang=", Some("de"), GERMAN, "de"),
        ("lang=%00%22", None, ENGLISH, "en"),
        ("lang=pt", None, ["Onde vamos comer?", "By the lake", "Mensa"], "pt-BR, en"),
    ] {
        for path in ["/polls/dinner?", "/polls?ids=dinner&"] {
            let mut call = host.get(&format!("{path}{query}"));
            if let Some(accepted) = accepted {
                call = call.header("accept-language", accepted);
            }
            let answer = call.send().await;
            let json = answer.json();
            let poll = json.get("poll").unwrap_or(&json["polls"][0]);
            assert_eq!(said(poll), texts, "{query}, {accepted:?}");
            assert_eq!(answer.header("content-language"), used, "{query}, {accepted:?}");
            assert!(answer.header("vary").contains("accept-language"), "{}", answer.header("vary"));
        }
    }
}

#[tokio::test]
async fn each_language_has_a_tag_of_its_own() {
    let host = with_dinner().await;
    let read = |accepted: &str| host.get("/polls/dinner").header("accept-language", accepted);
    let (english, german) = (read("en").send().await.header("etag"), read("de").send().await.header("etag"));
    assert_ne!(english, german);
    assert_eq!(read("ja").send().await.header("etag"), english);
    assert_eq!(read("de").header("if-none-match", &english).status().await, 200);
    let same = read("de-AT").header("if-none-match", &german).send().await;
    assert_eq!(same.status, 304);
    assert!(same.header("vary").contains("accept-language"));
}

#[tokio::test]
async fn whatever_answers_a_poll_answers_it_in_the_reader_s_language() {
    let host = with_dinner().await;
    let by = |call: Call| call.header("accept-language", "de").header("idempotency-key", "k").by("ann");
    let vote = by(host.vote("dinner", 1, &["lake"])).ok().await;
    assert_eq!(said(&vote["poll"]), GERMAN);
    let stale =
        by(host.vote("dinner", 1, &["mensa"]).header("x", "y")).header("idempotency-key", "l").send().await;
    assert_eq!((stale.status.as_u16(), said(&stale.json()["poll"])), (409, GERMAN.to_vec()));
    let comment = host.call("POST", "/polls/dinner/comments").json(&json!({"text": "Oh!"}));
    assert_eq!(said(&by(comment).header("idempotency-key", "c").ok().await["poll"]), GERMAN);
    let follow = host.call("PUT", "/polls/dinner/follow").json(&json!({"follows": true}));
    assert_eq!(said(&by(follow).ok().await["poll"]), GERMAN);
    let own = host.call("POST", "/polls/dinner/options").json(&json!({"label": "Zu Hause"}));
    let own = by(own).header("idempotency-key", "o").ok().await;
    assert_eq!(said(&own["poll"]), ["Wo essen wir?", "Am See", "Mensa", "Zu Hause"]);
    let list = host.get("/polls").header("accept-language", "de").by_staff().ok().await;
    assert_eq!(list["polls"][0]["title"], "Wo essen wir?");
    let csv = host.get("/polls/dinner/export.csv?lang=de").by_staff().send().await;
    assert_eq!(csv.header("content-language"), "de");
    let csv = String::from_utf8(csv.body.to_vec()).unwrap();
    assert!(csv.starts_with("\u{feff}member,name,abstains,Am See,Mensa,Zu Hause\r\n"), "{csv}");
    let closed = edit(&host, &json!({"closes_at": "2020-01-01T00:00:00Z"})).header("accept-language", "de");
    assert_eq!(closed.ok().await["poll"]["title"], "Wo essen wir?");
    let unread = edit(&host, &json!({"options": ["A"]})).header("accept-language", "de").send().await;
    assert_eq!((unread.status.as_u16(), &unread.json()["poll"]["title"]), (428, &json!("Wo essen wir?")));
}

#[tokio::test]
async fn a_feed_keeps_the_language_that_it_was_opened_in() {
    let host = with_dinner().await;
    let open = |accepted: &str| host.get("/events?topics=poll:dinner").header("accept-language", accepted);
    let mut german = open("de").follow().await;
    let mut english = open("en").follow().await;
    let mut asked =
        host.get("/events?topics=poll:dinner&lang=de").header("accept-language", "en").follow().await;
    for round in 0..2 {
        if round == 1 {
            host.vote("dinner", 1, &["lake"]).by("ann").ok().await;
        }
        assert_eq!(said(&german.next().await.data["poll"]), GERMAN);
        assert_eq!(said(&english.next().await.data["poll"]), ENGLISH);
        assert_eq!(said(&asked.next().await.data["poll"]), GERMAN);
    }
    edit(&host, &json!({"title": {"en": "Where?", "de": "Wo?"}})).ok().await;
    assert_eq!(german.next().await.data["poll"]["title"], "Wo?");
    assert_eq!(english.next().await.data["poll"]["title"], "Where?");
    assert_eq!(asked.next().await.data["poll"]["title"], "Wo?");
}

#[tokio::test]
async fn texts_are_read_as_they_were_written_in_all_their_languages() {
    let host = with_dinner().await.restart().await;
    let answer = host.get("/polls/dinner?lang=*").send().await;
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    let title = r#""title":{"en":"Where do we eat?","de":"Wo essen wir?","pt-BR":"Onde vamos comer?"}"#;
    assert!(body.contains(title), "in their order: {body}");
    assert_eq!(answer.header("content-language"), "en, de, pt-BR");
    let poll = answer.json()["poll"].clone();
    assert_eq!(poll["description"], dinner()["description"]);
    assert_eq!(poll["options"], dinner()["options"]);
    // What was read is sent back, and changes nothing.
    let fields = ["revision", "title", "description", "options"];
    let back: Value = fields.iter().map(|field| (field.to_string(), poll[field].clone())).collect();
    let same = host.call("PATCH", "/polls/dinner?lang=*").json(&back).by_staff().ok().await["poll"].clone();
    for field in &fields[1..] {
        assert_eq!(same[field], poll[field]);
    }
}

#[tokio::test]
async fn an_edit_replaces_a_text_whole_unless_it_says_what_is_there() {
    let host = with_dinner().await;
    let all = async || host.get("/polls/dinner?lang=*").ok().await["poll"].clone();
    // An editor who reads German sends the options back as they were read, and adds one.
    let read = host.get("/polls/dinner?lang=de").by_staff().ok().await["poll"].clone();
    let mut options = read["options"].clone();
    options.as_array_mut().unwrap().push(json!({"id": "home", "label": {"de": "Zu Hause", "en": "At home"}}));
    edit(&host, &json!({"revision": read["revision"], "options": options, "title": read["title"]}))
        .ok()
        .await;
    let poll = all().await;
    assert_eq!((&poll["title"], &poll["options"][0]), (&dinner()["title"], &dinner()["options"][0]));
    assert_eq!(poll["options"][2]["label"], json!({"de": "Zu Hause", "en": "At home"}));
    // Plain labels in a list mean the options that say them in some language.
    let options = json!(["At home", "Am See", "Mensa"]);
    edit(&host, &json!({"revision": poll["revision"], "options": options})).ok().await;
    let poll = all().await;
    assert_eq!(poll["options"][1], dinner()["options"][0]);
    assert_eq!(poll["options"][0]["id"], "home");
    // Anything else replaces the whole text.
    edit(&host, &json!({"title": "Where?", "description": {"de": "Freitags."}})).ok().await;
    let poll = all().await;
    assert_eq!((&poll["title"], &poll["description"]), (&json!("Where?"), &json!({"de": "Freitags."})));
    edit(&host, &json!({"description": null})).ok().await;
    assert_eq!(all().await.get("description"), None);
}

#[tokio::test]
async fn a_text_that_changes_after_votes_is_marked_for_those_who_read_it_otherwise() {
    let host = with_dinner().await;
    host.vote("dinner", 1, &["lake"]).by("ann").ok().await;
    let german = json!({"en": "Where do we eat?", "de": "Wo kochen wir?"});
    edit(&host, &json!({"title": german})).ok().await;
    let in_language =
        async |lang: &str| host.get(&format!("/polls/dinner?lang={lang}")).ok().await["poll"].clone();
    assert_eq!(in_language("en").await.get("title_edited"), None, "nothing changed in English");
    assert_eq!(in_language("de").await["title_edited"], json!({"after": 1, "before": "Wo essen wir?"}));
    let all = in_language("*").await["title_edited"].clone();
    assert_eq!(all, json!({"after": 1, "before": dinner()["title"]}));
    let poll = in_language("de").await;
    let mut options = in_language("*").await["options"].clone();
    options[0]["label"] = json!("Harbour");
    edit(&host, &json!({"revision": poll["revision"], "options": options})).ok().await;
    edit(&host, &json!({"title": {"en": "Where do we cook?", "de": "Wo kochen wir?"}})).ok().await;
    let host = host.restart().await;
    let read = async |lang: &str| host.get(&format!("/polls/dinner?lang={lang}")).ok().await["poll"].clone();
    let (english, german) = (read("en").await, read("de").await);
    assert_eq!(english["options"][0]["edited"], json!({"after": 1, "before": "By the lake"}));
    assert_eq!(german["options"][0]["edited"], json!({"after": 1, "before": "Am See"}));
    assert_eq!(english["title_edited"], json!({"after": 1, "before": "Where do we eat?"}));
    assert_eq!(
        german["title_edited"],
        json!({"after": 1, "before": "Wo essen wir?"}),
        "a later change in English hides no earlier one in German"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_text_is_told_with_its_place() {
    let host = Host::start().await;
    let long = "x".repeat(201);
    for (field, text, detail) in [
        ("title", json!({}), "title: a text is in one language at least, such as {\"en\": \"Where?\"}"),
        (
            "title",
            json!({"english language": "Where?"}),
            "title: \"english language\" is no language tag such as",
        ),
        ("title", json!({"en": "Where?", "und": "?"}), "title: \"und\" is no language tag such as"),
        ("title", json!({"en": "Where?", "": "?"}), "title: \"\" is no language tag such as"),
        ("title", json!({"en": "Where?", "EN": "Wo?"}), "title: \"en\" is there twice: keep one of them"),
        ("title", json!({"en": "Where?", "de": 5}), "title.de: invalid type: integer"),
        ("title", json!({"en": "Where?", "de": {"at": "Wo?"}}), "title.de: invalid type: map"),
        (
            "title",
            json!(["Where?"]),
            "title: invalid type: sequence, expected a string, or an object from language",
        ),
        ("title", json!({"en": "Where?", "de": "\u{200b}"}), "title: a question has 1 to 200 characters"),
        ("title", json!({"en": "Where?", "de": long}), "among them (in \"de\")"),
        (
            "description",
            json!({"en": "", "de": "x".repeat(2001)}),
            "description: at most 2000 characters (in \"de\")",
        ),
        (
            "options",
            json!(["A", {"label": {"en": "B", "de": " "}}]),
            "options[1].label: an option has 1 to 200",
        ),
        (
            "options",
            json!([{"label": {"en": "Bank", "de": "Bank"}}, {"label": {"en": "Bench", "de": "bank"}}]),
            "options[1].label: reads the same as that of options[0] (in \"de\")",
        ),
        (
            "options",
            json!(["Bank", {"label": {"en": "Bench", "de": "bank"}}]),
            "options[1].label: reads the same as that of options[0] (in \"de\")",
        ),
        (
            "options",
            json!(["A", {"label": {"en": "B", "fr-": "C"}}]),
            "options[1].label: \"fr-\" is no language tag",
        ),
    ] {
        let mut poll = json!({"id": "p", "title": "Where?", "options": ["A", "B"]});
        poll[field] = text;
        let (kind, status, told) = write(&host, poll.to_string()).problem().await;
        assert_eq!((kind.as_str(), status), ("invalid", 422), "{poll}");
        assert!(told.contains(detail), "{told}\n{detail}");
    }
    // An id is made of the first language.
    let made =
        r#"{"title": {"fr": "Où ?", "de": "Wohin?"}, "options": [{"label": {"fr": "Là", "de": "Dorthin"}}]}"#;
    let made = write(&host, made);
    let made = made.send().await.json()["poll"].clone();
    assert_eq!((&made["id"], &made["options"][0]["id"]), (&json!("ou"), &json!("la")));
    // A number with a fraction of zero leaves the order of languages as it is.
    let body = r#"{"id":"q","title":{"pl":"Gdzie?","de":"Wohin?"},"options":["A","B"],"max":2.0}"#;
    let made = host.call("POST", "/polls").body(body).by_staff().send().await;
    assert_eq!((made.status.as_u16(), &made.json()["poll"]["title"]), (201, &json!("Gdzie?")));
}

#[tokio::test]
async fn a_member_s_own_option_is_no_double_in_any_language() {
    let host = with_dinner().await;
    let own = |label: &str| {
        let call = host.call("POST", "/polls/dinner/options").json(&json!({"label": label}));
        call.header("idempotency-key", label).by("ann")
    };
    for label in ["by the lake", "am see", "mensa"] {
        assert_eq!(own(label).kind().await, "conflict", "{label}");
    }
    let (kind, _, _) = host
        .call("POST", "/polls/dinner/options")
        .json(&json!({"label": {"en": "At home"}}))
        .header("idempotency-key", "k")
        .by("ann")
        .problem()
        .await;
    assert_eq!(kind, "invalid", "what members write is in one language");
}

/// A host whose checklist is this file.
async fn with_checklist(text: &str) -> (Host, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checklist.toml");
    std::fs::write(&file, text).unwrap();
    let host = Host::with(|config| config.checklist = Some(file.clone())).await;
    (host, file, folder)
}

const STEPS: &str = r#"
title = { en = "Your first steps", de = "Deine ersten Schritte" }

[[step]]
id = "rules"
title = { en = "Read the rules", de = "Lies die Regeln" }
why = { de = "Sie sind kurz." , en = "They are short." }
link = "/rules"
button = { en = "The rules", de = "Die Regeln" }

[[step]]
id = "any"
title = "Vote"
done = "vote"
"#;

#[tokio::test]
async fn a_member_gets_the_checklist_in_their_language() {
    let (host, file, _folder) = with_checklist(STEPS).await;
    let texts = |list: &Value| {
        let (list, step) = (&list["checklist"], &list["checklist"]["steps"][0]);
        [&list["title"], &step["title"], &step["why"], &step["action"]["label"]]
            .map(|text| text.as_str().unwrap().to_owned())
    };
    let german = ["Deine ersten Schritte", "Lies die Regeln", "Sie sind kurz.", "Die Regeln"];
    let english = ["Your first steps", "Read the rules", "They are short.", "The rules"];
    let read = |accepted: &str| host.get("/checklist").header("accept-language", accepted).by("ann");
    let answer = read("de-AT").send().await;
    assert_eq!(texts(&answer.json()), german);
    assert_eq!(answer.header("content-language"), "de");
    assert!(answer.header("vary").contains("accept-language"));
    assert_eq!(texts(&read("en").ok().await), english);
    assert_eq!(
        texts(&read("ja").ok().await)[2],
        "Sie sind kurz.",
        "each text has a first language of its own"
    );
    let all = host.get("/checklist?lang=*").by("ann").ok().await;
    assert_eq!(all["checklist"]["title"], json!({"en": english[0], "de": german[0]}));
    let mut feed = host.get("/events?topics=member:me&lang=de").by("ann").follow().await;
    assert_eq!(texts(&feed.next().await.data), german);
    let done = host.call("PUT", "/checklist/steps/rules?lang=de").json(&json!({"state": "done"})).by("ann");
    assert_eq!(texts(&done.ok().await), german);
    assert_eq!(texts(&feed.next().await.data), german);
    // A translation that changes is taken up like any other change, and the file as it is changes nothing.
    std::fs::write(&file, STEPS.replace("Lies die Regeln", "Die Regeln lesen")).unwrap();
    assert_eq!(texts(&feed.next().await.data)[1], "Die Regeln lesen");
}
