//! Texts of the site. A text in several languages is JSON by language, such as `{"en":"Tea","de":"Tee"}`, beside a column with
//! what its first language says.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::StoreError;
use crate::domain::translation::{Text, Translation, Translations};

/// A text as JSON: a string, or an object by language.
pub struct TextRow(pub Text);

impl Serialize for TextRow {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Text::Plain(text) => out.serialize_str(text),
            Text::Translated(all) => out.collect_map(all.iter().map(|of| (&of.language, &of.text))),
        }
    }
}

impl<'de> Deserialize<'de> for TextRow {
    fn deserialize<D: Deserializer<'de>>(row: D) -> Result<Self, D::Error> {
        row.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = TextRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an object by language")
    }

    fn visit_str<E>(self, text: &str) -> Result<TextRow, E> {
        Ok(TextRow(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextRow, A::Error> {
        let mut all = Vec::new();
        while let Some((language, text)) = map.next_entry()? {
            all.push(Translation { language, text });
        }
        let all = Translations::new(all).ok_or_else(|| A::Error::custom("no language"))?;
        Ok(TextRow(all.into()))
    }
}

/// The column of a text's languages; absent where it is in one language that is not named.
pub fn languages_row(text: &Text) -> Option<String> {
    match text {
        Text::Plain(_) => None,
        Text::Translated(_) => serde_json::to_string(&TextRow(text.clone())).ok(),
    }
}

/// Reads a text from its column and from that of its languages, which is `what`.
pub fn text(what: &'static str, first: String, languages: Option<String>) -> Result<Text, StoreError> {
    let Some(row) = languages else { return Ok(first.into()) };
    match serde_json::from_str(&row) {
        Ok(TextRow(text)) => Ok(text),
        Err(_) => Err(StoreError::Corrupt { what, value: row }),
    }
}
