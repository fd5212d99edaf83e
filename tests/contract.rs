//! The one table of public names, held against everything that writes them out.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use folkmoot::contract::{
    ATTRIBUTES, EARLY, ERROR_CODES, EVENTS, IDENTITY, Name, PARTS, PROBLEM, ProblemCode, ProblemKind,
    SCRIPT_DATA, Tag, VARIABLES,
};
use folkmoot::domain::badge::DEFAULTS;
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::hosts::Host;
use folkmoot::hosts::native::Native;
use folkmoot::sync::{Resource, Topic};

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// All texts between `before` and `after`.
fn between(text: &str, before: &str, after: char) -> BTreeSet<String> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap().to_owned()).collect()
}

fn names(names: &[Name]) -> BTreeSet<String> {
    names.iter().map(|n| n.name.to_owned()).collect()
}

#[test]
fn the_readme_tells_every_name_in_the_same_words() {
    let readme = read("README.md");
    let has = |text: String, table: &str| assert!(readme.contains(&text), "README.md, {table}: add {text}");
    for tag in Tag::ALL {
        has(format!("| `{}` | {} |", tag.name(), tag.about()), "the table of elements");
        for attribute in tag.attributes() {
            has(format!("`{}`: {}", attribute.name, attribute.about), "the table of elements");
        }
    }
    let tables = SCRIPT_DATA
        .iter()
        .chain(&ATTRIBUTES)
        .chain(&EVENTS)
        .chain(&ERROR_CODES)
        .chain(&PARTS)
        .chain(&VARIABLES);
    for name in tables {
        has(format!("| `{}` | {} |", name.name, name.about), "the table of such names");
    }
}

#[test]
fn the_description_of_the_api_tells_every_problem_and_no_other() {
    let text = read("src/api/README.md");
    let row = |kind: &ProblemKind| format!("| `{}` | {} | {} |", kind.word(), kind.status(), kind.about());
    let rows: BTreeSet<String> = ProblemKind::ALL.iter().map(row).collect();
    let (_, table) = text.split_once(PROBLEM).unwrap();
    let table = table.split("\n\n").find(|block| block.starts_with("| ")).unwrap();
    let told: BTreeSet<String> = table.lines().skip(2).map(Into::into).collect();
    assert_eq!(told, rows, "src/api/README.md, the table of problems");
}

#[test]
fn the_description_of_the_api_tells_every_code_and_no_other() {
    let text = read("src/api/README.md");
    let row =
        |code: &ProblemCode| format!("| `{}` | `{}` | {} |", code.word(), code.kind().word(), code.about());
    let rows: Vec<String> = ProblemCode::ALL.iter().map(row).collect();
    let table = text.split("\n\n").find(|block| block.starts_with("| `code` |")).unwrap();
    let told: Vec<&str> = table.lines().skip(2).collect();
    assert_eq!(told, rows, "src/api/README.md, the table of codes");
    for code in ProblemCode::ALL {
        assert_eq!(ProblemCode::of(code.word()), Some(*code));
    }
    assert_eq!(ProblemCode::of(""), None);
}

#[test]
fn the_description_of_the_api_names_the_default_badges() {
    let text = read("src/api/README.md");
    let (_, rest) = text.split_once("for the default badges, which it knows by their ids:").unwrap();
    let ids = between(rest.split_once(". ").unwrap().0, "`", '`');
    let missing: Vec<_> = DEFAULTS.iter().filter(|badge| !ids.contains(badge.id)).collect();
    assert!(missing.is_empty(), "src/api/README.md: name the badges {missing:?}");
}

#[test]
fn pages_are_told_these_codes_of_errors_and_no_others() {
    let loader = between(&read("www/embed.js"), "giveUp(\"", '"');
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sync");
    let reducer: String = files(&folder).iter().map(read).collect();
    let constant = |name: &str| format!("code::{}", name.to_uppercase().replace('-', "_"));
    let told = |name: &&Name| loader.contains(name.name) || reducer.contains(&constant(name.name));
    let told: BTreeSet<String> = ERROR_CODES.iter().filter(told).map(|name| name.name.to_owned()).collect();
    assert_eq!(told, names(&ERROR_CODES), "nothing tells pages the others");
    assert!(loader.is_subset(&told), "src/contract.rs, `ERROR_CODES`: add {loader:?}");
    assert!(!reducer.contains("Failed(\""), "src/sync: the code of an error is one of `contract::code`");
}

#[test]
fn the_loader_defines_these_elements_and_reads_these_attributes() {
    let loader = read("www/embed.js") + &read("www/ports.js") + &read("www/place.js");
    let accessibility = read("tests/browser/accessibility.rs");
    for tag in Tag::ALL {
        let name = tag.name();
        let shows = tag.attributes().first().map_or("", |attribute| attribute.name);
        let entry = format!("\"{name}\": \"{shows}\"");
        assert!(loader.contains(&entry), "www/embed.js: add {entry} to `tags`");
        for attribute in tag.attributes().iter().map(|attribute| attribute.name) {
            assert!(
                loader.contains(&format!("\"{attribute}\"")),
                "www/embed.js: read the attribute {attribute} of {name}"
            );
        }
        assert!(
            accessibility.contains(&format!("<{name}")),
            "tests/browser/accessibility.rs: add <{name}> to `POLLS`, and have each of its states looked at"
        );
    }
    for Name { name, .. } in ATTRIBUTES {
        assert!(loader.contains(&format!("\"{name}\"")), "www/ports.js: watch the attribute {name}");
    }
    assert!(loader.contains(&format!("\"{IDENTITY}\"")));
    for data in SCRIPT_DATA {
        let words = data.name.trim_start_matches("data-").split('-').enumerate();
        let camel =
            words.map(|(n, word)| if n == 0 { word.into() } else { word[..1].to_uppercase() + &word[1..] });
        assert!(loader.contains(&camel.collect::<String>()), "{}", data.name);
    }
}

#[test]
fn the_loader_reads_early_what_the_module_reads() {
    let host: &dyn Host<serde_json::Value> = &Native;
    let poll = |id| Resource::from(Topic::Poll(PollId::new(id).unwrap()));
    let member = |id| Resource::from(Topic::Member(MemberId::new(id).unwrap()));
    for (resources, ids) in [
        (vec![poll("a&b"), poll("c")], "a%26b,c"),
        (vec![member("Ann B"), member("c")], "Ann%20B,c"),
        (vec![Topic::Checklist.into()], ""),
    ] {
        let call = host.read(&resources).remove(0);
        assert!(EARLY.iter().any(|early| early.path() + ids == call.path), "{}", call.path);
    }
    let loader = read("www/embed.js");
    assert!(loader.contains("\"__FOLKMOOT_EARLY__\""), "the build fills the table in");
    assert!(
        EARLY.iter().all(|early| !loader.contains(&format!("\"{}\"", early.path()))),
        "and nothing else has it"
    );
}

#[test]
fn the_markup_has_these_parts_and_no_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
    let markup: String = files(&folder).iter().map(read).collect();
    assert_eq!(between(&markup, "\"part\" = \"", '"'), names(&PARTS));
}

#[test]
fn the_style_sheet_reads_these_variables_and_no_others() {
    let style = read("src/ui/style.css") + &read("src/ui/poll/kinds/style.css");
    let read: BTreeSet<String> = style
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| w.starts_with("--folk"))
        .map(Into::into)
        .collect();
    assert_eq!(read, names(&VARIABLES));
}

/// The files that a text has under their names, each as `<!-- FILE -->` and a block of code after it, which say something
/// else than `file` does.
fn strayed(text: &str, file: impl Fn(&str) -> String) -> Vec<String> {
    let blocks = text.split("<!-- ").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(" -->\n```")?;
        let (_, rest) = rest.split_once('\n')?;
        Some((name, rest.split("\n```").next()?))
    });
    let strayed = blocks.filter(|(name, block)| block.trim_end() != file(name).trim_end());
    strayed.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn forums_18_code_in_the_readme_is_the_code_that_was_tested() {
    for text in ["README.md", "src/api/README.md"] {
        assert_eq!(
            strayed(&read(text), |name| read(name)),
            Vec::<String>::new(),
            "{text}: not as in these files"
        );
    }
}

#[test]
fn a_block_that_strayed_from_its_file_is_found() {
    let planted =
        "Words.\n\n<!-- a.py -->\n```py\nprint(1)\n```\n\n<!-- b.py -->\n```py\nprint(2)\n\nprint(3)\n```\n";
    let same = |name: &str| if name == "a.py" { "print(1)\n" } else { "print(2)\n\nprint(3)\n" }.to_owned();
    assert_eq!(strayed(planted, same), Vec::<String>::new());
    assert_eq!(strayed(planted, |_| "print(1)\n".into()), ["b.py"]);
}
