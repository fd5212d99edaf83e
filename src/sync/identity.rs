//! Who is asking: the one place that stores it, and that asks the page or the host for it.

use super::pace::{Call, Pace};
use super::{Effect, Moment, Timer};

/// Who is asking, as far as this page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Neither the page nor the host has told yet who is asking.
    #[default]
    Unknown,
    /// Somebody without an account.
    Guest,
    /// The member with this id.
    Member(String),
    /// A viewer who has to sign in again: the member with this id, if it is known.
    SignedOut(Option<String>),
}

impl Viewer {
    /// The id of the member whose data is on this page.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Member(id) | Self::SignedOut(Some(id)) => Some(id),
            Self::Unknown | Self::Guest | Self::SignedOut(None) => None,
        }
    }

    /// Whether the page may keep its data when it turns out that the viewer is `next`.
    pub(super) fn may_be(&self, next: &Self) -> bool {
        match self {
            Self::Unknown | Self::SignedOut(None) => true,
            Self::Guest => *next == Self::Guest,
            Self::Member(id) | Self::SignedOut(Some(id)) => next.member() == Some(id),
        }
    }
}

/// A way to find out who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Asks the page for its current claim.
    Page,
    /// Asks the page for a new claim: from its callback, or from the script tag in a fresh copy of the page.
    Afresh,
    /// Asks the host, with the proof that the page gave last.
    Session,
    /// Asks the host for a token for a guest who votes.
    Guest,
}

/// Where a page claims who is asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// In a token that its script gave, or nowhere: the viewer is a guest, or the host knows them by a cookie.
    #[default]
    Elsewhere,
    /// In a token in its script tag.
    Tag,
}

/// A page's claim of who is asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Where the page makes the claim.
    pub source: Source,
    /// The token to send with each call; empty where there is none.
    pub token: String,
    /// The member's id in the token; empty in a guest's token, and `None` if the token does not tell.
    pub member: Option<String>,
}

/// The host's statement of who is asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The member's id; `None` for a guest.
    pub member: Option<String>,
    /// The CSRF token to send with writes.
    pub csrf: Option<String>,
}

/// The proof that goes with each call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Proof {
    /// No token: the browser may send cookies.
    #[default]
    Bare,
    /// A token.
    Token(String),
    /// No valid proof: the host has refused this token, which is empty for cookies.
    Refused(String),
}

/// What is known of who is asking.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub viewer: Viewer,
    /// Where the page made its last claim.
    pub source: Source,
    pub proof: Proof,
    /// The proof that the page gave last. It replaces `proof` once the viewer whom it proves is known.
    pub candidate: Option<Proof>,
    pub csrf: Option<String>,
    /// The question that awaits its answer.
    pub asking: Option<Ask>,
    /// The question that will be asked later.
    pub next: Option<Ask>,
    /// The number of failures in a row to find out who is asking.
    pub failures: u32,
    /// The number of proofs in a row that the host has refused.
    pub renewals: u32,
    /// The number of times that the proof was replaced or renewed, which is the number of the current proof.
    pub proofs: u32,
    /// The host's explanation of its last refusal of a proof.
    pub refusal: String,
    /// Whether the page's claim is enough.
    pub certainty: Certainty,
    /// Whether the viewer may have changed since the last claim. The page is asked again before the next write.
    pub doubt: bool,
    /// Whether the elements are hidden until it is known who is asking.
    pub veiled: bool,
    /// The number of the current viewer. Answers to calls that were made for an earlier viewer are ignored.
    pub number: u32,
    /// Whether [`Effect::Restore`] was requested for this viewer.
    pub restored: bool,
}

/// Whether the page's claim is enough, or the host has to tell who is asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Certainty {
    /// The page's claim is enough: if it names nobody, the viewer may be a guest.
    #[default]
    Enough,
    /// If the page names nobody, the host has to tell who is asking.
    Wanted,
    /// The host has told who is asking.
    Had,
}

impl Identity {
    /// Whether a write may be sent.
    pub(super) fn is_known(&self) -> bool {
        self.asking.is_none()
            && self.next.is_none()
            && !self.veiled
            && matches!(self.viewer, Viewer::Guest | Viewer::Member(_))
            && !matches!(self.proof, Proof::Refused(_))
    }

    /// Whether a read may be sent. Reads wait while a question awaits its answer, except while the viewer is unknown, since
    /// nobody's data is shown then.
    pub(super) fn may_read(&self) -> bool {
        !self.veiled && (self.asking.is_none() || self.viewer == Viewer::Unknown)
    }

    /// Whether a decision that is made now may be somebody else's than the current viewer's.
    pub(super) fn is_unsure(&self) -> bool {
        self.viewer == Viewer::Unknown || self.doubt
    }

    /// The number of the current proof. Each proof of this page has its own number.
    pub(super) fn proofs(&self) -> u32 {
        self.proofs
    }

    /// Whether a question awaits its answer.
    pub(super) fn is_asked(&self) -> bool {
        self.asking.is_some()
    }

    /// Whether the viewer has to sign in again.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.viewer, Viewer::SignedOut(_))
    }

    pub(super) fn is_guest(&self) -> bool {
        self.viewer == Viewer::Guest
    }

    pub(super) fn token(&self) -> &str {
        let open = self.viewer == Viewer::Unknown || self.asking == Some(Ask::Session);
        match self.candidate.as_ref().filter(|_| open).unwrap_or(&self.proof) {
            Proof::Token(token) => token,
            Proof::Bare | Proof::Refused(_) => "",
        }
    }

    /// Notes that the host has accepted the current proof.
    pub(super) fn took_proof(&mut self) {
        self.renewals = 0;
    }

    /// Finds out who is asking: now, or later if the limit of retries is reached. Only one question is asked at a time.
    pub(super) fn ask(&mut self, ask: Ask, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.asking.is_some() {
            // The awaited answer may be the claim of the page before it changed.
            if ask == Ask::Page {
                self.next = Some(ask);
            }
            return;
        }
        // The host would be asked with the proof that the page gave earlier, so the page is asked first.
        if ask == Ask::Session && matches!(self.next, Some(Ask::Page | Ask::Afresh)) {
            return self.ask_now(pace, moment, effects);
        }
        // Asking for the current claim is no retry, however often the page changes.
        if let Err(wait) = pace.admit(Call::Ask, ask == Ask::Page, moment) {
            return self.ask_in(ask, wait, effects);
        }
        if ask != Ask::Session {
            self.next = None;
        }
        self.asking = Some(ask);
        effects.push(Effect::Ask(ask));
    }

    pub(super) fn ask_in(&mut self, ask: Ask, wait: u32, effects: &mut Vec<Effect>) {
        self.next = Some(ask);
        effects.push(Effect::Wake(Timer::Ask, wait));
    }

    /// Asks the question that was put off, if there is one.
    pub(super) fn ask_now(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.asking.is_none()
            && let Some(ask) = self.next.take()
        {
            self.ask(ask, pace, moment, effects);
        }
    }

    /// Finds out who is asking, and requires the host's word if the page names nobody.
    pub(super) fn make_sure(&mut self, ask: Ask, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.certainty = Certainty::Wanted;
        self.ask(ask, pace, moment, effects);
    }

    /// Reacts to the page becoming visible again, perhaps to somebody else.
    pub(super) fn seen_again(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.doubt = true;
        if self.veiled || self.is_over() || self.source != Source::Tag {
            self.make_sure(Ask::Afresh, pace, moment, effects);
        }
    }

    /// Reacts to a change of the page: of its script tag or body if `swapped`, otherwise only of its address.
    pub(super) fn page_changed(
        &mut self,
        swapped: bool,
        pace: &mut Pace,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.doubt = true;
        if swapped {
            self.make_sure(Ask::Page, pace, moment, effects);
        }
    }

    /// Reacts to another tab's news of who is asking.
    pub(super) fn heard_viewer(
        &mut self,
        member: &str,
        pace: &mut Pace,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let ours = self.viewer.member().unwrap_or_default();
        if self.viewer != Viewer::Unknown && (ours != member || self.is_over()) {
            self.doubt = true;
            self.make_sure(Ask::Afresh, pace, moment, effects);
        }
    }

    /// Reacts to the page's script, which says that somebody else may be asking.
    pub(super) fn identify(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.doubt = true;
        if self.asking.is_some() {
            self.next = Some(Ask::Afresh); // the awaited answer may be outdated
        }
        self.make_sure(Ask::Afresh, pace, moment, effects);
    }

    /// Finds out who is asking before a write, if the viewer may have changed.
    pub(super) fn resolve_doubt(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.doubt && self.next.is_none() {
            self.make_sure(Ask::Afresh, pace, moment, effects);
        }
    }

    /// Hides the elements of a page that is being left, since somebody else may come back to it.
    pub(super) fn veil(&mut self, effects: &mut Vec<Effect>) {
        if !self.veiled {
            self.veiled = true;
            effects.push(Effect::Veil(true));
        }
    }
}
