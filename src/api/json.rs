//! JSON by hand: reading it, whoever parsed it, and writing it. A browser has a parser of its own, and a general reader on top
//! of it would be a good part of the widget.

use super::words::place;
use super::{MAX_REVISION, Malformed, Word};
use crate::domain::id::BadId;
use crate::domain::link::Link;
use crate::domain::text::balanced;
use crate::domain::time::Timestamp;

/// A JSON value. Null counts as absent everywhere.
pub trait Json: Sized {
    /// A field of an object.
    fn field(&self, name: &str) -> Option<Self>;

    /// A string.
    fn text(&self) -> Option<String>;

    /// A number.
    fn number(&self) -> Option<f64>;

    /// A boolean.
    fn truth(&self) -> Option<bool>;

    /// The items of an array.
    fn items(&self) -> Option<Vec<Self>>;
}

/// The most items of a list that has no limit of its own, such as the rounds of a count, badges or steps.
const MAX_ITEMS: usize = 500;

/// Reads fields, and remembers the first fault. It goes on after a fault, so that its caller asks for faults once, at the end.
#[derive(Default)]
pub struct Reader {
    fault: Option<String>,
}

/// Reads an entity that has an id. If the entity is malformed, the error names it by its id.
pub fn entity<J: Json, T>(
    json: &J,
    what: &str,
    read: fn(&mut Reader, &J) -> Option<T>,
) -> Result<T, Malformed> {
    let mut reader = Reader::default();
    let entity = read(&mut reader, json);
    reader.done(entity).map_err(|fault| {
        let id = json.field("id").and_then(|id| id.text()).unwrap_or_default();
        Malformed { entity: [what, " \"", &id, "\""].concat(), fault }
    })
}

impl Reader {
    /// What was read, or the first fault.
    pub fn done<T>(self, read: Option<T>) -> Result<T, String> {
        match (self.fault, read) {
            (None, Some(read)) => Ok(read),
            (fault, _) => Err(fault.unwrap_or_default()),
        }
    }

    /// Remembers a fault.
    pub fn fail(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    /// Passes on what was read of a field that is present. `None` is a fault: the field is not `what`.
    fn is<T>(&mut self, read: Option<T>, name: &str, what: &str) -> Option<T> {
        if read.is_none() {
            self.fail([name, ": is not ", what].concat());
        }
        read
    }

    /// A string, unchanged.
    pub fn exact<J: Json>(&mut self, json: &J, name: &str) -> Option<String> {
        let text = json.field(name)?.text();
        self.is(text, name, "a text")
    }

    /// A string for people, whose direction marks are balanced, so that it cannot reorder the text around it.
    pub fn text<J: Json>(&mut self, json: &J, name: &str) -> Option<String> {
        self.exact(json, name).map(balanced)
    }

    /// A string for people; empty where it is absent.
    pub fn words<J: Json>(&mut self, json: &J, name: &str) -> String {
        self.text(json, name).unwrap_or_default()
    }

    /// An address. An unsafe address, such as a script, counts as absent.
    pub fn link<J: Json>(&mut self, json: &J, name: &str) -> Option<Link> {
        Link::new(&self.exact(json, name)?)
    }

    /// A boolean.
    pub fn truth<J: Json>(&mut self, json: &J, name: &str) -> Option<bool> {
        let truth = json.field(name)?.truth();
        self.is(truth, name, "true or false")
    }

    /// A list; empty where it is absent.
    pub fn list<J: Json>(&mut self, json: &J, name: &str) -> Vec<J> {
        self.list_of(json, name, MAX_ITEMS)
    }

    /// A list of at most `most` items; empty where it is absent. A longer list is a fault.
    pub fn list_of<J: Json>(&mut self, json: &J, name: &str, most: usize) -> Vec<J> {
        let Some(list) = json.field(name) else { return Vec::new() };
        let items = self.is(list.items(), name, "a list").unwrap_or_default();
        if items.len() > most {
            self.fail([name, ": has more than ", &most.to_string(), " items"].concat());
            return Vec::new();
        }
        items
    }

    /// A list of strings; empty where it is absent.
    pub fn texts<J: Json>(&mut self, json: &J, name: &str) -> Vec<String> {
        let list = self.list(json, name);
        let texts = list.iter().map(J::text).collect::<Option<_>>();
        self.is(texts, name, "a list of texts").unwrap_or_default()
    }

    /// A whole number from `least` to `most`.
    fn whole<J: Json>(&mut self, json: &J, name: &str, least: f64, most: f64) -> Option<f64> {
        let number = json.field(name)?.number();
        let whole = number.filter(|n| (least..=most).contains(n) && n.fract() == 0.0);
        self.is(whole, name, "a whole number within its limits")
    }

    /// The revision; 0 where it is absent.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // within its bounds
    pub fn revision<J: Json>(&mut self, json: &J) -> u64 {
        self.whole(json, "revision", 0.0, MAX_REVISION as f64).unwrap_or(0.0) as u64
    }

    /// A count.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within its bounds
    pub fn number<J: Json>(&mut self, json: &J, name: &str) -> Option<u32> {
        self.whole(json, name, 0.0, f64::from(u32::MAX)).map(|n| n as u32)
    }

    /// A count; 0 where it is absent.
    pub fn count<J: Json>(&mut self, json: &J, name: &str) -> u32 {
        self.number(json, name).unwrap_or(0)
    }

    /// A whole number that may be negative; 0 where it is absent.
    #[expect(clippy::cast_possible_truncation)] // within its bounds
    pub fn signed<J: Json>(&mut self, json: &J, name: &str) -> i32 {
        self.whole(json, name, f64::from(i32::MIN), f64::from(i32::MAX)).unwrap_or(0.0) as i32
    }

    /// A word of a closed set; `or` where it is absent.
    pub fn word<J: Json, T: Word>(&mut self, json: &J, name: &str, or: T) -> T {
        self.place(json, name, T::WORDS).and_then(|at| T::ALL.get(at)).copied().unwrap_or(or)
    }

    /// The place of a word in the list of its set.
    fn place<J: Json>(&mut self, json: &J, name: &str, words: &[&str]) -> Option<usize> {
        let word = self.exact(json, name)?;
        let place = place(&word, words);
        if place.is_none() {
            self.fail([name, ": \"", &balanced(word), "\" is not a word of Host API v1"].concat());
        }
        place
    }

    /// An id. A missing id is a fault, in which `what` names the thing.
    pub fn id<J: Json, T>(
        &mut self,
        json: &J,
        name: &str,
        what: &str,
        new: fn(String) -> Result<T, BadId>,
    ) -> Option<T> {
        let made = new(self.exact(json, name).unwrap_or_default());
        made.map_err(|bad| self.fail([what, ": ", &bad.to_string()].concat())).ok()
    }

    /// A time.
    pub fn time<J: Json>(&mut self, json: &J, name: &str) -> Option<Timestamp> {
        self.zoned(json, name).0
    }

    /// A time, and its UTC offset in minutes.
    pub fn zoned<J: Json>(&mut self, json: &J, name: &str) -> (Option<Timestamp>, Option<i32>) {
        let Some(text) = self.text(json, name) else { return (None, None) };
        if let Some((time, offset)) = Timestamp::parse_with_offset(&text) {
            return (Some(time), offset);
        }
        self.fail([name, ": \"", &text, "\" is not an RFC 3339 time"].concat());
        (None, None)
    }
}

/// A JSON value to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Null.
    Null,
    /// A boolean.
    Truth(bool),
    /// A whole number between -2^53 and 2^53.
    Number(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Fields(Vec<(&'static str, Value)>),
}

impl Value {
    /// The JSON text. The browser's own `JSON.stringify` is not used, since scripts of the page may have changed how it writes
    /// arrays and strings.
    pub fn to_json(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Truth(truth) => if *truth { "true" } else { "false" }.into(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                ["[", &items.iter().map(Self::to_json).collect::<Vec<_>>().join(","), "]"].concat()
            }
            Self::Fields(fields) => {
                let field = |(name, value): &(&str, Self)| [quoted(name), value.to_json()].join(":");
                ["{", &fields.iter().map(field).collect::<Vec<_>>().join(","), "}"].concat()
            }
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\0'..='\x1f' => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or_default();
                quoted.push_str("\\u00");
                quoted.extend([digit(u32::from(c) >> 4), digit(u32::from(c) & 15)]);
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
