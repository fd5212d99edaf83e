//! The side of a poll on which a member chooses: real form controls, whatever the kind.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::results::quiet;
use super::{Msg, Poll, text};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, Answer, Kind, PollOption, Scale};

/// Most numbers of a scale that are drawn as buttons; more are typed.
const BUTTONS: usize = 11;

impl Poll {
    /// A form; in most kinds a row for each option, the whole of which is the target.
    pub(super) fn ballot(&self, ctx: &Context<Self>, poll: &domain::Poll, voted: bool) -> Html {
        let send = ctx.link().callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Send
        });
        let kind = poll.rules.kind;
        let row = |option: &PollOption| {
            let label = text::label(poll, option);
            match (kind, kind.scale()) {
                (_, Some(scale)) => self.scale(ctx, kind, scale, &option.id, label),
                (Kind::Allocation { dots }, _) => self.dots(ctx, dots, &option.id, &label),
                _ => self.tick(ctx, kind, &option.id, label),
            }
        };
        let rows = match kind {
            Kind::Ranked(_) => self.ranking(ctx, poll),
            _ => poll.options.iter().map(row).collect(),
        };
        let guest = super::is_for_guest(ctx.props(), poll);
        let (submit, other) = if guest {
            ("Sign in to vote", poll.tally.is_some().then_some(("Back", Msg::Back)))
        } else if voted {
            ("Save change", Some(("Keep my vote", Msg::Back)))
        } else if poll.tally.is_some() {
            ("Vote", Some(("See results", Msg::Peek)))
        } else {
            ("Vote", None)
        };
        let abstain = poll.rules.abstention.then(|| quiet(ctx, "Abstain", Msg::Cast(Answer::Abstention)));
        html! {
            <form onsubmit={send} novalidate={true}>
                <fieldset class="rows" ref={&self.body} tabindex="-1" aria-labelledby="title" aria-describedby="meta">
                    { for rows }
                    { for self.why(ctx, kind) }
                </fieldset>
                { self.notice(ctx, poll, true) }
                <div class="foot">
                    <button class="primary" part="button">{ submit }</button>
                    { for abstain }
                    { for other.map(|(words, msg)| quiet(ctx, words, msg)) }
                    <span class="count"><bdi>{ text::status(poll, domain::Phase::Open, &ctx.props().saving) }</bdi></span>
                </div>
            </form>
        }
    }

    /// A radio button or a checkbox.
    fn tick(&self, ctx: &Context<Self>, kind: Kind, option: &OptionId, label: String) -> Html {
        let id = option.clone();
        let tick = ctx.link().callback(move |event: Event| {
            let on = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
            Msg::Mark(id.clone(), on.then_some(1))
        });
        html! {
            <label key={option.as_str()} class="row" part="option">
                <input type={if kind.is_single() { "radio" } else { "checkbox" }} name="option"
                    value={option.to_string()} checked={self.draft.value(option).is_some()} onchange={tick} />
                <span class="label"><bdi>{ label }</bdi></span>
            </label>
        }
    }

    /// A number on a scale.
    fn scale(&self, ctx: &Context<Self>, kind: Kind, scale: Scale, option: &OptionId, label: String) -> Html {
        let value = self.draft.value(option);
        let id = option.clone();
        let choose = ctx.link().callback(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            Msg::Mark(id.clone(), input.and_then(|input| input.value().parse().ok()))
        });
        let controls = if scale.numbers() > BUTTONS {
            html! {
                <input type="number" class="number" min={scale.min.to_string()} max={scale.max.to_string()}
                    step={scale.step.to_string()} value={value.map(|v| v.to_string()).unwrap_or_default()}
                    aria-label={label.clone()} onchange={choose} />
            }
        } else {
            let button = |v: i32| {
                html! {
                    <label class="pill" key={v}>
                        <input type="radio" name={option.to_string()} value={v.to_string()} checked={value == Some(v)}
                            onchange={&choose} />
                        <span>{ text::value(kind, v) }</span>
                    </label>
                }
            };
            html! { <span class="pills">{ for scale.values().map(button) }</span> }
        };
        html! {
            <div key={option.as_str()} class="row wide" part="option" role="group" aria-label={label.clone()}>
                <span class="label"><bdi>{ label }</bdi></span>
                { controls }
            </div>
        }
    }

    /// Points, one more or one less at a time.
    fn dots(&self, ctx: &Context<Self>, dots: u32, option: &OptionId, label: &str) -> Html {
        let value = self.draft.value(option).unwrap_or(0);
        let left = i32::try_from(dots).unwrap_or(i32::MAX) - self.draft.sum();
        let button = |sign: &'static str, words: &str, by: i32, can: bool| {
            let id = option.clone();
            let to = if can { value + by } else { value };
            let press =
                ctx.link().callback(move |_: MouseEvent| Msg::Mark(id.clone(), (to > 0).then_some(to)));
            html! {
                <button type="button" class="small" part="button" aria-label={[words, label].concat()}
                    aria-disabled={(!can).to_string()} onclick={press}>{ sign }</button>
            }
        };
        html! {
            <div key={option.as_str()} class="row wide" part="option" role="group" aria-label={label.to_owned()}>
                <span class="label"><bdi>{ label }</bdi></span>
                <span class="pills">
                    { button("−", "One point less for ", -1, value > 0) }
                    <output>{ value }</output>
                    { button("+", "One point more for ", 1, left > 0) }
                </span>
            </div>
        }
    }

    /// What goes with the rows: why somebody takes their stand, how many points are left.
    fn why(&self, ctx: &Context<Self>, kind: Kind) -> Option<Html> {
        if let Kind::Allocation { dots } = kind {
            let left = i64::from(dots) - i64::from(self.draft.sum());
            return Some(html! { <p class="meta" role="status"><bdi>{ text::left(left, dots) }</bdi></p> });
        }
        if !kind.takes_reasons() {
            return None;
        }
        let write = ctx.link().callback(|event: InputEvent| {
            // A text area has its text where an input has it.
            Msg::Why(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        Some(html! {
            <label class="why">
                <span class="meta"><bdi>{ text::why(kind) }</bdi></span>
                <textarea rows="2" maxlength={domain::MAX_REASON.to_string()} oninput={write}
                    value={self.draft.reason.clone()} />
            </label>
        })
    }
}
