//! `<folk-badges>`: chips beside a name, and the card.

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::Key;
use crate::said::{any, said};

const NAMES: &str = r#"
<p>Ann <folk-badges member="ann"></folk-badges> said</p>
<p>Otto <folk-badges member="otto"></folk-badges> said</p>
<p>Mia <folk-badges member="mia"></folk-badges> said</p>
<p>Ann <folk-badges member="ann"></folk-badges> said again</p>
<p>Nobody <folk-badges member="nobody"></folk-badges> said</p>
<p><button>After</button></p>"#;

#[test]
fn at_most_five_stand_beside_a_name_and_the_rest_is_a_number() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES)).await;
        let ann = page.find("folk-badges[member=ann]").nth(0);
        ann.find(".chips .chip").count_becomes(5).await;
        ann.find(".more").text_matches(any!(badges_more)).await;
        ann.find("button").text_contains("Ann Whitlock").await;
        ann.find("button").text_matches(any!(badges_of)).await;
    });
}

#[test]
fn all_on_a_page_share_one_read() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES)).await;
        page.find("folk-badges[member=mia]").find(".chip").appears().await;
        page.find("folk-badges").nth(3).find(".chip").appears().await;
        let asked = site.requests("GET /folkmoot/api/members");
        assert_eq!(asked, ["GET /folkmoot/api/members?ids=ann,mia,nobody,otto"]);
    });
}

#[test]
fn an_unknown_member_shows_nothing() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES)).await;
        page.find("folk-badges[member=mia]").find(".chip").appears().await;
        assert_eq!(page.find("folk-badges[member=nobody]").text().await, "");
    });
}

#[test]
fn they_never_change_a_lines_height() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES)).await;
        page.find("folk-badges[member=ann]").find(".chip").appears().await;
        let height = "return element.parentElement.getBoundingClientRect().height;";
        let with = page.find("folk-badges[member=ann]").nth(0).eval(height).await;
        assert_eq!(page.find("folk-badges[member=nobody]").eval(height).await, with);
    });
}

#[test]
fn the_card_opens_by_focus_and_closes_by_escape() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES).seen_by("ann")).await;
        let ann = page.find("folk-badges[member=ann]").nth(0);
        ann.find(".chip").appears().await;
        page.press(Key::Tab).await;
        ann.find(".pop").appears().await;
        ann.find(".pop").text_contains(said!(stage_contributor)).await;
        ann.find(".awards li").nth(5).appears().await;
        page.press(Key::Escape).await;
        ann.find(".pop").disappears().await;
        ann.find("button").gets_focus().await;
        page.press(Key::Enter).await;
        ann.find(".pop").appears().await;
        page.press(Key::Tab).await;
        ann.find(".pop").gets_focus().await;
        page.press(Key::Tab).await;
        ann.find(".pop").disappears().await;
    });
}

#[test]
fn the_card_opens_by_a_click_and_stays_in_the_window() {
    browse(async |site| {
        let page = site.embed(Embed::new(NAMES)).await;
        // The least that every engine's window can be.
        page.resize(500, 600).await;
        let ann = page.find("folk-badges[member=ann]").nth(1);
        ann.find("button").click().await;
        ann.find(".pop").appears().await;
        let inside = "const r = element.getBoundingClientRect();
            return r.left >= 0 && r.right <= innerWidth && r.top >= 0;";
        ann.find(".pop").becomes(inside, true).await;
        page.resize(1000, 800).await;
    });
}

#[test]
fn progress_shows_to_the_member_alone() {
    browse(async |site| {
        for (viewer, shown) in [("ann", true), ("otto", false)] {
            let page = site.embed(Embed::new(NAMES).seen_by(viewer)).await;
            let ann = page.find("folk-badges[member=ann]").nth(0);
            ann.find(".chip").appears().await;
            ann.find("button").click().await;
            ann.find(".awards").appears().await;
            assert_eq!(ann.find(".next").count().await > 0, shown, "as {viewer}");
        }
    });
}

#[test]
fn hostile_texts_are_texts() {
    browse(async |site| {
        let long = "w".repeat(10_000);
        let hostile =
            ["<img src=x onerror=\"window.hacked=1\">", "\u{202e}\u{2067}right to left", long.as_str()];
        let award = |n: usize| {
            serde_json::json!({"badge": format!("b{n}"), "name": hostile[n], "description": hostile[n],
                "reason": hostile[n], "icon": "<svg>", "tier": "\u{0}", "group": hostile[n]})
        };
        let badges: Vec<_> = (0..3).map(award).collect();
        let member = serde_json::json!({"members": [
            {"id": "ann", "revision": 1, "name": hostile[0], "stage": hostile[1], "badges": badges}]});
        site.fail("GET /folkmoot/api/members", Fault::Json(member));
        let page = site.embed(Embed::new(NAMES)).await;
        let ann = page.find("folk-badges[member=ann]").nth(0);
        ann.find("button").click().await;
        ann.find(".awards li").count_becomes(3).await;
        for (n, text) in hostile.iter().enumerate() {
            let shown = ann.find(".awards b").nth(n).eval("return element.textContent;").await;
            // Marks of direction that a text leaves open are closed.
            let closed = if n == 1 { "\u{2069}\u{202c}" } else { "" };
            assert_eq!(shown, serde_json::json!([text, closed].concat()));
        }
        assert_eq!(ann.find("img, script").count().await, 0);
        page.becomes("return window.hacked ?? null;", serde_json::Value::Null).await;
        page.becomes("return document.documentElement.scrollWidth <= innerWidth;", true).await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_thousand_are_ten_reads() {
    browse(async |site| {
        let names: Vec<String> =
            (0..1000).map(|n| format!(r#"<folk-badges member="m{n:03}"></folk-badges>"#)).collect();
        let page = site.embed(Embed::new(&names.concat())).await;
        page.becomes(
            "return [...document.querySelectorAll('folk-badges')].every(
                (element) => element.shadowRoot.querySelector('.place'));",
            true,
        )
        .await;
        assert!(site.requests("GET /folkmoot/api/members").len() <= 10);
    });
}
