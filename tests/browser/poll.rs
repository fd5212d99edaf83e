//! `<folk-poll>`, as a member, a guest and a late vote meet it.

use std::time::Duration;

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::{Element, Key, Page};
use crate::said::{any, percent, said, saved, turnout, voted};
use crate::site::Site;

const DINNER: &str = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>"#;

async fn dinner(site: &Site, member: &str) -> (Page, Element) {
    let page = site.embed(Embed::new(DINNER).seen_by(member)).await;
    let poll = page.find("folk-poll");
    (page, poll)
}

async fn vote(poll: &Element, option: &str) {
    poll.find(&format!("input[value={option}]")).click().await;
    poll.find("button.primary").click().await;
}

fn row(poll: &Element, label: &str) -> Element {
    poll.find("li.row").with_text(label)
}

/// What a row shows of its votes, and tells screen readers.
fn share(of_100: u32, votes: u32) -> String {
    [percent(of_100), said!(votes, count = votes)].join(" ")
}

#[test]
fn a_vote_turns_rows_into_results_in_place_and_is_there_after_a_reload() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        let height = "return element.getBoundingClientRect().height;";
        let before = poll.find("section").eval(height).await;
        vote(&poll, "pizza").await;
        row(&poll, "Pizza place")
            .text_becomes(format!("Pizza place{} {}", said!(your_vote), share(29, 7)))
            .await;
        row(&poll, "Taco truck").text_becomes(format!("Taco truck {}", share(33, 8))).await;
        poll.find(".count").text_contains(saved(24)).await;
        assert_eq!(poll.find("section").eval(height).await, before, "nothing jumps");
        page.reload().await;
        row(&poll, "Pizza place")
            .text_becomes(format!("Pizza place{} {}", said!(your_vote), share(29, 7)))
            .await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn its_rows_stay_where_they_are_at_the_vote_in_a_narrow_column_too() {
    browse(async |site| {
        let page = site.embed(Embed::new(DINNER).seen_by("ann").narrow()).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(5).await;
        let tops = "return [...element.children].map((row) => row.offsetTop);";
        let before = poll.find(".rows").eval(tops).await;
        vote(&poll, "pizza").await;
        row(&poll, "Pizza place").text_contains(percent(29)).await;
        assert_eq!(poll.find(".rows").eval(tops).await, before);
    });
}

#[test]
fn a_second_window_sees_the_vote_arrive_within_a_second() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        let path = site.serve(Embed::new(DINNER).seen_by("otto"));
        let other = site.second_window(&path).await.find("folk-poll");
        other.find(".count").text_contains(turnout(23)).await;
        let before = other.find(".count").text().await;
        vote(&poll, "sushi").await;
        poll.find(".count").text_contains(said!(saved)).await;
        let voted = std::time::Instant::now();
        other.becomes(&format!("return seen(element).includes({});", json!(before)), false).await;
        assert!(voted.elapsed() < Duration::from_secs(1), "after {:?}", voted.elapsed());
    });
}

#[test]
fn a_vote_survives_a_restart_of_the_host() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        vote(&poll, "curry").await;
        poll.find(".count").text_contains(said!(saved)).await;
        site.restart_host();
        page.reload().await;
        let result = [said!(votes, count = 3), percent(12)].join(" · ");
        row(&poll, "Curry house").text_becomes(format!("Curry house{} {result}", said!(your_vote))).await;
    });
}

#[test]
fn the_live_feed_comes_back_after_a_restart_of_the_host() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        vote(&poll, "curry").await;
        poll.find(".count").text_contains(saved(24)).await;
        site.restart_host();
        let path = site.serve(Embed::new(DINNER).seen_by("otto"));
        let other = site.second_window(&path).await;
        vote(&other.find("folk-poll"), "curry").await;
        row(&page.find("folk-poll"), "Curry house").text_contains(said!(votes, count = 4)).await;
    });
}

#[test]
fn a_vote_can_be_changed_and_taken_back() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        vote(&poll, "pizza").await;
        row(&poll, "Pizza place").text_contains(said!(votes, count = 7)).await;
        poll.button(said!(change_vote)).click().await;
        poll.find("input[value=pizza]").becomes("return element.checked;", true).await;
        vote(&poll, "sushi").await;
        row(&poll, "Sushi bar").text_contains(said!(your_vote)).await;
        row(&poll, "Pizza place").text_contains(said!(votes, count = 6)).await;
        poll.button(said!(take_back)).click().await;
        poll.find("label.row").count_becomes(5).await;
        poll.find("[role=status]").text_becomes(said!(vote_taken_back)).await;
        poll.find(".count").text_contains(saved(23)).await;
    });
}

#[test]
fn changing_ones_mind_about_changing_keeps_the_vote() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        vote(&poll, "pizza").await;
        poll.button(said!(change_vote)).click().await;
        poll.button(said!(keep_my_vote)).click().await;
        row(&poll, "Pizza place").text_contains(said!(your_vote)).await;
    });
}

#[test]
fn several_options_are_checkboxes_and_too_many_are_said_so() {
    browse(async |site| {
        let body = r#"<folk-poll poll="meetup-topics"></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[type=checkbox]").count_becomes(6).await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_becomes(said!(choose_first)).await;
        for n in 0..3 {
            poll.find("input").nth(n).click().await;
        }
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_becomes(said!(choose_at_most, count = 2)).await;
        poll.find("input").nth(0).click().await;
        poll.find("button.primary").click().await;
        poll.find("li.mine").count_becomes(2).await;
    });
}

#[test]
fn a_closed_poll_shows_its_result_and_no_ballot() {
    browse(async |site| {
        let body = r#"<folk-poll poll="new-logo"></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".share").count_becomes(3).await;
        poll.find(".meta").text_matches(any!(closed_at)).await;
        assert_eq!(poll.find("input").count().await, 0);
        // What is left to do is to look how it was counted, and to hear what more comes of it.
        assert_eq!(poll.find("button:not(.opener, .bell)").count().await, 0);
    });
}

#[test]
fn hidden_results_stay_hidden_after_the_vote() {
    browse(async |site| {
        let body = r#"<folk-poll poll="moderator-election"></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".meta").text_contains(said!(results_after_close)).await;
        poll.find("input").nth(0).click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(said!(saved)).await;
        poll.find("li.mine").text_contains(said!(your_vote)).await;
        assert_eq!(poll.find(".share").count().await, 0);
    });
}

#[test]
fn a_poll_that_is_not_open_yet_says_when() {
    browse(async |site| {
        let body = r#"<folk-poll poll="next-month"></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".meta").text_matches(any!(opens_at)).await;
        poll.find("li.row").count_becomes(3).await;
        assert_eq!(poll.find("input").count().await, 0);
        // Whoever may see the result sees no figures: there are none yet.
        site.edit("next-month", &json!({"results": "always"})).await;
        poll.find(".count").text_becomes(said!(may_vote, count = 48)).await;
        assert_eq!(poll.find(".share").count().await, 0);
        poll.find(".opener").with_text(said!(how_is_counted)).click().await;
        poll.find(".panel").text_contains(said!(rule_choice)).await;
        assert_eq!(poll.find("table").count().await, 0);
    });
}

#[test]
fn a_guest_chooses_and_is_shown_the_way_in() {
    browse(async |site| {
        let page = site.embed(Embed::new(DINNER).attributes(r#"data-sign-in="/login""#)).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").with_text(said!(sign_in_to_vote)).click().await;
        page.becomes("return location.pathname;", "/login").await;
    });
}

#[test]
fn everything_can_be_done_by_keyboard_and_the_focus_is_never_lost() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        poll.find("input[value=pizza]").focus().await;
        page.press(Key::Space).await;
        page.press(Key::Down).await;
        poll.find("input[value=sushi]").becomes("return element.checked;", true).await;
        page.press(Key::Tab).await;
        poll.find("button.primary").gets_focus().await;
        page.press(Key::Enter).await;
        poll.find("ul.rows").gets_focus().await;
        poll.find("[role=status]").text_contains(voted("Pizza place", 25, 6)).await;
        page.press(Key::Tab).await;
        poll.button(said!(change_vote)).gets_focus().await;
        page.press(Key::Enter).await;
        poll.find("fieldset").gets_focus().await;
    });
}

#[test]
fn an_answer_lost_on_the_way_back_counts_once() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        site.fail_times("PUT ", 1, Fault::AnswerDropped);
        vote(&poll, "pizza").await;
        poll.find(".count").text_contains(saved(24)).await;
        row(&poll, "Pizza place").text_contains(said!(votes, count = 7)).await;
        assert!(site.requests("PUT ").len() >= 2);
    });
}

#[test]
fn a_host_that_is_down_is_asked_again_and_the_member_knows() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        site.fail("PUT ", Fault::Status(503));
        vote(&poll, "pizza").await;
        poll.find(".wrong").text_contains(said!(vote_waits)).await;
        row(&poll, "Pizza place").text_contains(said!(your_vote)).await;
        site.heal();
        poll.find(".count").text_contains(said!(saved)).await;
    });
}

#[test]
fn a_poll_that_closed_meanwhile_says_so_and_what_was_chosen() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        let closed = json!({"type": "urn:folkmoot:problem:poll-closed", "status": 409});
        site.fail("PUT ", Fault::Refusal(409, closed));
        vote(&poll, "pizza").await;
        let said = [said!(refused_closed), said!(your_choice_was, choice = "Pizza place")].join(" ");
        poll.find(".wrong").text_becomes(said).await;
    });
}

#[test]
fn what_cannot_be_loaded_says_so_and_can_be_tried_again() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/polls", Fault::Status(500));
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("[role=alert]").text_becomes(said!(poll_not_loaded)).await;
        site.heal();
        poll.button(said!(try_again)).click().await;
        poll.find("label.row").count_becomes(5).await;
        poll.find("fieldset").gets_focus().await;
    });
}

#[test]
fn while_it_loads_it_takes_the_room_it_will_need() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/polls", Fault::Slow(Duration::from_secs(3)));
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("section[aria-busy=true]").appears().await;
        let height = "return Math.round(element.getBoundingClientRect().height);";
        let before = poll.find("section").eval(height).await;
        poll.find("label.row").count_becomes(5).await;
        assert_eq!(poll.find("section").eval(height).await, before);
    });
}

#[test]
fn a_poll_that_is_not_there_leaves_the_fallback_beside_the_word() {
    browse(async |site| {
        let body = r#"<folk-poll poll="gone"><a href="/polls/gone">The poll</a></folk-poll>"#;
        let page = site.embed(Embed::new(body)).await;
        page.find("folk-poll").text_contains(said!(poll_gone)).await;
        page.find("folk-poll a").with_text("The poll").appears().await;
    });
}

#[test]
fn forums_4_a_deleted_poll_says_so_on_open_pages_and_on_later_ones() {
    browse(async |site| {
        let body =
            r#"<folk-poll poll="weekly-dinner"><a href="/polls/weekly-dinner">The poll</a></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("mia")).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(5).await;
        poll.find("input[value=pizza]").click().await;
        site.delete("weekly-dinner").await;
        poll.text_contains(said!(poll_deleted)).await;
        page.reload().await;
        poll.text_contains(said!(poll_deleted)).await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn the_page_hears_of_a_vote_once_the_host_has_it() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        page.eval("document.addEventListener('folk-vote', (event) => { window.heard = event.detail; });")
            .await;
        vote(&poll, "pizza").await;
        page.becomes("return window.heard;", json!({"poll": "weekly-dinner", "options": ["pizza"]})).await;
    });
}

#[test]
fn text_twice_as_large_in_a_narrow_column_can_be_read() {
    browse(async |site| {
        let large = "<style>:root { font-size: 32px }</style>";
        let logo = r#"<folk-poll poll="new-logo"></folk-poll>"#;
        let page = site.embed(Embed::new(logo).head(large).narrow().seen_by("ann")).await;
        let labels = page.find("folk-poll").find("li.row .label");
        labels.count_becomes(3).await;
        for at in 0..3 {
            let ems = "return element.offsetWidth / parseFloat(getComputedStyle(element).fontSize) > 2.5;";
            labels.nth(at).becomes(ems, true).await;
        }
    });
}

#[test]
fn hostile_texts_are_texts() {
    browse(async |site| {
        let long = "très long ".repeat(1_000);
        let hostile = [
            "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>",
            "\u{202e}elbisrever\u{202c} \u{2066}isolated",
            "👩‍👩‍👧‍👦🏳️‍🌈 &amp; &#x3c;b>",
            &long,
            "x'\"`${window.hacked=1}{{hacked}}",
        ];
        let options: Vec<_> = hostile
            .iter()
            .enumerate()
            .map(|(n, label)| json!({"id": format!("o{n}"), "label": label}))
            .collect();
        let votes: Vec<_> = (0..5).map(|n| json!({"option": format!("o{n}"), "votes": n})).collect();
        let poll = json!({"polls": [{
            "id": "weekly-dinner", "revision": 1_000_000, "title": hostile[0], "description": hostile[1],
            "options": options, "time_zone": "Not/A_Zone\u{202e}", "closes_at": "2999-01-01T00:00:00+13:45",
            "turnout": {"cast": 10}, "tally": {"voters": 10, "votes": votes}, "viewer": {"standing": "not_entitled"},
        }]});
        site.fail("GET /folkmoot/api/polls", Fault::Json(poll));
        let (page, poll) = dinner(site, "ann").await;
        poll.find("li.row").count_becomes(5).await;
        for (n, text) in hostile.iter().enumerate() {
            let shown = poll.find("li.row .label > bdi").nth(n).eval("return element.textContent;").await;
            // A run that turns the direction and does not end is ended, so that it turns nothing around it.
            let ended = text.replace("isolated", "isolated\u{2069}");
            assert_eq!(shown, json!(ended));
        }
        assert_eq!(poll.find("img, script").count().await, 0);
        assert_eq!(page.eval("return window.hacked ?? null;").await, json!(null));
        page.becomes("return document.documentElement.scrollWidth <= innerWidth;", true).await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn options_of_a_poll_that_is_not_open_yet_begin_where_their_rows_do() {
    browse(async |site| {
        let soon = json!({"id": "soon", "title": "Where?", "kind": "choice", "results": "after_close",
            "opens_at": "2999-01-01T00:00:00Z", "options": ["By the lake", "In the park"]});
        site.create(&soon).await;
        let embed = Embed::new(r#"<folk-poll poll="soon"></folk-poll>"#).seen_by("ann");
        for embed in [embed.clone(), embed.narrow()] {
            let page = site.embed(embed).await;
            let label = page.find("folk-poll").find(".bare .label").nth(0);
            let inset = "return start(element) - start(element.parentElement) < 20;";
            label.becomes(inset, true).await;
        }
    });
}

#[test]
fn a_poll_has_a_width_of_its_own_where_the_page_leaves_it_to_the_content() {
    browse(async |site| {
        let around = [
            "display: flex",
            "display: flex; flex-direction: column; align-items: center",
            "float: left",
            "display: inline-block",
            "display: table-cell",
            "width: fit-content",
            "display: grid; grid-template-columns: auto auto",
        ];
        let body: String =
            around.map(|style| format!(r#"<section><div style="{style}">{DINNER}</div></section>"#)).concat();
        let head = "<style>section { display: flow-root }</style>";
        let page = site.embed(Embed::new(&body).head(head).seen_by("ann")).await;
        for (at, style) in around.iter().enumerate() {
            let poll = page.find("folk-poll").nth(at);
            poll.find("label.row").count_becomes(5).await;
            let width = poll.find(".card").eval("return element.getBoundingClientRect().width;").await;
            assert!(width.as_f64().is_some_and(|width| width > 400.0), "{style}: {width}");
        }
    });
}
