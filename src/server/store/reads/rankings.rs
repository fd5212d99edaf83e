//! Ranked polls: their profile, which is the number of ballots for each ranking, and the result of counting it.

use crate::domain::count::{Profile, Ranking, run_off, schulze, stv};
use crate::domain::id::OptionId;
use crate::domain::poll::{Answer, Count, Kind, Method, PollOption, Says};
use crate::domain::translation::Text;
use crate::server::store::Stored;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, says};

/// The most different rankings with which a poll is counted in the write of a ballot.
const AT_ONCE: usize = 1000;

/// The most options with which it is. More options can be tied in more ways than there is time to follow.
const FEW: usize = 6;

/// Reads the profile of a ranked poll from its ballots.
pub async fn profile_of(read: &mut Connection, stored: &Stored) -> Result<Profile, StoreError> {
    let poll = &stored.poll;
    let mut profile = Profile::new();
    let sql = "SELECT says FROM ballots WHERE poll = ? AND says <> ''";
    let texts: Vec<String> = Query::new(sql).bind(poll.id.as_str()).fetch_all(read).await?;
    for text in texts {
        if let Says::This(answer) = says(Some(&text), None)?
            && let Some(ranking) = ranking(&answer, &poll.options)
        {
            *profile.entry(ranking).or_default() += 1;
        }
    }
    Ok(profile)
}

/// Replaces a ballot in a profile.
pub fn replace(
    profile: &mut Profile,
    options: &[PollOption<Text>],
    before: Option<&Answer>,
    after: Option<&Answer>,
) {
    if let Some(ranking) = before.and_then(|answer| ranking(answer, options))
        && let Some(ballots) = profile.get_mut(&ranking)
    {
        *ballots = ballots.saturating_sub(1);
        if *ballots == 0 {
            profile.remove(&ranking);
        }
    }
    if let Some(ranking) = after.and_then(|answer| ranking(answer, options)) {
        *profile.entry(ranking).or_default() += 1;
    }
}

fn ranking(answer: &Answer, options: &[PollOption<Text>]) -> Option<Ranking> {
    let Answer::Options(order) = answer else { return None };
    let place = |id: &OptionId| options.iter().position(|o| o.id == *id).and_then(|at| u8::try_from(at).ok());
    Some(order.iter().filter_map(place).collect())
}

/// Counts a poll if that takes too little time to matter to a write. Returns whether it did.
pub fn count_at_once(stored: &mut Stored, profile: &Profile) -> bool {
    let Kind::Ranked(method) = stored.poll.rules.kind else { return false };
    let options = stored.poll.options.len();
    let small = profile.len() <= AT_ONCE && options <= FEW;
    if small && let Some(tally) = &mut stored.poll.tally {
        tally.count = count(method, options, profile);
    }
    small
}

pub fn count(method: Method, options: usize, profile: &Profile) -> Count {
    match method {
        Method::RunOff => Count::Rounds(run_off(options, profile)),
        Method::Stv { seats } => Count::Rounds(stv(options, profile, seats)),
        Method::Schulze => Count::Pairs(schulze(options, profile)),
    }
}
