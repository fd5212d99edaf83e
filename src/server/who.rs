//! Who is asking.

use crate::domain::id::MemberId;
use crate::domain::member::Stage;
use crate::domain::time::Timestamp;

/// A viewer, as far as their token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody without an account. Where they voted they are known by a token that the host gave them, and by nothing else.
    Guest(Option<Identity>),
    /// A member, by a token that stands.
    Member(Identity),
}

/// Somebody who can have a ballot.
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
    /// Where they stand, as far as the host knows.
    pub stage: Option<Stage>,
    /// From this instant on the token does not stand.
    pub expires: Timestamp,
}

/// What somebody may do on the whole host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Vote where guests are asked, without an account.
    Guest,
    /// Take part.
    Member,
    /// See what members do not see yet.
    Staff,
}

impl Role {
    /// The word that tokens, answers and the store use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Staff => "staff",
        }
    }

    /// The role that a word means.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Guest, Self::Member, Self::Staff].into_iter().find(|r| r.word() == word)
    }
}

impl Who {
    /// The member, if it is one.
    pub fn member(&self) -> Option<&Identity> {
        match self {
            Self::Guest(_) => None,
            Self::Member(identity) => Some(identity),
        }
    }

    /// Whoever can have a ballot: a member, or a guest who has voted.
    pub fn voter(&self) -> Option<&Identity> {
        match self {
            Self::Guest(identity) => identity.as_ref(),
            Self::Member(identity) => Some(identity),
        }
    }

    /// Whether it is somebody of the staff.
    pub fn is_staff(&self) -> bool {
        self.member().is_some_and(|m| m.role == Role::Staff)
    }
}
