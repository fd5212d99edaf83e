//! What there is around a ballot: who voted, why and what was said, members' own options, following, and what staff see to.

use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::kinds::{row, send, tab_to};
use crate::page::{Element, Key, Page};
use crate::said::{any, clock, clock_bare, fact, said};
use crate::site::Site;

/// The demo's poll that members add to and talk about.
const FAIR: &str = r#"<folk-poll poll="harbour-fair"></folk-poll>"#;

async fn look(site: &Site, page: Embed) -> (Page, Element) {
    let page = site.embed(page).await;
    let poll = page.find("folk-poll");
    poll.find("h3#title").appears().await;
    (page, poll)
}

async fn fair(site: &Site) -> (Page, Element) {
    look(site, Embed::new(FAIR).seen_by("ann")).await
}

/// Opens what this button opens.
async fn open(poll: &Element, words: String) -> Element {
    poll.find(".opener").with_text(words).click().await;
    let panel = poll.find(".panel");
    panel.appears().await;
    panel
}

/// What the host says of the poll to this member.
async fn stored(site: &Site, poll: &str, member: &str) -> Value {
    site.ask(&format!("/polls/{poll}"), member).await["poll"].clone()
}

async fn well(page: &Page) {
    assert_eq!(page.errors().await, Vec::<String>::new());
    assert_eq!(page.violations().await, Vec::<String>::new());
}

#[test]
fn everybody_sees_who_chose_what_in_a_public_poll_and_is_told_before() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        poll.find("#meta").text_contains(said!(votes_are_public)).await;
        poll.button(said!(see_results)).click().await;
        let panel = open(&poll, said!(who_voted)).await;
        panel.find(".entry").count_becomes(11).await;
        let voters = site.ask("/polls/harbour-fair/voters", "ann").await["voters"].clone();
        for (at, voter) in voters.as_array().unwrap().iter().enumerate() {
            panel.find(".entry").nth(at).text_contains(voter["name"].as_str().unwrap()).await;
        }
        poll.button(said!(back_to_ballot)).click().await;
        row(&poll, "Plum jam").find("input").click().await;
        send(&poll).await;
        // The list is open still, and up to date.
        panel.find(".entry").with_text("ann").text_contains("Plum jam").await;
        panel.find(".entry").count_becomes(12).await;
        poll.button(said!(take_back)).click().await;
        poll.button(said!(see_results)).click().await;
        panel.find(".entry").count_becomes(11).await;
        well(&page).await;
    });
}

#[test]
fn nobody_can_open_who_voted_in_a_secret_poll() {
    browse(async |site| {
        let (_page, poll) =
            look(site, Embed::new(r#"<folk-poll poll="new-logo"></folk-poll>"#).seen_by("ann")).await;
        poll.find(".opener").with_text(said!(how_was_counted)).appears().await;
        poll.find(".opener").with_text(said!(who_voted)).count_becomes(0).await;
    });
}

#[test]
fn a_reason_stands_without_a_name_where_the_ballot_is_secret_and_says_so_before() {
    browse(async |site| {
        let (page, poll) =
            look(site, Embed::new(r#"<folk-poll poll="quiet-hours"></folk-poll>"#).seen_by("ann")).await;
        poll.find(".why").text_contains(said!(reason_is_nameless)).await;
        row(&poll, "Disagree").find("input").click().await;
        poll.find("textarea").click().await;
        page.type_text("<b>I sleep by day</b>").await;
        send(&poll).await;
        let panel = open(&poll, said!(reasons)).await;
        panel.text_contains(said!(reasons_are_nameless)).await;
        panel.find(".entry").with_text("<b>I sleep by day</b>").text_contains("Disagree").await;
        panel.find(".entry b").count_becomes(0).await;
        well(&page).await;
    });
}

#[test]
fn members_talk_about_a_poll_and_see_what_others_say_as_they_say_it() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        let panel = open(&poll, said!(comments, count = 3)).await;
        panel.find(".entry").count_becomes(3).await;
        panel.find(".entry").nth(0).text_contains("Grace Mwangi").await;
        panel.find("textarea").click().await;
        page.type_text("Two pots, <i>then</i>").await;
        // What others say does not touch what is being written.
        site.comment_elsewhere("harbour-fair", "otto", "I lend a third pot.").await;
        panel.find(".entry").nth(0).text_contains("I lend a third pot.").await;
        panel.find("textarea").becomes("return element.value;", "Two pots, <i>then</i>").await;
        panel.find("button.primary").click().await;
        panel.find(".entry").nth(0).text_contains("Two pots, <i>then</i>").await;
        panel.find(".entry").nth(0).find("b").text_becomes("ann").await;
        panel.find("textarea").becomes("return element.value;", "").await;
        poll.find(".opener").with_text(said!(comments, count = 5)).appears().await;
        poll.find("[role=status]").with_text(said!(comment_saved)).count_becomes(1).await;
        // One's own can be taken away, and nobody else's.
        panel.find(".entry button").count_becomes(1).await;
        panel.find(".entry button").click().await;
        panel.find(".entry").count_becomes(4).await;
        assert_eq!(stored(site, "harbour-fair", "ann").await["comments"], 4);
        well(&page).await;
    });
}

#[test]
fn a_comment_that_says_nothing_is_not_sent_and_says_why() {
    browse(async |site| {
        let (_page, poll) = fair(site).await;
        let panel = open(&poll, said!(comments, count = 3)).await;
        panel.find("button.primary").click().await;
        panel.find("[role=alert]").text_contains(said!(comment_empty)).await;
        assert_eq!(site.requests("POST ").len(), 0);
    });
}

#[test]
fn a_comment_is_said_once_though_the_answer_to_it_is_lost() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        let panel = open(&poll, said!(comments, count = 3)).await;
        site.fail_times("POST ", 1, Fault::AnswerDropped);
        panel.find("textarea").click().await;
        page.type_text("Once.").await;
        panel.find("button.primary").click().await;
        panel.find(".entry").with_text("Once.").count_becomes(1).await;
        poll.find("[role=status]").with_text(said!(comment_saved)).count_becomes(1).await;
        assert_eq!(stored(site, "harbour-fair", "ann").await["comments"], 4);
    });
}

#[test]
fn a_comment_that_the_host_refuses_is_not_lost() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        let panel = open(&poll, said!(comments, count = 3)).await;
        panel.find(".entry").count_becomes(3).await;
        let refusal =
            json!({"type": "urn:folkmoot:problem:forbidden", "detail": "this poll takes no comments"});
        site.fail_times("POST ", 1, Fault::Refusal(403, refusal));
        panel.find("textarea").click().await;
        page.type_text("Too late?").await;
        panel.find("button.primary").click().await;
        let notice = poll.find(".notice");
        notice.text_contains(said!(host_gives_reason, reason = "this poll takes no comments")).await;
        notice.text_contains(said!(you_wrote, text = "Too late?")).await;
        poll.button(said!(dismiss)).click().await;
        poll.find(".notice").disappears().await;
    });
}

#[test]
fn a_refusal_with_a_code_is_told_in_the_language_of_the_page() {
    browse(async |site| {
        let body = r#"<folk-poll poll="weekly-dinner"></folk-poll>"#;
        let (page, poll) = look(site, Embed::new(body).lang("de").seen_by("mia")).await;
        let refusal = json!({
            "type": "urn:folkmoot:problem:invalid", "detail": "choose at most 1",
            "code": "too-many-options", "params": {"limit": 1},
        });
        site.fail_times("PUT ", 1, Fault::Refusal(422, refusal));
        poll.find("input").nth(0).click().await;
        poll.find("button.primary").click().await;
        let notice = poll.find(".wrong");
        notice.text_contains("Deine Stimme wurde nicht angenommen und zählt deshalb nicht.").await;
        // The words for codes come with a part, which this page has not needed before.
        notice.text_contains("Wähle höchstens 1 Option.").await;
        assert_eq!(site.requests("folkmoot-kinds-de-").len(), 1);
        well(&page).await;
    });
}

#[test]
fn a_step_that_the_host_refuses_says_why_in_the_language_of_the_page() {
    browse(async |site| {
        let page =
            site.embed(Embed::new("<folk-checklist></folk-checklist>").lang("de").seen_by("mia")).await;
        let list = page.find("folk-checklist");
        list.find(".step").nth(0).appears().await;
        let refusal = json!({
            "type": "urn:folkmoot:problem:not-found", "detail": "there is no step", "code": "step-gone",
        });
        site.fail_times("PUT ", 1, Fault::Refusal(404, refusal));
        list.find("button").with_text("Abhaken").click().await;
        list.find("[role=status]").text_contains("Diesen Schritt gibt es nicht mehr.").await;
    });
}

#[test]
fn many_comments_come_page_by_page() {
    browse(async |site| {
        for n in 1..=50 {
            site.comment_elsewhere("harbour-fair", ["otto", "mia", "hana"][n % 3], &format!("Comment {n}."))
                .await;
        }
        let (_page, poll) = fair(site).await;
        let panel = open(&poll, said!(comments, count = 53)).await;
        panel.find(".entry").count_becomes(50).await;
        site.fail_times("/comments?", 1, Fault::Json(json!({"comments": [{"id": 7}]})));
        panel.button(said!(show_more)).click().await;
        panel.button(said!(try_again)).click().await;
        panel.find(".entry").count_becomes(53).await;
        panel.button(said!(show_more)).count_becomes(0).await;
        panel.find(".entry").nth(52).text_contains("The soup went in an hour last year.").await;
    });
}

#[test]
fn a_members_own_option_waits_for_staff_and_is_there_once_they_approve() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        row(&poll, "Plum jam").find("input").click().await;
        send(&poll).await;
        poll.button(said!(change_vote)).click().await;
        row(&poll, "Fish soup").find("input").click().await;
        let panel = open(&poll, said!(option_add)).await;
        panel.text_contains(said!(add_shows_to_staff)).await;
        panel.find(".entry").with_text("A board for a game of chess").appears().await;
        panel.find("label .meta").click().await;
        page.type_text("plum JAM").await;
        panel.find("button.primary").click().await;
        panel.find("[role=alert]").text_contains(said!(add_doubled)).await;
        panel.find("label .meta").click().await;
        page.press(Key::End).await;
        page.type_text(" in glasses").await;
        page.press(Key::Enter).await;
        panel.find(".entry").with_text("plum JAM in glasses").text_contains(said!(waits_for_staff)).await;
        assert_eq!(stored(site, "harbour-fair", "mia").await["options"].as_array().unwrap().len(), 3);

        let staff = site.serve(Embed::new(FAIR).seen_by_staff());
        let staff = site.second_window(&staff).await;
        let theirs = staff.find("folk-poll");
        let judged = open(&theirs, said!(awaits_approval, count = 2)).await;
        judged
            .find(".entry")
            .with_text("plum JAM in glasses")
            .text_contains(said!(by_name, name = "ann"))
            .await;
        judged.named(said!(action_decline_option, option = "A board for a game of chess")).click().await;
        theirs.find(".opener").with_text(said!(awaits_approval, count = 1)).appears().await;
        judged.named(said!(action_approve_option, option = "plum JAM in glasses")).click().await;
        judged.find(".entry").count_becomes(0).await;
        row(&theirs, "plum JAM in glasses").appears().await;

        // Beside what the member is choosing, which stays as it is, and with every vote in its place.
        row(&poll, "plum JAM in glasses").appears().await;
        row(&poll, "Fish soup").find("input").becomes("return element.checked;", true).await;
        row(&poll, "Plum jam").find("input").becomes("return element.checked;", true).await;
        let now = stored(site, "harbour-fair", "ann").await;
        assert_eq!(now["viewer"]["ballot"]["options"], json!(["jam"]));
        assert_eq!(now["proposed"].as_array().map_or(0, Vec::len), 0);
        poll.button(said!(keep_my_vote)).click().await;
        row(&poll, "plum JAM in glasses").text_contains(said!(voted_before_added, count = 12)).await;
        well(&page).await;
    });
}

#[test]
fn a_member_takes_back_an_option_that_waits() {
    browse(async |site| {
        let (_page, poll) = fair(site).await;
        let panel = open(&poll, said!(option_add)).await;
        panel.named(said!(action_take_back_option, option = "A board for a game of chess")).click().await;
        panel.find(".entry").count_becomes(0).await;
        poll.find("[role=status]").with_text(said!(option_declined)).count_becomes(1).await;
        assert_eq!(stored(site, "harbour-fair", "ann").await["proposed"].as_array().map_or(0, Vec::len), 0);
    });
}

#[test]
fn a_member_adds_a_time_by_their_own_clock() {
    browse(async |site| {
        let (page, poll) =
            look(site, Embed::new(r#"<folk-poll poll="long-table"></folk-poll>"#).seen_by("ann")).await;
        poll.find(".slot").count_becomes(5).await;
        let panel = open(&poll, said!(option_add)).await;
        panel.find("button.primary").click().await;
        panel.find("[role=alert]").text_contains(said!(add_time_needed)).await;
        // A day's control takes keys in another way in each browser and country.
        let put = |value: &str| {
            format!(
                "element.value = '{value}';
                 element.dispatchEvent(new InputEvent('input', {{ bubbles: true, composed: true }}));"
            )
        };
        panel.find("input").nth(0).eval(&put("2027-03-06T09:30")).await;
        panel.find("input").nth(1).eval(&put("2027-03-06T11:00")).await;
        panel.find("button.primary").click().await;
        poll.find(".slot").count_becomes(6).await;
        poll.find(".slot")
            .with_text(fact!(time_range_bare, from = clock_bare(9, 30), to = clock(11, 0)))
            .appears()
            .await;
        let starts = page.eval("return new Date('2027-03-06T09:30').getTime();").await;
        let added = stored(site, "long-table", "ann").await["options"][5]["starts_at"].clone();
        let added = page.eval(&format!("return new Date({added}).getTime();")).await;
        assert_eq!(added, starts);
    });
}

#[test]
fn following_a_poll_needs_no_vote() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        let bell = poll.named(said!(follow_poll));
        bell.becomes("return element.getAttribute('aria-pressed');", "false").await;
        bell.click().await;
        bell.becomes("return element.getAttribute('aria-pressed');", "true").await;
        poll.find("[role=status]").with_text(said!(poll_followed)).count_becomes(1).await;
        page.reload().await;
        bell.becomes("return element.getAttribute('aria-pressed');", "true").await;
        let now = stored(site, "harbour-fair", "ann").await;
        assert_eq!((&now["viewer"]["follows"], &now["viewer"]["ballot"]), (&json!(true), &Value::Null));
        bell.click().await;
        site.becomes("/polls/harbour-fair", "ann", "/poll/viewer/follows", |follows| *follows == false).await;
    });
}

#[test]
fn staff_close_a_poll_and_open_it_again_with_every_vote_in_its_place() {
    browse(async |site| {
        let (_page, poll) = look(site, Embed::new(FAIR).seen_by_staff()).await;
        let before = stored(site, "harbour-fair", "ann").await["tally"].clone();
        let panel = open(&poll, said!(awaits_approval, count = 1)).await;
        panel.button(said!(close_now)).click().await;
        poll.find("#meta").text_matches(any!(closed_at)).await;
        poll.find("input").count_becomes(0).await;
        panel.button(said!(reopen)).click().await;
        row(&poll, "Plum jam").find("input").appears().await;
        let now = stored(site, "harbour-fair", "ann").await;
        assert_eq!((&now["tally"], &now["closes_at"]), (&before, &Value::Null));
    });
}

#[test]
fn staff_have_the_votes_as_a_file() {
    browse(async |site| {
        let (page, poll) = look(site, Embed::new(FAIR).seen_by_staff()).await;
        page.eval(
            "window.files = [];
             URL.createObjectURL = (blob) => { blob.text().then((text) => window.files.push(text)); return ''; };
             HTMLAnchorElement.prototype.click = function () { window.named = this.download; };",
        )
        .await;
        let panel = open(&poll, said!(awaits_approval, count = 1)).await;
        site.fail("GET /folkmoot/api/polls/harbour-fair/export.csv", Fault::Status(503));
        panel.button(said!(votes_as_csv)).click().await;
        panel.find(".wrong").text_becomes(said!(votes_not_saved)).await;
        site.heal();
        panel.button(said!(votes_as_csv)).click().await;
        page.becomes("return window.files.length;", 1).await;
        assert_eq!(page.eval("return window.named;").await, "harbour-fair.csv");
        let table = page.eval("return window.files[0];").await;
        let rows: Vec<&str> = table.as_str().unwrap().lines().collect();
        let cast = site.ask("/polls/harbour-fair", "ann").await["poll"]["turnout"]["cast"].clone();
        assert_eq!(rows.len() as u64, cast.as_u64().unwrap() + 1, "a head and a row a ballot: {rows:?}");
        panel.find(".wrong").disappears().await;
        well(&page).await;
    });
}

#[test]
fn a_guest_reads_what_is_said_and_is_offered_nothing_that_they_cannot_do() {
    browse(async |site| {
        let (page, poll) = look(site, Embed::new(FAIR)).await;
        let panel = open(&poll, said!(comments, count = 3)).await;
        panel.find(".entry").count_becomes(3).await;
        assert_eq!(panel.find("textarea").count().await, 0);
        assert_eq!(panel.find("button").count().await, 0);
        for words in [said!(option_add), said!(staff), said!(awaits_approval, count = 1)] {
            poll.find(".opener").with_text(words).count_becomes(0).await;
        }
        poll.find(".bell").count_becomes(0).await;
        well(&page).await;
    });
}

#[test]
fn all_of_it_can_be_done_by_keyboard_alone() {
    browse(async |site| {
        let (page, poll) = fair(site).await;
        tab_to(&page, said!(follow_poll)).await;
        page.press(Key::Space).await;
        poll.find(".bell[aria-pressed=true]").appears().await;
        tab_to(&page, said!(comments, count = 3)).await;
        page.press(Key::Enter).await;
        poll.find(".panel .entry").count_becomes(3).await;
        // The buttons that open something stand before it.
        tab_to(&page, said!(option_add)).await;
        page.press(Key::Tab).await;
        poll.find(".panel textarea").gets_focus().await;
        page.type_text("By keys").await;
        page.press(Key::Tab).await;
        page.press(Key::Enter).await;
        poll.find(".panel .entry").with_text("By keys").appears().await;
        tab_to(&page, said!(action_delete)).await;
        page.press(Key::Enter).await;
        poll.find(".panel .entry").with_text("By keys").count_becomes(0).await;
    });
}
