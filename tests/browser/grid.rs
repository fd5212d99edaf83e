//! When somebody can: the grid of days and times, by pointer, by keyboard alone and by touch, and what it comes to.

use serde_json::{Value, json};

use crate::browse;
use crate::embed::{Embed, LANG};
use crate::engine::Engine;
use crate::kinds::{ballot, poll, send, stored, tab_to};
use crate::page::{Element, Key, plain};
use crate::said::{GAP, SATURDAY, clock, clock_bare, date, fact, halves, name, said, series};
use crate::site::Site;

const TIMES: [&str; 5] = ["tuesday", "thursday", "noon", "saturday", "monday"];

/// The control of a time, by its place in the order of time.
fn time(poll: &Element, at: usize) -> Element {
    poll.find("button[role=checkbox]").nth(at)
}

/// Waits until a time says this, to eye and ear.
async fn says(time: &Element, answer: &str) {
    let word = match answer {
        "true" => said!(answer_yes),
        "mixed" => said!(answer_maybe),
        _ => said!(answer_no),
    };
    time.becomes("return element.getAttribute('aria-checked');", answer).await;
    time.text_contains(&word).await;
    let name = plain(&time.attribute("aria-label").await.unwrap());
    assert!([18, 12].iter().any(|&hour| name.contains(&clock_bare(hour, 0))), "{name}");
    let whole = said!(option_state, option = GAP, state = word);
    let (before, behind) = halves(&whole);
    assert!(name.starts_with(before) && name.ends_with(behind), "{name}");
}

/// The ballot as the host has it.
async fn values(site: &Site) -> Value {
    ballot(site, "long-table").await["values"].clone()
}

/// One number for each time.
fn all(numbers: [i32; 5]) -> Value {
    TIMES.iter().zip(numbers).map(|(option, value)| json!({"option": option, "value": value})).collect()
}

#[test]
fn a_press_takes_a_time_from_no_to_yes_to_if_need_be_and_what_is_untouched_is_no() {
    browse(async |site| {
        let (page, poll) = poll(site, "long-table").await;
        poll.find("[role=group]").count_becomes(4).await;
        poll.find("[role=group]")
            .with_text(clock_bare(12, 0))
            .find("button[role=checkbox]")
            .count_becomes(2)
            .await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_becomes(said!(time_first)).await;
        let saturday = time(&poll, 3);
        says(&saturday, "false").await;
        for answer in ["true", "mixed", "false", "true"] {
            saturday.click().await;
            says(&saturday, answer).await;
        }
        for _ in 0..2 {
            time(&poll, 0).click().await;
        }
        says(&time(&poll, 0), "mixed").await;
        let heights = "return [...element.querySelectorAll('.slot')].map((slot) => slot.offsetHeight);";
        let before = poll.find(".rows").eval(heights).await;
        send(&poll).await;
        assert_eq!(values(site).await, all([1, 0, 0, 2, 0]));
        let after = poll.find("ul.rows").eval(heights).await;
        // Where its words are longer than in English, a result may take a second line.
        assert!(after == before || *LANG != "en", "nothing jumps: {before} to {after}");
        // Changing starts from the member's own ballot.
        poll.button(said!(change_vote)).click().await;
        for (at, answer) in ["mixed", "false", "false", "true", "false"].into_iter().enumerate() {
            says(&time(&poll, at), answer).await;
        }
        time(&poll, 3).click().await;
        send(&poll).await;
        assert_eq!(values(site).await, all([1, 0, 0, 1, 0]));
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn the_grid_can_be_filled_in_by_keyboard_alone() {
    browse(async |site| {
        let (page, poll) = poll(site, "long-table").await;
        tab_to(&page, "with lunch").await;
        let noon = time(&poll, 2);
        noon.gets_focus().await;
        page.press(Key::Space).await;
        says(&noon, "true").await;
        page.press(Key::Enter).await;
        says(&noon, "mixed").await;
        noon.gets_focus().await;
        page.press(Key::Tab).await;
        page.press(Key::Space).await;
        says(&time(&poll, 3), "true").await;
        tab_to(&page, format!("|{}", said!(vote))).await;
        page.press(Key::Enter).await;
        poll.find(".count").text_contains(said!(saved)).await;
        assert_eq!(values(site).await, all([0, 0, 1, 2, 0]));
    });
}

#[test]
fn the_grid_can_be_filled_in_by_touch() {
    browse(async |site| {
        let (_page, poll) = poll(site, "long-table").await;
        let tall = "return element.getBoundingClientRect().height >= 44;";
        time(&poll, 4).becomes(tall, true).await;
        time(&poll, 4).tap().await;
        says(&time(&poll, 4), "true").await;
        time(&poll, 1).tap().await;
        says(&time(&poll, 1), "true").await;
        time(&poll, 1).tap().await;
        says(&time(&poll, 1), "mixed").await;
        poll.find("button.primary").tap().await;
        poll.find(".count").text_contains(said!(saved)).await;
        assert_eq!(values(site).await, all([0, 1, 0, 0, 2]));
    });
}

#[test]
fn the_best_time_is_said_in_words_and_the_figures_are_the_hosts() {
    browse(async |site| {
        let (_page, poll) = poll(site, "long-table").await;
        time(&poll, 3).click().await;
        send(&poll).await;
        let stored = stored(site, "long-table").await;
        let counts = |at: usize| {
            let counts = &stored["tally"]["values"][at]["counts"];
            [0, 1, 2].map(|value| counts[value].as_u64().unwrap())
        };
        let best = (0..5).map(|at| (counts(at)[2], counts(at)[1])).max().unwrap();
        for at in 0..5 {
            let [no, maybe, yes] = counts(at);
            let slot = poll.find("li.slot").nth(at);
            let yeses = match maybe {
                0 => said!(availability_yes, yes = yes),
                _ => said!(availability_yes_and_maybe, yes = yes, maybe = maybe),
            };
            let figures = "return plain(element.querySelector('.share').firstChild.textContent);";
            slot.becomes(figures, yeses).await;
            let (can, could) =
                (said!(availability_can, count = yes), said!(availability_could, count = maybe));
            slot.text_contains(series(&[&can, &could, &said!(availability_cannot, count = no)])).await;
            let text = slot.text().await;
            assert_eq!(text.contains(&said!(best)), (yes, maybe) == best, "{text}");
            let answer = if at == 3 { said!(answer_yes) } else { said!(answer_no) };
            assert!(text.contains(&said!(yours_value, value = answer)), "{text}");
        }
        poll.find(".opener").click().await;
        for at in 0..5 {
            let cells = "return [...element.querySelectorAll('td')].map((cell) => +cell.textContent);";
            let [no, maybe, yes] = counts(at);
            poll.find(".panel tr").nth(at + 1).becomes(cells, json!([yes, maybe, no])).await;
        }
    });
}

#[test]
fn times_stand_in_the_order_of_the_viewers_own_calendar() {
    browse(async |site| {
        // Half an hour before midnight in Berlin, half an hour after, and a day before both; the same hour twice.
        let at = |id: &str, label: &str, starts: &str| json!({"id": id, "label": label, "starts_at": starts});
        let options = json!([
            at("late", "", "2037-12-06T00:30:00+01:00"),
            at("early", "", "2037-12-05T23:30:00+01:00"),
            at("inside", "inside", "2037-12-04T20:00:00+01:00"),
            json!({
                "id": "outside", "label": "outside",
                "starts_at": "2037-12-04T20:00:00+01:00", "ends_at": "2037-12-05T22:00:00+01:00",
            }),
        ]);
        site.edit("long-table", &json!({ "options": options })).await;
        let (page, poll) = poll(site, "long-table").await;
        poll.find("button[role=checkbox]").count_becomes(4).await;
        let label =
            "return [...element.querySelectorAll('button[role=checkbox]')].map((time) => time.ariaLabel);";
        let days = "return [...element.querySelectorAll('.day')].map((day) => day.querySelectorAll('.slot').length);";
        // What the browser's own calendar says.
        let apart = "const day = (text) => new Date(text).getDate();
            return day('2037-12-05T23:30:00+01:00') === day('2037-12-06T00:30:00+01:00');";
        let together = page.eval(apart).await == true;
        let rows = poll.find(".rows");
        rows.becomes(days, if together { json!([2, 2]) } else { json!([2, 1, 1]) }).await;
        let labels = rows.eval(label).await;
        let labels: Vec<&str> =
            labels.as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect();
        assert!(labels[0].contains("inside") && labels[1].contains("outside"), "{labels:?}");
        let zone = json!({"timezoneId": "Asia/Tokyo"});
        if page.engine() == Engine::Blink {
            page.cdp("Emulation.setTimezoneOverride", zone).await;
            page.reload().await;
            // The day, too, is said of the poll's own zone where it is another one.
            rows.becomes(days, json!([2, 2])).await;
            let day = |weekday: usize, day| {
                fact!(weekday_date, weekday = name("weekdays_short", weekday), date = date(2037, 12, day))
            };
            let (saturday, sunday) = (day(SATURDAY, 5), day(SATURDAY + 1, 6));
            let there = fact!(date_time, date = saturday, time = clock(23, 30));
            let in_berlin = said!(time_in_city, time = there, city = "Berlin");
            poll.find(".day").nth(1).text_contains(format!("{sunday} {}", clock(7, 30))).await;
            poll.find(".slot").with_text(clock(7, 30)).text_contains(in_berlin).await;
            let until = fact!(date_time, date = sunday, time = clock(6, 0));
            let span = fact!(time_range, from = clock(4, 0), to = until);
            poll.find(".slot").with_text("outside").text_contains(span).await;
            page.cdp("Emulation.setTimezoneOverride", json!({"timezoneId": ""})).await;
        }
    });
}

#[test]
fn embedding_27_a_whole_day_is_that_day_for_everybody() {
    browse(async |site| {
        let this_year = current_year();
        let (next, decade) = (this_year + 1, this_year + 11);
        let day = |id: &str, label: &str, date: String| json!({"id": id, "label": label, "date": date});
        let options = json!([
            day("second", "", format!("{next}-03-02")),
            json!({"id": "noon", "label": "", "starts_at": format!("{next}-03-01T06:00:00Z")}),
            day("first", "Fair", format!("{next}-03-01")),
            day("leap", "", format!("{decade}-12-31")),
        ]);
        let when = json!({"id": "days", "title": "When?", "kind": "availability", "time_zone": "Europe/Berlin",
            "retractable": true, "own_options": "open", "options": options});
        site.create(&when).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="days"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        let zones = ["America/New_York", "Pacific/Auckland", ""];
        for zone in zones.iter().filter(|zone| zone.is_empty() || page.engine() == Engine::Blink) {
            if page.engine() == Engine::Blink {
                page.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
                page.reload().await;
            }
            poll.find("button[role=checkbox]").count_becomes(4).await;
            poll.find(".day").nth(0).text_contains(date(next, 3, 1)).await;
            let fair = poll.find(".day").nth(0).find(".slot").nth(0);
            fair.text_contains(said!(all_day)).await;
            fair.text_contains("Fair").await;
            poll.find(".day").with_text(date(next, 3, 2)).find(".slot").count_becomes(1).await;
            poll.find(".day").with_text(date(decade, 12, 31)).find(".slot").count_becomes(1).await;
        }
        poll.find(".day").nth(0).find("button[role=checkbox]").nth(0).click().await;
        send(&poll).await;
        let name = "return plain(element.querySelector('ul.slots').ariaLabel);";
        let name = poll.find(".day").nth(0).eval(name).await;
        assert!(name.as_str().unwrap().contains(&date(next, 3, 1)), "{name}");
        poll.find("li.slot").with_text("Fair").text_contains(said!(availability_yes, yes = 1)).await;
    });
}

/// The year on this machine.
fn current_year() -> u32 {
    u32::try_from(jiff::Zoned::now().year()).unwrap()
}
