//! A ballot in the making.

use super::ballot::{Answer, Value};
use super::kind::Kind;
use super::{Poll, PollOption};
use crate::domain::id::OptionId;

/// What a member has put on a ballot that is not sent yet: whatever the kind, some options, each with a number, in an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    marks: Vec<Value>,
    /// Why, where a reason is taken.
    pub reason: String,
}

impl Draft {
    /// What the viewer's ballot says, to be changed.
    pub fn of(poll: &Poll) -> Self {
        let Some(answer) = poll.answer() else { return Self::default() };
        let mark = |(option, value): (&OptionId, i32)| Value { option: option.clone(), value };
        let marks = answer.marks().into_iter().map(mark).collect();
        let reason = if let Answer::Stance(_, reason) = answer { reason.clone() } else { String::new() };
        Self { marks, reason }
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The number at an option.
    pub fn value(&self, option: &OptionId) -> Option<i32> {
        self.marks.iter().find(|m| m.option == *option).map(|m| m.value)
    }

    /// The options on it, in its order.
    pub fn order(&self) -> impl Iterator<Item = &OptionId> {
        self.marks.iter().map(|m| &m.option)
    }

    /// The sum of all numbers on it.
    pub fn sum(&self) -> i32 {
        self.marks.iter().map(|m| m.value).sum()
    }

    /// Puts a number at an option, in the place of the one that is there, or takes it off. Where a ballot is one option,
    /// the others go.
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

    /// Puts an option in this place, 0 for the first, or the last if there are fewer.
    pub fn place(&mut self, option: OptionId, at: usize) {
        self.leave_out(&option);
        let at = at.min(self.marks.len());
        self.marks.insert(at, Value { option, value: 0 });
    }

    /// Takes an option off it.
    pub fn leave_out(&mut self, option: &OptionId) {
        self.marks.retain(|m| m.option != *option);
    }

    /// Leaves out what the poll does not have any more.
    pub fn keep_within(&mut self, options: &[PollOption]) {
        self.marks.retain(|m| options.iter().any(|o| o.id == m.option));
    }

    /// What it says in a poll of this kind with these options, whether or not the poll takes it. Where it says when
    /// somebody can, they cannot at the times it says nothing of.
    pub fn answer(&self, kind: Kind, options: &[PollOption]) -> Answer {
        match (kind, self.marks.first()) {
            (Kind::Proposal(_), Some(stance)) => Answer::Stance(stance.option.clone(), self.reason.clone()),
            (Kind::Choice { .. } | Kind::Ranked(_) | Kind::Proposal(_), _) => {
                Answer::Options(self.order().cloned().collect())
            }
            (Kind::Availability, Some(_)) => {
                let value =
                    |o: &PollOption| Value { option: o.id.clone(), value: self.value(&o.id).unwrap_or(0) };
                Answer::Values(options.iter().map(value).collect())
            }
            _ => Answer::Values(self.marks.clone()),
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
