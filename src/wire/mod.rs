//! Host API v1 as a host writes it: the bodies of answers, calls and events, and the OpenAPI document that is made of them.
//!
//! The structs are explicit and plain. What a field may say is part of its type, from which the document takes patterns,
//! limits and enums; the sentence over a field is its description there. The widget reads what was written in `api`, and
//! needs none of this.
//! May use: `domain`, `api`, `contract`, `serde`, `schemars`.

mod ballot;
mod checklist;
mod edit;
mod limits;
mod lists;
mod member;
mod object;
mod openapi;
mod paint;
mod poll;
mod problem;
mod series;
mod session;
mod tally;
mod text;
mod words;

pub use ballot::{Ballot, BallotDelete, BallotPut, Marks, Value};
pub use checklist::{Action, Checklist, ChecklistAnswer, Step, StepPut, StepState};
pub use edit::{Edit, OptionEdit, PollEdit, WrittenOption, WrittenPoll};
pub use limits::{Date, Id, Link, MemberId, Percentage, Positive, Revision, Time, Whole};
pub use lists::{
    Comment, CommentPost, Comments, FollowPut, Follower, Followers, OptionPost, OptionPut, OptionState,
    Reason, Reasons, Voter, Voters,
};
pub use member::{Ahead, Award, Member, Members};
pub use openapi::{Audience, OPENAPI, audience};
pub use paint::Paint;
pub use poll::{Edited, Poll, PollAnswer, PollDeleted, PollOption, Polls, Scale, Turnout, Viewer, when};
pub use problem::{Params, Problem};
pub use series::{Past, Series};
pub use session::{Caller, Role, Session, SessionViewer, Welcome};
pub use tally::{Pairs, Points, Preferred, Round, Rounds, Share, Tally, Values, Votes, tally_written};
