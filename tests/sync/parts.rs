//! Which parts of the widget a page fetches, when, and what becomes of those that do not come.

use folkmoot::api;
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::domain::poll::Poll;
use folkmoot::sync::{Effect, Event, Fault, Missing, Part, PartState, Refusal, RefusalKind, Topic};

use crate::{Page, dinner, entity, poll};

/// A ranking with this name.
fn ranking(id: &str) -> Poll {
    let json = serde_json::json!({
        "id": id, "revision": 1, "title": "Which first?", "kind": "ranked",
        "options": [{"id": "pizza", "label": "Pizza"}, {"id": "sushi", "label": "Sushi"}],
        "viewer": {"standing": "entitled"},
    });
    api::poll_from(&json).unwrap()
}

fn topic(poll: &Poll) -> Topic {
    Topic::Poll(poll.id.clone())
}

fn ann() -> Topic {
    Topic::Member(MemberId::new("ann").unwrap())
}

/// What of these effects is about parts, and what is drawn anew.
fn about_parts(effects: Vec<Effect>) -> Vec<Effect> {
    let is_about =
        |effect: &Effect| matches!(effect, Effect::FetchPart(_) | Effect::Reload | Effect::Show(_));
    effects.into_iter().filter(is_about).collect()
}

/// A page that shows these polls, and what it did when they came.
fn showing(polls: &[Poll]) -> (Page, Vec<Effect>) {
    let mut page = Page::default();
    let topics: Vec<_> = polls.iter().map(topic).collect();
    for topic in &topics {
        page.apply(Event::Watch(topic.clone().into()));
    }
    page.apply(Event::TurnEnded);
    let effects = page.read(topics, polls.iter().map(entity).collect());
    (page, about_parts(effects))
}

fn fetched(page: &mut Page, part: Part, came: Result<(), Missing>) -> Vec<Effect> {
    about_parts(page.apply(Event::PartFetched(part, came)))
}

fn need(page: &mut Page, part: Part, topic: Topic) -> Vec<Effect> {
    about_parts(page.apply(Event::Need(part, topic)))
}

#[test]
fn a_page_that_needs_no_part_fetches_none() {
    let (page, effects) = showing(&[poll(5, [3, 2], None)]);
    assert_eq!(effects, [Effect::Show(dinner())]);
    for part in Part::ALL {
        assert_eq!(page.state.part(part), PartState::Unasked);
    }
}

#[test]
fn a_part_that_polls_need_is_fetched_once_and_all_of_them_are_drawn_with_it() {
    let (one, other) = (ranking("a"), ranking("b"));
    let (mut page, effects) = showing(&[one.clone(), other.clone(), poll(5, [3, 2], None)]);
    let fetches = effects.iter().filter(|effect| matches!(effect, Effect::FetchPart(_))).collect::<Vec<_>>();
    assert_eq!(fetches, [&Effect::FetchPart(Part::Kinds)]);
    assert_eq!(page.state.part(Part::Kinds), PartState::Coming);
    let late = ranking("c");
    page.apply(Event::Watch(topic(&late).into()));
    page.apply(Event::TurnEnded);
    assert_eq!(about_parts(page.read(vec![topic(&late)], vec![entity(&late)])), [Effect::Show(topic(&late))]);
    let drawn = [one, other, late].map(|poll| Effect::Show(topic(&poll)));
    assert_eq!(fetched(&mut page, Part::Kinds, Ok(())), drawn);
    assert_eq!(page.state.part(Part::Kinds), PartState::Here);
    assert_eq!(need(&mut page, Part::Kinds, dinner()), [Effect::Show(dinner())], "it is here");
}

#[test]
fn links_in_a_description_and_rounds_that_were_need_it_too() {
    let linked = Poll { description: "See https://example.org".into(), ..poll(5, [3, 2], None) };
    assert_eq!(showing(&[linked]).1, [Effect::FetchPart(Part::Kinds), Effect::Show(dinner())]);
}

#[test]
fn a_refusal_that_is_seen_has_the_words_for_its_code_fetched_once() {
    let (mut page, _) = showing(&[poll(5, [3, 2], None)]);
    let refuse = |page: &mut Page, key: &str, kind, code: &str| {
        page.vote(key, "sushi");
        let refusal = Refusal { code: code.into(), ..Refusal::without_code(kind, "no".into()) };
        about_parts(page.failed(key, Fault::Refused(refusal)))
    };
    let fetch = Effect::FetchPart(Part::Kinds);
    assert!(!refuse(&mut page, "k1", RefusalKind::NotPossible, "").contains(&fetch), "it has no code");
    let closed = refuse(&mut page, "k2", RefusalKind::PollClosed, "poll-closed");
    assert!(!closed.contains(&fetch), "the module has words for this");
    page.apply(Event::InSight(false));
    assert!(!refuse(&mut page, "k3", RefusalKind::NotPossible, "option-gone").contains(&fetch));
    assert!(about_parts(page.apply(Event::InSight(true))).contains(&fetch), "once it is seen");
    assert_eq!(fetched(&mut page, Part::Kinds, Ok(())), [Effect::Show(dinner())]);
    assert!(!refuse(&mut page, "k4", RefusalKind::NotPossible, "option-gone").contains(&fetch), "it is here");
}

#[test]
fn what_is_opened_has_its_part_fetched_and_waits_for_that_alone() {
    let (mut page, _) = showing(&[poll(5, [3, 2], None)]);
    assert_eq!(need(&mut page, Part::Card, ann()), [Effect::FetchPart(Part::Card), Effect::Show(ann())]);
    assert_eq!(need(&mut page, Part::Card, ann()), [Effect::Show(ann())]);
    assert_eq!(
        need(&mut page, Part::Kinds, dinner()),
        [Effect::FetchPart(Part::Kinds), Effect::Show(dinner())]
    );
    assert_eq!(fetched(&mut page, Part::Card, Ok(())), [Effect::Show(ann())]);
    assert_eq!(page.state.part(Part::Kinds), PartState::Coming);
}

#[test]
fn a_part_that_does_not_come_is_fetched_again_when_the_member_asks() {
    let ranking = ranking("a");
    let (mut page, _) = showing(std::slice::from_ref(&ranking));
    need(&mut page, Part::Card, ann());
    for part in Part::ALL {
        fetched(&mut page, part, Err(Missing::Unreachable));
        assert_eq!(page.state.part(part), PartState::Missing(Missing::Unreachable));
    }
    let pushed = Event::Pushed { id: "1".into(), entity: entity(&Poll { revision: 2, ..ranking.clone() }) };
    assert_eq!(about_parts(page.apply(pushed)), [Effect::Show(topic(&ranking))], "not with each push");
    let again = about_parts(page.apply(Event::Retry(ann().into())));
    for part in Part::ALL {
        assert!(
            again.contains(&Effect::FetchPart(part)),
            "what failed for one reason is tried again together"
        );
        assert_eq!(page.state.part(part), PartState::Coming);
    }
    assert_eq!(fetched(&mut page, Part::Card, Ok(())), [Effect::Show(ann())]);
}

#[test]
fn a_part_that_is_opened_again_is_fetched_again() {
    let (mut page, _) = showing(&[poll(5, [3, 2], None)]);
    need(&mut page, Part::Card, ann());
    fetched(&mut page, Part::Card, Err(Missing::Unreachable));
    assert_eq!(need(&mut page, Part::Card, ann()), [Effect::FetchPart(Part::Card), Effect::Show(ann())]);
}

#[test]
fn embedding_16_the_page_is_loaded_anew_for_a_part_that_is_gone_where_the_member_asks_for_it_and_nowhere_else()
 {
    let (mut page, _) = showing(&[poll(5, [3, 2], None)]);
    page.vote("k1", "sushi");
    need(&mut page, Part::Card, ann());
    assert_eq!(fetched(&mut page, Part::Card, Err(Missing::Gone)), [Effect::Show(ann())]);
    let other = Topic::Member(MemberId::new("otto").unwrap());
    assert_eq!(need(&mut page, Part::Card, other.clone()), [Effect::Show(other)], "it says so, and waits");
    assert!(!about_parts(page.apply(Event::Retry(dinner().into()))).contains(&Effect::Reload));
    assert!(about_parts(page.apply(Event::Retry(ann().into()))).contains(&Effect::Reload));
    assert_eq!(page.votes(), [3, 3], "what was decided is there");
    assert_eq!(page.state.part(Part::Kinds), PartState::Unasked);
    let poll = PollId::new("a").unwrap();
    assert!(need(&mut page, Part::Kinds, Topic::Poll(poll)).contains(&Effect::FetchPart(Part::Kinds)));
}
