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
