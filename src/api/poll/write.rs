//! Writing a poll down.

use super::words::{
    base_word, kind_word, method_word, own_options_word, reasons_word, results_word, secrecy_word,
    standing_word,
};
use super::{Edited, Poll, PollOption, Scale, Turnout, Viewer};
use crate::api::{Ballot, tally};
use crate::domain::poll as domain;
use domain::{Kind, Method, OwnOptions, When};

impl From<domain::Poll> for Poll {
    fn from(poll: domain::Poll) -> Self {
        let rules = poll.rules;
        let zone = rules.zone.as_ref();
        let tally = poll.tally.map(|tally| tally::tally_written(&tally, &poll.options));
        let proposed = |p: domain::Proposed| PollOption { by: p.by, ..p.option.into() };
        let wire = Self {
            id: poll.id.into(),
            revision: poll.revision,
            title: poll.title,
            title_edited: poll.title_edited.map(Into::into),
            description: poll.description,
            description_edited: poll.description_edited.map(Into::into),
            options: poll.options.into_iter().map(Into::into).collect(),
            proposed: poll.proposed.into_iter().map(proposed).collect(),
            own_options: (rules.own_options != OwnOptions::Off)
                .then(|| own_options_word(rules.own_options).into()),
            commentable: rules.commentable.then_some(true),
            comments: Some(poll.comments).filter(|&n| n > 0),
            opens_at: rules.opens_at.map(|t| t.with_offset(zone.and_then(|z| z.at_opening))),
            closes_at: rules.closes_at.map(|t| t.with_offset(zone.and_then(|z| z.at_closing))),
            time_zone: zone.map(|z| z.name.clone()),
            results: Some(results_word(rules.results).into()),
            secrecy: Some(secrecy_word(rules.secrecy).into()),
            changeable: Some(rules.changeable),
            retractable: Some(rules.retractable),
            abstention: rules.abstention.then_some(true),
            quorum: rules.quorum,
            turnout: Turnout { cast: poll.turnout.cast, entitled: poll.turnout.entitled },
            tally,
            series: poll.series.map(Into::into),
            viewer: Viewer {
                standing: standing_word(poll.viewer.standing).map(Into::into),
                ballot: poll
                    .viewer
                    .ballot
                    .map(|ballot| Ballot { revision: ballot.revision, says: ballot.says.into() }),
                follows: poll.viewer.follows,
                staff: poll.viewer.staff,
            },
            ..Self::default()
        };
        wire.of(rules.kind)
    }
}

impl From<domain::PollOption> for PollOption {
    fn from(option: domain::PollOption) -> Self {
        let (date, slot) = match option.when {
            None => (None, None),
            Some(When::Day(day)) => (Some(day.to_string()), None),
            Some(When::Time(slot)) => (None, Some(slot)),
        };
        Self {
            id: option.id.into(),
            label: option.label,
            picture: option.picture.map(Into::into),
            link: option.link.map(Into::into),
            date,
            starts_at: slot.map(|slot| slot.starts_at.with_offset(slot.offset)),
            ends_at: slot.and_then(|slot| Some(slot.ends_at?.with_offset(slot.end_offset))),
            added_after: option.added_after,
            edited: option.edited.map(Into::into),
            by: None,
        }
    }
}

impl From<domain::Edited> for Edited {
    fn from(edited: domain::Edited) -> Self {
        Self { after: edited.after, before: edited.before, first: edited.first }
    }
}

impl Poll {
    fn of(self, kind: Kind) -> Self {
        let this = Self { kind: Some(kind_word(kind).into()), ..self };
        match kind {
            Kind::Choice { min, max } => Self { min: Some(min), max: Some(max), ..this },
            Kind::Rating(domain::Scale { min, max, step }) => {
                Self { scale: Some(Scale { min, max, step }), ..this }
            }
            Kind::Ranked(method) => {
                let seats = if let Method::Stv { seats } = method { Some(seats) } else { None };
                Self { method: Some(method_word(method).into()), seats, ..this }
            }
            Kind::Allocation { dots } => Self { dots: Some(dots), ..this },
            Kind::Availability => this,
            Kind::Proposal(proposal) => Self {
                reasons: Some(reasons_word(proposal.reasons).into()),
                threshold: Some(proposal.threshold),
                threshold_of: Some(base_word(proposal.of).into()),
                ..this
            },
        }
    }
}
