//! What tabs share, who is asking, and what waits for the member's word.

use folkmoot::domain::poll::{Poll, Secrecy, Standing};
use folkmoot::sync::{
    Abilities, Ask, Decision, Effect, Event, Fault, Known, Moment, Note, Pending, Record, Refusal,
    RefusalKind, Saving, Session, Stage, State, Timer, Topic, Unsent, Waiting, apply,
};

use crate::world::World;
use crate::{NOW, Page, claimed, dinner, entity, outbox_wakes, poll, poll_id, says, wakes, writes};

fn refusal(kind: RefusalKind) -> Fault {
    Fault::Refused(Refusal::without_code(kind, String::new()))
}

/// The poll as a guest sees it.
fn for_guests() -> Poll {
    let mut poll = poll(5, [3, 2], None);
    poll.viewer.standing = Standing::Guest;
    poll
}

/// A page while another tab leads.
fn following() -> State {
    let mut state = State::new(Abilities::default(), "k1".into());
    apply(&mut state, claimed("ann", 1), at(0));
    for event in [Event::Watch(dinner().into()), Event::TurnEnded] {
        apply(&mut state, event, at(0));
    }
    let found = vec![entity(&poll(5, [3, 2], None))];
    let answer = Ok(folkmoot::sync::Decoded { found, ..Default::default() });
    let effects = apply(&mut state, Event::Read { resources: vec![dinner().into()], answer }, at(0));
    assert!(effects.contains(&Effect::Lead(true)), "it would lead");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Listen { .. })), "but does not yet");
    state
}

fn at(later: i64) -> Moment {
    Moment { now: NOW.plus(later), random: 7 }
}

fn ballot(option: &str, revision: u64) -> Pending {
    let pending = Pending::new(format!("k-{option}"), crate::vote(option), revision);
    Pending { stage: Stage::Queued, kept: true, ours: false, ..pending }
}

fn decide(state: &mut State, option: &str) -> Vec<Effect> {
    let decision = crate::vote(option);
    let mut effects = apply(state, Event::Decide(decision), at(0));
    effects.extend(apply(state, Event::Kept { key: "k1".into(), kept: true }, at(0)));
    effects
}

#[test]
fn a_decision_is_stored_before_it_is_sent() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let decision = Decision::Ballot(poll_id(), Some(says("sushi")));
    let effects = page.only(Event::Decide(decision));
    assert!(effects.iter().any(|e| matches!(e, Effect::Keep(p) if p.key == "k1")));
    assert_eq!(writes(&effects).len(), 0);
    assert_eq!(writes(&page.only(Event::Kept { key: "k1".into(), kept: true })).len(), 1);
    let effects = page.answered("k1", &poll(6, [3, 3], Some((1, "sushi"))));
    assert!(effects.contains(&Effect::Forget("k1".into())));
}

#[test]
fn an_anonymous_ballot_is_not_stored_though_it_was_decided_before_it_was_known_who_is_asking() {
    let mut anonymous = poll(5, [3, 2], None);
    anonymous.rules.secrecy = Secrecy::Anonymous;
    let mut page = Page::with(&anonymous);
    page.apply(Event::InSight(false));
    let mut effects = page.apply(Event::InSight(true));
    effects.extend(page.vote("k1", "sushi"));
    assert_eq!(writes(&effects).len(), 0, "somebody else may be there by now");
    effects.extend(page.apply(claimed("ann", 1)));
    assert_eq!(writes(&effects).len(), 1);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Keep(_))), "{effects:?}");
}

#[test]
fn a_vote_that_the_storage_brings_back_when_it_has_just_been_saved_stays_saved() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let effects = page.vote("k1", "sushi");
    let kept =
        effects.iter().find_map(|e| if let Effect::Keep(p) = e { Some(p.clone()) } else { None }).unwrap();
    let with_it = poll(6, [3, 3], Some((1, "sushi")));
    page.answered("k1", &with_it);
    page.apply(Event::Restored(vec![Pending::from_texts(&kept.to_texts()).unwrap()]));
    let effects = page.answered("k1", &with_it);
    assert!(matches!(page.saving(), Saving::Saved(_)), "{:?}", page.saving());
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Tell(..))), "it was told before");
}

#[test]
fn what_cannot_be_stored_is_sent_all_the_same_and_the_member_is_told() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let decision = Decision::Ballot(poll_id(), Some(says("sushi")));
    page.only(Event::Decide(decision));
    assert_eq!(writes(&page.only(Event::Kept { key: "k1".into(), kept: false })).len(), 1);
    page.failed("k1", Fault::Unreachable);
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { kept: false, .. })));
}

#[test]
fn a_tab_that_does_not_lead_leaves_the_sending_to_the_one_that_does() {
    let mut state = following();
    let effects = decide(&mut state, "sushi");
    assert_eq!(writes(&effects).len(), 0);
    assert!(effects.iter().any(|e| matches!(e, Effect::Share(Note::Decided(p)) if p.key == "k1")));
    // The one that leads may be stuck: then this one sends, which does no harm.
    let (timer, patience) = outbox_wakes(&effects).unwrap();
    let effects = apply(&mut state, Event::Woke(timer), at(patience.into()));
    assert_eq!(writes(&effects)[0].key, "k1");
}

#[test]
fn a_tab_whose_leader_has_gone_takes_over_with_the_whole_state() {
    let mut state = following();
    decide(&mut state, "sushi");
    let effects = apply(&mut state, Event::Led, at(0));
    assert_eq!(writes(&effects)[0].key, "k1");
    assert!(effects.contains(&Effect::Listen { topics: vec![dinner()], after: None }));
}

#[test]
fn the_tab_that_leads_sends_what_others_decide_in_the_order_they_did() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "pizza");
    // The other tab had not heard of that yet, and gave its own the same number.
    let heard = Event::Heard { tab: "other".into(), note: Note::Decided(ballot("sushi", 1).into()) };
    assert_eq!(writes(&page.apply(heard)).len(), 0);
    let effects = page.answered("k1", &poll(6, [4, 2], Some((1, "pizza"))));
    let sent = writes(&effects)[0];
    assert_eq!(sent.revision, 2, "{sent:?}");
    assert_eq!(page.votes(), [3, 3]);
}

#[test]
fn the_feed_brings_what_any_tab_shows() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let note = Note::Follows { topics: vec![Topic::Checklist], asks: true };
    let effects = page.apply(Event::Heard { tab: "other".into(), note });
    assert!(effects.contains(&Effect::Share(Note::Follows { topics: vec![dinner()], asks: false })));
    assert!(effects.contains(&Effect::Listen { topics: vec![dinner(), Topic::Checklist], after: None }));
    let note = Note::Follows { topics: vec![], asks: false };
    let effects = page.apply(Event::Heard { tab: "other".into(), note });
    assert!(effects.contains(&Effect::Listen { topics: vec![dinner()], after: None }));
}

#[test]
fn without_a_feed_each_tab_looks_for_itself_until_there_is_one() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    let lost = || Event::LiveLost { signed_out: false };
    page.apply(lost());
    page.apply(lost());
    let effects = page.apply(lost());
    assert!(effects.contains(&Effect::Share(Note::FeedDown(true))));
    assert!(effects.contains(&Effect::EndTurn), "it looks");
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![dinner().into()])));
    assert!(wakes(&effects, &Timer::Look).is_some(), "and will again");
    assert!(page.apply(Event::LiveHeard).contains(&Effect::Share(Note::FeedDown(false))));
    assert!(!page.apply(Event::Woke(Timer::Look)).contains(&Effect::EndTurn));
}

#[test]
fn a_feed_that_is_due_while_it_is_asked_who_is_asking_is_opened_as_soon_as_that_is_known() {
    let follows = |topics| Event::Heard { tab: "other".into(), note: Note::Follows { topics, asks: false } };
    let due: [(Option<Event>, Event, Vec<Topic>); 4] = [
        (Some(Event::LiveLost { signed_out: false }), Event::Woke(Timer::Live), vec![dinner()]),
        (None, Event::Woke(Timer::Silence), vec![dinner()]),
        (None, follows(vec![Topic::Checklist]), vec![dinner(), Topic::Checklist]),
        (None, Event::Online(true), vec![dinner()]),
    ];
    for (before, event, topics) in due {
        let mut page = Page::with(&poll(5, [3, 2], None));
        before.map(|before| page.apply(before));
        // Somebody else opens a page of this site in the same browser.
        assert!(page.apply(Event::Introduced("otto".into())).contains(&Effect::Ask(Ask::Afresh)));
        let is_listen = |effect: &Effect| matches!(effect, Effect::Listen { .. });
        let due = format!("{event:?}");
        assert!(!page.apply(event).iter().any(is_listen), "{due}");
        let effects = page.apply(claimed("ann", 1));
        assert!(effects.contains(&Effect::Listen { topics, after: None }), "{due}: {effects:?}");
        assert!(!page.apply(Event::TurnEnded).iter().any(is_listen), "{due}: once");
    }
}

#[test]
fn a_page_that_is_left_sends_what_has_not_been_stored_yet() {
    let mut state = following();
    let decision = Decision::Ballot(poll_id(), Some(says("sushi")));
    apply(&mut state, Event::Decide(decision), at(0));
    let effects = apply(&mut state, Event::Leaving, at(0));
    assert_eq!(writes(&effects)[0].key, "k1");
    assert!(effects.contains(&Effect::Lead(false)), "another tab can lead");
}

#[test]
fn an_expired_login_is_renewed_and_the_vote_goes_on() {
    for reason in [RefusalKind::SignedOut, RefusalKind::Unverified] {
        let mut page = Page::with(&poll(5, [3, 2], None));
        page.vote("k1", "sushi");
        let effects = page.failed("k1", refusal(reason));
        let ask = if reason == RefusalKind::SignedOut { Ask::Afresh } else { Ask::Session };
        assert!(effects.contains(&Effect::Ask(ask)));
        assert_eq!(page.saving(), Saving::Sending);
        let session = Session { member: Some("ann".into()), csrf: Some("fresh".into()) };
        let fresh =
            if reason == RefusalKind::SignedOut { claimed("ann", 2) } else { Event::Session(Ok(session)) };
        let effects = page.apply(fresh);
        assert_eq!(writes(&effects)[0].key, "k1");
    }
}

#[test]
fn two_tabs_do_not_send_in_turns_what_the_host_refuses_to_both() {
    let mut world = World::new();
    world.open();
    world.host.locked = true;
    world.decide(0, Some("pizza"));
    world.wait();
    // Each sends it, and once more after it has asked anew who is asking.
    assert!((2..=4).contains(&world.sent), "{}", world.sent);
    let state = &world.tabs[0].as_ref().unwrap().state;
    assert!(matches!(state.saving(&dinner()), Saving::Refused(..)));
}

#[test]
fn two_tabs_wait_longer_and_longer_where_nobody_says_who_is_asking() {
    let mut world = World::new();
    world.open();
    (world.host.locked, world.unanswered) = (true, true);
    world.decide(0, Some("pizza"));
    world.wait();
    assert!((2..40).contains(&world.sent), "{}", world.sent);
    (world.host.locked, world.unanswered) = (false, false);
    world.heal();
    assert_eq!(world.host.granted.len(), 1);
}

#[test]
fn a_guest_whom_the_poll_asks_is_known_as_one_and_their_vote_goes_on() {
    let mut open = poll(5, [3, 2], None);
    open.viewer.standing = Standing::Invited;
    let guest = || {
        let mut page = Page { state: State::new(Abilities::default(), "k1".into()), later: 0, keys: 1 };
        page.apply(claimed("", 0));
        page.apply(Event::Watch(dinner().into()));
        page.apply(Event::TurnEnded);
        page.read(vec![dinner()], vec![entity(&open)]);
        page
    };
    let mut page = guest();
    assert_eq!(writes(&page.vote("k1", "sushi")).len(), 1);
    let effects = page.failed("k1", refusal(RefusalKind::SignedOut));
    assert!(effects.contains(&Effect::Ask(Ask::Guest)));
    let effects = page.apply(Event::Welcomed(Some("token".into())));
    assert_eq!(writes(&effects)[0].key, "k1");
    assert_eq!(page.state.proof().0, "token");

    // What another of the guest's tabs decided is sent at once, by the one that is known: that tab would be another guest.
    let mut page = guest();
    page.apply(Event::Heard { tab: "other".into(), note: Note::Decided(ballot("sushi", 1).into()) });
    page.failed("k-sushi", refusal(RefusalKind::SignedOut));
    let effects = page.apply(Event::Welcomed(Some("token".into())));
    assert_eq!(writes(&effects)[0].key, "k-sushi");

    // The host is busy when it is to know them.
    let mut page = guest();
    page.vote("k1", "sushi");
    page.failed("k1", refusal(RefusalKind::SignedOut));
    let effects = page.apply(Event::Welcomed(None));
    page.later = i64::from(wakes(&effects, &Timer::Ask).unwrap());
    assert!(matches!(page.saving(), Saving::Waiting(_)));
    assert!(page.apply(Event::Woke(Timer::Ask)).contains(&Effect::Ask(Ask::Guest)));
    assert_eq!(writes(&page.apply(Event::Welcomed(Some("token".into()))))[0].key, "k1");

    // Their token is found to be old.
    let mut page = guest();
    page.vote("k1", "sushi");
    page.failed("k1", refusal(RefusalKind::SignedOut));
    page.apply(Event::Welcomed(Some("old".into())));
    page.apply(Event::LiveLost { signed_out: true });
    assert_eq!(page.state.proof().0, "");
}

#[test]
fn a_vote_of_someone_signed_out_waits_for_them() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.failed("k1", refusal(RefusalKind::SignedOut));
    page.apply(claimed("", 0));
    let effects = page.apply(Event::Session(Ok(Session::default())));
    assert_eq!(page.saving(), Saving::SignedOut(Some(Unsent::Vote)));
    assert!(!effects.contains(&Effect::Forget("k1".into())));
    assert!(page.apply(Event::InSight(true)).contains(&Effect::Ask(Ask::Afresh)), "they may be back");
    let effects = page.apply(claimed("ann", 2));
    assert_eq!(writes(&effects)[0].key, "k1");
}

#[test]
fn what_one_member_decided_is_never_sent_for_another() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.failed("k1", refusal(RefusalKind::SignedOut));
    let effects = page.apply(claimed("otto", 1));
    assert_eq!(writes(&effects).len(), 0);
    assert!(!effects.contains(&Effect::Forget("k1".into())), "it waits for its member");
    assert_eq!(page.saving(), Saving::Idle);
}

#[test]
fn whom_the_page_names_no_more_is_gone_before_the_host_says_who_is_there() {
    let mut page = Page::with(&poll(5, [3, 2], Some((1, "sushi"))));
    page.apply(Event::Identify);
    let effects = page.apply(claimed("", 0));
    assert!(matches!(page.state.view(&dinner(), NOW), Known::Loading), "nothing of hers is shown");
    assert!(effects.contains(&Effect::Introduce(None)));
    assert!(effects.contains(&Effect::Ask(Ask::Session)), "a cookie may tell of somebody");
    page.apply(Event::TurnEnded);
    let effects = page.apply(Event::Session(Err(Fault::Unreachable)));
    assert!(effects.contains(&Effect::EndTurn));
    assert_eq!(page.state.proof().0, "", "what is read now is nobody's");
    let effects = page.vote("k1", "sushi");
    assert_eq!(writes(&effects).len(), 0);
    let effects = page.apply(Event::Session(Ok(Session::default())));
    assert!(!effects.contains(&Effect::Introduce(None)), "that was said");
}

#[test]
fn a_page_that_says_twice_at_once_who_is_there_is_read_for_them() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    for _ in 0..20 {
        page.apply(Event::PageChanged { swapped: true });
        page.apply(Event::PageChanged { swapped: true });
        assert!(
            page.apply(claimed("otto", 1)).contains(&Effect::Ask(Ask::Page)),
            "it may have changed since"
        );
        page.apply(Event::TurnEnded);
        page.apply(claimed("otto", 1));
    }
    assert!(page.apply(Event::TurnEnded).contains(&Effect::Read(vec![dinner().into()])));
    // However often the page says so, it is heard.
    page.apply(Event::PageChanged { swapped: true });
    assert!(page.apply(claimed("mia", 1)).contains(&Effect::Introduce(Some("mia".into()))));
}

#[test]
fn what_a_guest_chose_is_kept_and_asked_about_once_they_are_a_member() {
    let mut page = Page::with(&for_guests());
    let effects = page.vote("k1", "sushi");
    assert!(effects.contains(&Effect::SignIn), "once it is stored");
    assert_eq!(writes(&effects).len(), 0);
    let Some(Effect::Keep(kept)) = effects.iter().find(|e| matches!(e, Effect::Keep(_))) else { panic!() };
    let left = Pending::from_texts(&kept.to_texts()).unwrap();

    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Restored(vec![Pending { key: "earlier".into(), ..left }]));
    assert_eq!(page.saving(), Saving::Draft(says("sushi")));
    assert_eq!(page.votes(), [3, 2], "it does not count yet");
    let effects = page.vote("k1", "sushi");
    assert!(effects.contains(&Effect::Forget("earlier".into())));
    assert_eq!(writes(&effects)[0].key, "k1");
}

#[test]
fn a_guest_whose_browser_keeps_nothing_is_told_before_they_go() {
    let mut page = Page::with(&for_guests());
    let decision = Decision::Ballot(poll_id(), Some(says("sushi")));
    page.only(Event::Decide(decision));
    let effects = page.only(Event::Kept { key: "k1".into(), kept: false });
    assert!(!effects.contains(&Effect::SignIn));
    assert_eq!(page.saving(), Saving::CannotKeep);
}

#[test]
fn a_refusal_that_nobody_saw_is_told_on_the_next_visit_and_once() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.apply(Event::InSight(false));
    let effects = page.failed("k1", refusal(RefusalKind::PollClosed));
    let Some(Effect::Keep(kept)) = effects.iter().find(|e| matches!(e, Effect::Keep(_))) else { panic!() };
    let left = Pending::from_texts(&kept.to_texts()).unwrap();

    let mut page = Page::with(&poll(5, [3, 2], None));
    let effects = page.apply(Event::Restored(vec![left]));
    assert!(matches!(page.saving(), Saving::Refused(r, chosen)
        if r.kind == RefusalKind::PollClosed && chosen == crate::vote("sushi")));
    assert!(effects.contains(&Effect::Forget("k1".into())));
}

#[test]
fn a_vote_that_has_not_been_sent_is_undone_without_a_word_to_the_host() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Online(false));
    page.vote("k1", "sushi");
    assert!(matches!(page.saving(), Saving::Waiting(Waiting { offline: true, undo: true, .. })));
    let effects = page.apply(Event::Undo(dinner()));
    assert!(effects.contains(&Effect::Forget("k1".into())));
    assert_eq!((page.votes(), page.saving()), (vec![3, 2], Saving::Idle));
    assert_eq!(writes(&page.apply(Event::Online(true))).len(), 0);
}

#[test]
fn a_vote_that_may_have_arrived_is_undone_by_one_more() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.vote("k1", "sushi");
    page.failed("k1", Fault::Unreachable);
    let effects = page.apply(Event::Undo(dinner()));
    let sent = writes(&effects)[0];
    assert_eq!((sent.revision, &sent.decision), (2, &Decision::Ballot(poll_id(), None)));
    assert_eq!(page.votes(), [3, 2]);
}

#[test]
fn offline_it_is_sent_the_moment_the_network_is_back() {
    let mut page = Page::with(&poll(5, [3, 2], None));
    page.apply(Event::Online(false));
    assert_eq!(writes(&page.vote("k1", "sushi")).len(), 0);
    assert_eq!(writes(&page.apply(Event::Online(true)))[0].key, "k1");
}

#[test]
fn news_that_are_the_same_for_everybody_leave_the_viewers_own_ballot_alone() {
    let mut page = Page::with(&poll(5, [3, 2], Some((1, "pizza"))));
    let mut news = poll(6, [3, 3], None);
    news.viewer.standing = Standing::Unsaid;
    page.apply(Event::Pushed { id: "1".into(), entity: entity(&news) });
    assert_eq!(page.votes(), [3, 3]);
    assert_eq!(page.shown().answer(), Some(&says("pizza")));
}
