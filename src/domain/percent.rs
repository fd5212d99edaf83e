//! Whole percentages: shares of a sum, which add up to 100, and shares of the voters, which need not.

/// Each count as a whole percentage of their sum, rounded by the largest remainder method so that all add up to 100; all
/// are 0 where the sum is 0. Of equal remainders the earlier count's is rounded up first.
pub fn shares(counts: &[u32]) -> Vec<u32> {
    let total: u64 = counts.iter().map(|&n| u64::from(n)).sum();
    if total == 0 {
        return vec![0; counts.len()];
    }
    let mut shares: Vec<u32> = counts.iter().map(|&n| part(n, total).0).collect();
    let missing = 100 - shares.iter().sum::<u32>();
    let mut rests: Vec<u64> = counts.iter().map(|&n| part(n, total).1).collect();
    for _ in 0..missing {
        // Fewer percentage points are missing than there are remainders above 0, so that none is rounded up twice.
        let most = rests.iter().copied().max().unwrap_or(0);
        if let Some(at) = rests.iter().position(|&rest| rest == most) {
            (shares[at], rests[at]) = (shares[at] + 1, 0);
        }
    }
    shares
}

/// Each count as a whole percentage of `voters`, rounded half up. Where a ballot may have several options they need not
/// add up to 100.
pub fn of_voters(counts: &[u32], voters: u32) -> Vec<u32> {
    let of = |n: u32| {
        if voters == 0 {
            return 0;
        }
        let (whole, rest) = part(n, u64::from(voters));
        whole + u32::from(rest * 2 >= u64::from(voters))
    };
    counts.iter().map(|&n| of(n)).collect()
}

#[expect(clippy::cast_possible_truncation)] // n ≤ total ⇒ at most 100; a host that claims more is cut, not trusted
fn part(n: u32, total: u64) -> (u32, u64) {
    let hundredfold = u64::from(n) * 100;
    ((hundredfold / total) as u32, hundredfold % total)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    proptest::proptest! {
        #[test]
        fn shares_add_up_and_are_within_one(counts in proptest::collection::vec(0u32..5_000_000, 1..60)) {
            let total: u64 = counts.iter().map(|&n| u64::from(n)).sum();
            let shares = shares(&counts);
            let sum: u32 = shares.iter().sum();
            proptest::prop_assert_eq!(sum, if total == 0 { 0 } else { 100 });
            for (share, count) in shares.iter().zip(&counts) {
                let exact = u64::from(*count) * 100;
                proptest::prop_assert!(u64::from(*share) * total <= exact + total);
                proptest::prop_assert!((u64::from(*share) + 1) * total >= exact);
            }
        }
    }
}
