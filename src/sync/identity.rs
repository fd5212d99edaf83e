//! Who is asking: the one place that knows it and asks for it.

use super::pace::{Call, Pace};
use super::{Effect, Moment, Timer};

/// Who is asking, as far as this page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody has said so yet, or nobody could.
    #[default]
    Unknown,
    /// Somebody without an account.
    Guest,
    /// The member with this id.
    Member(String),
    /// Somebody who has to sign in again: the member with this id, where it is known.
    SignedOut(Option<String>),
}

impl Viewer {
    /// The member whose things are on this page.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Member(id) | Self::SignedOut(Some(id)) => Some(id),
            Self::Unknown | Self::Guest | Self::SignedOut(None) => None,
        }
    }

    /// Whether what is here may stay where this viewer turns out to be that one.
    pub(super) fn may_be(&self, next: &Self) -> bool {
        match self {
            Self::Unknown | Self::SignedOut(None) => true,
            Self::Guest => *next == Self::Guest,
            Self::Member(id) | Self::SignedOut(Some(id)) => next.member() == Some(id),
        }
    }
}

/// Whom to ask who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The page, as it stands.
    Page,
    /// The page anew: its callback, or the tag of a fresh copy of it.
    Afresh,
    /// The host, by what a call brings.
    Session,
    /// The host, for a token of a guest who is to vote.
    Guest,
}

/// What a page goes by to say who is asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nothing: whoever asks is a guest, or known by a cookie.
    #[default]
    Nothing,
    /// A token in its tag.
    Tag,
    /// A function of its own.
    Callback,
    /// A call of its script.
    Told,
}

/// What a page says of who is asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// How it says it.
    pub source: Source,
    /// The token to send with each call; empty where there is none.
    pub token: String,
    /// The member's id as the token has it, empty for a guest's; nothing where it does not tell.
    pub member: Option<String>,
}

/// What the host says of who is asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The member's id; nothing for a guest.
    pub member: Option<String>,
    /// The CSRF token of writes.
    pub csrf: Option<String>,
}

/// What goes with each call to prove who is asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing, or the browser's cookies.
    #[default]
    Bare,
    /// This token.
    Token(String),
    /// Nothing that the host takes: it has refused this, which is empty for cookies.
    Refused(String),
}

/// What is known of who is asking.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub viewer: Viewer,
    pub source: Source,
    pub proof: Proof,
    /// What the page says is to take its place, once it is known who that is.
    pub candidate: Option<Proof>,
    pub csrf: Option<String>,
    /// What is being asked.
    pub asking: Option<Ask>,
    /// What is to be asked in a while.
    pub next: Option<Ask>,
    /// Failures in a row to hear who is asking.
    pub failures: u32,
    /// Fresh tokens in a row that the host has refused.
    pub renewals: u32,
    /// How many proofs this page has had.
    pub proofs: u32,
    /// Why the host refused the last one.
    pub refusal: String,
    /// How certain it has to be.
    pub certainty: Certainty,
    /// Whether the page may have changed since: it is asked before the next write.
    pub doubt: bool,
    /// Whether the elements are hidden, until it is known whether they may be seen.
    pub veiled: bool,
    /// Counts the viewers: what was asked for an earlier one is not for this one.
    pub number: u32,
    /// Whether what earlier visits left was asked for.
    pub restored: bool,
}

/// How certain it has to be who is asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Where the page names nobody, it may be a guest.
    #[default]
    Enough,
    /// The host has to say so then.
    Wanted,
    /// The host has said so.
    Had,
}

impl Identity {
    /// Whether a write may go out.
    pub(super) fn is_known(&self) -> bool {
        self.asking.is_none()
            && self.next.is_none()
            && !self.veiled
            && matches!(self.viewer, Viewer::Guest | Viewer::Member(_))
            && !matches!(self.proof, Proof::Refused(_))
    }

    /// Whether a read may go out: it waits for whom it is for, unless nothing is shown to anybody yet.
    pub(super) fn may_read(&self) -> bool {
        !self.veiled && (self.asking.is_none() || self.viewer == Viewer::Unknown)
    }

    /// Whether what is decided now may be somebody else's than the viewer's.
    pub(super) fn is_unsure(&self) -> bool {
        self.viewer == Viewer::Unknown || self.doubt
    }

    /// The number of the proof that goes with each call now: each proof of this page has one of its own.
    pub(super) fn proofs(&self) -> u32 {
        self.proofs
    }

    /// Whether it is being asked.
    pub(super) fn is_asked(&self) -> bool {
        self.asking.is_some()
    }

    /// Whether the viewer has to sign in again.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.viewer, Viewer::SignedOut(_))
    }

    /// Whether the viewer is a guest.
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

    /// A call went well with what proves who is asking.
    pub(super) fn took_proof(&mut self) {
        self.renewals = 0;
    }

    /// Asks who is asking, once at a time, now or once that was not tried too often.
    pub(super) fn ask(&mut self, ask: Ask, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.asking.is_some() {
            // What is being told may be of the page as it was before.
            if ask == Ask::Page {
                self.next = Some(ask);
            }
            return;
        }
        // The host would speak of the proof that the page gave before.
        if ask == Ask::Session && matches!(self.next, Some(Ask::Page | Ask::Afresh)) {
            return self.ask_now(pace, moment, effects);
        }
        // The page as it stands is no try of anything: it has changed, however often it does.
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

    /// Asks who is asking where that was put off.
    pub(super) fn ask_now(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.asking.is_none()
            && let Some(ask) = self.next.take()
        {
            self.ask(ask, pace, moment, effects);
        }
    }

    /// The page is asked anew, and the host where the page names nobody.
    pub(super) fn make_sure(&mut self, ask: Ask, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.certainty = Certainty::Wanted;
        self.ask(ask, pace, moment, effects);
    }

    /// The page is looked at again: by the same viewer?
    pub(super) fn seen_again(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.doubt = true;
        if self.veiled || self.is_over() || self.source != Source::Tag {
            self.make_sure(Ask::Afresh, pace, moment, effects);
        }
    }

    /// The page has changed: its tag or its body where it was `swapped`, else its address alone.
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

    /// Another tab has come to know who is asking.
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

    /// The page's script says that somebody else may be asking.
    pub(super) fn identify(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.doubt = true;
        if self.asking.is_some() {
            self.next = Some(Ask::Afresh); // what is being told may be of before
        }
        self.make_sure(Ask::Afresh, pace, moment, effects);
    }

    /// Before a write: who is asking, where that may have changed.
    pub(super) fn resolve_doubt(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        if self.doubt && self.next.is_none() {
            self.make_sure(Ask::Afresh, pace, moment, effects);
        }
    }

    /// Hides the elements of a page that is being left: who comes back to it may be somebody else.
    pub(super) fn veil(&mut self, effects: &mut Vec<Effect>) {
        if !self.veiled {
            self.veiled = true;
            effects.push(Effect::Veil(true));
        }
    }
}
