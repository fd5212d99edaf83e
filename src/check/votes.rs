//! The rules about the member's ballots and checklist steps. The check undoes its writes.

use super::ballots::{self, Booth};
use super::client::{Call, Viewer};
use super::polls::{none, read};
use super::probe::{Probe, good, refused};
use super::rule::Rule;
use super::verdict::{Miss, failed, skipped};
use super::{Access, checklist};
use crate::api::poll_from;
use crate::contract::ProblemKind;
use crate::domain::checklist::DoneBy;
use crate::domain::poll::{Answer, Phase, Poll, Secrecy, Standing};
use crate::hosts::native::escape;
use crate::wire;

pub(super) fn check(probe: &mut Probe<'_>) {
    steps(probe);
    probe.look(Rule::BallotNoPoll, |probe| {
        let path = format!("/polls/{}/ballot", probe.nobody());
        let call = ballots::put(probe, &path, 1, &Answer::Abstention);
        refused(&probe.ask_for_refusal(&call)?, ProblemKind::NotFound)
    });
    for (rule, what) in [
        (Rule::BallotClosed, "is closed or not yet open"),
        (Rule::BallotEntitled, "is for others than this member"),
        (Rule::BallotFinal, "has a ballot of this member that is final"),
        (Rule::BallotBack, "lets ballots be taken back"),
    ] {
        probe.judge(rule, none(what));
    }
    let mut voted = false;
    for id in probe.options.polls.clone() {
        let Ok(raw) = read(probe, &id, Viewer::Member) else { continue };
        let Ok(poll) = poll_from(&raw) else { continue };
        voted |= vote(probe, &poll);
    }
    if !voted {
        let why = "no poll that was named is open to this member and lets the check put their ballot back as it was";
        probe.notes.push(format!("no ballot was cast: {why}"));
        let skipped_rules = Rule::ALL.iter().filter(|rule| rule.needs() == super::rule::Needs::Vote);
        for &rule in skipped_rules {
            probe.judge(rule, Err(skipped(why)));
        }
    }
    if matches!(probe.options.access, Access::Cookie(_)) {
        let why = "no ballot could be cast without its CSRF header";
        probe.judge(Rule::CsrfRequired, Err(skipped(why)));
    }
}

/// Checks the rules about ballots in one poll. Returns whether the check cast ballots that the host should accept. It does so only
/// where it can put the member's ballot back.
fn vote(probe: &mut Probe<'_>, poll: &Poll) -> bool {
    let now = ballots::clock(probe);
    let Some(booth) = Booth::new(poll) else { return false };
    let is_final = poll.rules.secrecy == Secrecy::Anonymous || !poll.rules.changeable;
    let refusal = if poll.rules.phase(now) != Phase::Open {
        Some((Rule::BallotClosed, ProblemKind::PollClosed))
    } else if poll.viewer.standing == Standing::NotEntitled {
        Some((Rule::BallotEntitled, ProblemKind::Forbidden))
    } else if is_final && poll.has_voted() {
        Some((Rule::BallotFinal, ProblemKind::BallotFinal))
    } else if is_final || !booth.is_restorable() {
        return false;
    } else {
        None
    };
    if let Some((rule, kind)) = refusal {
        probe.look(rule, |probe| {
            let call = ballots::put(probe, &booth.path, poll.next_ballot(), &booth.first);
            refused(&probe.ask(&call)?, kind)
        });
    } else {
        booth.check(probe);
    }
    if let Err(why) = booth.restore(probe) {
        let why = match why {
            Miss::Failed { came, .. } => came,
            Miss::Skipped(why) => why,
        };
        probe.notes.push(format!("the ballot in \"{}\" may not be as it was: {why}", poll.id));
    }
    refusal.is_none()
}

fn steps(probe: &mut Probe<'_>) {
    let done = serde_json::json!({"state": "done"});
    probe.look(Rule::StepUnknown, |probe| {
        let call = Call::put(format!("/checklist/steps/{}", probe.nobody()), &done);
        let call = probe.write(call);
        refused(&probe.ask_for_refusal(&call)?, ProblemKind::NotFound)
    });
    probe.look(Rule::StepAgain, |probe| {
        let answer = probe.ask(&Call::get("/checklist").by(Viewer::Member))?;
        let list: wire::ChecklistAnswer = serde_json::from_value(good(&answer)?)
            .map_err(|error| failed("a checklist", format!("{}: {error}", answer.call)))?;
        let own = |s: &&wire::Step| s.done_at.is_some() && s.by != Some(DoneBy::Host);
        let steps = list.checklist.unwrap_or_default().steps;
        let Some(step) = steps.iter().find(own) else {
            return Err(skipped("the member has done no step themselves"));
        };
        let call = probe.write(Call::put(format!("/checklist/steps/{}", escape(&step.id.0)), &done));
        let answer = probe.ask(&call)?;
        checklist::shape(&good(&answer)?["checklist"], &answer)
    });
}
