//! How each kind is counted, in plain words.

use super::proposal;
use crate::domain::poll::{Kind, Method};
use crate::ui::words;

/// How ties for the last place are broken, in the words of the README.
const TIES: &str = " Where several are lowest, the last round in which they differed decides; where they never differed, every way is followed, and it is a tie if the winners differ, or if there are too many ways (from some 20 options level).";

pub(super) fn of(kind: Kind) -> String {
    let words = match kind {
        Kind::Choice { max: 1, .. } => {
            "Most votes lead. Each percentage is of all votes; they are rounded by largest remainder, so that they add up to 100%."
        }
        Kind::Choice { .. } => {
            "Most votes lead. Each percentage is of those who voted; they can add up to more than 100%."
        }
        Kind::Rating(_) => {
            "A column is as high as so many gave that number. The line, and the number beside it, is the mean of all."
        }
        Kind::Ranked(Method::RunOff) => {
            return ["Everybody's first preference is counted. As long as none has more than half, the lowest is out, and their votes go to the next preference.", TIES].concat();
        }
        Kind::Ranked(Method::Stv { seats }) => {
            return [
                "Who reaches the quota is elected, and votes beyond it go on in parts to the next preference; else the lowest is out. So it goes until ",
                &words::count(seats, "seat"),
                " are filled (Scottish STV).",
                TIES,
            ]
            .concat();
        }
        Kind::Ranked(Method::Schulze) => {
            "Each option is compared with each other one: how many prefer the one to the other? Who wins against all others comes first; where they beat each other in a circle, the wins by more votes count (Schulze method)."
        }
        Kind::Allocation { .. } => {
            "All points that members give are added up. Each percentage is of all points."
        }
        Kind::Availability => {
            "The best time is the one at which most can; among equals, the one at which most could if need be."
        }
        Kind::Proposal(proposal) => {
            return [
                &proposal::needs(proposal),
                ". To abstain is to vote. Percentages are rounded so that they add up to 100%; whether it passes is decided by the votes.",
            ]
            .concat();
        }
    };
    words.into()
}
