//! Proposals: stances, reasons and verdicts.

use folkmoot::domain::percent::shares;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::kinds::{ballot, poll, row, send, stored};
use crate::said::{decimal, fact, percent, said};
use crate::site::Site;

/// How many of 100 agree with the demo's proposal, and whether that is enough.
async fn assent(site: &Site) -> (u32, bool) {
    let stored = stored(site, "quiet-hours").await;
    let votes = stored["tally"]["votes"].as_array().unwrap().iter();
    let votes: Vec<u32> =
        votes.map(|of_one| u32::try_from(of_one["votes"].as_u64().unwrap()).unwrap()).collect();
    (shares(&votes)[0], votes[0] * 100 >= 66 * votes.iter().sum::<u32>())
}

#[test]
fn whoever_disagrees_with_a_proposal_says_why() {
    browse(async |site| {
        let (page, poll) = poll(site, "quiet-hours").await;
        row(&poll, "Disagree").find("input").click().await;
        poll.find("button.primary").click().await;
        poll.find(".wrong").text_becomes(said!(reason_needed)).await;
        poll.find("textarea").click().await;
        page.type_text("Nights are when I read.").await;
        send(&poll).await;
        let stands = ballot(site, "quiet-hours").await;
        assert_eq!(
            (&stands["options"], &stands["reason"]),
            (&json!(["disagree"]), &json!("Nights are when I read."))
        );
        let (share, _) = assent(site).await;
        let said =
            said!(verdict_few_so_far_votes, cast = 25, quorum = 29, share = percent(share), threshold = 66);
        poll.find(".done").text_becomes(&said).await;
        poll.find(".count").text_contains(said!(quorum_needs, count = 4)).await;
        poll.button(said!(change_vote)).click().await;
        poll.find("textarea").becomes("return element.value;", "Nights are when I read.").await;
        poll.button(said!(keep_my_vote)).click().await;
        site.edit("quiet-hours", &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
        let said =
            said!(verdict_few_voted_votes, cast = 25, quorum = 29, share = percent(share), threshold = 66);
        poll.find(".done").text_becomes(&said).await;
        poll.find(".count").text_contains(said!(quorum_missed, count = 4)).await;
    });
}

#[test]
fn a_proposal_says_whether_it_passes_and_then_whether_it_passed() {
    browse(async |site| {
        let (_page, poll) = poll(site, "quiet-hours").await;
        site.edit("quiet-hours", &json!({"entitled": 30})).await;
        poll.button(said!(see_results)).click().await;
        let (share, enough) = assent(site).await;
        let share = percent(share);
        let said = if enough {
            said!(verdict_passing_votes, share = &share, threshold = 66)
        } else {
            said!(verdict_not_passing_votes, share = &share, threshold = 66)
        };
        poll.find(".done").text_becomes(&said).await;
        site.edit("quiet-hours", &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
        let said = if enough {
            said!(verdict_passed_votes, share = share, threshold = 66)
        } else {
            said!(verdict_not_passed_votes, share = share, threshold = 66)
        };
        poll.find(".done").text_becomes(&said).await;
    });
}

/// A proposal that a host tells of, and how it stands.
fn proposal(of: &str, votes: [u32; 3], quorum: u32) -> Value {
    let cast: u32 = votes.iter().sum();
    let stands = ["disagree", "agree", "block"];
    let options: Vec<_> = stands.iter().map(|id| json!({"id": id, "label": id})).collect();
    let votes: Vec<_> = stands.iter().zip(votes).map(|(id, n)| json!({"option": id, "votes": n})).collect();
    json!({"polls": [{
        "id": "quiet-hours", "revision": 1_000_000, "kind": "proposal", "title": "Shall it?", "options": options,
        "threshold": 66, "threshold_of": of, "quorum": quorum, "turnout": {"cast": cast, "entitled": 48},
        "tally": {"voters": cast, "votes": votes}, "viewer": {"standing": "not_entitled"},
    }]})
}

#[test]
fn a_verdict_tells_its_figures_and_none_is_rounded_up_to_the_threshold() {
    browse(async |site| {
        let tick = "return element.querySelector('.tick path')?.getAttribute('d').split(' ')[0] ?? null;";
        let exact = fact!(percent, n = decimal(65.51));
        for (of, votes, quorum, said, passes, ticked) in [
            (
                "ballots",
                [10, 20, 0],
                1,
                said!(verdict_passing_votes, share = percent(67), threshold = 66),
                true,
                true,
            ),
            (
                "ballots",
                [10, 19, 0],
                1,
                said!(verdict_not_passing_votes, share = exact, threshold = 66),
                false,
                true,
            ),
            ("ballots", [0, 0, 0], 1, said!(verdict_few_so_far, cast = 0, quorum = 1), false, true),
            (
                "entitled",
                [10, 31, 0],
                1,
                said!(verdict_not_passing_members, agree = 31, count = 48, needed = 32),
                false,
                false,
            ),
            (
                "entitled",
                [10, 32, 0],
                1,
                said!(verdict_passing_members, agree = 32, count = 48, needed = 32),
                true,
                false,
            ),
            (
                "entitled",
                [0, 32, 0],
                80,
                said!(
                    verdict_few_so_far_members,
                    cast = 32,
                    quorum = 39,
                    agree = 32,
                    count = 48,
                    needed = 32
                ),
                false,
                false,
            ),
        ] {
            site.fail("GET /folkmoot/api/polls", Fault::Json(proposal(of, votes, quorum)));
            let page =
                site.embed(Embed::new(r#"<folk-poll poll="quiet-hours"></folk-poll>"#).seen_by("ann")).await;
            let poll = page.find("folk-poll");
            poll.find(".done").text_becomes(said).await;
            let agree = poll.find("li.row").nth(1);
            agree.becomes(tick, if ticked { json!("M66") } else { Value::Null }).await;
            if ticked {
                // The bar reaches the tick where the proposal passes, and no sooner.
                let bar = "return +element.querySelector('.bar rect').getAttribute('width') >= 66;";
                agree.becomes(bar, passes).await;
            }
            site.heal();
        }
    });
}
