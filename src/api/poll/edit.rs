//! What staff write of a poll: all of it, or an edit by the rules of RFC 7396, in which a list is whole.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::words::{ALLOCATION, CHOICE, PROPOSAL, RANKED, RATING};
use super::{Poll, PollOption, Scale};
use crate::api::{Asks, Fault};

/// What an edit says of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Nothing: it stays.
    #[default]
    Keep,
    /// That it goes, by null.
    Clear,
    /// What it is from now on.
    Set(T),
}

impl<T> Edit<T> {
    fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// The same of a field that is this where nothing is said of it.
    fn apply_or(self, field: &mut T, absent: T) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = absent,
            Self::Set(value) => *field = value,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Edit<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        Option::deserialize(json).map(|said| said.map_or(Self::Clear, Self::Set))
    }
}

/// `POST /polls` and `PATCH /polls/{id}`: what staff say of a poll. The fields are those of a [`Poll`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PollEdit {
    /// Of a new poll alone; made of the title where it is absent.
    pub id: Edit<String>,
    /// Of an edit alone: the revision of the poll that its author read.
    pub revision: Edit<u64>,
    /// The question.
    pub title: Edit<String>,
    description: Edit<String>,
    /// What can be chosen. The host makes the ids that are absent, so [`PollEdit::apply`] leaves the options as they are.
    pub options: Edit<Vec<OptionEdit>>,
    kind: Edit<String>,
    min: Edit<u32>,
    max: Edit<u32>,
    #[serde(deserialize_with = "object")]
    scale: Edit<ScaleEdit>,
    method: Edit<String>,
    seats: Edit<u32>,
    dots: Edit<u32>,
    reasons: Edit<String>,
    threshold: Edit<u32>,
    threshold_of: Edit<String>,
    opens_at: Edit<String>,
    closes_at: Edit<String>,
    time_zone: Edit<String>,
    results: Edit<String>,
    secrecy: Edit<String>,
    changeable: Edit<bool>,
    retractable: Edit<bool>,
    abstention: Edit<bool>,
    quorum: Edit<u32>,
    own_options: Edit<String>,
    commentable: Edit<bool>,
    #[serde(deserialize_with = "object")]
    asks: Edit<AsksEdit>,
    entitled: Edit<u32>,
    shuffle: Edit<bool>,
    repeat: Edit<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ScaleEdit {
    min: Edit<i32>,
    max: Edit<i32>,
    step: Edit<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AsksEdit {
    groups: Edit<Vec<String>>,
    stages: Edit<Vec<String>>,
    guests: Edit<bool>,
}

/// A poll as staff have written it.
#[derive(Clone, Debug, Default)]
pub struct WrittenPoll {
    /// What everybody is told of it.
    pub poll: Poll,
    /// Whom it asks.
    pub asks: Asks,
    /// Whether each member sees the options in an order of their own.
    pub shuffle: bool,
    /// The rule by which it comes back.
    pub repeat: Option<String>,
}

impl PollEdit {
    /// The poll after this edit, or which field cannot be in a poll of its kind.
    pub fn apply(self, to: WrittenPoll) -> Result<WrittenPoll, Fault> {
        let WrittenPoll { mut poll, mut asks, mut shuffle, mut repeat } = to;
        let before = kind_of(&poll).to_owned();
        self.kind.apply(&mut poll.kind);
        if kind_of(&poll) != before {
            // Another kind starts without what was said of the one before.
            (poll.min, poll.max, poll.scale, poll.method, poll.seats) = (None, None, None, None, None);
            (poll.dots, poll.reasons, poll.threshold, poll.threshold_of) = (None, None, None, None);
        }
        macro_rules! apply {
            ($($field:ident)*) => { $(self.$field.apply(&mut poll.$field);)* };
        }
        apply!(min max method seats dots reasons threshold threshold_of opens_at closes_at time_zone results);
        apply!(secrecy changeable retractable abstention quorum own_options commentable);
        self.title.apply_or(&mut poll.title, String::new());
        self.description.apply_or(&mut poll.description, String::new());
        self.entitled.apply(&mut poll.turnout.entitled);
        match self.scale {
            Edit::Keep => {}
            Edit::Clear => poll.scale = None,
            Edit::Set(edit) => {
                let scale = poll.scale.get_or_insert(Scale { min: 0, max: 0, step: 1 });
                edit.min.apply_or(&mut scale.min, 0);
                edit.max.apply_or(&mut scale.max, 0);
                edit.step.apply_or(&mut scale.step, 1);
            }
        }
        match self.asks {
            Edit::Keep => {}
            Edit::Clear => asks = Asks::default(),
            Edit::Set(edit) => {
                edit.groups.apply_or(&mut asks.groups, Vec::new());
                edit.stages.apply_or(&mut asks.stages, Vec::new());
                edit.guests.apply_or(&mut asks.guests, false);
            }
        }
        self.shuffle.apply_or(&mut shuffle, false);
        self.repeat.apply(&mut repeat);
        let of_a_kind = [
            ("min", CHOICE, poll.min.is_some()),
            ("max", CHOICE, poll.max.is_some()),
            ("scale", RATING, poll.scale.is_some()),
            ("method", RANKED, poll.method.is_some()),
            ("seats", RANKED, poll.seats.is_some()),
            ("dots", ALLOCATION, poll.dots.is_some()),
            ("reasons", PROPOSAL, poll.reasons.is_some()),
            ("threshold", PROPOSAL, poll.threshold.is_some()),
            ("threshold_of", PROPOSAL, poll.threshold_of.is_some()),
        ];
        let kind = kind_of(&poll);
        match of_a_kind.into_iter().find(|(_, of, said)| *said && *of != kind) {
            None => Ok(WrittenPoll { poll, asks, shuffle, repeat }),
            Some((field, of, _)) => {
                Err(format!("{field}: is of a {of} poll, and this is of the kind {kind}"))
            }
        }
    }
}

impl WrittenPoll {
    /// The word for what a ballot is.
    pub fn kind(&self) -> &str {
        kind_of(&self.poll)
    }
}

fn kind_of(poll: &Poll) -> &str {
    poll.kind.as_deref().unwrap_or(CHOICE)
}

/// An option as staff write it.
#[derive(Clone, Debug)]
pub enum OptionEdit {
    /// By a plain text.
    Plain(String),
    /// By its fields; without an id it is empty.
    Fields(Box<PollOption>),
}

#[derive(Deserialize)]
struct Fields {
    id: Option<String>,
    label: Option<String>,
    picture: Option<String>,
    link: Option<String>,
    date: Option<String>,
    starts_at: Option<String>,
    ends_at: Option<String>,
}

impl<'de> Deserialize<'de> for OptionEdit {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(OptionReader)
    }
}

struct OptionReader;

impl<'de> Visitor<'de> for OptionReader {
    type Value = OptionEdit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an option with its fields")
    }

    fn visit_str<E>(self, text: &str) -> Result<OptionEdit, E> {
        Ok(OptionEdit::Plain(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OptionEdit, A::Error> {
        let Fields { id, label, picture, link, date, starts_at, ends_at } =
            Fields::deserialize(MapAccessDeserializer::new(map))?;
        let (id, label) = (id.unwrap_or_default(), label.unwrap_or_default());
        let option =
            PollOption { id, label, picture, link, date, starts_at, ends_at, ..PollOption::default() };
        Ok(OptionEdit::Fields(Box::new(option)))
    }
}

/// Reads an object; what is derived takes a list for one, too.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Edit<T>, D::Error> {
    json.deserialize_any(ObjectReader(PhantomData))
}

struct ObjectReader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectReader<T> {
    type Value = Edit<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Edit<T>, E> {
        Ok(Edit::Clear)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Edit<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Edit::Set)
    }
}
