//! Why a host refused something, in words, by the code of the problem.

use super::forms;
use crate::contract::ProblemCode;
use crate::domain::poll::{BadBallot, Kind};
use crate::sync::Refusal;
use crate::ui::Locale;
use crate::ui::poll::faces::Shown;

/// The sentence for a code with its limit; `None` for a code that is not known, or lacks its limit.
pub(super) fn sentence(locale: &Locale, of: Option<Shown<'_>>, code: &str) -> Option<String> {
    let words = &locale.words;
    let (word, limit) = code.split_once(' ').unwrap_or((code, ""));
    let limit = || limit.parse::<u32>().ok();
    if word == Refusal::NOT_THEIRS {
        return Some(words.why_not_theirs());
    }
    let bad = |bad| of.map(|(_, face)| face.complaint(locale, &bad));
    Some(match ProblemCode::of(word)? {
        ProblemCode::NotEntitled => words.why_not_entitled(),
        ProblemCode::NotAuthor | ProblemCode::StaffOnly => words.why_forbidden(),
        ProblemCode::PollMissing => words.poll_gone(),
        ProblemCode::PollDeleted => words.poll_deleted(),
        ProblemCode::PollUpcoming => words.why_poll_upcoming(),
        ProblemCode::PollClosed => words.poll_closed(),
        ProblemCode::StaleBallot => words.refused_superseded(),
        ProblemCode::BallotFinal => words.why_ballot_final(),
        ProblemCode::OptionGone => words.option_gone(),
        ProblemCode::TooFewOptions => bad(BadBallot::TooFew(limit()?))?,
        ProblemCode::TooManyOptions if matches!(of?.0.rules.kind, Kind::Choice { .. }) => {
            bad(BadBallot::TooMany(limit()?))?
        }
        ProblemCode::TooManyPoints => words.points_to_spread(limit()?),
        ProblemCode::OffScale if matches!(of?.0.rules.kind, Kind::Rating(_)) => words.rating_off_scale(),
        ProblemCode::OtherKind
        | ProblemCode::NoAbstention
        | ProblemCode::NoReasons
        | ProblemCode::TooManyOptions
        | ProblemCode::OffScale => words.wrong_kind(),
        ProblemCode::ReasonNeeded => words.reason_needed(),
        ProblemCode::ReasonTooLong => words.reason_too_long(limit()?),
        ProblemCode::NoOwnOptions => words.add_not_taken(),
        ProblemCode::OptionLabel => words.add_label_needed(limit()?),
        ProblemCode::OptionTime if forms::has_days(of?.0) => words.add_day_needed(),
        ProblemCode::OptionTime => words.add_time_needed(),
        ProblemCode::OptionDoubled => words.add_doubled(),
        ProblemCode::OptionsFull => words.add_full(),
        ProblemCode::OwnOptionsFull => words.why_own_options_full(limit()?),
        ProblemCode::OptionNotWaiting => words.why_option_not_waiting(),
        ProblemCode::OptionMisfit => words.why_option_misfit(),
        ProblemCode::NoComments => words.why_no_comments(),
        ProblemCode::CommentEmpty => words.comment_empty(),
        ProblemCode::CommentTooLong => words.comment_too_long(limit()?),
        ProblemCode::CommentGone => words.why_comment_gone(),
        ProblemCode::StepGone => words.why_step_gone(),
        ProblemCode::StepByHost => words.why_step_by_host(),
    })
}
