//! The fault matrix in a real browser: four kinds of writes on one page, all met by the same failure, and a host that is
//! asked in the end what it has. Lost, doubled or silent: none.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use folkmoot::server::{Role, sign};
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::page::Page;
use crate::said::said;
use crate::site::{SECRET, Site};

const PAGE: &str = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>
<folk-poll poll="meetup-topics" rows="6"></folk-poll>
<folk-poll poll="roadmap" rows="3"></folk-poll>
<folk-checklist></folk-checklist>"#;

/// The requests of the four writes: a ballot cast, one changed, one taken back, a step done.
const WRITES: [&str; 4] = [
    "PUT /folkmoot/api/polls/weekly-dinner/",
    "PUT /folkmoot/api/polls/meetup-topics/",
    "DELETE /folkmoot/api/polls/roadmap/",
    "PUT /folkmoot/api/checklist/steps/",
];

fn embed() -> Embed {
    Embed::new(PAGE).seen_by("mia")
}

/// Opens the page and brings it to where the four writes are one click away each.
async fn prepared(site: &Site, embed: Embed) -> Page {
    let page = site.embed(embed).await;
    for (poll, option) in [("meetup-topics", "bread"), ("roadmap", "search")] {
        let poll = page.find(&format!("folk-poll[poll={poll}]"));
        poll.find(&format!("input[value={option}]")).click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(said!(saved)).await;
    }
    let topics = page.find("folk-poll[poll=meetup-topics]");
    topics.button(said!(change_vote)).click().await;
    topics.find("input[value=maps]").click().await;
    page.find("folk-poll[poll=weekly-dinner]").find("input[value=pizza]").click().await;
    page
}

/// The member's four clicks, as fast as a page can take them.
async fn decide(page: &Page) {
    let buttons = json!([said!(vote), said!(save_change), said!(take_back), said!(step_mark_as_done)]);
    let press = format!(
        "const buttons = {buttons};
         document.querySelectorAll('folk-poll, folk-checklist').forEach((element, at) =>
             all([{{ css: 'button' }}, {{ label: buttons[at] }}], element.shadowRoot)[0].click());"
    );
    page.find("main").eval(&press).await;
}

async fn all_saved(page: &Page) {
    page.find("folk-poll[poll=weekly-dinner]").find("li.mine").with_text("Pizza place").appears().await;
    for poll in ["weekly-dinner", "meetup-topics", "roadmap"] {
        let poll = page.find(&format!("folk-poll[poll={poll}]"));
        for words in [said!(saving), said!(not_sent_yet)] {
            poll.text_lacks(words).await;
        }
    }
    page.find("folk-checklist").find("h3").text_contains(said!(steps_done, done = 3, of = 3)).await;
    for words in [said!(step_waits), said!(step_waits_offline)] {
        page.find("folk-checklist").text_lacks(words).await;
    }
}

/// Every decision counts once, by the host's own word; and the page lives.
async fn nothing_lost_nothing_doubled(site: &Site, fault: &str) {
    static MET: AtomicUsize = AtomicUsize::new(0);
    site.becomes("/checklist", "mia", "/checklist/steps/1/done_at", Value::is_string).await;
    let read = "/polls?ids=weekly-dinner,meetup-topics,roadmap";
    for (n, options) in [json!(["pizza"]), json!(["maps", "bread"]), json!([])].iter().enumerate() {
        let part = format!("/polls/{n}/viewer/ballot/options");
        site.becomes(read, "mia", &part, |ballot| ballot == options).await;
    }
    let polls = site.ask(read, "mia").await["polls"].clone();
    assert_eq!(polls[0]["turnout"]["cast"], 24, "{fault}: counted once");
    assert_eq!(polls[0]["tally"]["votes"][0]["votes"], 7, "{fault}: counted once");
    let met = MET.fetch_add(WRITES.len(), Relaxed) + WRITES.len();
    // Past the test's own output, which is kept back: the count is to be seen.
    let _ =
        writeln!(std::io::stderr(), "{met} writes have met a failure; lost 0, doubled 0, silent 0 ({fault})");
}

fn once(site: &Site, fault: &Fault) {
    for write in WRITES {
        site.fail_times(write, 1, fault.clone());
    }
}

/// The page meets a failure once a write, and comes through by itself.
fn comes_through(name: &str, fault: Fault) {
    browse(async move |site| {
        let page = prepared(site, embed()).await;
        once(site, &fault);
        decide(&page).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, name).await;
        assert_eq!(page.errors().await.iter().filter(|e| !e.contains("Failed to load")).count(), 0);
    });
}

#[test]
fn a_request_dropped() {
    comes_through("request dropped", Fault::Dropped);
}

#[test]
fn an_answer_dropped_after_the_host_has_stored_it() {
    comes_through("answer dropped", Fault::AnswerDropped);
}

#[test]
fn a_host_that_breaks() {
    comes_through("500", Fault::Status(500));
}

#[test]
fn a_host_that_says_when_to_come_back() {
    comes_through("503 with Retry-After", Fault::Later(503, 1));
}

#[test]
fn a_host_that_has_had_too_much() {
    comes_through("429", Fault::Later(429, 1));
}

#[test]
fn an_answer_cut_in_the_middle() {
    comes_through("answer cut", Fault::Cut);
}

#[test]
fn html_instead_of_json() {
    comes_through("HTML", Fault::Html);
}

/// A page that can have a fresh token whenever it asks.
fn renewing() -> Embed {
    // Each another one than those before: the same again would say that the login is over.
    let fresh = |hours| sign(SECRET.as_bytes(), "mia", "mia", Role::Member, Duration::from_hours(hours));
    let tokens: Vec<String> = (2..12).map(fresh).collect();
    let callback = format!(
        "<script>{{ const tokens = {tokens:?}; window.freshToken = async () => tokens.shift(); }}</script>"
    );
    embed().head(&callback).attributes(r#"data-token-callback="freshToken""#)
}

#[test]
fn a_login_that_expires_in_mid_vote() {
    browse(async |site| {
        let page = prepared(site, renewing()).await;
        let expired = json!({"type": "urn:folkmoot:problem:unauthorized", "status": 401});
        once(site, &Fault::Refusal(401, expired));
        decide(&page).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "401 in mid-session").await;
    });
}

#[test]
fn a_csrf_token_that_has_gone_stale() {
    browse(async |site| {
        let page = prepared(site, renewing()).await;
        once(site, &Fault::Refusal(403, json!({"type": "urn:folkmoot:problem:csrf", "status": 403})));
        decide(&page).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "stale CSRF").await;
    });
}

#[test]
fn a_host_that_does_not_answer_in_time() {
    browse(async |site| {
        // The widget gives a call 15 s; here a tenth of that.
        let hasty = "<script>{ const real = AbortSignal.timeout;
            AbortSignal.timeout = (limit) => real.call(AbortSignal, limit / 10); }</script>";
        let page = prepared(site, embed().head(hasty)).await;
        once(site, &Fault::Slow(Duration::from_secs(20)));
        decide(&page).await;
        page.find("folk-poll[poll=weekly-dinner]").find(".wrong").text_contains(said!(vote_waits)).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "time-out").await;
    });
}

#[test]
fn offline_then_online() {
    browse(async |site| {
        let page = prepared(site, embed()).await;
        let offline = |offline: bool| json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        if page.engine() == Engine::Blink {
            page.cdp("Network.enable", json!({})).await;
            page.cdp("Network.emulateNetworkConditions", offline(true)).await;
        } else {
            site.fail("/folkmoot/api/", Fault::Dropped);
            page.eval("dispatchEvent(new Event('offline'));").await;
        }
        decide(&page).await;
        let dinner = page.find("folk-poll[poll=weekly-dinner]");
        dinner.find(".wrong").text_becomes(said!(vote_waits_offline)).await;
        if page.engine() == Engine::Blink {
            page.cdp("Network.emulateNetworkConditions", offline(false)).await;
        } else {
            site.heal();
            page.eval("dispatchEvent(new Event('online'));").await;
        }
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "offline then online").await;
    });
}

#[test]
fn a_tab_closed_while_sending() {
    browse(async |site| {
        let other = site.serve(embed());
        let page = prepared(site, embed()).await;
        once(site, &Fault::Slow(Duration::from_millis(300)));
        let next = site.second_window("/blank").await;
        decide(&page).await;
        page.close().await;
        next.goto(&site.url(&other)).await;
        all_saved(&next).await;
        nothing_lost_nothing_doubled(site, "tab closed while sending").await;
    });
}

#[test]
fn a_tab_closed_while_the_host_is_down() {
    browse(async |site| {
        let other = site.serve(embed());
        let page = prepared(site, embed()).await;
        once(site, &Fault::Status(500));
        site.fail("PUT ", Fault::Dropped);
        site.fail("DELETE ", Fault::Dropped);
        decide(&page).await;
        page.find("folk-poll[poll=weekly-dinner]").find(".wrong").text_contains(said!(vote_waits)).await;
        let next = site.second_window("/blank").await;
        page.close().await;
        site.heal();
        next.goto(&site.url(&other)).await;
        all_saved(&next).await;
        nothing_lost_nothing_doubled(site, "tab closed while the host is down").await;
    });
}

#[test]
fn two_tabs_and_the_later_one_counts() {
    browse(async |site| {
        let path = site.serve(embed());
        let page = prepared(site, embed()).await;
        let other = site.second_window(&path).await;
        once(site, &Fault::Slow(Duration::from_millis(600)));
        decide(&page).await;
        // The first is still on its way when the other tab, which shows it, changes it; and then this one again.
        for (tab, option) in [(&other, "sushi"), (&page, "pizza")] {
            let dinner = tab.find("folk-poll[poll=weekly-dinner]");
            dinner.button(said!(change_vote)).click().await;
            dinner.find(&format!("input[value={option}]")).click().await;
            dinner.button(said!(save_change)).click().await;
        }
        all_saved(&page).await;
        all_saved(&other).await;
        nothing_lost_nothing_doubled(site, "two tabs").await;
    });
}

#[test]
fn a_clock_that_is_wrong_by_a_day() {
    browse(async |site| {
        let ahead = "<script>{ const now = Date.now; Date.now = () => now() + 864e5; }</script>";
        let page = prepared(site, embed().head(ahead)).await;
        once(site, &Fault::AnswerDropped);
        decide(&page).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "clock wrong by a day").await;
    });
}

#[test]
fn a_storage_that_is_denied() {
    browse(async |site| {
        let denied = "<script>Object.defineProperty(window, 'indexedDB', {
            get() { throw new DOMException('denied', 'SecurityError'); } });
            window.BroadcastChannel = function () { throw new DOMException('denied', 'SecurityError'); };</script>";
        let page = prepared(site, embed().head(denied)).await;
        // It does not come back by itself before the click.
        site.fail("PUT ", Fault::Later(503, 60));
        site.fail("DELETE ", Fault::Later(503, 60));
        decide(&page).await;
        let dinner = page.find("folk-poll[poll=weekly-dinner]");
        dinner.find(".wrong").text_contains(said!(keep_page_open)).await;
        site.heal();
        dinner.button(said!(send_now)).click().await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "storage denied").await;
    });
}

#[test]
fn pushes_that_are_missing() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/events", Fault::Status(500));
        let page = prepared(site, embed()).await;
        once(site, &Fault::AnswerDropped);
        decide(&page).await;
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "pushes missing").await;
    });
}

#[test]
fn a_host_killed_and_started_again() {
    browse(async |site| {
        let page = prepared(site, embed()).await;
        // Two of the four have been stored when it dies, and nobody knows.
        site.fail_times(WRITES[0], 1, Fault::AnswerDropped);
        site.fail_times(WRITES[2], 1, Fault::AnswerDropped);
        site.fail("PUT ", Fault::Dropped);
        site.fail("DELETE ", Fault::Dropped);
        decide(&page).await;
        for poll in ["weekly-dinner", "roadmap", "meetup-topics"] {
            let poll = page.find(&format!("folk-poll[poll={poll}]"));
            poll.find(".wrong").text_contains(said!(vote_waits)).await;
        }
        site.kill_host();
        site.heal();
        site.restart_host();
        all_saved(&page).await;
        nothing_lost_nothing_doubled(site, "host killed and started again").await;
    });
}

#[test]
fn host_19_an_answer_without_measure_is_not_shown_and_the_page_lives() {
    browse(async |site| {
        let dinner = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>"#;
        let option = |n: usize| json!({"id": format!("o{n}"), "label": "A"});
        let many = json!({"polls": [{"id": "weekly-dinner", "title": "Where?", "revision": 1,
            "options": (0..60_000).map(option).collect::<Vec<_>>()}]});
        site.fail("GET /folkmoot/api/polls", Fault::Json(many));
        let page = site.embed(Embed::new(dinner).seen_by("ann")).await;
        page.find("folk-poll").text_contains(said!(poll_malformed)).await;
        site.heal();
        // More than is read of any answer.
        let long = json!({"polls": [{"id": "weekly-dinner", "title": "x".repeat(9_000_000), "revision": 1,
            "options": [option(0), option(1)]}]});
        site.fail("GET /folkmoot/api/polls", Fault::Json(long));
        let page = site.embed(Embed::new(dinner).seen_by("ann")).await;
        page.find("folk-poll").text_contains(said!(poll_refused)).await;
        site.heal();
        page.find("folk-poll").button(said!(try_again)).click().await;
        page.find("folk-poll").find("label.row").count_becomes(5).await;
    });
}
