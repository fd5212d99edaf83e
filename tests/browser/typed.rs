//! What people type, as others see it: lines, links, directions, and what staff changed after votes.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::kinds::row;
use crate::said::said;

/// A web address too long for a narrow column.
const LONG: &str =
    "https://example.org/way/to/the/old/mill/by/the/lake/and/back/again/before/the/sun/goes/down";

/// Whether nothing of the page stands out of its window.
const NO_WIDER: &str = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";

/// Whether a text takes more lines than it would if its line breaks were white space.
const KEEPS_LINES: &str = "const kept = element.offsetHeight;
    element.style.whiteSpace = 'normal';
    const folded = element.offsetHeight;
    element.style.whiteSpace = '';
    return kept > folded;";

#[test]
fn embedding_25_lines_stay_lines_and_addresses_become_links_that_leave_the_page_where_it_is() {
    browse(async |site| {
        let about = format!("Bring a cup.\n\nThe way: {LONG}.\n<b>https://bank.example@evil.example</b>");
        let poll = json!({"id": "typed", "title": "Where?", "description": about, "options": ["Tea", "Coffee"],
            "commentable": true});
        site.create(&poll).await;
        site.comment_elsewhere("typed", "otto", "First line\nhttps://example.org/a?b=1&c=2, see?").await;
        let page =
            site.embed(Embed::new(r#"<folk-poll poll="typed"></folk-poll>"#).narrow().seen_by("ann")).await;
        let poll = page.find("folk-poll");
        let link = poll.find(".about a");
        link.text_becomes(LONG).await;
        assert_eq!(link.count().await, 1, "what leads elsewhere than it looks is no link");
        for (name, value) in [
            ("href", LONG),
            ("rel", "nofollow ugc noopener noreferrer"),
            ("target", "_blank"),
            ("part", "link"),
        ] {
            assert_eq!(link.attribute(name).await.as_deref(), Some(value), "{name}");
        }
        poll.find(".about").text_contains("<b>https://bank.example@evil.example</b>").await;
        poll.find(".about").becomes(KEEPS_LINES, true).await;
        poll.becomes("return element.getBoundingClientRect().width <= 280", true).await;
        page.becomes(NO_WIDER, true).await;
        poll.find(".opener").with_text(said!(comments, count = 1)).click().await;
        poll.find(".words a").text_becomes("https://example.org/a?b=1&c=2").await;
        poll.find(".words").becomes(KEEPS_LINES, true).await;
        assert_eq!(page.axe().await, Vec::<String>::new());
        assert_eq!(page.errors().await, Vec::<String>::new());
        assert_eq!(page.violations().await, Vec::<String>::new());
    });
}

#[test]
fn embedding_26_a_label_that_turns_the_direction_turns_nothing_around_it() {
    browse(async |site| {
        let poll = json!({"id": "typed", "title": "\u{202e}Where\u{202c}?", "options": [
            {"id": "a", "label": "\u{202e}Tea"}, {"id": "b", "label": "שלום"}, {"id": "c", "label": "Cocoa"}],
            "max": 3, "secrecy": "public"});
        site.pose(&poll, &[json!({"options": ["a", "b", "c"]})]).await;
        let page = site.embed(Embed::new(r#"<folk-poll poll="typed"></folk-poll>"#).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.button(said!(see_results)).click().await;
        // The figure stands behind the label, as in every other row.
        for at in 0..3 {
            let behind =
                "return start(element.querySelector('.label')) < start(element.querySelector('.share'))";
            poll.find(".row").nth(at).becomes(behind, true).await;
        }
        poll.find(".opener").with_text(said!(who_voted)).click().await;
        poll.find(".entry").text_contains("Cocoa").await;
        for label in ["\u{2068}\u{202e}Tea\u{202c}\u{2069}", "\u{2068}שלום\u{2069}"] {
            let isolated = format!("return element.textContent.includes({});", json!(label));
            poll.find(".entry").becomes(&isolated, true).await;
        }
    });
}

#[test]
fn embedding_29_everybody_sees_what_staff_changed_after_votes_and_what_it_said_before() {
    browse(async |site| {
        let poll = json!({"id": "typed", "title": "Is it good?", "description": "Since Monday.",
            "options": [{"id": "a", "label": "Tea"}, {"id": "b", "label": "Coffee"}, {"id": "c", "label": "Cocoa"}]});
        site.create(&poll).await;
        site.vote_elsewhere("typed", "otto", "a").await;
        let page =
            site.embed(Embed::new(r#"<folk-poll poll="typed"></folk-poll>"#).narrow().seen_by("otto")).await;
        let poll = page.find("folk-poll");
        poll.text_contains(said!(your_vote)).await;
        assert_eq!(poll.find(".edited").count().await, 0);
        let swapped = json!({"title": "Is it bad?", "description": "Since Tuesday.", "options": [
            {"id": "a", "label": "Coffee"}, {"id": "b", "label": "Tea"}, {"id": "c", "label": "Cocoa"}]});
        site.edit("typed", &swapped).await;
        row(&poll, &said!(your_vote)).text_contains(said!(edited, count = 1, before = "Tea")).await;
        poll.find("p.edited").text_becomes(said!(edited, count = 1, before = "Is it good?")).await;
        assert_eq!(poll.find(".row .edited").count().await, 2, "what stayed is not marked");
        poll.find("summary").text_becomes(said!(description_edited)).await;
        poll.find("summary").click().await;
        poll.find("details.edited .about")
            .text_becomes(said!(edited, count = 1, before = "Since Monday."))
            .await;
        page.becomes(NO_WIDER, true).await;
        assert_eq!(page.axe().await, Vec::<String>::new());
        poll.button(said!(change_vote)).click().await;
        row(&poll, "Cocoa").appears().await;
        assert_eq!(
            poll.find("label.row .edited").count().await,
            2,
            "and those who change their vote see it, too"
        );
        assert_eq!(page.axe().await, Vec::<String>::new());
    });
}
