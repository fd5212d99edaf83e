//! The belonging checklist.

use super::el::{Html, bdi, button, el, keyed, list, maybe, said, text};
use super::{Callback, Dom, Scene, bar::bar, icon, poll::reason};
use crate::domain::checklist::{self as domain, DoneBy, Progress, Step};
use crate::domain::id::StepId;
use crate::sync::{Decision, Entity, Event, Known, Refusal, Saving, Topic};
use crate::words::Words;

/// The context of the checklist.
type Context<'a> = super::Context<'a, Msg>;

/// An action of the member in the checklist.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Marks a step as done.
    Done(StepId),
    /// Tries again to load the checklist.
    Retry,
}

/// Handles an action of the member.
pub(super) fn update(on: &Callback<Event>, dom: &dyn Dom, msg: Msg) {
    match msg {
        Msg::Done(step) => {
            // The pressed button is about to disappear, so the focus moves to the list first.
            dom.focus(".rows");
            on.emit(Event::Decide(Decision::Step(step)));
        }
        Msg::Retry => on.emit(Event::Retry(Topic::Checklist.into())),
    }
}

/// Draws the viewer's checklist. It is hidden for guests and for members without a checklist.
pub(super) fn view(ctx: &Context<'_>) -> Html {
    let (scene, words) = (ctx.scene, &ctx.scene.locale.words);
    let checklist = match &scene.known {
        Known::Here(Entity::Checklist(steps)) => steps,
        Known::Failed(_) => return trouble(ctx),
        // Before the checklist has loaded, it is unknown whether there is one and how long it is, so no room is left for it.
        Known::Loading | Known::Here(_) | Known::Missing | Known::Malformed(_) => {
            return el!("section"["hidden" = ""]);
        }
    };
    let Some(progress) = checklist.progress() else { return el!("section"["hidden" = ""]) };
    let of = words.steps_done(progress.done, progress.of);
    let current = checklist.current().map(|s| s.id.clone());
    let step = |step: &Step| {
        if current.as_ref() == Some(&step.id) { open_step(ctx, step) } else { closed_step(words, step) }
    };
    let notice = match &scene.saving {
        Saving::Waiting(waiting) if waiting.offline => words.step_waits_offline(),
        Saving::Waiting(_) => words.step_waits(),
        Saving::SignedOut(Some(_)) => words.step_signed_out(),
        // Screen readers hear it from the announcement below, too.
        Saving::Refused(refusal, _) => refused(scene, refusal),
        Saving::Idle
        | Saving::Sending
        | Saving::SignedOut(None)
        | Saving::Saved(_)
        | Saving::Draft(_)
        | Saving::CannotKeep => String::new(),
    };
    let all = el!("ol" ["class" = "rows", "tabindex" = "-1", "aria-labelledby" = "title"];
        list(checklist.steps.iter().map(step).collect()));
    el!("section" ["class" = "folk card steps", "aria-labelledby" = "title"];
        el!("h3" ["id" = "title"]; bdi(checklist.title.clone()), el!("span", "meta"; text(of))),
        bar("line", progress.done * 100 / progress.of),
        el!("p", "done", "hidden" = !progress.is_finished(); text(words.checklist_finished())),
        all,
        el!("p", "meta", "hidden" = notice.is_empty(); text(notice)),
        el!("p" ["class" = "said", "role" = "status"]; text(announcement(scene, checklist, progress))))
}

fn closed_step(words: &Words, step: &Step) -> Html {
    let done = step.done_at.is_some();
    let row = el!("li" ["part" = "step"], "class" = if done { "step rests" } else { "step" };
        el!("span", "mark"; maybe(done.then(|| icon::draw("icon", icon::CHECK)))),
        el!("span", "label"; bdi(step.title.clone()), remark(words, step)),
        said(if done { words.step_done() } else { String::new() }));
    keyed(step.id.as_str(), row)
}

fn open_step(ctx: &Context<'_>, step: &Step) -> Html {
    let words = &ctx.scene.locale.words;
    let done = ctx.sends(Msg::Done(step.id.clone()));
    let link = step.action.as_ref().map(|action| {
        el!("a" ["class" = "primary", "part" = "button"], "href" = action.href.to_string(); bdi(action.label.clone()))
    });
    let by_hand = (step.by == DoneBy::Member).then(|| button("quiet", words.step_mark_as_done(), done));
    let bare = link.is_none() && by_hand.is_none();
    let row = el!("li" ["class" = "step current", "part" = "step", "aria-current" = "step"];
        el!("span", "mark"),
        el!("div", "label";
            el!("b"; bdi(step.title.clone()), remark(words, step)),
            el!("p", "meta", "hidden" = step.why.is_empty(); bdi(step.why.clone())),
            el!("div", "foot", "hidden" = bare; maybe(link), maybe(by_hand))));
    keyed(step.id.as_str(), row)
}

fn remark(words: &Words, step: &Step) -> Html {
    el!("span", "yours", "hidden" = !step.optional; text(words.step_optional()))
}

fn announcement(scene: &Scene, list: &domain::Checklist, progress: Progress) -> String {
    let words = &scene.locale.words;
    match &scene.saving {
        Saving::Saved(_) if progress.is_finished() => words.checklist_finished(),
        Saving::Saved(_) => {
            let next = list.current().map(|s| s.title.as_str()).unwrap_or_default();
            words.step_saved(next)
        }
        Saving::Refused(refusal, _) => refused(scene, refusal),
        Saving::Idle
        | Saving::Sending
        | Saving::Waiting(_)
        | Saving::SignedOut(_)
        | Saving::Draft(_)
        | Saving::CannotKeep => String::new(),
    }
}

fn refused(scene: &Scene, refusal: &Refusal) -> String {
    let words = &scene.locale.words;
    let why = reason(scene, None, refusal).unwrap_or_else(|| refusal.detail.clone());
    if why.is_empty() { words.save_refused() } else { words.save_refused_because(&why) }
}

fn trouble(ctx: &Context<'_>) -> Html {
    let (words, retry) = (&ctx.scene.locale.words, ctx.sends(Msg::Retry));
    el!("section", "folk card steps";
        el!("p" ["role" = "alert"]; text(words.checklist_not_loaded())),
        el!("div", "foot"; button("quiet", words.try_again(), retry)))
}
