//! Arrows between files point down, inside a room, too: files that use each other in a circle can only be read together.
//!
//! A `mod.rs` is its folder: what stands in the folder may use what it defines, and it puts together what stands in the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::sources::{Arrow, FileName, Sources};

/// Which files each file uses.
type Uses<'a> = BTreeMap<&'a FileName, BTreeSet<&'a FileName>>;

/// Whether a file is the `mod.rs` of a folder in which the other one stands.
fn holds(file: &str, other: &str) -> bool {
    file == "lib.rs" || file.strip_suffix("mod.rs").is_some_and(|folder| other.starts_with(folder))
}

/// The groups of files that can each be reached from each other, by the arrows between them.
fn circles(sources: &Sources) -> Vec<Vec<Arrow>> {
    let between = |arrow: &Arrow| !holds(&arrow.from, &arrow.to) && !holds(&arrow.to, &arrow.from);
    let arrows: Vec<Arrow> = sources.arrows().into_iter().filter(between).collect();
    let mut uses = Uses::new();
    for arrow in &arrows {
        uses.entry(&arrow.from).or_default().insert(&arrow.to);
    }
    let reached: Uses<'_> = uses.keys().map(|file| (*file, reached(file, &uses))).collect();
    let leads =
        |one: &FileName, other: &FileName| reached.get(one).is_some_and(|files| files.contains(other));
    let mut circles: BTreeMap<Vec<&FileName>, Vec<Arrow>> = BTreeMap::new();
    for arrow in arrows.iter().filter(|arrow| leads(&arrow.to, &arrow.from)) {
        let together = |file: &&FileName| leads(file, &arrow.from) && leads(&arrow.from, file);
        circles.entry(uses.keys().copied().filter(together).collect()).or_default().push(arrow.clone());
    }
    circles.into_values().collect()
}

/// The files that can be reached from one by arrows.
fn reached<'a>(from: &'a FileName, uses: &Uses<'a>) -> BTreeSet<&'a FileName> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        let new = uses.get(file).into_iter().flatten().filter(|used| reached.insert(**used));
        next.extend(new.copied().collect::<Vec<_>>());
    }
    reached
}

fn told(circle: &[Arrow]) -> String {
    let files: BTreeSet<&str> = circle.iter().map(|arrow| arrow.from.as_str()).collect();
    let arrow =
        |arrow: &Arrow| format!("\n  src/{}:{} uses {} of {}", arrow.from, arrow.line, arrow.item, arrow.to);
    let arrows: String = circle.iter().map(arrow).collect();
    format!("{} use each other in a circle:{arrows}", files.into_iter().collect::<Vec<_>>().join(", "))
}

/// Types with `impl` blocks in several files of a folder, with those files.
fn scattered(sources: &Sources) -> Vec<String> {
    let mut files: BTreeMap<_, BTreeSet<FileName>> = BTreeMap::new();
    for found in sources.impls() {
        let folder = Path::new(&found.file).parent().unwrap().to_owned();
        files.entry((folder, found.of)).or_default().insert(found.file);
    }
    let scattered = files.into_iter().filter(|(_, files)| files.len() > 1);
    let told = |((_, (_, name)), files): (_, BTreeSet<FileName>)| {
        format!("{name} has an `impl` in each of {}", files.into_iter().collect::<Vec<_>>().join(", "))
    };
    scattered.map(told).collect()
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let circles: Vec<String> = circles(&Sources::here()).iter().map(|circle| told(circle)).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_type_has_its_impl_in_one_file_of_a_folder() {
    let scattered = scattered(&Sources::here());
    assert!(scattered.is_empty(), "{}", scattered.join("\n"));
}

#[test]
fn a_planted_circle_is_found_through_exports_and_whole_modules() {
    let sources = Sources::of(&[
        ("lib.rs", "mod shop;"),
        ("shop/mod.rs", "mod goods;\nmod price;\nmod till;\npub use till::*;\npub struct Shop;"),
        (
            "shop/goods.rs",
            "use super::price;\nuse super::Shop;\npub fn of(_: Shop) -> price::Price { price::Price }",
        ),
        ("shop/price.rs", "pub struct Price;\nfn f() { println!(\"{}\", crate::shop::Till::open()) }"),
        (
            "shop/till.rs",
            "use super::goods;\npub struct Till;\nimpl Till { pub fn open() { goods::of(super::Shop); } }",
        ),
    ]);
    let told: Vec<String> = circles(&sources).iter().map(|circle| told(circle)).collect();
    assert_eq!(
        told,
        ["shop/goods.rs, shop/price.rs, shop/till.rs use each other in a circle:\
            \n  src/shop/goods.rs:3 uses Price of shop/price.rs\
            \n  src/shop/price.rs:2 uses Till of shop/till.rs\
            \n  src/shop/till.rs:3 uses of of shop/goods.rs"]
    );
}

#[test]
fn what_a_folder_shares_with_what_stands_in_it_is_no_circle_and_what_others_use_of_it_is() {
    let shared = [
        ("lib.rs", "mod shop;"),
        ("shop/mod.rs", "mod goods;\npub struct Shop(goods::Goods);"),
        ("shop/goods.rs", "pub struct Goods;\nfn f(_: super::Shop) {}"),
    ];
    assert!(circles(&Sources::of(&shared)).is_empty());
    let outside = [
        ("lib.rs", "mod one;\nmod two;"),
        ("one/mod.rs", "use crate::two::Two;\npub struct One(Two);"),
        ("two/mod.rs", "mod inner;\npub use inner::Two;"),
        ("two/inner.rs", "pub struct Two;\nfn f(_: crate::one::One) {}"),
    ];
    assert_eq!(circles(&Sources::of(&outside)).len(), 1);
}

#[test]
fn an_impl_that_is_scattered_is_found_and_one_of_a_trait_is_none() {
    let sources = Sources::of(&[
        ("lib.rs", "mod shop;"),
        ("shop/mod.rs", "mod goods;\nmod till;"),
        ("shop/goods.rs", "use super::till::Till;\nimpl Till {}"),
        ("shop/till.rs", "pub struct Till;\nimpl Till {}\nimpl Drop for Till { fn drop(&mut self) {} }"),
    ]);
    assert_eq!(scattered(&sources), ["Till has an `impl` in each of shop/goods.rs, shop/till.rs"]);
}
