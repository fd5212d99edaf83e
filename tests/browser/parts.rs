//! Parts of the widget: what a page fetches untouched, and what becomes of parts that do not come.

use std::path::Path;
use std::time::Duration;

use folkmoot::build::languages::PSEUDO;
use folkmoot::build::{self, PAGE_BUDGET, Report};
use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::said::{any, said};
use crate::site::Site;

const ANN: &str = r#"<p>Ann <folk-badges member="ann"></folk-badges> said</p>"#;

#[test]
fn a_page_that_nobody_touches_fetches_what_its_budget_counts() {
    browse(async |site| {
        let all = [ANN, r#"<folk-checklist></folk-checklist><folk-poll poll="weekly-dinner"></folk-poll>"#];
        // In the language with the longest texts, which count.
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        let (manifest, _) = build::load(&dist).unwrap();
        let texts = manifest.files.iter().filter(|file| file.parts.is_empty());
        let texts = texts.filter_map(|file| Some((file.brotli, file.language.as_ref()?)));
        let (_, longest) = texts.filter(|(_, tag)| *tag != PSEUDO).max().unwrap();
        let all = format!(r#"<div lang="{longest}">{}</div>"#, all.concat());
        let page = site.embed(Embed::new(&all).seen_by("mia")).await;
        page.find("folk-poll").find("label.row").count_becomes(5).await;
        page.find("folk-badges").find(".chip").count_becomes(5).await;
        page.find("folk-checklist").find("li.current").appears().await;
        page.becomes("return new Promise((settled) => setTimeout(settled, 1000, true));", true).await;

        let requests = site.requests("/folkmoot/v1/");
        let size = |request: &String| {
            let file = manifest.files.iter().find(|file| request.ends_with(&["/", &file.name].concat()));
            file.unwrap_or_else(|| panic!("{request} is for no file of the build")).brotli
        };
        let fetched: u64 = requests.iter().map(size).sum();
        assert!(fetched <= PAGE_BUDGET, "{fetched} of {PAGE_BUDGET} bytes with brotli: {requests:?}");
        let report = Report::from(manifest.clone());
        let counted = report.budgets().into_iter().find(|budget| budget.what == "choice").unwrap();
        assert_eq!(fetched, counted.used, "what the report counts: {requests:?}");
    });
}

#[test]
fn the_card_says_whose_it_is_until_what_is_in_it_has_come() {
    browse(async |site| {
        site.fail("folkmoot-card-", Fault::Slow(Duration::from_secs(3)));
        let page = site.embed(Embed::new(ANN)).await;
        let ann = page.find("folk-badges");
        ann.find("button").click().await;
        ann.find(".pop").text_contains("Ann Whitlock").await;
        ann.find(".pop").text_matches(any!(badges_of)).await;
        ann.find(".pop [role=status]").text_becomes(said!(loading)).await;
        ann.find(".awards").appears().await;
        assert_eq!(ann.find(".pop [role=status]").count().await, 0);
        assert_eq!(site.requests("folkmoot-card-").len(), 2, "its code and its texts");
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_card_that_does_not_come_can_be_asked_for_again() {
    browse(async |site| comes_by_the_second_try(site, Fault::Dropped).await);
}

#[test]
fn a_card_that_comes_while_the_page_is_left_shows_nothing() {
    browse(async |site| {
        site.fail("folkmoot-card-", Fault::Slow(Duration::from_secs(1)));
        let page = site.embed(Embed::new(ANN)).await;
        let ann = page.find("folk-badges");
        ann.find("button").click().await;
        ann.find(".pop [role=status]").text_becomes(said!(loading)).await;
        page.eval("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));").await;
        let shown = "return getComputedStyle(element.shadowRoot.querySelector('.place')).visibility;";
        ann.becomes(shown, "hidden").await;
        ann.find(".awards").count_becomes(4).await;
        assert_eq!(ann.eval(shown).await, "hidden");
        page.eval("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));").await;
        ann.becomes(shown, "visible").await;
        ann.find(".awards").appears().await;
    });
}

#[test]
fn embedding_16_a_card_that_a_deploy_took_away_has_the_page_reloaded() {
    browse(async |site| {
        site.fail("folkmoot-card-", Fault::Status(404));
        let page = site.embed(Embed::new(ANN)).await;
        let ann = page.find("folk-badges");
        ann.find("button").click().await;
        ann.find(".pop").text_contains(said!(site_updated)).await;
        ann.find(".chips .chip").count_becomes(5).await;
        site.heal();
        page.eval("window.old = true;").await;
        ann.find(".pop button").with_text(said!(reload_page)).click().await;
        page.becomes("return window.old ?? null;", json!(null)).await;
        ann.find("button").click().await;
        ann.find(".awards").appears().await;
    });
}

#[test]
fn a_host_that_stumbles_has_the_part_tried_again_and_not_the_page_reloaded() {
    browse(async |site| comes_by_the_second_try(site, Fault::Status(503)).await);
}

async fn comes_by_the_second_try(site: &Site, fault: Fault) {
    site.fail("folkmoot-card-", fault);
    let page = site.embed(Embed::new(ANN)).await;
    let ann = page.find("folk-badges");
    ann.find("button").click().await;
    ann.find(".pop").text_contains(said!(not_loaded)).await;
    ann.find(".pop button").with_text(said!(try_again)).appears().await;
    site.heal();
    ann.find(".pop button").with_text(said!(try_again)).click().await;
    ann.find(".awards").appears().await;
}
