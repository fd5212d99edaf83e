//! The rounds of a count: a strip of small charts as tabs, and the chosen round in full.

use super::outcome::{nth, number, outcome};
use crate::domain::count::{Origin, Rounds};
use crate::ui::el::{DomEvent, Html, bdi, each, el, list, maybe, text};
use crate::ui::poll::below::press;
use crate::ui::poll::panel::Msg;
use crate::ui::poll::{self, Context, Poll};
use crate::words::Words;

/// The width of a chart, in units of its drawing.
const LONG: u64 = 1000;

/// What happens to an option in a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    In,
    /// Elected, in this round or before.
    Elected,
    /// Excluded after this round.
    Leaves,
    Gone,
}

impl Fate {
    fn of(rounds: &Rounds, at: usize, option: usize) -> Self {
        let Some(round) = rounds.rounds.get(at) else { return Self::Gone };
        let elected = |upto: usize| rounds.rounds.iter().take(upto).any(|r| r.elected.contains(&option));
        match round.votes.get(option).copied().flatten() {
            None => Self::Gone,
            Some(_) if elected(at + 1) => Self::Elected,
            Some(_) if round.excluded.contains(&option) => Self::Leaves,
            Some(_) => Self::In,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Elected => "up",
            Self::Leaves => "leaves",
            Self::Gone => "gone",
        }
    }
}

/// What all rounds of a chart share.
struct Chart<'a> {
    words: &'a Words,
    names: &'a [String],
    rounds: &'a Rounds,
    /// The number of votes of a bar across the whole chart.
    most: u64,
}

pub(super) fn draw(form: &Poll, ctx: &Context<'_>, names: &[String], rounds: &Rounds) -> Html {
    let count = rounds.rounds.len();
    let Some(last) = count.checked_sub(1) else { return el!("div") };
    let votes = rounds.rounds.iter().flat_map(|round| round.votes.iter().flatten().copied());
    let most = votes.chain((0..count).map(|at| rounds.needed(at))).max().unwrap_or(0).max(1);
    let words = &ctx.scene.locale.words;
    // Room beyond the longest bar, so that a line at its end can be seen.
    let chart = Chart { words, names, rounds, most: most.saturating_add(most / 24) };
    let at = form.step.min(last);
    let one = last == 0;
    let many = |words| (!one).then_some(words);
    el!("div";
        el!("div" ["class" = "strip", "role" = "tablist"], "aria-label" = words.rounds(), "hidden" = one; each(if one { 0 } else { count }, &|n| chart.tab(ctx, n, n == at))),
        el!("div" ["class" = "round", "id" = "step"], "role" = many("tabpanel"), "tabindex" = many("0"), "aria-labelledby" = (!one).then(|| tab_id(at)); chart.round(at)))
}

/// The id of a round's tab.
pub(super) fn tab_id(at: usize) -> String {
    ["step-", &at.to_string()].concat()
}

/// The row of an option in a round.
struct Run<'a> {
    class: &'static str,
    name: &'a str,
    word: String,
    votes: u64,
    gained: u64,
    note: String,
}

impl Chart<'_> {
    fn long(&self, votes: u64) -> String {
        (votes.saturating_mul(LONG) / self.most).to_string()
    }

    /// The line at the votes that are needed.
    fn needed(&self, at: usize, height: usize) -> Html {
        let d = ["M", &self.long(self.rounds.needed(at)), " 0V", &height.to_string()].concat();
        el!("path", "need", "d" = d)
    }

    /// The tab of a round.
    fn tab(&self, ctx: &Context<'_>, at: usize, chosen: bool) -> Html {
        let (options, rounds) = (self.names.len(), self.rounds.rounds.len());
        let title = self.words.round(nth(at));
        let said = self.words.round_outcome(nth(at), &outcome(self.words, self.names, self.rounds, at));
        let bar = |option: usize| {
            let votes = self.rounds.rounds[at].votes.get(option).copied().flatten().unwrap_or(0);
            let class = Fate::of(self.rounds, at, option).class();
            let y = (option * 10 + 1).to_string();
            el!("rect"["height" = "8"], "class" = class, "y" = y, "width" = self.long(votes))
        };
        let choose = press(ctx, Msg::Step(at));
        let keys = ctx.maybe(move |event| {
            let to = next(event, at, rounds)?;
            event.prevent_default();
            Some(poll::Msg::Panel(Msg::Step(to)))
        });
        let height = options * 10;
        let bars = each(options, &bar);
        el!("button" ["type" = "button", "role" = "tab", "aria-controls" = "step"], "id" = tab_id(at), "aria-selected" = if chosen { "true" } else { "false" }, "tabindex" = if chosen { "0" } else { "-1" }, "aria-label" = said, "onclick" = choose, "onkeydown" = keys;
            el!("svg" ["preserveAspectRatio" = "none", "aria-hidden" = "true"], "viewBox" = ["0 0 1000 ", &height.to_string()].concat(); bars, self.needed(at, height)),
            text(title))
    }

    /// A round in full.
    fn round(&self, at: usize) -> Html {
        let (words, round) = (self.words, &self.rounds.rounds[at]);
        let standing = number(words, round.votes.iter().flatten().sum());
        let needed = number(words, self.rounds.needed(at));
        let needed = match self.rounds.quota {
            Some(_) => words.quota_is(&needed),
            None => words.votes_win(&needed, &standing),
        };
        let nobody = || {
            let gained = self.rounds.lost(at);
            let note = self.whence(at, gained);
            self.row(
                Run {
                    class: "none",
                    name: &words.no_preference_left(),
                    word: String::new(),
                    votes: round.exhausted,
                    gained,
                    note,
                },
                None,
            )
        };
        list(vec![
            el!("p", "outcome"; text(outcome(words, self.names, self.rounds, at))),
            el!("p", "meta"; text(needed)),
            el!("ul", "runs"; each(self.names.len(), &|option| self.option(at, option)), maybe(self.rounds.exhausts().then(nobody))),
        ])
    }

    fn option(&self, at: usize, option: usize) -> Html {
        let (words, fate) = (self.words, Fate::of(self.rounds, at, option));
        let word = match fate {
            Fate::In | Fate::Gone => String::new(),
            Fate::Elected if self.rounds.quota.is_none() => words.wins(),
            Fate::Elected => words.elected(),
            Fate::Leaves => words.out(),
        };
        let votes = self.rounds.rounds[at].votes.get(option).copied().flatten();
        let gained = self.rounds.gained(at, option);
        let note = match (votes, self.rounds.origin(at)) {
            (None, _) => words.out_in_round(self.rounds.last(option).map_or(0, nth)),
            (Some(votes), Some(Origin::Surplus(from))) if from == option => {
                let before =
                    self.rounds.rounds.get(at.wrapping_sub(1)).and_then(|r| r.votes[option]).unwrap_or(votes);
                words.votes_passed_on(&number(words, before.saturating_sub(votes)))
            }
            _ => self.whence(at, gained),
        };
        let name = self.names.get(option).map_or("", String::as_str);
        let votes = votes.unwrap_or(0);
        self.row(Run { class: fate.class(), name, word, votes, gained, note }, Some(at))
    }

    /// `+3 from The dunes`.
    fn whence(&self, at: usize, gained: u64) -> String {
        let name = |at: &usize| self.names.get(*at).cloned().unwrap_or_default();
        let from = match self.rounds.origin(at) {
            Some(Origin::Excluded(places)) => places.iter().map(name).collect(),
            Some(Origin::Surplus(place)) => vec![name(&place)],
            None => Vec::new(),
        };
        if gained == 0 { String::new() } else { self.words.votes_gained(&number(self.words, gained), &from) }
    }

    fn row(&self, run: Run<'_>, needed: Option<usize>) -> Html {
        let had = self.long(run.votes.saturating_sub(run.gained));
        let gone = run.class == Fate::Gone.class();
        let track = el!("svg" ["class" = "track", "viewBox" = "0 0 1000 10", "preserveAspectRatio" = "none", "aria-hidden" = "true"];
            el!("rect" ["class" = "had", "height" = "10"], "width" = had.clone()),
            el!("rect" ["class" = "got", "height" = "10"], "x" = had, "width" = self.long(run.gained)),
            maybe(needed.map(|at| self.needed(at, 10))));
        el!("li", "class" = ["run ", run.class].concat();
            el!("span", "label"; bdi(run.name.to_owned()), aside(run.word), aside(run.note)),
            el!("span", "share"; text(if gone { "–".into() } else { number(self.words, run.votes) })),
            track)
    }
}

/// A remark beside a name, if any.
fn aside(words: String) -> Html {
    maybe((!words.is_empty()).then(|| el!("span", "yours"; text(words))))
}

/// The round to which a key leads.
fn next(event: &dyn DomEvent, at: usize, of: usize) -> Option<usize> {
    let rtl = event.is_rtl();
    Some(match event.key().as_str() {
        "Home" => 0,
        "End" => of - 1,
        "ArrowRight" if rtl => (at + of - 1) % of,
        "ArrowLeft" if rtl => (at + 1) % of,
        "ArrowRight" => (at + 1) % of,
        "ArrowLeft" => (at + of - 1) % of,
        _ => return None,
    })
}
