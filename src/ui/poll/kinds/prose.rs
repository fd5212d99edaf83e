//! What people write in sentences.

use yew::prelude::*;

use crate::domain::text::{Piece, pieces};
use crate::ui::el::{el, list, text};

/// Somebody's own words, with the web addresses among them as links, which leave the page where it is.
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
