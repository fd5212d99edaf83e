//! Writes and news in the plain form in which the browser stores them and its tabs send them to each other. What comes
//! back from there may be of another version, or nonsense.

use super::outbox::{Act, Pending, Stage, Write};
use super::{Reason, Refusal, Topic};
use crate::domain::id::{MemberId, OptionId, PollId, StepId};
use crate::domain::poll::{Answer, Slot, Value};
use crate::domain::time::Timestamp;

/// How a write that is still to be sent is marked, and a guest's; a refused one by its reason.
const QUEUED: &str = "queued";
const DRAFT: &str = "draft";
const REASONS: [(Reason, &str); 5] = [
    (Reason::SignedOut, "signed-out"),
    (Reason::Unverified, "unverified"),
    (Reason::PollClosed, "poll-closed"),
    (Reason::Superseded, "superseded"),
    (Reason::NotPossible, "not-possible"),
];

impl Pending {
    /// The write as texts: key, topic, revision, mark, the host's words, and then what a ballot says or the step.
    pub fn to_texts(&self) -> Vec<String> {
        let (mark, said) = match &self.stage {
            Stage::Draft => (DRAFT, ""),
            Stage::Refused(refusal) => {
                let reason = REASONS.iter().find(|(reason, _)| *reason == refusal.reason);
                (reason.map_or(QUEUED, |(_, mark)| mark), refusal.detail.as_str())
            }
            _ => (QUEUED, ""),
        };
        let (revision, rest) = match &self.write {
            Write::Ballot { revision, answer, .. } => {
                (*revision, answer.as_ref().map_or_else(Vec::new, to_texts))
            }
            Write::Act(_, act) => (0, act_texts(act)),
            Write::Step(step) => (0, vec![step.to_string()]),
        };
        let head = [&self.key, &self.write.topic().to_text(), &revision.to_string(), mark, said];
        head.into_iter().map(Into::into).chain(rest).collect()
    }

    /// Reads [`Pending::to_texts`]; nothing where this is no write.
    pub fn from_texts(texts: &[String]) -> Option<Self> {
        let [key, topic, revision, mark, said, rest @ ..] = texts else { return None };
        let write = match Topic::parse(topic)? {
            Topic::Poll(poll) => {
                if let Some(act) = act(rest) {
                    Write::Act(poll, act)
                } else {
                    let answer = if rest.is_empty() { None } else { Some(answer(rest)?) };
                    Write::Ballot { poll, revision: revision.parse().ok()?, answer }
                }
            }
            Topic::Checklist => Write::Step(StepId::new(rest.first()?).ok()?),
            Topic::Member(_) | Topic::Page(_) => return None,
        };
        let stage = match mark.as_str() {
            QUEUED => Stage::Queued,
            DRAFT => Stage::Draft,
            mark => {
                let (reason, _) = *REASONS.iter().find(|(_, word)| *word == mark)?;
                Stage::Refused(Refusal { reason, detail: said.clone(), instead: None })
            }
        };
        Some(Self { stage, kept: true, ours: false, ..Self::new(key.clone(), write) })
    }
}

const ABSTENTION: &str = "abstention";
const OPTIONS: &str = "options";
const VALUES: &str = "values";
const STANCE: &str = "stance";

/// An answer as texts: its kind, and what belongs to it.
fn to_texts(answer: &Answer) -> Vec<String> {
    let (kind, rest): (&str, Vec<String>) = match answer {
        Answer::Abstention => (ABSTENTION, Vec::new()),
        Answer::Options(ids) => (OPTIONS, ids.iter().map(ToString::to_string).collect()),
        Answer::Values(values) => {
            (VALUES, values.iter().flat_map(|v| [v.option.to_string(), v.value.to_string()]).collect())
        }
        Answer::Stance(option, reason) => (STANCE, vec![option.to_string(), reason.clone()]),
    };
    [kind.into()].into_iter().chain(rest).collect()
}

/// Reads [`to_texts`]; nothing where this is no answer.
fn answer(texts: &[String]) -> Option<Answer> {
    let option = |text: &String| OptionId::new(text).ok();
    let (kind, rest) = texts.split_first()?;
    match kind.as_str() {
        ABSTENTION => Some(Answer::Abstention),
        OPTIONS => rest.iter().map(option).collect::<Option<_>>().map(Answer::Options),
        VALUES => {
            let value = |pair: &[String]| {
                Some(Value { option: option(pair.first()?)?, value: pair.get(1)?.parse().ok()? })
            };
            rest.chunks(2).map(value).collect::<Option<_>>().map(Answer::Values)
        }
        STANCE => Some(Answer::Stance(option(rest.first()?)?, rest.get(1)?.clone())),
        _ => None,
    }
}

const ADD_OPTION: &str = "add-option";
const APPROVE: &str = "approve";
const DECLINE: &str = "decline";
const COMMENT: &str = "comment";
const TAKE_COMMENT: &str = "take-comment";
const FOLLOW: &str = "follow";
const UNFOLLOW: &str = "unfollow";
const CLOSE: &str = "close";
const OPEN: &str = "open";

/// What is done to a poll, as texts: which, and what belongs to it.
fn act_texts(act: &Act) -> Vec<String> {
    let (kind, text) = match act {
        Act::AddOption(label, _) => (ADD_OPTION, label.as_str()),
        Act::Judge(option, true) => (APPROVE, option.as_str()),
        Act::Judge(option, false) => (DECLINE, option.as_str()),
        Act::Comment(text) => (COMMENT, text.as_str()),
        Act::TakeComment(id) => (TAKE_COMMENT, id.as_str()),
        Act::Follow(true) => (FOLLOW, ""),
        Act::Follow(false) => (UNFOLLOW, ""),
        Act::Close(true) => (CLOSE, ""),
        Act::Close(false) => (OPEN, ""),
    };
    let mut texts = vec![kind.into(), text.into()];
    if let Act::AddOption(_, Some(slot)) = act {
        texts.push(slot.starts_at.0.to_string());
        texts.extend(slot.ends_at.map(|at| at.0.to_string()));
    }
    texts
}

/// Reads [`act_texts`]; nothing where this is nothing of the kind.
fn act(texts: &[String]) -> Option<Act> {
    let [kind, text, times @ ..] = texts else { return None };
    let time = |at: usize| times.get(at)?.parse().ok().map(Timestamp);
    let option = || OptionId::new(text).ok();
    Some(match kind.as_str() {
        ADD_OPTION => {
            let slot = time(0).map(|starts_at| Slot { starts_at, ends_at: time(1), offset: None });
            Act::AddOption(text.clone(), slot)
        }
        APPROVE => Act::Judge(option()?, true),
        DECLINE => Act::Judge(option()?, false),
        COMMENT => Act::Comment(text.clone()),
        TAKE_COMMENT => Act::TakeComment(text.clone()),
        FOLLOW => Act::Follow(true),
        UNFOLLOW => Act::Follow(false),
        CLOSE => Act::Close(true),
        OPEN => Act::Close(false),
        _ => return None,
    })
}

/// What one tab says to the others of the same viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It shows these, which the live feed is to bring; where it `asks`, it wants to hear the same of the others.
    Follows {
        /// What it shows.
        topics: Vec<Topic>,
        /// Whether it is new here.
        asks: bool,
    },
    /// Its member decided this.
    Decided(Pending),
    /// This decision, by its key, is not to be sent any more.
    Gone(String),
    /// Whether the live feed cannot be had, so that each has to look for itself.
    FeedDown(bool),
}

const FOLLOWS: &str = "follows";
const ASKS: &str = "asks";
const DECIDED: &str = "decided";
const GONE: &str = "gone";
const DOWN: &str = "down";
const UP: &str = "up";

impl Note {
    /// The note as texts: its kind, and what belongs to it.
    pub fn to_texts(&self) -> Vec<String> {
        let (kind, rest) = match self {
            Self::Follows { topics, asks } => {
                (if *asks { ASKS } else { FOLLOWS }, topics.iter().map(Topic::to_text).collect())
            }
            Self::Decided(pending) => (DECIDED, pending.to_texts()),
            Self::Gone(key) => (GONE, vec![key.clone()]),
            Self::FeedDown(down) => (if *down { DOWN } else { UP }, Vec::new()),
        };
        [kind.into()].into_iter().chain(rest).collect()
    }

    /// Reads [`Note::to_texts`]; nothing where this is no note.
    pub fn from_texts(texts: &[String]) -> Option<Self> {
        let (kind, rest) = texts.split_first()?;
        match kind.as_str() {
            kind @ (FOLLOWS | ASKS) => {
                let topics = rest.iter().filter_map(|t| Topic::parse(t)).collect();
                Some(Self::Follows { topics, asks: kind == ASKS })
            }
            DECIDED => Pending::from_texts(rest).map(Self::Decided),
            GONE => rest.first().cloned().map(Self::Gone),
            DOWN => Some(Self::FeedDown(true)),
            UP => Some(Self::FeedDown(false)),
            _ => None,
        }
    }
}

impl Topic {
    /// Names it, such as `poll:dinner`.
    pub fn to_text(&self) -> String {
        let (kind, id) = match self {
            Self::Poll(id) => ("poll:", id.as_str()),
            Self::Member(id) => ("member:", id.as_str()),
            Self::Checklist => ("checklist", ""),
            Self::Page(page) => ("page:", page.poll.as_str()), // no tab speaks of them
        };
        [kind, id].concat()
    }

    /// Reads [`Topic::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("poll", id)) => PollId::new(id).ok().map(Self::Poll),
            Some(("member", id)) => MemberId::new(id).ok().map(Self::Member),
            None if text == "checklist" => Some(Self::Checklist),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll() -> PollId {
        PollId::new("a:b").unwrap()
    }

    fn id(text: &str) -> OptionId {
        OptionId::new(text).unwrap()
    }

    fn ballot() -> Pending {
        let write = Write::Ballot { poll: poll(), revision: 3, answer: Some(Answer::Options(vec![id("x")])) };
        Pending { stage: Stage::Queued, kept: true, ours: false, ..Pending::new("k".into(), write) }
    }

    #[test]
    fn a_write_comes_back_as_it_was_kept() {
        let refusal = Refusal { reason: Reason::PollClosed, detail: "at 18:00".into(), instead: None };
        let step = Pending { write: Write::Step(StepId::new("vote").unwrap()), ..ballot() };
        for stage in [Stage::Queued, Stage::Draft, Stage::Refused(refusal)] {
            for pending in [ballot(), step.clone()] {
                let pending = Pending { stage: stage.clone(), ..pending };
                assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
            }
        }
    }

    #[test]
    fn every_act_comes_back_as_it_was_kept() {
        let slot = |ends_at| Slot { starts_at: Timestamp(7), ends_at, offset: None };
        for act in [
            Act::AddOption("Noodles".into(), None),
            Act::AddOption(String::new(), Some(slot(None))),
            Act::AddOption("Lunch".into(), Some(slot(Some(Timestamp(9))))),
            Act::Judge(id("x"), true),
            Act::Judge(id("x"), false),
            Act::Comment("follow".into()),
            Act::TakeComment("c1".into()),
            Act::Follow(true),
            Act::Follow(false),
            Act::Close(true),
            Act::Close(false),
        ] {
            let pending = Pending { write: Write::Act(poll(), act), ..ballot() };
            assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
        }
    }

    #[test]
    fn every_answer_comes_back_as_it_was_kept() {
        let values = vec![Value { option: id("x"), value: -7 }, Value { option: id("y=z"), value: 2 }];
        for answer in [
            None,
            Some(Answer::Abstention),
            Some(Answer::Options(vec![id("y"), id("x")])),
            Some(Answer::Values(values)),
            Some(Answer::Stance(id("block"), "No: not\nyet.".into())),
        ] {
            let write = Write::Ballot { poll: poll(), revision: 3, answer };
            let pending = Pending { write, ..ballot() };
            assert_eq!(Pending::from_texts(&pending.to_texts()), Some(pending));
        }
    }

    #[test]
    fn a_note_comes_back_as_it_was_sent() {
        let topics = vec![Topic::Poll(poll()), Topic::Checklist, Topic::Member(MemberId::new("m").unwrap())];
        for note in [
            Note::Follows { topics, asks: true },
            Note::Decided(ballot()),
            Note::Gone("k".into()),
            Note::FeedDown(true),
        ] {
            assert_eq!(Note::from_texts(&note.to_texts()), Some(note));
        }
    }

    #[test]
    fn nonsense_is_no_write() {
        assert_eq!(Pending::from_texts(&[]), None);
        assert_eq!(Note::from_texts(&["decided".into(), "k".into()]), None);
        let mut texts = ballot().to_texts();
        texts[1] = "poll:a b".into();
        assert_eq!(Pending::from_texts(&texts), None);
    }
}
