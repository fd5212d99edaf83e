//! What the script tag does to a page, and what a page may do to it.

use std::time::Duration;

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::said::{said, saved};

const ALL: &str = r#"
<folk-poll poll="weekly-dinner"><a href="/polls/weekly-dinner">Vote in the weekly dinner poll</a></folk-poll>
<p>Ann <folk-badges member="ann"></folk-badges></p>
<folk-checklist></folk-checklist>"#;

const STRICT: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'";

#[test]
fn a_strict_content_security_policy_is_kept() {
    browse(async |site| {
        let page =
            site.embed(Embed::new(ALL).seen_by("mia").csp(&format!("{STRICT}; img-src 'self' data:"))).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find("li.mine").text_contains("Pizza place").await;
        page.find("folk-badges").find("button").click().await;
        page.find("folk-badges").find(".awards").appears().await;
        page.find("folk-checklist").find("h3").text_contains(said!(steps_done, done = 2, of = 3)).await;
        assert_eq!(page.violations().await, Vec::<String>::new());
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn forums_13_without_wasm_unsafe_eval_the_fallback_stays_and_one_line_names_the_source_to_add() {
    browse(async |site| {
        let page =
            site.embed(Embed::new(ALL).csp("default-src 'self'; script-src 'self'; img-src data:")).await;
        page.becomes("return window.folkmootKept.console.length;", 1).await;
        let told = page.console().await;
        let said = "refuses WebAssembly: add 'wasm-unsafe-eval' to its script-src";
        assert!(told[0].starts_with("error: Folkmoot: ") && told[0].ends_with(said), "{told:?}");
        page.find("folk-poll").text_becomes("Vote in the weekly dinner poll").await;
        assert_eq!(site.requests(".wasm").len(), 0, "nothing is fetched in vain");
    });
}

#[test]
fn a_module_that_is_not_there_leaves_the_fallback_and_a_later_element_tries_again() {
    browse(async |site| {
        site.fail(".wasm", Fault::Status(404));
        let page = site.embed(Embed::new(ALL)).await;
        page.becomes("return window.folkmootKept.console.length > 0;", true).await;
        page.find("folk-poll").text_becomes("Vote in the weekly dinner poll").await;
        site.heal();
        page.eval("document.querySelector('main').append(Object.assign(document.createElement('folk-poll'), { id: 'late' }));
            late.setAttribute('poll', 'new-logo');").await;
        page.find("#late").find(".share").count_becomes(3).await;
    });
}

#[test]
fn what_only_some_polls_need_comes_once_and_where_one_is_shown() {
    browse(async |site| {
        let page = site.embed(Embed::new(ALL).seen_by("ann")).await;
        page.find("folk-poll").find("label.row").count_becomes(5).await;
        page.find("folk-poll").find("input[value=pizza]").click().await;
        page.find("folk-poll").find("button.primary").click().await;
        page.find("folk-poll").find("li.mine").appears().await;
        assert_eq!(site.requests("folkmoot-kinds-").len(), 0, "a choice and its result do without");
        let more = "for (const id of ['excursion', 'kitty']) {
                const poll = Object.assign(document.createElement('folk-poll'), { id });
                poll.setAttribute('poll', id);
                document.querySelector('main').append(poll);
                poll.scrollIntoView();
            }";
        page.eval(more).await;
        page.find("#excursion").find("button.add").appears().await;
        page.find("#kitty").find("button.small").appears().await;
        assert_eq!(site.requests("folkmoot-kinds-").len(), 2, "its code and its texts");
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn what_some_polls_need_and_does_not_come_can_be_asked_for_again() {
    browse(async |site| {
        site.fail("folkmoot-kinds-", Fault::Dropped);
        let both = r#"<folk-poll poll="excursion">Rank them in the topic</folk-poll><folk-poll poll="weekly-dinner"></folk-poll>"#;
        let page = site.embed(Embed::new(both).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.text_contains(said!(poll_not_loaded)).await;
        assert!(page.find("body").text().await.contains("Rank them in the topic"));
        page.find("folk-poll[poll=weekly-dinner]").find("label.row").count_becomes(5).await;
        site.heal();
        poll.button(said!(try_again)).click().await;
        poll.find("button.add").appears().await;
    });
}

#[test]
fn embedding_11_members_are_called_as_people_are_and_an_id_that_is_none_costs_the_others_nothing() {
    browse(async |site| {
        for name in ["Anna Lee", "AC/DC", "a,b"] {
            assert_eq!(site.ask("/session", name).await["viewer"]["id"], name);
        }
        let badges = ["Anna Lee", "mia", "AC/DC", " x", "a,b", "..", "ann"]
            .map(|id| format!("<p><folk-badges member=\"{id}\"></folk-badges></p>"));
        let polls = ["weekly dinner", ".", "weekly-dinner"]
            .map(|id| format!("<folk-poll poll=\"{id}\">{id}</folk-poll>"));
        let page = site.embed(Embed::new(&[badges.concat(), polls.concat()].concat())).await;
        page.find("folk-poll[poll=weekly-dinner]").find("li.row").count_becomes(5).await;
        page.find("folk-badges[member=ann]").find("button").appears().await;
        page.find("folk-poll[poll='weekly dinner']").text_becomes("weekly dinner").await;
        let members = site.requests("/members?");
        assert_eq!(members.len(), 1, "{members:?}");
        assert!(members[0].contains("ids=AC%2FDC,Anna%20Lee,a%2Cb,ann,mia"), "{members:?}");
        assert_eq!(site.requests("/polls?").len(), 1);
        let told = page.console().await;
        assert_eq!(told.len(), 4, "each that is none is named: {told:?}");
    });
}

#[test]
fn an_api_that_is_down_leaves_the_fallback_beside_the_word() {
    browse(async |site| {
        site.fail("/folkmoot/api/", Fault::Dropped);
        let page = site.embed(Embed::new(ALL)).await;
        page.find("folk-poll").text_contains(said!(poll_not_loaded)).await;
        page.find("folk-poll a").with_text("Vote in the weekly dinner poll").appears().await;
        assert_eq!(page.find("folk-badges").text().await, "");
    });
}

#[test]
fn the_fallback_stays_until_there_is_something_to_show() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/polls", Fault::Slow(Duration::from_millis(800)));
        let page = site.embed(Embed::new(ALL)).await;
        page.becomes(
            "return document.querySelector('folk-poll').shadowRoot.querySelector('.place') !== null;",
            true,
        )
        .await;
        page.find("folk-poll").text_becomes("Vote in the weekly dinner poll").await;
        page.find("folk-poll").find("li.row").count_becomes(5).await;
        page.find("folk-poll a").with_text("Vote in the weekly dinner poll").disappears().await;
    });
}

#[test]
fn an_element_moved_a_thousand_times_is_still_the_same() {
    browse(async |site| {
        let body = r#"<folk-poll poll="weekly-dinner"></folk-poll><section id="other"></section>"#;
        let page = site.embed(Embed::new(body).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=ramen]").click().await;
        let moves = "const poll = document.querySelector('folk-poll');
            const places = [document.querySelector('main'), document.querySelector('#other')];
            for (let n = 0; n < 1000; n++) places[n % 2].append(poll);";
        page.eval(moves).await;
        poll.find("input[value=ramen]").becomes("return element.checked;", true).await;
        poll.find("button.primary").click().await;
        poll.find("li.mine").text_contains("Ramen counter").await;
        assert_eq!(site.requests("GET /folkmoot/api/polls").len(), 1);
    });
}

#[test]
fn elements_of_single_page_forums_come_and_go() {
    browse(async |site| {
        let page = site.embed(Embed::new("<div id='view'></div>").seen_by("ann")).await;
        page.eval(
            "document.querySelector('#view').innerHTML = '<folk-poll poll=\"weekly-dinner\"></folk-poll>';",
        )
        .await;
        page.find("folk-poll").find("label.row").count_becomes(5).await;
        page.eval("document.querySelector('#view').innerHTML = '<folk-poll poll=\"new-logo\"></folk-poll>';")
            .await;
        page.find("folk-poll").find(".share").count_becomes(3).await;
        page.eval("document.querySelector('folk-poll').setAttribute('poll', 'meetup-topics');").await;
        page.find("folk-poll").find("input[type=checkbox]").count_becomes(6).await;
        assert_eq!(site.requests(".wasm").len(), 1);
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_page_that_elements_have_left_is_watched_no_more_than_before() {
    browse(async |site| {
        let counted = r"<script>
            window.observers = 0;
            window.MutationObserver = class extends MutationObserver {
                constructor(hear) { super(hear); window.observers += 1; }
            };
        </script>";
        let embed = Embed::new(r#"<folk-poll poll="weekly-dinner"></folk-poll>"#).head(counted);
        let page = site.embed(embed).await;
        page.find("folk-poll").find("button").appears().await;
        let before = page.eval("return window.observers;").await;
        page.eval("document.querySelector('folk-poll').remove();").await;
        // The widget reads the page's colours again in the frame after each change.
        page.eval(
            "const frame = () => new Promise(requestAnimationFrame);
            (async () => {
                for (let n = 0; n < 3; n += 1) {
                    document.documentElement.className = `theme-${n}`;
                    await frame();
                    await frame();
                }
                window.changed = true;
            })();",
        )
        .await;
        page.becomes("return window.changed;", true).await;
        assert_eq!(page.eval("return window.observers;").await, before);
    });
}

#[test]
fn what_is_far_below_is_fetched_when_it_comes_near() {
    browse(async |site| {
        let body = r#"<div style="height: 5000px"></div><folk-poll poll="new-logo"></folk-poll>"#;
        let page = site.embed(Embed::new(body)).await;
        page.becomes("return customElements.get('folk-poll') !== undefined;", true).await;
        page.becomes("return document.readyState;", "complete").await;
        assert_eq!(site.requests(".wasm").len(), 0);
        page.eval("document.querySelector('folk-poll').scrollIntoView();").await;
        page.find("folk-poll").find(".share").count_becomes(3).await;
    });
}

#[test]
fn the_first_answer_is_asked_for_beside_the_module() {
    browse(async |site| {
        let page = site.embed(Embed::new(ALL).seen_by("mia")).await;
        page.find("folk-poll").find("label.row").count_becomes(5).await;
        page.find("folk-badges").find(".chip").appears().await;
        page.find("folk-checklist").find("h3").appears().await;
        let asked = site.requests("GET /folkmoot/");
        let place = |part: &str| asked.iter().position(|r| r.contains(part)).unwrap();
        assert!(
            place("/api/polls") < 7 && place("/api/members") < 7 && place("/api/checklist") < 7,
            "{asked:?}"
        );
        assert_eq!(
            asked.iter().filter(|r| r.contains("/api/") && !r.contains("/events")).count(),
            3,
            "{asked:?}"
        );
    });
}

#[test]
fn two_tags_and_two_copies_are_one_widget() {
    browse(async |site| {
        let again = r#"<script type="module" src="/folkmoot/v1/embed.js" data-api="/folkmoot/api"></script>
            <script type="module" src="/folkmoot/v1/embed.js?copy" data-api="/folkmoot/api"></script>"#;
        let page = site.embed(Embed::new(&format!("{ALL}{again}"))).await;
        page.find("folk-poll").find("li.row").count_becomes(5).await;
        assert_eq!(site.requests(".wasm").len(), 1);
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn an_element_without_its_name_says_what_is_missing() {
    browse(async |site| {
        let page = site.embed(Embed::new("<folk-poll><b>Fallback</b></folk-poll>")).await;
        page.becomes(
            "return window.folkmootKept.console[0];",
            "error: Folkmoot: folk-poll, attribute poll: an id must not be empty",
        )
        .await;
        page.find("folk-poll").text_becomes("Fallback").await;
    });
}

#[test]
fn from_another_site_it_works_where_the_host_allows_it() {
    browse(async |site| {
        let page = site.embed(Embed::new(ALL).seen_by("ann").cross_origin()).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(saved(24)).await;
    });
}

#[test]
fn a_crash_gives_the_page_back_and_says_so() {
    browse(async |site| {
        let page = site.embed(Embed::new(ALL).seen_by("ann")).await;
        page.eval(
            "document.addEventListener('folk-error', (event) => { window.heard = event.detail.code; });",
        )
        .await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        // A page can break what every program relies on.
        page.eval("Document.prototype.createElement = Document.prototype.createElementNS = () => { throw Error('no'); };")
            .await;
        poll.find("button.primary").click().await;
        page.becomes("return window.heard;", "crashed").await;
        poll.text_becomes("Vote in the weekly dinner poll").await;
        let told = page.console().await;
        assert!(told.iter().any(|line| line.starts_with("error: Folkmoot stopped: ")), "{told:?}");
    });
}

#[test]
fn the_page_hears_when_an_element_shows_its_content() {
    browse(async |site| {
        let head = "<script>window.heard = [];
            document.addEventListener('folk-load', ({ target, detail }) => window.heard.push([target.localName, detail]));</script>";
        let page = site.embed(Embed::new(ALL).head(head).seen_by("mia")).await;
        page.becomes(
            "return window.heard.toSorted();",
            json!([["folk-badges", {}], ["folk-checklist", {}], ["folk-poll", {}]]),
        )
        .await;
    });
}

#[test]
fn nothing_moves_on_the_demos_pages() {
    browse(async |site| {
        for path in ["/", "/demo/plain.html"] {
            let page = site.open(path).await;
            page.find("folk-poll[poll=weekly-dinner]").find("label.row").count_becomes(5).await;
            if page.engine() != Engine::Blink {
                continue;
            }
            let shifted = "return new Promise((done) => new PerformanceObserver((list) => done(
                list.getEntries().filter((entry) => !entry.hadRecentInput).map(({ value, sources }) =>
                    [value, ...sources.map(({ node, previousRect, currentRect }) =>
                        [node?.outerHTML?.slice(0, 60) ?? node?.data, previousRect.y, currentRect.y, previousRect.x, currentRect.x].join(' '))].join(', '))))
                .observe({ type: 'layout-shift', buffered: true }) || setTimeout(done, 300, []));";
            assert_eq!(page.eval(shifted).await, json!([]), "{path}");
        }
    });
}
