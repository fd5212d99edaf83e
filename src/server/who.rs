//! Who is asking.

use crate::domain::id::MemberId;
use crate::domain::time::Timestamp;

/// A viewer, as far as their token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody that the host knows.
    Guest,
    /// A member, by a token that stands.
    Member(Identity),
}

/// A member who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Their id at the forum.
    pub id: MemberId,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The forum's groups that they are in.
    pub groups: Vec<String>,
    /// From this instant on the token does not stand.
    pub expires: Timestamp,
}

/// What a member may do on the whole host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Take part.
    Member,
    /// See what members do not see yet.
    Staff,
}

impl Role {
    /// The word that tokens, answers and the store use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
        }
    }

    /// The role that a word means.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Member, Self::Staff].into_iter().find(|r| r.word() == word)
    }
}

impl Who {
    /// The member, if it is one.
    pub fn member(&self) -> Option<&Identity> {
        match self {
            Self::Guest => None,
            Self::Member(identity) => Some(identity),
        }
    }

    /// Whether it is somebody of the staff.
    pub fn is_staff(&self) -> bool {
        self.member().is_some_and(|m| m.role == Role::Staff)
    }
}
