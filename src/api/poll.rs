//! Polls and ballots on the wire.

use serde::{Deserialize, Serialize};

use super::{Fault, Malformed, id, unknown_word, zoned};
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll as domain;
use crate::domain::time::Timestamp;
use domain::{Results, Rules, Secrecy, Standing};

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
    /// What a ballot is; `choice` so far, and when absent.
    pub kind: Option<String>,
    /// The question.
    pub title: String,
    /// A plain sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// Fewest options on a ballot; 1 when absent.
    pub min: Option<u32>,
    /// Most options on a ballot; 1 when absent.
    pub max: Option<u32>,
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
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted; absent where the viewer may not see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// What this viewer may do and did.
    pub viewer: Viewer,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PollOption {
    /// Unique within the poll.
    pub id: String,
    /// What a member reads.
    pub label: String,
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

/// All ballots counted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tally {
    /// Ballots counted.
    pub voters: u32,
    /// Votes an option; options left out have none.
    pub votes: Vec<Votes>,
}

/// The votes for one option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Votes {
    /// The option's id.
    pub option: String,
    /// How many ballots name it.
    pub votes: u32,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Viewer {
    /// `entitled`, `guest` or `not_entitled`; when absent, as the host said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// Their ballot, if they ever cast one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Ballot>,
}

/// A ballot as the host has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ballot {
    /// Orders one member's ballots over tabs and devices.
    pub revision: u64,
    /// The options chosen, none once taken back; absent in an anonymous poll, where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
}

/// `PUT /polls/{id}/ballot`: the whole ballot. `DELETE` takes the same body without options.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotPut {
    /// One more than the ballot that the member saw; 1 for the first.
    pub revision: u64,
    /// The options chosen.
    #[serde(default)]
    pub options: Vec<String>,
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
    pub options: Vec<String>,
}

impl TryFrom<Poll> for domain::Poll {
    type Error = Malformed;

    fn try_from(wire: Poll) -> Result<Self, Malformed> {
        let entity = ["poll \"", &wire.id, "\""].concat();
        read(wire).map_err(|fault| Malformed { entity, fault })
    }
}

fn read(wire: Poll) -> Result<domain::Poll, Fault> {
    if let Some(kind) = wire.kind.filter(|k| k != "choice") {
        return Err(unknown_word("kind", &kind));
    }
    let mut options = Vec::with_capacity(wire.options.len());
    for option in wire.options {
        let option_id = id("option", OptionId::new(option.id))?;
        if options.iter().any(|o: &domain::PollOption| o.id == option_id) {
            return Err(["option \"", option_id.as_str(), "\" is there twice"].concat());
        }
        options.push(domain::PollOption { id: option_id, label: option.label });
    }
    let (min, max) = (wire.min.unwrap_or(1).max(1), wire.max.unwrap_or(1).max(1));
    if min > max {
        return Err("min is more than max".into());
    }
    let (opens_at, at_opening) = zoned("opens_at", wire.opens_at.as_deref())?;
    let (closes_at, at_closing) = zoned("closes_at", wire.closes_at.as_deref())?;
    let rules = Rules {
        min,
        max,
        opens_at,
        closes_at,
        zone: wire.time_zone.map(|name| domain::Zone { name, at_opening, at_closing }),
        results: match wire.results.as_deref() {
            None => Results::Always,
            Some(word) => results_from(word).ok_or_else(|| unknown_word("results", word))?,
        },
        secrecy: match wire.secrecy.as_deref() {
            None => Secrecy::Secret,
            Some(word) => secrecy_from(word).ok_or_else(|| unknown_word("secrecy", word))?,
        },
        changeable: wire.changeable.unwrap_or(true),
        retractable: wire.retractable.unwrap_or(false),
    };
    let standing = match wire.viewer.standing.as_deref() {
        None => Standing::Unsaid,
        Some(word) => standing_from(word).ok_or_else(|| unknown_word("standing", word))?,
    };
    let tally = wire.tally.map(|tally| domain::Tally {
        voters: tally.voters,
        votes: options
            .iter()
            .map(|o| tally.votes.iter().find(|v| v.option == o.id.as_str()).map_or(0, |v| v.votes))
            .collect(),
    });
    let ballot = match wire.viewer.ballot {
        None => None,
        Some(ballot) => {
            // An option that was removed since no longer counts; the others stand.
            let known = |id: &OptionId| options.iter().any(|o| o.id == *id);
            let chosen = ballot.options.map(|ids| ids.into_iter().filter_map(|o| OptionId::new(o).ok()));
            let options = chosen.map(|ids| ids.filter(known).collect());
            Some(domain::Ballot { revision: ballot.revision, options })
        }
    };
    Ok(domain::Poll {
        id: id("id", PollId::new(wire.id))?,
        revision: wire.revision,
        title: wire.title,
        description: wire.description,
        options,
        rules,
        turnout: domain::Turnout { cast: wire.turnout.cast, entitled: wire.turnout.entitled },
        tally,
        viewer: domain::Viewer { standing, ballot },
    })
}

fn written(time: Timestamp, offset: Option<i32>) -> String {
    offset.map_or_else(|| time.to_string(), |minutes| time.with_offset(minutes))
}

impl From<domain::Poll> for Poll {
    fn from(poll: domain::Poll) -> Self {
        let zone = poll.rules.zone.as_ref();
        let tally = poll.tally.map(|tally| {
            let count = |(option, votes): (&domain::PollOption, &u32)| Votes {
                option: option.id.to_string(),
                votes: *votes,
            };
            Tally { voters: tally.voters, votes: poll.options.iter().zip(&tally.votes).map(count).collect() }
        });
        Self {
            id: poll.id.into(),
            revision: poll.revision,
            kind: Some("choice".into()),
            title: poll.title,
            description: poll.description,
            options: poll
                .options
                .into_iter()
                .map(|o| PollOption { id: o.id.into(), label: o.label })
                .collect(),
            min: Some(poll.rules.min),
            max: Some(poll.rules.max),
            opens_at: poll.rules.opens_at.map(|t| written(t, zone.and_then(|z| z.at_opening))),
            closes_at: poll.rules.closes_at.map(|t| written(t, zone.and_then(|z| z.at_closing))),
            time_zone: zone.map(|z| z.name.clone()),
            results: Some(results_word(poll.rules.results).into()),
            secrecy: Some(secrecy_word(poll.rules.secrecy).into()),
            changeable: Some(poll.rules.changeable),
            retractable: Some(poll.rules.retractable),
            turnout: Turnout { cast: poll.turnout.cast, entitled: poll.turnout.entitled },
            tally,
            viewer: Viewer {
                standing: standing_word(poll.viewer.standing).map(Into::into),
                ballot: poll.viewer.ballot.map(|ballot| Ballot {
                    revision: ballot.revision,
                    options: ballot.options.map(|ids| ids.into_iter().map(String::from).collect()),
                }),
            },
        }
    }
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
        Standing::Guest => Some("guest"),
        Standing::NotEntitled => Some("not_entitled"),
        Standing::Unsaid => None,
    }
}

fn standing_from(word: &str) -> Option<Standing> {
    [Standing::Entitled, Standing::Guest, Standing::NotEntitled]
        .into_iter()
        .find(|&s| standing_word(s) == Some(word))
}
