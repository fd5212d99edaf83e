//! The native host conforms, and each rule that is skipped has its reason.

use folkmoot::check::{Access, Options, Outcome, Report, Rule};
use folkmoot::domain::id::PollId;
use folkmoot::domain::poll::examples;
use serde_json::json;

use crate::broken::{Break, Site, beside_guests, guest, member, names, reader, voter};
use crate::client::{claims, token};

fn skips<'a>(report: &'a Report, rule: &str) -> &'a str {
    let finding = report.findings.iter().find(|f| f.rule.name() == rule).unwrap();
    let Outcome::Skip { why } = &finding.outcome else { panic!("{rule}: {:?}", finding.outcome) };
    why
}

#[tokio::test]
async fn a_guest_learns_what_can_be_told_without_a_poll() {
    let site = Site::start(Break::default()).await;
    let report = site.check(guest()).await;
    let (passed, failed, skipped) = report.counts();
    assert_eq!((failed, passed + skipped), (0, Rule::ALL.len()), "{report}");
    assert_eq!(passed, 27, "{report}");
    assert_eq!(skips(&report, "polls.batch"), "no --poll was given");
    assert_eq!(skips(&report, "session.member"), "nobody is signed in: give --token");
}

#[tokio::test]
async fn a_member_who_does_not_vote_leaves_everything_as_it_was() {
    let site = Site::start(Break::default()).await;
    let before = site.host.poll("p").await;
    let report = site.check(member()).await;
    assert_eq!(names(&report).0, [""; 0], "{report}");
    assert_eq!(skips(&report, "ballot.cast"), "needs --token, --poll and --vote");
    assert_eq!(report.viewer.as_deref(), Some("ann"));
    assert_eq!(site.host.poll("p").await, before);
}

#[tokio::test]
async fn a_host_without_codes_conforms() {
    let without = Break::json(|_, json| {
        if let Some(problem) = json.as_object_mut().filter(|json| json.contains_key("type")) {
            problem.remove("code");
            problem.remove("params");
        }
    });
    let report = Site::start(without).await.check(voter()).await;
    assert_eq!(names(&report).0, [""; 0], "{report}");
    assert_eq!(skips(&report, "problem.code"), "no refusal had a code");
}

#[tokio::test]
async fn a_voter_sees_every_rule_pass_that_the_community_has_an_occasion_for() {
    let site = Site::around(Break::default()).await;
    let mut options = voter();
    options.polls.extend(reader().polls);
    options.polls.extend(beside_guests().polls);
    let report = site.check(options).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    assert_eq!(
        skipped,
        [
            "busy.retry-after",
            "proxy.address",
            "proxy.made-up",
            "ballot.anonymous",
            "comments.pages",
            "export.csv",
            "export.secret",
            "followers.list",
            "csrf.required",
            "staff.edit-keeps",
            "staff.unknown-404"
        ],
        "{report}"
    );
    assert_eq!(skips(&report, "busy.retry-after"), "the host was never busy");
    assert_eq!(skips(&report, "ballot.anonymous"), "no poll that was seen is anonymous");
    assert_eq!(skips(&report, "comments.pages"), "no poll that was named has more comments than a page");
    assert_eq!(skips(&report, "export.csv"), "the member who asks is not of the staff");
    assert_eq!(skips(&report, "csrf.required"), "needs --cookie, --poll and --vote");
    assert!(report.notes.is_empty(), "{:?}", report.notes);
}

#[tokio::test]
async fn what_is_around_a_ballot_is_skipped_where_the_polls_named_have_nothing_of_it() {
    let site = Site::start(Break::default()).await;
    let report = site.check(voter()).await;
    for (rule, why) in [
        ("voters.list", "no poll that was named is public"),
        ("reasons.list", "no poll that was named takes reasons and shows this viewer its tally"),
        ("reasons.hidden", "no poll that was named takes reasons and hides its tally from this viewer"),
        ("comments.list", "no poll that was named takes comments"),
        ("proposed.absent-for-guests", "no poll that was seen has options wait for staff"),
        ("proposed.own-only", "no option of this member's was seen to wait"),
        ("comment.post", "no poll that was named lets this member comment, and read what is said"),
        (
            "option.waits",
            "no poll that was named is open and has options of this member's own wait for staff",
        ),
    ] {
        assert_eq!(skips(&report, rule), why);
    }
}

#[tokio::test]
async fn every_kind_of_poll_conforms() {
    let checked = examples::KINDS.map(async |kind| {
        let site = Site::start(Break::default()).await;
        site.host.add(&crate::client::poll_of("kind", kind)).await;
        let mut options = voter();
        options.polls = vec![PollId::new("kind").unwrap()];
        let report = site.check(options).await;
        assert_eq!(names(&report).0, [""; 0], "{kind:?}: {report}");
        let cast = report.findings.iter().find(|f| f.rule.name() == "ballot.cast").unwrap();
        assert!(matches!(cast.outcome, Outcome::Pass), "{kind:?}: {report}");
    });
    futures_util::future::join_all(checked).await;
}

#[tokio::test]
async fn a_poll_that_comes_back_conforms_in_a_later_round() {
    let site = Site::start(Break::default()).await;
    let mut options = voter();
    options.polls = vec![PollId::new("sunday-walk").unwrap()];
    let report = site.check(options).await;
    let (failed, skipped) = names(&report);
    assert_eq!(failed, [""; 0], "{report}");
    assert!(!skipped.contains(&"ballot.stale-carries-newer"), "{report}");
}

#[tokio::test]
async fn ballots_are_put_back_as_they_were() {
    let site = Site::start(Break::default()).await;
    let mut options = voter();
    options.polls.push(PollId::new("firm").unwrap());
    let chosen = async |poll: &str| {
        let path = format!("/polls/{poll}");
        let poll = site.host.get(&path).by("ann").ok().await["poll"].take();
        (poll["viewer"]["ballot"]["options"].clone(), poll["turnout"]["cast"].clone())
    };
    let before = [chosen("firm").await, chosen("final").await];
    let report = site.check(options).await;
    assert!(report.conforms(), "{report}");
    assert_eq!([chosen("firm").await, chosen("final").await], before);
    assert_eq!(chosen("p").await, (json!([]), json!(0)), "there was none, so it is taken back");
}

#[tokio::test]
async fn a_ballot_that_could_not_be_put_back_is_not_cast() {
    // Ann has voted there, and this host does not tell her what.
    let silent = Break::polls(|_, poll| {
        if poll["viewer"]["ballot"].is_object() {
            poll["viewer"]["ballot"].as_object_mut().unwrap().remove("options");
        }
    });
    for (member, broken) in [("mia", Break::default()), ("ann", silent)] {
        let site = Site::start(broken).await;
        let before = site.host.poll("firm").await["tally"].take();
        let options = Options {
            polls: vec![PollId::new("firm").unwrap()],
            access: Access::Token(token(&claims(member))),
            ..voter()
        };
        let report = site.check(options).await;
        assert!(report.conforms(), "{report}");
        assert_eq!(site.host.poll("firm").await["tally"], before, "{member}");
        let why = "no poll that was named is open to this member and lets the check put their ballot back as it was";
        assert_eq!(skips(&report, "ballot.cast"), why);
        assert_eq!(report.notes, [format!("no ballot was cast: {why}")]);
    }
}

#[tokio::test]
async fn machines_read_the_same_as_people() {
    let site = Site::start(Break::answer(|_, reply| drop(reply.headers.remove("date")))).await;
    let report = site.check(guest()).await;
    let json = report.json();
    assert_eq!(json["failed"], 1);
    let rules = json["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Rule::ALL.len());
    let date = rules.iter().find(|rule| rule["rule"] == "date.header").unwrap();
    assert_eq!((&date["outcome"], &date["expected"]), (&json!("fail"), &json!("Date: an HTTP date")));
    let told = report.to_string();
    assert!(told.contains("  FAIL  date.header"), "{told}");
    assert!(
        told.contains("\n        expected  Date: an HTTP date\n        came      GET /session, Date: \"\"\n")
    );
}

#[test]
fn rules_have_names_of_their_own() {
    let mut names: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Rule::ALL.len());
}

/// What the tests of hosts that break something say.
const BROKEN: [&str; 10] = [
    include_str!("around.rs"),
    include_str!("comments.rs"),
    include_str!("feeds.rs"),
    include_str!("hostile.rs"),
    include_str!("polls.rs"),
    include_str!("proxies.rs"),
    include_str!("reads.rs"),
    include_str!("staff.rs"),
    include_str!("ways.rs"),
    include_str!("writes.rs"),
];

#[test]
fn every_rule_has_a_host_that_breaks_it() {
    for rule in Rule::ALL {
        // First or later among the rules that such a host is named for.
        let names = [format!("&[\"{}\"", rule.name()), format!("\", \"{}\"]", rule.name())];
        let breaks = |tests: &&str| names.iter().any(|name| tests.contains(name));
        assert!(BROKEN.iter().any(breaks), "{}", rule.name());
    }
}
