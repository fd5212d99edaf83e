//! What people complain of in other polls, each as a test by its name.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::{Element, Key, Page};
use crate::said::{SATURDAY, any, clock, name, said, saved, turnout, voted};
use crate::site::Site;

async fn poll(site: &Site, id: &str, member: &str) -> (Page, Element) {
    let page =
        site.embed(Embed::new(&format!(r#"<folk-poll poll="{id}"></folk-poll>"#)).seen_by(member)).await;
    let poll = page.find("folk-poll");
    poll.find("h3#title").appears().await;
    (page, poll)
}

#[test]
fn results_that_flash_before_the_vote() {
    browse(async |site| {
        let (page, _) = poll(site, "excursion", "ann").await;
        page.eval(
            "const poll = document.createElement('folk-poll');
             poll.setAttribute('poll', 'weekly-dinner');
             document.body.append(poll);
             const watch = () => { window.flashed = (window.flashed ?? 0) + poll.shadowRoot.querySelectorAll('.share, .bar').length; };
             new MutationObserver(watch).observe(poll.shadowRoot, { subtree: true, childList: true, attributes: true });",
        )
        .await;
        let poll = page.find("folk-poll[poll=weekly-dinner]");
        poll.find("label.row").count_becomes(5).await;
        site.vote_elsewhere("weekly-dinner", "otto", "taco").await;
        poll.find(".count").text_contains(turnout(24)).await;
        assert_eq!(page.eval("return window.flashed;").await, 0);
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".share").count_becomes(5).await;
        page.becomes("return window.flashed > 0;", true).await;
    });
}

#[test]
fn hidden_results_that_leak_in_the_json_or_in_a_push_meant_for_others() {
    browse(async |site| {
        let (page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("label.row").count_becomes(5).await;
        page.eval(
            "const headers = { authorization: 'Bearer ' + document.querySelector('[data-token]').dataset.token };
             const get = (path) => fetch('/folkmoot/api' + path, { headers });
             window.read = '';
             window.pushed = '';
             get('/polls?ids=weekly-dinner').then((answer) => answer.text()).then((text) => { window.read = text; });
             get('/events?topics=poll:weekly-dinner').then(async (answer) => {
                 const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
                 for (let part; !(part = await reader.read()).done;) window.pushed += part.value;
             });",
        )
        .await;
        page.becomes("return /\"cast\":\\s*23/.test(window.read);", true).await;
        page.becomes("return /\"cast\":\\s*23/.test(window.pushed);", true).await;
        // Whoever votes is told the result, and whoever has not hears of the vote without it.
        site.vote_elsewhere("weekly-dinner", "otto", "taco").await;
        page.becomes("return /\"cast\":\\s*24/.test(window.pushed);", true).await;
        let told = page.eval("return [window.read, window.pushed].join();").await;
        let told = told.as_str().unwrap();
        assert!(
            told.contains("Pizza place") && !told.contains("votes\"") && !told.contains("tally"),
            "{told}"
        );
        assert!(site.ask("/polls/weekly-dinner", "otto").await["poll"]["tally"].is_object());
    });
}

#[test]
fn a_slow_answer_and_a_second_click_that_vote_twice() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=pizza]").click().await;
        site.fail("PUT ", Fault::Slow(Duration::from_millis(300)));
        poll.find("button.primary").eval("element.click(); element.click();").await;
        poll.find(".count").text_contains(saved(24)).await;
        assert_eq!(site.requests("PUT ").len(), 1);
    });
}

#[test]
fn options_without_a_keyboard_a_role_or_a_state() {
    browse(async |site| {
        for (id, options) in [
            ("weekly-dinner", 5),
            ("meetup-topics", 6),
            ("last-saturday", 3),
            ("excursion", 5),
            ("kitty", 4),
            ("long-table", 5),
            ("quiet-hours", 4),
        ] {
            let (_page, poll) = poll(site, id, "ann").await;
            let ballot = poll.find("fieldset.rows");
            poll.find("button.primary").appears().await;
            // Each is of an element that has a role and a state by itself, can be reached, and says what it is for.
            let bare = "return [...element.querySelectorAll('input, button')].filter((control) => {
                const said = control.ariaLabel ?? [control, ...control.labels].map((label) => label.textContent).join('');
                return control.tabIndex < 0 || !said.trim() || control.closest('[aria-hidden=true]');
            }).map((control) => control.outerHTML);";
            ballot.becomes(bare, json!([])).await;
            let named = "const of = (control) => control.name && control.type === 'radio' && !control.matches('label.row *')
                    ? control.name : control.closest('.row, .slot, .time');
                return new Set([...element.querySelectorAll('input, button')].map(of)).size;";
            ballot.becomes(named, options).await;
        }
        let (page, poll) = poll(site, "weekly-dinner", "ann").await;
        let state = "return [...element.querySelectorAll('input')].filter((radio) => radio.checked).map((radio) => radio.value).join();";
        poll.find("input[value=pizza]").focus().await;
        page.press(Key::Space).await;
        poll.find("fieldset").becomes(state, "pizza").await;
        page.press(Key::Down).await;
        poll.find("fieldset").becomes(state, "sushi").await;
    });
}

#[test]
fn a_single_choice_drawn_as_checkboxes() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[type=radio]").count_becomes(5).await;
        poll.find("input[type=checkbox]").count_becomes(0).await;
        let group = "return new Set([...element.querySelectorAll('input')].map((input) => input.name)).size;";
        poll.find("fieldset").becomes(group, 1).await;
    });
}

#[test]
fn percentages_that_add_up_to_99_or_101() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        let sum = "return [...element.querySelectorAll('.share')]
            .reduce((sum, share) => sum + +share.firstChild.textContent.match(/\\d+/), 0);";
        poll.find("ul").becomes(sum, 100).await;
        for (member, option) in [("mia", "sushi"), ("otto", "curry"), ("new-1", "curry"), ("new-2", "ramen")]
        {
            let before = poll.find(".count").text().await;
            site.vote_elsewhere("weekly-dinner", member, option).await;
            poll.find(".count").becomes(&format!("return seen(element) === {};", json!(before)), false).await;
            poll.find("ul").becomes(sum, 100).await;
        }
    });
}

#[test]
fn a_closing_time_in_an_unknown_zone() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        // In the viewer's own zone, or beside it.
        let meta = poll.find("#meta");
        meta.text_contains(clock(18, 0)).await;
        // The day by its name, or by its date where the day is the same as today's.
        let closes_at = site.ask("/polls/weekly-dinner", "ann").await["poll"]["closes_at"].clone();
        let date: u32 = closes_at.as_str().unwrap()[8..10].parse().unwrap();
        meta.text_matches(format!("{}|(^|[^0-9]){date}[^0-9:]", name("weekdays", SATURDAY))).await;
        meta.text_matches(any!(closes_at)).await;
    });
}

#[test]
fn adding_an_option_wipes_the_votes() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=ramen]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(said!(saved)).await;
        let mut options = site.ask("/polls/weekly-dinner", "ann").await["poll"]["options"].clone();
        let before = options.as_array().unwrap().len();
        options.as_array_mut().unwrap().push(json!({"id": "pho", "label": "Pho bar"}));
        site.edit("weekly-dinner", &json!({ "options": options })).await;
        let added = poll.find("li.row").with_text("Pho bar");
        added.text_contains(said!(voted_before_added, count = 24)).await;
        poll.find("li.row").count_becomes(before + 1).await;
        poll.find("li.mine").with_text("Ramen").appears().await;
        poll.find(".count").text_contains(turnout(24)).await;
    });
}

#[test]
fn an_option_that_goes_takes_a_vote_with_it_and_says_nothing() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=ramen]").click().await;
        poll.find("button.primary").click().await;
        poll.find(".count").text_contains(said!(saved)).await;
        let mut options = site.ask("/polls/weekly-dinner", "ann").await["poll"]["options"].clone();
        options.as_array_mut().unwrap().retain(|option| option["id"] != "ramen");
        site.edit("weekly-dinner", &json!({ "options": options })).await;
        // The ballot is there again, to be filled in anew.
        poll.find("input[type=radio]").count_becomes(4).await;
        poll.find("input[value=curry]").click().await;
        poll.find("button.primary").click().await;
        poll.find("li.mine").appears().await;
        site.becomes("/polls/weekly-dinner", "ann", "/poll/viewer/ballot/options", |o| {
            *o == json!(["curry"])
        })
        .await;
    });
}

#[test]
fn totals_that_swing_when_pushes_come_out_of_order() {
    browse(async |site| {
        site.fail("GET /folkmoot/api/events", Fault::Swing(40, 5));
        let (page, poll) = poll(site, "weekly-dinner", "ann").await;
        page.eval(
            "window.totals = [];
             const root = document.querySelector('folk-poll').shadowRoot;
             new MutationObserver(() => window.totals.push(
                 root.querySelector('.count').textContent.match(/\\d+/g).map(Number).find((n) => n !== 48)))
                 .observe(root, { subtree: true, characterData: true, childList: true });",
        )
        .await;
        poll.find(".count").text_contains(turnout(200)).await;
        let totals = page.eval("return window.totals;").await;
        let totals: Vec<u64> = totals.as_array().unwrap().iter().filter_map(Value::as_u64).collect();
        assert!(totals.len() > 3 && totals.is_sorted(), "{totals:?}");
    });
}

#[test]
fn the_first_option_is_the_first_for_everybody() {
    browse(async |site| {
        site.edit("meetup-topics", &json!({"shuffle": true})).await;
        let mut seen = Vec::new();
        for member in ["ann", "mia", "otto"] {
            let (_page, poll) = poll(site, "meetup-topics", member).await;
            let labels =
                "return [...element.querySelectorAll('.label > bdi')].map((label) => label.textContent);";
            let ballot = poll.find("fieldset").eval(labels).await;
            poll.find("label.row").click().await;
            poll.find("button.primary").click().await;
            poll.find(".count").text_contains(said!(saved)).await;
            // In the same order, whatever others see; and the vote is where it was put.
            poll.find("ul").becomes(labels, ballot.clone()).await;
            poll.find("li.mine").text_contains(ballot[0].as_str().unwrap()).await;
            seen.push(ballot);
        }
        assert!(seen[0] != seen[1] || seen[1] != seen[2], "{seen:?}");
    });
}

#[test]
fn a_poll_closed_by_staff_that_goes_on_looking_open() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=ramen]").appears().await;
        site.edit("weekly-dinner", &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
        poll.find("#meta").text_matches(any!(closed_at)).await;
        poll.find("input").count_becomes(0).await;
        site.edit("weekly-dinner", &json!({"closes_at": null})).await;
        poll.find("input[value=ramen]").appears().await;
    });
}

#[test]
fn a_change_from_ballot_to_results_that_is_not_announced_and_loses_the_focus() {
    browse(async |site| {
        let (_page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("input[value=pizza]").click().await;
        poll.find("button.primary").click().await;
        poll.find("p[role=status]").text_contains(voted("Pizza place", 29, 7)).await;
        poll.find("ul.rows").gets_focus().await;
        poll.button(said!(change_vote)).click().await;
        poll.find("fieldset.rows").gets_focus().await;
    });
}

#[test]
fn a_selection_lost_on_scroll_or_on_a_push() {
    browse(async |site| {
        let page = r#"<folk-poll poll="weekly-dinner"></folk-poll><div style="height: 4000px"></div>"#;
        let page = site.embed(Embed::new(page).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=curry]").click().await;
        let before = poll.find(".count").text().await;
        page.eval("scrollTo(0, 4000);").await;
        site.vote_elsewhere("weekly-dinner", "otto", "taco").await;
        poll.find(".count").becomes(&format!("return seen(element) === {};", json!(before)), false).await;
        page.eval("scrollTo(0, 0);").await;
        poll.find("input[value=curry]").becomes("return element.checked;", true).await;
    });
}

#[test]
fn no_way_to_see_results_without_a_fake_vote() {
    browse(async |site| {
        let (_page, poll) = poll(site, "excursion", "ann").await;
        poll.button(said!(see_results)).click().await;
        poll.find(".share").count_becomes(5).await;
        assert_eq!(site.ask("/polls?ids=excursion", "ann").await["polls"][0]["turnout"]["cast"], 24);
        poll.button(said!(back_to_ballot)).click().await;
        poll.button(said!(abstain)).appears().await;
    });
}

#[test]
fn members_who_voted_are_nagged() {
    browse(async |site| {
        site.vote_elsewhere("weekly-dinner", "ann", "pizza").await;
        let (page, poll) = poll(site, "weekly-dinner", "ann").await;
        poll.find("li.mine").with_text("Pizza place").appears().await;
        poll.find(".primary").count_becomes(0).await;
        site.vote_elsewhere("weekly-dinner", "otto", "taco").await;
        poll.find("li.row").with_text("Taco truck").text_contains(said!(votes, count = 9)).await;
        poll.find(".primary").count_becomes(0).await;
        poll.find("[role=alert]").count_becomes(0).await;
        poll.find("p[role=status]").text_becomes("").await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}
