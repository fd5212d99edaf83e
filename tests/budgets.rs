//! What a page loads stays within its budget. Reads the build that `tests/run` makes.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use folkmoot::api::{KindWord, Word};
use folkmoot::build::{self, Report};

#[test]
fn the_widget_is_within_its_budgets() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let (manifest, _) = build::load(&dist).unwrap_or_else(|error| panic!("{error}"));
    let report = Report::from(manifest);
    for budget in report.budgets() {
        assert!(budget.holds(), "{} is over its budget:\n{report}", budget.what);
    }
}

#[test]
fn sizes_in_the_manifest_are_those_of_the_files() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let (_, files) = build::load(&dist).unwrap_or_else(|error| panic!("{error}"));
    for loaded in files {
        let sizes =
            [&loaded.plain, &loaded.brotli, &loaded.gzip].map(|bytes| u64::try_from(bytes.len()).unwrap());
        assert_eq!(sizes, [loaded.file.bytes, loaded.file.brotli, loaded.file.gzip], "{}", loaded.file.name);
    }
}

#[test]
fn every_kind_of_poll_has_its_price() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let (manifest, _) = build::load(&dist).unwrap_or_else(|error| panic!("{error}"));
    for kind in KindWord::ALL.iter().map(|kind| kind.word()) {
        assert!(
            manifest.costs.iter().any(|cost| cost.kind == kind),
            "{kind} has no price: name the Rust modules that draw it in src/build/cost.rs"
        );
    }
}
