//! A ballot that the member is still filling in.

use super::ballot::{Answer, Value};
use super::kind::Kind;
use super::{Poll, PollOption};
use crate::domain::id::OptionId;

/// An unsent ballot. Whatever the poll's kind, it is a list of options with a number each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    marks: Vec<Value>,
    /// The reason for a stance, if any.
    pub reason: String,
}

impl Draft {
    /// A draft that starts from the viewer's present ballot.
    pub fn of(poll: &Poll) -> Self {
        let Some(answer) = poll.answer() else { return Self::default() };
        let mark = |(option, value): (&OptionId, i32)| Value { option: option.clone(), value };
        let marks = answer.marks().into_iter().map(mark).collect();
        let reason = if let Answer::Stance(_, reason) = answer { reason.clone() } else { String::new() };
        Self { marks, reason }
    }

    /// The marks in text form, such as `2 pizza`, for [`from_texts`](Self::from_texts).
    pub fn to_texts(&self) -> Vec<String> {
        self.marks.iter().map(|mark| [&mark.value.to_string(), " ", mark.option.as_str()].concat()).collect()
    }

    /// Reads what [`to_texts`](Self::to_texts) wrote; malformed marks are left out.
    pub fn from_texts(texts: &[String], reason: &str) -> Self {
        let mark = |text: &String| {
            let (value, option) = text.split_once(' ')?;
            Some(Value { option: OptionId::new(option).ok()?, value: value.parse().ok()? })
        };
        Self { marks: texts.iter().filter_map(mark).collect(), reason: reason.into() }
    }

    /// Whether no option is marked.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The number of an option, if the option is marked.
    pub fn value(&self, option: &OptionId) -> Option<i32> {
        self.marks.iter().find(|m| m.option == *option).map(|m| m.value)
    }

    /// The marked options, in the draft's order.
    pub fn order(&self) -> impl Iterator<Item = &OptionId> {
        self.marks.iter().map(|m| &m.option)
    }

    /// The sum of all numbers.
    pub fn sum(&self) -> i32 {
        self.marks.iter().map(|m| m.value).sum()
    }

    /// Gives an option this number, or unmarks the option for `None`. In a poll where a ballot is a single option, all other
    /// options are unmarked.
    pub fn mark(&mut self, kind: Kind, option: OptionId, value: Option<i32>) {
        if kind.is_single() {
            self.marks.clear();
        }
        let Some(value) = value else { return self.leave_out(&option) };
        match self.marks.iter_mut().find(|m| m.option == option) {
            Some(mark) => mark.value = value,
            None => self.marks.push(Value { option, value }),
        }
    }

    /// Moves or adds an option to this index in the order, or to the end where the order is shorter.
    pub fn place(&mut self, option: OptionId, at: usize) {
        self.leave_out(&option);
        let at = at.min(self.marks.len());
        self.marks.insert(at, Value { option, value: 0 });
    }

    /// Unmarks an option.
    pub fn leave_out(&mut self, option: &OptionId) {
        self.marks.retain(|m| m.option != *option);
    }

    /// Unmarks options that the poll no longer has.
    pub fn keep_within(&mut self, options: &[PollOption]) {
        self.marks.retain(|m| options.iter().any(|o| o.id == m.option));
    }

    /// The draft as an answer to a poll of this kind with these options, whether or not the poll accepts it. In a poll about
    /// when, unmarked times are answered with no.
    pub fn answer(&self, kind: Kind, options: &[PollOption]) -> Answer {
        match (kind, self.marks.first()) {
            (Kind::Proposal(_), Some(stance)) => Answer::Stance(stance.option.clone(), self.reason.clone()),
            (Kind::Choice { .. } | Kind::Ranked(_), _) | (Kind::Proposal(_), None) => {
                Answer::Options(self.order().cloned().collect())
            }
            (Kind::Availability, Some(_)) => {
                let value =
                    |o: &PollOption| Value { option: o.id.clone(), value: self.value(&o.id).unwrap_or(0) };
                Answer::Values(options.iter().map(value).collect())
            }
            (Kind::Rating(_) | Kind::Allocation { .. }, _) | (Kind::Availability, None) => {
                Answer::Values(self.marks.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::poll::Method;

    fn id(text: &str) -> OptionId {
        OptionId::new(text).unwrap()
    }

    #[test]
    fn a_single_choice_replaces_the_one_before_and_several_add_up() {
        let (one, two) = (Kind::Choice { min: 1, max: 1 }, Kind::Choice { min: 1, max: 2 });
        for (kind, left) in [(one, vec![id("b")]), (two, vec![id("a"), id("b")])] {
            let mut draft = Draft::default();
            draft.mark(kind, id("a"), Some(1));
            draft.mark(kind, id("b"), Some(1));
            assert_eq!(draft.answer(kind, &[]), Answer::Options(left));
            draft.mark(kind, id("b"), None);
            assert_eq!(draft.value(&id("b")), None);
        }
    }

    #[test]
    fn an_order_is_made_by_putting_options_in_places() {
        let mut draft = Draft::default();
        for (option, at) in [("a", 9), ("b", 9), ("c", 0), ("a", 0), ("c", 1)] {
            draft.place(id(option), at);
        }
        let ranked = Kind::Ranked(Method::RunOff);
        assert_eq!(draft.answer(ranked, &[]), Answer::Options(vec![id("a"), id("c"), id("b")]));
        draft.keep_within(&[PollOption::new(id("b"), "")]);
        assert_eq!(draft.answer(ranked, &[]), Answer::Options(vec![id("b")]));
    }

    #[test]
    fn a_time_that_was_not_touched_is_one_at_which_somebody_cannot() {
        let kind = Kind::Availability;
        let options = ["a", "b", "c"].map(|name| PollOption::new(id(name), ""));
        let mut draft = Draft::default();
        assert_eq!(draft.answer(kind, &options), Answer::Values(Vec::new()), "nothing is no answer");
        draft.mark(kind, id("b"), Some(1));
        draft.mark(kind, id("c"), Some(0));
        let says = |option, value| Value { option: id(option), value };
        let all = vec![says("a", 0), says("b", 1), says("c", 0)];
        assert_eq!(draft.answer(kind, &options), Answer::Values(all));
    }

    #[test]
    fn dots_are_counted_while_they_are_spread() {
        let kind = Kind::Allocation { dots: 5 };
        let mut draft = Draft::default();
        draft.mark(kind, id("a"), Some(3));
        draft.mark(kind, id("b"), Some(1));
        draft.mark(kind, id("a"), Some(2));
        assert_eq!((draft.sum(), draft.value(&id("a"))), (3, Some(2)));
    }
}
