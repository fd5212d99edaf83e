//! What of a poll is drawn only once somebody opens it. The buttons and the frame are here; what is inside comes with the
//! second module, which a page without other need of it fetches then.

use yew::prelude::*;

use super::Poll;
use super::face::{Face, Part};
use crate::domain::poll::{self as domain, List, OwnOptions, Secrecy, Standing, Tally};
use crate::sync::Act;
use crate::ui::el::{bdi, button, el, kept, keyed, list, maybe, pressed};
use crate::ui::{Intent, icon, words};

/// Something to open below a poll's foot. One of them is open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// How it was counted.
    How,
    /// A list about it.
    List(List),
    /// A form for a member's own option.
    Add,
    /// What staff see to.
    Staff,
}

/// A poll as it is drawn now.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The poll.
    pub poll: &'a domain::Poll,
    /// How its kind is drawn.
    pub face: &'a dyn Face,
    /// What the viewer looks at of the tally.
    pub tally: Option<&'a Tally>,
    /// Whether they may vote in it now.
    pub votable: bool,
}

/// What is being written in a panel, and not sent yet. Pushes do not touch it.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// A comment.
    pub comment: String,
    /// An option's label.
    pub label: String,
    /// When it starts, by the viewer's clock, as the browser's own control has it: `2026-11-28T18:00`.
    pub starts: String,
    /// When it ends.
    pub ends: String,
    /// What is wrong with it, once the member tried to send it.
    pub wrong: Option<&'static str>,
}

/// A field in a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A comment.
    Comment,
    /// An option's label.
    Label,
    /// When it starts.
    Starts,
    /// When it ends.
    Ends,
}

/// What a member does to a panel, or in one.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Opens a panel, or closes the one that is open.
    Open(Option<Panel>),
    /// Looks at another step of what is in it.
    Step(usize),
    /// Loads what is in it again.
    Load,
    /// Looks at one page more of the list in it, or at one again that did not come.
    Look(List, String),
    /// Writes into one of the fields in it.
    Write(Field, String),
    /// Sends what is written there.
    Send,
    /// Does this to the poll.
    Act(Act),
    /// Has its votes in a file, and says to this whether they came.
    Save(Callback<bool>),
    /// They came, or did not.
    Saved(bool),
}

impl Panel {
    /// Those that a poll has.
    fn all(seen: Seen<'_>) -> impl Iterator<Item = Self> {
        let Seen { poll, tally, votable, .. } = seen;
        let counted = tally.is_some_and(|tally| tally.voters > 0);
        let adds = poll.rules.own_options != OwnOptions::Off && poll.viewer.standing == Standing::Entitled;
        [
            (Self::How, true),
            (Self::List(List::Voters), counted && poll.rules.secrecy == Secrecy::Public),
            (Self::List(List::Reasons), counted && poll.rules.kind.takes_reasons()),
            (Self::List(List::Comments), poll.rules.commentable),
            (Self::Add, adds && votable),
            (Self::Staff, poll.viewer.staff),
        ]
        .into_iter()
        .filter_map(|(panel, there)| there.then_some(panel))
    }

    /// What its button says.
    fn words(self, seen: Seen<'_>) -> String {
        let Seen { poll, tally, .. } = seen;
        let waiting = u32::try_from(poll.proposed.len()).unwrap_or(u32::MAX);
        match self {
            Self::How if tally.is_some() => "How was this counted?".into(),
            Self::How => "How is this counted?".into(),
            Self::List(List::Voters) => "Who voted".into(),
            Self::List(List::Reasons) => "Reasons".into(),
            Self::List(List::Comments) if poll.comments == 0 => "Comment".into(),
            Self::List(List::Comments) => words::count(poll.comments, "comment"),
            Self::Add => "Add an option".into(),
            Self::Staff if waiting > 0 => ["Staff · ", &words::number(waiting), " to approve"].concat(),
            Self::Staff => "Staff".into(),
        }
    }

    /// Its name, whatever its button says.
    fn key(self) -> &'static str {
        match self {
            Self::How => "how",
            Self::List(List::Voters) => "voters",
            Self::List(List::Reasons) => "reasons",
            Self::List(List::Comments) => "comments",
            Self::Add => "add",
            Self::Staff => "staff",
        }
    }
}

impl Poll {
    /// The buttons that open and close the panels.
    pub(super) fn openers(&self, ctx: &Context<Self>, seen: Seen<'_>) -> Html {
        let opener = |panel: Panel| {
            let open = self.opened == Some(panel);
            let press = press(ctx, Msg::Open((!open).then_some(panel)));
            let button = el!("button" ["type" = "button", "class" = "quiet opener", "part" = "button", "aria-controls" = "panel"],
                "aria-expanded" = if open { "true" } else { "false" };
                bdi(panel.words(seen)), icon::draw("icon", icon::DOWN));
            keyed(panel.key(), pressed(press, button))
        };
        el!("div", "openers"; list(Panel::all(seen).map(opener).collect()))
    }

    /// The one that is open.
    pub(super) fn panel(&self, ctx: &Context<Self>, seen: Seen<'_>) -> Html {
        let open = self.opened.filter(|open| Panel::all(seen).any(|panel| panel == *open));
        let inside = |panel| match ctx.props().part {
            Part::Here(faces) => (faces.panel)(panel, self, ctx, seen),
            Part::Failed => failed(ctx, Msg::Load),
            Part::Unasked | Part::Coming => coming(),
        };
        let panel = el!("div" ["class" = "panel", "id" = "panel", "tabindex" = "-1", "role" = "region"],
            "aria-label" = open.map(|open| open.words(seen)), "hidden" = open.is_none(); maybe(open.map(inside)));
        kept(&self.panel, panel)
    }

    /// Takes in what was done to a panel or in one. Returns what is wanted for that.
    pub(super) fn in_panel(&mut self, msg: Msg, part: Part, poll: &domain::Poll) -> Vec<Intent> {
        let mut intents = Vec::new();
        match msg {
            Msg::Open(panel) => {
                if let Some(Panel::List(_)) = self.opened {
                    intents.push(Intent::LookAway);
                }
                if let Some(Panel::List(list)) = panel {
                    intents.push(Intent::Look(list, String::new()));
                }
                if panel.is_some() && part.faces().is_none() {
                    intents.push(Intent::Load);
                }
                self.opened = panel;
                self.step = 0;
                self.written.wrong = None;
            }
            Msg::Step(step) => self.step = step,
            Msg::Load => intents.push(Intent::Load),
            Msg::Look(list, after) => intents.push(Intent::Look(list, after)),
            Msg::Write(field, words) => {
                let written = &mut self.written;
                written.wrong = None;
                match field {
                    Field::Comment => written.comment = words,
                    Field::Label => written.label = words,
                    Field::Starts => written.starts = words,
                    Field::Ends => written.ends = words,
                }
            }
            Msg::Send => match self
                .opened
                .zip(part.faces())
                .map(|(panel, faces)| (faces.act)(panel, &self.written, poll))
            {
                Some(Ok(act)) => {
                    let written = std::mem::take(&mut self.written);
                    match act {
                        Act::Comment(_) => self.written = Written { comment: String::new(), ..written },
                        _ => self.written.comment = written.comment,
                    }
                    intents.push(Intent::Act(act));
                }
                Some(Err(wrong)) => self.written.wrong = Some(wrong),
                None => {}
            },
            Msg::Act(act) => intents.push(Intent::Act(act)),
            Msg::Save(came) => {
                self.written.wrong = None;
                intents.push(Intent::Save(came));
            }
            Msg::Saved(came) => self.written.wrong = (!came).then_some("The votes did not come. Try again."),
        }
        intents
    }
}

/// Does this when it is pressed.
pub(super) fn press(ctx: &Context<Poll>, msg: Msg) -> Callback<MouseEvent> {
    ctx.link().callback(move |_: MouseEvent| super::Msg::Panel(msg.clone()))
}

/// What is on its way.
pub(super) fn coming() -> Html {
    el!("p" ["class" = "meta", "role" = "status"]; bdi("Loading…"))
}

/// What did not come, and a way to have it tried again.
pub(super) fn failed(ctx: &Context<Poll>, again: Msg) -> Html {
    el!("div", "foot";
        el!("p" ["role" = "alert"]; bdi("This could not be loaded.")),
        button("quiet", "Try again", press(ctx, again)))
}
