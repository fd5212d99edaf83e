//! The rules about the parts of a poll other than ballots: reasons, comments, members' options, following, and reads by staff.

use serde_json::{Value, json};

use super::client::{Call, Received, Viewer};
use super::polls::{answered, nothing, path, read};
use super::probe::{Probe, refused};
use super::rule::Rule;
use super::verdict::{Verdict, hold, skipped};
use super::{ballots, comments, own_options, reasons, staff};
use crate::contract::ProblemKind;
use crate::domain::id::PollId;

/// The rules that are checked by writing comments.
const SAID: [Rule; 8] = [
    Rule::CommentGuest,
    Rule::CommentLong,
    Rule::CommentEmpty,
    Rule::CommentPost,
    Rule::CommentIdempotent,
    Rule::CommentLatest,
    Rule::CommentMine,
    Rule::CommentBack,
];

/// The rules that are checked by adding options.
const OPTIONS: [Rule; 5] =
    [Rule::OptionGuest, Rule::OptionWaits, Rule::OptionIdempotent, Rule::OptionDoubled, Rule::OptionBack];

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    staff::untold(probe, viewer);
    let polls = probe.options.polls.clone();
    if polls.is_empty() {
        return;
    }
    for (rules, what) in [
        (&[Rule::ReasonsList, Rule::ReasonsNames][..], "takes reasons and shows this viewer its tally"),
        (&[Rule::ReasonsHidden], "takes reasons and hides its tally from this viewer"),
        (
            &[
                Rule::CommentsList,
                Rule::CommentShape,
                Rule::CommentsOrder,
                Rule::CommentsPages,
                Rule::CommentsCount,
            ],
            "takes comments",
        ),
    ] {
        nothing(probe, rules, what);
    }
    for id in &polls {
        let Ok(poll) = read(probe, id, viewer) else { continue };
        reasons::check(probe, id, viewer, &poll);
        comments::check(probe, id, viewer, &poll);
        staff::check(probe, id, viewer, &poll);
    }
}

/// Checks those rules that need a write, and undoes the writes.
pub(super) fn write(probe: &mut Probe<'_>) {
    for (rules, what) in [
        (&[Rule::FollowGuest, Rule::FollowTold, Rule::FollowNoVote][..], "can be followed by this member"),
        (&SAID, "lets this member comment, and read what is said"),
        (&OPTIONS, "is open and has options of this member's own wait for staff"),
    ] {
        nothing(probe, rules, what);
    }
    // A host may publish an option of staff without approval, and the check could not take back a published option.
    let staff = probe.is_staff();
    if staff {
        for rule in OPTIONS {
            probe.judge(rule, Err(skipped("what staff add need not wait for staff")));
        }
    }
    for id in probe.options.polls.clone() {
        check_following(probe, &id);
        comments::write(probe, &id);
        if !staff {
            own_options::write(probe, &id);
        }
    }
}

fn check_following(probe: &mut Probe<'_>, id: &PollId) {
    let Ok(before) = read(probe, id, Viewer::Member) else { return };
    let Some(followed) = before["viewer"]["follows"].as_bool() else { return };
    probe.look(Rule::FollowGuest, |probe| {
        let call = put(probe, id, true).by(Viewer::Guest);
        refused(&probe.ask_for_refusal(&call)?, ProblemKind::Unauthorized)
    });
    for follows in [!followed, followed] {
        let mut after = None;
        probe.look(Rule::FollowTold, |probe| {
            let call = put(probe, id, follows);
            let answer = probe.ask(&call)?;
            let poll = answered(&answer, id)?;
            let verdict = told(&answer, &poll, follows);
            after = Some((answer.clone(), poll));
            verdict?;
            told(&answer, &read(probe, id, Viewer::Member)?, follows)
        });
        probe.look(Rule::FollowNoVote, |_| {
            let (answer, after) = after.ok_or_else(|| skipped("no poll could be followed"))?;
            hold(ballots::votes_alike(&before, &after), "the ballot and the turnout as before", || {
                let told =
                    |poll: &Value| format!("{}, {}", poll["viewer"]["ballot"], poll["turnout"]["cast"]);
                format!("{}: {} and then {}", answer.call, told(&before), told(&after))
            })
        });
    }
    let now = read(probe, id, Viewer::Member);
    if !now.is_ok_and(|poll| poll["viewer"]["follows"] == followed) {
        probe.notes.push(format!("whether \"{id}\" is followed may not be as it was"));
    }
}

fn put(probe: &mut Probe<'_>, id: &PollId, follows: bool) -> Call {
    probe.write(Call::put(path(id, "/follow"), &json!({"follows": follows})))
}

fn told(answer: &Received, poll: &Value, follows: bool) -> Verdict {
    hold(poll["viewer"]["follows"] == follows, &format!("viewer.follows {follows}"), || {
        format!("{}: then viewer {}", answer.call, poll["viewer"])
    })
}
