//! The default badges: the widget has words for them in every language. A site's own badges are told in the site's words.

use std::rc::Rc;

use folkmoot::domain::badge::{Badge, DEFAULTS};
use folkmoot::domain::id::{BadgeId, MemberId};
use folkmoot::domain::member::{Ahead, Award, Member};
use folkmoot::render::words;
use folkmoot::sync::{Entity, Known, Topic};

use crate::harness::Shown;
use crate::states::scene;

/// The open card of a member with this award, and this badge ahead.
fn card(award: Award, ahead: Ahead, language: &str) -> String {
    let id = MemberId::new("ann").unwrap();
    let member = Member {
        id: id.clone(),
        revision: 1,
        name: "Ann".into(),
        stage: None,
        badges: vec![award],
        next: vec![ahead],
    };
    let mut shown = Shown::new(Topic::Member(id), scene(Known::Here(Entity::Member(Rc::new(member)))));
    shown.press("Ann: 1 badge");
    shown.change(|scene| scene.locale.words = words(language));
    shown.outline()
}

fn award(badge: &Badge, reason: &str) -> Award {
    Award {
        badge: BadgeId::new(badge.id).unwrap(),
        name: "a name".into(),
        description: "a description".into(),
        icon: badge.icon,
        tier: badge.tier,
        group: "a group".into(),
        awarded_at: None,
        reason: reason.into(),
        times: 1,
    }
}

fn ahead(id: Option<&str>) -> Ahead {
    let badge = id.and_then(|id| BadgeId::new(id).ok());
    Ahead { badge, name: "a next name".into(), tip: "a tip".into(), current: 3, target: 10 }
}

#[test]
fn english_says_of_a_default_badge_what_the_host_says() {
    for badge in &DEFAULTS {
        let card = card(award(badge, ""), ahead(Some(badge.id)), "en");
        let tip = if badge.tip.is_empty() { "a tip".to_owned() } else { badge.tip.replace("{n}", "7") };
        for text in [badge.name, badge.description, badge.group, &tip] {
            assert!(card.contains(&format!("\"{text}\"")), "{}: {text}\n{card}", badge.id);
        }
        for text in ["a name", "a description", "a group", "a next name"] {
            assert!(!card.contains(text), "{}: {text}\n{card}", badge.id);
        }
    }
}

#[test]
fn a_default_badge_has_its_name_in_the_viewers_language() {
    let card = card(award(&DEFAULTS[14], ""), ahead(Some("good-citizen")), "de");
    for text in ["Erste Stimme", "Hat in einer Umfrage abgestimmt.", "Mitmachen", "Bestimmt mit"] {
        assert!(card.contains(text), "{text}\n{card}");
    }
    assert!(card.contains("Umfragen zum Abstimmen: noch 7"), "{card}");
}

#[test]
fn a_badge_of_the_sites_own_and_what_a_member_got_one_for_are_in_the_sites_words() {
    let own = Award { badge: BadgeId::new("green-thumb").unwrap(), ..award(&DEFAULTS[0], "") };
    let card_of_own = card(own, ahead(None), "de");
    for text in ["a name", "a description", "a group", "a next name", "a tip"] {
        assert!(card_of_own.contains(text), "{text}\n{card_of_own}");
    }
    let card = card(award(&DEFAULTS[1], "A tale of tea"), ahead(Some("bookworm")), "de");
    assert!(
        card.contains("A tale of tea") && card.contains("Bücherwurm") && card.contains("a tip"),
        "{card}"
    );
}
