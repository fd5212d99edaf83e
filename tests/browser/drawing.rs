//! Whether what is drawn without a browser is what a browser shows: every attribute, every text.

use std::rc::Rc;

use folkmoot::api::{checklist_from, member_from, poll_from};
use folkmoot::domain::time::Timestamp;
use folkmoot::render;
use folkmoot::sync::{Entity, Known, Topic};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::browse;
use crate::embed::{Embed, LANG};
use crate::outline::{Line, outline};
use crate::page::{Element, Page, until};

/// The nodes that an element shows: for each its name, its attributes, what its form control holds, its text, and its children.
const NODES: &str = r#"
    const node = (element) => {
        const attributes = [...element.attributes].map(({ name, value }) => [name, value]);
        const control = /^(input|textarea)$/.test(element.localName);
        const kept = control ? attributes.filter(([name]) => !/^(value|checked)$/.test(name)) : attributes;
        const text = element.childElementCount || control ? "" : element.textContent;
        return [element.localName, kept, control ? [element.value, !!element.checked] : null, text, [...element.children].map(node)];
    };
    return [...element.shadowRoot.querySelector(".place").children].map(node);"#;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The outline of what a browser shows.
fn shown(nodes: &Value, depth: usize, lines: &mut Vec<String>) {
    for node in nodes.as_array().into_iter().flatten() {
        let pairs = node[1].as_array().into_iter().flatten();
        let line = Line {
            name: text(&node[0]),
            attributes: pairs.map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
            // A radio button or a checkbox has no other value than that of its option.
            value: node[2][0].as_str().map(str::to_owned),
            checked: node[2][1] == true,
            text: text(&node[3]),
        };
        lines.push(line.line(depth));
        shown(&node[4], depth + 1, lines);
    }
}

/// Waits until an element shows what is drawn of this without a browser.
async fn shows(page: &Page, element: &Element, topic: &Topic, known: &Known) {
    let looked = async || {
        let now = page.eval("return Date.now()").await.as_i64().unwrap_or_default();
        let locale = render::locale(render::words(&LANG), Timestamp(now), TimeZone::system());
        let drawn = outline(&render::draw(topic.clone(), render::scene(known.clone(), locale)));
        let mut lines = Vec::new();
        shown(&element.eval(NODES).await, 0, &mut lines);
        Ok::<_, String>(differences(&drawn, &lines.join("\n")).into())
    };
    let differ = until(looked, |differ| differ == "").await;
    assert_eq!(differ, Ok("".into()), "{topic:?}");
}

/// The first lines in which two texts differ; empty where they are equal.
fn differences(drawn: &str, shown: &str) -> String {
    if drawn == shown {
        return String::new();
    }
    let same = drawn.lines().zip(shown.lines()).take_while(|(one, other)| one == other).count();
    let rest = |text: &str| text.lines().skip(same).take(6).collect::<Vec<_>>().join("\n");
    format!("line {same}\nwithout a browser:\n{}\nin the browser:\n{}", rest(drawn), rest(shown))
}

#[test]
fn every_poll_of_the_gallery_is_drawn_as_a_browser_shows_it() {
    browse(async |site| {
        let gallery = site.open("/demo/gallery.html?as=regular").await;
        gallery.find("folk-poll[poll=empty-quiet-hours]").appears().await;
        let ids = gallery
            .eval(
                "return [...document.querySelectorAll('folk-poll')].map((poll) => poll.getAttribute('poll'))",
            )
            .await;
        let ids: Vec<String> = ids.as_array().expect("polls").iter().map(text).collect();
        assert!(ids.len() > 70, "{ids:?}");
        // Each of them is near the viewport, or it would not be drawn.
        let near = "<style>folk-poll { position: fixed; top: 0; left: 0 }</style>";
        let polls: Vec<String> =
            ids.iter().map(|id| format!(r#"<folk-poll poll="{id}"></folk-poll>"#)).collect();
        let page = site.embed(Embed::new(&polls.concat()).head(near).seen_by("ann")).await;
        let answer = site.ask(&format!("/polls?ids={}", ids.join(",")), "ann").await;
        for json in answer["polls"].as_array().expect("polls") {
            let poll = poll_from(json).expect("a poll");
            let element = page.find(&format!("folk-poll[poll={}]", poll.id));
            let topic = Topic::Poll(poll.id.clone());
            shows(&page, &element, &topic, &Known::Here(Entity::Poll(Rc::new(poll)))).await;
        }
    });
}

#[test]
fn badges_and_a_checklist_are_drawn_as_a_browser_shows_them() {
    browse(async |site| {
        let elements = r#"<folk-badges member="ann"></folk-badges><folk-checklist></folk-checklist>"#;
        let page = site.embed(Embed::new(elements).seen_by("mia")).await;
        let member = member_from(&site.ask("/members?ids=ann", "mia").await["members"][0]).expect("a member");
        let topic = Topic::Member(member.id.clone());
        shows(&page, &page.find("folk-badges"), &topic, &Known::Here(Entity::Member(Rc::new(member)))).await;
        let list = checklist_from(&site.ask("/checklist", "mia").await["checklist"]).expect("a checklist");
        let known = Known::Here(Entity::Checklist(Rc::new(list)));
        shows(&page, &page.find("folk-checklist"), &Topic::Checklist, &known).await;
    });
}
