//! No arm of last resort over tuples of our own enums: a new variant has to be looked at wherever one is told from another.
//! Clippy sees to that where a single value is matched (`wildcard_enum_match_arm`), and does not look into tuples.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMatch, ItemImpl, Pat, Type};

use crate::sources::{Sources, names};

/// A `match` over a tuple.
#[derive(Debug, Default)]
pub struct TupleMatch {
    pub arms: Vec<Arm>,
}

/// One pattern of an arm.
#[derive(Debug)]
pub struct Arm {
    pub line: usize,
    /// Whether it holds under a condition only.
    guarded: bool,
    /// What it takes at each place of the tuple.
    pub places: Vec<Place>,
}

/// What is taken at a place of a tuple.
#[derive(Clone, Debug)]
pub enum Place {
    /// Whatever is there.
    Anything,
    /// Variants of an enum, each by its path.
    Variants(Vec<Vec<String>>),
    /// Something else, such as a number.
    Something,
}

/// Collects the matches over tuples in an item.
#[derive(Default)]
pub struct TupleMatches {
    pub found: Vec<TupleMatch>,
    /// What `Self` is.
    this: Vec<String>,
}

impl<'ast> Visit<'ast> for TupleMatches {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Type::Path(of) = &*item.self_ty {
            self.this = names(&of.path);
        }
        visit::visit_item_impl(self, item);
        self.this.clear();
    }

    fn visit_expr_match(&mut self, matched: &'ast ExprMatch) {
        if let Expr::Tuple(tuple) = &*matched.expr {
            let mut found = TupleMatch::default();
            for arm in &matched.arms {
                for pattern in alternatives(&arm.pat) {
                    let line = arm.fat_arrow_token.spans[0].start().line;
                    let places = self.places(pattern, tuple.elems.len());
                    found.arms.push(Arm { line, guarded: arm.guard.is_some(), places });
                }
            }
            self.found.push(found);
        }
        visit::visit_expr_match(self, matched);
    }
}

impl TupleMatches {
    fn places(&self, pattern: &Pat, width: usize) -> Vec<Place> {
        let Pat::Tuple(tuple) = pattern else { return vec![self.place(pattern); width] };
        let rest = width + 1 - tuple.elems.len().min(width + 1);
        let place = |pattern: &Pat| {
            if let Pat::Rest(_) = pattern { vec![Place::Anything; rest] } else { vec![self.place(pattern)] }
        };
        tuple.elems.iter().flat_map(place).collect()
    }

    fn place(&self, pattern: &Pat) -> Place {
        #[expect(clippy::wildcard_enum_match_arm)] // syn's, which may get more
        let path = match pattern {
            Pat::Wild(_) => return Place::Anything,
            Pat::Ident(name) => match &name.subpat {
                Some((_, pattern)) => return self.place(pattern),
                // Such as `None`.
                None if name.ident.to_string().starts_with(char::is_uppercase) => {
                    return Place::Variants(vec![vec![name.ident.to_string()]]);
                }
                None => return Place::Anything,
            },
            Pat::Paren(pattern) => return self.place(&pattern.pat),
            Pat::Reference(pattern) => return self.place(&pattern.pat),
            Pat::Or(_) => {
                let mut variants = Vec::new();
                for pattern in alternatives(pattern) {
                    match self.place(pattern) {
                        Place::Variants(more) => variants.extend(more),
                        other => return other,
                    }
                }
                return Place::Variants(variants);
            }
            Pat::Path(pattern) => &pattern.path,
            Pat::Struct(pattern) => &pattern.path,
            Pat::TupleStruct(pattern) => &pattern.path,
            _ => return Place::Something,
        };
        let mut path = names(path);
        if path[0] == "Self" && !self.this.is_empty() {
            path.splice(..1, self.this.clone());
        }
        Place::Variants(vec![path])
    }
}

/// The patterns of which one has to hold.
#[expect(clippy::wildcard_enum_match_arm)] // syn's, which may get more
fn alternatives(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(alternatives).collect(),
        Pat::Paren(inner) => alternatives(&inner.pat),
        pattern => vec![pattern],
    }
}

/// Whether a value may be taken by both.
fn meet(one: &Place, other: &Place) -> bool {
    let (Place::Variants(one), Place::Variants(other)) = (one, other) else { return true };
    let last = |paths: &[Vec<String>]| -> BTreeSet<String> {
        paths.iter().filter_map(|path| path.last().cloned()).collect()
    };
    !last(one).is_disjoint(&last(other))
}

/// Arms that take, without a condition, whatever variants of our own enums are left where an arm before tells one from another.
fn last_resorts(sources: &Sources) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for (file, matched, is_own) in sources.tuple_matches() {
        for (at, arm) in matched.arms.iter().enumerate().filter(|(_, arm)| !arm.guarded) {
            let open = (0..arm.places.len()).filter(|place| matches!(arm.places[*place], Place::Anything));
            for place in open {
                let names_one = |before: &&Arm| match &before.places[place] {
                    Place::Variants(paths) => paths.iter().any(|path| is_own(path)),
                    Place::Anything | Place::Something => false,
                };
                let beside = |before: &&Arm| {
                    (0..arm.places.len())
                        .all(|other| other == place || meet(&before.places[other], &arm.places[other]))
                };
                if matched.arms[..at].iter().any(|before| names_one(&before) && beside(&before)) {
                    faults.insert((file.to_owned(), arm.line));
                }
            }
        }
    }
    faults.into_iter().map(|(file, line)| format!("src/{file}:{line}")).collect()
}

#[test]
fn no_arm_takes_whatever_is_left_of_a_tuple_of_our_enums() {
    let found = last_resorts(&Sources::here());
    assert!(
        found.is_empty(),
        "name the variants, or ask for one of them with `if let` or `matches!`:\n{}",
        found.join("\n")
    );
}

/// The lines of what is found in a `match` with these arms, each on a line of its own from the second on.
fn planted(over: &str, arms: &str) -> Vec<String> {
    let code = format!(
        "use super::shop::Goods; use std::cmp::Ordering; fn f() {{ match {over} {{\n{arms}\n}} }}\n\
         enum Till {{ Open, Shut }}\nimpl Till {{ fn g(self, o: Till) {{ match (self, o) {{ (Self::Open, Self::Open) => 1, _ => 2 }} }} }}"
    );
    let files = [
        ("lib.rs", "mod shop;\nmod till;"),
        ("shop.rs", "pub enum Goods { Bread(u8), Milk { fat: u8 }, Salt }"),
        ("till.rs", &code),
    ];
    let mut found = last_resorts(&Sources::of(&files));
    let of_self = format!("src/till.rs:{}", code.lines().count());
    assert_eq!(found.pop(), Some(of_self));
    found
}

#[test]
fn a_planted_last_resort_is_found_and_what_is_none_is_not() {
    let two = "(goods, goods)";
    assert_eq!(planted(two, "(Goods::Salt, Goods::Salt) => 1,\n_ => 2,"), ["src/till.rs:3"]);
    assert_eq!(
        planted(
            two,
            "(Goods::Bread(_), Goods::Salt) => 1,\n(Goods::Bread(_), _) => 2,\n(Goods::Milk { .. } | Goods::Salt, _) => 3,"
        ),
        ["src/till.rs:3"]
    );
    assert_eq!(planted(two, "(Goods::Salt, _) => 1,\n(other, _) => 2,"), ["src/till.rs:3"]);
    assert_eq!(
        planted(
            "(&goods, 1)",
            "(super::shop::Goods::Salt, 1) | (Goods::Bread(1), _) => 1,\n(_, 2) => 2,\n(.., 3) => 3,\n_ => 4,"
        )
        .len(),
        3
    );
    assert!(
        planted(two, "(Goods::Salt, _) => 1,\n(Goods::Bread(_) | Goods::Milk { .. }, _) => 2,").is_empty()
    );
    assert!(planted(two, "(Goods::Salt, Goods::Salt) => 1,\n_ if true => 2,").is_empty());
    assert!(planted("(1, goods)", "(1, _) => 1,\n_ => 2,").is_empty());
    assert!(planted("(order, order)", "(Ordering::Less, Ordering::Less) => 1,\n_ => 2,").is_empty());
}
