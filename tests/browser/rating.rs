//! Ratings: numbers on a scale.

use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::kinds::{ballot, poll, row, send, stored};
use crate::said::{any, date, decimal, said};

#[test]
fn a_rating_gives_each_option_a_number_and_shows_the_mean() {
    browse(async |site| {
        let (page, poll) = poll(site, "last-saturday").await;
        row(&poll, "The food").find("input[value=\"4\"]").click().await;
        row(&poll, "The company").find("input[value=\"2\"]").click().await;
        row(&poll, "The company").find("input[value=\"5\"]").click().await;
        send(&poll).await;
        let says = json!([{"option": "food", "value": 4}, {"option": "company", "value": 5}]);
        assert_eq!(ballot(site, "last-saturday").await["values"], says);
        let stored = stored(site, "last-saturday").await;
        for (label, values) in
            ["The food", "The room"].iter().zip(stored["tally"]["values"].as_array().unwrap())
        {
            let counts: Vec<f64> =
                values["counts"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
            let sum: f64 = counts.iter().zip(1..).map(|(n, value)| n * f64::from(value)).sum();
            let mean = (sum / counts.iter().sum::<f64>() * 100.0).round() / 100.0;
            row(&poll, label).find(".share").text_contains(decimal(mean)).await;
        }
        row(&poll, "The food").text_contains(said!(yours_value, value = "4")).await;
        // Where the buttons were there are columns, each as high as so many pressed it; the member's own is marked.
        let columns = row(&poll, "The company").find(".col");
        columns.count_becomes(5).await;
        let counts = stored["tally"]["values"][2]["counts"].as_array().unwrap().iter();
        let counts: Vec<u64> = counts.map(|n| n.as_u64().unwrap()).collect();
        let most = counts.iter().max().unwrap();
        for (at, count) in counts.iter().enumerate() {
            let height = "return +element.querySelector('rect').getAttribute('height');";
            columns.nth(at).becomes(height, count * 100 / most).await;
        }
        row(&poll, "The company").find(".col.own").text_becomes("5").await;
        poll.find(".opener").click().await;
        poll.find("td").nth(1).appears().await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_long_scale_takes_two_lines_of_a_narrow_column_and_nothing_jumps_at_the_vote() {
    browse(async |site| {
        for (id, most, lines, options) in
            [("short", 5, 1, "ab"), ("likely", 6, 2, "a"), ("nps", 10, 2, "ab"), ("sole-nps", 10, 2, "a")]
        {
            let options: Vec<Value> = options
                .chars()
                .map(|id| json!({"id": id, "label": format!("How likely are you to come again, {id}?")}))
                .collect();
            let scale = json!({"min": 0, "max": most});
            site.create(
                &json!({"id": id, "title": "And?", "kind": "rating", "scale": scale, "options": options}),
            )
            .await;
            let page = Embed::new(&format!(r#"<folk-poll poll="{id}"></folk-poll>"#)).seen_by("ann");
            let page = site.embed(page.narrow()).await;
            let poll = page.find("folk-poll");
            let row = poll.find(".row").nth(0);
            row.find(".pill").count_becomes(most + 1).await;
            let tops =
                "return new Set([...element.querySelectorAll('.pill')].map((pill) => pill.offsetTop)).size;";
            assert_eq!(row.eval(tops).await, lines, "{id}");
            let narrowest = "return Math.min(...[...element.querySelectorAll('.pill')].map((pill) => pill.offsetWidth)) >= 24;";
            assert_eq!(row.eval(narrowest).await, true, "{id}");
            let height = "return element.getBoundingClientRect().height;";
            let before = row.eval(height).await;
            row.find("input[value=\"5\"]").click().await;
            send(&poll).await;
            row.find(".col").count_becomes(most + 1).await;
            assert_eq!(row.eval(height).await, before, "{id}");
        }
    });
}

#[test]
fn counting_times_4_words_say_no_more_than_is_so() {
    browse(async |site| {
        let option = json!([{"id": "a", "label": "The food"}]);
        let rating = json!({"id": "low", "title": "And?", "kind": "rating", "options": option,
            "scale": {"min": -1, "max": 0}, "entitled": 0, "quorum": 50, "closes_at": "2101-01-01T12:00:00Z"});
        let ballots = [-1, -1, 0].map(|value| json!({"values": [{"option": "a", "value": value}]}));
        site.pose(&rating, &ballots).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="low"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        let meta = poll.find("#meta");
        meta.text_contains(date(2101, 1, 1)).await;
        meta.text_matches(any!(in_years)).await;
        row(&poll, "The food").find("input[value=\"-1\"]").click().await;
        send(&poll).await;
        let food = row(&poll, "The food");
        food.text_contains(said!(mean_and_median, count = 4, median = decimal(-1.0))).await;
        food.text_contains(decimal(-0.75)).await;
        poll.text_lacks(said!(quorum_met)).await;
    });
}
