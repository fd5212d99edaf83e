//! What a member sees of a vote that is not settled: kept, undone, asked again, told.

use serde_json::json;

use crate::browse;
use crate::embed::{Embed, token};
use crate::fault::Fault;
use crate::page::{Element, Page};
use crate::said::{said, saved, turnout};
use crate::site::Site;

const DINNER: &str = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>"#;

async fn vote(poll: &Element, option: &str) {
    poll.find(&format!("input[value={option}]")).click().await;
    poll.find("button.primary").click().await;
}

async fn dinner(site: &Site, member: &str) -> (Page, Element) {
    let page = site.embed(Embed::new(DINNER).seen_by(member)).await;
    let poll = page.find("folk-poll");
    (page, poll)
}

#[test]
fn what_a_guest_chose_is_cast_once_they_have_signed_in_and_said_yes() {
    browse(async |site| {
        let signed_in = site.serve(Embed::new(DINNER).seen_by("ann"));
        let sign_in = format!(r#"data-sign-in="{signed_in}""#);
        let page = site.embed(Embed::new(DINNER).attributes(&sign_in)).await;
        let poll = page.find("folk-poll");
        vote(&poll, "sushi").await;
        let asked = said!(chose_before_signing_in_cast, choice = "Sushi bar");
        poll.find(".wrong").text_becomes(asked).await;
        assert_eq!(site.requests("PUT ").len(), 0);
        poll.button(said!(cast_this_vote)).click().await;
        poll.find(".count").text_contains(saved(24)).await;
        page.reload().await;
        poll.find("li.mine").text_contains("Sushi bar").await;
        assert_eq!(poll.find(".wrong").text().await, "");
    });
}

#[test]
fn a_guest_can_think_better_of_it() {
    browse(async |site| {
        let signed_in = site.serve(Embed::new(DINNER).seen_by("ann"));
        let sign_in = format!(r#"data-sign-in="{signed_in}""#);
        let page = site.embed(Embed::new(DINNER).attributes(&sign_in)).await;
        let poll = page.find("folk-poll");
        vote(&poll, "sushi").await;
        poll.button(said!(discard)).click().await;
        poll.find(".wrong").text_becomes("").await;
        page.reload().await;
        poll.find("label.row").count_becomes(5).await;
        assert_eq!(poll.find(".wrong").text().await, "");
        assert_eq!(site.requests("PUT ").len(), 0);
    });
}

#[test]
fn a_vote_that_was_not_sent_can_be_undone() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        page.eval("dispatchEvent(new Event('offline'));").await;
        vote(&poll, "pizza").await;
        poll.button(said!(undo)).click().await;
        poll.find("label.row").count_becomes(5).await;
        page.eval("dispatchEvent(new Event('online'));").await;
        poll.find(".wrong").text_becomes("").await;
        assert_eq!(site.requests("PUT ").len(), 0);
    });
}

#[test]
fn a_vote_of_someone_who_is_signed_out_is_kept_for_their_next_visit() {
    browse(async |site| {
        let page = site.embed(Embed::new(DINNER).seen_by("ann").attributes(r#"data-sign-in="/login""#)).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(5).await;
        let expired = json!({"type": "urn:folkmoot:problem:unauthorized", "status": 401});
        site.fail("PUT ", Fault::Refusal(401, expired));
        vote(&poll, "pizza").await;
        let said = said!(signed_out_vote_kept);
        poll.find(".wrong").text_becomes(said).await;
        assert_eq!(
            poll.find("a").with_text(said!(sign_in)).attribute("href").await.as_deref(),
            Some("/login")
        );
        site.heal();
        let (_page, poll) = dinner(site, "ann").await;
        poll.find(".count").text_contains(turnout(24)).await;
        poll.find("li.mine").text_contains("Pizza place").await;
    });
}

#[test]
fn nobody_sends_what_another_member_left() {
    browse(async |site| {
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("label.row").count_becomes(5).await;
        site.fail("PUT ", Fault::Status(500));
        vote(&poll, "pizza").await;
        poll.find(".wrong").text_contains(said!(vote_waits)).await;
        let (_page, poll) = dinner(site, "otto").await;
        poll.find("label.row").count_becomes(5).await;
        site.heal();
        vote(&poll, "sushi").await;
        poll.find(".count").text_contains(saved(24)).await;
        let ballot = site.ask("/polls/weekly-dinner", "ann").await["poll"]["viewer"]["ballot"].clone();
        assert!(ballot.is_null(), "{ballot}");
        let (_page, poll) = dinner(site, "ann").await;
        poll.find(".count").text_contains(turnout(25)).await;
    });
}

#[test]
fn a_newer_vote_of_another_device_stands_and_can_be_overruled() {
    browse(async |site| {
        // Without a live feed the page does not hear of it.
        site.fail("GET /folkmoot/api/events", Fault::Dropped);
        let (_page, poll) = dinner(site, "ann").await;
        poll.find("input[value=pizza]").click().await;
        site.vote_elsewhere("weekly-dinner", "ann", "ramen").await;
        poll.find("button.primary").click().await;
        let said = [said!(refused_superseded), said!(your_choice_was, choice = "Pizza place")].join(" ");
        poll.find(".wrong").text_becomes(said).await;
        poll.find("li.mine").text_contains("Ramen counter").await;
        poll.button(said!(cast_again)).click().await;
        poll.find("li.mine").text_contains("Pizza place").await;
        poll.find(".count").text_contains(saved(24)).await;
    });
}

#[test]
fn a_poll_edited_while_choosing_says_so_and_keeps_the_choice() {
    browse(async |site| {
        let (page, poll) = dinner(site, "ann").await;
        poll.find("input[value=ramen]").click().await;
        let mut edited = site.ask("/polls/weekly-dinner", "ann").await["poll"].clone();
        edited["revision"] = json!(99);
        edited["options"].as_array_mut().unwrap().push(json!({"id": "none", "label": "None of these"}));
        let edited = json!({"polls": [edited], "missing": []});
        // Without a live feed the page looks for itself.
        site.fail("GET /folkmoot/api/polls", Fault::Json(edited));
        site.fail("GET /folkmoot/api/events", Fault::Status(500));
        site.restart_host();
        poll.find(".wrong").text_contains(said!(poll_changed)).await;
        poll.find("label.row").count_becomes(6).await;
        poll.find("input[value=ramen]").becomes("return element.checked;", true).await;
        drop(page);
    });
}

#[test]
fn tabs_hold_one_live_connection_and_all_of_them_hear() {
    browse(async |site| {
        let path = site.serve(Embed::new(DINNER).seen_by("ann"));
        let first = site.open(&path).await;
        first.find("folk-poll").find(".count").text_contains(turnout(23)).await;
        first.becomes("return performance.getEntriesByType('resource').length > 0;", true).await;
        let second = site.second_window(&path).await;
        let third = site.second_window(&path).await;
        for page in [&second, &third] {
            page.find("folk-poll").find(".count").text_contains(turnout(23)).await;
        }
        let other = site.second_window(&site.serve(Embed::new(DINNER).seen_by("otto"))).await;
        vote(&other.find("folk-poll"), "pizza").await;
        for page in [&first, &second, &third] {
            page.find("folk-poll").find(".count").text_contains(turnout(24)).await;
        }
        vote(&second.find("folk-poll"), "sushi").await;
        for page in [&first, &second, &third] {
            page.find("folk-poll").find("li.mine").text_contains("Sushi bar").await;
        }
    });
}

#[test]
fn the_page_is_asked_for_the_first_token_too() {
    browse(async |site| {
        let callback = format!("<script>window.freshToken = async () => {:?};</script>", token("ann"));
        let embed = Embed::new(DINNER).head(&callback).attributes(r#"data-token-callback="freshToken""#);
        let page = site.embed(embed).await;
        let poll = page.find("folk-poll");
        vote(&poll, "pizza").await;
        poll.find(".count").text_contains(said!(saved)).await;
    });
}

#[test]
fn a_sites_own_cookie_says_who_votes_and_a_new_login_changes_the_proof() {
    browse(async |site| {
        site.restart_host_with(&["--session-cookie", "forum"]);
        let sign_in = |member: &str| format!("document.cookie = 'forum={}; path=/';", token(member));
        let page = site.open("/blank").await;
        page.eval(&sign_in("ann")).await;
        let embed = Embed::new(DINNER).attributes(r#"data-csrf-header="X-CSRF-Token""#);
        let page = site.embed(embed).await;
        let poll = page.find("folk-poll");
        vote(&poll, "pizza").await;
        poll.find(".count").text_contains(saved(24)).await;
        // The forum gives its member a fresh cookie: the proof that the page has does not fit any more.
        let fresh = folkmoot::server::sign(
            crate::site::SECRET.as_bytes(),
            "ann",
            "ann",
            folkmoot::server::Role::Member,
            std::time::Duration::from_hours(3),
        );
        page.eval(&format!("document.cookie = 'forum={fresh}; path=/';")).await;
        poll.button(said!(change_vote)).click().await;
        poll.find("input[value=sushi]").click().await;
        poll.button(said!(save_change)).click().await;
        poll.find("li.mine").text_contains("Sushi bar").await;
        poll.find(".count").text_contains(said!(saved)).await;
        let ballot = site.ask("/polls/weekly-dinner", "ann").await["poll"]["viewer"]["ballot"].clone();
        assert_eq!(ballot, json!({"revision": 2, "options": ["sushi"]}));
    });
}

/// What the browser keeps of votes that are not settled.
const KEPT: &str = "return new Promise((done) => {
    indexedDB.open('folkmoot', 1).onsuccess = ({ target: { result } }) => {
        const all = result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => (result.close(), done(all.result.map((record) => record.texts[1])));
    };
});";

#[test]
fn host_14_the_browser_keeps_no_vote_in_an_anonymous_poll_beside_its_member() {
    browse(async |site| {
        let options = json!([{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}]);
        for secrecy in ["public", "anonymous"] {
            let poll = json!({"id": secrecy, "title": "Does she stay?", "options": options, "secrecy": secrecy,
                "changeable": false, "retractable": false});
            site.create(&poll).await;
        }
        let body = r#"<folk-poll poll="public"></folk-poll><folk-poll poll="anonymous"></folk-poll>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let [named, anonymous] =
            ["public", "anonymous"].map(|id| page.find(&format!("folk-poll[poll={id}]")));
        site.fail("PUT ", Fault::Dropped);
        for poll in [&named, &anonymous] {
            vote(poll, "yes").await;
            poll.find(".wrong").text_contains(said!(vote_waits)).await;
        }
        page.becomes(KEPT, json!(["poll:public"])).await;
        site.heal();
        for poll in [&named, &anonymous] {
            poll.find(".count").text_contains(said!(saved)).await;
        }
        page.becomes(KEPT, json!([])).await;
    });
}
