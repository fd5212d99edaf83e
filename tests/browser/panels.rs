//! What opens below a poll's foot: how it was counted, as a ring, as rounds, in pairs, in figures.

use folkmoot::domain::percent;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::kinds::{poll, row, send, stored, tab_to};
use crate::page::{Element, Key, plain};
use crate::said::{GAP, any, decimal, fact_text, halves, number, ordinal, percent, said};

/// A table's rows after their names, once it has so many.
async fn cells(panel: &Element, rows: usize) -> Vec<Vec<String>> {
    panel.find("tr").count_becomes(rows + 1).await;
    let script = "return [...element.querySelectorAll('tr')].slice(1)
        .map((row) => [...row.querySelectorAll('th, td')].map((cell) => seen(cell)));";
    serde_json::from_value(panel.find("table").eval(script).await).unwrap()
}

#[test]
fn a_choice_is_drawn_as_a_ring_with_the_hosts_figures_beside_it() {
    browse(async |site| {
        let (page, poll) = poll(site, "weekly-dinner").await;
        row(&poll, "Pizza place").find("input").click().await;
        send(&poll).await;
        assert_eq!(site.requests("folkmoot-kinds-").len(), 0, "nothing that is not needed yet");
        let opener = poll.find(".opener");
        assert_eq!(opener.attribute("aria-expanded").await.as_deref(), Some("false"));
        opener.click().await;
        opener.becomes("return element.getAttribute('aria-expanded');", "true").await;
        let stored = stored(site, "weekly-dinner").await;
        let votes: Vec<u32> = stored["tally"]["votes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of_one| u32::try_from(of_one["votes"].as_u64().unwrap()).unwrap())
            .collect();
        let labels =
            stored["options"].as_array().unwrap().iter().map(|option| option["label"].as_str().unwrap());
        let expected: Vec<Vec<String>> = labels
            .zip(votes.iter().zip(percent::shares(&votes)))
            .map(|(label, (n, share))| vec![label.to_owned(), number(*n), percent(share)])
            .collect();
        assert_eq!(cells(&poll.find(".panel"), 5).await, expected);
        // A segment for each, as long as its votes, and the leader's is another.
        let long = "return [...element.querySelectorAll('circle')]
            .map((part) => Math.round(part.getAttribute('stroke-dashoffset') / -100));";
        let before: Vec<u32> = votes
            .iter()
            .scan(0, |sum, n| {
                *sum += n;
                Some(*sum - n)
            })
            .collect();
        poll.find(".donut").becomes(long, json!(before)).await;
        let leads = "return [...element.querySelectorAll('g')].map((part) => part.matches('.lead'));";
        let most = votes.iter().max();
        let leaders: Vec<bool> = votes.iter().map(|n| Some(n) == most).collect();
        poll.find(".donut").becomes(leads, json!(leaders)).await;
        assert_eq!(site.requests("folkmoot-kinds-").len(), 2, "its code and its texts");
        // What others do arrives there, too.
        let sushi = votes[1] + 1;
        site.vote_elsewhere("weekly-dinner", "otto", "sushi").await;
        poll.find(".panel tr").nth(2).find("td").becomes("return +element.textContent;", sushi).await;
        opener.click().await;
        poll.find(".panel").disappears().await;
        assert_eq!(page.errors().await, Vec::<String>::new());
        assert_eq!(page.violations().await, Vec::<String>::new());
    });
}

#[test]
fn what_is_in_a_panel_and_does_not_come_can_be_asked_for_again() {
    browse(async |site| {
        site.fail("folkmoot-kinds-", Fault::Dropped);
        let page = site.embed(Embed::new(r#"<folk-poll poll="new-logo"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find(".share").count_becomes(3).await;
        poll.find(".opener").click().await;
        poll.find(".panel").text_contains(said!(not_loaded)).await;
        poll.find(".share").count_becomes(3).await;
        site.heal();
        poll.find(".panel button").with_text(said!(try_again)).click().await;
        poll.find(".panel table").appears().await;
        poll.find(".panel").gets_focus().await;
    });
}

#[test]
fn how_it_is_counted_is_told_before_the_vote_without_the_result() {
    browse(async |site| {
        for (id, says) in [
            ("weekly-dinner", said!(rule_choice)),
            ("last-saturday", said!(rule_rating)),
            ("excursion", said!(rule_run_off)),
            ("kitchen-crew", said!(rule_stv, count = 3)),
            ("game-night", said!(rule_schulze)),
            ("kitty", said!(rule_allocation)),
            ("long-table", said!(rule_availability)),
            ("quiet-hours", said!(rule_proposal_of_votes, threshold = 66)),
        ] {
            let (_page, poll) = poll(site, id).await;
            poll.find(".opener").with_text(said!(how_is_counted)).click().await;
            let panel = poll.find(".panel");
            panel.text_contains(says).await;
            assert_eq!(panel.find("table").count().await, 0, "{id}");
            poll.find("button.primary").appears().await;
        }
    });
}

#[test]
fn several_choices_and_many_have_a_table_and_no_ring() {
    browse(async |site| {
        let (_page, poll) = poll(site, "meetup-topics").await;
        poll.button(said!(see_results)).click().await;
        poll.find(".opener").click().await;
        let votes = stored(site, "meetup-topics").await["tally"]["votes"].clone();
        for (cells, of_one) in cells(&poll.find(".panel"), 6).await.iter().zip(votes.as_array().unwrap()) {
            assert_eq!(cells[1], of_one["votes"].to_string());
        }
        poll.find(".donut").count_becomes(0).await;
    });
}

/// Votes as the widget writes them: whole, or to the hundredth, cut.
fn written(votes: f64) -> String {
    let hundredths = (votes * 100.0 + 1e-6).floor();
    let exact = decimal(hundredths / 100.0);
    exact.strip_suffix(&[fact_text("decimal"), "00"].concat()).unwrap_or(&exact).into()
}

/// Votes of an option in a round, where it is in it.
fn votes(round: &Value, option: &str) -> Option<f64> {
    let all = round["votes"].as_array().unwrap();
    all.iter().find(|of_one| of_one["option"] == option)?["votes"].as_f64()
}

/// Polls that are counted in rounds, and the orders that so many members give: `5 ab` is five ballots with a before b.
const COUNTED: [(&str, Option<u32>, &[&str]); 2] = [
    // C goes first, then D, most of whose votes name nobody else; then A, which is level with B and had fewer before.
    ("run-off", None, &["5 a", "4 bc", "2 cb", "3 d", "1 da"]),
    // A has more than it needs; then the lowest is out.
    ("seats", Some(2), &["9 acb", "4 b", "3 cd", "2 dc", "1 d"]),
];

/// A poll of four options that is ranked like this.
fn ranked(id: &str, method: &str, seats: Option<u32>) -> Value {
    let options = [("a", "Anemone"), ("b", "Bluebell"), ("c", "Crocus"), ("d", "Daffodil")];
    let options: Vec<_> = options.iter().map(|(id, label)| json!({"id": id, "label": label})).collect();
    json!({"id": id, "title": "Which flower?", "kind": "ranked", "method": method, "seats": seats, "options": options,
        "results": "always"})
}

/// Ballots as the host takes them.
fn ballots(orders: &[&str]) -> Vec<Value> {
    let ballots = |text: &&str| {
        let (n, order) = text.split_once(' ').unwrap();
        let order: Vec<String> = order.chars().map(String::from).collect();
        vec![json!({ "options": order }); n.parse().unwrap()]
    };
    orders.iter().flat_map(ballots).collect()
}

#[test]
fn a_count_can_be_followed_round_by_round_with_the_hosts_figures() {
    browse(async |site| {
        let right_to_left = fact_text("direction") == "rtl";
        let (next, back) = if right_to_left { (Key::Left, Key::Right) } else { (Key::Right, Key::Left) };
        for (id, seats, orders) in COUNTED {
            let method = if seats.is_some() { "stv" } else { "run_off" };
            let cast = ballots(orders);
            site.pose(&ranked(id, method, seats), &cast).await;
            // The host counts beside the votes.
            let counted = |voters: &Value| *voters == cast.len();
            site.becomes(&format!("/polls/{id}"), "ann", "/poll/tally/voters", counted).await;
            let done = |rounds: &Value| rounds.as_array().is_some_and(|rounds| rounds.len() > 2);
            site.becomes(&format!("/polls/{id}"), "ann", "/poll/tally/rounds/rounds", done).await;
            let (page, poll) = poll(site, id).await;
            poll.button(said!(see_results)).click().await;
            poll.find(".opener").click().await;
            let stored = stored(site, id).await;
            let rounds = stored["tally"]["rounds"]["rounds"].as_array().unwrap().clone();
            let options = stored["options"].as_array().unwrap().clone();
            let label = |id: &Value| {
                let option = options.iter().find(|option| option["id"] == *id).unwrap();
                option["label"].as_str().unwrap().to_owned()
            };
            let tab = |at: usize| poll.find("[role=tab]").nth(at);
            poll.find("[role=tab]").count_becomes(rounds.len()).await;
            tab(0).click().await;
            for (at, round) in rounds.iter().enumerate() {
                // One tab is in the order of the keyboard, the arrows lead on to the others.
                if at > 0 {
                    page.press(next).await;
                }
                tab(at).gets_focus().await;
                tab(at).becomes("return element.ariaSelected + element.tabIndex;", "true0").await;
                poll.find("[role=tab][tabindex='0']").count_becomes(1).await;
                let before = at.checked_sub(1).map(|before| &rounds[before]);
                for (n, option) in options.iter().enumerate() {
                    let name = option["id"].as_str().unwrap();
                    let run = poll.find(".run").nth(n);
                    let Some(now) = votes(round, name) else {
                        run.text_matches(any!(out_in_round)).await;
                        continue;
                    };
                    run.find(".share").text_becomes(&written(now)).await;
                    let earlier = before.and_then(|before| votes(before, name)).unwrap_or(now);
                    if now > earlier + 1e-9 {
                        let before = before.unwrap();
                        let surplus = &before["surplus"];
                        let from = label(if surplus.is_null() { &before["excluded"][0] } else { surplus });
                        let gained = said!(votes_gained, votes = written(now - earlier), names = vec![from]);
                        run.text_contains(gained).await;
                    } else {
                        assert!(!run.text().await.contains('+'), "{at}, {name}");
                    }
                }
                // What came of it, in the chart and in the name of its tab.
                for who in
                    round["elected"].as_array().unwrap().iter().chain(round["excluded"].as_array().unwrap())
                {
                    poll.find(".outcome").text_contains(&label(who)).await;
                    let name = plain(&tab(at).attribute("aria-label").await.unwrap());
                    let whole = said!(round_outcome, round = at + 1, outcome = GAP);
                    let (begins, ends) = halves(&whole);
                    assert!(name.starts_with(begins) && name.ends_with(ends), "{name}");
                    assert!(name.contains(&label(who)), "{name}");
                }
            }
            page.press(Key::Home).await;
            tab(0).gets_focus().await;
            page.press(back).await;
            tab(rounds.len() - 1).gets_focus().await;
            // From the tabs, Tab leads into what they show.
            page.press(Key::Tab).await;
            poll.find("[role=tabpanel]").gets_focus().await;
            let table = poll.find(".panel table");
            for (n, option) in options.iter().enumerate() {
                let name = option["id"].as_str().unwrap();
                let expected: Vec<String> =
                    rounds.iter().map(|round| votes(round, name).map_or("–".into(), written)).collect();
                let row =
                    "return [...element.querySelectorAll('td')].map((cell) => plain(cell.textContent));";
                table.find("tr").nth(n + 1).becomes(row, json!(expected)).await;
            }
            assert_eq!(page.errors().await, Vec::<String>::new());
        }
    });
}

#[test]
fn a_count_in_pairs_tells_the_order_first_and_marks_who_wins() {
    browse(async |site| {
        site.pose(&ranked("pairs", "schulze", None), &ballots(&["5 bac", "3 abcd", "1 cd"])).await;
        let whole = |order: &Value| order.as_array().is_some_and(|order| order.len() == 4);
        site.becomes("/polls/pairs", "ann", "/poll/tally/pairs/order", whole).await;
        let (_page, poll) = poll(site, "pairs").await;
        poll.button(said!(see_results)).click().await;
        poll.find(".opener").click().await;
        let stored = stored(site, "pairs").await;
        let pairs = &stored["tally"]["pairs"];
        let places: Vec<String> = pairs["order"]
            .as_array()
            .unwrap()
            .iter()
            .map(|level| {
                let id = &level[0];
                let option = stored["options"].as_array().unwrap().iter().find(|o| o["id"] == *id).unwrap();
                option["label"].as_str().unwrap().to_owned()
            })
            .collect();
        for (at, (label, place)) in places.iter().zip((1..).map(ordinal)).enumerate() {
            poll.find(".order li").nth(at).text_becomes([&place, label.as_str()].concat()).await;
            poll.find(".panel tr")
                .nth(at + 1)
                .find("th")
                .text_becomes(said!(pairs_row, rank = &place, option = label))
                .await;
        }
        let preferred = pairs["preferred"].as_array().unwrap();
        let wins = (0..4).flat_map(|a| (0..4).map(move |b| (a, b)));
        let wins =
            wins.filter(|(a, b)| preferred[*a]["over"][b].as_u64() > preferred[*b]["over"][a].as_u64());
        poll.find(".win").count_becomes(wins.count()).await;
        poll.find(".win").text_contains(said!(pairs_win)).await;
    });
}

#[test]
fn a_panel_is_opened_by_keyboard_and_stays_open_over_a_change_of_mind() {
    browse(async |site| {
        let (page, poll) = poll(site, "weekly-dinner").await;
        row(&poll, "Taco truck").find("input").click().await;
        send(&poll).await;
        tab_to(&page, said!(how_was_counted)).await;
        page.press(Key::Enter).await;
        poll.find(".panel table").appears().await;
        poll.find(".opener").gets_focus().await;
        poll.button(said!(change_vote)).click().await;
        poll.button(said!(keep_my_vote)).click().await;
        poll.find(".panel table").appears().await;
    });
}

#[test]
fn nothing_moves_by_itself_for_whoever_wants_it_so() {
    browse(async |site| {
        let (page, poll) = poll(site, "last-saturday").await;
        let media = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        if page.cdp("Emulation.setEmulatedMedia", media).await.is_none() {
            return;
        }
        poll.button(said!(see_results)).click().await;
        poll.find(".col").count_becomes(15).await;
        poll.becomes("return element.shadowRoot.getAnimations().length;", 0).await;
        page.cdp("Emulation.setEmulatedMedia", json!({"features": []})).await;
    });
}

#[test]
fn forums_16_and_9_a_guest_is_told_how_it_is_counted_and_ties_show_their_votes() {
    browse(async |site| {
        let options =
            ["Lake", "Woods", "Town"].map(|label| json!({ "id": label.to_lowercase(), "label": label }));
        let poll = |id: &str| json!({ "id": id, "title": "Where?", "kind": "choice", "max": 1, "options": options, "results": "always" });
        site.create(&poll("empty")).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="empty"></folk-poll>"#)).await;
        let empty = page.find("folk-poll");
        empty.find(".opener").with_text(said!(how_is_counted)).appears().await;
        empty.find("li.row .mark").nth(0).disappears().await;
        let inset = "return start(element.querySelector('.label')) - start(element) < 20;";
        empty.find("li.row").becomes(inset, true).await;
        let ballots = ["lake", "woods", "town"].map(|option| json!({ "options": [option] }));
        site.pose(&poll("tied"), &ballots).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="tied"></folk-poll>"#)).await;
        let tied = page.find("folk-poll");
        for (n, share) in [34, 33, 33].into_iter().enumerate() {
            let line = [said!(votes, count = 1), percent(share)].join(" · ");
            tied.find(".share").nth(n).text_becomes(line).await;
        }
        tied.find(".leads").count_becomes(0).await;
        let widths = "return new Set([...element.querySelectorAll('.bar rect')].map((bar) => bar.getAttribute('width'))).size;";
        tied.find(".rows").becomes(widths, 1).await;
        row(&tied, "Lake").appears().await;
        tied.find(".opener").with_text(said!(how_was_counted)).click().await;
        tied.find(".panel tr").nth(3).appears().await;
        tied.find(".panel .lead").count_becomes(0).await;
    });
}

#[test]
fn host_22_a_tie_of_more_options_than_can_be_followed_is_said_as_one() {
    browse(async |site| {
        let options: Vec<_> =
            (0..24).map(|n| json!({"id": format!("o{n}"), "label": format!("No. {n}")})).collect();
        let poll = json!({"id": "level", "title": "Which?", "kind": "ranked", "method": "run_off", "options": options,
            "results": "always"});
        let ballots: Vec<_> = (0..24).map(|n| json!({"options": [format!("o{n}")]})).collect();
        site.pose(&poll, &ballots).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="level"></folk-poll>"#)).await;
        let poll = page.find("folk-poll");
        poll.find(".opener").with_text(said!(how_was_counted)).click().await;
        poll.find(".panel").text_contains(said!(rule_ties)).await;
    });
}
