//! The side of a poll on which the result stands, or will.

use yew::prelude::*;

use super::face::Face;
use super::{Msg, Poll, Side, text};
use crate::domain::poll::{self as domain, Standing};
use crate::ui::{bar::bar, icon, words};

impl Poll {
    /// The same rows in the same order, with bars where the viewer may see the tally.
    pub(super) fn results(
        &self,
        ctx: &Context<Self>,
        poll: &domain::Poll,
        face: &dyn Face,
        votable: bool,
    ) -> Html {
        let marks = poll.answer().map(domain::Answer::marks).unwrap_or_default();
        let lines =
            poll.tally.as_ref().map(|tally| (tally.leaders(poll.rules.kind), face.lines(poll, tally)));
        let phase = poll.rules.phase(ctx.props().now);
        let verdict = face.verdict(poll, phase);
        let row = |(i, option): (usize, &domain::PollOption)| {
            let mine = marks.iter().find(|(id, _)| **id == option.id).map(|(_, value)| *value);
            let line = lines.as_ref().and_then(|(_, lines)| lines.get(i));
            let leads = lines.as_ref().is_some_and(|(leaders, _)| leaders.contains(&i));
            html! {
                <li key={option.id.as_str()} part="option"
                    class={classes!("row", mine.map(|_| "mine"), leads.then_some("leads"))}>
                    { for line.map(|line| bar("bar", line.also)) }
                    { for line.map(|line| bar("bar", line.percent)) }
                    <span class="mark">{ for mine.map(|_| icon::draw("icon", icon::CHECK)) }</span>
                    <span class="label">
                        { face.name(poll, option, true) }
                        { for mine.map(|value| html! {
                            <span class="yours">{ face.yours(value) }</span>
                        }) }
                        { for option.added_after.map(|n| html! {
                            <span class="yours">
                                { [&words::number(n), " had voted before this was added"].concat() }
                            </span>
                        }) }
                    </span>
                    { for line.map(|line| html! {
                        <span class="share">
                            { for line.chart.clone() }
                            <bdi>{ &line.share }</bdi><span class="said">{ [" ", &line.said].concat() }</span>
                        </span>
                    }) }
                </li>
            }
        };
        html! {
            <div>
                <ul class="rows" ref={&self.body} tabindex="-1" aria-labelledby="title" aria-describedby="meta">
                    { for poll.options.iter().enumerate().map(row) }
                </ul>
                <p class="done" hidden={verdict.is_none()}><bdi>{ verdict.unwrap_or_default() }</bdi></p>
                { self.notice(ctx, poll, face, votable) }
                { for poll.tally.as_ref().and_then(|tally| face.how(poll, tally)) }
                <div class="foot">
                    <span class="count"><bdi>{ text::status(poll, phase, &ctx.props().saving) }</bdi></span>
                    { for self.actions(ctx, poll, votable) }
                </div>
            </div>
        }
    }

    fn actions(&self, ctx: &Context<Self>, poll: &domain::Poll, votable: bool) -> Vec<Html> {
        let mut actions = Vec::new();
        let phase = poll.rules.phase(ctx.props().now);
        if self.side == Side::Peeking && votable {
            actions.push(quiet(ctx, "Back to the ballot", Msg::Back));
        } else if votable {
            if poll.rules.changeable {
                actions.push(quiet(ctx, "Change vote", Msg::Change));
            }
            if poll.rules.retractable {
                actions.push(quiet(ctx, "Take back", Msg::TakeBack));
            }
        } else if super::is_for_guest(ctx.props(), poll) && phase == domain::Phase::Open && !poll.has_voted()
        {
            let press = ctx.link().callback(|_: MouseEvent| Msg::Change);
            actions.push(html! { <button type="button" class="primary" part="button" onclick={press}>{ "Vote" }</button> });
        } else if matches!(poll.viewer.standing, Standing::Guest | Standing::Unsaid)
            && phase != domain::Phase::Closed
            && let Some(href) = ctx.props().sign_in.clone()
        {
            actions.push(html! { <a class="primary" part="button" {href}>{ "Sign in to vote" }</a> });
        }
        actions
    }
}

/// A button that does not press itself on anyone.
pub fn quiet(ctx: &Context<Poll>, words: &'static str, msg: Msg) -> Html {
    let press = ctx.link().callback(move |_: MouseEvent| msg.clone());
    html! { <button key={words} type="button" class="quiet" part="button" onclick={press}>{ words }</button> }
}
