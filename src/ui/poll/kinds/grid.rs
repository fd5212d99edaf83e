//! A grid of times: a column for each day in the viewer's calendar, with the times of that day.

use super::edited;
use crate::domain::poll::{Poll as Domain, PollOption, Tally, When};
use crate::ui::el::{Html, bdi, each, el, keyed, list, maybe, said, text};
use crate::ui::poll::face::{Face, more, picture};
use crate::ui::poll::results::{asides, looks, share};
use crate::ui::poll::{Context, Msg, Poll};
use crate::ui::{Locale, icon};
use crate::words::Words;

/// The icon of an answer, by its index: an empty ring, a half ring, or a full ring with a check mark.
const SIGNS: [&str; 3] = [
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.5a5.5 5.5 0 0 0 0 11z",
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM6.8 11.6 12 6.4l-1.2-1.2-4 4-2-2-1.2 1.2z",
];

/// The class of an answer, by its index.
const LOOKS: [&str; 3] = ["row slot no", "row slot maybe", "row slot yes"];

/// The `aria-checked` of an answer, by its index.
const CHECKED: [&str; 3] = ["false", "mixed", "true"];

/// The names of the answers, by index.
pub(super) fn answers(words: &Words) -> [String; 3] {
    [words.answer_no(), words.answer_maybe(), words.answer_yes()]
}

/// The name of an answer.
fn answer(words: &Words, place: usize) -> String {
    answers(words).into_iter().nth(place).unwrap_or_default()
}

/// A day, and the indices of its options in the poll, in the order of time.
struct Day {
    number: i64,
    name: String,
    times: Vec<usize>,
}

/// The days that have options. They are few, and inserted one by one, since a sort would be more code.
fn days(locale: &Locale, options: &[PollOption]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    // An option that is the whole day comes before the times of that day.
    let start = |at: usize| match options[at].when {
        Some(When::Time(slot)) => Some((slot.starts_at, slot.ends_at)),
        Some(When::Day(_)) | None => None,
    };
    for (at, option) in options.iter().enumerate() {
        let (number, name) = match option.when {
            None => (i64::MAX, String::new()),
            Some(When::Day(day)) => (day.0, locale.weekday(day.civil())),
            Some(When::Time(slot)) => locale.calendar(slot.starts_at),
        };
        let place = days.iter().position(|day| day.number >= number).unwrap_or(days.len());
        if days.get(place).is_none_or(|day| day.number != number) {
            days.insert(place, Day { number, name, times: Vec::new() });
        }
        let times = &mut days[place].times;
        let later = times.iter().position(|&other| start(other) > start(at));
        times.insert(later.unwrap_or(times.len()), at);
    }
    days
}

/// The index of an answer in the tables above.
fn place(value: Option<i32>) -> usize {
    value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0).min(2)
}

/// The columns, and a legend below them. On the ballot the columns are groups of controls, in the result lists.
fn columns(
    locale: &Locale,
    options: &[PollOption],
    ballot: bool,
    cell: &dyn Fn(usize) -> Html,
    key: Vec<Html>,
) -> Html {
    let days = days(locale, options);
    let day = |at: usize| {
        let Day { name, times, number } = &days[at];
        let times = each(times.len(), &|at| cell(times[at]));
        // Screen readers hear this as the name of the group.
        let date = el!("p" ["class" = "date", "aria-hidden" = "true"]; text(name.clone()));
        let column = if ballot {
            el!("div" ["class" = "day", "role" = "group"], "aria-label" = name.clone(); date, el!("div", "slots"; times))
        } else {
            el!("li", "day"; date, el!("ul", "slots", "aria-label" = name.clone(); times))
        };
        keyed(number.to_string(), column)
    };
    let key = list(key);
    let key = if ballot { el!("p", "meta keys"; key) } else { el!("li", "meta keys"; key) };
    list(vec![each(days.len(), &day), key])
}

/// An entry of the legend.
fn sign(sign: Html, words: String) -> Html {
    el!("span"; sign, text(words))
}

/// The ballot: a button for each time, which goes from no to yes to if need be.
pub(super) fn ballot(face: &dyn Face, form: &Poll, ctx: &Context<'_>, poll: &Domain) -> Html {
    let locale = &ctx.scene.locale;
    let words = &locale.words;
    let cell = |at: usize| {
        let option = &poll.options[at];
        let label = face.label(locale, poll, option);
        let value = place(form.draft.value(&option.id));
        let press = ctx.sends(Msg::Mark(option.id.clone(), Some([2, 0, 1][value])));
        let state = answer(words, value);
        let control = el!("button" ["type" = "button", "class" = "time", "role" = "checkbox"],
            "aria-checked" = CHECKED[value], "aria-label" = words.option_state(&label, &state), "onclick" = press;
            when(locale, poll, option), el!("span", "state"; text(state)), icon::draw("icon", SIGNS[value]));
        let cell = el!("div" ["part" = "option"], "class" = LOOKS[value];
            control, picture(option), more(words, option, &label), edited::option(locale, face, poll, option));
        keyed(option.id.as_str(), cell)
    };
    let sign = |at: usize, words| sign(icon::draw("icon", SIGNS[at]), words);
    let key = vec![
        text(words.legend_press()),
        sign(2, words.legend_yes()),
        sign(1, words.legend_maybe()),
        sign(0, words.legend_no()),
    ];
    columns(locale, &poll.options, true, &cell, key)
}

/// The result in the same grid.
pub(super) fn board(face: &dyn Face, locale: &Locale, poll: &Domain, tally: Option<&Tally>) -> Html {
    let words = &locale.words;
    let lines = tally.map(|tally| face.lines(locale, poll, tally)).unwrap_or_default();
    let leaders = tally.map(|tally| tally.leaders(poll.rules.kind)).unwrap_or_default();
    let cell = |at: usize| {
        let option = &poll.options[at];
        let mine = poll.says_of(&option.id);
        let best = leaders.contains(&at);
        let (bar, state) = match lines.get(at) {
            Some(line) => (line.bar.clone(), share(line)),
            None => (
                Html::default(),
                el!("span"; text(mine.map(|_| answer(words, place(mine))).unwrap_or_default())),
            ),
        };
        let answer = mine.map(|value| {
            list(vec![
                icon::draw("icon", SIGNS[place(mine)]),
                said([" ", &face.yours(locale, value).unwrap_or_default()].concat()),
            ])
        });
        let cell = el!("li" ["part" = "option"], "class" = looks("row slot", mine > Some(0), best);
            bar,
            el!("div", "time";
                when(locale, poll, option),
                el!("span", "state"; state, maybe(best.then(|| el!("b", "best"; text(words.best()))))),
                maybe(answer)),
            asides(locale, option, None),
            picture(option),
            more(words, option, &face.label(locale, poll, option)),
            edited::option(locale, face, poll, option));
        keyed(option.id.as_str(), cell)
    };
    let bar = |class| el!("svg" ["viewBox" = "0 0 10 10", "aria-hidden" = "true"], "class" = class; el!("path" ["d" = "M0 0h10v10H0z"]));
    let mut key = Vec::new();
    if tally.is_some() {
        key = vec![
            sign(bar("swatch can"), words.legend_yes()),
            sign(bar("swatch could"), words.legend_maybe()),
        ];
    }
    if poll.answer().is_some() {
        key.push(sign(icon::draw("icon", SIGNS[2]), words.legend_yours()));
    }
    columns(locale, &poll.options, false, &cell, key)
}

/// The time by the viewer's clock and, where that differs, in the poll's zone; and the option's label.
fn when(locale: &Locale, poll: &Domain, option: &PollOption) -> Html {
    let small = |words: String| el!("span", "meta"; bdi(words));
    let label = Some(&option.label).filter(|label| !label.is_empty()).cloned();
    let slot = match option.when {
        None => return el!("span", "when"; maybe(label.map(bdi))),
        Some(When::Day(_)) => {
            return el!("span", "when"; el!("span", "at"; text(locale.words.all_day())), maybe(label.map(small)));
        }
        Some(When::Time(slot)) => slot,
    };
    el!("span", "when";
        el!("span", "at"; text(locale.clocks(slot.starts_at, slot.ends_at))),
        maybe(locale.elsewhere(slot.starts_at, zone(poll, option)).map(|there| el!("span", "meta"; text(there)))),
        maybe(label.map(small)))
}

/// The poll's time zone, with its offset at the option's time.
pub(super) fn zone<'a>(poll: &'a Domain, option: &PollOption) -> Option<(&'a str, i32)> {
    let Some(When::Time(slot)) = option.when else { return None };
    Some((poll.rules.zone.as_ref()?.name.as_str(), slot.offset?))
}
