use folkmoot::domain::percent::{of_voters, shares};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn largest_remainder_goes_to_the_earlier_of_equals() {
    assert_eq!(shares(&[1, 1, 1]), [34, 33, 33]);
    assert_eq!(shares(&[5, 3, 1]), [56, 33, 11]);
    assert_eq!(shares(&[4, 2, 1]), [57, 29, 14]);
    assert_eq!(shares(&[0, 0, 0]), [0, 0, 0]);
    assert_eq!(shares(&[]), [0; 0]);
}

#[test]
fn several_ticks_are_divided_by_voters() {
    assert_eq!(of_voters(&[2, 1, 3], 3), [67, 33, 100]);
    assert_eq!(of_voters(&[1, 0], 0), [0, 0]);
}

proptest! {
    #[test]
    fn shares_add_up_and_are_within_one(counts in vec(0u32..5_000_000, 1..60)) {
        let total: u64 = counts.iter().map(|&n| u64::from(n)).sum();
        let shares = shares(&counts);
        let sum: u32 = shares.iter().sum();
        prop_assert_eq!(sum, if total == 0 { 0 } else { 100 });
        for (share, count) in shares.iter().zip(&counts) {
            let exact = u64::from(*count) * 100;
            prop_assert!(u64::from(*share) * total <= exact + total);
            prop_assert!((u64::from(*share) + 1) * total >= exact);
        }
    }
}
