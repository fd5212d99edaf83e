//! `<folk-checklist>`: steps by hand and by the host.

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::Key;
use crate::said::said;

const BODY: &str = r#"<folk-checklist></folk-checklist><folk-poll poll="weekly-dinner"></folk-poll>"#;

#[test]
fn the_current_step_is_open_and_done_ones_rest() {
    browse(async |site| {
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.find("h3").text_contains(said!(steps_done, done = 1, of = 3)).await;
        list.find("li.rests").text_contains(format!("Read the house rules {}", said!(step_done))).await;
        list.find("li.current").text_contains("Write a line about yourself").await;
        assert_eq!(list.find("li.current").attribute("aria-current").await.as_deref(), Some("step"));
    });
}

#[test]
fn a_step_done_by_hand_is_kept_and_announced() {
    browse(async |site| {
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.button(said!(step_mark_as_done)).click().await;
        list.find("h3").text_contains(said!(steps_done, done = 2, of = 3)).await;
        list.find("[role=status]").text_becomes(said!(step_saved, next = "Vote in a poll")).await;
        page.reload().await;
        list.find("h3").text_contains(said!(steps_done, done = 2, of = 3)).await;
    });
}

#[test]
fn a_step_can_be_done_by_keyboard_and_the_focus_is_not_lost() {
    browse(async |site| {
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.button(said!(step_mark_as_done)).appears().await;
        page.press(Key::Tab).await;
        list.find("button").gets_focus().await;
        page.press(Key::Enter).await;
        list.find("h3").text_contains(said!(steps_done, done = 2, of = 3)).await;
        list.find("ol").gets_focus().await;
    });
}

#[test]
fn the_host_ticks_a_step_off_when_it_sees_it_happen() {
    browse(async |site| {
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        page.eval(
            "document.addEventListener('folk-step', (event) => { window.heard = event.detail.step; });",
        )
        .await;
        let (list, poll) = (page.find("folk-checklist"), page.find("folk-poll"));
        list.find("h3").text_contains(said!(steps_done, done = 1, of = 3)).await;
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        list.find("h3").text_contains(said!(steps_done, done = 2, of = 3)).await;
        page.becomes("return window.heard;", "vote").await;
    });
}

#[test]
fn a_finished_list_says_so() {
    browse(async |site| {
        let page = site.embed(Embed::new(BODY).seen_by("otto")).await;
        page.find("folk-checklist").text_contains(said!(checklist_finished)).await;
    });
}

#[test]
fn guests_see_what_stands_between_the_tags() {
    browse(async |site| {
        let body = r#"<folk-checklist><a href="/welcome">New here?</a></folk-checklist>"#;
        let page = site.embed(Embed::new(body)).await;
        page.becomes(
            "return document.querySelector('folk-checklist').shadowRoot.querySelector('.place') !== null;",
            true,
        )
        .await;
        page.find("folk-checklist a").with_text("New here?").appears().await;
        assert_eq!(page.find("folk-checklist").text().await, "New here?");
    });
}

#[test]
fn what_cannot_be_loaded_can_be_tried_again() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/checklist", Fault::Html);
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.find("[role=alert]").text_becomes(said!(checklist_not_loaded)).await;
        site.heal();
        list.button(said!(try_again)).click().await;
        list.find("h3").text_contains(said!(steps_done, done = 1, of = 3)).await;
    });
}

#[test]
fn a_hosts_link_that_is_a_script_is_no_link() {
    browse(async |site| {
        let step = |id: &str, href: &str| serde_json::json!({"id": id, "title": "<b>Step</b>", "action": {"label": "Go", "href": href}});
        let list = serde_json::json!({"checklist": {"revision": 1, "title": "<i>Hi</i>", "steps": [
            step("a", "javascript:window.hacked=1")]}});
        site.fail("GET /folkmoot/api/checklist", Fault::Json(list));
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.find("li.current").text_contains("<b>Step</b>").await;
        assert_eq!(list.find("a").count().await, 0);
    });
}

#[test]
fn embedding_31_a_step_with_nothing_to_press_leaves_no_gap() {
    browse(async |site| {
        let steps = [("a", "host"), ("b", "host")]
            .map(|(id, by)| serde_json::json!({"id": id, "title": "Step", "by": by}));
        let list = serde_json::json!({"checklist": {"revision": 1, "title": "First steps", "steps": steps}});
        site.fail("GET /folkmoot/api/checklist", Fault::Json(list));
        let page = site.embed(Embed::new(BODY).seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.find("li.current").appears().await;
        list.find("li.current .foot:not([hidden]), li.current button").count_becomes(0).await;
        let heights = "const [open, closed] = [...element.querySelectorAll('li')].map((step) => step.getBoundingClientRect().height);
            return open - closed < 8;";
        list.find("ol").becomes(heights, true).await;
    });
}
