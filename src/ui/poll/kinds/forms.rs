//! Forms in panels: comments, members' own options, and the tasks of staff.

use super::{lists, table};
use crate::domain::poll::{
    self as domain, BadComment, BadOption, Comment, Kind, List, MAX_COMMENT, MAX_TITLE, OwnOptions, Phase,
    PollOption, Secrecy, Slot, Standing, When,
};
use crate::domain::time::Date as Day;
use crate::sync::Act;
use crate::ui::el::{Html, bdi, button, control, each, el, keyed, list, maybe, text};
use crate::ui::listener::Listener;
use crate::ui::poll::ballot::submits;
use crate::ui::poll::below::press;
use crate::ui::poll::face::Face;
use crate::ui::poll::panel::{Field, Message, Msg, Panel, Written};
use crate::ui::poll::{self as ui, Context, Poll};
use crate::ui::{Dom, Locale, Text};
use crate::words::Words;

/// The action that the form of a panel sends, or its error message.
pub(super) fn act(
    panel: Panel,
    written: &Written,
    locale: &Locale,
    dom: &dyn Dom,
    poll: &domain::Poll,
) -> Result<Act, Message> {
    if panel != Panel::Add {
        return match Comment::new(&written.comment) {
            Ok(comment) => Ok(Act::Comment(comment.as_str().into())),
            Err(BadComment::Empty) => Err(Words::comment_empty),
            Err(BadComment::Long) => Err(|words| words.comment_too_long(most(MAX_COMMENT))),
        };
    }
    let label = written.label.trim();
    let time = || Some(When::Time(Slot::new(locale.parse(&written.starts)?, locale.parse(&written.ends))));
    let when = if has_days(poll) { Day::parse(&written.starts).map(When::Day) } else { time() };
    // Any id, since the host gives the option another one.
    let id = poll.options.first().map(|option| option.id.clone()).ok_or(Words::add_not_taken as Message)?;
    let option = PollOption { when, ..PollOption::new(id, label) };
    // The host also compares letters of different scripts that look alike.
    let same =
        |one: &str, other: &str| dom.fold(one).split_whitespace().eq(dom.fold(other).split_whitespace());
    Err(match poll.check_own(&option, &same) {
        Ok(()) => return Ok(Act::AddOption(label.into(), when)),
        Err(BadOption::Off) => Words::add_not_taken,
        Err(BadOption::Label) => |words| words.add_label_needed(most(MAX_TITLE)),
        Err(BadOption::Slot) if has_days(poll) => Words::add_day_needed,
        Err(BadOption::Slot) => Words::add_time_needed,
        Err(BadOption::Doubled) => Words::add_doubled,
        Err(BadOption::Full) => Words::add_full,
    })
}

/// A number of characters, for a text about it.
fn most(characters: usize) -> u32 {
    u32::try_from(characters).unwrap_or(u32::MAX)
}

/// Whether all options are whole days.
pub(super) fn has_days(poll: &domain::Poll) -> bool {
    poll.options.iter().all(|option| matches!(option.when, Some(When::Day(_))))
}

/// The comments, with a form to write one.
pub(super) fn comments(form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let words = &ctx.scene.locale.words;
    let ask = || {
        let area = area(MAX_COMMENT, write(ctx, Field::Comment), &form.written.comment);
        let asked = if poll.rules.secrecy == Secrecy::Anonymous {
            words.comment_asks_anonymous()
        } else {
            words.comment_asks()
        };
        written(form, ctx, field(asked, area), words.comment_send())
    };
    let may = poll.viewer.standing == Standing::Entitled;
    el!("div"; maybe(may.then(ask)), lists::draw(List::Comments, form, ctx, poll, face))
}

/// A form to add an option, and the member's options that wait for approval.
pub(super) fn add(form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let words = &ctx.scene.locale.words;
    let input = |kind: &'static str, asked: String, of: Field, value: &str| {
        let input = control!("input" ["dir" = "auto"], "type" = kind, "maxlength" = MAX_TITLE.to_string(), "oninput" = write(ctx, of);
            Some(value.to_owned()), None);
        field(asked, input)
    };
    let now = &form.written;
    let mut fields = Vec::new();
    let mut called = words.add_asks_label();
    if poll.rules.kind == Kind::Availability {
        if has_days(poll) {
            fields.push(input("date", words.add_which_day(), Field::Starts, &now.starts));
        } else {
            fields.push(input("datetime-local", words.add_starts(), Field::Starts, &now.starts));
            fields.push(input("datetime-local", words.add_ends(), Field::Ends, &now.ends));
        }
        called = words.add_asks_name();
    }
    fields.push(input("text", called, Field::Label, &now.label));
    let asked = match poll.rules.own_options {
        OwnOptions::Approval => words.add_shows_to_staff(),
        OwnOptions::Off | OwnOptions::Open => words.add_shows_at_once(),
    };
    // Staff have all waiting options in their own panel.
    let own = if poll.viewer.staff { Html::default() } else { proposed(ctx, poll, face) };
    el!("div"; table::words(asked), written(form, ctx, list(fields), words.add_send()), own)
}

/// The tasks of staff: approving options, closing and opening the poll, and saving its votes.
pub(super) fn staff(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let words = &ctx.scene.locale.words;
    let (label, closed) = match poll.rules.phase(ctx.scene.locale.now) {
        Phase::Closed => (words.reopen(), false),
        Phase::Open | Phase::Upcoming => (words.close_now(), true),
    };
    let close = press(ctx, Msg::Act(Act::Close(closed)));
    let failed = ctx.scene.save_failed.then(|| words.votes_not_saved());
    el!("div";
        proposed(ctx, poll, face),
        el!("div", "foot"; button("quiet", label, close), button("quiet", words.votes_as_csv(), press(ctx, Msg::Save))),
        wrong(failed))
}

/// The options that wait for approval. Staff approve or decline them; their authors may take them back.
fn proposed(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let words = &ctx.scene.locale.words;
    let draw = |at: usize| {
        let proposed = &poll.proposed[at];
        let name = face.label(&ctx.scene.locale, poll, &proposed.option);
        let judge = |label, of, yes| lists::act(ctx, label, of, Act::Judge(proposed.option.id.clone(), yes));
        let (aside, judged) = if poll.viewer.staff {
            let by = proposed.by.as_ref().map_or_else(String::new, |by| words.by_name(by));
            (
                by,
                vec![
                    judge(words.action_approve(), words.action_approve_option(&name), true),
                    judge(words.action_decline(), words.action_decline_option(&name), false),
                ],
            )
        } else {
            (
                words.waits_for_staff(),
                vec![judge(words.action_take_back(), words.action_take_back_option(&name), false)],
            )
        };
        let by = el!("div", "by"; el!("p"; bdi(name.clone()), el!("span", "meta"; text(aside))), el!("p"; list(judged)));
        keyed(proposed.option.id.as_str(), el!("li", "entry"; by))
    };
    el!("ul", "entries"; each(poll.proposed.len(), &draw))
}

/// A field with its label.
pub(super) fn field(asked: impl Into<Text>, control: Html) -> Html {
    el!("label", "why"; el!("span", "meta"; text(asked)), control)
}

/// A field for a sentence or two, of at most `most` characters.
pub(super) fn area(most: usize, write: Listener, now: &str) -> Html {
    control!("textarea" ["rows" = "2", "dir" = "auto"], "maxlength" = most.to_string(), "oninput" = write; now.to_owned())
}

/// A form in a panel, with its error message.
fn written(form: &Poll, ctx: &Context<'_>, fields: Html, label: String) -> Html {
    el!("form" ["class" = "write", "novalidate" = ""], "onsubmit" = submits(ctx, ui::Msg::Panel(Msg::Send));
        fields,
        wrong(form.written.wrong.map(|message| message(&ctx.scene.locale.words))),
        el!("button" ["class" = "primary", "part" = "button"]; text(label)))
}

/// The error message of a panel.
fn wrong(wrong: Option<String>) -> Html {
    el!("p" ["class" = "wrong", "role" = "alert"], "hidden" = wrong.is_none(); text(wrong.unwrap_or_default()))
}

fn write(ctx: &Context<'_>, field: Field) -> Listener {
    ctx.hear(move |event| ui::Msg::Panel(Msg::Write(field, event.value())))
}
