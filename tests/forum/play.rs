//! Members come and go; what they vote counts for them and for nobody else.

use serde_json::json;

use crate::client::browse;
use crate::host::{Host, Mode};
use crate::members::{dinner, go_back, sign_in, sign_out, thread, vote};
use crate::page::{Page, until};

/// Waits until these have voted, and nobody else.
async fn voted(host: &Host, voters: &[&str]) {
    let right = json!(voters);
    let found = until(async || Ok::<_, String>(host.voters().await.into()), |found| *found == right).await;
    assert_eq!(found, Ok(right));
}

/// Signs in, votes, signs out in another tab, comes back to the first and tries to vote again.
async fn leaves_in_another_tab(host: &Host, page: Page, other: Page) {
    host.pose_dinner().await;
    sign_in(&page, host, "alice").await;
    vote(&page, "pizza").await;
    voted(host, &["alice: pizza"]).await;

    // Alice leaves in another tab; somebody else comes back to the page that was hers.
    other.goto(&thread(host)).await;
    sign_out(&other).await;
    page.eval("location.href = '/categories/';").await;
    page.becomes("return location.pathname;", "/categories/").await;
    go_back(&page).await;
    dinner(&page)
        .becomes("return /1 vote/.test(seen(element)) && !/your|Change/.test(seen(element));", true)
        .await;
    voted(host, &["alice: pizza"]).await;

    // Bob signs in on the same browser: he has not voted, and his vote is his own.
    sign_in(&page, host, "bob").await;
    vote(&page, "sushi").await;
    voted(host, &["alice: pizza", "bob: sushi"]).await;
    sign_out(&other).await;
}

#[test]
fn nothing_counts_for_who_left_where_a_token_says_who_is_asking() {
    browse(async |site| {
        let host = Host::start(Mode::Token);
        let page = site.open(&thread(&host)).await;
        let other = site.second_window(&thread(&host)).await;
        leaves_in_another_tab(&host, page, other).await;
    });
}

#[test]
fn nothing_counts_for_who_left_where_a_cookie_says_who_is_asking() {
    browse(async |site| {
        let host = Host::start(Mode::Cookie);
        let page = site.open(&thread(&host)).await;
        let other = site.second_window(&thread(&host)).await;
        leaves_in_another_tab(&host, page, other).await;
    });
}

#[test]
fn a_fresh_host_shows_a_checklist_and_after_some_days_a_badge() {
    browse(async |site| {
        let mut host = Host::start(Mode::Token);
        host.pose_dinner().await;
        let page = site.open(&thread(&host)).await;
        sign_in(&page, &host, "carol").await;
        for days_ago in (0..10).rev() {
            host.restart(days_ago);
            page.goto(&thread(&host)).await;
            page.find("folk-checklist").eval("element.scrollIntoView();").await;
            page.find("folk-checklist").text_contains("Say hello").await;
        }
        vote(&page, "pizza").await;
        page.find("folk-checklist").text_contains("1 of 2").await;
        page.find("folk-badges").find("button").click().await;
        page.find("folk-badges").find("[part=card]").text_contains("Enthusiast").await;
        sign_out(&page).await;
    });
}
