//! A result that is hidden is not in the data.

use folkmoot::domain::poll::Results;
use serde_json::Value;

use crate::client::{Call, Host, now, poll};

/// Who sees the tally of a poll with these results: a guest, a member who has not voted, one who has, and staff.
async fn who_sees(results: Results, closed: bool) -> [bool; 4] {
    let host = Host::start().await;
    let mut new = poll("p");
    new.rules.results = results;
    let end = now().plus(3000);
    new.rules.closes_at = closed.then_some(end);
    host.add(&new).await;
    let cast = host.vote("p", 1, &["a"]).by("voter").ok().await;
    let mut feed = host.get("/events?topics=poll:p").follow().await;
    while closed && now() < end {
        feed.next().await;
    }
    let mut seen = Vec::new();
    let viewers: [fn(Call) -> Call; 4] =
        [|call| call, |call| call.by("other"), |call| call.by("voter"), Call::by_staff];
    for viewer in viewers {
        let one = viewer(host.get("/polls/p")).ok().await["poll"].clone();
        let batch = viewer(host.get("/polls?ids=p")).ok().await["polls"][0].clone();
        let event = viewer(host.get("/events?topics=poll:p")).follow().await.next().await;
        let shown = has_tally(&one);
        let painted = viewer(host.get("/polls?ids=p&paint=en,0")).ok().await["paints"]["p"].to_string();
        assert!(painted.contains("Which?"), "{painted}");
        // Who may still vote sees the ballot first.
        assert!(shown || !painted.contains('%'), "{painted}");
        assert!(!(shown && closed) || painted.contains("100%"), "{painted}");
        assert_eq!([has_tally(&batch), has_tally(&event.data["poll"])], [shown, shown]);
        assert_eq!(one["turnout"]["cast"], 1);
        seen.push(shown);
    }
    if !closed {
        assert_eq!(has_tally(&cast["poll"]), seen[2]);
    }
    seen.try_into().unwrap()
}

fn has_tally(poll: &Value) -> bool {
    assert!(poll["id"] == "p", "{poll}");
    let text = poll.to_string();
    assert_eq!(text.contains("\"tally\""), text.contains("\"votes\""));
    poll.get("tally").is_some()
}

#[tokio::test]
async fn results_always_are_for_everybody() {
    assert_eq!(who_sees(Results::Always, false).await, [true, true, true, true]);
}

#[tokio::test]
async fn results_after_the_vote_are_for_voters_and_for_everybody_once_closed() {
    assert_eq!(who_sees(Results::AfterVote, false).await, [false, false, true, true]);
    assert_eq!(who_sees(Results::AfterVote, true).await, [true, true, true, true]);
}

#[tokio::test]
async fn results_after_the_closing_are_for_nobody_but_staff_before() {
    assert_eq!(who_sees(Results::AfterClose, false).await, [false, false, false, true]);
    assert_eq!(who_sees(Results::AfterClose, true).await, [true, true, true, true]);
}

#[tokio::test]
async fn results_for_staff_stay_with_staff() {
    assert_eq!(who_sees(Results::Staff, false).await, [false, false, false, true]);
    assert_eq!(who_sees(Results::Staff, true).await, [false, false, false, true]);
}

#[tokio::test]
async fn who_takes_their_ballot_back_sees_the_result_no_more() {
    let mut new = poll("p");
    new.rules.results = Results::AfterVote;
    let host = Host::polls([new]).await;
    assert!(has_tally(&host.vote("p", 1, &["a"]).by("ann").ok().await["poll"]));
    assert!(!has_tally(&host.take_back("p", 2).by("ann").ok().await["poll"]));
}

#[tokio::test]
async fn a_refused_ballot_tells_no_result_either() {
    let mut new = poll("p");
    new.rules.results = Results::Staff;
    let host = Host::polls([new]).await;
    host.vote("p", 2, &["a"]).by("ann").ok().await;
    let problem = host.vote("p", 1, &["b"]).by("ann").send().await.json();
    assert!(!has_tally(&problem["poll"]));
}
