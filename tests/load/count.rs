//! How long a ranked poll takes to be counted, from all of its ballots.

use std::time::Instant;

use folkmoot::domain::count::{Profile, Ranking, run_off, schulze, stv};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

const OPTIONS: u8 = 12;

/// Ballots that place some of the options in some order: few are the same.
fn profile(ballots: u32) -> Profile {
    let mut rng = StdRng::seed_from_u64(1);
    let mut profile = Profile::new();
    for _ in 0..ballots {
        let mut ranking: Ranking = (0..OPTIONS).collect();
        ranking.shuffle(&mut rng);
        ranking.truncate(rng.random_range(1..=usize::from(OPTIONS)));
        *profile.entry(ranking).or_default() += 1;
    }
    profile
}

pub fn run() {
    println!("\ncounting anew, {OPTIONS} options");
    println!("{:>9} {:>9} {:>12} {:>12} {:>12}", "ballots", "orders", "run-off", "stv, 3", "schulze");
    for ballots in [1_000, 10_000, 100_000, 1_000_000] {
        let profile = profile(ballots);
        let options = usize::from(OPTIONS);
        let took = |count: &dyn Fn() -> usize| {
            let start = Instant::now();
            assert!(count() > 0);
            format!("{:.1} ms", start.elapsed().as_secs_f64() * 1000.0)
        };
        println!(
            "{ballots:>9} {:>9} {:>12} {:>12} {:>12}",
            profile.len(),
            took(&|| run_off(options, &profile).rounds.len()),
            took(&|| stv(options, &profile, 3).rounds.len()),
            took(&|| schulze(options, &profile).order.len()),
        );
    }
}
