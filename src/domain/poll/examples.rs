//! An example of each kind of poll and of each voting method. Everything that has to know every kind goes through them: tests of
//! the API, the database, the check, the prices and the browser, the demo, and the reference.

use super::{Answer, Base, Kind, Method, PollOption, Proposal, Reasons, Scale, Slot, Stance, Value, When};
use crate::domain::id::OptionId;
use crate::domain::time::Timestamp;

/// An example of each kind, and of each voting method.
pub const KINDS: [Kind; 8] = [
    Kind::Choice { min: 1, max: 2 },
    Kind::Rating(Scale { min: 1, max: 5, step: 1 }),
    Kind::Ranked(Method::RunOff),
    Kind::Ranked(Method::Stv { seats: 2 }),
    Kind::Ranked(Method::Schulze),
    Kind::Allocation { dots: 5 },
    Kind::Availability,
    Kind::Proposal(Proposal { reasons: Reasons::ToDisagree, threshold: 50, of: Base::Ballots }),
];

/// The options of an example, which fit any poll of its kind.
pub fn options(kind: Kind) -> Vec<PollOption> {
    let ids = match kind {
        Kind::Proposal(_) => [Stance::Agree, Stance::Disagree, Stance::Block].map(Stance::id),
        Kind::Choice { .. }
        | Kind::Rating(_)
        | Kind::Ranked(_)
        | Kind::Allocation { .. }
        | Kind::Availability => ["a", "b", "c"],
    };
    let when = |hour: i64| match kind {
        Kind::Availability => Some(When::Time(Slot::new(Timestamp(hour * 3_600_000), None))),
        Kind::Choice { .. }
        | Kind::Rating(_)
        | Kind::Ranked(_)
        | Kind::Allocation { .. }
        | Kind::Proposal(_) => None,
    };
    let option =
        |(id, hour)| Some(PollOption { when: when(hour), ..PollOption::new(OptionId::new(id).ok()?, id) });
    ids.into_iter().zip(18..).filter_map(option).collect()
}

/// Four answers that an example accepts with these [`options`]. The third is an abstention where the kind has abstentions.
pub fn answers(kind: Kind) -> Vec<Answer> {
    let values = |numbers: &[(usize, i32)]| Said::Values(numbers.to_vec());
    let said = match kind {
        Kind::Choice { .. } => {
            [Said::Options(vec![0]), Said::Options(vec![2, 0]), Said::Abstention, Said::Options(vec![1])]
        }
        Kind::Rating(_) => {
            [values(&[(0, 5), (1, 1)]), values(&[(0, 4)]), Said::Abstention, values(&[(2, 3)])]
        }
        Kind::Ranked(_) => [vec![0, 1, 2], vec![1, 2], vec![2, 1, 0], vec![1]].map(Said::Options),
        Kind::Allocation { .. } => {
            [values(&[(0, 5)]), values(&[(1, 2), (2, 2)]), Said::Abstention, values(&[(0, 1)])]
        }
        Kind::Availability => {
            [values(&[(0, 2), (1, 1)]), values(&[(1, 2), (2, 0)]), Said::Abstention, values(&[(0, 0)])]
        }
        Kind::Proposal(_) => {
            [(0, ""), (2, "Not yet."), (0, "At last."), (1, "No.")].map(|(at, why)| Said::Stance(at, why))
        }
    };
    let options = options(kind);
    said.into_iter().filter_map(|said| said.of(&options)).collect()
}

/// An answer with the indices of the options.
enum Said {
    Abstention,
    Options(Vec<usize>),
    Values(Vec<(usize, i32)>),
    Stance(usize, &'static str),
}

impl Said {
    fn of(self, options: &[PollOption]) -> Option<Answer> {
        let id = |at: usize| options.get(at).map(|option| option.id.clone());
        Some(match self {
            Self::Abstention => Answer::Abstention,
            Self::Options(places) => Answer::Options(places.into_iter().map(id).collect::<Option<_>>()?),
            Self::Values(values) => {
                let value = |(at, value)| Some(Value { option: id(at)?, value });
                Answer::Values(values.into_iter().map(value).collect::<Option<_>>()?)
            }
            Self::Stance(at, why) => Answer::Stance(id(at)?, why.into()),
        })
    }
}
