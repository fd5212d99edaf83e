use folkmoot::domain::id::OptionId;
use folkmoot::domain::poll::{
    BadOption, BadRules, Base, Kind, MAX_OPTIONS, MAX_TITLE, OwnOptions, Poll, PollOption, Proposal,
    Proposed, Reasons, Slot, When,
};
use folkmoot::domain::time::Timestamp;

use super::of;

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn option(label: &str) -> PollOption {
    PollOption::new(OptionId::new("new").unwrap(), label)
}

fn open(kind: Kind) -> Poll {
    let mut poll = of(kind);
    poll.rules.own_options = OwnOptions::Open;
    poll
}

#[test]
fn an_option_says_something_new_and_finds_room() {
    let mut poll = open(Kind::Choice { min: 1, max: 1 });
    assert_eq!(poll.check_own(&option("d"), &same), Ok(()));
    for (label, bad) in [
        (String::new(), BadOption::Label),
        ("\u{200b}\u{3164}".into(), BadOption::Label),
        ("x".repeat(MAX_TITLE + 1), BadOption::Label),
        ("B".into(), BadOption::Doubled),
    ] {
        assert_eq!(poll.check_own(&option(&label), &same), Err(bad), "{label}");
    }
    poll.proposed = vec![Proposed { option: option("D"), by: None }];
    assert_eq!(poll.check_own(&option("d"), &same), Err(BadOption::Doubled), "it waits already");
    poll.options =
        (0..MAX_OPTIONS).map(|n| PollOption::new(OptionId::new(n.to_string()).unwrap(), "x")).collect();
    assert_eq!(poll.check_own(&option("e"), &same), Err(BadOption::Full));
    poll.rules.own_options = OwnOptions::Off;
    assert_eq!(poll.check_own(&option("e"), &same), Err(BadOption::Off));
}

#[test]
fn a_poll_about_when_takes_times_and_no_other_does() {
    let at = |starts, ends| PollOption {
        when: Some(When::Time(Slot::new(Timestamp(starts), Some(Timestamp(ends))))),
        ..option("")
    };
    let mut when = open(Kind::Availability);
    when.options = vec![at(100, 200)];
    assert_eq!(when.check_own(&at(200, 300), &same), Ok(()));
    assert_eq!(when.check_own(&at(100, 200), &same), Err(BadOption::Doubled));
    assert_eq!(when.check_own(&PollOption { label: "lunch".into(), ..at(100, 200) }, &same), Ok(()));
    assert_eq!(when.check_own(&at(300, 200), &same), Err(BadOption::Slot));
    assert_eq!(when.check_own(&option("lunch"), &same), Err(BadOption::Slot));
    assert_eq!(open(Kind::Choice { min: 1, max: 1 }).check_own(&at(100, 200), &same), Err(BadOption::Label));
}

#[test]
fn a_proposal_has_its_stances_and_no_others() {
    let proposal = Proposal { reasons: Reasons::Off, threshold: 50, of: Base::Ballots };
    let rules = open(Kind::Proposal(proposal)).rules;
    assert_eq!(rules.check(), Err(BadRules::OwnStances));
}
