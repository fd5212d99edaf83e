//! What of a poll is drawn only once somebody opens it. The buttons and the frame are here; what is inside comes with the
//! second module, which a page without other need of it fetches then.

use yew::prelude::*;

use super::face::{Face, Part};
use super::{Msg, Poll};
use crate::domain::poll::{self as domain, Tally};
use crate::ui::el::{bdi, button, el, kept, keyed, maybe, pressed, text};
use crate::ui::icon;

/// Something to open below a poll's foot. One of them is open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// How it was counted.
    How,
}

impl Panel {
    /// Those that a poll has, where this is what the viewer sees of its tally.
    fn all(tally: Option<&Tally>) -> impl Iterator<Item = Self> {
        tally.filter(|tally| tally.voters > 0).map(|_| Self::How).into_iter()
    }

    /// What its button says.
    fn words(self) -> &'static str {
        match self {
            Self::How => "How was this counted?",
        }
    }
}

impl Poll {
    /// The buttons that open and close the panels.
    pub(super) fn openers(&self, ctx: &Context<Self>, tally: Option<&Tally>) -> Vec<Html> {
        let opener = |panel: Panel| {
            let open = self.opened == Some(panel);
            let press = ctx.link().callback(move |_: MouseEvent| Msg::Open((!open).then_some(panel)));
            let button = el!("button" ["type" = "button", "class" = "quiet opener", "part" = "button", "aria-controls" = "panel"],
                "aria-expanded" = if open { "true" } else { "false" };
                bdi(panel.words()), icon::draw("icon", icon::DOWN));
            keyed(panel.words(), pressed(press, button))
        };
        Panel::all(tally).map(opener).collect()
    }

    /// The one that is open.
    pub(super) fn panel(
        &self,
        ctx: &Context<Self>,
        poll: &domain::Poll,
        face: &dyn Face,
        tally: Option<&Tally>,
    ) -> Html {
        let open = self.opened.filter(|open| Panel::all(tally).any(|panel| panel == *open));
        let inside = |panel| match ctx.props().part {
            Part::Here(faces) => (faces.panel)(panel, self, ctx, poll, face),
            Part::Failed => {
                let again = ctx.link().callback(move |_: MouseEvent| Msg::Load);
                el!("div", "foot"; el!("p" ["role" = "alert"]; text("This could not be loaded.")), button("quiet", "Try again", again))
            }
            Part::Unasked | Part::Coming => el!("p" ["class" = "meta", "role" = "status"]; text("Loading…")),
        };
        let panel = el!("div" ["class" = "panel", "id" = "panel", "tabindex" = "-1", "role" = "region"],
            "aria-label" = open.map(Panel::words), "hidden" = open.is_none(); maybe(open.map(inside)));
        kept(&self.panel, panel)
    }
}
