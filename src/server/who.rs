//! Who is asking.

use crate::domain::id::MemberId;
use crate::domain::member::Stage;
use crate::domain::time::Timestamp;

/// A viewer, as identified by their token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody without an account. Guests who vote are identified by a token that the host gave them.
    Guest(Option<Identity>),
    /// A member with a valid token.
    Member(Identity),
}

/// A member, or a guest who can have ballots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Their id at the forum.
    pub id: MemberId,
    /// Their display name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The groups of the forum that they are in.
    pub groups: Vec<String>,
    /// Their stage, where the host knows it.
    pub stage: Option<Stage>,
    /// When they joined, if the token has it.
    pub joined: Option<Timestamp>,
    /// When the token stops being valid.
    pub expires: Timestamp,
}

/// What a viewer may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Vote in polls that ask guests.
    Guest,
    /// Vote, comment and follow.
    Member,
    /// Manage polls, and see all results.
    Staff,
}

impl Role {
    /// The name in tokens, answers and the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Staff => "staff",
        }
    }

    /// The role with this name.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Guest, Self::Member, Self::Staff].into_iter().find(|r| r.word() == word)
    }
}

impl Who {
    /// The member; `None` for a guest.
    pub fn member(&self) -> Option<&Identity> {
        match self {
            Self::Guest(_) => None,
            Self::Member(identity) => Some(identity),
        }
    }

    /// The member, or the guest with a token; `None` for a guest without one.
    pub fn voter(&self) -> Option<&Identity> {
        match self {
            Self::Guest(identity) => identity.as_ref(),
            Self::Member(identity) => Some(identity),
        }
    }

    /// Whether the viewer is of the staff.
    pub fn is_staff(&self) -> bool {
        self.member().is_some_and(|m| m.role == Role::Staff)
    }
}
