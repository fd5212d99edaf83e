//! Compiles the texts of a language: from the JSON that translators write to lists of texts in the order of the English keys.
//!
//! `www/locales/LANGUAGE.json` is in i18next's form, version 4, and `www/locales/facts/LANGUAGE.json` has how the language writes
//! numbers and times (Unicode CLDR). The English file says which messages there are, in which part of the widget, and what is
//! put into them. The compiled form needs no keys: a message is a line, its forms for different numbers have `|` between them,
//! and a placeholder is its index in braces, as in `{0} vote|{0} votes`.
//!
//! The crate's build script has this file as a module, too, and makes a method of `words::Words` for each message.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The parts of the widget that have messages of their own.
pub const PARTS: [&str; 3] = ["main", "kinds", "card"];

/// How a language counts.
struct Language {
    tag: &'static str,
    /// The rule that chooses the form for a whole number: see `words::plural`.
    rule: &'static str,
    /// Its categories, in the order of the rule.
    categories: &'static [&'static str],
    /// The categories that one number alone has: their texts may do without the number.
    exact: &'static [&'static str],
}

const fn language(
    tag: &'static str,
    rule: &'static str,
    categories: &'static [&'static str],
    exact: &'static [&'static str],
) -> Language {
    Language { tag, rule, categories, exact }
}

/// The languages of the widget; `en-XA` is the pseudo-locale.
const LANGUAGES: [Language; 12] = [
    language("en", "0", &["one", "other"], &["one"]),
    language("en-XA", "0", &["one", "other"], &["one"]),
    language("de", "0", &["one", "other"], &["one"]),
    language("es", "1", &["one", "many", "other"], &["one"]),
    language("fr", "2", &["one", "many", "other"], &[]),
    language("pt", "2", &["one", "many", "other"], &[]),
    language("pl", "3", &["one", "few", "many", "other"], &["one"]),
    language("ar", "4", &["zero", "one", "two", "few", "many", "other"], &["zero", "one", "two"]),
    language("he", "5", &["one", "two", "other"], &["one", "two"]),
    language("ja", "6", &["other"], &[]),
    language("zh", "6", &["other"], &[]),
    language("hi", "7", &["one", "other"], &[]),
];

/// The categories of all languages.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The form of a fact about a language.
#[derive(Clone, Copy, Debug)]
enum Fact {
    /// A text.
    Text,
    /// A list with one of these numbers of texts.
    List(&'static [usize]),
    /// A text for each category.
    Counted,
    /// The rule by which numbers choose among forms. It is in [`LANGUAGES`], not in the file.
    Rule,
}

/// The parts of a clock's time in CLDR's notation: the hour of 24 with two digits, the hour of 24, the hour of 12, the minute,
/// the half of the day.
const CLOCK: [&str; 5] = ["HH", "H", "h", "mm", "a"];

/// The parts of a date.
const DATE: [&str; 3] = ["day", "month", "year"];

/// The two things between which something stands in a list.
const PAIR: [&str; 2] = ["first", "second"];

/// The facts about a language and their placeholders, in the order in which they are compiled.
const FACTS: [(&str, Fact, &[&str]); 32] = [
    ("clock", Fact::Text, &CLOCK),
    ("clock_bare", Fact::Text, &CLOCK),
    ("date", Fact::Text, &DATE),
    ("date_time", Fact::Text, &["date", "time"]),
    ("date_year", Fact::Text, &DATE),
    ("decimal", Fact::Text, &[]),
    ("direction", Fact::Text, &[]),
    ("group", Fact::Text, &[]),
    ("group_least", Fact::Text, &[]),
    ("group_size", Fact::Text, &[]),
    ("in_days", Fact::Counted, &["count"]),
    ("in_hours", Fact::Counted, &["count"]),
    ("in_minutes", Fact::Counted, &["count"]),
    ("in_months", Fact::Counted, &["count"]),
    ("in_years", Fact::Counted, &["count"]),
    ("list_end", Fact::Text, &PAIR),
    ("list_middle", Fact::Text, &PAIR),
    ("list_two", Fact::Text, &PAIR),
    ("minus", Fact::Text, &[]),
    ("months", Fact::List(&[12]), &[]),
    ("ordinal", Fact::List(&[1, 4]), &["n"]),
    ("percent", Fact::Text, &["n"]),
    ("periods", Fact::List(&[2]), &[]),
    ("plural", Fact::Rule, &[]),
    ("sentences", Fact::Text, &PAIR),
    ("tag", Fact::Text, &[]),
    ("time_range", Fact::Text, &["from", "to"]),
    ("time_range_bare", Fact::Text, &["from", "to"]),
    ("weekday_date", Fact::Text, &["weekday", "date"]),
    ("weekday_time", Fact::Text, &["weekday", "time"]),
    ("weekdays", Fact::List(&[7]), &[]),
    ("weekdays_short", Fact::List(&[7]), &[]),
];

/// How a value is written in the place of its placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `{{count}}`: the number that chooses the form.
    Count,
    /// `{{name, number}}`: a whole number.
    Number,
    /// `{{name, percent}}`: a whole percentage.
    Percent,
    /// `{{name, list}}`: several texts.
    List,
    /// `{{name}}`: a text.
    Text,
}

/// What is put into a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name.
    pub name: String,
    /// How it is written.
    pub format: Format,
}

/// A message, as the English file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its key, without the category of a form.
    pub key: String,
    /// Whether it has a form for each category. A number then chooses the form.
    pub counted: bool,
    /// Whether the English text does not show that number.
    pub hides_count: bool,
    /// What is put into it, in the order of the English text. A number that this text does not show comes first.
    pub placeholders: Vec<Placeholder>,
}

/// The messages of each of the [`PARTS`], in the order of their keys.
pub type Messages = Vec<Vec<Message>>;

/// What is wrong with a file: a line for each fault, with the file and the key.
pub type Faults = Vec<String>;

/// The forms of a message by their categories. A message without forms has one, whose category is empty.
type Forms = BTreeMap<String, String>;

/// A file and what is wrong with it.
struct File<'a> {
    name: &'a str,
    faults: Faults,
}

impl File<'_> {
    fn fault(&mut self, key: &str, what: &str) {
        self.faults.push(format!("{}: {key}: {what}", self.name));
    }

    /// The object in the file, or in one of its values.
    fn object(&mut self, key: &str, value: Option<&Value>) -> Map<String, Value> {
        if let Some(Value::Object(object)) = value {
            return object.clone();
        }
        self.fault(key, "is missing or no object");
        Map::new()
    }

    fn json(&mut self, json: &str) -> Map<String, Value> {
        match serde_json::from_str::<Value>(json) {
            Ok(value) => self.object("the file", Some(&value)),
            Err(error) => {
                self.fault("the file", &format!("is not JSON: {error}"));
                Map::new()
            }
        }
    }

    /// The messages of a part, with their forms.
    fn part(&mut self, part: &str, texts: &Map<String, Value>) -> BTreeMap<String, Forms> {
        let mut messages: BTreeMap<String, Forms> = BTreeMap::new();
        for (key, text) in texts {
            let path = [part, ".", key].concat();
            let Value::String(text) = text else {
                self.fault(&path, "is no text");
                continue;
            };
            let (name, category) = form_of(key);
            messages.entry(name.into()).or_default().insert(category.into(), text.clone());
        }
        messages
    }

    /// A text with its placeholders as indices, and which of them it has.
    fn compile(&mut self, key: &str, text: &str, known: &[Placeholder]) -> (String, Vec<usize>) {
        let (mut compiled, mut used) = (String::new(), Vec::new());
        let pieces = match pieces(text) {
            Ok(pieces) => pieces,
            Err(what) => {
                self.fault(key, what);
                return (compiled, used);
            }
        };
        for piece in pieces {
            match piece {
                Piece::Text(text) => compiled.push_str(text),
                Piece::Placeholder(placeholder) => {
                    let Some(at) = known.iter().position(|known| *known == placeholder) else {
                        let written = written(&placeholder);
                        self.fault(key, &format!("{written} is not what is put into this message"));
                        continue;
                    };
                    compiled.extend(["{", &at.to_string(), "}"]);
                    used.push(at);
                }
            }
        }
        (compiled, used)
    }

    fn done<T>(self, made: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(made) } else { Err(self.faults) }
    }
}

/// The key of a message and the category of the form that a key names.
fn form_of(key: &str) -> (&str, &str) {
    match key.rsplit_once('_') {
        Some((name, category)) if CATEGORIES.contains(&category) => (name, category),
        _ => (key, ""),
    }
}

/// The language of a tag, or of its first subtag.
fn language_of(tag: &str) -> Option<&'static Language> {
    let find = |tag| LANGUAGES.iter().find(|language| language.tag == tag);
    find(tag).or_else(|| find(tag.split('-').next()?))
}

/// A part of a text.
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// A placeholder.
    Placeholder(Placeholder),
}

/// The parts of a text, or what is wrong with it.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if text.contains(['|', '\n', '\r']) {
        return Err("has `|` or a line break, which the compiled form has between texts");
    }
    let mut found = text.split("{{");
    let mut pieces = vec![Piece::Text(found.next().unwrap_or_default())];
    for piece in found {
        let (inside, after) = piece.split_once("}}").ok_or("has `{{` without `}}`")?;
        let (name, format) = inside.split_once(',').unwrap_or((inside, ""));
        let format = match (name, format.trim()) {
            ("count", "") => Format::Count,
            (_, "") => Format::Text,
            (_, "number") => Format::Number,
            (_, "percent") => Format::Percent,
            (_, "list") => Format::List,
            _ => return Err("has a format other than number, percent and list"),
        };
        pieces.push(Piece::Placeholder(Placeholder { name: name.trim().into(), format }));
        pieces.push(Piece::Text(after));
    }
    let stray = |piece: &Piece<'_>| matches!(piece, Piece::Text(text) if text.contains(['{', '}']));
    if pieces.iter().any(stray) { Err("has a brace that belongs to no placeholder") } else { Ok(pieces) }
}

/// A placeholder as it stands in a file.
pub fn written(placeholder: &Placeholder) -> String {
    let format = match placeholder.format {
        Format::Count | Format::Text => "",
        Format::Number => ", number",
        Format::Percent => ", percent",
        Format::List => ", list",
    };
    ["{{", &placeholder.name, format, "}}"].concat()
}

/// The number that chooses the form.
fn count() -> Placeholder {
    Placeholder { name: "count".into(), format: Format::Count }
}

/// The messages that the English file has.
pub fn messages(name: &str, json: &str) -> Result<Messages, Faults> {
    let mut file = File { name, faults: Vec::new() };
    let parts = file.json(json);
    let mut all: Messages = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for part in PARTS {
        let texts = file.object(part, parts.get(part));
        let mut messages = Vec::new();
        for (key, forms) in file.part(part, &texts) {
            let path = [part, ".", &key].concat();
            if keys.contains(&key) {
                file.fault(&path, "is a key of another part, too");
            }
            keys.push(key.clone());
            let counted = !forms.contains_key("");
            let mut placeholders: Vec<Placeholder> = Vec::new();
            let main = forms.get("other").or_else(|| forms.get("")).map(|text| pieces(text));
            for piece in main.and_then(Result::ok).into_iter().flatten() {
                if let Piece::Placeholder(placeholder) = piece
                    && !placeholders.contains(&placeholder)
                {
                    placeholders.push(placeholder);
                }
            }
            let hides_count = counted && !placeholders.contains(&count());
            if hides_count {
                placeholders.insert(0, count());
            }
            if !counted && placeholders.contains(&count()) {
                file.fault(&path, "has {{count}}, and so needs a form for each category: `_one`, `_other`");
            }
            messages.push(Message { key, counted, hides_count, placeholders });
        }
        all.push(messages);
    }
    file.done(all)
}

/// The texts of each of the [`PARTS`] in a language, a message a line.
pub fn compile(tag: &str, name: &str, json: &str, english: &Messages) -> Result<Vec<String>, Faults> {
    let mut file = File { name, faults: Vec::new() };
    let parts = file.json(json);
    let Some(language) = language_of(tag) else {
        file.fault("the file", "is in a language whose forms are not known: add it to `LANGUAGES`");
        return file.done(Vec::new());
    };
    for part in parts.keys().filter(|part| !PARTS.contains(&part.as_str())) {
        file.fault(part, "is not a part");
    }
    let mut compiled = Vec::new();
    for (part, messages) in PARTS.iter().zip(english) {
        let texts = file.object(part, parts.get(*part));
        let mut found = file.part(part, &texts);
        let mut lines = Vec::new();
        for message in messages {
            let path = [part, ".", &message.key].concat();
            let Some(forms) = found.remove(&message.key) else {
                file.fault(&path, "is missing");
                continue;
            };
            lines.push(line(&mut file, &path, message, &forms, language));
        }
        for key in found.keys() {
            file.fault(&[part, ".", key].concat(), "is not a message of the English file");
        }
        compiled.push(lines.join("\n"));
    }
    file.done(compiled)
}

/// A message in its compiled form.
fn line(file: &mut File<'_>, path: &str, message: &Message, forms: &Forms, language: &Language) -> String {
    let wanted = if message.counted { language.categories } else { &[""] };
    let key = |category: &str| {
        if category.is_empty() { path.to_owned() } else { [path, "_", category].concat() }
    };
    for category in forms.keys().filter(|category| !wanted.contains(&category.as_str())) {
        file.fault(&key(category), "is not a form that this message has in this language");
    }
    let mut line = Vec::new();
    for category in wanted {
        let key = key(category);
        let Some(text) = forms.get(*category) else {
            file.fault(&key, "is missing");
            continue;
        };
        let (text, used) = file.compile(&key, text, &message.placeholders);
        for (at, placeholder) in message.placeholders.iter().enumerate() {
            let may_lack = placeholder.format == Format::Count
                && (message.hides_count || language.exact.contains(category));
            if !used.contains(&at) && !may_lack {
                file.fault(&key, &[&written(placeholder), " is missing"].concat());
            }
        }
        line.push(text);
    }
    line.join("|")
}

/// The facts about a language, one a line. Where two files have the same fact, the later file counts.
pub fn facts(tag: &str, files: &[(&str, &str)]) -> Result<String, Faults> {
    let mut values: Map<String, Value> = Map::new();
    let mut faults = Vec::new();
    for (name, json) in files {
        let mut file = File { name, faults };
        values.extend(file.json(json));
        faults = file.faults;
    }
    let name = files.last().map_or("", |(name, _)| *name);
    let mut file = File { name, faults };
    let Some(language) = language_of(tag) else {
        file.fault("the file", "is in a language whose forms are not known: add it to `LANGUAGES`");
        return file.done(String::new());
    };
    let mut lines = Vec::new();
    for (fact, form, names) in FACTS {
        let known: Vec<Placeholder> = names.iter().map(|name| placeholder(name)).collect();
        let mut text = |key: &str| {
            let Some(Value::String(text)) = values.remove(key) else {
                file.fault(key, "is missing or no text");
                return String::new();
            };
            file.compile(key, &text, &known).0
        };
        lines.push(match form {
            Fact::Rule => language.rule.to_owned(),
            Fact::Text => text(fact),
            Fact::Counted => {
                let forms = language.categories.iter().map(|form| text(&[fact, "_", form].concat()));
                forms.collect::<Vec<_>>().join("|")
            }
            Fact::List(lengths) => {
                let list = values.remove(fact).unwrap_or_default();
                let texts: Vec<&str> =
                    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                if !lengths.contains(&texts.len()) {
                    file.fault(fact, "is missing or no list of so many texts as in English");
                }
                let texts = texts.into_iter().map(|text| file.compile(fact, text, &known).0);
                texts.collect::<Vec<_>>().join("|")
            }
        });
    }
    for key in values.keys() {
        file.fault(key, "is not a fact");
    }
    file.done(lines.join("\n"))
}

fn placeholder(name: &str) -> Placeholder {
    if name == "count" { count() } else { Placeholder { name: name.into(), format: Format::Text } }
}

/// For each language the categories of its plural forms, in the order in which a message has its forms.
pub fn categories() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    LANGUAGES.iter().map(|language| (language.tag, language.categories))
}

/// The names of the facts, in the order in which they are compiled.
pub fn fact_names() -> impl Iterator<Item = &'static str> {
    FACTS.iter().map(|(name, ..)| *name)
}
