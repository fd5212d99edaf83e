//! How long to wait before a retry: exponential backoff with jitter.

use super::{Fault, Moment};

const FIRST: u32 = 500;
/// The longest wait, in milliseconds.
pub const LONGEST: u32 = 60_000;

/// The milliseconds to wait after so many failed attempts (at least 1): exponential backoff whose upper half is jitter, so that
/// browsers which lost a host together do not come back together. A longer `Retry-After` of the host takes precedence.
pub fn delay(attempts: u32, fault: Option<&Fault>, moment: Moment) -> u32 {
    let whole = FIRST.saturating_mul(1 << attempts.clamp(1, 10).saturating_sub(1)).min(LONGEST);
    let half = whole / 2;
    let jittered = half + moment.random % (half + 1);
    match fault {
        Some(Fault::Busy { retry_after: Some(asked) }) => jittered.max(*asked),
        _ => jittered,
    }
}

/// So many milliseconds, plus jitter of up to half as many, so that browsers do not call at the same time.
pub fn about(wait: u32, moment: Moment) -> u32 {
    wait + moment.random % (wait / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn at(random: u32) -> Moment {
        Moment { now: Timestamp(0), random }
    }

    #[test]
    fn doubles_up_to_a_minute_with_half_left_to_chance() {
        assert_eq!(delay(1, None, at(0)), 250);
        assert_eq!(delay(1, None, at(250)), 500);
        assert_eq!(delay(4, None, at(0)), 2000);
        for attempts in [0, 8, 40, u32::MAX] {
            assert!(delay(attempts, None, at(u32::MAX)) <= LONGEST);
        }
    }

    #[test]
    fn obeys_the_hosts_own_word() {
        let busy = Fault::Busy { retry_after: Some(9000) };
        assert_eq!(delay(1, Some(&busy), at(0)), 9000);
    }
}
