//! What opens below a poll's foot: how it was counted, as a ring, as rounds, in pairs, in figures.

use folkmoot::domain::percent;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::kinds::{poll, row, send, stored, tab_to};
use crate::page::{Element, Key};

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
            .map(|(label, (n, share))| vec![label.to_owned(), n.to_string(), format!("{share}%")])
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
        poll.find(".panel").text_contains("This could not be loaded.").await;
        poll.find(".share").count_becomes(3).await;
        site.heal();
        poll.find(".panel button").with_text("Try again").click().await;
        poll.find(".panel table").appears().await;
        poll.find(".panel").gets_focus().await;
    });
}

#[test]
fn how_it_is_counted_is_told_before_the_vote_without_the_result() {
    browse(async |site| {
        for (id, says) in [
            ("weekly-dinner", "Most votes lead."),
            ("last-saturday", "the mean of all"),
            ("excursion", "As long as none has more than half, the lowest is out"),
            ("kitchen-crew", "until 3 seats are filled (Scottish STV)"),
            ("game-night", "(Schulze method)"),
            ("kitty", "All points that members give are added up."),
            ("long-table", "The best time is the one at which most can"),
            ("quiet-hours", "66% of the votes have to agree. To abstain is to vote."),
        ] {
            let (_page, poll) = poll(site, id).await;
            poll.find(".opener").with_text("How is this counted?").click().await;
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
        poll.find("button").with_text("See results").click().await;
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
    if hundredths % 100.0 == 0.0 {
        format!("{}", hundredths / 100.0)
    } else {
        format!("{:.2}", hundredths / 100.0)
    }
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
            poll.find("button").with_text("See results").click().await;
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
                    page.press(Key::Right).await;
                }
                tab(at).gets_focus().await;
                tab(at).becomes("return element.ariaSelected + element.tabIndex;", "true0").await;
                poll.find("[role=tab][tabindex='0']").count_becomes(1).await;
                let before = at.checked_sub(1).map(|before| &rounds[before]);
                for (n, option) in options.iter().enumerate() {
                    let name = option["id"].as_str().unwrap();
                    let run = poll.find(".run").nth(n);
                    let Some(now) = votes(round, name) else {
                        run.text_contains("out in round").await;
                        continue;
                    };
                    run.find(".share").text_becomes(&written(now)).await;
                    let earlier = before.and_then(|before| votes(before, name)).unwrap_or(now);
                    if now > earlier + 1e-9 {
                        let before = before.unwrap();
                        let surplus = &before["surplus"];
                        let from = label(if surplus.is_null() { &before["excluded"][0] } else { surplus });
                        run.text_contains(&format!("+{} from {from}", written(now - earlier))).await;
                    } else {
                        assert!(!run.text().await.contains('+'), "{at}, {name}");
                    }
                }
                // What came of it, in the chart and in the name of its tab.
                for who in
                    round["elected"].as_array().unwrap().iter().chain(round["excluded"].as_array().unwrap())
                {
                    poll.find(".outcome").text_contains(&label(who)).await;
                    let name = tab(at).attribute("aria-label").await.unwrap();
                    assert!(
                        name.starts_with(&format!("Round {}: ", at + 1)) && name.contains(&label(who)),
                        "{name}"
                    );
                }
            }
            page.press(Key::Home).await;
            tab(0).gets_focus().await;
            page.press(Key::Left).await;
            tab(rounds.len() - 1).gets_focus().await;
            // From the tabs, Tab leads into what they show.
            page.press(Key::Tab).await;
            poll.find("[role=tabpanel]").gets_focus().await;
            let table = poll.find(".panel table");
            for (n, option) in options.iter().enumerate() {
                let name = option["id"].as_str().unwrap();
                let expected: Vec<String> =
                    rounds.iter().map(|round| votes(round, name).map_or("–".into(), written)).collect();
                let row = "return [...element.querySelectorAll('td')].map((cell) => cell.textContent);";
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
        poll.find("button").with_text("See results").click().await;
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
        for (at, (label, place)) in places.iter().zip(["1st", "2nd", "3rd", "4th"]).enumerate() {
            poll.find(".order li").nth(at).text_becomes(&format!("{place}{label}")).await;
            poll.find(".panel tr").nth(at + 1).find("th").text_becomes(&format!("{place} {label}")).await;
        }
        let preferred = pairs["preferred"].as_array().unwrap();
        let wins = (0..4).flat_map(|a| (0..4).map(move |b| (a, b)));
        let wins =
            wins.filter(|(a, b)| preferred[*a]["over"][b].as_u64() > preferred[*b]["over"][a].as_u64());
        poll.find(".win").count_becomes(wins.count()).await;
        poll.find(".win").text_contains("wins").await;
    });
}

#[test]
fn a_panel_is_opened_by_keyboard_and_stays_open_over_a_change_of_mind() {
    browse(async |site| {
        let (page, poll) = poll(site, "weekly-dinner").await;
        row(&poll, "Taco truck").find("input").click().await;
        send(&poll).await;
        tab_to(&page, "How was this counted?").await;
        page.press(Key::Enter).await;
        poll.find(".panel table").appears().await;
        poll.find(".opener").gets_focus().await;
        poll.find("button").with_text("Change vote").click().await;
        poll.find("button").with_text("Keep my vote").click().await;
        poll.find(".panel table").appears().await;
    });
}

#[test]
fn nothing_moves_by_itself_for_whoever_wants_it_so() {
    browse(async |site| {
        let page = site.open("/demo/kinds.html?as=regular").await;
        let media = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        if page.cdp("Emulation.setEmulatedMedia", media).await.is_none() {
            return;
        }
        let poll = page.find("folk-poll[poll=last-saturday]");
        poll.eval("element.scrollIntoView();").await;
        poll.find("button").with_text("See results").click().await;
        poll.find(".col").count_becomes(15).await;
        poll.becomes("return element.shadowRoot.getAnimations().length;", 0).await;
        page.cdp("Emulation.setEmulatedMedia", json!({"features": []})).await;
    });
}
