//! Forms in panels: comments, members' own options, and the tasks of staff.

use super::{lists, table};
use crate::domain::poll::{
    self as domain, BadOption, Comment, Kind, List, MAX_COMMENT, MAX_TITLE, OwnOptions, Phase, PollOption,
    Secrecy, Slot, Standing, When,
};
use crate::domain::text::{is_blank, isolated};
use crate::domain::time::Date as Day;
use crate::sync::Act;
use crate::ui::el::{Html, bdi, button, control, each, el, keyed, list, maybe, text};
use crate::ui::listener::Listener;
use crate::ui::poll::ballot::submits;
use crate::ui::poll::below::press;
use crate::ui::poll::face::Face;
use crate::ui::poll::panel::{Field, Msg, Panel, Written};
use crate::ui::poll::{self as ui, Context, Poll};
use crate::ui::{Dom, Locale, Text};

/// The action that the form of a panel sends, or its error message.
pub(super) fn act(
    panel: Panel,
    written: &Written,
    locale: &Locale,
    dom: &dyn Dom,
    poll: &domain::Poll,
) -> Result<Act, &'static str> {
    if panel != Panel::Add {
        let long = "That is too long: 500 characters at most.";
        let wrong = |_| if is_blank(&written.comment) { "Write something first." } else { long };
        return Comment::new(&written.comment)
            .map(|comment| Act::Comment(comment.as_str().into()))
            .map_err(wrong);
    }
    let label = written.label.trim();
    let time = || Some(When::Time(Slot::new(locale.parse(&written.starts)?, locale.parse(&written.ends))));
    let when = if has_days(poll) { Day::parse(&written.starts).map(When::Day) } else { time() };
    // Any id, since the host gives the option another one.
    let id = poll.options.first().map(|option| option.id.clone()).ok_or(NO_MORE)?;
    let option = PollOption { when, ..PollOption::new(id, label) };
    // The host also compares letters that look alike in other ways.
    let same =
        |one: &str, other: &str| dom.fold(one).split_whitespace().eq(dom.fold(other).split_whitespace());
    match poll.check_own(&option, &same) {
        Ok(()) => Ok(Act::AddOption(label.into(), when)),
        Err(BadOption::Off) => Err(NO_MORE),
        Err(BadOption::Label) => Err("Write what it is, in 200 characters at most."),
        Err(BadOption::Slot) if has_days(poll) => Err("Say on which day."),
        Err(BadOption::Slot) => Err("Say when it starts, and an end after that or none."),
        Err(BadOption::Doubled) => Err("There is such an option already."),
        Err(BadOption::Full) => Err("There is no room for more options."),
    }
}

const NO_MORE: &str = "This poll takes no options of members' own any more.";

/// Whether all options are whole days.
fn has_days(poll: &domain::Poll) -> bool {
    poll.options.iter().all(|option| matches!(option.when, Some(When::Day(_))))
}

/// The comments, with a form to write one.
pub(super) fn comments(form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let ask = || {
        let area = area(MAX_COMMENT, write(ctx, Field::Comment), &form.written.comment);
        let asked = if poll.rules.secrecy == Secrecy::Anonymous {
            "What do you say? Your name stands beside it; your vote stays anonymous."
        } else {
            "What do you say?"
        };
        written(form, ctx, field(asked, area), "Comment")
    };
    let may = poll.viewer.standing == Standing::Entitled;
    el!("div"; maybe(may.then(ask)), lists::draw(List::Comments, form, ctx, poll, face))
}

/// A form to add an option, and the member's options that wait for approval.
pub(super) fn add(form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let input = |kind: &'static str, asked: &'static str, of: Field, value: &str| {
        let input = control!("input" ["dir" = "auto"], "type" = kind, "maxlength" = MAX_TITLE.to_string(), "oninput" = write(ctx, of);
            Some(value.to_owned()), None);
        field(asked, input)
    };
    let now = &form.written;
    let mut fields = Vec::new();
    let mut called = "Your option";
    if poll.rules.kind == Kind::Availability {
        if has_days(poll) {
            fields.push(input("date", "Which day", Field::Starts, &now.starts));
        } else {
            fields.push(input("datetime-local", "Starts, by your clock", Field::Starts, &now.starts));
            fields.push(input("datetime-local", "Ends", Field::Ends, &now.ends));
        }
        called = "What it is called, if anything";
    }
    fields.push(input("text", called, Field::Label, &now.label));
    let asked = match poll.rules.own_options {
        OwnOptions::Approval => "Staff see it first. Nobody's vote changes by it.",
        OwnOptions::Off | OwnOptions::Open => "It is there at once. Nobody's vote changes by it.",
    };
    // Staff have all waiting options in their own panel.
    let own = if poll.viewer.staff { Html::default() } else { proposed(ctx, poll, face) };
    el!("div"; table::words(asked), written(form, ctx, list(fields), "Add"), own)
}

/// The tasks of staff: approving options, closing and opening the poll, and saving its votes.
pub(super) fn staff(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let (words, closed) = match poll.rules.phase(ctx.scene.locale.now) {
        Phase::Closed => ("Open it again", false),
        Phase::Open | Phase::Upcoming => ("Close it now", true),
    };
    let close = press(ctx, Msg::Act(Act::Close(closed)));
    let failed = ctx.scene.save_failed.then_some("The votes did not come. Try again.");
    el!("div";
        proposed(ctx, poll, face),
        el!("div", "foot"; button("quiet", words, close), button("quiet", "Votes as CSV", press(ctx, Msg::Save))),
        wrong(failed))
}

/// The options that wait for approval. Staff approve or decline them; their authors may take them back.
fn proposed(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let draw = |at: usize| {
        let proposed = &poll.proposed[at];
        let name = face.label(&ctx.scene.locale, poll, &proposed.option);
        let judge = |words, yes| lists::act(ctx, words, &name, Act::Judge(proposed.option.id.clone(), yes));
        let (aside, judged) = if poll.viewer.staff {
            let by = proposed.by.as_ref().map_or_else(String::new, |by| ["by ", &isolated(by)].concat());
            (by, vec![judge("Approve", true), judge("Decline", false)])
        } else {
            ("waits for staff".into(), vec![judge("Take back", false)])
        };
        let by = el!("div", "by"; el!("p"; bdi(name.clone()), el!("span", "meta"; bdi(aside))), el!("p"; list(judged)));
        keyed(proposed.option.id.as_str(), el!("li", "entry"; by))
    };
    el!("ul", "entries"; each(poll.proposed.len(), &draw))
}

/// A field with its label.
pub(super) fn field(asked: impl Into<Text>, control: Html) -> Html {
    el!("label", "why"; el!("span", "meta"; bdi(asked)), control)
}

/// A field for a sentence or two, of at most `most` characters.
pub(super) fn area(most: usize, write: Listener, now: &str) -> Html {
    control!("textarea" ["rows" = "2", "dir" = "auto"], "maxlength" = most.to_string(), "oninput" = write; now.to_owned())
}

/// A form in a panel, with its error message.
fn written(form: &Poll, ctx: &Context<'_>, fields: Html, words: &'static str) -> Html {
    el!("form" ["class" = "write", "novalidate" = ""], "onsubmit" = submits(ctx, ui::Msg::Panel(Msg::Send));
        fields,
        wrong(form.written.wrong),
        el!("button" ["class" = "primary", "part" = "button"]; text(words)))
}

/// The error message of a panel.
fn wrong(wrong: Option<&'static str>) -> Html {
    el!("p" ["class" = "wrong", "role" = "alert"], "hidden" = wrong.is_none(); bdi(wrong.unwrap_or_default()))
}

fn write(ctx: &Context<'_>, field: Field) -> Listener {
    ctx.hear(move |event| ui::Msg::Panel(Msg::Write(field, event.value())))
}
