//! Ways that are blocked between a page and its host: a feed that is held up, methods that are not let through, files that
//! are gone, a database that was restored.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;

const DINNER: &str = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>"#;

/// Has long waits of the page pass twenty times as fast.
const HASTE: &str = "<script>
    const later = window.setTimeout;
    window.setTimeout = (run, wait, ...more) => later(run, wait >= 5000 ? wait / 20 : wait, ...more);
</script>";

#[test]
fn embedding_13_forums_8_what_others_vote_is_seen_though_a_proxy_holds_the_feed() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/events", Fault::Held);
        let page = site.embed(Embed::new(DINNER).head(HASTE).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".count").text_contains("23 of").await;
        site.vote_elsewhere("weekly-dinner", "otto", "pizza").await;
        poll.find(".count").text_contains("24 of").await;
        site.vote_elsewhere("weekly-dinner", "mia", "pizza").await;
        poll.find(".count").text_contains("25 of").await;
    });
}

#[test]
fn embedding_15_a_vote_goes_by_post_where_a_proxy_lets_put_not_through_and_is_kept_where_neither_passes() {
    browse(async |site| {
        site.fail("PUT ", Fault::Status(501));
        let page = site.embed(Embed::new(DINNER).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains("Saved · 24 of").await;
        assert_eq!(site.requests("PUT ").len(), 1);
        assert_eq!(site.requests("POST /folkmoot/api/polls/weekly-dinner/ballot").len(), 1);

        site.heal();
        site.fail("/ballot", Fault::Status(405));
        let heard = "<script>addEventListener('folk-error', ({ detail }) => { window.heard = detail.code; });</script>";
        let page = site.embed(Embed::new(DINNER).head(heard).seen_by("otto")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_contains("the site lets no votes through").await;
        page.becomes("return window.heard;", "blocked").await;
        let told = page.console().await;
        assert!(told.iter().any(|line| line.contains("the site lets no votes through")), "{told:?}");
        site.heal();
        poll.find("button").with_text("Send now").click().await;
        poll.find(".count").text_contains("Saved · 25 of").await;
    });
}

#[test]
fn embedding_16_a_module_that_a_deploy_took_away_has_the_page_reloaded() {
    browse(async |site| {
        site.fail("folkmoot-kinds-", Fault::Status(404));
        let page = site.embed(Embed::new(r#"<folk-poll poll="excursion"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.text_contains("The site was updated since this page was opened.").await;
        let asked = site.requests("folkmoot-kinds-").len();
        site.heal();
        page.eval("window.old = true;").await;
        poll.find("button").with_text("Reload the page").click().await;
        poll.find("button.add").appears().await;
        assert_eq!(page.eval("return window.old ?? null;").await, json!(null));
        assert_eq!(site.requests("folkmoot-kinds-").len(), asked + 2, "its code and its texts");
    });
}

#[test]
fn embedding_18_a_page_that_stays_open_over_a_restored_database_shows_what_that_has() {
    browse(async |site| {
        let page = site.embed(Embed::new(DINNER).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".count").text_contains("23 of").await;
        let copy = site.back_up();
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains("Saved · 24 of").await;
        site.restore(&copy);
        poll.find(".count").text_contains("23 of").await;
        poll.find("input[value=pizza]").appears().await;
        let said = poll.text().await;
        assert!(!said.contains("taken back") && !said.contains("Saved"), "{said}");
    });
}
