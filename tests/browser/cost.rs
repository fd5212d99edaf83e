//! What many elements cost a page, beside elements written by hand that draw the same.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::page::Page;
use crate::site::Site;

/// How many badges stand on the page.
const MANY: usize = 1000;

/// How often each page is looked at; the quickest counts.
const RUNS: usize = 8;

/// A page of names with this element beside each.
fn page(tag: &str) -> Embed {
    let names = ["ann", "otto", "chidi", "bela", "yuki", "mia", "amara", "grace"];
    let all = (0..MANY).map(|n| format!(r#"<{tag} member="{}"></{tag}>"#, names[n % names.len()]));
    // All of them are in sight.
    Embed::new(&all.collect::<String>())
        .head("<style>main { font-size: 4px; line-height: 1 } h1 { display: none }</style>")
}

/// Milliseconds of script, style and layout from before the page until it shows the last badge.
async fn cost(site: &Site, embed: Embed, tag: &str) -> f64 {
    let page = site.open("/blank").await;
    // By the processor's time, not by the clock on the wall, which other programs stretch.
    page.cdp("Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
    let before = spent(&page).await;
    page.goto(&site.url(&site.serve(embed))).await;
    let drawn = format!(
        "return [...document.querySelectorAll('{tag}')].filter((e) => e.shadowRoot?.querySelector('.chip')).length;"
    );
    page.becomes(&drawn, MANY).await;
    page.becomes(
        "return new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100, true)));",
        true,
    )
    .await;
    spent(&page).await - before
}

async fn spent(page: &Page) -> f64 {
    let told = page.cdp("Performance.getMetrics", json!({})).await.unwrap_or_default();
    let counted = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"];
    let metrics = told["metrics"].as_array().into_iter().flatten();
    metrics
        .filter(|metric| counted.iter().any(|name| metric["name"] == *name))
        .filter_map(|m| m["value"].as_f64())
        .sum::<f64>()
        * 1000.0
}

/// The same elements without Folkmoot: each asks for its share of one read, and draws what `<folk-badges>` draws.
const BY_HAND: &str = include_str!("by_hand.js");

#[test]
fn a_thousand_badges_cost_at_most_1_6_times_what_elements_written_by_hand_do() {
    browse(async |site| {
        // What they draw is taken from a badge of each member.
        let model = site.embed(page("folk-badges")).await;
        if model.engine() != Engine::Blink {
            return;
        }
        model.becomes("return [...document.querySelectorAll('folk-badges')].every((e) => e.shadowRoot.querySelector('.chip'));", true).await;
        let style = model
            .eval(
                "return document.querySelector('folk-badges').shadowRoot.adoptedStyleSheets
            .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join('');",
            )
            .await;
        let drawn = model
            .eval(
                "return Object.fromEntries([...document.querySelectorAll('folk-badges')].map(
            (e) => [e.getAttribute('member'), e.shadowRoot.querySelector('.place').innerHTML]));",
            )
            .await;
        let script = format!("<script>const style = {style}; const drawn = {drawn};\n{BY_HAND}</script>");
        let (mut ours, mut by_hand) = (f64::MAX, f64::MAX);
        for _ in 0..RUNS {
            by_hand = by_hand
                .min(cost(site, page("hand-badges").without_script().head(&script), "hand-badges").await);
            ours = ours.min(cost(site, page("folk-badges"), "folk-badges").await);
        }
        println!(
            "{MANY} badges: {ours:.0} ms of script, style and layout; by hand {by_hand:.0} ms; {:.2} times",
            ours / by_hand
        );
        assert!(ours <= 1.6 * by_hand, "{ours:.0} ms, by hand {by_hand:.0} ms");
    });
}
