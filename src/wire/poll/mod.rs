//! Polls on the wire.

mod when;
mod write;

pub use when::when;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ballot, Date, Id, Link, Paint, Percentage, Positive, Revision, Series, Tally, Time, Whole};
use crate::api::{KindWord, MethodWord};
use crate::domain::poll::{Base, MOST, OwnOptions, Reasons, Results, Secrecy, Standing};
use crate::domain::translation::Text;

/// How many options a ranked poll elects.
pub type Seats = Whole<2, { u32::MAX as u64 }>;

/// The most points on a ballot of an allocation.
pub type Dots = Whole<1, { MOST as u64 }>;

/// The requested polls.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Polls {
    /// The polls that exist and that the viewer may see, each once.
    pub polls: Vec<Poll>,
    /// The ids of the others, as in the request.
    pub missing: Vec<String>,
    /// The requested ids of polls that staff have deleted; none when absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<Id>,
    /// The `cursor` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What the elements of these polls show at first, by id; absent unless the call asks for it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub paints: BTreeMap<Id, Paint>,
}

/// The data of a `deleted` event.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PollDeleted {
    /// The id of the poll that staff have deleted.
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
    /// Orders the states of the poll. Every change that any viewer can see raises it.
    pub revision: Revision,
    /// The kind of poll; `choice` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindWord>,
    /// The question.
    pub title: Text,
    /// The earlier question, if staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_edited: Option<Edited>,
    /// The description: a sentence or two of plain text.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub description: Text,
    /// The earlier description, if staff changed it after votes; `before` is empty if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_edited: Option<Edited>,
    /// The options.
    #[schemars(length(min = 1))]
    pub options: Vec<PollOption>,
    /// Choice: the fewest options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Positive>,
    /// Choice: the most options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Positive>,
    /// Rating: the scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Ranked: the voting method; `run_off` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodWord>,
    /// Ranked, with `stv`: how many options are elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Allocation: the most points on a ballot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dots: Option<Dots>,
    /// Proposal: whether members give reasons; `off` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Reasons>,
    /// Proposal: the percentage that has to agree; 50 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Percentage>,
    /// Proposal: of what `threshold` is a percentage; `ballots` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_of: Option<Base>,
    /// When voting opens, with the offset of the poll's zone at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Time>,
    /// When voting closes, with the offset of the poll's zone at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Time>,
    /// The IANA time zone of the poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Who sees the tally; `always` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
    /// Who can see what a member chose: everybody (`public`), the member alone (`secret`, when absent), or nobody (`anonymous`).
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
    /// The quorum: of those who may vote, the percentage that has to vote; absent if the poll has no quorum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Percentage>,
    /// Whether members may add options: no (`off`, when absent), at once (`open`), or after approval by staff (`approval`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "off"))]
    pub own_options: Option<OwnOptions>,
    /// The options that wait for approval: the viewer's own, and for staff all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<PollOption>,
    /// Whether members may comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub commentable: Option<bool>,
    /// The number of comments; 0 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Positive>,
    /// The turnout.
    pub turnout: Turnout,
    /// The tally; absent if the viewer may not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// The current round and the earlier rounds of a repeated poll; absent if the poll is not repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// What concerns this viewer; absent in events that are the same for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer: Option<Viewer>,
}

/// The scale of a rating: whole numbers from `min` to `max`, in equal steps.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Scale {
    /// The least number.
    pub min: i32,
    /// The greatest number.
    pub max: i32,
    /// The difference between a number and the next; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Positive>,
}

/// An option of a poll.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PollOption {
    /// The option's id, unique within the poll. In a proposal `agree`, `abstain`, `disagree` or `block`.
    pub id: Id,
    /// The text that members read.
    pub label: Text,
    /// The address of a picture: `http:`, `https:`, or a path on the page's site. Anything else counts as absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Link>,
    /// The address of a page with more about the option, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Availability: a whole day, the same in every time zone; instead of `starts_at` and `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Availability: the start, with the offset of the poll's zone at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// Availability: the end, with the offset of the poll's zone at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Time>,
    /// How many members had voted when the option was added; absent if nobody had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_after: Option<Positive>,
    /// The earlier label, if staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// The display name of the member who added the option; only for staff, while the option waits for approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The earlier wording of a text that staff changed after votes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Edited {
    /// How many members had voted at the last change.
    pub after: Positive,
    /// The text before the last change.
    pub before: Text,
    /// The text at the first vote; absent if it is the same as `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Text>,
}

/// The turnout.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Turnout {
    /// The number of members who have cast a ballot.
    pub cast: u32,
    /// The number of members who may vote; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitled: Option<u32>,
}

/// What concerns one viewer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Viewer {
    /// Whether the viewer may vote while the poll is open: `invited` is a guest who may vote, `guest` one who has to sign in. When
    /// absent, the last known standing remains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The viewer's ballot; absent if the viewer never cast one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Ballot>,
    /// Whether the viewer follows the poll; absent if the viewer cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<bool>,
    /// Whether the viewer is of the staff.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub staff: bool,
}
