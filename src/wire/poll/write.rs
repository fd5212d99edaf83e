//! Converts polls from their form in `domain` to their form on the wire.

use super::{Edited, Poll, PollOption, Scale, Turnout, Viewer};
use crate::domain::poll as domain;
use crate::domain::translation::Text;
use crate::wire::{Ballot, Percentage, Positive, Revision, Time, Whole, tally_written};
use domain::{Kind, Method, OwnOptions, Standing, When};

impl<T: Into<Text>> From<domain::Poll<T>> for Poll {
    fn from(poll: domain::Poll<T>) -> Self {
        let rules = poll.rules;
        let zone = rules.zone.as_ref();
        let tally = poll.tally.map(|tally| tally_written(&tally, &poll.options));
        let proposed = |p: domain::Proposed| PollOption { by: p.by, ..p.option.into() };
        let wire = Self {
            id: poll.id.into(),
            revision: Revision::nearest(poll.revision),
            title: poll.title.into(),
            title_edited: poll.title_edited.map(Into::into),
            description: poll.description.into(),
            description_edited: poll.description_edited.map(Into::into),
            options: poll.options.into_iter().map(Into::into).collect(),
            proposed: poll.proposed.into_iter().map(proposed).collect(),
            own_options: Some(rules.own_options).filter(|own| *own != OwnOptions::Off),
            commentable: rules.commentable.then_some(true),
            comments: Positive::new(poll.comments.into()),
            opens_at: rules.opens_at.map(|t| Time::with_offset(t, zone.and_then(|z| z.at_opening))),
            closes_at: rules.closes_at.map(|t| Time::with_offset(t, zone.and_then(|z| z.at_closing))),
            time_zone: zone.map(|z| z.name.clone()),
            results: Some(rules.results),
            secrecy: Some(rules.secrecy),
            changeable: Some(rules.changeable),
            retractable: Some(rules.retractable),
            abstention: rules.abstention.then_some(true),
            quorum: rules.quorum.map(|percent| Percentage::nearest(percent.into())),
            turnout: Turnout { cast: poll.turnout.cast, entitled: poll.turnout.entitled },
            tally,
            series: poll.series.map(Into::into),
            viewer: Some(poll.viewer.into()),
            ..Self::default()
        };
        wire.with(rules.kind)
    }
}

impl<T: Into<Text>> From<domain::PollOption<T>> for PollOption {
    fn from(option: domain::PollOption<T>) -> Self {
        let (date, slot) = match option.when {
            None => (None, None),
            Some(When::Day(day)) => (Some(day.into()), None),
            Some(When::Time(slot)) => (None, Some(slot)),
        };
        Self {
            id: option.id.into(),
            label: option.label.into(),
            picture: option.picture.map(Into::into),
            link: option.link.map(Into::into),
            date,
            starts_at: slot.map(|slot| Time::with_offset(slot.starts_at, slot.offset)),
            ends_at: slot.and_then(|slot| Some(Time::with_offset(slot.ends_at?, slot.end_offset))),
            added_after: option.added_after.and_then(|voters| Positive::new(voters.into())),
            edited: option.edited.map(Into::into),
            by: None,
        }
    }
}

impl<T: Into<Text>> From<domain::Edited<T>> for Edited {
    fn from(edited: domain::Edited<T>) -> Self {
        let after = Positive::nearest(edited.after.into());
        Self { after, before: edited.before.into(), first: edited.first.map(Into::into) }
    }
}

impl From<domain::Viewer> for Viewer {
    fn from(viewer: domain::Viewer) -> Self {
        let ballot = |ballot: domain::Ballot| Ballot {
            revision: Revision::nearest(ballot.revision),
            says: ballot.says.into(),
        };
        Self {
            standing: Some(viewer.standing).filter(|standing| *standing != Standing::Unsaid),
            ballot: viewer.ballot.map(ballot),
            follows: viewer.follows,
            staff: viewer.staff,
        }
    }
}

impl Poll {
    /// A poll with this kind and the settings of the kind; every other field is at its default.
    pub fn of(kind: Kind) -> Self {
        Self::default().with(kind)
    }

    fn with(self, kind: Kind) -> Self {
        let this = Self { kind: Some(kind.into()), ..self };
        match kind {
            Kind::Choice { min, max } => {
                Self { min: Positive::new(min.into()), max: Positive::new(max.into()), ..this }
            }
            Kind::Rating(domain::Scale { min, max, step }) => {
                Self { scale: Some(Scale { min, max, step: Positive::new(step.into()) }), ..this }
            }
            Kind::Ranked(method) => {
                let seats = if let Method::Stv { seats } = method { Whole::new(seats.into()) } else { None };
                Self { method: Some(method.into()), seats, ..this }
            }
            Kind::Allocation { dots } => Self { dots: Whole::new(dots.into()), ..this },
            Kind::Availability => this,
            Kind::Proposal(proposal) => Self {
                reasons: Some(proposal.reasons),
                threshold: Some(Percentage::nearest(proposal.threshold.into())),
                threshold_of: Some(proposal.of),
                ..this
            },
        }
    }
}
