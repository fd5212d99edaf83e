//! A list that is called `ALL` has every variant of its enum: whoever goes through a list must not miss a variant that was added.

use syn::visit::{self, Visit};
use syn::{Expr, Ident, ImplItemConst, ItemConst, ItemImpl, Type};

use crate::sources::Sources;

/// A list of variants that is called `ALL`.
#[derive(Debug)]
pub struct List {
    /// The name of the enum.
    pub of: String,
    pub variants: Vec<String>,
}

/// Collects such lists in an item.
#[derive(Default)]
pub struct Lists {
    pub found: Vec<List>,
    /// What `Self` is.
    this: String,
}

impl<'ast> Visit<'ast> for Lists {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Type::Path(of) = &*item.self_ty {
            self.this = of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast ImplItemConst) {
        self.list(&item.ident, &item.expr);
    }

    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.list(&item.ident, &item.expr);
    }
}

impl Lists {
    fn list(&mut self, name: &Ident, value: &Expr) {
        let value = if let Expr::Reference(reference) = value { &*reference.expr } else { value };
        let (true, Expr::Array(array)) = (name == "ALL", value) else { return };
        let mut of = String::new();
        let mut variants = Vec::new();
        for element in &array.elems {
            let Expr::Path(path) = element else { return };
            let names: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let [.., owner, variant] = &names[..] else { return };
            of = if owner == "Self" { self.this.clone() } else { owner.clone() };
            variants.push(variant.clone());
        }
        self.found.push(List { of, variants });
    }
}

/// The variants that lists lack, each by the file and by its path.
fn lacking(sources: &Sources) -> Vec<String> {
    let lacks = |(file, list, all): (&String, &List, &[String])| {
        let lacking = all.iter().filter(|variant| !list.variants.contains(variant));
        lacking.map(|variant| format!("src/{file}: add {}::{variant} to `ALL`", list.of)).collect::<Vec<_>>()
    };
    sources.lists().flat_map(lacks).collect()
}

#[test]
fn a_list_of_all_variants_has_them_all() {
    let sources = Sources::here();
    assert_eq!(lacking(&sources), Vec::<String>::new());
    let seen = sources.lists().count();
    assert!(seen > 3, "{seen} lists were found");
}

#[test]
fn a_variant_that_a_list_lacks_is_found() {
    let planted = "enum Tag { Poll, Badges, Count }
        impl Tag { pub const ALL: [Self; 2] = [Self::Poll, Self::Badges]; }
        enum Refusal { Gone, Busy }
        const ALL: &[Refusal] = &[Refusal::Busy];";
    let lacking = lacking(&Sources::of(&[("lib.rs", planted)]));
    assert_eq!(lacking, ["src/lib.rs: add Tag::Count to `ALL`", "src/lib.rs: add Refusal::Gone to `ALL`"]);
}
