//! Allocation: points to spread.

use yew::prelude::*;

use crate::domain::poll::{self as domain, BadBallot, Count, Kind, PollOption, Tally};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::how::{self, Table};
use crate::ui::poll::{Msg, Poll};
use crate::ui::words;

/// Allocation.
pub(super) struct Allocation;

impl Face for Allocation {
    fn asks(&self, kind: Kind) -> String {
        ["Spread up to ", &words::count(dots(kind), "point")].concat()
    }

    fn ballot(&self, form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll) -> Vec<Html> {
        let dots = dots(poll.rules.kind);
        let left = i64::from(dots) - i64::from(form.draft.sum());
        let said = [&left.to_string(), " of ", &words::count(dots, "point"), " left"].concat();
        let mut rows: Vec<Html> = poll
            .options
            .iter()
            .map(|option| row(form, ctx, left > 0, option, self.name(poll, option, true)))
            .collect();
        rows.push(html! { <p key=" left" class="meta" role="status"><bdi>{ said }</bdi></p> });
        rows
    }

    fn complaint(&self, bad: &BadBallot) -> String {
        match bad {
            BadBallot::TooManyDots(dots) => {
                ["There are ", &words::count(*dots, "point"), " to spread."].concat()
            }
            _ => "Give a point to an option first.".into(),
        }
    }

    fn value(&self, value: i32) -> Option<String> {
        Some(value.to_string())
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let Count::Points(points) = &tally.count else { return Vec::new() };
        let shares = tally.percentages(poll.rules.kind).unwrap_or_default();
        let line = |(percent, got): (u32, &domain::Points)| {
            let said = [&words::count(got.points, "point"), " from ", &words::count(got.voters, "member")];
            Line { percent, also: 0, chart: None, share: words::percent(percent), said: said.concat() }
        };
        shares.into_iter().zip(points).map(line).collect()
    }

    fn how(&self, poll: &domain::Poll, tally: &Tally) -> Option<Html> {
        let Count::Points(points) = &tally.count else { return None };
        let cells = |got: &domain::Points| vec![words::number(got.points), words::number(got.voters)];
        let table =
            Table { head: vec!["Points".into(), "Members".into()], rows: points.iter().map(cells).collect() };
        let said = "All points that members gave, added up.";
        Some(how::draw(poll, self, said.into(), Vec::new(), table))
    }
}

fn dots(kind: Kind) -> u32 {
    if let Kind::Allocation { dots } = kind { dots } else { 0 }
}

/// Points, one more or one less at a time.
fn row(form: &Poll, ctx: &Context<Poll>, more: bool, option: &PollOption, name: Html) -> Html {
    let (value, label) = (form.draft.value(&option.id).unwrap_or(0), &option.label);
    let button = |sign: &'static str, words: &str, by: i32, can: bool| {
        let id = option.id.clone();
        let to = if can { value + by } else { value };
        let press = ctx.link().callback(move |_: MouseEvent| Msg::Mark(id.clone(), (to > 0).then_some(to)));
        html! {
            <button type="button" class="small" part="button" aria-label={[words, label].concat()}
                aria-disabled={(!can).to_string()} onclick={press}>{ sign }</button>
        }
    };
    html! {
        <div key={option.id.as_str()} class="row wide" part="option" role="group" aria-label={label.clone()}>
            <span class="label">{ name }</span>
            <span class="pills">
                { button("−", "One point less for ", -1, value > 0) }
                <output>{ value }</output>
                { button("+", "One point more for ", 1, more) }
            </span>
        </div>
    }
}
