//! The sources of the crate, parsed: which file defines what, and which files a file uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemImpl, Type, UseTree, Visibility};

use crate::lists::{List, Lists};
use crate::tuples::{TupleMatch, TupleMatches};

/// A file by its path under `src/`, such as `api/poll/mod.rs`.
pub type FileName = String;

/// The names from the crate's root to a module.
type ModulePath = Vec<String>;

/// That one file uses what another defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: FileName,
    pub line: usize,
    pub to: FileName,
    pub item: String,
}

/// An `impl` block that is no trait's: the type by the file that defines it and by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impl {
    pub file: FileName,
    pub of: (FileName, String),
}

/// The name at the beginning of a path.
pub struct First<'a> {
    pub file: &'a str,
    pub line: usize,
    pub name: &'a str,
}

/// Names with `::` between them, and the line on which they stand.
struct Named {
    names: Vec<String>,
    line: usize,
}

#[derive(Default)]
struct Module {
    file: FileName,
    items: BTreeSet<String>,
    /// What `use` declarations name, by the name that they give it, and whether they export it again.
    imported: BTreeMap<String, (Named, bool)>,
    globs: Vec<Vec<String>>,
    paths: Vec<Named>,
    impls: Vec<Vec<String>>,
    /// The variants of each enum.
    enums: BTreeMap<String, Vec<String>>,
    lists: Vec<List>,
    matches: Vec<TupleMatch>,
    /// The lines of conditions of compilation other than `test`.
    gates: Vec<usize>,
}

/// What a path leads to.
enum Found {
    Module(ModulePath),
    Item(FileName, String),
}

/// Names that were looked up on the way to an item, each with its module.
type Seen = BTreeSet<(ModulePath, String)>;

/// Every module of a crate but its tests.
#[derive(Default)]
pub struct Sources {
    modules: BTreeMap<ModulePath, Module>,
}

impl Sources {
    /// The sources of this crate.
    pub fn here() -> Self {
        Self::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
    }

    /// Takes these files, each a name and its content, for a whole crate.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, code) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, code).unwrap();
        }
        Self::read(folder.path())
    }

    /// Reads `lib.rs` in a folder, and the files of the modules that it declares.
    fn read(src: &Path) -> Self {
        let mut sources = Self::default();
        sources.add_file(src, "lib.rs", Vec::new());
        sources
    }

    fn add_file(&mut self, src: &Path, name: &str, module: ModulePath) {
        let code = fs::read_to_string(src.join(name)).unwrap_or_else(|error| panic!("src/{name}: {error}"));
        let file = syn::parse_file(&code).unwrap_or_else(|error| panic!("src/{name}: {error}"));
        self.add_items(src, name, module, &file.items);
    }

    fn add_items(&mut self, src: &Path, name: &str, path: ModulePath, items: &[Item]) {
        let mut module = Module { file: name.to_owned(), ..Module::default() };
        for item in items.iter().filter(|item| !is_test(item)) {
            #[expect(clippy::wildcard_enum_match_arm)] // syn's, which may get more
            match item {
                Item::Mod(inner) => {
                    inner.attrs.iter().for_each(|attribute| Uses(&mut module).visit_attribute(attribute));
                    let inner_path: ModulePath = [&path[..], &[inner.ident.to_string()]].concat();
                    if let Some((_, items)) = &inner.content {
                        self.add_items(src, name, inner_path, items);
                    } else if !self.modules.contains_key(&inner_path) {
                        // Where each system has a file of its own, the first stands for all.
                        self.add_file(src, &file_of(src, name, &inner_path, &inner.attrs), inner_path);
                    }
                }
                Item::Use(item) => {
                    item.attrs.iter().for_each(|attribute| Uses(&mut module).visit_attribute(attribute));
                    let exported = !matches!(item.vis, Visibility::Inherited);
                    import(&item.tree, exported, &mut Vec::new(), &mut module);
                }
                item => {
                    module.items.extend(defined(item).map(ToString::to_string));
                    if let Item::Enum(item) = item {
                        let variants = item.variants.iter().map(|variant| variant.ident.to_string());
                        module.enums.insert(item.ident.to_string(), variants.collect());
                    }
                    let mut lists = Lists::default();
                    lists.visit_item(item);
                    module.lists.extend(lists.found);
                    let mut matches = TupleMatches::default();
                    matches.visit_item(item);
                    module.matches.extend(matches.found);
                    Uses(&mut module).visit_item(item);
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// What a path names, seen from a module.
    fn find(&self, from: &ModulePath, path: &[String], seen: &mut Seen) -> Option<Found> {
        let [first, rest @ ..] = path else { return Some(Found::Module(from.clone())) };
        let start = match first.as_str() {
            "crate" => Found::Module(Vec::new()),
            "self" => Found::Module(from.clone()),
            "super" => Found::Module(from[..from.len().checked_sub(1)?].to_vec()),
            name => self.member(from, name, seen)?,
        };
        if let Found::Module(module) = &start
            && !rest.is_empty()
        {
            return self.find(module, rest, seen);
        }
        Some(start)
    }

    /// What a name means in a module.
    fn member(&self, module: &ModulePath, name: &str, seen: &mut Seen) -> Option<Found> {
        let here = self.modules.get(module)?;
        if here.items.contains(name) {
            return Some(Found::Item(here.file.clone(), name.to_owned()));
        }
        let inner = [&module[..], &[name.to_owned()]].concat();
        if self.modules.contains_key(&inner) {
            return Some(Found::Module(inner));
        }
        // Imports that lead to each other end nowhere.
        if !seen.insert((module.clone(), name.to_owned())) {
            return None;
        }
        if let Some((import, _)) = here.imported.get(name) {
            return self.find(module, &import.names, seen);
        }
        here.globs.iter().find_map(|glob| {
            let path: Vec<String> = [&glob[..], &[name.to_owned()]].concat();
            self.find(module, &path, seen)
        })
    }

    /// Every path that the code names or imports, with the module in which it stands. What is exported again is none.
    fn paths(&self) -> impl Iterator<Item = (&ModulePath, &Module, &Named)> {
        self.modules.iter().flat_map(|(path, module)| {
            let imported = module.imported.values().filter(|(_, exported)| !exported).map(|(named, _)| named);
            imported.chain(&module.paths).map(move |named| (path, module, named))
        })
    }

    /// The files of the crate.
    pub fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|module| module.file.as_str()).collect()
    }

    /// Every use of an item that another file defines, in order. Where a file uses an item twice, the first place counts.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows: BTreeMap<_, usize> = BTreeMap::new();
        for (path, module, named) in self.paths() {
            if let Some(Found::Item(file, item)) = self.find(path, &named.names, &mut Seen::new())
                && file != module.file
            {
                let first = arrows.entry((module.file.clone(), file, item)).or_insert(named.line);
                *first = (*first).min(named.line);
            }
        }
        arrows.into_iter().map(|((from, to, item), line)| Arrow { from, line, to, item }).collect()
    }

    /// The name at the beginning of every path, which may be that of another crate.
    pub fn firsts(&self) -> impl Iterator<Item = First<'_>> {
        self.paths().map(|(_, module, named)| First {
            file: &module.file,
            line: named.line,
            name: &named.names[0],
        })
    }

    /// The conditions of compilation other than `test`: file and line.
    pub fn gates(&self) -> impl Iterator<Item = (&str, usize)> {
        self.modules.values().flat_map(|module| module.gates.iter().map(|line| (module.file.as_str(), *line)))
    }

    /// The lists that are called `ALL`, each with its file and with all variants of its enum, which stands in the same module.
    pub fn lists(&self) -> impl Iterator<Item = (&FileName, &List, &[String])> {
        self.modules.values().flat_map(|module| {
            let whole = |list: &'_ List| module.enums.get(&list.of).map(Vec::as_slice);
            module.lists.iter().filter_map(move |list| Some((&module.file, list, whole(list)?)))
        })
    }

    /// The matches over tuples, each with its file and with what tells whether a path names a variant of one of the crate's enums.
    pub fn tuple_matches(&self) -> impl Iterator<Item = (&str, &TupleMatch, impl Fn(&[String]) -> bool)> {
        self.modules.iter().flat_map(move |(path, module)| {
            let is_own = move |variant: &[String]| match variant {
                [of @ .., _] => match self.find(path, of, &mut Seen::new()) {
                    Some(Found::Item(file, name)) => self.is_enum(&file, &name),
                    Some(Found::Module(_)) | None => false,
                },
                [] => false,
            };
            module.matches.iter().map(move |matched| (module.file.as_str(), matched, is_own))
        })
    }

    fn is_enum(&self, file: &str, name: &str) -> bool {
        self.modules.values().any(|module| module.file == file && module.enums.contains_key(name))
    }

    /// The `impl` blocks of the crate's own types.
    pub fn impls(&self) -> Vec<Impl> {
        let mut impls = Vec::new();
        for (path, module) in &self.modules {
            for of in &module.impls {
                if let Some(Found::Item(file, item)) = self.find(path, of, &mut Seen::new()) {
                    impls.push(Impl { file: module.file.clone(), of: (file, item) });
                }
            }
        }
        impls
    }
}

/// The names of a path.
pub fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Where a module stands that a file declares.
fn file_of(src: &Path, file: &str, module: &ModulePath, attributes: &[Attribute]) -> FileName {
    for attribute in attributes {
        if attribute.path().is_ident("path")
            && let syn::Meta::NameValue(value) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &value.value
        {
            return Path::new(file).with_file_name(path.value()).to_str().unwrap().to_owned();
        }
    }
    let beside = module.join("/");
    let single = [&beside, ".rs"].concat();
    if src.join(&single).is_file() { single } else { [&beside, "/mod.rs"].concat() }
}

/// Whether an item is compiled for tests alone.
fn is_test(item: &Item) -> bool {
    #[expect(clippy::wildcard_enum_match_arm)] // syn's, which may get more
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && (!is_gate(attribute) || is_for_second_host(attribute))
    })
}

/// Whether an attribute has its item compiled for the second kind of host alone, which tests have.
fn is_for_second_host(attribute: &Attribute) -> bool {
    attribute.meta.require_list().is_ok_and(|list| {
        let condition = list.tokens.to_string();
        condition.contains("misago") && !condition.contains("not")
    })
}

/// Whether an attribute is a condition of compilation other than `test`.
fn is_gate(attribute: &Attribute) -> bool {
    let conditional = attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
    conditional
        && !attribute.meta.require_list().is_ok_and(|list| {
            matches!(list.tokens.clone().into_iter().next(), Some(TokenTree::Ident(name)) if name == "test")
        })
}

/// The name that an item gives itself.
#[expect(clippy::wildcard_enum_match_arm)] // syn's, which may get more
fn defined(item: &Item) -> Option<&Ident> {
    Some(match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    })
}

fn import(tree: &UseTree, exported: bool, before: &mut Vec<String>, module: &mut Module) {
    let mut add = |name: &Ident, names: Vec<String>| {
        let named = Named { names, line: name.span().start().line };
        module.imported.insert(name.to_string(), (named, exported));
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            // `use a::b::{self}` names `b`.
            if let UseTree::Group(group) = &*path.tree
                && group.items.iter().any(|tree| matches!(tree, UseTree::Name(name) if name.ident == "self"))
            {
                add(&path.ident, before.clone());
            }
            import(&path.tree, exported, before, module);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| import(tree, exported, before, module)),
        UseTree::Glob(_) => module.globs.push(before.clone()),
        UseTree::Name(name) if name.ident == "self" => {}
        UseTree::Name(name) => add(&name.ident, [&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Rename(rename) if rename.ident == "self" => add(&rename.rename, before.clone()),
        UseTree::Rename(rename) => {
            add(&rename.rename, [&before[..], &[rename.ident.to_string()]].concat());
        }
    }
}

/// Collects the paths that code names.
struct Uses<'a>(&'a mut Module);

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if is_gate(attribute) {
            self.0.gates.push(attribute.pound_token.span.start().line);
        }
        if attribute.path().is_ident("derive")
            && let Ok(list) = attribute.meta.require_list()
        {
            self.visit_tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.paths.push(Named { names: names(path), line: path.segments[0].ident.span().start().line });
        visit::visit_path(self, path);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let (None, Type::Path(of)) = (&item.trait_, &*item.self_ty) {
            self.0.impls.push(names(&of.path));
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        if called.path.is_ident("cfg") {
            self.0.gates.push(called.bang_token.span.start().line);
        }
        self.visit_path(&called.path);
        self.visit_tokens(called.tokens.clone());
    }
}

impl Uses<'_> {
    /// What a macro is given need not be Rust: names with `::` between them are taken for a path, but for a field's.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut path: Option<Named> = None;
        let (mut colons, mut field) = (0, false);
        for token in tokens {
            if let TokenTree::Ident(name) = &token {
                match &mut path {
                    Some(path) if colons == 2 => path.names.push(name.to_string()),
                    _ => {
                        self.0.paths.extend(path.take());
                        let named = Named { names: vec![name.to_string()], line: name.span().start().line };
                        path = (!field).then_some(named);
                    }
                }
                (colons, field) = (0, false);
                continue;
            }
            let mark = if let TokenTree::Punct(mark) = &token { mark.as_char() } else { ' ' };
            colons = if mark == ':' { colons + 1 } else { 0 };
            field = mark == '.';
            if colons == 0 {
                self.0.paths.extend(path.take());
            }
            if let TokenTree::Group(group) = token {
                self.visit_tokens(group.stream());
            }
        }
        self.0.paths.extend(path);
    }
}
