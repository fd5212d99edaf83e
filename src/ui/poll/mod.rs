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
use super::{Intent, Loaded};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, Answer, Draft, Kind, Phase, Standing};
use crate::domain::time::Timestamp;
use crate::sync::{Act, Decision, Entity, Known, Part, Saving};
use crate::ui::icon;

/// The face of a kind; nothing where it has to be fetched first.
pub fn face_of(others: Option<Faces>, kind: Kind) -> Option<&'static dyn Face> {
    if let Kind::Choice { .. } = kind { Some(&Choice) } else { others.map(|faces| (faces.face)(kind)) }
}

/// What a poll is drawn from.
#[derive(Clone, Properties)]
pub struct PollProps {
    /// What is known of it.
    pub known: Known,
    /// What is known of the pages of the list that is open.
    pub pages: Vec<Known>,
    /// Whether what the member decided has arrived.
    pub saving: Saving,
    /// Tells one viewer from the next.
    pub viewer: u32,
    /// The host's time.
    pub now: Timestamp,
    /// Options to leave room for while it loads.
    pub rows: usize,
    /// Where a guest signs in.
    pub sign_in: Option<AttrValue>,
    /// What only some polls need.
    pub part: Loaded<Faces>,
    /// What the member decides.
    pub on: Callback<Intent>,
}

impl PollProps {
    /// The poll, and how its kind is drawn, where both are there.
    fn shown(&self) -> Option<(&domain::Poll, &'static dyn Face)> {
        let Known::Here(Entity::Poll(poll)) = &self.known else { return None };
        Some((poll, face_of(self.part.here, poll.rules.kind)?))
    }
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

impl Component for Poll {
    type Message = Msg;
    type Properties = PollProps;

    fn create(ctx: &Context<Self>) -> Self {
        ctx.props().on.emit(Intent::Recall(ctx.link().callback(Msg::Recalled)));
        Self::default()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if let Msg::Recalled(kept) = msg {
            self.kept = kept;
            ctx.props().on.emit(Intent::Need(Part::Kinds));
            return true;
        }
        let begun = |form: &Self| ctx.props().part.here.map(|faces| (faces.begun)(form)).unwrap_or_default();
        let before = begun(self);
        let drawn = self.take(ctx, msg);
        let now = begun(self);
        if now != before {
            ctx.props().on.emit(Intent::Keep(now));
        }
        drawn
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let Some((poll, face)) = props.shown() else {
            return match &props.known {
                Known::Here(Entity::Poll(_)) | Known::Loading => absent::loading(props.rows),
                known @ (Known::Here(_) | Known::Missing | Known::Failed(_) | Known::Malformed(_)) => {
                    absent::trouble(known, props.part.state, ctx.link().callback(|_: MouseEvent| Msg::Retry))
                }
            };
        };
        let open = poll.rules.phase(props.now) == Phase::Open;
        let votable = open && poll.viewer.standing.may_vote();
        let voted = poll.has_voted();
        // A guest can choose first and sign in then.
        let choosable = votable || open && is_for_guest(props, poll);
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
        let past = poll.series.as_ref().zip(props.part.here);
        let about = match props.part.here {
            Some(faces) => (faces.prose)(&poll.description),
            None => bdi(poll.description.clone()),
        };
        el!("section" ["class" = "folk card", "part" = "poll", "aria-labelledby" = "title"];
            el!("h3" ["id" = "title"]; bdi(poll.title.clone())),
            maybe(follow(ctx, poll)),
            maybe(poll.title_edited.as_ref().map(edited::title)),
            el!("p", "about", "hidden" = poll.description.is_empty(); about),
            maybe(poll.description_edited.as_ref().map(edited::description)),
            el!("p" ["class" = "meta", "id" = "meta"]; bdi(text::meta(poll, face, props.now))),
            body,
            maybe(past.map(|(series, faces)| (faces.past)(face, poll, series))),
            el!("p" ["class" = "said", "role" = "status"]; el::text(text::announcement(poll, face, &props.saving))))
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &PollProps) -> bool {
        if ctx.props().viewer != before.viewer {
            // What the one before chose, wrote and opened is not for the next, who has begun something of their own perhaps.
            *self = Self::default();
            ctx.props().on.emit(Intent::LookAway);
            ctx.props().on.emit(Intent::Recall(ctx.link().callback(Msg::Recalled)));
            return true;
        }
        // What was begun earlier is taken up once all that it takes is there.
        let props = ctx.props();
        if let (Some((poll, _)), Some(faces)) = (props.shown(), props.part.here) {
            let kept = std::mem::take(&mut self.kept);
            for intent in (faces.take_up)(self, &kept, props.part, poll) {
                props.on.emit(intent);
            }
        }
        if let (Known::Here(Entity::Poll(now)), Known::Here(Entity::Poll(before))) =
            (&ctx.props().known, &before.known)
            && now.id == before.id
            && !self.draft.is_empty()
            && (now.title != before.title || now.options != before.options || now.rules != before.rules)
        {
            self.draft.keep_within(&now.options);
            self.complaint = Some(text::CHANGED.into());
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
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
}

impl Poll {
    /// Takes in what the member did. Returns whether to draw anew.
    fn take(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
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
        let Some((poll, face)) = ctx.props().shown() else {
            ctx.props().on.emit(Intent::Retry);
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
            Msg::Undo => ctx.props().on.emit(Intent::Undo),
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
            Msg::Retry => ctx.props().on.emit(Intent::Retry),
            Msg::Panel(msg) => {
                for intent in below::take(self, msg, ctx.props().part, poll) {
                    ctx.props().on.emit(intent);
                }
                return true;
            }
            Msg::Recalled(_) => {}
        }
        self.complaint = None;
        true
    }

    fn send(&mut self, ctx: &Context<Self>, poll: &domain::Poll, face: &dyn Face) -> bool {
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
fn cast(ctx: &Context<Poll>, poll: &domain::Poll, answer: Option<Answer>) {
    ctx.props().on.emit(Intent::Decide(Decision::Ballot(poll.id.clone(), answer)));
}

/// A bell, for those who want to hear what comes of it.
fn follow(ctx: &Context<Poll>, poll: &domain::Poll) -> Option<Html> {
    let follows = poll.viewer.follows?;
    let press = below::press(ctx, panel::Msg::Act(Act::Follow(!follows)));
    let bell = el!("button" ["type" = "button", "class" = "bell", "part" = "button", "aria-label" = "Follow this poll"],
        "aria-pressed" = if follows { "true" } else { "false" }; icon::draw("icon", icon::BELL));
    Some(el::pressed(press, bell))
}

/// Whether the viewer is a guest who could sign in and vote.
fn is_for_guest(props: &PollProps, poll: &domain::Poll) -> bool {
    poll.viewer.standing == Standing::Guest && props.sign_in.is_some()
}
