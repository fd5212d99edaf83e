//! The files of texts: each language has every message, with what English puts into it, in the forms that its numbers take.
//! A message that is missing in English does not compile, and the compiler finds one that nothing uses.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use folkmoot::build::locales::{self, Messages};
use folkmoot::build::pseudo::pseudo;
use folkmoot::render::words;

const FACTS: &str = "www/locales/facts";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of JSON in a folder, by their tags.
fn files(folder: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path: &PathBuf| path.is_file());
    let tag =
        |path: PathBuf| path.file_name().unwrap().to_str().unwrap().strip_suffix(".json").unwrap().to_owned();
    paths.map(tag).map(|tag| (tag.clone(), format!("{folder}/{tag}.json"))).collect()
}

fn english() -> Messages {
    locales::messages("www/locales/en.json", &read("www/locales/en.json")).unwrap()
}

/// Sets a key of a part of the English file to a text, or removes it, and compiles the file as one in the language.
fn faults(tag: &str, changes: &[(&str, &str, Option<&str>)]) -> Vec<String> {
    let mut file: serde_json::Value = serde_json::from_str(&read("www/locales/en.json")).unwrap();
    for (part, key, text) in changes {
        let part = file[part].as_object_mut().unwrap();
        match text {
            Some(text) => drop(part.insert((*key).into(), (*text).into())),
            None => drop(part.remove(*key)),
        }
    }
    locales::compile(tag, "x.json", &file.to_string(), &english()).err().unwrap_or_default()
}

#[test]
fn every_language_has_every_message_and_every_fact() {
    let mut faults = Vec::new();
    let all_facts = files(FACTS);
    for (tag, path) in files("www/locales") {
        faults.extend(locales::compile(&tag, &path, &read(&path), &english()).err().unwrap_or_default());
        assert!(all_facts.contains_key(&tag), "{FACTS}/{tag}.json is missing");
    }
    for (tag, path) in &all_facts {
        let language = tag.split('-').next().unwrap();
        let whole = &all_facts[language];
        let texts = [(whole.as_str(), read(whole)), (path.as_str(), read(path))];
        let texts = texts.each_ref().map(|(path, json)| (*path, json.as_str()));
        faults.extend(locales::facts(tag, &texts).err().unwrap_or_default());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_pseudo_locale_is_complete_and_longer_than_english() {
    let english_text = read("www/locales/en.json");
    let made = pseudo(&english_text).unwrap();
    let texts = locales::compile("en-XA", "pseudo", &made, &english()).unwrap();
    let plain = locales::compile("en", "en", &english_text, &english()).unwrap();
    for (made, plain) in texts.iter().zip(&plain) {
        for (made, plain) in made.lines().zip(plain.lines()) {
            assert!(made.starts_with('[') && made.ends_with(']'), "{made}");
            assert!(made.chars().count() > plain.chars().count(), "{made}");
        }
    }
    assert!(texts[0].contains("[Ûñðö··]"), "{}", texts[0]);
    assert!(texts[0].contains("[çļöšéš {0}, {1}···]"), "{}", texts[0]);
}

#[test]
fn a_key_that_is_missing_or_unknown_is_named() {
    assert_eq!(faults("de", &[]), [""; 0]);
    assert_eq!(faults("de", &[("main", "vote", None)]), ["x.json: main.vote: is missing"]);
    assert_eq!(
        faults("de", &[("kinds", "votee", Some("x"))]),
        ["x.json: kinds.votee: is not a message of the English file"]
    );
    let not_a_part = locales::compile("de", "x.json", "{\"extra\": {}}", &Vec::new()).unwrap_err();
    assert_eq!(not_a_part, ["x.json: extra: is not a part"]);
    let no_language = locales::compile("xx", "x.json", "{}", &Vec::new()).unwrap_err();
    assert_eq!(
        no_language,
        ["x.json: the file: is in a language whose forms are not known: add it to `LANGUAGES`"]
    );
    let not_json = locales::compile("de", "x.json", "{", &english()).unwrap_err();
    assert!(not_json[0].starts_with("x.json: the file: is not JSON: EOF"), "{not_json:?}");
}

#[test]
fn a_placeholder_that_differs_is_named() {
    let changed = |text| faults("de", &[("main", "closes_at", Some(text))]);
    assert_eq!(changed("bis {{when}}"), ["x.json: main.closes_at: {{until}} is missing"]);
    assert_eq!(
        changed("bis {{when}}, {{until}} ({{zone}})"),
        ["x.json: main.closes_at: {{zone}} is not what is put into this message"]
    );
    assert_eq!(
        changed("bis {{when, number}}, {{until}}"),
        [
            "x.json: main.closes_at: {{when, number}} is not what is put into this message",
            "x.json: main.closes_at: {{when}} is missing"
        ]
    );
    assert!(
        changed("{{until}}: bis {{ when }}, also {{until}}").is_empty(),
        "in any order and as often as need be"
    );
    for (text, what) in [
        ("", "is empty"),
        ("bis {{when", "has `{{` without `}}`"),
        ("bis {when}", "has a brace that belongs to no placeholder"),
        ("bis {{when, date}}", "has a format other than number, percent and list"),
        ("a|b", "has `|` or a line break, which the compiled form has between texts"),
    ] {
        assert_eq!(changed(text)[0], format!("x.json: main.closes_at: {what}"), "{text}");
    }
}

#[test]
fn the_forms_are_those_of_the_language() {
    let set = |key: &'static str, text: &'static str| ("main", key, Some(text));
    let of = |tag, changes: &[(&str, &str, Option<&str>)], key: &str| {
        let mut found = faults(tag, changes);
        found.retain(|fault| fault.contains(key));
        found
    };
    assert_eq!(
        of("pl", &[set("votes_two", "{{count}}")], "main.votes_"),
        [
            "x.json: main.votes_two: is not a form that this message has in this language",
            "x.json: main.votes_few: is missing",
            "x.json: main.votes_many: is missing"
        ]
    );
    assert_eq!(
        of("ja", &[], "main.votes_"),
        ["x.json: main.votes_one: is not a form that this message has in this language"]
    );
    assert_eq!(
        of("de", &[set("vote_one", "x")], "main.vote_one"),
        ["x.json: main.vote_one: is not a form that this message has in this language"]
    );
    // A form that one number alone has need not show it.
    assert_eq!(of("de", &[set("votes_one", "eine Stimme")], "main.votes"), [""; 0]);
    let missing = ["x.json: main.votes_one: {{count}} is missing"];
    assert_eq!(of("hi", &[set("votes_one", "x")], "main.votes"), missing, "0 and 1");
    assert_eq!(
        of("de", &[set("votes_other", "x")], "main.votes_o"),
        ["x.json: main.votes_other: {{count}} is missing"]
    );
}

#[test]
fn the_english_file_says_what_each_message_takes() {
    let of = |json: &str| locales::messages("en.json", json);
    let parts =
        |main: &str| format!("{{\"main\": {{{main}}}, \"kinds\": {{}}, \"card\": {{\"twice\": \"x\"}}}}");
    assert_eq!(
        of(&parts("\"a\": \"{{count}} things\"")).unwrap_err(),
        ["en.json: main.a: has {{count}}, and so needs a form for each category: `_one`, `_other`"]
    );
    assert_eq!(
        of(&parts("\"twice\": \"x\"")).unwrap_err(),
        ["en.json: card.twice: is a key of another part, too"]
    );
    assert_eq!(of("{}").unwrap_err().len(), 3);
}

#[test]
fn a_fact_that_is_wrong_is_named() {
    let path = "facts/de.json";
    let json = read("www/locales/facts/de.json");
    let found = |change: &str| locales::facts("de", &[(path, &json), (path, change)]).unwrap_err();
    let list = "facts/de.json: months: is missing or no list of so many texts as in English";
    assert_eq!(found("{\"months\": [\"Jan.\"]}"), [list]);
    assert_eq!(found("{\"decimal\": 1}"), ["facts/de.json: decimal: is missing or no text"]);
    assert_eq!(found("{\"moths\": []}"), ["facts/de.json: moths: is not a fact"]);
    assert_eq!(
        found("{\"date\": \"{{tag}}\"}"),
        ["facts/de.json: date: {{tag}} is not what is put into this message"]
    );
}

#[test]
fn a_tag_leads_to_the_nearest_language() {
    for (tag, nearest) in [
        ("en", "en"),
        ("en-US", "en-US"),
        ("EN-us", "en-US"),
        ("en-GB", "en"),
        ("EN_gb", "en"),
        ("de-AT", "de"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("en-XA", "en-XA"),
    ] {
        assert_eq!(words(tag).tag(), nearest, "{tag}");
    }
    for tag in ["", "-", "sv", "zh-TW", "zh-HK", "zh-Hant", "zh-hant-HK", "eng", "english"] {
        assert_eq!(words(tag).tag(), "en", "{tag}");
    }
}
