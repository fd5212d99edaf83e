//! What staff write of a poll: all of it, or an edit by the rules of RFC 7396, in which a list is whole.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::limits::Group;
use super::object::Object;
use super::poll::{Dots, Seats};
use super::text;
use super::{Date, Edited, Id, Link, Percentage, Poll, PollOption, Positive, Revision, Scale, Time};
use crate::api::{KindWord, MethodWord, Word};
use crate::domain::member::Stage;
use crate::domain::poll::{Asks, Base, MAX_OPTIONS, MAX_TITLE, OwnOptions, Reasons, Results, Secrecy};
use crate::domain::translation::Text;

/// The change of a field in an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// The field is absent, and stays.
    #[default]
    Keep,
    /// The field is null, and is removed.
    Clear,
    /// The field gets this value.
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

impl<T: JsonSchema> JsonSchema for Edit<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Edit{}", T::schema_name()).into()
    }

    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [schemas.subschema_for::<T>(), { "type": "null" }] })
    }
}

/// A new poll, or a merge patch (RFC 7396) of a poll: null removes a field, and a list replaces the whole list. Fields that are not
/// listed here are refused, and so are fields that the poll's kind does not have. A poll that changes its kind loses the fields of
/// the kind before.
// In the document, a field without a sentence has the one that the same field of a poll has.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PollEdit {
    /// The id, of a new poll only; made from the title when absent.
    #[schemars(with = "Id")]
    pub id: Edit<Id>,
    /// The revision of the poll that the editor has read, in an edit only. Required with `options`. The edit is refused if the
    /// title, the description or the options have changed since; votes are no such change.
    pub revision: Edit<Revision<0>>,
    /// The question.
    #[schemars(schema_with = "text::title")]
    pub title: Edit<Text>,
    #[schemars(schema_with = "text::description")]
    description: Edit<Text>,
    /// The options; the whole list. A plain string is the label of a new option or of an existing one; in a proposal a stance; in a
    /// poll about when a date, a time or START/END. The host adds `added_after`.
    // The host makes the ids that are absent, so `apply` leaves the options as they are.
    #[schemars(with = "Vec<WrittenOption>", length(min = 1, max = MAX_OPTIONS))]
    pub options: Edit<Vec<WrittenOption>>,
    kind: Edit<KindWord>,
    min: Edit<Positive>,
    max: Edit<Positive>,
    scale: Edit<Object<ScaleEdit>>,
    method: Edit<MethodWord>,
    seats: Edit<Seats>,
    dots: Edit<Dots>,
    reasons: Edit<Reasons>,
    threshold: Edit<Percentage>,
    threshold_of: Edit<Base>,
    opens_at: Edit<Time>,
    closes_at: Edit<Time>,
    time_zone: Edit<String>,
    results: Edit<Results>,
    secrecy: Edit<Secrecy>,
    changeable: Edit<bool>,
    retractable: Edit<bool>,
    abstention: Edit<bool>,
    quorum: Edit<Percentage>,
    /// Whether members may add options: no (`off`, when absent), at once (`open`), or after approval by staff (`approval`). A
    /// proposal has no such options.
    own_options: Edit<OwnOptions>,
    /// Whether members may comment; no when absent.
    commentable: Edit<bool>,
    /// Who may vote; every member when absent.
    asks: Edit<Object<AsksEdit>>,
    /// How many members may vote; absent if unknown.
    entitled: Edit<u32>,
    /// Whether each member sees the options in their own order, which stays the same; guests and staff see the poll's order. No when
    /// absent; not for availability and proposal.
    shuffle: Edit<bool>,
    /// The rule by which the poll repeats: a daily, weekly, monthly or yearly recurrence rule (RFC 5545), such as
    /// `FREQ=WEEKLY;BYDAY=SA`, in the poll's `time_zone`, counted from its `opens_at`. Each round is open as long as the first, by the
    /// zone's clocks, and at most until the next round opens. Absent for a poll that does not repeat.
    #[schemars(extend("minLength" = 1, "maxLength" = 200))]
    repeat: Edit<String>,
}

/// The scale of a rating, or what changes of it. A new scale needs `min` and `max`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ScaleEdit {
    min: Edit<i32>,
    max: Edit<i32>,
    step: Edit<Positive>,
}

/// Who may vote, or what changes of it: members of one of these groups who are in one of these stages. An empty list is no
/// condition, and neither is an absent one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct AsksEdit {
    /// Groups of the site.
    groups: Edit<Vec<Group>>,
    /// Stages of members.
    stages: Edit<Vec<Stage>>,
    /// Whether guests may vote, too; no when absent. Then every member may, and the poll has neither `quorum` nor `entitled`. One
    /// person can be several guests.
    guests: Edit<bool>,
}

/// The fields of a poll that staff may write.
#[derive(Clone, Debug, Default)]
pub struct WrittenPoll {
    /// The fields that everybody sees.
    pub poll: Poll,
    /// Who may vote.
    pub asks: Asks,
    /// Whether each member sees the options in their own order.
    pub shuffle: bool,
    /// The rule by which the poll repeats.
    pub repeat: Option<String>,
}

impl PollEdit {
    /// Applies the edit. The error names a field that the poll's kind does not have.
    pub fn apply(self, to: WrittenPoll) -> Result<WrittenPoll, String> {
        let before = to.kind();
        let says_seats = matches!(self.seats, Edit::Set(_));
        let WrittenPoll { mut poll, mut asks, mut shuffle, mut repeat } = to;
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
        self.title.apply_or(&mut poll.title, Text::default());
        self.description.apply_or(&mut poll.description, Text::default());
        self.entitled.apply(&mut poll.turnout.entitled);
        match self.scale {
            Edit::Keep => {}
            Edit::Clear => poll.scale = None,
            Edit::Set(Object(edit)) => {
                let scale = poll.scale.get_or_insert(Scale { min: 0, max: 0, step: None });
                edit.min.apply_or(&mut scale.min, 0);
                edit.max.apply_or(&mut scale.max, 0);
                edit.step.apply(&mut scale.step);
            }
        }
        match self.asks {
            Edit::Keep => {}
            Edit::Clear => asks = Asks::default(),
            Edit::Set(Object(edit)) => {
                match edit.groups {
                    Edit::Keep => {}
                    Edit::Clear => asks.groups.clear(),
                    Edit::Set(groups) => asks.groups = groups.into_iter().map(|group| group.0).collect(),
                }
                if asks.groups.iter().any(String::is_empty) {
                    return Err("asks.groups: a group has a name".into());
                }
                edit.stages.apply_or(&mut asks.stages, Vec::new());
                edit.guests.apply_or(&mut asks.guests, false);
            }
        }
        self.shuffle.apply_or(&mut shuffle, false);
        self.repeat.apply(&mut repeat);
        let of_a_kind = [
            ("min", KindWord::Choice, poll.min.is_some()),
            ("max", KindWord::Choice, poll.max.is_some()),
            ("scale", KindWord::Rating, poll.scale.is_some()),
            ("method", KindWord::Ranked, poll.method.is_some()),
            ("seats", KindWord::Ranked, poll.seats.is_some()),
            ("dots", KindWord::Allocation, poll.dots.is_some()),
            ("reasons", KindWord::Proposal, poll.reasons.is_some()),
            ("threshold", KindWord::Proposal, poll.threshold.is_some()),
            ("threshold_of", KindWord::Proposal, poll.threshold_of.is_some()),
        ];
        let kind = kind_of(&poll);
        let method = poll.method.unwrap_or(MethodWord::RunOff);
        if kind == KindWord::Ranked && method != MethodWord::Stv {
            if says_seats {
                let (of, method) = (MethodWord::Stv.word(), method.word());
                return Err(format!("seats: is of the method {of}, and this poll is counted by {method}"));
            }
            // Another method starts without the seats of the one before.
            poll.seats = None;
        }
        match of_a_kind.into_iter().find(|(_, of, said)| *said && *of != kind) {
            None => Ok(WrittenPoll { poll, asks, shuffle, repeat }),
            Some((field, of, _)) => {
                let (of, kind) = (of.word(), kind.word());
                Err(format!("{field}: is of a {of} poll, and this is of the kind {kind}"))
            }
        }
    }
}

impl WrittenPoll {
    /// The poll's kind.
    pub fn kind(&self) -> KindWord {
        kind_of(&self.poll)
    }
}

fn kind_of(poll: &Poll) -> KindWord {
    poll.kind.unwrap_or(KindWord::Choice)
}

/// An option in a request: an object, or a plain string.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged, inline)]
pub enum WrittenOption {
    /// An object.
    Fields(Box<OptionEdit>),
    /// A plain string.
    Plain(#[schemars(length(min = 1, max = MAX_TITLE))] String),
}

/// An option as staff write it, as an object.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionEdit {
    /// The option's id, unique within the poll; made from the label when absent. In a proposal `agree`, `abstain`, `disagree` or
    /// `block`.
    pub id: Option<Id>,
    /// The text that members read; may be absent in a proposal, and where there is a `date` or a `starts_at`.
    #[serde(default)]
    #[schemars(schema_with = "text::label")]
    pub label: Option<Text>,
    /// The address of a picture: `http:`, `https:`, or a path on the page's site.
    #[schemars(extend("pattern" = LINK))]
    pub picture: Option<Link>,
    /// The address of a page with more about the option, in the same form.
    #[schemars(extend("pattern" = LINK))]
    pub link: Option<Link>,
    /// Availability: a whole day, the same in every time zone; instead of `starts_at` and `ends_at`.
    pub date: Option<Date>,
    /// Availability: the start, with the offset of the poll's zone at that time.
    pub starts_at: Option<Time>,
    /// Availability: the end, with the offset of the poll's zone at that time.
    pub ends_at: Option<Time>,
    /// Ignored, so that an option can be sent back as it was read: only the host writes it.
    #[schemars(with = "Option<Positive>")]
    pub added_after: Option<IgnoredAny>,
    /// Ignored, as `added_after` is.
    #[schemars(with = "Option<Edited>")]
    pub edited: Option<IgnoredAny>,
}

/// The beginning of an address that may be used.
const LINK: &str = "^([hH][tT][tT][pP][sS]?://|[/#?])";

impl From<OptionEdit> for PollOption {
    fn from(option: OptionEdit) -> Self {
        let OptionEdit { id, label, picture, link, date, starts_at, ends_at, added_after: _, edited: _ } =
            option;
        let (id, label) = (id.unwrap_or_default(), label.unwrap_or_default());
        Self { id, label, picture, link, date, starts_at, ends_at, ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for WrittenOption {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(OptionReader)
    }
}

struct OptionReader;

impl<'de> Visitor<'de> for OptionReader {
    type Value = WrittenOption;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an option with its fields")
    }

    fn visit_str<E>(self, text: &str) -> Result<WrittenOption, E> {
        Ok(WrittenOption::Plain(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenOption, A::Error> {
        Deserialize::deserialize(MapAccessDeserializer::new(map)).map(WrittenOption::Fields)
    }
}
