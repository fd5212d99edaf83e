//! The words that a poll's rules have on the wire.

use crate::domain::poll::{Base, Kind, Method, OwnOptions, Reasons, Results, Secrecy, Standing};

pub(super) const CHOICE: &str = "choice";
pub(super) const RATING: &str = "rating";
pub(super) const RANKED: &str = "ranked";
pub(super) const ALLOCATION: &str = "allocation";
pub(super) const AVAILABILITY: &str = "availability";
pub(super) const PROPOSAL: &str = "proposal";

/// The wire's word for a kind of ballot.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } => CHOICE,
        Kind::Rating(_) => RATING,
        Kind::Ranked(_) => RANKED,
        Kind::Allocation { .. } => ALLOCATION,
        Kind::Availability => AVAILABILITY,
        Kind::Proposal(_) => PROPOSAL,
    }
}

pub(super) fn method_word(method: Method) -> &'static str {
    match method {
        Method::RunOff => "run_off",
        Method::Stv { .. } => "stv",
        Method::Schulze => "schulze",
    }
}

/// The method without its settings.
pub(super) fn method_from(word: &str) -> Option<Method> {
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

/// The wire's word for whether members may add options.
pub fn own_options_word(own: OwnOptions) -> &'static str {
    match own {
        OwnOptions::Off => "off",
        OwnOptions::Open => "open",
        OwnOptions::Approval => "approval",
    }
}

/// What a word of the wire says of members' own options.
pub fn own_options_from(word: &str) -> Option<OwnOptions> {
    [OwnOptions::Off, OwnOptions::Open, OwnOptions::Approval]
        .into_iter()
        .find(|&own| own_options_word(own) == word)
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

pub(super) fn standing_word(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Entitled => Some("entitled"),
        Standing::Invited => Some("invited"),
        Standing::Guest => Some("guest"),
        Standing::NotEntitled => Some("not_entitled"),
        Standing::Unsaid => None,
    }
}

pub(super) fn standing_from(word: &str) -> Option<Standing> {
    [Standing::Entitled, Standing::Invited, Standing::Guest, Standing::NotEntitled]
        .into_iter()
        .find(|&s| standing_word(s) == Some(word))
}
