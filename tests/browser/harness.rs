//! Whether the eyes and hands of these tests can be trusted.

use std::time::Duration;

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::page::Key;

/// An element whose shadow tree says what was done to it, and by whom.
const WIDGET: &str = r#"
<p id="slotted-in">Before <hand-made><b>given</b></hand-made></p>
<script>
customElements.define("hand-made", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    const button = Object.assign(document.createElement("button"), { textContent: "Press" });
    const note = document.createElement("output");
    const nested = document.createElement("div");
    nested.attachShadow({ mode: "open" }).append(Object.assign(document.createElement("input"), { ariaLabel: "Name", style: "font-size: 2em" }));
    button.onclick = (event) => setTimeout(() => (note.textContent = `trusted: ${event.isTrusted}`), 100);
    root.append(document.createElement("slot"), button, nested, note);
  }
});
</script>
"#;

fn hand_made() -> Embed {
    Embed::new(WIDGET).without_script()
}

#[test]
fn clicks_in_a_shadow_tree_are_trusted() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        let widget = page.find("hand-made");
        widget.button("Press").click().await;
        widget.find("output").text_becomes("trusted: true").await;
    });
}

#[test]
fn text_is_read_as_rendered() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        page.find("hand-made").text_becomes("givenPress").await;
        page.find("#slotted-in").text_becomes("Before givenPress").await;
        page.find("#slotted-in").text_matches("^Before .+Press$").await;
        page.find("#slotted-in").text_lacks("taken").await;
        assert_eq!(page.find("hand-made").find("b").count().await, 1);
        assert_eq!(page.find("hand-made").find("i").count().await, 0);
    });
}

#[test]
fn keys_reach_what_has_the_focus() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        let (button, input) = (page.find("button"), page.find("hand-made").named("Name"));
        button.focus().await;
        page.press(Key::Tab).await;
        input.gets_focus().await;
        page.type_text("Ann").await;
        input.becomes("return element.value;", "Ann").await;
        page.press_with(Key::Shift, Key::Tab).await;
        button.gets_focus().await;
        page.press(Key::Enter).await;
        page.find("output").text_contains("trusted").await;
    });
}

#[test]
fn what_a_page_says_is_heard() {
    browse(async |site| {
        let inline = "<script src='/collector.js?x'></script><img src='http://other.example/x.png' alt=''>";
        let page = site.embed(Embed::new(inline).without_script().csp("default-src 'self'")).await;
        page.becomes("return window.folkmootKept.violations.length > 0;", true).await;
        let violations = page.violations().await;
        assert!(violations.iter().any(|told| told.starts_with("img-src")), "{violations:?}");

        let page = site
            .embed(Embed::new("<script>console.warn('a', 1); nonsense();</script>").without_script())
            .await;
        assert_eq!(page.console().await, ["warn: a 1"]);
        assert!(page.errors().await[0].contains("nonsense"));
    });
}

#[test]
fn requests_can_be_spoilt_and_are_counted() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        let fetched = "return fetch('/').then((answer) => answer.text().then(() => answer.status), () => 0);";
        site.fail_times("GET /", 1, Fault::Status(503));
        page.becomes(fetched, 503).await;
        assert_eq!(page.eval(fetched).await, 200);
        assert_eq!(site.requests("GET /").iter().filter(|request| *request == "GET /").count(), 2);
        // Uncounted: a browser may ask again by itself when a connection breaks.
        for broken in [Fault::Dropped, Fault::AnswerDropped, Fault::Cut] {
            site.fail("GET /", broken);
            assert_eq!(page.eval(fetched).await, 0);
            site.heal();
        }
        site.fail("GET /", Fault::Slow(Duration::from_millis(50)));
        assert_eq!(page.eval(fetched).await, 200);
    });
}

#[test]
fn two_windows_share_what_a_browser_keeps() {
    browse(async |site| {
        let path = site.serve(hand_made());
        let first = site.open(&path).await;
        let second = site.second_window(&path).await;
        first.eval("localStorage.setItem('kept', 'yes');").await;
        second.becomes("return localStorage.getItem('kept');", "yes").await;
    });
}

#[test]
fn axe_sees_into_shadow_trees() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        assert_eq!(page.axe().await, Vec::<String>::new());
        page.find("hand-made").find("input").eval("element.ariaLabel = null;").await;
        let findings = page.axe().await;
        assert!(findings.iter().any(|finding| finding.starts_with("label: hand-made")), "{findings:?}");
    });
}

#[test]
fn a_host_comes_back_on_the_same_port() {
    browse(async |site| {
        let origin = site.host_origin();
        let page = site.embed(hand_made()).await;
        let answers = "return fetch('/').then((answer) => answer.ok, () => false);";
        site.kill_host();
        assert_eq!(page.eval(answers).await, false);
        site.restart_host();
        assert_eq!(page.eval(answers).await, true);
        assert_eq!(site.host_origin(), origin);
        site.open("/").await.becomes("return document.readyState;", "complete").await;
    });
}

#[test]
fn a_picture_shows_the_window_that_is_meant() {
    browse(async |site| {
        let path = site.serve(hand_made());
        let first = site.open(&path).await;
        let second = site.second_window(&path).await;
        let folder = tempfile::tempdir().unwrap();
        for (number, page) in [&first, &second, &first].into_iter().enumerate() {
            let file = folder.path().join(format!("{number}.png"));
            page.screenshot(&file).await;
            assert!(std::fs::read(&file).unwrap().starts_with(b"\x89PNG"));
        }
    });
}

#[test]
fn chromiums_own_commands_reach_chromium_alone() {
    browse(async |site| {
        let page = site.embed(hand_made()).await;
        let version = page.cdp("Browser.getVersion", json!({})).await;
        assert_eq!(version.is_some(), page.engine() == Engine::Blink, "{version:?}");
    });
}
