use folkmoot::domain::poll::{Count, Kind, Tally};

#[test]
fn forums_9_equal_votes_are_drawn_equal_and_none_of_them_ahead() {
    let kind = Kind::Choice { min: 1, max: 1 };
    let seen = |votes: &[u32]| {
        let tally = Tally { voters: votes.iter().sum(), abstained: 0, count: Count::Votes(votes.to_vec()) };
        let shown = |list: Option<Vec<u32>>| list.unwrap_or_default();
        (shown(tally.percentages(kind)), shown(tally.lengths(kind)), tally.shown_ahead(kind))
    };
    assert_eq!(seen(&[1, 1, 1]), (vec![34, 33, 33], vec![33, 33, 33], vec![]));
    assert_eq!(seen(&[5, 1, 1, 1]), (vec![63, 13, 12, 12], vec![63, 12, 12, 12], vec![0]));
    assert_eq!(seen(&[1, 1]), (vec![50, 50], vec![50, 50], vec![0, 1]));
    assert_eq!(seen(&[2, 1]), (vec![67, 33], vec![67, 33], vec![0]));
    assert_eq!(seen(&[0, 0]), (vec![0, 0], vec![0, 0], vec![]));
}
