//! The script tag: how the loader finds it, in whatever form and however it came to the page, and what it trusts.

use serde_json::json;

use crate::browse;
use crate::embed::{Embed, token};
use crate::fault::Fault;
use crate::page::Page;
use crate::said::said;
use crate::site::Site;

const DINNER: &str = r#"<folk-poll poll="weekly-dinner" rows="5"></folk-poll>"#;
const SRC: &str = "/folkmoot/v1/embed.js";

/// A page whose tag stands behind the poll, or is put there by a script.
async fn with_tag(site: &Site, body: &str) -> Page {
    site.embed(Embed::new(&format!("{DINNER}{body}")).without_script()).await
}

async fn may_vote(page: &Page) {
    page.find("folk-poll").find("input[value=pizza]").appears().await;
}

async fn is_said(page: &Page, what: &str) {
    let said =
        format!("return window.folkmootKept.console.filter((line) => line.includes({what:?})).length;");
    page.becomes(&said, 1).await;
}

#[test]
fn host_3_no_element_of_a_post_is_taken_for_the_script_tag() {
    browse(async |site| {
        let post: String = ["scripts", "querySelectorAll", "currentScript", "baseURI", "hidden"]
            .map(|name| {
                let settings = r#"data-api="https://elsewhere.invalid" data-token-callback="steal""#;
                format!(r#"<img name="{name}" src="{SRC}" {settings}>"#)
            })
            .concat();
        let tag = format!(r#"<script type="module" src="{SRC}" data-token="{}"></script>"#, token("ann"));
        let steal = "<script>window.steal = () => { window.stolen = true; };</script>";
        let page = with_tag(site, &format!("{steal}{post}{post}{tag}")).await;
        may_vote(&page).await;
        assert_eq!(page.eval("return window.stolen ?? null;").await, json!(null));
        assert_eq!(site.requests("/folkmoot/api/polls").len(), 1);
    });
}

#[test]
fn host_3_a_script_is_no_place_to_sign_in() {
    browse(async |site| {
        let embed = Embed::new(DINNER).attributes(r#"data-sign-in="javascript:window.stolen=1""#);
        let page = site.embed(embed).await;
        let poll = page.find("folk-poll");
        poll.find("li.row").count_becomes(5).await;
        assert_eq!(poll.eval("return [...element.shadowRoot.querySelectorAll('a')].length;").await, json!(0));
        is_said(&page, "data-sign-in has to be an address with http or https, or a path").await;
    });
}

#[test]
fn embedding_8_a_tag_that_leads_here_by_a_redirect_says_who_is_asking() {
    browse(async |site| {
        site.fail("GET /widget/embed.js", Fault::Moved(SRC));
        let tag = format!(
            r#"<script type="module" src="/widget/embed.js" data-api="/folkmoot/api" data-token="{}"></script>"#,
            token("ann")
        );
        let page = with_tag(site, &tag).await;
        may_vote(&page).await;
        assert_eq!(page.console().await, Vec::<String>::new());
    });
}

#[test]
fn embedding_8_where_no_tag_is_found_one_line_says_that_its_attributes_do_not_count() {
    browse(async |site| {
        let imported = format!(r#"<script type="module">import("{SRC}");</script>"#);
        let removed = format!(
            r#"<script>
                const tag = Object.assign(document.createElement("script"), {{ type: "module", src: "{SRC}" }});
                tag.dataset.token = "{}";
                document.head.append(tag);
                tag.remove();
            </script>"#,
            token("ann")
        );
        for tag in [imported, removed] {
            let page = with_tag(site, &tag).await;
            page.find("folk-poll").find("li.row").count_becomes(5).await;
            is_said(&page, "leave its script tag on the page").await;
        }
    });
}

#[test]
fn embedding_12_a_cookie_that_the_browser_keeps_from_another_site_is_said_once() {
    browse(async |site| {
        site.restart_host_with(&["--session-cookie", "forum"]);
        let embed = Embed::new(DINNER).cross_origin().attributes(r#"data-credentials="include""#);
        let page = site.embed(embed).await;
        is_said(&page, "SameSite=None; Secure").await;
        page.find("folk-poll").find("li.row").count_becomes(5).await;
    });
}

#[test]
fn forums_14_a_tag_without_a_type_works_as_well() {
    browse(async |site| {
        let names = "<script>const version = 1, select = 2, data = 3; var file = 4;
            window.names = () => [version, select, data, file];</script>";
        for how in ["", "async", "defer"] {
            let tag = format!(r#"<script {how} src="{SRC}" data-token="{}"></script>"#, token("ann"));
            let page = with_tag(site, &format!("{names}{tag}")).await;
            may_vote(&page).await;
            assert_eq!(page.eval("return window.names();").await, json!([1, 2, 3, 4]));
            assert_eq!(page.errors().await, Vec::<String>::new(), "{how}");
        }
        let poll = Embed::new(DINNER).seen_by("ann").without_script();
        let page = site
            .embed(poll.head(&format!(r#"<script src="{SRC}" data-token="{}"></script>"#, token("ann"))))
            .await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(said!(saved)).await;
    });
}

#[test]
fn forums_17_a_mistyped_id_is_named_on_the_console_once() {
    browse(async |site| {
        let two = r#"<folk-poll poll="weekly-diner"></folk-poll><folk-poll poll="weekly-diner"></folk-poll>"#;
        let page = site.embed(Embed::new(two)).await;
        is_said(&page, r#"There is no poll called "weekly-diner"."#).await;
    });
}
