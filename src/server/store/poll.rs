//! Polls as staff write them, as they are stored, and as one viewer may see them.

use sha2::{Digest, Sha256};

use super::{Fault, Repeat};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{
    Answer, Asks, BadRules, Ballot, Base, Kind, MAX_DESCRIPTION, MAX_TITLE, Poll, PollOption, Proposal,
    Proposed, Results, Rules, Secrecy, Series, Standing, Viewer,
};
use crate::domain::time::Timestamp;
use crate::domain::translation::{Text, languages};
use crate::server::typed;
use crate::server::who::{Identity, Role};

/// A poll as staff write it.
#[derive(Clone, Debug)]
pub struct NewPoll {
    /// The poll's id.
    pub id: PollId,
    /// The poll's question.
    pub title: Text,
    /// A sentence or two about the question; may be empty.
    pub description: Text,
    /// The options, in order.
    pub options: Vec<PollOption<Text>>,
    /// The kind of poll, the times at which it opens and closes, and its other rules.
    pub rules: Rules,
    /// Who may vote.
    pub asks: Asks,
    /// The number of members who may vote, if it is known.
    pub entitled: Option<u32>,
    /// Whether each member sees the options in an order of their own, so that none is always the first.
    pub shuffle: bool,
    /// When the poll repeats, if it does.
    pub repeat: Option<Repeat>,
}

/// A poll with all that is stored about it except the ballots, before what a viewer may not see is removed.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The poll with its tally, and with a guest as its viewer.
    pub(super) poll: Poll<Text>,
    /// The revision with which the poll's title, description or options last changed.
    pub(super) written: u64,
    pub(super) asks: Asks,
    /// Members' own options that wait for staff, each with its author.
    pub(super) waiting: Vec<(MemberId, Proposed)>,
    pub(super) shuffle: bool,
    pub(super) repeat: Option<Repeat>,
}

/// A viewer's own ballot in a poll, and whether they follow it.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The viewer's ballot, if they ever cast one.
    pub ballot: Option<Ballot>,
    /// Whether the viewer follows the poll.
    pub follows: bool,
}

impl NewPoll {
    /// A poll with these options and rules. All other fields have their defaults.
    pub fn new(id: PollId, title: &str, options: Vec<PollOption>, rules: Rules) -> Self {
        let options = options.into_iter().map(|option| option.map(&mut Text::from));
        Self {
            id,
            title: title.into(),
            description: Text::default(),
            options: options.collect(),
            rules,
            asks: Asks::default(),
            entitled: None,
            shuffle: false,
            repeat: None,
        }
    }

    /// Cleans the poll's texts. Fails if two options look the same in a language, unless both are in `before` with the same
    /// labels.
    pub(super) fn typed(mut self, before: &[PollOption<Text>]) -> Result<Self, Fault> {
        self.title = self.title.map(typed::line);
        self.description = self.description.map(typed::lines);
        self.options.iter_mut().for_each(|option| option.label = option.label.map(typed::line));
        let kept = |at: usize| {
            let option = &self.options[at];
            before.iter().any(|known| known.id == option.id && known.label == option.label)
        };
        for (language, options) in readings(&self.options) {
            for (at, option) in options.iter().enumerate() {
                // Stances without labels are not compared, since the widget names them.
                let is_double = |other: usize| {
                    (!option.label.is_empty() || option.when.is_some())
                        && option.is_double(&options[other], &typed::same)
                        && !(kept(at) && kept(other))
                };
                if let Some(other) = (0..at).find(|other| is_double(*other)) {
                    let language = language.map(Into::into);
                    return Err(Fault { rules: BadRules::Doubled(at, other), language });
                }
            }
        }
        Ok(self)
    }

    /// When the round after the one at `opens_at` opens, if there is one.
    pub(in crate::server) fn next_round(&self) -> Option<Timestamp> {
        self.repeat.as_ref()?.next(self.rules.opens_at?)
    }

    /// Checks that the poll is valid if its next round opens at `next`.
    pub(in crate::server) fn check(&self, next: Option<Timestamp>) -> Result<(), Fault> {
        self.check_texts()?;
        Ok(self.check_rules(next)?)
    }

    /// Checks each text in each of its languages.
    fn check_texts(&self) -> Result<(), Fault> {
        let check = |text: &Text, rules: BadRules, is_right: &dyn Fn(&str) -> bool| {
            let wrong = text.each().find(|(_, text)| !is_right(text));
            let fault =
                |(language, _): (Option<&str>, _)| Fault { rules, language: language.map(Into::into) };
            wrong.map_or(Ok(()), |wrong| Err(fault(wrong)))
        };
        let has = |text: &str, most| (1..=most).contains(&text.chars().count());
        check(&self.title, BadRules::Title, &|text| has(text, MAX_TITLE))?;
        for (at, option) in self.options.iter().enumerate() {
            // A day, a time and a stance may have no label, since the widget names them.
            let named = option.when.is_some() || matches!(self.rules.kind, Kind::Proposal(_));
            check(&option.label, BadRules::Label(at), &|text| {
                has(text, MAX_TITLE) || text.is_empty() && named
            })?;
        }
        check(&self.description, BadRules::Description, &|text| text.chars().count() <= MAX_DESCRIPTION)
    }

    fn check_rules(&self, next: Option<Timestamp>) -> Result<(), BadRules> {
        if self.shuffle && matches!(self.rules.kind, Kind::Availability | Kind::Proposal(_)) {
            return Err(BadRules::Shuffle);
        }
        // The next round would end a round that an edit moves or extends beyond its opening, so such an edit is refused.
        if let Some(next) = next
            && (self.rules.opens_at >= Some(next) || self.rules.closes_at > Some(next))
        {
            return Err(BadRules::Overlap);
        }
        if self.asks.guests {
            let of_entitled = matches!(self.rules.kind, Kind::Proposal(Proposal { of: Base::Entitled, .. }));
            if self.asks.is_narrow() {
                return Err(BadRules::Guests);
            }
            if of_entitled || self.entitled.is_some() || self.rules.quorum.is_some() {
                return Err(BadRules::GuestShare);
            }
        }
        self.rules.check()?;
        self.rules.check_options(&self.options)
    }
}

impl Stored {
    /// The poll's id.
    pub fn id(&self) -> &PollId {
        &self.poll.id
    }

    /// The poll with its tally, even if viewers may not see the tally yet.
    pub fn poll(&self) -> &Poll<Text> {
        &self.poll
    }

    /// Who may vote.
    pub fn asks(&self) -> &Asks {
        &self.asks
    }

    /// Whether the poll's title, description and options are still those of this revision.
    pub fn is_as_of(&self, revision: u64) -> bool {
        (self.written..=self.poll.revision).contains(&revision)
    }

    /// When the poll repeats, if it does.
    pub fn repeat(&self) -> Option<&Repeat> {
        self.repeat.as_ref()
    }

    /// Whether each member sees the options in an order of their own.
    pub fn shuffles(&self) -> bool {
        self.shuffle
    }

    /// The option with this id that waits for staff, and its author.
    pub(super) fn waiting(&self, option: &OptionId) -> Option<&(MemberId, Proposed)> {
        self.waiting.iter().find(|(_, proposed)| proposed.option.id == *option)
    }

    /// Whether the poll is anonymous: the answers of ballots are not stored.
    pub(super) fn is_anonymous(&self) -> bool {
        self.poll.rules.secrecy == Secrecy::Anonymous
    }

    /// Whether the viewer may vote.
    pub(super) fn standing(&self, viewer: Option<&Identity>) -> Standing {
        match viewer.filter(|viewer| viewer.role != Role::Guest) {
            None if self.asks.guests => Standing::Invited,
            None => Standing::Guest,
            Some(member) if self.asks.member(&member.groups, member.stage) => Standing::Entitled,
            Some(_) => Standing::NotEntitled,
        }
    }

    /// The poll as a viewer may see it. `own` is the viewer's own ballot.
    pub fn seen_by(&self, viewer: Option<&Identity>, own: Own, now: Timestamp) -> Poll<Text> {
        let standing = self.standing(viewer);
        // `own` may be older than the poll, and have a ballot of an earlier round.
        let floor = self.poll.series.as_ref().map_or(0, Series::floor);
        let ballot = own.ballot.filter(|ballot| ballot.revision > floor);
        let voted = ballot.as_ref().is_some_and(Ballot::stands);
        let staff = viewer.is_some_and(|v| v.role == Role::Staff);
        let shown = self.poll.rules.shows_tally(now, voted, staff);
        let mut poll = self.poll.clone();
        poll.tally.take_if(|_| !shown);
        if let Some(series) = &mut poll.series
            && poll.rules.results == Results::Staff
            && !staff
        {
            series.past.clear();
        }
        if let Some(member) = viewer.filter(|v| self.shuffle && v.role == Role::Member) {
            shuffle(&mut poll, &member.id);
        }
        let sees = |by: &MemberId| staff || viewer.is_some_and(|viewer| viewer.id == *by);
        let waiting = self.waiting.iter().filter(|(by, _)| sees(by));
        poll.proposed = waiting.map(|(_, proposed)| proposed.clone()).collect();
        if !staff {
            poll.proposed.iter_mut().for_each(|proposed| proposed.by = None);
        }
        let member = viewer.is_some_and(|viewer| viewer.role != Role::Guest);
        poll.viewer = Viewer { standing, ballot, follows: member.then_some(own.follows), staff };
        poll
    }

    /// The poll as staff wrote it.
    pub(super) fn as_new(&self) -> NewPoll {
        let poll = &self.poll;
        NewPoll {
            id: poll.id.clone(),
            title: poll.title.clone(),
            description: poll.description.clone(),
            options: poll.options.clone(),
            rules: poll.rules.clone(),
            asks: self.asks.clone(),
            entitled: poll.turnout.entitled,
            shuffle: self.shuffle,
            repeat: self.repeat.clone(),
        }
    }

    /// The poll as readers of each language of its options read it, and as readers of none do.
    pub(super) fn readings(&self) -> impl Iterator<Item = Poll> {
        readings(&self.poll.options).into_iter().map(|(language, options)| {
            let read = self.poll.clone().map(&mut |text| read_in(&text, language));
            Poll { options, ..read }
        })
    }

    /// Counts a member's new answer, `None` if the ballot is taken back, instead of their ballot `before`.
    pub(super) fn count(&mut self, before: Option<&Ballot>, after: Option<&Answer>) {
        let turnout = &mut self.poll.turnout;
        let cast = turnout.cast + u32::from(after.is_some());
        turnout.cast = cast.saturating_sub(u32::from(before.is_some_and(Ballot::stands)));
        if let Some(tally) = &mut self.poll.tally {
            let before = before.and_then(Ballot::answer);
            tally.replace(self.poll.rules.kind, &self.poll.options, before, after);
        }
    }
}

/// The options in each of the languages of their labels, and for readers of none.
fn readings(options: &[PollOption<Text>]) -> Vec<(Option<&str>, Vec<PollOption>)> {
    let languages = languages(options.iter().map(|option| &option.label));
    let all = languages.into_iter().map(Some).chain([None]);
    all.map(|language| {
        let read = |option: &PollOption<Text>| option.clone().map(&mut |text| read_in(&text, language));
        (language, options.iter().map(read).collect())
    })
    .collect()
}

fn read_in(text: &Text, language: Option<&str>) -> String {
    language.map_or(text.first(), |language| text.read_in(language)).to_owned()
}

/// Sorts the options into an order of this member's own, which is always the same.
fn shuffle(poll: &mut Poll<Text>, member: &MemberId) {
    let rank = |option: &PollOption<Text>| Sha256::digest(format!("{} {member} {}", poll.id, option.id));
    let mut options = poll.options.clone();
    options.sort_by_cached_key(rank);
    if let Some(tally) = &mut poll.tally {
        *tally = tally.of_options(poll.rules.kind, &poll.options, &options);
    }
    poll.options = options;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_26_two_options_that_read_the_same_from_earlier_days_stay_until_one_is_edited() {
        let labelled = |labels: [&str; 2]| -> Vec<PollOption> {
            let option = |(id, label): (&str, &str)| PollOption::new(OptionId::new(id).unwrap(), label);
            ["a", "b"].into_iter().zip(labels).map(option).collect()
        };
        let write = |labels: [&str; 2], before: [&str; 2]| {
            let rules = Rules::of(Kind::Choice { min: 1, max: 1 });
            let new = NewPoll::new(PollId::new("p").unwrap(), "Which?", labelled(labels), rules);
            let before: Vec<_> =
                labelled(before).into_iter().map(|option| option.map(&mut Text::from)).collect();
            new.typed(&before)
                .map(|poll| poll.options[1].label.first().to_owned())
                .map_err(|error| error.to_string())
        };
        assert_eq!(write(["Tea", "tea"], ["Tea", "tea"]), Ok("tea".into()));
        for (labels, before) in [(["TEA", "tea"], ["Tea", "tea"]), (["Tea", "tea"], ["Tea", "Coffee"])] {
            let refused = write(labels, before).unwrap_err();
            assert!(refused.contains("options[1].label: reads the same as that of options[0]"), "{refused}");
        }
    }
}
