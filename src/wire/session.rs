//! Who is asking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MemberId;

/// Who is asking.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The member who is asking; null for a guest.
    pub viewer: Option<SessionViewer>,
    /// What a write has to say in the host's CSRF header, where a cookie says who is asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// Where the call came from; told to staff alone, who see by it whether proxies are set up well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
}

/// The member who is asking.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SessionViewer {
    /// The member's id on the host.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
    /// What the member may do.
    pub role: Role,
}

/// What a member may do on the whole host.
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

/// Where a call came from, told to staff alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caller {
    /// The address by which a guest would be counted; null where a trusted proxy does not say it.
    pub address: Option<String>,
    /// The other end of the connection: the caller, or the proxy that is nearest to the host.
    pub peer: String,
    /// Whether the host believes what that proxy says.
    pub trusted: bool,
    /// Whether the call had the header `X-Forwarded-For`.
    pub forwarded: bool,
}

/// What a guest who is to vote is known by from then on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Welcome {
    /// The guest's token, to be sent as a member's token is. It does not say who the guest is.
    pub token: String,
}
