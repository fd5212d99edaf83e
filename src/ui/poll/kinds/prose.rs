//! Links in texts that staff and members wrote: descriptions, reasons and comments.

use crate::domain::text::{Piece, pieces};
use crate::ui::el::{Html, bdi, el, list, text};

/// Draws a text with its web addresses as links. The links open in a new tab. A text without any is drawn as it is before the
/// part has come.
pub(super) fn draw(words: &str) -> Html {
    let pieces = pieces(words);
    if let [] | [Piece::Words(_)] = pieces[..] {
        return bdi(words.to_owned());
    }
    let draw = |piece| match piece {
        Piece::Words(words) => text(words.to_owned()),
        Piece::Link(link) => {
            el!("a" ["part" = "link", "dir" = "ltr", "target" = "_blank", "rel" = "nofollow ugc noopener noreferrer"],
                "href" = link.to_owned(); bdi(link.to_owned()))
        }
    };
    el!("bdi"; list(pieces.into_iter().map(draw).collect()))
}
