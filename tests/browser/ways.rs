//! Ways that are blocked between a page and its host: a feed that is held up, methods that are not let through, files that
//! are gone, a database that was restored.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::said::{said, saved, turnout};
use crate::site::Site;

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
        poll.find(".count").text_contains(turnout(23)).await;
        site.vote_elsewhere("weekly-dinner", "otto", "pizza").await;
        poll.find(".count").text_contains(turnout(24)).await;
        site.vote_elsewhere("weekly-dinner", "mia", "pizza").await;
        poll.find(".count").text_contains(turnout(25)).await;
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
        poll.find(".count").text_contains(saved(24)).await;
        assert_eq!(site.requests("PUT ").len(), 1);
        assert_eq!(site.requests("POST /folkmoot/api/polls/weekly-dinner/ballot").len(), 1);

        site.heal();
        site.fail("/ballot", Fault::Status(405));
        let heard = "<script>addEventListener('folk-error', ({ detail }) => { window.heard = detail.code; });</script>";
        let page = site.embed(Embed::new(DINNER).head(heard).seen_by("otto")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_contains(said!(vote_waits_blocked)).await;
        page.becomes("return window.heard;", "blocked").await;
        let told = page.console().await;
        assert!(told.iter().any(|line| line.contains("the site lets no votes through")), "{told:?}");
        site.heal();
        poll.button(said!(send_now)).click().await;
        poll.find(".count").text_contains(saved(25)).await;
    });
}

#[test]
fn embedding_16_a_module_that_a_deploy_took_away_has_the_page_reloaded() {
    browse(async |site| {
        site.fail("folkmoot-kinds-", Fault::Status(404));
        let page = site.embed(Embed::new(r#"<folk-poll poll="excursion"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.text_contains(said!(site_updated)).await;
        let code = |site: &Site| {
            site.requests("folkmoot-kinds-").iter().filter(|request| request.contains(".wasm")).count()
        };
        let asked = code(site);
        site.heal();
        page.eval("window.old = true;").await;
        poll.button(said!(reload_page)).click().await;
        poll.find("button.add").appears().await;
        assert_eq!(page.eval("return window.old ?? null;").await, json!(null));
        assert_eq!(code(site), asked + 1, "the part is fetched once");
    });
}

#[test]
fn embedding_18_a_page_that_stays_open_over_a_restored_database_shows_what_that_has() {
    browse(async |site| {
        let page = site.embed(Embed::new(DINNER).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".count").text_contains(turnout(23)).await;
        let copy = site.back_up();
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(saved(24)).await;
        site.restore(&copy);
        poll.find(".count").text_contains(turnout(23)).await;
        poll.find("input[value=pizza]").appears().await;
        for words in [said!(vote_taken_back), said!(saved)] {
            poll.text_lacks(words).await;
        }
    });
}
