//! Texts by staff and members.

use yew::prelude::*;

use crate::domain::text::{Piece, pieces};
use crate::ui::el::{el, list, text};

/// A text with its web addresses as links, which open in a new tab.
pub(super) fn draw(words: &str) -> Html {
    let draw = |piece| match piece {
        Piece::Words(words) => text(words.to_owned()),
        Piece::Link(link) => {
            el!("a" ["part" = "link", "dir" = "ltr", "target" = "_blank", "rel" = "nofollow ugc noopener noreferrer"],
                "href" = link.to_owned(); text(link.to_owned()))
        }
    };
    el!("bdi"; list(pieces(words).into_iter().map(draw).collect()))
}
