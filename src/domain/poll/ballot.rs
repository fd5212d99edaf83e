//! One member's ballot: which answers a poll accepts, and their normal form.

use super::kind::{Kind, Reasons, Stance};
use super::{Poll, in_order};
use crate::domain::id::OptionId;
use crate::domain::text::is_blank;

/// The most characters of a reason.
pub const MAX_REASON: usize = 500;

/// One member's ballot in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Orders the ballots of one member in one poll, across tabs and devices. The first is 1.
    pub revision: u64,
    /// What the ballot says.
    pub says: Says,
}

/// What a ballot says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// This answer.
    This(Answer),
    /// Nothing: the member took the ballot back.
    TakenBack,
    /// An answer that nobody can find out, in an anonymous poll.
    Unknown,
}

/// One member's whole answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A deliberate abstention.
    Abstention,
    /// Choice: the chosen options, in the order of the poll. Ranked: the ranked options, the first preference first.
    Options(Vec<OptionId>),
    /// Rating, allocation, availability: numbers for one or more options.
    Values(Vec<Value>),
    /// Proposal: one of the stances, and the reason, which may be empty.
    Stance(OptionId, String),
}

/// A number that a ballot gives an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The option.
    pub option: OptionId,
    /// Rating: a number on the scale. Allocation: points. Availability: 0 for no, 1 for if need be, 2 for yes.
    pub value: i32,
}

/// Why a poll rejects a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBallot {
    /// It is of another kind than the poll.
    OtherKind,
    /// It abstains, and the poll takes no abstentions.
    NoAbstention,
    /// It has an option that the poll does not have.
    Unknown(OptionId),
    /// It has an option twice.
    Doubled(OptionId),
    /// It has fewer options than this minimum.
    TooFew(u32),
    /// It has more options than this maximum.
    TooMany(u32),
    /// Its number for this option is not on the scale.
    OffScale(OptionId),
    /// It spends more points than this maximum.
    TooManyDots(u32),
    /// It has no reason, and the poll requires one.
    NoReason,
    /// It has a reason, and the poll does not ask for any.
    NeedlessReason,
    /// Its reason has more than [`MAX_REASON`] characters.
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
            Self::NoReason => f.write_str("reason: say why"),
            Self::NeedlessReason => f.write_str("this poll asks for no reasons"),
            Self::LongReason => write!(f, "a reason has at most {MAX_REASON} characters"),
        }
    }
}

impl Ballot {
    /// Whether it counts: the member did not take it back.
    pub fn stands(&self) -> bool {
        self.says != Says::TakenBack
    }

    /// Its answer; `None` where the ballot was taken back or nobody can find out what it says.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.says {
            Says::This(answer) => Some(answer),
            Says::TakenBack | Says::Unknown => None,
        }
    }
}

impl Answer {
    /// The answer without these options; `None` where nothing is left of it.
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

    /// The options in the answer, each with a number. For choices and rankings, that is its position in the answer, from 1;
    /// for values, the value; for a stance, 1.
    pub fn marks(&self) -> Vec<(&OptionId, i32)> {
        match self {
            Self::Abstention => Vec::new(),
            Self::Options(options) => options.iter().zip(1..).collect(),
            Self::Values(values) => values.iter().map(|v| (&v.option, v.value)).collect(),
            Self::Stance(option, _) => vec![(option, 1)],
        }
    }
}

pub(super) fn take<T>(poll: &Poll<T>, answer: Answer) -> Result<Answer, BadBallot> {
    check_names(poll, &answer)?;
    match (poll.rules.kind, answer) {
        (Kind::Choice { .. }, answer) => take_choice(poll, answer),
        (
            Kind::Rating(_) | Kind::Ranked(_) | Kind::Allocation { .. } | Kind::Availability,
            Answer::Abstention,
        ) => take_abstention(poll),
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
            in_values(poll, values.into_iter().filter(|v| v.value > 0).collect())
        }
        (kind @ (Kind::Rating(_) | Kind::Availability), Answer::Values(values)) => {
            let off = |v: &&Value| kind.scale().is_some_and(|scale| scale.place(v.value).is_none());
            if let Some(value) = values.iter().find(off) {
                return Err(BadBallot::OffScale(value.option.clone()));
            }
            in_values(poll, values)
        }
        (Kind::Proposal(_), Answer::Options(mut stances)) if stances.len() == 1 => {
            take(poll, Answer::Stance(stances.remove(0), String::new()))
        }
        (Kind::Proposal(proposal), Answer::Stance(option, reason)) => {
            let reason = if is_blank(&reason) { String::new() } else { reason.trim().to_owned() };
            let disagrees = Stance::of(&option).is_some_and(Stance::is_against);
            match proposal.reasons {
                Reasons::Off if !reason.is_empty() => Err(BadBallot::NeedlessReason),
                Reasons::Required if reason.is_empty() => Err(BadBallot::NoReason),
                Reasons::ToDisagree if disagrees && reason.is_empty() => Err(BadBallot::NoReason),
                Reasons::Off | Reasons::Optional | Reasons::Required | Reasons::ToDisagree => {
                    let long = reason.chars().count() > MAX_REASON;
                    if long { Err(BadBallot::LongReason) } else { Ok(Answer::Stance(option, reason)) }
                }
            }
        }
        // To abstain from a proposal is one of the stances.
        (Kind::Proposal(_), Answer::Abstention | Answer::Options(_) | Answer::Values(_))
        | (Kind::Ranked(_), Answer::Values(_) | Answer::Stance(..))
        | (
            Kind::Rating(_) | Kind::Allocation { .. } | Kind::Availability,
            Answer::Options(_) | Answer::Stance(..),
        ) => Err(BadBallot::OtherKind),
    }
}

fn take_abstention<T>(poll: &Poll<T>) -> Result<Answer, BadBallot> {
    if poll.rules.abstention { Ok(Answer::Abstention) } else { Err(BadBallot::NoAbstention) }
}

pub(super) fn take_choice<T>(poll: &Poll<T>, answer: Answer) -> Result<Answer, BadBallot> {
    check_names(poll, &answer)?;
    match answer {
        Answer::Options(chosen) => {
            let Kind::Choice { min, max } = poll.rules.kind else { return Err(BadBallot::OtherKind) };
            let within = poll.options.iter().map(|o| &o.id).filter(|id| chosen.contains(id));
            at_least(min, chosen.len())?;
            at_most(max, chosen.len())?;
            Ok(Answer::Options(within.cloned().collect()))
        }
        Answer::Abstention => take_abstention(poll),
        Answer::Values(_) | Answer::Stance(..) => Err(BadBallot::OtherKind),
    }
}

/// Checks that an answer has only options of the poll, and each at most once.
fn check_names<T>(poll: &Poll<T>, answer: &Answer) -> Result<(), BadBallot> {
    let marks = answer.marks();
    for (i, (option, _)) in marks.iter().enumerate() {
        if poll.place(option).is_none() {
            return Err(BadBallot::Unknown((*option).clone()));
        }
        if marks[..i].iter().any(|(before, _)| before == option) {
            return Err(BadBallot::Doubled((*option).clone()));
        }
    }
    Ok(())
}

/// An answer of these values, sorted in the order of the poll's options.
fn in_values<T>(poll: &Poll<T>, mut values: Vec<Value>) -> Result<Answer, BadBallot> {
    at_least(1, values.len())?;
    Ok(Answer::Values(in_order(&poll.options, &mut values, |v| &v.option)))
}

fn at_least(min: u32, n: usize) -> Result<(), BadBallot> {
    if n < min as usize { Err(BadBallot::TooFew(min)) } else { Ok(()) }
}

fn at_most(max: u32, n: usize) -> Result<(), BadBallot> {
    if n > max as usize { Err(BadBallot::TooMany(max)) } else { Ok(()) }
}
