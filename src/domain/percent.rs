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
