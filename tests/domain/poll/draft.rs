use folkmoot::domain::id::OptionId;
use folkmoot::domain::poll::{Answer, Draft, Kind, Method, PollOption, Value};

fn id(text: &str) -> OptionId {
    OptionId::new(text).unwrap()
}

#[test]
fn a_single_choice_replaces_the_one_before_and_several_add_up() {
    let (one, two) = (Kind::Choice { min: 1, max: 1 }, Kind::Choice { min: 1, max: 2 });
    for (kind, left) in [(one, vec![id("b")]), (two, vec![id("a"), id("b")])] {
        let mut draft = Draft::default();
        draft.mark(kind, id("a"), Some(1));
        draft.mark(kind, id("b"), Some(1));
        assert_eq!(draft.answer(kind, &[]), Answer::Options(left));
        draft.mark(kind, id("b"), None);
        assert_eq!(draft.value(&id("b")), None);
    }
}

#[test]
fn an_order_is_made_by_putting_options_in_places() {
    let mut draft = Draft::default();
    for (option, at) in [("a", 9), ("b", 9), ("c", 0), ("a", 0), ("c", 1)] {
        draft.place(id(option), at);
    }
    let ranked = Kind::Ranked(Method::RunOff);
    assert_eq!(draft.answer(ranked, &[]), Answer::Options(vec![id("a"), id("c"), id("b")]));
    draft.keep_within(&[PollOption::new(id("b"), "")]);
    assert_eq!(draft.answer(ranked, &[]), Answer::Options(vec![id("b")]));
}

#[test]
fn a_time_that_was_not_touched_is_one_at_which_somebody_cannot() {
    let kind = Kind::Availability;
    let options = ["a", "b", "c"].map(|name| PollOption::new(id(name), ""));
    let mut draft = Draft::default();
    assert_eq!(draft.answer(kind, &options), Answer::Values(Vec::new()), "nothing is no answer");
    draft.mark(kind, id("b"), Some(1));
    draft.mark(kind, id("c"), Some(0));
    let says = |option, value| Value { option: id(option), value };
    let all = vec![says("a", 0), says("b", 1), says("c", 0)];
    assert_eq!(draft.answer(kind, &options), Answer::Values(all));
}

#[test]
fn dots_are_counted_while_they_are_spread() {
    let kind = Kind::Allocation { dots: 5 };
    let mut draft = Draft::default();
    draft.mark(kind, id("a"), Some(3));
    draft.mark(kind, id("b"), Some(1));
    draft.mark(kind, id("a"), Some(2));
    assert_eq!((draft.sum(), draft.value(&id("a"))), (3, Some(2)));
}
