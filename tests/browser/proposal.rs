//! Proposals: stances, reasons and verdicts.

use folkmoot::domain::percent::shares;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::kinds::{ballot, poll, row, send, stored};
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
        poll.find(".wrong").text_becomes("Say why, too.").await;
        poll.find("textarea").click().await;
        page.type_text("Nights are when I read.").await;
        send(&poll).await;
        let stands = ballot(site, "quiet-hours").await;
        assert_eq!(
            (&stands["options"], &stands["reason"]),
            (&json!(["disagree"]), &json!("Nights are when I read."))
        );
        let (share, _) = assent(site).await;
        let said = format!("As it stands, too few have voted (25 of 29 needed); {share}% agree, 66% needed.");
        poll.find(".done").text_becomes(&said).await;
        poll.find(".count").text_contains("more needed").await;
        poll.find("button").with_text("Change vote").click().await;
        poll.find("textarea").becomes("return element.value;", "Nights are when I read.").await;
        poll.find("button").with_text("Keep my vote").click().await;
        site.edit("quiet-hours", &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
        let said = format!("It did not pass: too few voted (25 of 29 needed); {share}% agreed, 66% needed.");
        poll.find(".done").text_becomes(&said).await;
        poll.find(".count").text_contains("4 too few").await;
    });
}

#[test]
fn a_proposal_says_whether_it_passes_and_then_whether_it_passed() {
    browse(async |site| {
        let (_page, poll) = poll(site, "quiet-hours").await;
        site.edit("quiet-hours", &json!({"entitled": 30})).await;
        poll.find("button").with_text("See results").click().await;
        let (share, enough) = assent(site).await;
        let verdict = if enough { "passes" } else { "does not pass" };
        let said = format!("As it stands, it {verdict}: {share}% agree, 66% needed.");
        poll.find(".done").text_becomes(&said).await;
        site.edit("quiet-hours", &json!({"closes_at": "2020-01-01T00:00:00Z"})).await;
        let verdict = if enough { "passed" } else { "did not pass" };
        let said = format!("It {verdict}: {share}% agreed, 66% needed.");
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
        for (of, votes, quorum, said, ticked) in [
            ("ballots", [10, 20, 0], 1, "As it stands, it passes: 67% agree, 66% needed.", true),
            ("ballots", [10, 19, 0], 1, "As it stands, it does not pass: 65.51% agree, 66% needed.", true),
            ("ballots", [0, 0, 0], 1, "As it stands, too few have voted (0 of 1 needed).", true),
            (
                "entitled",
                [10, 31, 0],
                1,
                "As it stands, it does not pass: 31 of 48 members agree, 32 needed.",
                false,
            ),
            (
                "entitled",
                [10, 32, 0],
                1,
                "As it stands, it passes: 32 of 48 members agree, 32 needed.",
                false,
            ),
            (
                "entitled",
                [0, 32, 0],
                80,
                "As it stands, too few have voted (32 of 39 needed); 32 of 48 members agree, 32 needed.",
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
                agree.becomes(bar, said.contains("passes:")).await;
            }
            site.heal();
        }
    });
}
