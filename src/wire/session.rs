//! Who is asking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MemberId;

/// The viewer and their session.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The viewer; null for a guest.
    pub viewer: Option<SessionViewer>,
    /// The CSRF token, which writes send in the CSRF header if the viewer is known by a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// Where the call came from; only in answers to staff, who can tell from it whether proxies are set up well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
}

/// A member who is asking.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SessionViewer {
    /// The member's id on the host.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
    /// The member's role.
    pub role: Role,
}

/// A member's role on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Role {
    // Variants without a description of their own are one enum in the document.
    #[expect(missing_docs)]
    Member,
    #[expect(missing_docs)]
    Staff,
}

/// Where a call came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caller {
    /// The caller's address, by which guests are counted; null if a trusted proxy does not give it.
    pub address: Option<String>,
    /// The address at the other end of the connection: the caller's, or that of the nearest proxy.
    pub peer: String,
    /// Whether that is a trusted proxy.
    pub trusted: bool,
    /// Whether the call had the header `X-Forwarded-For`.
    pub forwarded: bool,
}

/// The token of a guest who wants to vote.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Welcome {
    /// The token, to be sent like a member's. It says nothing about the guest.
    pub token: String,
}
