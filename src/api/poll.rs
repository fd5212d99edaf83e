//! Polls and ballots on the wire.

use serde::{Deserialize, Serialize};

use super::json::entity;
use super::series::{self, Series};
use super::tally::{self, Tally};
use super::{Fault, Json, Malformed, Reader, id, unknown_word};
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll as domain;
use crate::domain::time::Timestamp;
use domain::{
    Answer, Base, Kind, Method, PollOption as DomainOption, Proposal, Reasons, Results, Rules, Says, Secrecy,
    Slot, Standing,
};

/// `GET /polls?ids=a,b`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Polls {
    /// Those that exist and that the viewer may see.
    pub polls: Vec<Poll>,
    /// The other ids that were asked for.
    pub missing: Vec<String>,
}

/// One poll, wrapped: the answer to a ballot, and the data of a `poll` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PollAnswer {
    /// The poll as the viewer may see it now.
    pub poll: Poll,
}

/// A poll as one viewer may see it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Poll {
    /// Its id.
    pub id: String,
    /// Orders this poll's states.
    pub revision: u64,
    /// What a ballot is: `choice` (when absent), `rating`, `ranked`, `allocation`, `availability` or `proposal`.
    pub kind: Option<String>,
    /// The question.
    pub title: String,
    /// A plain sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// Choice: fewest options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Choice: most options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Rating: the numbers there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Ranked: `run_off` (when absent), `stv` or `schulze`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Ranked, by `stv`: how many are elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// Allocation: most points on a ballot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dots: Option<u32>,
    /// Proposal: `off` (when absent), `optional`, `required` or `to_disagree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
    /// Proposal: so many of 100 have to agree; 50 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u32>,
    /// Proposal: of whom: `ballots` (when absent) or `entitled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_of: Option<String>,
    /// When voting opens, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<String>,
    /// When voting closes, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<String>,
    /// The IANA zone in which those were meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// `always` (when absent), `after_vote`, `after_close` or `staff`.
    pub results: Option<String>,
    /// `public`, `secret` (when absent) or `anonymous`.
    pub secrecy: Option<String>,
    /// Whether a ballot may be changed; yes when absent.
    pub changeable: Option<bool>,
    /// Whether a ballot may be taken back; no when absent.
    pub retractable: Option<bool>,
    /// Whether a ballot may say nothing, on purpose; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstention: Option<bool>,
    /// How many of 100 members who may vote have to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted; absent where the viewer may not see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Which round it is, of a poll that comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// What this viewer may do and did.
    pub viewer: Viewer,
}

/// Whole numbers from `min` to `max` in steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scale {
    /// The least.
    pub min: i32,
    /// The greatest.
    pub max: i32,
    /// From each to the next; 1 when absent.
    #[serde(default = "one")]
    pub step: u32,
}

fn one() -> u32 {
    1
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PollOption {
    /// Unique within the poll. Of a proposal `agree`, `abstain`, `disagree` or `block`.
    pub id: String,
    /// What a member reads.
    pub label: String,
    /// A picture of it: `http:`, `https:`, or a path on the page's site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Where more is to be read of it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Availability: when it starts, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    /// Availability: when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// How many had voted before it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_after: Option<u32>,
}

/// How many voted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Turnout {
    /// Members who have cast a ballot.
    pub cast: u32,
    /// Members who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitled: Option<u32>,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Viewer {
    /// `entitled`, `invited` (a guest who may vote), `guest` or `not_entitled`; when absent, as the host said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// Their ballot, if they ever cast one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Ballot>,
}

/// A ballot as the host has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ballot {
    /// Orders one member's ballots over tabs and devices.
    pub revision: u64,
    /// What it says; `options: []` once taken back. Nothing of it in an anonymous poll, where nobody knows.
    #[serde(flatten)]
    pub says: Marks,
}

/// `PUT /polls/{id}/ballot`: the whole ballot. `DELETE` takes the same body, of which the revision counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotPut {
    /// One more than the ballot that the member saw; 1 for the first, in a later round of a poll that comes back
    /// `(number - 1) * 2^20 + 1`.
    pub revision: u64,
    /// What it says.
    #[serde(flatten)]
    pub says: Marks,
}

/// What a ballot says, by the poll's kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Choice: the options chosen. Ranked: some or all options, the first preference first. Proposal: the stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
    /// Rating, allocation, availability: a number for some or all options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// Proposal: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it says nothing, on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<bool>,
}

/// A number for an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The option's id.
    pub option: String,
    /// Rating: on the scale. Allocation: points. Availability: 0 no, 1 if need be, 2 yes.
    pub value: i32,
}

/// `GET /polls/{id}/voters`: who voted in a public poll, by their ids, at most 100 a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Voters {
    /// Those of this page.
    pub voters: Vec<Voter>,
    /// What the next call says as its `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody whose ballot stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Voter {
    /// Their id.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// What they chose.
    #[serde(flatten)]
    pub says: Marks,
}

/// Reads a poll, as strictly as its states have to be and no more.
pub fn poll_from<J: Json>(json: &J) -> Result<domain::Poll, Malformed> {
    entity(json, "poll", read)
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Poll> {
    let kind = kind(reader, json)?;
    if let Err(bad) = kind.check() {
        reader.fail(bad.to_string());
    }
    let mut options: Vec<DomainOption> = Vec::new();
    for option in reader.list(json, "options") {
        let option = read_option(reader, &option)?;
        if options.iter().any(|o| o.id == option.id) {
            reader.fail(["option \"", option.id.as_str(), "\" is there twice"].concat());
        }
        options.push(option);
    }
    let (opens_at, at_opening) = reader.zoned(json, "opens_at");
    let (closes_at, at_closing) = reader.zoned(json, "closes_at");
    let rules = Rules {
        kind,
        opens_at,
        closes_at,
        zone: reader.text(json, "time_zone").map(|name| domain::Zone { name, at_opening, at_closing }),
        results: reader.word(json, "results", results_from, Results::Always),
        secrecy: reader.word(json, "secrecy", secrecy_from, Secrecy::Secret),
        changeable: reader.truth(json, "changeable").unwrap_or(true),
        retractable: reader.truth(json, "retractable").unwrap_or(false),
        abstention: reader.truth(json, "abstention").unwrap_or(false),
        quorum: reader.number(json, "quorum"),
    };
    let turnout = json.field("turnout").map(|turnout| domain::Turnout {
        cast: reader.count(&turnout, "cast"),
        entitled: reader.number(&turnout, "entitled"),
    });
    let tally = json.field("tally").map(|tally| tally::read(reader, &tally, kind, &options));
    let mut viewer = domain::Viewer { standing: Standing::Unsaid, ballot: None };
    if let Some(json) = json.field("viewer") {
        viewer.standing = reader.word(&json, "standing", standing_from, Standing::Unsaid);
        viewer.ballot = json.field("ballot").map(|ballot| read_ballot(reader, &ballot, kind, &options));
    }
    let series = json.field("series").map(|series| series::read(reader, &series));
    Some(domain::Poll {
        id: reader.id(json, "id", "id", PollId::new)?,
        revision: reader.revision(json),
        title: reader.words(json, "title"),
        description: reader.words(json, "description"),
        options,
        rules,
        turnout: turnout.unwrap_or_default(),
        tally,
        series,
        viewer,
    })
}

fn kind<J: Json>(reader: &mut Reader, json: &J) -> Option<Kind> {
    let word = reader.text(json, "kind");
    Some(match word.as_deref().unwrap_or(CHOICE) {
        CHOICE => Kind::Choice {
            min: reader.number(json, "min").unwrap_or(1).max(1),
            max: reader.number(json, "max").unwrap_or(1).max(1),
        },
        RATING => {
            let Some(scale) = json.field("scale") else {
                reader.fail("scale: is missing".into());
                return None;
            };
            Kind::Rating(domain::Scale {
                min: reader.signed(&scale, "min"),
                max: reader.signed(&scale, "max"),
                step: reader.number(&scale, "step").unwrap_or(1),
            })
        }
        RANKED => {
            let seats = reader.count(json, "seats");
            Kind::Ranked(match reader.word(json, "method", method_from, Method::RunOff) {
                Method::Stv { .. } => Method::Stv { seats },
                method => method,
            })
        }
        ALLOCATION => Kind::Allocation { dots: reader.count(json, "dots") },
        AVAILABILITY => Kind::Availability,
        PROPOSAL => Kind::Proposal(Proposal {
            reasons: reader.word(json, "reasons", reasons_from, Reasons::Off),
            threshold: reader.number(json, "threshold").unwrap_or(50),
            of: reader.word(json, "threshold_of", base_from, Base::Ballots),
        }),
        word => {
            reader.fail(unknown_word("kind", word));
            return None;
        }
    })
}

fn read_option<J: Json>(reader: &mut Reader, json: &J) -> Option<DomainOption> {
    let (starts_at, offset) = reader.zoned(json, "starts_at");
    let ends_at = reader.time(json, "ends_at");
    Some(DomainOption {
        id: reader.id(json, "id", "option", OptionId::new)?,
        label: reader.words(json, "label"),
        picture: reader.link(json, "picture"),
        link: reader.link(json, "link"),
        slot: starts_at.map(|starts_at| Slot { starts_at, ends_at, offset }),
        added_after: reader.number(json, "added_after"),
    })
}

/// An option that was removed since no longer counts; what is said of the others stands.
fn read_ballot<J: Json>(
    reader: &mut Reader,
    json: &J,
    kind: Kind,
    options: &[DomainOption],
) -> domain::Ballot {
    let known = |id: &str| options.iter().find(|o| o.id.as_str() == id).map(|o| o.id.clone());
    let says = if reader.truth(json, "abstain").unwrap_or(false) {
        Says::This(Answer::Abstention)
    } else if json.field("values").is_some() {
        let mut values = Vec::new();
        for value in reader.list(json, "values") {
            let option = known(&reader.words(&value, "option"));
            let value = reader.signed(&value, "value");
            values.extend(option.map(|option| domain::Value { option, value }));
        }
        let values = domain::in_order(options, &mut values, |v| &v.option);
        if values.is_empty() { Says::TakenBack } else { Says::This(Answer::Values(values)) }
    } else if json.field("options").is_some() {
        let mut ids: Vec<OptionId> =
            reader.texts(json, "options").iter().filter_map(|id| known(id)).collect();
        if matches!(kind, Kind::Choice { .. }) {
            ids = domain::in_order(options, &mut ids, |id| id);
        }
        match (kind, ids.first()) {
            (_, None) => Says::TakenBack,
            (Kind::Proposal(_), Some(stance)) => {
                Says::This(Answer::Stance(stance.clone(), reader.words(json, "reason")))
            }
            _ => Says::This(Answer::Options(ids)),
        }
    } else {
        Says::Unknown
    };
    domain::Ballot { revision: reader.revision(json), says }
}

impl Marks {
    /// What a member said, as far as its form tells: whether a poll takes it is for the poll to say.
    pub fn answer(self) -> Result<Answer, Fault> {
        let option = |id_: String| id("options", OptionId::new(id_));
        if self.abstain.unwrap_or(false) {
            return Ok(Answer::Abstention);
        }
        if let Some(values) = self.values {
            let value = |v: Value| Ok(domain::Value { option: option(v.option)?, value: v.value });
            return Ok(Answer::Values(values.into_iter().map(value).collect::<Result<_, Fault>>()?));
        }
        let mut options: Vec<OptionId> =
            self.options.unwrap_or_default().into_iter().map(option).collect::<Result<_, _>>()?;
        match self.reason {
            Some(reason) if options.len() == 1 => Ok(Answer::Stance(options.remove(0), reason)),
            _ => Ok(Answer::Options(options)),
        }
    }
}

impl From<Answer> for Marks {
    fn from(answer: Answer) -> Self {
        let none = Self::default();
        match answer {
            Answer::Abstention => Self { abstain: Some(true), ..none },
            Answer::Options(ids) => Self { options: Some(ids.into_iter().map(Into::into).collect()), ..none },
            Answer::Values(values) => {
                let value = |v: domain::Value| Value { option: v.option.into(), value: v.value };
                Self { values: Some(values.into_iter().map(value).collect()), ..none }
            }
            Answer::Stance(option, reason) => {
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                Self { options: Some(vec![option.into()]), reason, ..none }
            }
        }
    }
}

impl From<Says> for Marks {
    fn from(says: Says) -> Self {
        match says {
            Says::This(answer) => answer.into(),
            Says::TakenBack => Self { options: Some(Vec::new()), ..Self::default() },
            Says::Unknown => Self::default(),
        }
    }
}

pub(super) fn written(time: Timestamp, offset: Option<i32>) -> String {
    offset.map_or_else(|| time.to_string(), |minutes| time.with_offset(minutes))
}

impl From<domain::Poll> for Poll {
    fn from(poll: domain::Poll) -> Self {
        let rules = poll.rules;
        let zone = rules.zone.as_ref();
        let tally = poll.tally.map(|tally| tally::tally_written(&tally, &poll.options));
        let option = |o: DomainOption| PollOption {
            id: o.id.into(),
            label: o.label,
            picture: o.picture.map(Into::into),
            link: o.link.map(Into::into),
            starts_at: o.slot.map(|slot| written(slot.starts_at, slot.offset)),
            ends_at: o.slot.and_then(|slot| Some(written(slot.ends_at?, slot.offset))),
            added_after: o.added_after,
        };
        let wire = Self {
            id: poll.id.into(),
            revision: poll.revision,
            title: poll.title,
            description: poll.description,
            options: poll.options.into_iter().map(option).collect(),
            opens_at: rules.opens_at.map(|t| written(t, zone.and_then(|z| z.at_opening))),
            closes_at: rules.closes_at.map(|t| written(t, zone.and_then(|z| z.at_closing))),
            time_zone: zone.map(|z| z.name.clone()),
            results: Some(results_word(rules.results).into()),
            secrecy: Some(secrecy_word(rules.secrecy).into()),
            changeable: Some(rules.changeable),
            retractable: Some(rules.retractable),
            abstention: rules.abstention.then_some(true),
            quorum: rules.quorum,
            turnout: Turnout { cast: poll.turnout.cast, entitled: poll.turnout.entitled },
            tally,
            series: poll.series.map(Into::into),
            viewer: Viewer {
                standing: standing_word(poll.viewer.standing).map(Into::into),
                ballot: poll
                    .viewer
                    .ballot
                    .map(|ballot| Ballot { revision: ballot.revision, says: ballot.says.into() }),
            },
            ..Self::default()
        };
        wire.of(rules.kind)
    }
}

impl Poll {
    fn of(self, kind: Kind) -> Self {
        let this = Self { kind: Some(kind_word(kind).into()), ..self };
        match kind {
            Kind::Choice { min, max } => Self { min: Some(min), max: Some(max), ..this },
            Kind::Rating(domain::Scale { min, max, step }) => {
                Self { scale: Some(Scale { min, max, step }), ..this }
            }
            Kind::Ranked(method) => {
                let seats = if let Method::Stv { seats } = method { Some(seats) } else { None };
                Self { method: Some(method_word(method).into()), seats, ..this }
            }
            Kind::Allocation { dots } => Self { dots: Some(dots), ..this },
            Kind::Availability => this,
            Kind::Proposal(proposal) => Self {
                reasons: Some(reasons_word(proposal.reasons).into()),
                threshold: Some(proposal.threshold),
                threshold_of: Some(base_word(proposal.of).into()),
                ..this
            },
        }
    }
}

const CHOICE: &str = "choice";
const RATING: &str = "rating";
const RANKED: &str = "ranked";
const ALLOCATION: &str = "allocation";
const AVAILABILITY: &str = "availability";
const PROPOSAL: &str = "proposal";

/// The wire's word for a kind of ballot.
fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } => CHOICE,
        Kind::Rating(_) => RATING,
        Kind::Ranked(_) => RANKED,
        Kind::Allocation { .. } => ALLOCATION,
        Kind::Availability => AVAILABILITY,
        Kind::Proposal(_) => PROPOSAL,
    }
}

fn method_word(method: Method) -> &'static str {
    match method {
        Method::RunOff => "run_off",
        Method::Stv { .. } => "stv",
        Method::Schulze => "schulze",
    }
}

/// The method without its settings.
fn method_from(word: &str) -> Option<Method> {
    [Method::RunOff, Method::Stv { seats: 0 }, Method::Schulze].into_iter().find(|&m| method_word(m) == word)
}

/// The wire's word for whether a stand comes with a reason.
pub fn reasons_word(reasons: Reasons) -> &'static str {
    match reasons {
        Reasons::Off => "off",
        Reasons::Optional => "optional",
        Reasons::Required => "required",
        Reasons::ToDisagree => "to_disagree",
    }
}

/// What a word of the wire says of reasons.
pub fn reasons_from(word: &str) -> Option<Reasons> {
    [Reasons::Off, Reasons::Optional, Reasons::Required, Reasons::ToDisagree]
        .into_iter()
        .find(|&r| reasons_word(r) == word)
}

/// The wire's word for whom a share is of.
pub fn base_word(base: Base) -> &'static str {
    match base {
        Base::Ballots => "ballots",
        Base::Entitled => "entitled",
    }
}

/// Whom a word of the wire means.
pub fn base_from(word: &str) -> Option<Base> {
    [Base::Ballots, Base::Entitled].into_iter().find(|&b| base_word(b) == word)
}

/// The wire's word for a visibility.
pub fn results_word(results: Results) -> &'static str {
    match results {
        Results::Always => "always",
        Results::AfterVote => "after_vote",
        Results::AfterClose => "after_close",
        Results::Staff => "staff",
    }
}

/// The visibility that a word of the wire means.
pub fn results_from(word: &str) -> Option<Results> {
    [Results::Always, Results::AfterVote, Results::AfterClose, Results::Staff]
        .into_iter()
        .find(|&r| results_word(r) == word)
}

/// The wire's word for a secrecy.
pub fn secrecy_word(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Public => "public",
        Secrecy::Secret => "secret",
        Secrecy::Anonymous => "anonymous",
    }
}

/// The secrecy that a word of the wire means.
pub fn secrecy_from(word: &str) -> Option<Secrecy> {
    [Secrecy::Public, Secrecy::Secret, Secrecy::Anonymous].into_iter().find(|&s| secrecy_word(s) == word)
}

fn standing_word(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Entitled => Some("entitled"),
        Standing::Invited => Some("invited"),
        Standing::Guest => Some("guest"),
        Standing::NotEntitled => Some("not_entitled"),
        Standing::Unsaid => None,
    }
}

fn standing_from(word: &str) -> Option<Standing> {
    [Standing::Entitled, Standing::Invited, Standing::Guest, Standing::NotEntitled]
        .into_iter()
        .find(|&s| standing_word(s) == Some(word))
}
