//! Polls that ask guests, too: a vote without an account.

use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::Element;
use crate::said::said;
use crate::site::Site;

const PICNIC: &str = r#"<folk-poll poll="picnic"></folk-poll>"#;

async fn picnic(site: &Site) {
    let options = json!([{"id": "lake", "label": "By the lake"}, {"id": "park", "label": "In the park"}]);
    let poll =
        json!({"id": "picnic", "title": "Where do we picnic?", "options": options, "asks": {"guests": true}});
    site.create(&poll).await;
}

async fn vote(poll: &Element, option: &str) {
    poll.find(&format!("input[value={option}]")).click().await;
    poll.find("button.primary").click().await;
    poll.find(".count").text_contains(said!(saved)).await;
}

async fn votes(site: &Site) -> Value {
    site.ask("/polls/picnic", "ann").await["poll"]["tally"]["votes"].clone()
}

#[test]
fn a_guest_votes_finds_their_vote_again_and_changes_it() {
    browse(async |site| {
        picnic(site).await;
        let path = site.serve(Embed::new(PICNIC));
        let page = site.open(&path).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        page.reload().await;
        poll.find("li.mine").text_contains("By the lake").await;
        poll.button(said!(change_vote)).click().await;
        vote(&poll, "park").await;
        assert_eq!(
            votes(site).await,
            json!([{"option": "lake", "votes": 0}, {"option": "park", "votes": 1}])
        );
        let second = site.second_window(&path).await;
        second.find("li.mine").text_contains("In the park").await;
        assert_eq!(site.requests("POST /folkmoot/api/session").len(), 1, "one guest");
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_guest_with_two_tabs_has_one_vote_which_both_show() {
    browse(async |site| {
        picnic(site).await;
        let path = site.serve(Embed::new(PICNIC));
        let first = site.open(&path).await;
        first.find("folk-poll").find("label.row").count_becomes(2).await;
        let second = site.second_window(&path).await;
        vote(&second.find("folk-poll"), "lake").await;
        first.find("li.mine").text_contains("By the lake").await;
        second.find("li.mine").text_contains("By the lake").await;
        assert_eq!(
            votes(site).await,
            json!([{"option": "lake", "votes": 1}, {"option": "park", "votes": 0}])
        );
        assert_eq!(site.requests("POST /folkmoot/api/session").len(), 1, "one guest");
    });
}

#[test]
fn a_guests_vote_counts_once_though_the_answer_is_lost() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC)).await;
        site.fail_times("POST /folkmoot/api/session", 1, Fault::Status(503));
        site.fail_times("PUT ", 2, Fault::AnswerDropped);
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        assert_eq!(votes(site).await[0]["votes"], 1);
        page.reload().await;
        poll.find("li.mine").text_contains("By the lake").await;
    });
}

#[test]
fn a_guest_whose_token_has_expired_votes_as_another() {
    browse(async |site| {
        picnic(site).await;
        let path = site.serve(Embed::new(PICNIC));
        let page = site.open(&path).await;
        page.find("label.row").count_becomes(2).await;
        let key = "folkmoot-guest ";
        page.eval(&format!(
            "localStorage.setItem('{key}' + location.origin + '/folkmoot/api', 'e30.eyJyb2xlIjoiZ3Vlc3QifQ.x');"
        ))
        .await;
        page.reload().await;
        let poll = page.find("folk-poll");
        vote(&poll, "park").await;
        assert_eq!(votes(site).await[1]["votes"], 1);
    });
}

#[test]
fn a_member_is_no_guest_though_they_were_one_here() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC)).await;
        vote(&page.find("folk-poll"), "lake").await;
        page.goto(&site.url(&site.serve(Embed::new(PICNIC).seen_by("ann")))).await;
        let poll = page.find("folk-poll");
        vote(&poll, "park").await;
        let ballot = site.ask("/polls/picnic", "ann").await["poll"]["viewer"]["ballot"].clone();
        assert_eq!(ballot["options"], json!(["park"]));
    });
}
