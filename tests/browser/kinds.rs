//! Every kind of ballot, by pointer and by keyboard alone, and what its tally looks like: the numbers that the host has.

use folkmoot::domain::poll::{Kind, Method, examples};
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::page::{Element, Key, Page, plain};
use crate::said::{GAP, halves, said, series};
use crate::site::Site;

/// A poll as a member sees it who can vote in it.
pub async fn poll(site: &Site, id: &str) -> (Page, Element) {
    let page =
        site.embed(Embed::new(&format!(r#"<folk-poll poll="{id}"></folk-poll>"#)).seen_by("ann")).await;
    let poll = page.find("folk-poll");
    poll.find("button.primary").appears().await;
    (page, poll)
}

/// The row of an option.
pub fn row(poll: &Element, label: &str) -> Element {
    poll.find(".row").with_text(label)
}

/// The handle of an option in a member's order.
fn handle(poll: &Element, label: &str, place: u32, of: u32) -> Element {
    poll.named(said!(order_move, option = label, place = place, of = of))
}

/// Sends the ballot.
pub async fn send(poll: &Element) {
    poll.find("button.primary").click().await;
    poll.find(".count").text_contains(said!(saved)).await;
}

/// What the host says of the poll to the member who votes.
pub async fn stored(site: &Site, id: &str) -> Value {
    site.ask(&format!("/polls?ids={id}"), "ann").await["polls"][0].clone()
}

/// The ballot that the host has of them.
pub async fn ballot(site: &Site, id: &str) -> Value {
    stored(site, id).await["viewer"]["ballot"].clone()
}

/// Presses Tab until the focus is on what this describes, as whoever has no pointer does.
pub async fn tab_to(page: &Page, what: impl AsRef<str>) {
    let what = what.as_ref();
    let script = "let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return [at?.getAttribute('aria-label'), at?.name, at?.value, at?.textContent].join('|');";
    for _ in 0..60 {
        page.press(Key::Tab).await;
        if plain(page.eval(script).await.as_str().unwrap_or_default()).contains(what) {
            return;
        }
    }
    panic!("no Tab leads to {what}");
}

#[test]
fn an_order_is_made_with_buttons_with_arrow_keys_and_by_dragging() {
    browse(async |site| {
        let (page, poll) = poll(site, "excursion").await;
        for label in ["The dunes", "The bird island", "The old paper mill"] {
            poll.find(".add").with_text(label).click().await;
            poll.find(".ranked").with_text(label).appears().await;
        }
        let order = "return [...element.querySelectorAll('.ranked .label > bdi')].map((label) => label.textContent).join();";
        poll.find("ol").becomes(order, "The dunes, on foot,The bird island,The old paper mill").await;
        poll.named(said!(order_move_up, option = "The old paper mill")).click().await;
        poll.find("ol").becomes(order, "The dunes, on foot,The old paper mill,The bird island").await;
        // The focus went with what was moved; the arrow keys take it on.
        let handle = |place| handle(&poll, "The old paper mill", place, 3);
        handle(2).gets_focus().await;
        page.press(Key::Up).await;
        poll.find("ol").becomes(order, "The old paper mill,The dunes, on foot,The bird island").await;
        handle(1).gets_focus().await;
        // A pointer that takes the last by its handle and lets go above the first.
        poll.find("ol")
            .eval(
                "const at = (row, edge) => row.getBoundingClientRect()[edge];
                 const [first, , last] = element.children;
                 const point = (type, target, y) => target.dispatchEvent(new PointerEvent(type, {
                     bubbles: true, composed: true, pointerId: 1, clientX: 20, clientY: y }));
                 element.setPointerCapture = () => {};
                 point('pointerdown', last.querySelector('.handle'), at(last, 'top') + 5);
                 const steps = [at(first, 'bottom') + 2, at(first, 'top') + 2];
                 const move = () => {
                     const y = steps.shift();
                     if (y === undefined) return point('pointerup', element, 0);
                     point('pointermove', element, y);
                     requestAnimationFrame(() => requestAnimationFrame(move));
                 };
                 requestAnimationFrame(() => requestAnimationFrame(move));",
            )
            .await;
        poll.find("ol").becomes(order, "The bird island,The old paper mill,The dunes, on foot").await;
        poll.find("ol").becomes("return !!element.querySelector('.held');", false).await;
        // Once it has been left, the focus stays where it went, whatever others do.
        poll.find("button.primary").focus().await;
        let before = poll.find(".count").text().await;
        site.say_elsewhere("excursion", "otto", &json!({"options": ["lock"]})).await;
        poll.find(".count").becomes(&format!("return seen(element) === {};", json!(before)), false).await;
        poll.find("button.primary").gets_focus().await;
        poll.named(said!(order_leave_out, option = "The dunes, on foot")).click().await;
        send(&poll).await;
        assert_eq!(ballot(site, "excursion").await["options"], json!(["island", "mill"]));
        let rounds = stored(site, "excursion").await["tally"]["rounds"].clone();
        let winner = rounds["elected"][0].as_str().unwrap().to_owned();
        let label = [
            ("island", "The bird island"),
            ("mill", "The old paper mill"),
            ("dunes", "The dunes"),
            ("observatory", "The observatory"),
            ("lock", "The great lock"),
        ];
        let label = label.iter().find(|(id, _)| *id == winner).unwrap().1;
        poll.find("li.leads").text_contains(label).await;
        poll.find("li.leads").text_contains(said!(wins)).await;
        poll.find(".opener").click().await;
        poll.find("th")
            .with_text(said!(round, round = rounds["rounds"].as_array().unwrap().len()))
            .appears()
            .await;
    });
}

#[test]
fn points_are_spread_until_there_are_none_left() {
    browse(async |site| {
        let (_page, poll) = poll(site, "kitty").await;
        for _ in 0..7 {
            poll.named(said!(point_more, option = "A pizza stone for the oven")).click().await;
        }
        poll.find("p[role=status]").text_contains(said!(points_left, left = 3, count = 10)).await;
        for _ in 0..4 {
            poll.named(said!(point_more, option = "Lamps for the long table")).click().await;
        }
        poll.find("p[role=status]").text_contains(said!(points_left, left = 0, count = 10)).await;
        poll.named(said!(point_less, option = "A pizza stone for the oven")).click().await;
        row(&poll, "A pizza stone").find("output").text_becomes("6").await;
        send(&poll).await;
        let says = json!([{"option": "lamps", "value": 3}, {"option": "oven", "value": 6}]);
        assert_eq!(ballot(site, "kitty").await["values"], says);
    });
}

#[test]
fn to_abstain_is_to_have_voted() {
    browse(async |site| {
        let (_page, poll) = poll(site, "excursion").await;
        poll.button(said!(abstain)).click().await;
        poll.find(".count").text_contains(said!(you_abstain)).await;
        poll.find(".count").text_contains(said!(saved)).await;
        assert_eq!(ballot(site, "excursion").await["abstain"], json!(true));
        assert_eq!(stored(site, "excursion").await["tally"]["abstained"], 1);
    });
}

/// Votes in the demo's poll of this kind by keyboard alone, and returns the poll's id.
async fn vote_by_keyboard(site: &Site, kind: Kind) -> &'static str {
    let no = || halves(&said!(option_state, option = GAP, state = said!(answer_no))).1.to_owned();
    let (id, first) = match kind {
        Kind::Choice { .. } => ("weekly-dinner", "option|".into()),
        Kind::Rating(_) => ("last-saturday", "food|".into()),
        Kind::Ranked(Method::RunOff) => ("excursion", "The dunes, on foot".into()),
        Kind::Ranked(Method::Stv { .. }) => ("kitchen-crew", "Wei Zhang".into()),
        Kind::Ranked(Method::Schulze) => ("game-night", "Skat".into()),
        Kind::Allocation { .. } => ("kitty", said!(point_more, option = "Lamps for the long table")),
        Kind::Availability => ("long-table", no()),
        Kind::Proposal(_) => ("quiet-hours", "option|agree".into()),
    };
    let (page, poll) = poll(site, id).await;
    tab_to(&page, &first).await;
    page.press(Key::Space).await;
    match kind {
        Kind::Rating(_) => {
            page.press(Key::Down).await;
            poll.find("input[name=food][value=\"2\"]").becomes("return element.checked;", true).await;
        }
        Kind::Ranked(_) => handle(&poll, &first, 1, 1).gets_focus().await,
        Kind::Choice { .. } | Kind::Allocation { .. } | Kind::Availability | Kind::Proposal(_) => {}
    }
    tab_to(&page, format!("|{}", said!(vote))).await;
    page.press(Key::Enter).await;
    poll.find(".count").text_contains(said!(saved)).await;
    id
}

#[test]
fn every_kind_can_be_voted_by_keyboard_alone() {
    browse(async |site| {
        for kind in examples::KINDS {
            let id = vote_by_keyboard(site, kind).await;
            let ballot = ballot(site, id).await;
            let marked =
                [&ballot["options"], &ballot["values"]].map(|said| said.as_array().map_or(0, Vec::len));
            assert!(marked.iter().sum::<usize>() > 0, "{id}: {ballot}");
        }
    });
}

#[test]
fn an_order_is_changed_by_keyboard_alone() {
    browse(async |site| {
        let (page, order) = poll(site, "game-night").await;
        tab_to(&page, "Skat").await;
        page.press(Key::Enter).await;
        handle(&order, "Skat", 1, 1).gets_focus().await;
        tab_to(&page, "Go").await;
        page.press(Key::Enter).await;
        handle(&order, "Go", 2, 2).gets_focus().await;
        page.press(Key::Up).await;
        handle(&order, "Go", 1, 2).gets_focus().await;
        tab_to(&page, format!("|{}", said!(vote))).await;
        page.press(Key::Enter).await;
        order.find(".count").text_contains(said!(saved)).await;
        assert_eq!(ballot(site, "game-night").await["options"], json!(["go", "skat"]));
    });
}

#[test]
fn every_kind_can_be_voted_by_touch() {
    browse(async |site| {
        let (_page, dinner) = poll(site, "weekly-dinner").await;
        row(&dinner, "Ramen").tap().await;
        touch_to_send(&dinner).await;
        assert_eq!(ballot(site, "weekly-dinner").await["options"], json!(["ramen"]));

        let (_page, several) = poll(site, "meetup-topics").await;
        several.find("label.row").nth(1).tap().await;
        several.find("label.row").nth(3).tap().await;
        touch_to_send(&several).await;
        assert_eq!(ballot(site, "meetup-topics").await["options"].as_array().unwrap().len(), 2);

        let (_page, rating) = poll(site, "last-saturday").await;
        row(&rating, "The food").find("label").with_text("4").tap().await;
        touch_to_send(&rating).await;
        assert_eq!(ballot(site, "last-saturday").await["values"], json!([{"option": "food", "value": 4}]));

        let (_page, points) = poll(site, "kitty").await;
        for _ in 0..2 {
            points.named(said!(point_more, option = "Lamps for the long table")).tap().await;
        }
        row(&points, "Lamps").find("output").text_becomes("2").await;
        touch_to_send(&points).await;
        assert_eq!(ballot(site, "kitty").await["values"], json!([{"option": "lamps", "value": 2}]));

        let (_page, order) = poll(site, "excursion").await;
        for label in ["The dunes", "The bird island", "The old paper mill"] {
            order.find(".add").with_text(label).tap().await;
            order.find(".ranked").with_text(label).appears().await;
        }
        let two = "return Math.round(element.children[2].getBoundingClientRect().top - element.children[0].getBoundingClientRect().top);";
        let two = order.find("ol").eval(two).await.as_f64().unwrap();
        row(&order, "The old paper mill").find(".handle").drag(-two - 8.0).await;
        handle(&order, "The old paper mill", 1, 3).appears().await;
        order.named(said!(order_move_up, option = "The bird island")).tap().await;
        handle(&order, "The bird island", 2, 3).appears().await;
        touch_to_send(&order).await;
        assert_eq!(ballot(site, "excursion").await["options"], json!(["mill", "island", "dunes"]));

        let (_page, proposal) = poll(site, "quiet-hours").await;
        row(&proposal, "Agree").tap().await;
        touch_to_send(&proposal).await;
        assert_eq!(ballot(site, "quiet-hours").await["options"], json!(["agree"]));
    });
}

/// Sends the ballot without a mouse.
async fn touch_to_send(poll: &Element) {
    poll.find("button.primary").tap().await;
    poll.find(".count").text_contains(said!(saved)).await;
}

#[test]
fn a_draft_of_any_kind_survives_what_others_do() {
    browse(async |site| {
        let (_page, poll) = poll(site, "kitty").await;
        poll.named(said!(point_more, option = "A shelf of cookbooks")).click().await;
        row(&poll, "A shelf").find("output").text_becomes("1").await;
        let before = poll.find(".count").text().await;
        site.say_elsewhere("kitty", "otto", &json!({"values": [{"option": "books", "value": 2}]})).await;
        poll.find(".count").becomes(&format!("return seen(element) === {};", json!(before)), false).await;
        row(&poll, "A shelf").find("output").text_becomes("1").await;
    });
}

#[test]
fn a_poll_that_comes_back_starts_anew_by_itself_and_says_who_came_first_before() {
    browse(async |site| {
        let (page, poll) = poll(site, "sunday-walk").await;
        let past = poll.find(".past");
        past.find("caption")
            .with_text(said!(came_first, option = "Around the lake", times = 6, count = 10))
            .appears()
            .await;
        past.find("th").with_text("Around the lake").appears().await;
        past.find("summary").click().await;
        past.find("td").with_text(series(&["Around the lake", "Along the old harbour"])).appears().await;

        row(&poll, "Over the hills").find("input").click().await;
        send(&poll).await;
        let week = 7 * 86_400_000;
        let soon = folkmoot::domain::time::Timestamp(
            i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap() + 3000 - week,
        );
        site.edit("sunday-walk", &json!({"repeat": null, "closes_at": null, "opens_at": soon.to_string()}))
            .await;
        site.edit("sunday-walk", &json!({"repeat": "FREQ=WEEKLY"})).await;
        past.find("caption")
            .with_text(said!(came_first, option = "Around the lake", times = 6, count = 11))
            .appears()
            .await;
        poll.find("input[type=radio]").count_becomes(4).await;
        assert_eq!(poll.find("input:checked").count().await, 0, "a new round, and nobody voted");
        assert_eq!(poll.find("p.said[role=status]").text().await, "", "nothing was taken back");
        row(&poll, "Through the woods").find("input").click().await;
        send(&poll).await;
        assert_eq!(ballot(site, "sunday-walk").await["options"], json!(["woods"]));
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn pictures_and_links_of_options_are_there_before_the_vote_and_after() {
    browse(async |site| {
        let (page, poll) = poll(site, "sunday-walk").await;
        let drawn =
            "return [...element.querySelectorAll('.picture')].filter(p => p.naturalWidth > 0).length;";
        for rows in ["fieldset.rows", "ul.rows"] {
            let list = poll.find(rows);
            list.becomes(drawn, 4).await;
            let link = list.named(said!(more_about, option = "Around the lake"));
            assert_eq!(link.attribute("href").await.as_deref(), Some("/demo/kinds.html#sunday-walk"));
            assert_eq!(list.find("a").count().await, 1);
            if rows == "fieldset.rows" {
                row(&poll, "Over the hills").find("input").click().await;
                send(&poll).await;
            }
        }
        let options = json!([{"id": "lake", "label": "A", "picture": "/nowhere.png"}, {"id": "woods", "label": "B"},
            {"id": "hills", "label": "C"}, {"id": "harbour", "label": "D"}]);
        site.edit("sunday-walk", &json!({ "options": options })).await;
        poll.find(".picture").count_becomes(1).await;
        assert_eq!(poll.find("a.more").count().await, 0);
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}
