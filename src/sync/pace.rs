//! The limit of retries: the one place that counts and spaces the retries of all calls, whatever their answers.

use super::Moment;
use super::topic::Resource;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;

/// The most retries of one call in a minute.
const OF_ONE: usize = 10;

/// The most retries of all calls together in a minute.
const OF_ALL: usize = 30;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// A call whose retries are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// A read, by its first resource.
    Read(Resource),
    /// A write, by its idempotency key.
    Write(String),
    /// The opening of the live feed.
    Listen,
    /// The question who is asking.
    Ask,
    /// The file of a poll's votes.
    Save(PollId),
}

/// The retries of the last minute, with their times.
#[derive(Debug, Default)]
pub(super) struct Pace(Vec<(Call, Timestamp)>);

impl Pace {
    /// Admits a call, and counts it as a retry unless it is the call's `first` attempt. If the limit is reached, returns for
    /// how many milliseconds the call has to wait.
    pub(super) fn admit(&mut self, call: Call, first: bool, moment: Moment) -> Result<(), u32> {
        let now = moment.now;
        for (_, at) in &mut self.0 {
            *at = now.min(*at); // otherwise a clock that was set back would keep retries for too long
        }
        self.0.retain(|(_, at)| at.0 > now.0 - MINUTE);
        if first {
            return Ok(());
        }
        let same = |tried: &&(Call, Timestamp)| tried.0 == call;
        let free = |tries: &mut dyn Iterator<Item = i64>, most: usize| {
            let tries: Vec<i64> = tries.collect();
            let due = tries.len().checked_sub(most).and_then(|over| tries.get(over));
            due.map_or(0, |at| at + MINUTE - now.0)
        };
        let one = free(&mut self.0.iter().filter(same).map(|(_, at)| at.0), OF_ONE);
        let wait = free(&mut self.0.iter().map(|(_, at)| at.0), OF_ALL).max(one);
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        self.0.push((call, now));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_ten_more_tries_of_one_call_and_thirty_of_all() {
        let mut pace = Pace::default();
        let mut at =
            |call: Call, first, now| pace.admit(call, first, Moment { now: Timestamp(now), random: 0 });
        for now in 0..10 {
            assert_eq!(at(Call::Listen, false, now), Ok(()));
        }
        assert_eq!(at(Call::Listen, false, 10), Err(59_990));
        assert_eq!(at(Call::Listen, true, 10), Ok(()));
        for now in 0..20 {
            assert_eq!(at(Call::Write(now.to_string()), false, 20), Ok(()));
        }
        assert_eq!(at(Call::Write("k".into()), false, 30), Err(59_970));
        assert_eq!(at(Call::Write("k".into()), false, 60_000), Ok(()));
        assert_eq!(at(Call::Listen, false, 60_000), Err(1));
    }

    #[test]
    fn a_clock_that_was_set_back_takes_no_try_away_and_keeps_none_for_longer_than_a_minute() {
        let mut pace = Pace::default();
        let mut at = |now| pace.admit(Call::Listen, false, Moment { now: Timestamp(now), random: 0 });
        for _ in 0..10 {
            assert_eq!(at(7_200_000), Ok(()));
        }
        assert_eq!(at(3_600_000), Err(60_000));
        assert_eq!(at(3_659_999), Err(1));
        assert_eq!(at(3_660_000), Ok(()));
    }
}
