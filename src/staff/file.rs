//! The definition of a new poll, from a TOML file or from flags.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Serialize, Serializer};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use crate::domain::time::Timestamp;

/// The definition of a new poll: the fields of `POST /polls`.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    fields: Table,
    source: Option<Source>,
}

/// The file that a definition was read from.
#[derive(Clone, Debug)]
struct Source {
    path: PathBuf,
    text: String,
}

/// Why a definition cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The definition is invalid. If it is from a file, the error message begins with the file and, where known, the line.
    #[error("{0}")]
    Fault(String),
}

impl Definition {
    /// Reads a definition from a TOML file.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let unreadable = |source| FileError::Unreadable { path: path.into(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let fields: Table = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let reason = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            FileError::Fault(format!("{}:{}: {reason}", path.display(), line_of(&text, at)))
        })?;
        Self { fields, source: Some(Source { path: path.into(), text }) }.completed()
    }

    /// Makes a definition from these fields.
    pub fn of(fields: Table) -> Result<Self, FileError> {
        Self { fields, source: None }.completed()
    }

    fn completed(mut self) -> Result<Self, FileError> {
        // Ballots of an anonymous poll are final, so the definition need not set these fields.
        if self.fields.get("secrecy").and_then(Value::as_str) == Some("anonymous") {
            for field in ["changeable", "retractable"] {
                self.fields.entry(field).or_insert(Value::Boolean(false));
            }
        }
        self.place_times()?;
        Ok(self)
    }

    /// The request body: JSON with its fields in the order of the definition, in which a text has its languages.
    pub fn json(&self) -> Result<String, FileError> {
        let json = serde_json::to_string(&Fields(&self.fields));
        json.map_err(|error| FileError::Fault(self.located(&error.to_string())))
    }

    /// An error message, preceded by the file and, where known, the line of the field that the message names.
    pub fn located(&self, detail: &str) -> String {
        let Some(Source { path, text }) = &self.source else { return detail.to_owned() };
        let line = detail
            .split(": ")
            .find_map(|field| at(text, field))
            .map(|at| format!(":{}", line_of(text, at)))
            .unwrap_or_default();
        format!("{}{line}: {detail}", path.display())
    }

    /// Adds the UTC offset of the poll's time zone to times without one.
    fn place_times(&mut self) -> Result<(), FileError> {
        let zone = self.fields.get("time_zone").and_then(Value::as_str).map(str::to_owned);
        let mut faults = Vec::new();
        let mut place = |name: String, value: &mut Value| {
            // A time of TOML, or the text of one.
            let text = value.as_datetime().map(ToString::to_string).or(value.as_str().map(str::to_owned));
            if let Some(text) = &text {
                match placed(text, zone.as_deref()) {
                    Ok(placed) => *value = placed.into(),
                    Err(reason) => faults.push(format!("{name}: {reason}")),
                }
            }
        };
        for name in ["opens_at", "closes_at"] {
            if let Some(value) = self.fields.get_mut(name) {
                place(name.into(), value);
            }
        }
        let options = self.fields.get_mut("options").and_then(Value::as_array_mut);
        for (n, option) in options.into_iter().flatten().enumerate() {
            for name in ["starts_at", "ends_at"] {
                if let Some(value) = option.get_mut(name) {
                    place(format!("options[{n}].{name}"), value);
                }
            }
        }
        faults.first().map_or(Ok(()), |fault| Err(FileError::Fault(self.located(fault))))
    }
}

/// The time with a UTC offset. An invalid time is returned unchanged, so that the host refuses it.
fn placed(text: &str, zone: Option<&str>) -> Result<String, String> {
    let Ok(local) = text.parse::<DateTime>() else { return Ok(text.to_owned()) };
    if Timestamp::parse(text).is_some() || !text.contains(':') {
        return Ok(text.to_owned());
    }
    let Some(zone) = zone else {
        return Err(format!("\"{text}\" has no offset: write {text}+01:00, or say the time_zone"));
    };
    let known = TimeZone::get(zone)
        .map_err(|_| format!("there is no time zone \"{zone}\", such as Europe/Berlin"))?;
    let at = known.to_ambiguous_zoned(local);
    if let AmbiguousOffset::Gap { .. } = at.offset() {
        return Err(format!("\"{text}\" is never there by the clocks of {zone}, which are put forward then"));
    }
    let at = at.compatible().map_err(|error| error.to_string())?;
    Ok(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// A table as an object of JSON.
struct Fields<'a>(&'a Table);

/// A value as JSON.
struct Field<'a>(&'a Value);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(name, value)| (name, Field(value))))
    }
}

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) => out.serialize_str(text),
            Value::Integer(n) => out.serialize_i64(*n),
            // JSON has no such numbers. They become strings, which the host refuses with the name of the field.
            Value::Float(n) if !n.is_finite() => out.serialize_str(&n.to_string()),
            Value::Float(n) => out.serialize_f64(*n),
            Value::Boolean(truth) => out.serialize_bool(*truth),
            Value::Datetime(at) => out.serialize_str(&at.to_string()),
            Value::Array(list) => out.collect_seq(list.iter().map(Field)),
            Value::Table(table) => Fields(table).serialize(out),
        }
    }
}

/// The number of the line with the byte at this index. The first line has the number 1.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The byte index of a field, such as `options[1].label`, or of the nearest table or list around it that exists.
fn at(text: &str, field: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut parts = field.split(['.', '[', ']']).filter(|part| !part.is_empty());
    let (key, value) = found(table.get_ref(), parts.next()?)?;
    let (mut at, mut value) = (key, value);
    for part in parts {
        let deeper = match value.get_ref() {
            DeValue::Array(list) => {
                part.parse().ok().and_then(|n: usize| list.get(n)).map(|item| (item.span().start, item))
            }
            DeValue::Table(table) => found(table, part),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        let Some(deeper) = deeper else { break };
        (at, value) = deeper;
    }
    Some(at)
}

/// The byte index of a key, and its value.
fn found<'a, 'b>(table: &'a DeTable<'b>, name: &str) -> Option<(usize, &'a Spanned<DeValue<'b>>)> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?;
    Some((key.span().start, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(text: &str) -> Result<Definition, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dinner.toml");
        std::fs::write(&path, text).unwrap();
        Definition::read(&path).map_err(|error| error.to_string())
    }

    fn json(text: &str) -> serde_json::Value {
        serde_json::from_str(&definition(text).unwrap().json().unwrap()).unwrap()
    }

    #[test]
    fn the_languages_of_a_text_stay_in_the_order_of_the_file() {
        let text = "options = [\"A\"]\n[title]\npl = \"Gdzie?\"\nde = \"Wohin?\"\nar = \"؟\"\n";
        let json = definition(text).unwrap().json().unwrap();
        assert_eq!(json, r#"{"options":["A"],"title":{"pl":"Gdzie?","de":"Wohin?","ar":"؟"}}"#);
    }

    #[test]
    fn forums_4_times_without_an_offset_go_by_the_clocks_of_the_poll() {
        let text = "title = \"T\"\ntime_zone = \"Europe/Berlin\"\ncloses_at = 2026-12-01T18:00:00\n\
                    opens_at = \"2026-07-01 09:00\"\n[[options]]\nstarts_at = 2026-12-01T18:00:00Z\n";
        let json = json(text);
        assert_eq!(json["closes_at"], "2026-12-01T18:00:00+01:00");
        assert_eq!(json["opens_at"], "2026-07-01T09:00:00+02:00");
        assert_eq!(json["options"][0]["starts_at"], "2026-12-01T18:00:00Z");
        let told = definition("title = \"T\"\ncloses_at = 2026-12-01T18:00:00\n").unwrap_err();
        assert!(told.contains("dinner.toml:2: closes_at:") && told.contains("time_zone"), "{told}");
    }

    #[test]
    fn counting_a_time_that_is_never_there_is_refused_and_one_that_is_there_twice_is_the_first() {
        let berlin = |at: &str| placed(at, Some("Europe/Berlin"));
        assert!(berlin("2027-03-28T02:30:00").unwrap_err().contains("put forward"));
        assert_eq!(berlin("2027-10-31T02:30:00").unwrap(), "2027-10-31T02:30:00+02:00");
    }

    #[test]
    fn a_number_that_json_has_no_word_for_is_left_to_the_host_to_refuse() {
        let json = json("title = \"T\"\nmax = inf\nmin = -nan\n");
        assert!(json["max"].is_string() && json["min"].is_string(), "{json}");
    }

    #[test]
    fn forums_4_an_anonymous_poll_from_a_file_has_ballots_that_are_final() {
        let anonymous = json("title = \"T\"\nsecrecy = \"anonymous\"\n");
        assert_eq!((&anonymous["changeable"], &anonymous["retractable"]), (&false.into(), &false.into()));
        let said = json("title = \"T\"\nsecrecy = \"anonymous\"\nchangeable = true\n");
        assert_eq!(said["changeable"], true, "what is said is left for the host to refuse");
    }

    #[test]
    fn forums_4_what_is_wrong_is_told_with_its_line() {
        let told = definition("title = \"T\"\noptions = [\"A\"").unwrap_err();
        assert!(told.contains("dinner.toml:2: "), "{told}");
        let text = "title = \"T\"\n[[options]]\nlabel = \"A\"\n[[options]]\nlabel = \"B\"\nlink = \"x\"\n";
        let definition = definition(text).unwrap();
        for (detail, line) in [
            ("title: is bad", ":1: "),
            ("options[1].link: is no http", ":6: "),
            ("options[0].picture: no", ":2: "),
        ] {
            let told = definition.located(detail);
            assert!(told.ends_with(&format!("dinner.toml{line}{detail}")), "{told}");
        }
        assert!(
            definition
                .located("this goes together with nothing")
                .ends_with("dinner.toml: this goes together with nothing")
        );
    }
}
