//! A poll: its ballot, its results, and the member's unsent input.

mod absent;
mod ballot;
mod below;
mod buttons;
mod choice;
mod face;
mod faces;
mod kinds;
mod notice;
mod panel;
mod results;
mod text;

use choice::Choice;
use face::Face;
pub use faces::{Faces, reason};
pub use kinds::whole as faces;
use panel::{Panel, Written};

use super::el::{self, Html, bdi, el, maybe};
use super::{Callback, Dom, Scene};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, Answer, BadBallot, Draft, Kind, Phase, Standing};
use crate::sync::{Act, Decision, Entity, Event, Known, PageOf, Resource, Topic};
use crate::ui::icon;

/// The rows of the ballot or of the results, which take the focus where the pressed button disappears.
const BODY: &str = ".rows[tabindex]";

/// The face of a kind; `None` where its part was not fetched yet.
pub fn face_of(others: Option<Faces>, kind: Kind) -> Option<&'static dyn Face> {
    if let Kind::Choice { .. } = kind { Some(&Choice) } else { others.map(|faces| (faces.face)(kind)) }
}

/// The context of a poll.
pub type Context<'a> = super::Context<'a, Msg>;

/// The poll and the face of its kind; `None` where either is missing.
fn shown(scene: &Scene) -> Option<(&domain::Poll, &'static dyn Face)> {
    let Known::Here(Entity::Poll(poll)) = &scene.known else { return None };
    Some((poll, face_of(scene.faces.here, poll.rules.kind)?))
}

/// A poll, with what the member has done in the element.
#[derive(Debug, Default)]
pub struct Poll {
    /// The ballot before it is sent. Updates of the poll do not change it, except that they remove options that are gone.
    draft: Draft,
    side: Side,
    /// What is wrong, once the member has tried to send an invalid draft.
    complaint: Option<Complaint>,
    /// The selector of the node that takes the focus after the next drawing.
    focus: Option<String>,
    /// The option that is being dragged.
    dragged: Option<OptionId>,
    /// The open panel.
    opened: Option<Panel>,
    /// The index of the step that the panel shows.
    step: usize,
    /// The texts that are being written in the panel.
    written: Written,
    /// The pages of the open list, in order.
    pages: Vec<PageOf>,
    /// Whether the viewer's earlier unsent input was restored.
    restored: bool,
}

/// Whether the poll shows its ballot or its results, where the member can switch between the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Natural,
    /// The member has voted and changes the vote, or a guest chooses.
    Changing,
    /// The member has not voted, and looks at the results.
    Peeking,
}

/// What is wrong with the draft.
#[derive(Debug)]
enum Complaint {
    /// The poll does not accept it.
    Bad(BadBallot),
    /// Staff changed the poll while the member was choosing.
    Changed,
}

/// An action of the member in a poll.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Gives an option a number, or removes it from the ballot.
    Mark(OptionId, Option<i32>),
    /// Changes the order of a ranking.
    Order(Order),
    /// Writes the reason.
    Why(String),
    /// Sends the draft.
    Send,
    /// Sends this answer: an abstention, a choice from before signing in, or a refused vote once more.
    Cast(Answer),
    /// Undoes a decision that was not delivered, or discards a refused decision or a choice from before signing in.
    Undo,
    /// Takes back the ballot.
    TakeBack,
    /// Opens the ballot: to change the vote, or for a guest to choose.
    Change,
    /// Shows the results.
    Peek,
    /// Goes back to the poll as it was before [`Msg::Change`] or [`Msg::Peek`].
    Back,
    /// Tries again to load or to send.
    Retry,
    /// An action in a panel.
    Panel(panel::Msg),
}

/// A change to the order of a ranking.
#[derive(Clone, Debug)]
pub enum Order {
    /// Puts an option at this index.
    Place(OptionId, usize),
    /// Leaves out an option.
    LeaveOut(OptionId),
    /// Begins to drag an option with this pointer, or ends dragging.
    Drag(Option<OptionId>, i32),
    /// Drags to this y coordinate of the viewport, in CSS pixels.
    DragTo(i32),
}

impl Poll {
    /// Handles an action of the member, and has the browser keep the unsent input. Returns whether to draw the poll again.
    pub fn update(&mut self, ctx: &Context<'_>, dom: &dyn Dom, msg: Msg) -> bool {
        let begun = |form: &Self| ctx.scene.faces.here.map(|faces| (faces.begun)(form)).unwrap_or_default();
        let before = begun(self);
        let drawn = self.take(ctx, dom, msg);
        let now = begun(self);
        if now != before
            && let Topic::Poll(poll) = ctx.topic
        {
            ctx.on.emit(Event::Begun(poll.clone(), now));
        }
        drawn
    }

    /// Draws the poll.
    pub fn view(&self, ctx: &Context<'_>) -> Html {
        let scene = ctx.scene;
        let words = &scene.locale.words;
        let Some((poll, face)) = shown(scene) else {
            return match &scene.known {
                Known::Here(Entity::Poll(_)) | Known::Loading => absent::loading(words, ctx.rows),
                known @ (Known::Here(_) | Known::Missing | Known::Failed(_) | Known::Malformed(_)) => {
                    absent::trouble(words, known, scene.faces.state, ctx.sends(Msg::Retry))
                }
            };
        };
        let open = poll.rules.phase(scene.locale.now) == Phase::Open;
        let votable = open && poll.viewer.standing.may_vote();
        let voted = poll.has_voted();
        // A guest may choose first and sign in afterwards.
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
        let here = scene.faces.here;
        el!("section" ["class" = "folk card", "part" = "poll", "aria-labelledby" = "title"];
            el!("h3" ["id" = "title"]; bdi(poll.title.clone())),
            maybe(bell(ctx, poll)),
            faces::before(words, poll.title_edited.as_ref(), here.map(|faces| faces.edited_title)),
            el!("p", "about", "hidden" = poll.description.is_empty(); about),
            faces::before(words, poll.description_edited.as_ref(), here.map(|faces| faces.edited_description)),
            el!("p" ["class" = "meta", "id" = "meta"]; el::text(text::meta(poll, face, &scene.locale))),
            body,
            maybe(past.map(|(series, faces)| (faces.past)(face, &scene.locale, poll, series))),
            el!("p" ["class" = "said", "role" = "status"]; el::text(text::announcement(poll, face, &scene.locale, &scene.saving))))
    }

    /// Handles a new scene.
    pub fn changed(&mut self, ctx: &Context<'_>, dom: &dyn Dom, before: &Scene) {
        let scene = ctx.scene;
        if scene.viewer != before.viewer {
            // The unsent input of one viewer is not shown to the next viewer, who may have unsent input, too.
            self.close(ctx.on);
            *self = Self::default();
            return;
        }
        // Earlier unsent input is restored once the poll and the part are known.
        if !scene.begun.is_empty()
            && let (Some((poll, _)), Some(faces)) = (shown(scene), scene.faces.here)
            && !std::mem::replace(&mut self.restored, true)
        {
            (faces.take_up)(self, &scene.begun, ctx, dom, poll);
        }
        if let (Known::Here(Entity::Poll(now)), Known::Here(Entity::Poll(before))) =
            (&scene.known, &before.known)
            && now.id == before.id
            && !self.draft.is_empty()
            && (now.title != before.title || now.options != before.options || now.rules != before.rules)
        {
            self.draft.keep_within(&now.options);
            self.complaint = Some(Complaint::Changed);
        }
    }

    /// Shows a page of a list. A page that was asked for before has failed to load, and is asked for again.
    fn look(&mut self, page: PageOf, on: &Callback<Event>) {
        let resource = Resource::Page(page.clone());
        on.emit(if self.pages.contains(&page) {
            Event::Retry(resource)
        } else {
            self.pages.push(page);
            Event::Watch(resource)
        });
    }

    /// Says that the open list is no longer shown.
    pub fn close(&mut self, on: &Callback<Event>) {
        for page in self.pages.drain(..) {
            on.emit(Event::Unwatch(Resource::Page(page)));
        }
    }

    /// Moves the focus after a drawing.
    pub fn rendered(&mut self, dom: &dyn Dom) {
        // The node may come with a later drawing.
        self.focus = self.focus.take().filter(|selector| !dom.focus(selector));
    }

    /// Handles an action of the member. Returns whether to draw the poll again.
    fn take(&mut self, ctx: &Context<'_>, dom: &dyn Dom, msg: Msg) -> bool {
        self.focus = match msg {
            Msg::Panel(panel::Msg::Load) => Some("#panel".into()),
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
            | Msg::Retry => Some(BODY.into()),
        };
        let Some((poll, face)) = shown(ctx.scene) else {
            ctx.on.emit(Event::Retry(ctx.topic.clone().into()));
            return false;
        };
        match msg {
            Msg::Mark(option, value) => self.draft.mark(poll.rules.kind, option, value),
            Msg::Order(order) => face.reorder(self, dom, order),
            Msg::Why(reason) => self.draft.reason = reason,
            Msg::Send => return self.send(ctx, poll, face),
            Msg::Cast(answer) => {
                self.side = Side::Natural;
                cast(ctx, poll, Some(answer));
            }
            Msg::Undo => ctx.on.emit(Event::Undo(ctx.topic.clone())),
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
            Msg::Retry => ctx.on.emit(Event::Retry(ctx.topic.clone().into())),
            Msg::Panel(msg) => {
                below::take(self, msg, ctx, dom, poll);
                return true;
            }
        }
        self.complaint = None;
        true
    }

    fn send(&mut self, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> bool {
        // An option may have been removed since it was marked.
        self.draft.keep_within(&poll.options);
        match face.take(poll, self.draft.answer(poll.rules.kind, &poll.options)) {
            Ok(answer) => {
                self.draft = Draft::default();
                self.side = Side::Natural;
                self.complaint = None;
                cast(ctx, poll, Some(answer));
            }
            Err(bad) => self.complaint = Some(Complaint::Bad(bad)),
        }
        true
    }
}

/// Sends an answer, or takes back the ballot.
fn cast(ctx: &Context<'_>, poll: &domain::Poll, answer: Option<Answer>) {
    ctx.on.emit(Event::Decide(Decision::Ballot(poll.id.clone(), answer)));
}

/// The bell with which a member follows the poll.
fn bell(ctx: &Context<'_>, poll: &domain::Poll) -> Option<Html> {
    let follows = poll.viewer.follows?;
    let press = below::press(ctx, panel::Msg::Act(Act::Follow(!follows)));
    let pressed = if follows { "true" } else { "false" };
    Some(el!("button" ["type" = "button", "class" = "bell", "part" = "button"],
            "aria-label" = ctx.scene.locale.words.follow_poll(),
        "aria-pressed" = pressed, "onclick" = press; icon::draw("icon", icon::BELL)))
}

/// Whether the viewer is a guest who can vote after signing in.
fn is_for_guest(scene: &Scene, poll: &domain::Poll) -> bool {
    poll.viewer.standing == Standing::Guest && scene.sign_in.is_some()
}
