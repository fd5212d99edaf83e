//! A poll: ballot, results, and everything between.

mod absent;
mod ballot;
mod below;
mod buttons;
mod choice;
mod edited;
mod face;
mod faces;
mod kinds;
mod notice;
mod panel;
mod results;
mod text;

use web_sys::HtmlElement;
use yew::prelude::*;

use choice::Choice;
use face::Face;
pub use faces::Faces;
pub use kinds::load as load_faces;
use panel::{Panel, Written};

use super::el::{self, bdi, el, maybe};
use super::{Intent, Scene};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, Answer, Draft, Kind, Phase, Standing};
use crate::sync::{Act, Decision, Entity, Known, Part};
use crate::ui::icon;

/// The face of a kind; nothing where it has to be fetched first.
pub fn face_of(others: Option<Faces>, kind: Kind) -> Option<&'static dyn Face> {
    if let Kind::Choice { .. } = kind { Some(&Choice) } else { others.map(|faces| (faces.face)(kind)) }
}

/// What a poll is drawn from and what its controls call.
pub type Context<'a> = super::Context<'a, Msg>;

/// The poll, and how its kind is drawn, where both are there.
fn shown(scene: &Scene) -> Option<(&domain::Poll, &'static dyn Face)> {
    let Known::Here(Entity::Poll(poll)) = &scene.known else { return None };
    Some((poll, face_of(scene.faces.here, poll.rules.kind)?))
}

/// A poll.
#[derive(Debug, Default)]
pub struct Poll {
    /// What is on the ballot and not sent yet. Pushes do not touch it.
    draft: Draft,
    side: Side,
    /// What is wrong with the draft, once the member tried to send it.
    complaint: Option<String>,
    body: NodeRef,
    /// What takes the focus once it is drawn.
    focus: Option<NodeRef>,
    /// What was moved last in a ranking, whose handle keeps the focus.
    moved: Option<OptionId>,
    handle: NodeRef,
    /// What is being dragged to its place.
    dragged: Option<OptionId>,
    /// What is open below the foot.
    opened: Option<Panel>,
    panel: NodeRef,
    /// Which of several steps is looked at there.
    step: usize,
    /// What is being written there.
    written: Written,
    /// What was begun earlier, until the poll is there.
    kept: Vec<String>,
}

/// Which side of the poll the member has turned up, where it has two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Natural,
    /// Voted, and changing it.
    Changing,
    /// Not voted, and looking at the results first.
    Peeking,
}

/// What a member does in a poll.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Puts a number at an option, or takes it off the ballot.
    Mark(OptionId, Option<i32>),
    /// Changes the order.
    Order(Order),
    /// Says why.
    Why(String),
    /// Sends the draft.
    Send,
    /// Sends this, which was chosen before, or says nothing.
    Cast(Answer),
    /// Undoes what was decided and has not arrived, or lets it go where it will not.
    Undo,
    /// Takes the ballot back.
    TakeBack,
    /// Opens the ballot again.
    Change,
    /// Looks at the results.
    Peek,
    /// Turns back.
    Back,
    /// Loads or sends again.
    Retry,
    /// Does something to a panel, or in one.
    Panel(panel::Msg),
    /// Has what was begun earlier.
    Recalled(Vec<String>),
}

/// What a member does to an order.
#[derive(Clone, Debug)]
pub enum Order {
    /// Puts an option in a place of it.
    Place(OptionId, usize),
    /// Takes an option out of it.
    LeaveOut(OptionId),
    /// Takes hold of an option with a pointer, or lets go.
    Drag(Option<OptionId>, i32),
    /// Drags it to this height of the page's view.
    DragTo(i32),
}

impl Poll {
    /// A poll in which nothing has been done yet.
    pub fn new(ctx: &Context<'_>) -> Self {
        ctx.on.emit(Intent::Recall(ctx.callback(Msg::Recalled)));
        Self::default()
    }

    /// Takes in what the member did, and keeps what is begun. Returns whether to draw anew.
    pub fn update(&mut self, ctx: &Context<'_>, msg: Msg) -> bool {
        if let Msg::Recalled(kept) = msg {
            self.kept = kept;
            ctx.on.emit(Intent::Need(Part::Kinds));
            return true;
        }
        let begun = |form: &Self| ctx.scene.faces.here.map(|faces| (faces.begun)(form)).unwrap_or_default();
        let before = begun(self);
        let drawn = self.take(ctx, msg);
        let now = begun(self);
        if now != before {
            ctx.on.emit(Intent::Keep(now));
        }
        drawn
    }

    /// Draws it.
    pub fn view(&self, ctx: &Context<'_>) -> Html {
        let scene = ctx.scene;
        let Some((poll, face)) = shown(scene) else {
            return match &scene.known {
                Known::Here(Entity::Poll(_)) | Known::Loading => absent::loading(ctx.rows),
                known @ (Known::Here(_) | Known::Missing | Known::Failed(_) | Known::Malformed(_)) => {
                    absent::trouble(known, scene.faces.state, ctx.callback(|_: MouseEvent| Msg::Retry))
                }
            };
        };
        let open = poll.rules.phase(scene.now) == Phase::Open;
        let votable = open && poll.viewer.standing.may_vote();
        let voted = poll.has_voted();
        // A guest can choose first and sign in then.
        let choosable = votable || open && is_for_guest(scene, poll);
        let choosing = if !voted && (votable || poll.tally.is_none()) {
            self.side != Side::Peeking
        } else {
            self.side == Side::Changing
        };
        let chooses = choosable && choosing;
        let body = if chooses {
            ballot::draw(self, ctx, poll, face, voted)
        } else {
            results::draw(self, ctx, poll, face, votable)
        };
        let past = poll.series.as_ref().zip(scene.faces.here);
        let about = match scene.faces.here {
            Some(faces) => (faces.prose)(&poll.description),
            None => bdi(poll.description.clone()),
        };
        el!("section" ["class" = "folk card", "part" = "poll", "aria-labelledby" = "title"];
            el!("h3" ["id" = "title"]; bdi(poll.title.clone())),
            maybe(follow(ctx, poll)),
            maybe(poll.title_edited.as_ref().map(edited::title)),
            el!("p", "about", "hidden" = poll.description.is_empty(); about),
            maybe(poll.description_edited.as_ref().map(edited::description)),
            el!("p" ["class" = "meta", "id" = "meta"]; bdi(text::meta(poll, face, scene.now))),
            body,
            maybe(past.map(|(series, faces)| (faces.past)(face, poll, series))),
            el!("p" ["class" = "said", "role" = "status"]; el::text(text::announcement(poll, face, &scene.saving))))
    }

    /// Takes in that it is drawn from something else now.
    pub fn changed(&mut self, ctx: &Context<'_>, before: &Scene) {
        let scene = ctx.scene;
        if scene.viewer != before.viewer {
            // What the one before chose, wrote and opened is not for the next, who has begun something of their own perhaps.
            *self = Self::new(ctx);
            ctx.on.emit(Intent::LookAway);
            return;
        }
        // What was begun earlier is taken up once all that it takes is there.
        if let (Some((poll, _)), Some(faces)) = (shown(scene), scene.faces.here) {
            let kept = std::mem::take(&mut self.kept);
            for intent in (faces.take_up)(self, &kept, scene.faces, poll) {
                ctx.on.emit(intent);
            }
        }
        if let (Known::Here(Entity::Poll(now)), Known::Here(Entity::Poll(before))) =
            (&scene.known, &before.known)
            && now.id == before.id
            && !self.draft.is_empty()
            && (now.title != before.title || now.options != before.options || now.rules != before.rules)
        {
            self.draft.keep_within(&now.options);
            self.complaint = Some(text::CHANGED.into());
        }
    }

    /// Moves the focus to where it belongs, once it is drawn.
    pub fn rendered(&mut self) {
        if let Some(element) = self.focus.as_ref().and_then(NodeRef::cast::<HtmlElement>) {
            self.focus = None;
            let _ = element.focus();
        }
        // The browser takes the focus from what is moved about.
        if self.moved.take().is_some()
            && let Some(handle) = self.handle.cast::<HtmlElement>()
        {
            let _ = handle.focus();
        }
    }

    /// Takes in what the member did. Returns whether to draw anew.
    fn take(&mut self, ctx: &Context<'_>, msg: Msg) -> bool {
        self.focus = match msg {
            Msg::Panel(panel::Msg::Load) => Some(self.panel.clone()),
            Msg::Mark(..)
            | Msg::Why(_)
            | Msg::Order(Order::Place(..) | Order::Drag(..) | Order::DragTo(_))
            | Msg::Panel(_) => None,
            Msg::Order(Order::LeaveOut(_))
            | Msg::Send
            | Msg::Cast(_)
            | Msg::Undo
            | Msg::TakeBack
            | Msg::Change
            | Msg::Peek
            | Msg::Back
            | Msg::Retry
            | Msg::Recalled(_) => Some(self.body.clone()),
        };
        self.moved = None;
        let Some((poll, face)) = shown(ctx.scene) else {
            ctx.on.emit(Intent::Retry);
            return false;
        };
        match msg {
            Msg::Mark(option, value) => self.draft.mark(poll.rules.kind, option, value),
            Msg::Order(order) => face.reorder(self, order),
            Msg::Why(reason) => self.draft.reason = reason,
            Msg::Send => return self.send(ctx, poll, face),
            Msg::Cast(answer) => {
                self.side = Side::Natural;
                cast(ctx, poll, Some(answer));
            }
            Msg::Undo => ctx.on.emit(Intent::Undo),
            Msg::TakeBack => {
                self.draft = Draft::default();
                self.side = Side::Natural;
                cast(ctx, poll, None);
            }
            Msg::Change => {
                self.draft = Draft::of(poll);
                self.side = Side::Changing;
            }
            Msg::Peek => self.side = Side::Peeking,
            Msg::Back => self.side = Side::Natural,
            Msg::Retry => ctx.on.emit(Intent::Retry),
            Msg::Panel(msg) => {
                for intent in below::take(self, msg, ctx.scene.faces, poll) {
                    ctx.on.emit(intent);
                }
                return true;
            }
            Msg::Recalled(_) => {}
        }
        self.complaint = None;
        true
    }

    fn send(&mut self, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> bool {
        // An option may have gone since it was marked.
        self.draft.keep_within(&poll.options);
        match face.take(poll, self.draft.answer(poll.rules.kind, &poll.options)) {
            Ok(answer) => {
                self.draft = Draft::default();
                self.side = Side::Natural;
                self.complaint = None;
                cast(ctx, poll, Some(answer));
            }
            Err(bad) => self.complaint = Some(text::complaint(face, &bad)),
        }
        true
    }
}

/// Decides on a ballot; without an answer, to take it back.
fn cast(ctx: &Context<'_>, poll: &domain::Poll, answer: Option<Answer>) {
    ctx.on.emit(Intent::Decide(Decision::Ballot(poll.id.clone(), answer)));
}

/// A bell, for those who want to hear what comes of it.
fn follow(ctx: &Context<'_>, poll: &domain::Poll) -> Option<Html> {
    let follows = poll.viewer.follows?;
    let press = below::press(ctx, panel::Msg::Act(Act::Follow(!follows)));
    let bell = el!("button" ["type" = "button", "class" = "bell", "part" = "button", "aria-label" = "Follow this poll"],
        "aria-pressed" = if follows { "true" } else { "false" }; icon::draw("icon", icon::BELL));
    Some(el::pressed(press, bell))
}

/// Whether the viewer is a guest who could sign in and vote.
fn is_for_guest(scene: &Scene, poll: &domain::Poll) -> bool {
    poll.viewer.standing == Standing::Guest && scene.sign_in.is_some()
}
