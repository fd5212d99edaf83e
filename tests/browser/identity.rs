//! Who is asking: what a page says of it, what comes of it where that changes, and what others between say.

use serde_json::json;

use crate::browse;
use crate::embed::{Embed, token};
use crate::fault::Fault;
use crate::page::Element;
use crate::said::said;
use crate::site::Site;

const PICNIC: &str = r#"<folk-poll poll="picnic"></folk-poll>"#;

async fn picnic(site: &Site) {
    let options = json!([{"id": "lake", "label": "By the lake"}, {"id": "park", "label": "In the park"}]);
    let poll = json!({"id": "picnic", "title": "Where do we picnic?", "options": options,
        "asks": {"guests": true}, "commentable": true});
    site.create(&poll).await;
}

async fn vote(poll: &Element, option: &str) {
    poll.find(&format!("input[value={option}]")).click().await;
    poll.find("button.primary").click().await;
    poll.find(".count").text_contains(said!(saved)).await;
}

/// How many ballots the host has, and what this member's says.
async fn cast(site: &Site, member: &str) -> (u64, serde_json::Value) {
    let poll = site.ask("/polls/picnic", member).await["poll"].clone();
    (poll["turnout"]["cast"].as_u64().unwrap(), poll["viewer"]["ballot"]["options"].clone())
}

#[test]
fn embedding_1_a_firewalls_403_leaves_a_member_a_member() {
    browse(async |site| {
        picnic(site).await;
        site.fail_times("GET /folkmoot/api/polls", 1, Fault::Blocked(403));
        let page = site.embed(Embed::new(PICNIC).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(2).await;
        site.fail_times("PUT ", 1, Fault::Blocked(401));
        vote(&poll, "lake").await;
        assert_eq!(cast(site, "ann").await, (1, json!(["lake"])));
        assert_eq!(site.requests("/folkmoot/api/session").len(), 0, "nobody takes her for a guest");
    });
}

#[test]
fn embedding_2_where_a_vote_never_gets_through_the_site_refused_it() {
    browse(async |site| {
        picnic(site).await;
        site.fail("PUT ", Fault::Blocked(403));
        let head = "<script>window.heard = [];
            document.addEventListener('folk-error', (event) => window.heard.push(event.detail.code));</script>";
        let page = site.embed(Embed::new(PICNIC).head(head).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=lake]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_contains(said!(vote_waits_refused)).await;
        page.becomes("return window.heard;", json!(["site-refused"])).await;
        let told = page.console().await;
        assert_eq!(
            told.iter().filter(|line| line.contains("the site refused it: 403")).count(),
            1,
            "{told:?}"
        );
        site.heal();
        poll.button(said!(send_now)).click().await;
        poll.find(".count").text_contains(said!(saved)).await;
        assert_eq!(cast(site, "ann").await, (1, json!(["lake"])));
    });
}

#[test]
fn embedding_4_an_empty_token_is_a_guest_who_has_one_vote() {
    browse(async |site| {
        picnic(site).await;
        let tag = r#"data-token="" data-token-callback="" data-sign-in="" data-csrf-header="" data-csrf-cookie="" data-credentials="""#;
        let page = site.embed(Embed::new(PICNIC).attributes(tag)).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        for _ in 0..2 {
            page.reload().await;
            poll.find("li.mine").text_contains("By the lake").await;
        }
        assert_eq!(cast(site, "ann").await.0, 1);
        assert_eq!(page.find("a").with_text(said!(sign_in)).count().await, 0);
    });
}

#[test]
fn forums_5_a_page_that_loaded_while_the_host_was_down_comes_back_by_itself() {
    browse(async |site| {
        picnic(site).await;
        let all =
            format!("{PICNIC}<folk-badges member='ann'></folk-badges><folk-checklist></folk-checklist>");
        site.fail("/folkmoot/api/", Fault::Status(502));
        let page = site.embed(Embed::new(&all).seen_by("mia")).await;
        page.find("folk-poll").text_contains(said!(poll_not_loaded)).await;
        site.heal();
        page.find("folk-poll").find("label.row").count_becomes(2).await;
        page.find("folk-badges").find(".chip").appears().await;
        page.find("folk-checklist").find("h3").appears().await;
    });
}

/// A forum whose callback gives the token that this browser's session has, kept where the test can reach it.
const SESSION: &str = "<script>
    window.freshToken = async () => localStorage.getItem('session') ?? '';
    addEventListener('pageshow', (event) => { if (event.persisted) window.cameBack = true; });
    window.heard = [];
    document.addEventListener('folk-identity', (event) => window.heard.push(event.detail.member));
</script>";

fn by_callback() -> Embed {
    Embed::new(PICNIC).head(SESSION).attributes(r#"data-token-callback="freshToken" data-sign-in="/login""#)
}

fn log_in(member: &str) -> String {
    format!("localStorage.setItem('session', '{}');", token(member))
}

const LOG_OUT: &str = "localStorage.removeItem('session');";

#[test]
fn embedding_5_a_page_that_swaps_its_body_swaps_who_votes() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC).head(SESSION).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        let swap = |token: &str| {
            format!(
                "const next = document.createElement('body');
                const tag = Object.assign(document.createElement('script'), {{ type: 'module', src: '/folkmoot/v1/embed.js' }});
                tag.dataset.api = '/folkmoot/api';
                tag.dataset.token = '{token}';
                next.append(tag);
                next.insertAdjacentHTML('beforeend', '{PICNIC}');
                document.documentElement.replaceChild(next, document.body);"
            )
        };
        page.eval(&swap(&token("otto"))).await;
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "otto").await, (2, json!(["park"])));
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
        page.eval(&swap("")).await;
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "lake").await;
        assert_eq!(cast(site, "otto").await, (3, json!(["park"])));
        assert_eq!(page.eval("return window.heard;").await, json!(["ann", "otto", null]));
    });
}

#[test]
fn forums_1_a_script_says_who_it_is_now() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC).head(SESSION).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        // A ballot half chosen, and a panel half written in, are Ann's.
        poll.button(said!(change_vote)).click().await;
        poll.find("input[value=park]").click().await;
        page.eval(&format!("Folkmoot.identify('{}');", token("otto"))).await;
        poll.button(said!(vote)).appears().await;
        poll.find("input:checked").count_becomes(0).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "otto").await, (2, json!(["park"])));
        page.eval("Folkmoot.identify(null);").await;
        poll.find("label.row").count_becomes(2).await;
        page.becomes("return window.heard;", json!(["ann", "otto", null])).await;
        page.eval("Folkmoot.identify();").await;
        poll.find("li.mine").text_contains("By the lake").await;
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
    });
}

#[test]
fn a_guest_whom_the_page_names_sees_nothing_of_who_left_though_the_host_is_silent() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC).head(SESSION).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        site.fail("GET /folkmoot/api/session", Fault::Status(502));
        page.eval("Folkmoot.identify(null);").await;
        page.becomes("return window.heard;", json!(["ann", null])).await;
        poll.find("label.row").count_becomes(2).await;
        poll.find("input:checked").count_becomes(0).await;
        site.heal();
        vote(&poll, "park").await;
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
    });
}

#[test]
fn a_page_that_says_who_it_is_over_and_over_is_heard_and_read() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC).head(SESSION).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        let names = ["otto", "mia", "otto", "mia", "otto", "mia", "otto"];
        for (at, name) in names.into_iter().enumerate() {
            let token = token(name);
            page.eval(&format!("Folkmoot.identify('{token}'); Folkmoot.identify('{token}');")).await;
            page.becomes("return window.heard.length;", at + 2).await;
        }
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "otto").await, (2, json!(["park"])));
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
    });
}

#[test]
fn a_tag_that_a_script_put_in_counts_when_somebody_comes_back_to_the_tab() {
    browse(async |site| {
        picnic(site).await;
        let page = site.open("/blank").await;
        let tag = format!(
            "document.body.innerHTML = '{PICNIC}';
            const tag = Object.assign(document.createElement('script'), {{ type: 'module', src: '/folkmoot/v1/embed.js' }});
            Object.assign(tag.dataset, {{ api: '/folkmoot/api', token: '{}' }});
            document.body.append(tag);",
            token("ann")
        );
        page.eval(&tag).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(2).await;
        page.eval(
            "for (const hidden of [true, false]) {
                Object.defineProperty(Document.prototype, 'hidden', { configurable: true, get: () => hidden });
                document.dispatchEvent(new Event('visibilitychange'));
            }",
        )
        .await;
        vote(&poll, "lake").await;
        assert_eq!(cast(site, "ann").await, (1, json!(["lake"])));
    });
}

#[test]
fn what_a_call_said_holds_until_the_page_is_left() {
    browse(async |site| {
        picnic(site).await;
        let page = site.embed(Embed::new(PICNIC).head(SESSION)).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(2).await;
        page.eval(&format!("Folkmoot.identify('{}');", token("ann"))).await;
        page.becomes("return window.heard.at(-1);", "ann").await;
        vote(&poll, "lake").await;
        page.eval("location.href = '/blank';").await;
        page.becomes("return location.pathname;", "/blank").await;
        page.eval("history.back();").await;
        page.becomes("return customElements.get('folk-poll') !== undefined;", true).await;
        if page.eval("return window.cameBack === true;").await == false {
            println!("skipped: this driver's browser keeps no page for Back");
            return;
        }
        page.becomes("return window.heard.at(-1);", json!(null)).await;
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
    });
}

#[test]
fn embedding_6_back_from_the_cache_after_a_log_out_nothing_counts_for_who_left() {
    browse(async |site| {
        picnic(site).await;
        let blank = site.open("/blank").await;
        blank.eval(&log_in("ann")).await;
        let page = site.embed(by_callback()).await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        page.eval("location.href = '/blank';").await;
        page.becomes("return location.pathname;", "/blank").await;
        page.eval(LOG_OUT).await;
        page.eval("history.back();").await;
        page.becomes("return customElements.get('folk-poll') !== undefined;", true).await;
        if page.eval("return window.cameBack === true;").await == false {
            println!("skipped: this driver's browser keeps no page for Back");
            return;
        }
        poll.find("label.row").count_becomes(2).await;
        poll.find("li.mine").disappears().await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "ann").await, (2, json!(["lake"])));
        // Otto signs in, and goes back to the same page.
        page.eval("location.href = '/blank';").await;
        page.becomes("return location.pathname;", "/blank").await;
        page.eval(&log_in("otto")).await;
        page.eval("history.back();").await;
        page.becomes("return window.heard?.at(-1);", "otto").await;
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "otto").await, (3, json!(["park"])));
        assert_eq!(cast(site, "ann").await, (3, json!(["lake"])));
    });
}

#[test]
fn forums_1_a_log_out_in_another_tab_is_heard() {
    browse(async |site| {
        picnic(site).await;
        let blank = site.open("/blank").await;
        blank.eval(&log_in("ann")).await;
        let path = site.serve(by_callback());
        let page = site.open(&path).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=lake]").click().await;
        let other = site.second_window(&path).await;
        other.find("folk-poll").find("label.row").count_becomes(2).await;
        other.eval(LOG_OUT).await;
        other.reload().await;
        page.becomes("return window.heard;", json!(["ann", null])).await;
        poll.find("label.row").count_becomes(2).await;
        vote(&poll, "park").await;
        assert_eq!(cast(site, "ann").await, (1, json!(null)));
    });
}

#[test]
fn embedding_7_a_callback_that_is_not_there_is_named_and_found_once_it_is() {
    browse(async |site| {
        picnic(site).await;
        for (script, named) in [
            ("const freshToken = () => 'x';", "is no function of window"),
            ("window.freshToken = () => { throw Error('no session'); };", "failed: no session"),
            ("window.freshToken = async () => ({ token: 'x' });", "what freshToken returned is no token"),
            (
                "window.freshToken = async () => '<!doctype html><title>Sign in</title>';",
                "what freshToken returned is no token",
            ),
            ("window.freshToken = () => new Promise(() => {});", "no answer in 5 s"),
        ] {
            let embed = Embed::new(PICNIC).head(&format!("<script>{script}</script>"));
            let page = site.embed(embed.attributes(r#"data-token-callback="freshToken""#)).await;
            let poll = page.find("folk-poll");
            poll.find("label.row").count_becomes(2).await;
            let told = page.console().await;
            assert!(told.len() == 1 && told[0].contains("freshToken") && told[0].contains(named), "{told:?}");
        }
        let tag = Embed::new(PICNIC).attributes(r#"data-token="eyJhbGciOiJIUzI1NiJ9…""#);
        let page = site.embed(tag).await;
        page.find("folk-poll").find("label.row").count_becomes(2).await;
        let told = page.console().await;
        assert!(told.len() == 1 && told[0].contains("data-token: what it holds is no token"), "{told:?}");
        let late = format!(
            "<script>setTimeout(() => (window.freshToken = async () => '{}\\n'), 1500);</script>",
            token("ann")
        );
        let page = site
            .embed(Embed::new(PICNIC).head(&late).attributes(r#"data-token-callback="freshToken""#))
            .await;
        let poll = page.find("folk-poll");
        vote(&poll, "lake").await;
        assert_eq!(cast(site, "ann").await, (1, json!(["lake"])));
    });
}

#[test]
fn embedding_9_forums_6_15_with_a_token_that_has_expired_the_poll_is_shown_beside_you_are_signed_out() {
    browse(async |site| {
        picnic(site).await;
        let expired = folkmoot::server::Claims { sub: "ann".into(), exp: 1_000_000, ..Default::default() };
        let tag =
            format!(r#"data-token="{}" data-sign-in="/login""#, expired.sign(crate::site::SECRET.as_bytes()));
        let head = "<script>window.heard = [];
            document.addEventListener('folk-error', (event) => window.heard.push(event.detail.code));</script>";
        let page = site.embed(Embed::new(PICNIC).head(head).attributes(&tag)).await;
        let poll = page.find("folk-poll");
        poll.find(".wrong").text_becomes(said!(signed_out)).await;
        poll.find("a").with_text(said!(sign_in)).count_becomes(1).await;
        poll.find("label.row").count_becomes(2).await;
        let edges = "const at = (css) => start(element.shadowRoot.querySelector(css));
            return Math.abs(at('.wrong') - at('.notice a')) < 1;";
        assert_eq!(poll.eval(edges).await, true);
        page.becomes("return window.heard;", json!(["unauthorized"])).await;
        let told = page.console().await;
        assert_eq!(told.iter().filter(|line| line.contains("expired")).count(), 1, "{told:?}");
    });
}

#[test]
fn embedding_3_a_callback_that_gives_expired_tokens_is_asked_a_few_times_and_no_more() {
    browse(async |site| {
        picnic(site).await;
        let expired = |exp| folkmoot::server::Claims { sub: "ann".into(), exp, ..Default::default() };
        let tokens: Vec<_> =
            (0..50).map(|n| expired(1_000_000 + n).sign(crate::site::SECRET.as_bytes())).collect();
        let head = format!(
            "<script>window.asked = 0; window.freshToken = async () => {}[window.asked++];</script>",
            json!(tokens)
        );
        let page = site
            .embed(Embed::new(PICNIC).head(&head).attributes(r#"data-token-callback="freshToken""#))
            .await;
        let poll = page.find("folk-poll");
        poll.find(".wrong").text_becomes(said!(signed_out)).await;
        poll.find("label.row").count_becomes(2).await;
        assert!(page.eval("return window.asked;").await.as_u64().unwrap() <= 5);
        assert!(site.requests("/folkmoot/api/").len() <= 12, "{:?}", site.requests("/folkmoot/api/"));
    });
}

#[test]
fn embedding_24_embedding_5_what_a_member_is_typing_stays_with_them_and_is_nothing_to_the_next() {
    browse(async |site| {
        picnic(site).await;
        let body = format!(r#"{PICNIC}<folk-poll poll="quiet-hours"></folk-poll>"#);
        let page = site.embed(Embed::new(&body).head(SESSION).seen_by("ann")).await;
        let (poll, rule) = (page.find("folk-poll[poll=picnic]"), page.find("folk-poll[poll=quiet-hours]"));
        let reads = "return performance.getEntriesByType('resource')
            .filter(({ name }) => name.includes('/api/polls?')).length;";
        let typed = "return element.value;";
        rule.find("input[value=disagree]").click().await;
        rule.find("textarea").focus().await;
        page.type_text("I sleep late").await;
        poll.find(".opener").with_text(said!(comment_opener)).click().await;
        poll.find(".panel textarea").focus().await;
        page.type_text("Half a sen").await;

        // A fresh token of the same member.
        let fresh =
            folkmoot::server::Claims { sub: "ann".into(), name: Some("Ann".into()), ..Default::default() };
        let fresh = fresh.valid_for(std::time::Duration::from_hours(3)).sign(crate::site::SECRET.as_bytes());
        let before = page.eval(reads).await.as_u64().unwrap();
        page.eval(&format!("Folkmoot.identify('{fresh}');")).await;
        page.becomes(&format!("return (() => {{ {reads} }})() > {before};"), true).await;
        page.type_text("tence").await;
        poll.find(".panel textarea").becomes(typed, "Half a sentence").await;
        rule.find("textarea").becomes(typed, "I sleep late").await;

        page.eval(&format!("Folkmoot.identify('{}');", token("otto"))).await;
        page.becomes("return window.heard;", json!(["ann", "otto"])).await;
        poll.find(".panel textarea").count_becomes(0).await;
        rule.find("input:checked").count_becomes(0).await;
        poll.find(".opener").with_text(said!(comment_opener)).click().await;
        poll.find(".panel textarea").becomes(typed, "").await;
        poll.find(".panel textarea").focus().await;
        page.type_text("Mine").await;
        poll.find(".panel button.primary").click().await;
        poll.find(".panel .entry").with_text("Mine").appears().await;
        rule.find("input[value=disagree]").click().await;
        rule.find("textarea").becomes(typed, "").await;
        let said = site.ask("/polls/picnic/comments", "ann").await;
        assert_eq!(said["comments"].as_array().unwrap().len(), 1, "{said}");

        page.eval("Folkmoot.identify(null);").await;
        page.becomes("return window.heard;", json!(["ann", "otto", null])).await;
        poll.find(".panel textarea").count_becomes(0).await;
        page.eval(&format!("Folkmoot.identify('{fresh}');")).await;
        poll.find(".panel textarea").becomes(typed, "Half a sentence").await;
        rule.find("textarea").becomes(typed, "I sleep late").await;
    });
}
