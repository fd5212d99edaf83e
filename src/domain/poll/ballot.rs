//! One member's ballot: what it may say, and its normal form.

use super::kind::{Kind, Reasons, STANCES};
use super::{Poll, in_order};
use crate::domain::id::OptionId;

/// Most characters of a reason.
pub const MAX_REASON: usize = 500;

/// One member's ballot in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Orders the ballots of one member in one poll, over tabs and devices. The first is 1.
    pub revision: u64,
    /// What it says.
    pub says: Says,
}

/// What a ballot says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// This.
    This(Answer),
    /// Nothing any more: it was taken back.
    TakenBack,
    /// What nobody knows any more, in an anonymous poll.
    Unknown,
}

/// One member's whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They say nothing, on purpose.
    Abstention,
    /// Choice: these, in the order of the poll. Ranked: these, the first preference first.
    Options(Vec<OptionId>),
    /// Rating, allocation, availability: so much for each of these.
    Values(Vec<Value>),
    /// Proposal: this.
    Stance(OptionId, String),
}

/// A number for an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which.
    pub option: OptionId,
    /// Rating: on the scale. Allocation: points. Availability: 0 no, 1 if need be, 2 yes.
    pub value: i32,
}

/// Why a ballot cannot stand in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBallot {
    /// Is of another kind than the poll.
    OtherKind,
    /// Says nothing, where that is no answer.
    NoAbstention,
    /// Names an option that the poll does not have.
    Unknown(OptionId),
    /// Names an option twice.
    Doubled(OptionId),
    /// Fewer options than this least number.
    TooFew(u32),
    /// More options than this greatest number.
    TooMany(u32),
    /// A number that is not on the scale.
    OffScale(OptionId),
    /// More points than this.
    TooManyDots(u32),
    /// No reason, where one is asked for.
    NoReason,
    /// A reason where none is asked for.
    NeedlessReason,
    /// A reason of more than [`MAX_REASON`] characters.
    LongReason,
}

impl std::fmt::Display for BadBallot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherKind => f.write_str("this poll takes another kind of ballot"),
            Self::NoAbstention => f.write_str("this poll takes no abstentions"),
            Self::Unknown(option) => write!(f, "the poll has no option \"{option}\""),
            Self::Doubled(option) => write!(f, "option \"{option}\" is chosen twice"),
            Self::TooFew(min) => write!(f, "choose at least {min}"),
            Self::TooMany(max) => write!(f, "choose at most {max}"),
            Self::OffScale(option) => write!(f, "the number for \"{option}\" is none that this poll takes"),
            Self::TooManyDots(dots) => write!(f, "spread at most {dots}"),
            Self::NoReason => f.write_str("say why"),
            Self::NeedlessReason => f.write_str("this poll asks for no reasons"),
            Self::LongReason => write!(f, "a reason has at most {MAX_REASON} characters"),
        }
    }
}

impl Ballot {
    /// Whether it counts: it was not taken back.
    pub fn stands(&self) -> bool {
        self.says != Says::TakenBack
    }

    /// What it says, where that is known.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.says {
            Says::This(answer) => Some(answer),
            Says::TakenBack | Says::Unknown => None,
        }
    }
}

impl Answer {
    /// What is left of it once these options are gone; nothing where it says nothing any more.
    #[must_use]
    pub fn without(&self, gone: &[OptionId]) -> Option<Self> {
        let stays = |option: &OptionId| !gone.contains(option);
        let left = match self {
            Self::Abstention => Self::Abstention,
            Self::Options(options) => Self::Options(options.iter().filter(|o| stays(o)).cloned().collect()),
            Self::Values(values) => {
                Self::Values(values.iter().filter(|v| stays(&v.option)).cloned().collect())
            }
            Self::Stance(option, _) if !stays(option) => return None,
            Self::Stance(..) => self.clone(),
        };
        (left == Self::Abstention || !left.marks().is_empty()).then_some(left)
    }

    /// The options it names, with the number for each: for a choice 1, for a ranking the place.
    pub fn marks(&self) -> Vec<(&OptionId, i32)> {
        match self {
            Self::Abstention => Vec::new(),
            Self::Options(options) => options.iter().zip(1..).collect(),
            Self::Values(values) => values.iter().map(|v| (&v.option, v.value)).collect(),
            Self::Stance(option, _) => vec![(option, 1)],
        }
    }
}

impl Poll {
    /// Checks that an answer could stand as a ballot, and gives it in the one form in which the same is always said the
    /// same way.
    pub fn take(&self, answer: Answer) -> Result<Answer, BadBallot> {
        let marks = answer.marks();
        for (i, (option, _)) in marks.iter().enumerate() {
            if self.place(option).is_none() {
                return Err(BadBallot::Unknown((*option).clone()));
            }
            if marks[..i].iter().any(|(before, _)| before == option) {
                return Err(BadBallot::Doubled((*option).clone()));
            }
        }
        match (self.rules.kind, answer) {
            (Kind::Proposal(_), Answer::Abstention) => Err(BadBallot::OtherKind), // one of the stances
            (_, Answer::Abstention) if self.rules.abstention => Ok(Answer::Abstention),
            (_, Answer::Abstention) => Err(BadBallot::NoAbstention),
            (Kind::Choice { min, max }, Answer::Options(chosen)) => {
                let within = self.options.iter().map(|o| &o.id).filter(|id| chosen.contains(id));
                at_least(min, chosen.len())?;
                at_most(max, chosen.len())?;
                Ok(Answer::Options(within.cloned().collect()))
            }
            (Kind::Ranked(_), Answer::Options(order)) => {
                at_least(1, order.len())?;
                Ok(Answer::Options(order))
            }
            (Kind::Allocation { dots }, Answer::Values(values)) => {
                let is_number = |v: &Value| u32::try_from(v.value).is_ok_and(|n| n <= dots);
                if let Some(value) = values.iter().find(|v| !is_number(v)) {
                    return Err(BadBallot::OffScale(value.option.clone()));
                }
                let sum: i64 = values.iter().map(|v| i64::from(v.value)).sum();
                if sum > i64::from(dots) {
                    return Err(BadBallot::TooManyDots(dots));
                }
                self.values(values.into_iter().filter(|v| v.value > 0).collect())
            }
            (kind, Answer::Values(values)) if kind.scale().is_some() => {
                let off = |v: &&Value| kind.scale().is_some_and(|scale| scale.place(v.value).is_none());
                if let Some(value) = values.iter().find(off) {
                    return Err(BadBallot::OffScale(value.option.clone()));
                }
                self.values(values)
            }
            (Kind::Proposal(_), Answer::Options(mut stances)) if stances.len() == 1 => {
                self.take(Answer::Stance(stances.remove(0), String::new()))
            }
            (Kind::Proposal(proposal), Answer::Stance(option, reason)) => {
                let reason = reason.trim().to_owned();
                let disagrees = STANCES[2..].contains(&option.as_str());
                match proposal.reasons {
                    Reasons::Off if !reason.is_empty() => Err(BadBallot::NeedlessReason),
                    Reasons::Required if reason.is_empty() => Err(BadBallot::NoReason),
                    Reasons::ToDisagree if disagrees && reason.is_empty() => Err(BadBallot::NoReason),
                    _ if reason.chars().count() > MAX_REASON => Err(BadBallot::LongReason),
                    _ => Ok(Answer::Stance(option, reason)),
                }
            }
            _ => Err(BadBallot::OtherKind),
        }
    }

    /// Numbers in the order of the poll.
    fn values(&self, mut values: Vec<Value>) -> Result<Answer, BadBallot> {
        at_least(1, values.len())?;
        Ok(Answer::Values(in_order(&self.options, &mut values, |v| &v.option)))
    }
}

fn at_least(min: u32, n: usize) -> Result<(), BadBallot> {
    if n < min as usize { Err(BadBallot::TooFew(min)) } else { Ok(()) }
}

fn at_most(max: u32, n: usize) -> Result<(), BadBallot> {
    if n > max as usize { Err(BadBallot::TooMany(max)) } else { Ok(()) }
}
