//! The ballot of a rating: a number on a scale for each option.

use super::edited;
use crate::domain::poll::{self as domain, PollOption, Scale};
use crate::ui::el::{Html, control, each, el, keyed, list, text};
use crate::ui::poll::face::Face;
use crate::ui::poll::{Context, Msg, Poll};

/// The most numbers of a scale that are drawn one by one. Of a longer scale the voter types the number, and several numbers share
/// a column of the histogram.
pub(super) const MOST: usize = 11;

/// The most buttons in one line where the page leaves the poll little width. More buttons take two lines, and the histogram is
/// then as high as these.
const LINE: usize = 6;

/// The class of an option's row. A single option is large, since it stands for the question.
pub(super) fn looks(poll: &domain::Poll) -> &'static str {
    let many = poll.rules.kind.scale().is_some_and(|scale| has_buttons(scale) && scale.numbers() > LINE);
    match (poll.options.len() == 1, many) {
        (false, false) => "row wide rated",
        (false, true) => "row wide rated many",
        (true, false) => "row wide rated sole",
        (true, true) => "row wide rated sole many",
    }
}

/// Whether each number has a button and a column of its own.
pub(super) fn has_buttons(scale: Scale) -> bool {
    scale.numbers() <= MOST
}

/// A row of buttons or a number field for each option.
pub(super) fn rows(face: &dyn Face, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
    let Some(scale) = poll.rules.kind.scale() else { return Html::default() };
    each(poll.options.len(), &|at| row(face, form, ctx, poll, scale, &poll.options[at]))
}

fn row(
    face: &dyn Face,
    form: &Poll,
    ctx: &Context<'_>,
    poll: &domain::Poll,
    scale: Scale,
    option: &PollOption,
) -> Html {
    let label = face.label(&ctx.scene.locale, poll, option);
    let value = form.draft.value(&option.id);
    let id = option.id.clone();
    let choose = ctx.hear(move |event| Msg::Mark(id.clone(), event.value().parse().ok()));
    let controls = if has_buttons(scale) {
        let button = |v: i32| {
            let input = control!("input" ["type" = "radio"], "name" = option.id.to_string(), "onchange" = choose.clone();
                Some(v.to_string()), Some(value == Some(v)));
            keyed(
                v.to_string(),
                el!("label", "pill"; input, el!("span"; text(face.value(&ctx.scene.locale, v).unwrap_or_default()))),
            )
        };
        el!("span", "pills"; list(scale.values().map(button).collect()))
    } else {
        control!("input" ["type" = "number", "class" = "number"], "min" = scale.min.to_string(), "max" = scale.max.to_string(),
            "step" = scale.step.to_string(), "aria-label" = label.clone(), "onchange" = choose;
            Some(value.map(|v| v.to_string()).unwrap_or_default()), None)
    };
    let name = el!("span", "label"; face.name(&ctx.scene.locale, poll, option, true), edited::option(&ctx.scene.locale, face, poll, option));
    let row = el!("div" ["part" = "option", "role" = "group"], "class" = looks(poll), "aria-label" = label; name, controls);
    keyed(option.id.as_str(), row)
}
