//! Hosts that tell polls wrongly.

use serde_json::json;

use crate::broken::{Break, each_fails, member, voter};

#[tokio::test]
async fn a_host_that_brings_the_wrong_polls_is_named_for_it() {
    each_fails(
        member(),
        vec![
            (
                "brings a poll twice",
                Break::json(|_, json| {
                    if let Some(polls) = json["polls"].as_array_mut() {
                        polls.extend(polls.first().cloned());
                    }
                }),
                &["polls.batch"],
            ),
            (
                "does not wrap a poll that is read alone",
                Break::json(|asked, json| {
                    if asked.path.starts_with("/polls/") && json["poll"].is_object() {
                        *json = json["poll"].take();
                    }
                }),
                &["polls.one"],
            ),
            (
                "has every poll that one can think of",
                Break::answer(|asked, r| {
                    if asked.path.starts_with("/polls/folkmoot-check") {
                        r.json(200, &json!({"poll": null}));
                    }
                }),
                &["polls.unknown-404"],
            ),
            (
                "tells who voted in secret",
                Break::answer(|asked, r| {
                    if asked.path.ends_with("/voters") {
                        r.json(200, &json!({"voters": []}));
                    }
                }),
                &["voters.public-only"],
            ),
            (
                "does not tell who voted in public",
                Break::polls(|_, poll| poll["secrecy"] = json!("public"))
                    .and(Break::ask(|asked| asked.path = asked.path.replace("/voters", "/nothing"))),
                &["voters.list"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_stumbles_over_pages_that_ask_for_what_elements_show_is_named_for_it() {
    each_fails(
        member(),
        vec![
            (
                "has no polls for such a page",
                Break::answer(|asked, r| {
                    if asked.path.contains("&paint=") {
                        r.json(200, &json!({"polls": [], "missing": []}));
                    }
                }),
                &["polls.paint"],
            ),
            (
                "paints with HTML",
                Break::json(|asked, json| {
                    if asked.path.contains("&paint=") {
                        json["paints"] = json!({"p": {"html": "<b>Which?</b>"}});
                    }
                }),
                &["polls.paint"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_takes_readers_for_readers_of_another_language_is_named_for_it() {
    each_fails(
        member(),
        vec![
            (
                "has no answer in a language that it does not know",
                Break::answer(|asked, r| {
                    if asked.path.contains("?lang=") {
                        r.json(200, &json!({"poll": null}));
                    }
                }),
                &["language.any"],
            ),
            (
                "has caches give German to everybody",
                Break::polls(|asked, poll| {
                    if asked.headers.get("accept-language").is_some_and(|language| language == "de") {
                        poll["title"] = json!("Welches?");
                    }
                })
                .and_then(|_, r| drop(r.headers.remove("vary"))),
                &["language.vary"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_whose_polls_cannot_be_is_named_for_it() {
    each_fails(
        member(),
        vec![
            ("has polls without a title", Break::polls(|_, p| drop(p["title"].take())), &["poll.shape"]),
            ("asks for more than it allows", Break::polls(|_, p| p["min"] = json!(9)), &["poll.sense"]),
            ("makes up words", Break::polls(|_, p| p["results"] = json!("perhaps")), &["poll.sense"]),
            ("has no revisions", Break::polls(|_, p| drop(p["revision"].take())), &["poll.revision"]),
            (
                "takes a guest for a member",
                Break::polls(|_, poll| {
                    if poll["viewer"]["standing"] == "guest" {
                        poll["viewer"]["standing"] = json!("entitled");
                    }
                }),
                &["poll.standing"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_goes_back_in_time_is_named_for_it() {
    let earlier = Break::polls(|asked, poll| {
        if asked.is("GET", "/polls/") {
            poll["revision"] = json!(poll["revision"].as_u64().unwrap().saturating_sub(1).max(1));
        }
    });
    each_fails(voter(), vec![("reads from an old copy", earlier, &["revision.forwards"])]).await;
}

#[tokio::test]
async fn a_host_that_tells_what_is_hidden_or_counts_wrongly_is_named_for_it() {
    let tally = |change: fn(&mut serde_json::Value)| {
        Break::polls(move |_, poll| {
            if poll["tally"].is_object() {
                change(&mut poll["tally"]);
            }
        })
    };
    each_fails(
        voter(),
        vec![
            (
                "leaks a tally",
                Break::polls(|_, poll| {
                    if poll.get("tally").is_none() {
                        poll["tally"] = json!({"voters": 30, "votes": []});
                    }
                }),
                &["tally.absent-when-hidden"],
            ),
            (
                "leaks votes without calling them a tally",
                Break::polls(|_, poll| {
                    if poll.get("tally").is_none() {
                        poll["options"][0]["votes"] = json!(3);
                    }
                }),
                &["tally.absent-when-hidden"],
            ),
            (
                "counts votes for what is no option",
                tally(|tally| tally["votes"][0]["option"] = json!("ghost")),
                &["tally.options"],
            ),
            (
                "counts more votes than voters",
                tally(|tally| tally["votes"][0]["votes"] = json!(9999)),
                &["poll.sense", "tally.counts"],
            ),
            (
                "knows what was chosen in an anonymous poll",
                Break::polls(|_, poll| poll["secrecy"] = json!("anonymous")),
                &["ballot.anonymous"],
            ),
        ],
    )
    .await;
}
