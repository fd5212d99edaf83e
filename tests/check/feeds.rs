//! Hosts whose live feed is not to be relied on.

use serde_json::Value;

use crate::broken::{Asked, Break, each_fails, voter};

/// Spoils the JSON of an event.
fn data(text: &str, spoil: impl Fn(&mut Value)) -> String {
    let line = |line: &str| match line.strip_prefix("data: ") {
        None => line.to_owned(),
        Some(data) => {
            let mut json = serde_json::from_str(data).unwrap();
            spoil(&mut json);
            format!("data: {json}")
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn resumed(asked: &Asked) -> bool {
    asked.has("last-event-id")
}

#[tokio::test]
async fn a_host_whose_events_are_not_as_they_should_be_is_named_for_it() {
    each_fails(
        voter(),
        vec![
            (
                "sends events without a revision",
                Break::event(|_, _, text| {
                    data(&text, |json| {
                        if let Some(poll) = json.get_mut("poll") {
                            poll["revision"].take();
                        }
                    })
                }),
                &["events.revision"],
            ),
            (
                "sends events without a position",
                Break::event(|_, _, text| {
                    text.split('\n').filter(|line| !line.starts_with("id:")).collect::<Vec<_>>().join("\n")
                }),
                &["events.id"],
            ),
            (
                "sends polls unwrapped",
                Break::event(|_, _, text| {
                    data(&text, |json| {
                        if json["poll"].is_object() {
                            *json = json["poll"].take();
                        }
                    })
                }),
                &["events.data", "events.live", "events.missed"],
            ),
            (
                "sends what was not asked for",
                Break::event(|_, _, text| {
                    let other = data(&text, |json| {
                        if json["poll"].is_object() {
                            json["poll"]["id"] =
                                format!("not-{}", json["poll"]["id"].as_str().unwrap()).into();
                        }
                    });
                    other + &text
                }),
                &["events.topics"],
            ),
            (
                "leaks a tally in the feed alone",
                Break::event(|_, _, text| {
                    data(&text, |json| {
                        if json["poll"]["id"] == "roadmap" {
                            json["poll"]["tally"] = serde_json::json!({"voters": 30, "votes": []});
                        }
                    })
                }),
                &["tally.absent-when-hidden"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_whose_feed_loses_or_repeats_events_is_named_for_it() {
    each_fails(
        voter(),
        vec![
            (
                "does not look at Last-Event-ID",
                Break::ask(|asked| drop(asked.headers.remove("last-event-id"))),
                &["events.resume"],
            ),
            (
                "resumes with nothing",
                Break::event(|asked, _, text| if resumed(asked) { String::new() } else { text }),
                &["events.missed"],
            ),
            (
                "sends the first state and no other",
                Break::event(|asked, n, text| {
                    // The hint when to come back, the poll and the checklist.
                    let first = n < 3 || asked.path.matches("poll:").count() > 1;
                    if first || resumed(asked) { text } else { String::new() }
                }),
                &["events.live"],
            ),
            (
                "does not call its feed one",
                Break::answer(|asked, r| {
                    if asked.path.starts_with("/events") && r.status == 200 {
                        r.set("content-type", "application/json");
                    }
                }),
                &["events.opens", "events.live"],
            ),
            (
                "lets a guest follow what only members have",
                Break::ask(|asked| {
                    if !asked.has("authorization") {
                        asked.path = asked.path.replace("member:me", "poll:p");
                    }
                }),
                &["events.guest-me-401"],
            ),
        ],
    )
    .await;
}
