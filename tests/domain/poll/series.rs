use folkmoot::domain::id::OptionId;
use folkmoot::domain::poll::{Past, PollOption, ROUND, Series};
use folkmoot::domain::time::Timestamp;

#[test]
fn the_option_that_won_most_often_comes_first_and_equals_in_the_polls_order() {
    let id = |text: &str| OptionId::new(text).unwrap();
    let option = |text: &str| PollOption::new(id(text), text);
    let past = |number, leaders: &[&str]| Past {
        number,
        closed_at: Timestamp(0),
        offset: None,
        cast: 3,
        leaders: leaders.iter().copied().map(id).collect(),
    };
    let series = Series {
        number: 5,
        next_at: None,
        offset: None,
        past: vec![past(4, &["c"]), past(3, &["b", "c"]), past(2, &["gone"]), past(1, &["d"])],
    };
    let options = ["a", "b", "c", "d"].map(option);
    let wins = series.wins(&options).into_iter().map(|(option, n)| (option.id.as_str(), n));
    assert_eq!(wins.collect::<Vec<_>>(), [("c", 2), ("b", 1), ("d", 1)]);
    assert_eq!(series.floor(), 4 * ROUND);
}
