//! Polls on the wire.

mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ballot, Date, Id, Link, Percentage, Positive, Revision, Series, Tally, Time, Whole};
use crate::api::{KindWord, MethodWord};
use crate::domain::poll::{Base, MOST, OwnOptions, Reasons, Results, Secrecy, Standing};

/// How many a ranked poll elects.
pub type Seats = Whole<2, { u32::MAX as u64 }>;

/// How many points a ballot has.
pub type Dots = Whole<1, { MOST as u64 }>;

/// The polls that were asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Polls {
    /// Those that exist and that the viewer may see, each once.
    pub polls: Vec<Poll>,
    /// The other ids, as the call named them.
    pub missing: Vec<String>,
    /// Of the ids that the call named, those of polls that staff deleted; none when absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<Id>,
    /// Where not all polls are on this page: the `cursor` of the next call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The data of a `deleted` event.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PollDeleted {
    /// The id of the poll that staff deleted.
    pub deleted: Id,
}

/// One poll.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PollAnswer {
    /// The poll as the viewer may see it now.
    pub poll: Poll,
}

/// A poll as one viewer may see it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Poll {
    /// The poll's id.
    pub id: Id,
    /// Orders this poll's states: every change that any viewer can notice raises it.
    pub revision: Revision,
    /// What a ballot is; `choice` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindWord>,
    /// The question.
    pub title: String,
    /// What the question was before staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_edited: Option<Edited>,
    /// A plain sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What the description was before staff changed it after votes; `before` is empty where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_edited: Option<Edited>,
    /// What can be chosen.
    #[schemars(length(min = 1))]
    pub options: Vec<PollOption>,
    /// Choice: fewest options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Positive>,
    /// Choice: most options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Positive>,
    /// Rating: the numbers there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Ranked: how the ballots are counted; `run_off` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodWord>,
    /// Ranked, by `stv`: how many are elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Allocation: most points on a ballot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dots: Option<Dots>,
    /// Proposal: whether a stand comes with a reason; `off` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Reasons>,
    /// Proposal: the percentage that has to agree; 50 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Percentage>,
    /// Proposal: whose percentage that is; `ballots` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_of: Option<Base>,
    /// When voting opens, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Time>,
    /// When voting closes, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Time>,
    /// The IANA zone in which those were meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Who sees the tally; `always` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
    /// Who learns what a member chose: everybody, the member alone, nobody. `secret` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<Secrecy>,
    /// Whether a ballot may be changed; yes when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changeable: Option<bool>,
    /// Whether a ballot may be taken back; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retractable: Option<bool>,
    /// Whether a ballot may abstain; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstention: Option<bool>,
    /// The percentage of the members who may vote that has to; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Percentage>,
    /// Whether members may add options: not (`off`), at once (`open`), or once staff have approved them (`approval`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "off"))]
    pub own_options: Option<OwnOptions>,
    /// Options that wait for staff: those of this viewer, or, for staff, all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<PollOption>,
    /// Whether members may comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub commentable: Option<bool>,
    /// How many comments there are; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Positive>,
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted; absent where the viewer may not see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Which round this is, of a poll that comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// What this viewer may do and did; left out of news that are the same for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer: Option<Viewer>,
}

/// Rating: whole numbers from `min` to `max` in steps.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Scale {
    /// The least number.
    pub min: i32,
    /// The greatest number.
    pub max: i32,
    /// From each number to the next; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Positive>,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PollOption {
    /// Unique within the poll. Of a proposal `agree`, `abstain`, `disagree` or `block`.
    pub id: Id,
    /// What a member reads.
    pub label: String,
    /// A picture of it: `http:`, `https:`, or a path on the page's site. Anything else counts as absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Link>,
    /// Where to read more about it: an address, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Availability: a whole day, the same in every time zone; in the place of `starts_at` and `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Availability: when it starts, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// Availability: when it ends, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Time>,
    /// How many had voted before it was added; absent where nobody had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_after: Option<Positive>,
    /// What its label was before staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// The display name of the member who added it, for staff to see while it waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What a text said before staff changed it after votes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Edited {
    /// How many had voted when it was last changed.
    pub after: Positive,
    /// What it said until then.
    pub before: String,
    /// What it said when the first of them voted, where that is something else: it was changed more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
}

/// How many voted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Turnout {
    /// Members who have cast a ballot.
    pub cast: u32,
    /// Members who may; absent where unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitled: Option<u32>,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Viewer {
    /// Whether they may vote while the poll is open: `invited` is a guest who may, `guest` one who has to sign in. As the host
    /// said before when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The viewer's ballot; absent where there never was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Ballot>,
    /// Whether they follow the poll; absent where they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<bool>,
    /// Whether they are of the staff.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub staff: bool,
}
