//! The default badges in words: a host names them by id, and in English.

use crate::domain::id::BadgeId;
use crate::words::Words;

/// The words for a default badge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    id: &'static str,
    /// The badge's name.
    pub(super) name: fn(&Words) -> String,
    /// What it is given for.
    pub(super) about: fn(&Words) -> String,
    /// The heading under which it is listed.
    pub(super) group: fn(&Words) -> String,
    tip: Tip,
}

/// How to earn a badge.
#[derive(Clone, Copy, Debug)]
enum Tip {
    /// There is no tip.
    None,
    /// A sentence.
    Whole(fn(&Words) -> String),
    /// A sentence with how much is missing.
    Left(fn(&Words, u32) -> String),
}

/// The words for the default badge with this id; `None` for a badge of the site's own.
pub(super) fn named(id: &BadgeId) -> Option<&'static Named> {
    DEFAULTS.iter().find(|named| named.id == id.as_str())
}

impl Named {
    /// How to earn the badge, for a member who still lacks this much; `None` where there is no tip.
    pub(super) fn tip(&self, words: &Words, left: u32) -> Option<String> {
        match self.tip {
            Tip::None => None,
            Tip::Whole(tip) => Some(tip(words)),
            Tip::Left(tip) => Some(tip(words, left)),
        }
    }
}

macro_rules! said {
    ($id:literal, $name:ident, $about:ident, $group:ident, $tip:expr) => {
        Named { id: $id, name: Words::$name, about: Words::$about, group: Words::$group, tip: $tip }
    };
}

#[rustfmt::skip]
static DEFAULTS: [Named; 18] = [
    said!("moderator", badge_moderator, badge_moderator_about, badge_group_care, Tip::None),
    said!("nice-post", badge_nice_post, badge_nice_post_about, badge_group_thanks, Tip::None),
    said!("good-post", badge_good_post, badge_good_post_about, badge_group_thanks, Tip::None),
    said!("great-post", badge_great_post, badge_great_post_about, badge_group_thanks, Tip::None),
    said!("appreciated", badge_appreciated, badge_appreciated_about, badge_group_thanks, Tip::Left(Words::badge_appreciated_tip)),
    said!("enthusiast", badge_enthusiast, badge_enthusiast_about, badge_group_visits, Tip::Left(Words::badge_enthusiast_tip)),
    said!("aficionado", badge_aficionado, badge_aficionado_about, badge_group_visits, Tip::None),
    said!("devotee", badge_devotee, badge_devotee_about, badge_group_visits, Tip::None),
    said!("anniversary", badge_anniversary, badge_anniversary_about, badge_group_visits, Tip::None),
    said!("settled-in", badge_settled_in, badge_settled_in_about, badge_group_visits, Tip::Left(Words::badge_settled_in_tip)),
    said!("first-post", badge_first_post, badge_first_post_about, badge_group_part, Tip::Whole(Words::badge_first_post_tip)),
    said!("regular-voice", badge_regular_voice, badge_regular_voice_about, badge_group_part, Tip::Left(Words::badge_regular_voice_tip)),
    said!("first-topic", badge_first_topic, badge_first_topic_about, badge_group_part, Tip::Whole(Words::badge_first_topic_tip)),
    said!("first-thanks", badge_first_thanks, badge_first_thanks_about, badge_group_part, Tip::Whole(Words::badge_first_thanks_tip)),
    said!("first-vote", badge_first_vote, badge_first_vote_about, badge_group_part, Tip::Whole(Words::badge_first_vote_tip)),
    said!("good-citizen", badge_good_citizen, badge_good_citizen_about, badge_group_part, Tip::Left(Words::badge_good_citizen_tip)),
    said!("reader", badge_reader, badge_reader_about, badge_group_reading, Tip::Left(Words::badge_reader_tip)),
    said!("bookworm", badge_bookworm, badge_bookworm_about, badge_group_reading, Tip::None),
];
