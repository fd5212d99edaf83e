//! Writes and notes as lists of texts, the form in which the browser stores them and its tabs send them to each other. Texts from
//! there may be of another version, or invalid.

use super::outbox::{Act, Decision, Pending, Stage};
use super::topic::Topic;
use super::{Refusal, RefusalKind};
use crate::domain::id::{OptionId, StepId};
use crate::domain::poll::{Answer, Slot, Value, When};
use crate::domain::time::{Date, Timestamp};

/// The marks of the stages in a record: of a write that is still to be sent, of one that waited to know who is asking, of a
/// guest's draft, and of a refused write by the reason.
const QUEUED: &str = "queued";
const HELD: &str = "held";
const DRAFT: &str = "draft";
const REASONS: [(RefusalKind, &str); 5] = [
    (RefusalKind::SignedOut, "signed-out"),
    (RefusalKind::Unverified, "unverified"),
    (RefusalKind::PollClosed, "poll-closed"),
    (RefusalKind::Superseded, "superseded"),
    (RefusalKind::NotPossible, "not-possible"),
];

/// A value that is written as texts, and read from them.
pub trait Record: Sized {
    /// The texts.
    fn to_texts(&self) -> Vec<String>;

    /// Reads what [`Record::to_texts`] wrote; `None` if the texts are no such record.
    fn from_texts(texts: &[String]) -> Option<Self>;
}

/// Key, topic, revision, mark with the host's code behind a space, the host's words, and then the answer, the act or the step.
impl Record for Pending {
    fn to_texts(&self) -> Vec<String> {
        let (mark, code, said) = match &self.stage {
            Stage::Draft => (DRAFT, "", ""),
            Stage::Refused(refusal) => {
                let reason = REASONS.iter().find(|(reason, _)| *reason == refusal.kind);
                (reason.map_or(QUEUED, |(_, mark)| mark), refusal.code.as_str(), refusal.detail.as_str())
            }
            Stage::Unowned
            | Stage::Keeping
            | Stage::Queued
            | Stage::Sent
            | Stage::Due(_)
            | Stage::SignedOut => (if self.held { HELD } else { QUEUED }, "", ""),
        };
        let mark = if code.is_empty() { mark.to_owned() } else { [mark, " ", code].concat() };
        let rest = match &self.decision {
            Decision::Ballot(_, answer) => answer.as_ref().map_or_else(Vec::new, Record::to_texts),
            Decision::Act(_, act) => act.to_texts(),
            Decision::Step(step) => vec![step.to_string()],
        };
        let topic = self.decision.topic().to_text();
        let head = [self.key.clone(), topic, self.revision.to_string(), mark, said.into()];
        head.into_iter().chain(rest).collect()
    }

    fn from_texts(texts: &[String]) -> Option<Self> {
        let [key, topic, revision, mark, said, rest @ ..] = texts else { return None };
        let decision = match Topic::parse(topic)? {
            Topic::Poll(poll) => {
                if let Some(act) = Act::from_texts(rest) {
                    Decision::Act(poll, act)
                } else {
                    let answer = if rest.is_empty() { None } else { Some(Answer::from_texts(rest)?) };
                    Decision::Ballot(poll, answer)
                }
            }
            Topic::Checklist => Decision::Step(StepId::new(rest.first()?).ok()?),
            Topic::Member(_) => return None,
        };
        let stage = match mark.as_str() {
            QUEUED | HELD => Stage::Queued,
            DRAFT => Stage::Draft,
            mark => {
                let (mark, code) = mark.split_once(' ').unwrap_or((mark, ""));
                let (kind, _) = *REASONS.iter().find(|(_, word)| *word == mark)?;
                Stage::Refused(Refusal { code: code.into(), ..Refusal::without_code(kind, said.clone()) })
            }
        };
        Some(Self {
            stage,
            kept: true,
            ours: false,
            held: mark == HELD,
            ..Self::new(key.clone(), decision, revision.parse().ok()?)
        })
    }
}

const ABSTENTION: &str = "abstention";
const OPTIONS: &str = "options";
const VALUES: &str = "values";
const STANCE: &str = "stance";

/// The kind of answer, and what belongs to it.
impl Record for Answer {
    fn to_texts(&self) -> Vec<String> {
        let (kind, rest): (&str, Vec<String>) = match self {
            Self::Abstention => (ABSTENTION, Vec::new()),
            Self::Options(ids) => (OPTIONS, ids.iter().map(ToString::to_string).collect()),
            Self::Values(values) => {
                (VALUES, values.iter().flat_map(|v| [v.option.to_string(), v.value.to_string()]).collect())
            }
            Self::Stance(option, reason) => (STANCE, vec![option.to_string(), reason.clone()]),
        };
        [kind.into()].into_iter().chain(rest).collect()
    }

    fn from_texts(texts: &[String]) -> Option<Self> {
        let option = |text: &String| OptionId::new(text).ok();
        let (kind, rest) = texts.split_first()?;
        match kind.as_str() {
            ABSTENTION => Some(Self::Abstention),
            OPTIONS => rest.iter().map(option).collect::<Option<_>>().map(Self::Options),
            VALUES => {
                let value = |pair: &[String]| {
                    Some(Value { option: option(pair.first()?)?, value: pair.get(1)?.parse().ok()? })
                };
                rest.chunks(2).map(value).collect::<Option<_>>().map(Self::Values)
            }
            STANCE => Some(Self::Stance(option(rest.first()?)?, rest.get(1)?.clone())),
            _ => None,
        }
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

/// Which act, and what belongs to it.
impl Record for Act {
    fn to_texts(&self) -> Vec<String> {
        let (kind, text) = match self {
            Self::AddOption(label, _) => (ADD_OPTION, label.as_str()),
            Self::Judge(option, true) => (APPROVE, option.as_str()),
            Self::Judge(option, false) => (DECLINE, option.as_str()),
            Self::Comment(text) => (COMMENT, text.as_str()),
            Self::TakeComment(id) => (TAKE_COMMENT, id.as_str()),
            Self::Follow(true) => (FOLLOW, ""),
            Self::Follow(false) => (UNFOLLOW, ""),
            Self::Close(true) => (CLOSE, ""),
            Self::Close(false) => (OPEN, ""),
        };
        let mut texts = vec![kind.into(), text.into()];
        if let Self::AddOption(_, Some(when)) = self {
            match when {
                When::Day(day) => texts.push(day.to_string()),
                When::Time(slot) => {
                    texts.push(slot.starts_at.0.to_string());
                    texts.extend(slot.ends_at.map(|at| at.0.to_string()));
                }
            }
        }
        texts
    }

    fn from_texts(texts: &[String]) -> Option<Self> {
        let [kind, text, times @ ..] = texts else { return None };
        let time = |at: usize| times.get(at)?.parse().ok().map(Timestamp);
        let option = || OptionId::new(text).ok();
        Some(match kind.as_str() {
            ADD_OPTION => {
                let day = times.first().and_then(|text| Date::parse(text)).map(When::Day);
                let slot = || time(0).map(|starts_at| When::Time(Slot::new(starts_at, time(1))));
                Self::AddOption(text.clone(), day.or_else(slot))
            }
            APPROVE => Self::Judge(option()?, true),
            DECLINE => Self::Judge(option()?, false),
            COMMENT => Self::Comment(text.clone()),
            TAKE_COMMENT => Self::TakeComment(text.clone()),
            FOLLOW => Self::Follow(true),
            UNFOLLOW => Self::Follow(false),
            CLOSE => Self::Close(true),
            OPEN => Self::Close(false),
            _ => return None,
        })
    }
}

/// What one tab says to the others of the same viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The tab shows these live topics, so the live feed has to include them. If it `asks`, the other tabs answer with theirs.
    Follows {
        /// The live topics that the tab shows.
        topics: Vec<Topic>,
        /// Whether the tab is new, and does not know yet which topics the other tabs show.
        asks: bool,
    },
    /// The viewer made this decision in the tab.
    Decided(Box<Pending>),
    /// The write with this key must not be sent any more.
    Gone(String),
    /// Whether the live feed is unavailable, so that each tab has to read its topics at intervals. The leading
    /// tab also sends `false` while the feed works, as a sign of life of the feed.
    FeedDown(bool),
    /// The epoch of the host's answers.
    Epoch(String),
}

const FOLLOWS: &str = "follows";
const ASKS: &str = "asks";
const DECIDED: &str = "decided";
const GONE: &str = "gone";
const EPOCH: &str = "epoch";
const DOWN: &str = "down";
const UP: &str = "up";

/// The kind of note, and what belongs to it.
impl Record for Note {
    fn to_texts(&self) -> Vec<String> {
        let (kind, rest) = match self {
            Self::Follows { topics, asks } => {
                (if *asks { ASKS } else { FOLLOWS }, topics.iter().map(Topic::to_text).collect())
            }
            Self::Decided(pending) => (DECIDED, pending.to_texts()),
            Self::Gone(key) => (GONE, vec![key.clone()]),
            Self::Epoch(epoch) => (EPOCH, vec![epoch.clone()]),
            Self::FeedDown(down) => (if *down { DOWN } else { UP }, Vec::new()),
        };
        [kind.into()].into_iter().chain(rest).collect()
    }

    fn from_texts(texts: &[String]) -> Option<Self> {
        let (kind, rest) = texts.split_first()?;
        match kind.as_str() {
            kind @ (FOLLOWS | ASKS) => {
                let topics = rest.iter().filter_map(|t| Topic::parse(t)).collect();
                Some(Self::Follows { topics, asks: kind == ASKS })
            }
            DECIDED => Pending::from_texts(rest).map(|pending| Self::Decided(pending.into())),
            GONE => rest.first().cloned().map(Self::Gone),
            EPOCH => rest.first().cloned().map(Self::Epoch),
            DOWN => Some(Self::FeedDown(true)),
            UP => Some(Self::FeedDown(false)),
            _ => None,
        }
    }
}
