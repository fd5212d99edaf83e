//! The side of a poll on which the result stands, or will.

use yew::prelude::*;

use super::{Msg, Poll, Side, text};
use crate::domain::poll::{self as domain, Standing};
use crate::ui::{bar::bar, icon, words};

impl Poll {
    /// The same rows in the same order, with bars where the viewer may see the tally.
    pub(super) fn results(&self, ctx: &Context<Self>, poll: &domain::Poll, votable: bool) -> Html {
        let chosen = poll.chosen();
        let shares = poll.tally.as_ref().map(|t| (t, t.percentages(poll.rules.is_single())));
        let row = |(i, option): (usize, &domain::PollOption)| {
            let mine = chosen.contains(&option.id);
            let share = shares.as_ref().map(|(tally, shares)| {
                let leads = tally.most() == Some(tally.votes[i]);
                (shares[i], tally.votes[i], leads)
            });
            html! {
                <li key={option.id.as_str()} part="option"
                    class={classes!("row", mine.then_some("mine"), share.is_some_and(|s| s.2).then_some("leads"))}>
                    { for share.map(|(percent, ..)| bar("bar", percent)) }
                    <span class="mark">{ for mine.then(|| icon::draw("icon", icon::CHECK)) }</span>
                    <span class="label">
                        <bdi>{ &option.label }</bdi>
                        { for mine.then(|| html! { <span class="yours">{ "your vote" }</span> }) }
                    </span>
                    { for share.map(|(percent, votes, _)| html! {
                        <span class="share">
                            { words::percent(percent) }<span class="said">{ words::count(votes, "vote") }</span>
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
                { self.notice(ctx, poll, votable) }
                <div class="foot">
                    <span class="count"><bdi>{ text::status(poll, &ctx.props().saving) }</bdi></span>
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
