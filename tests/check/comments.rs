//! Hosts that get wrong what is said about a poll.

use serde_json::{Value, json};

use crate::broken::{Asked, Break, Site, each_fails_at, names, reader, writer};
use crate::client::{claims, token};
use crate::spoil::{COMMENTS, answer, each, forgets_keys, is_guest, misses, refuses, said, says};

/// Spoils each comment that is read.
fn comments(spoil: impl Fn(&Asked, &mut Value) + Send + Sync + 'static) -> Break {
    Break::json(move |asked, json| each(json, "comments", |comment| spoil(asked, comment)))
}

#[tokio::test]
async fn a_host_that_tells_comments_wrongly_is_named_for_it() {
    each_fails_at(
        Site::around,
        reader(),
        vec![
            ("does not let guests read", refuses("GET", COMMENTS, is_guest), &["comments.list"]),
            (
                "has numbers for cursors",
                answer("GET", COMMENTS, |j| j["next"] = json!(2)),
                &["comments.list"],
            ),
            ("does not name who comments", comments(|_, c| drop(c["name"].take())), &["comment.shape"]),
            ("has times of its own", comments(|_, c| c["at"] = json!("yesterday")), &["comment.shape"]),
            (
                "has comments of any length",
                comments(|_, c| c["text"] = json!("é".repeat(501))),
                &["comment.shape"],
            ),
            (
                "begins with the oldest",
                answer("GET", COMMENTS, |json| json["comments"].as_array_mut().unwrap().reverse()),
                &["comments.latest-first"],
            ),
            (
                "counts comments that were taken away",
                Break::polls(|_, poll| {
                    if poll["commentable"] == true {
                        poll["comments"] = json!(poll["comments"].as_u64().unwrap_or(0) + 1);
                    }
                }),
                &["comments.count"],
            ),
        ],
    )
    .await;
}

/// A poll with more comments than come on a page.
async fn crowded(broken: Break) -> Site {
    let site = Site::around(broken).await;
    for n in 0..53 {
        let by = if n == 0 { "ann" } else { "bela" };
        site.post(by, "talk/comments", &json!({"text": format!("No. {n}")})).await;
    }
    site
}

#[tokio::test]
async fn a_comment_that_was_there_before_is_never_taken_for_the_check_s_own() {
    let signed = format!("Bearer {}", token(&claims("ann")));
    // Takes a guest's comment for ann's, so that there is one more than before, and has lost the text of an old one of hers.
    let broken = Break::ask(move |asked| {
        if asked.is("POST", COMMENTS) && is_guest(asked) {
            asked.set("authorization", &signed);
        }
    })
    .and(comments(|_, comment| {
        if comment["text"] == "No. 0" {
            comment["text"] = json!("");
        }
    }));
    let site = crowded(broken).await;
    let before = site.host.poll("talk").await["comments"].clone();
    let report = site.check(writer()).await;
    assert!(names(&report).0.contains(&"comment.guest-401"), "{report}");
    assert_eq!(site.host.poll("talk").await["comments"], before, "{report}");
    assert!(report.notes.is_empty(), "{report}");
}

#[tokio::test]
async fn a_comment_that_says_nothing_and_is_taken_is_taken_back() {
    let site = crowded(
        says(COMMENTS, "text", |text| if text.trim().is_empty() { "\u{200b}.".into() } else { text.into() })
            .and(comments(|_, comment| {
                if comment["text"] == "\u{200b}." {
                    comment["text"] = json!("");
                }
            })),
    )
    .await;
    let before = site.host.poll("talk").await["comments"].clone();
    let report = site.check(writer()).await;
    assert!(names(&report).0.contains(&"comment.empty"), "{report}");
    assert_eq!(site.host.poll("talk").await["comments"], before, "{report}");
    assert!(report.notes.is_empty(), "{report}");
}

/// Spoils all pages but the first.
fn later_pages(spoil: fn(&mut Vec<Value>)) -> Break {
    Break::json(move |asked, json| {
        if asked.path.contains("cursor=") {
            spoil(json["comments"].as_array_mut().unwrap());
        }
    })
}

#[tokio::test]
async fn a_host_that_loses_or_repeats_comments_between_pages_is_named_for_it() {
    let report = crowded(Break::default()).await.check(reader()).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    assert!(!skipped.contains(&"comments.pages"), "{report}");
    let first = Break::ask(|asked| {
        if asked.path.starts_with(COMMENTS) {
            asked.path = COMMENTS.into();
        }
    });
    each_fails_at(
        crowded,
        reader(),
        vec![
            ("has one page again and again", first, &["comments.pages"]),
            ("has an empty page at the end", later_pages(Vec::clear), &["comments.pages"]),
            (
                "goes on with what is newer",
                later_pages(|page| page[0]["at"] = json!("2999-01-01T00:00:00Z")),
                &["comments.pages"],
            ),
            ("loses one between two pages", later_pages(|page| drop(page.remove(0))), &["comments.count"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_takes_comments_wrongly_is_named_for_it() {
    each_fails_at(
        Site::around,
        writer(),
        vec![
            (
                "tells a guest that they may not comment, instead of to sign in",
                refuses("POST", COMMENTS, is_guest),
                &["comment.guest-401"],
            ),
            (
                "cuts what is too long",
                says(COMMENTS, "text", |text| text.chars().take(500).collect()),
                &["comment.too-long"],
            ),
            (
                "does not say what is wrong with an empty comment",
                refuses("POST", COMMENTS, |asked| said(asked, "text").trim().is_empty()),
                &["comment.empty"],
            ),
            (
                "answers a comment with the poll as it was before",
                answer("POST", COMMENTS, |json| {
                    let comments = json["poll"]["comments"].as_u64().unwrap_or(0);
                    json["poll"]["comments"] = json!(comments.saturating_sub(1));
                }),
                &["comment.post"],
            ),
            ("does not know a comment's key again", forgets_keys(COMMENTS), &["comment.idempotent"]),
            (
                "puts a comment where nobody looks",
                answer("GET", COMMENTS, |json| {
                    if json["comments"][0]["text"].as_str().unwrap().starts_with("folkmoot check") {
                        json["comments"].as_array_mut().unwrap().rotate_left(1);
                    }
                }),
                &["comment.latest"],
            ),
            (
                "does not tell a member which comments are theirs",
                comments(|_, comment| drop(comment["mine"].take())),
                &["comment.mine"],
            ),
            (
                "tells everybody that each comment is theirs",
                comments(|_, comment| comment["mine"] = json!(true)),
                &["comment.mine"],
            ),
            ("does not find what is to be taken back", misses(COMMENTS), &["comment.take-back"]),
            (
                "counts what was taken back",
                answer("DELETE", COMMENTS, |json| {
                    json["poll"]["comments"] = json!(json["poll"]["comments"].as_u64().unwrap() + 1);
                }),
                &["comment.take-back"],
            ),
        ],
    )
    .await;
}
