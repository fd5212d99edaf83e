//! The content of the card: a part of its own, since few visitors open a card. The part has all that only [`whole`] reaches.

use super::chip;
use super::named::named;
use crate::domain::member::{Award, Member};
use crate::ui::Locale;
use crate::ui::bar::bar;
use crate::ui::el::{Html, bdi, el, keyed, list, text};
use crate::ui::sheet::sheet;

/// The functions and styles of the part.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// The styles that the main style sheet does not have.
    pub style: &'static str,
    pub(super) draw: fn(&Locale, &Member) -> Html,
}

/// The part.
pub fn whole() -> Card {
    Card { style: sheet!("card.css"), draw }
}

fn draw(locale: &Locale, member: &Member) -> Html {
    let words = &locale.words;
    let mut groups: Vec<(&str, Vec<&Award>)> = Vec::new();
    for award in &member.badges {
        match groups.iter_mut().find(|(name, _)| *name == award.group) {
            Some((_, awards)) => awards.push(award),
            None => groups.push((&award.group, vec![award])),
        }
    }
    let group = |(name, awards): (&str, Vec<&Award>)| {
        // A group with a badge of the site's own is the site's.
        let known: Option<Vec<_>> = awards.iter().map(|award| named(&award.badge)).collect();
        let known = known.and_then(|all| all.first().copied());
        let awards = list(awards.into_iter().map(|of| award(locale, of)).collect());
        let heading = known.map_or_else(|| name.to_owned(), |known| (known.group)(words));
        keyed(name, el!("div"; el!("p", "group"; bdi(heading)), el!("ul", "awards"; awards)))
    };
    let next = member.next.iter().map(|ahead| {
        let of = words.badge_progress(ahead.current, ahead.target);
        let known = ahead.badge.as_ref().and_then(named);
        let name = known.map_or_else(|| ahead.name.clone(), |known| (known.name)(words));
        let left = ahead.target.saturating_sub(ahead.current);
        let tip = known.and_then(|known| known.tip(words, left)).unwrap_or_else(|| ahead.tip.clone());
        el!("div", "next";
            el!("p"; el!("b"; bdi(name)), el!("span", "meta"; text(of))),
            bar("line", ahead.current.saturating_mul(100) / ahead.target.max(1)),
            el!("p", "meta"; bdi(tip)))
    });
    let stage = member.stage.map(|stage| words.stage(stage)).unwrap_or_default();
    el!("div";
        el!("p", "who"; bdi(member.name.clone()), el!("span", "meta"; text(stage))),
        list(groups.into_iter().map(group).collect()),
        list(next.collect()))
}

fn award(locale: &Locale, award: &Award) -> Html {
    let when = award.awarded_at.map(|at| locale.day(at)).unwrap_or_default();
    let times = if award.times > 1 { locale.words.badge_times(award.times) } else { String::new() };
    let known = named(&award.badge);
    let words = &locale.words;
    let name = known.map_or_else(|| award.name.clone(), |known| (known.name)(words));
    let why = match known {
        _ if !award.reason.is_empty() => award.reason.clone(),
        Some(known) => (known.about)(words),
        None => award.description.clone(),
    };
    let row = el!("li";
        chip(award),
        el!("span", "label"; el!("b"; bdi(name)), el!("span", "times"; text(times)), el!("span", "meta"; bdi(why))),
        el!("span", "meta when"; text(when)));
    keyed(award.badge.as_str(), row)
}
