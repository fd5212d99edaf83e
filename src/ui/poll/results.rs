//! The results of a poll.

use super::buttons::{quiet, sign_in};
use super::face::{Face, Line};
use super::faces::edited_option;
use super::panel::Seen;
use super::{Context, Msg, Poll, Side, below, notice, text};
use crate::domain::poll::{self as domain, Phase, PollOption, Standing, Tally};
use crate::sync::Saving;
use crate::ui::el::{Html, button, each, el, keyed, list, maybe, said, text};
use crate::ui::{Locale, icon};

/// The rows of the ballot in the same order, with bars where the viewer may see the tally.
pub(super) fn draw(
    form: &Poll,
    ctx: &Context<'_>,
    poll: &domain::Poll,
    face: &dyn Face,
    votable: bool,
) -> Html {
    let phase = poll.rules.phase(ctx.scene.locale.now);
    // A poll that has not opened has no count.
    let tally = poll.tally.as_ref().filter(|_| phase != Phase::Upcoming);
    let locale = &ctx.scene.locale;
    let seen = Seen { poll, face, tally, votable, words: &locale.words };
    let rows = face.board(locale, poll, tally).unwrap_or_else(|| rows(ctx, poll, face, tally));
    let verdict = face.verdict(locale, poll, phase);
    // Rows that can have no mark leave no room for one.
    let class = if votable || poll.has_voted() { "rows" } else { "rows bare" };
    let rows = el!("ul" ["tabindex" = "-1", "aria-labelledby" = "title", "aria-describedby" = "meta"], "class" = class; rows);
    el!("div";
        rows,
        el!("p", "done", "hidden" = verdict.is_none(); text(verdict.unwrap_or_default())),
        notice::draw(form, ctx, poll, face, votable),
        el!("div", "foot";
            el!("span", "count"; text(text::status(&locale.words, poll, phase, &ctx.scene.saving))),
            list(actions(form, ctx, poll, votable)),
            below::openers(form, ctx, seen)),
        below::opened(form, ctx, seen))
}

fn actions(form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, votable: bool) -> Vec<Html> {
    let mut actions = Vec::new();
    let words = &ctx.scene.locale.words;
    let phase = poll.rules.phase(ctx.scene.locale.now);
    if form.side == Side::Peeking && votable {
        actions.push(quiet(ctx, words.back_to_ballot(), Msg::Back));
    } else if votable {
        if poll.rules.changeable {
            actions.push(quiet(ctx, words.change_vote(), Msg::Change));
        }
        if poll.rules.retractable {
            actions.push(quiet(ctx, words.take_back(), Msg::TakeBack));
        }
    } else if super::is_for_guest(ctx.scene, poll) && phase == Phase::Open && !poll.has_voted() {
        actions.push(button("primary", words.vote(), ctx.sends(Msg::Change)));
    } else if matches!(poll.viewer.standing, Standing::Guest | Standing::Unsaid)
        && phase != Phase::Closed
        // The notice has such a link already.
        && !matches!(ctx.scene.saving, Saving::SignedOut(_) | Saving::CannotKeep)
        && let Some(href) = ctx.scene.sign_in.clone()
    {
        actions.push(sign_in("primary", &href, words.sign_in_to_vote()));
    }
    actions
}

/// A row for each option.
fn rows(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face, tally: Option<&Tally>) -> Html {
    let locale = &ctx.scene.locale;
    let leaders = tally.map(|tally| face.ahead(poll.rules.kind, tally)).unwrap_or_default();
    let lines = tally.map(|tally| face.lines(locale, poll, tally)).unwrap_or_default();
    let row = |at: usize| {
        let option = &poll.options[at];
        let mine = poll.says_of(&option.id);
        let line = lines.get(at);
        let row = el!("li" ["part" = "option"], "class" = looks("row", mine.is_some(), leaders.contains(&at));
            maybe(line.map(|line| line.bar.clone())),
            el!("span", "mark"; maybe(mine.map(|_| icon::draw("icon", icon::CHECK)))),
            el!("span", "label"; face.name(locale, poll, option, true), edited_option(ctx.scene.faces.here, locale, face, poll, option), asides(locale, option, mine.map(|value| own(locale, face, value, false)))),
            maybe(line.map(share)));
        keyed(option.id.as_str(), row)
    };
    each(poll.options.len(), &row)
}

/// The class of an option that is the member's own answer, or is ahead.
pub(super) fn looks(class: &str, mine: bool, leads: bool) -> String {
    [class, if mine { " mine" } else { "" }, if leads { " leads" } else { "" }].concat()
}

/// An option's result in figures.
pub(super) fn share(line: &Line) -> Html {
    el!("span", "share"; text(line.share.clone()), said([" ", &line.said].concat()))
}

/// The remarks beside an option's name: the member's own answer, and how many members voted before the option was added.
pub(super) fn asides(locale: &Locale, option: &PollOption, mine: Option<Html>) -> Html {
    let before = |n| aside("yours", locale.words.voted_before_added(n));
    list(vec![maybe(mine), maybe(option.added_after.map(before))])
}

/// The member's own answer about an option. In a narrow poll these words are only for screen readers if the answer is also
/// `marked` in the row.
pub(super) fn own(locale: &Locale, face: &dyn Face, value: i32, marked: bool) -> Html {
    let words = face.yours(locale, value);
    let class = if marked || words.is_none() { "yours marked" } else { "yours" };
    aside(class, words.unwrap_or_else(|| locale.words.your_vote()))
}

fn aside(class: &'static str, words: String) -> Html {
    el!("span", "class" = class; text(words))
}
