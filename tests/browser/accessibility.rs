//! What axe finds, in every state that a page can be brought into.

use std::ops::Range;
use std::time::Duration;

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::Page;
use crate::said::said;

const POLLS: &str = r#"
<folk-poll poll="weekly-dinner"></folk-poll><folk-poll poll="meetup-topics"></folk-poll>
<folk-poll poll="new-logo"></folk-poll><folk-poll poll="moderator-election"></folk-poll>
<folk-poll poll="roadmap"></folk-poll><folk-poll poll="next-month"></folk-poll><folk-poll poll="gone"></folk-poll>
<p>Ann <folk-badges member="ann"></folk-badges></p>
<folk-checklist></folk-checklist>"#;

/// A page's own colours, so that contrast is measured on both.
const SCHEMES: [(&str, &str); 2] = [
    ("light", "<style>body { background: #fff; color: #222 } a { color: #0b57d0 }</style>"),
    (
        "dark",
        "<style>:root { color-scheme: dark } body { background: #16181d; color: #e8e8e8 } a { color: #8ab4f8 }</style>",
    ),
];

async fn finds_nothing(page: &Page, state: &str) {
    assert_eq!(page.axe().await, Vec::<String>::new(), "{state}");
}

#[test]
fn every_state_of_a_poll_badges_and_a_checklist() {
    browse(async |site| {
        for (scheme, style) in SCHEMES {
            for viewer in [None, Some("mia"), Some("otto")] {
                let plain = Embed::new(POLLS).head(style).attributes(r#"data-sign-in="/login""#);
                let page = site.embed(viewer.map_or(plain.clone(), |id| plain.seen_by(id))).await;
                page.find("folk-poll[poll=gone]").text_contains(said!(poll_gone)).await;
                page.find("folk-badges").find(".chip").appears().await;
                finds_nothing(&page, &format!("{scheme}, {viewer:?}, as it comes")).await;
                page.find("folk-badges").find("button").click().await;
                page.find("folk-badges").find(".awards").appears().await;
                finds_nothing(&page, &format!("{scheme}, {viewer:?}, with the card open")).await;
                if viewer.is_none() {
                    continue;
                }
                let dinner = page.find("folk-poll[poll=weekly-dinner]");
                dinner.find("button.primary").click().await;
                dinner.find(".wrong").text_contains(said!(choose_first)).await;
                finds_nothing(&page, &format!("{scheme}, {viewer:?}, complaining")).await;
                dinner.find("input[value=pizza]").click().await;
                finds_nothing(&page, &format!("{scheme}, {viewer:?}, chosen")).await;
                dinner.find("button.primary").click().await;
                dinner.find(".count").text_contains(said!(saved)).await;
                finds_nothing(&page, &format!("{scheme}, {viewer:?}, voted")).await;
                dinner.button(said!(take_back)).click().await;
                dinner.find("label.row").count_becomes(5).await;
                dinner.find(".count").text_contains(said!(saved)).await;
            }
        }
    });
}

/// The gallery has every other state of them.
#[test]
fn an_order_begun_and_a_later_round() {
    browse(async |site| {
        for (scheme, style) in SCHEMES {
            for kind in ["excursion", "kitchen-crew", "game-night"] {
                let poll = format!(r#"<folk-poll poll="{kind}"></folk-poll>"#);
                let page = site.embed(Embed::new(&poll).head(style).seen_by("mia")).await;
                let poll = page.find("folk-poll");
                poll.find(".add").click().await;
                poll.find(".ranked").appears().await;
                finds_nothing(&page, &format!("{scheme}, {kind}, an order begun")).await;
                poll.button(said!(see_results)).click().await;
                poll.find("ul.rows").appears().await;
                poll.find(".opener").click().await;
                poll.find(".panel table").appears().await;
                if poll.find("[role=tab]").count().await > 0 {
                    poll.find("[role=tab]").nth(1).click().await;
                    poll.find("[role=tab][aria-selected=true]")
                        .with_text(said!(round, round = 2))
                        .appears()
                        .await;
                    finds_nothing(&page, &format!("{scheme}, {kind}, a later round")).await;
                }
            }
        }
    });
}

#[test]
fn what_opens_below_a_choice() {
    browse(async |site| {
        for (scheme, style) in SCHEMES {
            let page = site
                .embed(Embed::new(r#"<folk-poll poll="new-logo"></folk-poll>"#).head(style).seen_by("mia"))
                .await;
            let poll = page.find("folk-poll");
            // The browser has it from the first scheme, so it is the page that does not get it.
            page.eval(
                "const whole = window.fetch;
                 window.fetch = (url, ...rest) =>
                     `${url}`.includes('folkmoot-kinds-') ? Promise.reject(Error('no')) : whole(url, ...rest);
                 window.heal = () => { window.fetch = whole; };",
            )
            .await;
            poll.find(".opener").click().await;
            poll.find(".panel").text_contains(said!(not_loaded)).await;
            finds_nothing(&page, &format!("{scheme}, what could not be loaded")).await;
            page.eval("window.heal();").await;
            poll.button(said!(try_again)).click().await;
            poll.find(".donut").appears().await;
            finds_nothing(&page, &format!("{scheme}, the ring")).await;
        }
    });
}

#[test]
fn loading_failing_and_waiting() {
    browse(async |site| {
        for (scheme, style) in SCHEMES {
            let embed = Embed::new(POLLS).head(style).seen_by("mia");
            site.fail("GET /folkmoot/api/", Fault::Slow(Duration::from_secs(3)));
            let page = site.embed(embed.clone()).await;
            page.find("section[aria-busy=true]").appears().await;
            finds_nothing(&page, &format!("{scheme}, loading")).await;
            site.heal();
            site.fail("GET /folkmoot/api/", Fault::Status(500));
            let page = site.embed(embed.clone()).await;
            page.find("folk-poll").find("[role=alert]").appears().await;
            page.find("folk-checklist").find("[role=alert]").appears().await;
            finds_nothing(&page, &format!("{scheme}, failed")).await;
            site.heal();
            let page = site.embed(embed).await;
            let dinner = page.find("folk-poll[poll=weekly-dinner]");
            dinner.find("label.row").count_becomes(5).await;
            site.fail("PUT ", Fault::Status(503));
            dinner.find("input[value=pizza]").click().await;
            dinner.find("button.primary").click().await;
            dinner.find(".wrong").text_contains(said!(vote_waits)).await;
            finds_nothing(&page, &format!("{scheme}, waiting")).await;
            site.heal();
            dinner.find(".count").text_contains(said!(saved)).await;
            dinner.button(said!(take_back)).click().await;
            dinner.find("label.row").count_becomes(5).await;
            dinner.find(".count").text_contains(said!(saved)).await;
        }
    });
}

#[test]
fn what_needs_the_members_eye() {
    browse(async |site| {
        for (scheme, style) in SCHEMES {
            let dinner = Embed::new(r#"<folk-poll poll="weekly-dinner"></folk-poll>"#).head(style);
            let signed_in = site.serve(dinner.clone().seen_by(&format!("one-in-{scheme}")));
            let guest = dinner.attributes(&format!(r#"data-sign-in="{signed_in}""#));
            let page = site.embed(guest).await;
            let poll = page.find("folk-poll");
            poll.find("input[value=sushi]").click().await;
            finds_nothing(&page, &format!("{scheme}, a guest choosing")).await;
            poll.find("button.primary").click().await;
            poll.button(said!(cast_this_vote)).appears().await;
            finds_nothing(&page, &format!("{scheme}, a guest's choice")).await;
            for (status, kind, words) in [
                (409, "poll-closed", said!(refused_closed)),
                (401, "unauthorized", said!(signed_out_vote_kept)),
            ] {
                let kind = format!("urn:folkmoot:problem:{kind}");
                site.fail("PUT ", Fault::Refusal(status, json!({"type": kind, "status": status})));
                poll.find("input[value=taco]").click().await;
                poll.find("button.primary").click().await;
                poll.find(".wrong").text_contains(&words).await;
                finds_nothing(&page, &format!("{scheme}, {words}")).await;
                site.heal();
            }
        }
    });
}

#[test]
fn the_demos_first_page() {
    browse(async |site| {
        for persona in ["guest", "newcomer", "regular", "staff"] {
            let page = site.open(&format!("/?as={persona}")).await;
            page.find("folk-badges[member=ann]").find(".chip").appears().await;
            page.find("folk-poll[poll=weekly-dinner]").find(".row").count_becomes(5).await;
            finds_nothing(&page, persona).await;
        }
    });
}

#[test]
fn the_reference() {
    browse(async |site| {
        let page = site.open("/folkmoot/docs/").await;
        page.find("h2").count_becomes(5).await;
        page.find("a[href='#problem-poll-closed']").appears().await;
        finds_nothing(&page, "the reference").await;
    });
}

#[test]
fn every_kind_of_poll_in_every_state_of_the_gallery_in_a_narrow_column() {
    in_the_gallery("width=280&theme=light&dir=ltr", 0..2);
}

#[test]
fn every_kind_of_poll_in_every_state_of_the_gallery_from_right_to_left_and_in_the_dark_to_staff() {
    in_the_gallery("width=280&theme=dark&dir=rtl&as=staff", 2..PANELS);
}

#[test]
fn every_kind_of_poll_in_every_state_of_the_gallery_in_a_wide_column() {
    in_the_gallery("width=900&theme=light", 0..1);
}

/// The most panels that a poll has.
const PANELS: usize = 4;

/// Opens every panel of every poll, each poll another one at a time. Nothing stands out of its box at any time. axe takes its time
/// for a page as large as this, so it looks at these `turns` alone: at every panel of every kind, if not in every state and look.
fn in_the_gallery(look: &str, turns: Range<usize>) {
    /// Brings the first into view that is not mounted yet, and gives how many there are.
    const NEXT: &str = "const missing = [...document.querySelectorAll('folk-poll')].filter(
        (poll) => !poll.shadowRoot?.querySelector('h3')?.getClientRects().length);
    missing[0]?.scrollIntoView();
    return missing.length;";
    /// Shows all of them, and names those of which something stands out of its box.
    const STANDS_OUT: &str = "return [...document.querySelectorAll('folk-poll')].filter((poll) => {
        const box = poll.getBoundingClientRect();
        return [...poll.shadowRoot.querySelectorAll('*')].some((element) => {
            const { left, right, width, height } = element.getBoundingClientRect();
            const scrolls = element.closest('.table') || element.closest('.strip') || element.closest('.said');
            return !scrolls && width > 1 && height > 1 && (left < box.left - 1 || right > box.right + 1);
        });
    }).map((poll) => poll.getAttribute('poll'));";
    browse(async |site| {
        let page = site.open(&["/demo/gallery.html?", look].concat()).await;
        page.find("folk-poll").count_becomes(77).await;
        // They are mounted as they come near.
        while page.eval(NEXT).await != 0 {}
        assert_eq!(page.eval(STANDS_OUT).await, json!([]), "{look}");
        for turn in 0..PANELS {
            page.eval(
                "document.querySelectorAll('folk-poll').forEach((poll) =>
                    poll.shadowRoot.querySelector('.opener[aria-expanded=true]')?.click());",
            )
            .await;
            page.find(".panel:not([hidden])").count_becomes(0).await;
            let open = format!(
                "const openers = [...document.querySelectorAll('folk-poll')]
                    .map((poll) => [...poll.shadowRoot.querySelectorAll('.opener')]);
                openers.forEach((all, at) => all[(at + {turn}) % all.length]?.click());
                return [openers.filter((all) => all.length).length, Math.max(...openers.map((all) => all.length))];"
            );
            let opened = page.eval(&open).await;
            let most = opened[1].as_u64();
            assert!(
                opened[0].as_u64() > Some(0) && most > Some(1) && most <= Some(PANELS as u64),
                "{look}: {opened}"
            );
            let filled = "return [...document.querySelectorAll('folk-poll')]
                .map((poll) => poll.shadowRoot.querySelector('.panel:not([hidden])'))
                .filter((panel) => panel && !panel.querySelector('[role=status]')).length;";
            page.becomes(filled, opened[0].clone()).await;
            let what = format!("{look}, turn {turn}");
            assert_eq!(page.eval(STANDS_OUT).await, json!([]), "{what}");
            if turns.contains(&turn) {
                finds_nothing(&page, &what).await;
            }
        }
    });
}
