//! A number on a scale for each option.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::domain::poll::{self as domain, PollOption, Scale};
use crate::ui::poll::face::Face;
use crate::ui::poll::how::Table;
use crate::ui::poll::{Msg, Poll};
use crate::ui::words;

/// Most numbers of a scale that are drawn as buttons; more are typed.
const BUTTONS: usize = 11;

/// A row of buttons, or a number to type, for each option.
pub(super) fn rows(face: &dyn Face, form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll) -> Vec<Html> {
    let Some(scale) = poll.rules.kind.scale() else { return Vec::new() };
    poll.options.iter().map(|option| row(face, form, ctx, poll, scale, option)).collect()
}

fn row(
    face: &dyn Face,
    form: &Poll,
    ctx: &Context<Poll>,
    poll: &domain::Poll,
    scale: Scale,
    option: &PollOption,
) -> Html {
    let label = face.label(poll, option);
    let value = form.draft.value(&option.id);
    let id = option.id.clone();
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
                    <input type="radio" name={option.id.to_string()} value={v.to_string()} checked={value == Some(v)}
                        onchange={&choose} />
                    <span>{ face.value(v) }</span>
                </label>
            }
        };
        html! { <span class="pills">{ for scale.values().map(button) }</span> }
    };
    html! {
        <div key={option.id.as_str()} class="row wide" part="option" role="group" aria-label={label}>
            <span class="label">{ face.name(poll, option, true) }</span>
            { controls }
        </div>
    }
}

/// How many ballots have each number, option by option.
pub(super) fn table(face: &dyn Face, scale: Option<Scale>, lists: &[Vec<u32>]) -> Table {
    Table {
        head: scale.into_iter().flat_map(Scale::values).filter_map(|value| face.value(value)).collect(),
        rows: lists.iter().map(|counts| counts.iter().map(|n| words::number(*n)).collect()).collect(),
    }
}
