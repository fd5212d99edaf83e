//! The belonging checklist.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Intent, bar::bar, icon, words};
use crate::domain::checklist::{self as domain, DoneBy, Progress, Step};
use crate::domain::id::StepId;
use crate::sync::{Entity, Known, Saving};

/// What a checklist is drawn from.
#[derive(Clone, Properties)]
pub struct ChecklistProps {
    /// What is known of it.
    pub known: Known,
    /// Whether what the member decided has arrived.
    pub saving: Saving,
    /// What the member decides.
    pub on: Callback<Intent>,
}

/// The viewer's checklist. Guests and members without one see nothing of it.
#[component]
pub fn Checklist(props: &ChecklistProps) -> Html {
    let rows = use_node_ref();
    let list = match &props.known {
        Known::Here(Entity::Checklist(list)) => list,
        Known::Failed(_) => return trouble(&props.on),
        // How long it will be, and whether there is one, is known when it is here: no room is held for it.
        _ => return html! { <section hidden={true} /> },
    };
    let Some(progress) = list.progress() else { return html! { <section hidden={true} /> } };
    let of = [&words::number(progress.done), " of ", &words::number(progress.of)].concat();
    let current = list.current().map(|s| s.id.clone());
    // Before the button that was pressed goes, the focus moves to what stays.
    let (steps, on) = (rows.clone(), props.on.clone());
    let done = Callback::from(move |step| {
        if let Some(steps) = steps.cast::<HtmlElement>() {
            let _ = steps.focus();
        }
        on.emit(Intent::Step(step));
    });
    let step = |step: &Step| {
        if current.as_ref() == Some(&step.id) { open_step(step, &done) } else { closed_step(step) }
    };
    let unsent = match &props.saving {
        Saving::Waiting(waiting) if waiting.offline => "Will be sent when you are back online",
        Saving::Waiting(_) => "Not sent yet, trying again",
        Saving::SignedOut { .. } => "You are signed out. It is kept, and sent once you have signed in.",
        _ => "",
    };
    html! {
        <section class="folk card steps" aria-labelledby="title">
            <h3 id="title"><bdi>{ &list.title }</bdi><span class="meta">{ of }</span></h3>
            { bar("line", progress.done * 100 / progress.of) }
            <p class="done" hidden={!progress.is_finished()}>{ "All done. Good to have you here!" }</p>
            <ol class="rows" ref={rows} tabindex="-1" aria-labelledby="title">{ for list.steps.iter().map(step) }</ol>
            <p class="meta" hidden={unsent.is_empty()}>{ unsent }</p>
            <p class="said" role="status">{ announcement(list, progress, &props.saving) }</p>
        </section>
    }
}

fn closed_step(step: &Step) -> Html {
    let done = step.done_at.is_some();
    html! {
        <li key={step.id.as_str()} class={classes!("step", done.then_some("rests"))} part="step">
            <span class="mark">{ for done.then(|| icon::draw("icon", icon::CHECK)) }</span>
            <span class="label"><bdi>{ &step.title }</bdi>{ remark(step) }</span>
            <span class="said">{ if done { "done" } else { "" } }</span>
        </li>
    }
}

fn open_step(step: &Step, done: &Callback<StepId>) -> Html {
    let id = step.id.clone();
    let done = done.reform(move |_: MouseEvent| id.clone());
    let link = step.action.as_ref();
    html! {
        <li key={step.id.as_str()} class="step current" part="step" aria-current="step">
            <span class="mark" />
            <div class="label">
                <b><bdi>{ &step.title }</bdi>{ remark(step) }</b>
                <p class="meta" hidden={step.why.is_empty()}><bdi>{ &step.why }</bdi></p>
                <div class="foot">
                    { for link.map(|a| html! { <a class="primary" part="button" href={a.href.to_string()}><bdi>{ &a.label }</bdi></a> }) }
                    { for (step.by == DoneBy::Member).then(|| html! {
                        <button type="button" class="quiet" part="button" onclick={done}>{ "Mark as done" }</button>
                    }) }
                </div>
            </div>
        </li>
    }
}

fn remark(step: &Step) -> Html {
    html! { <span class="yours" hidden={!step.optional}>{ "optional" }</span> }
}

fn announcement(list: &domain::Checklist, progress: Progress, saving: &Saving) -> String {
    match saving {
        Saving::Saved(_) if progress.is_finished() => "All done. Good to have you here!".into(),
        Saving::Saved(_) => {
            let next = list.current().map(|s| s.title.as_str()).unwrap_or_default();
            ["Done. Next: ", next].concat()
        }
        Saving::Refused(refusal, _) => ["That could not be saved. ", &refusal.detail].concat(),
        _ => String::new(),
    }
}

fn trouble(on: &Callback<Intent>) -> Html {
    let retry = on.reform(|_: MouseEvent| Intent::Retry);
    html! {
        <section class="folk card steps">
            <p role="alert">{ "Your checklist could not be loaded." }</p>
            <div class="foot">
                <button type="button" class="quiet" part="button" onclick={retry}>{ "Try again" }</button>
            </div>
        </section>
    }
}
