//! The checklist as a file.

use std::path::PathBuf;

use folkmoot::server::Server;
use serde_json::{Value, json};

use crate::client::{Host, config, poll};

const FILE: &str = r#"
title = "Your first steps"

[[step]]
id = "rules"
title = "Read the rules"
link = "/rules"

[[step]]
id = "any"
title = "Vote in a poll"
done = "vote"

[[step]]
id = "dinner"
title = "Vote in the dinner poll"
poll = "dinner"
link = "/polls/dinner"
"#;

/// A host whose checklist is this file, and where the file is.
async fn with_file(text: &str) -> (Host, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checklist.toml");
    std::fs::write(&file, text).unwrap();
    let host = Host::with(|config| config.checklist = Some(file.clone())).await;
    (host, file, folder)
}

/// The steps' ids, and which of them are done.
fn steps(list: &Value) -> Vec<(&str, bool)> {
    let steps = list["checklist"]["steps"].as_array().unwrap();
    steps.iter().map(|step| (step["id"].as_str().unwrap(), step.get("done_at").is_some())).collect()
}

#[tokio::test]
async fn forums_3_a_fresh_host_shows_the_checklist_of_a_file() {
    let (host, _, _folder) = with_file(FILE).await;
    for id in ["dinner", "other"] {
        host.add(&poll(id)).await;
    }
    let list = host.get("/checklist").by("ann").ok().await;
    assert_eq!(list["checklist"]["title"], "Your first steps");
    assert_eq!(steps(&list), [("rules", false), ("any", false), ("dinner", false)]);
    assert_eq!(list["checklist"]["steps"][2]["action"], json!({"label": "Vote", "href": "/polls/dinner"}));
    assert_eq!(host.get("/checklist").ok().await, json!({"checklist": null}));
    host.vote("other", 1, &["a"]).by("ann").ok().await;
    let list = host.get("/checklist").by("ann").ok().await;
    assert_eq!(steps(&list), [("rules", false), ("any", true), ("dinner", false)]);
    host.vote("dinner", 1, &["a"]).by("ann").ok().await;
    host.call("PUT", "/checklist/steps/rules").json(&json!({"state": "done"})).by("ann").ok().await;
    let list = host.get("/checklist").by("ann").ok().await;
    assert_eq!(steps(&list), [("rules", true), ("any", true), ("dinner", true)]);
}

#[tokio::test]
async fn forums_3_a_changed_file_is_taken_up_and_nothing_that_members_did_is_undone() {
    let (host, file, _folder) = with_file(FILE).await;
    host.add(&poll("dinner")).await;
    host.add(&poll("logo")).await;
    host.call("PUT", "/checklist/steps/rules").json(&json!({"state": "done"})).by("ann").ok().await;
    host.vote("logo", 1, &["a"]).by("ann").ok().await;
    let mut feed = host.get("/events?topics=member:me").by("ann").follow().await;
    let before = feed.next().await.data;
    let other = r#"title = "Now"
[[step]]
id = "logo"
title = "Vote for the logo"
poll = "logo"
[[step]]
id = "hello"
title = "Say hello"
"#;
    std::fs::write(&file, other).unwrap();
    let after = feed.next().await.data;
    assert_eq!(
        steps(&after),
        [("logo", true), ("hello", false)],
        "who has voted already need not do it again"
    );
    assert!(after["checklist"]["revision"].as_u64() > before["checklist"]["revision"].as_u64());
    // A file with a fault changes nothing; the next good one is taken up again.
    std::fs::write(&file, "title = 7").unwrap();
    assert_eq!(steps(&host.get("/checklist").by("ann").ok().await), [("logo", true), ("hello", false)]);
    std::fs::write(&file, FILE).unwrap();
    assert_eq!(steps(&feed.next().await.data), [("rules", true), ("any", true), ("dinner", false)]);
}

#[tokio::test]
async fn forums_3_a_bad_file_keeps_the_host_from_starting_and_says_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checklist.toml");
    std::fs::write(&file, "title = \"T\"\n\n[[step]]\nid = \"a\"\ntitle = \"A\"\ndone = \"soon\"\n").unwrap();
    let mut wrong = config();
    wrong.checklist = Some(file.clone());
    let told = Server::bind(wrong).await.err().unwrap().to_string();
    let right = "done: \"soon\" is none of \"hand\" and \"vote\"";
    assert_eq!(told, format!("{}:6: {right}", file.display()));
    let mut absent = config();
    absent.checklist = Some(folder.path().join("nowhere.toml"));
    let told = Server::bind(absent).await.err().unwrap().to_string();
    assert!(told.contains("nowhere.toml"), "{told}");
}
