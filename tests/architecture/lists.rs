//! A list that is called `ALL` has every variant of its enum: whoever goes through a list must not miss a variant that was added.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Expr, Ident, ItemConst, ItemEnum, ItemImpl, Type};

/// The enums and the lists of a file.
#[derive(Default)]
struct Lists {
    enums: BTreeMap<String, Vec<String>>,
    /// The name of an enum, and the variants in its list.
    found: Vec<(String, Vec<String>)>,
    this: String,
}

impl<'ast> Visit<'ast> for Lists {
    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
        self.enums.insert(item.ident.to_string(), variants);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Type::Path(of) = &*item.self_ty {
            self.this = of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
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
        self.found.push((of, variants));
    }

    /// The variants that lists lack, each by its path.
    fn lacking(&self) -> Vec<String> {
        let lacks = |(of, list): &(String, Vec<String>)| {
            let variants = self.enums.get(of).cloned().unwrap_or_default();
            variants
                .into_iter()
                .filter(|variant| !list.contains(variant))
                .map(|variant| format!("{of}::{variant}"))
                .collect::<Vec<_>>()
        };
        self.found.iter().flat_map(lacks).collect()
    }
}

fn lists(code: &str) -> Lists {
    let mut lists = Lists::default();
    lists.visit_file(&syn::parse_file(code).unwrap());
    lists
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

#[test]
fn a_list_of_all_variants_has_them_all() {
    let mut seen = 0;
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let lists = lists(&fs::read_to_string(&file).unwrap());
        seen += lists.found.len();
        let lacking = lists.lacking().join(", ");
        assert!(lacking.is_empty(), "{}: add {lacking} to `ALL`", file.display());
    }
    assert!(seen > 3, "{seen} lists were found");
}

#[test]
fn a_variant_that_a_list_lacks_is_found() {
    let planted = "enum Tag { Poll, Badges, Count }
        impl Tag { pub const ALL: [Self; 2] = [Self::Poll, Self::Badges]; }
        enum Refusal { Gone, Busy }
        const ALL: &[Refusal] = &[Refusal::Busy];";
    assert_eq!(lists(planted).lacking(), ["Tag::Count", "Refusal::Gone"]);
}
