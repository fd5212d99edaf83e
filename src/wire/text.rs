//! Texts of the site on the wire: a plain string, or an object from language tags to strings.

use std::borrow::Cow;
use std::fmt;

use icu_locale_core::LanguageIdentifier;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::domain::poll::{MAX_DESCRIPTION, MAX_TITLE};
use crate::domain::translation::{Text, Translation, Translations};

/// The most languages of a text.
const MOST_LANGUAGES: usize = 100;

/// The form of a language tag: a language, and perhaps a script, a region and variants.
const TAG: &str = "^(?![uU][nN][dD](-|$))[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?\
                   (-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$";

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => out.serialize_str(text),
            Self::Translated(all) => out.collect_map(all.iter().map(|t| (&t.language, &t.text))),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an object from language tags to strings")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(text.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut all: Vec<Translation> = Vec::new();
        let mut known = Vec::new();
        while let Some((language, text)) = map.next_entry::<String, String>()? {
            let tag =
                LanguageIdentifier::try_from_str(&language).ok().filter(|tag| !tag.language.is_unknown());
            let Some(tag) = tag else {
                let what = "is no language tag such as \"en\" or \"pt-BR\"";
                return Err(A::Error::custom(format!("\"{language}\" {what}")));
            };
            if known.contains(&tag) {
                return Err(A::Error::custom(format!("\"{language}\" is there twice: keep one of them")));
            }
            known.push(tag);
            all.push(Translation { language, text });
        }
        if all.len() > MOST_LANGUAGES {
            return Err(A::Error::custom(format!("a text is in at most {MOST_LANGUAGES} languages")));
        }
        let none = || A::Error::custom("a text is in one language at least, such as {\"en\": \"Where?\"}");
        Translations::new(all).map(Into::into).ok_or_else(none)
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = schema(None, None);
        let about = "A text of the site. Written: a string, or an object from language tags (BCP 47) to strings, such as \
                     `{\"en\": \"Where?\", \"de\": \"Wohin?\"}`, whose first language is for readers of none of them. \
                     Read: a string, in the reader's language; as it was written only where the call says `lang=*`.";
        schema.insert("description".into(), about.into());
        schema
    }
}

/// A title or a label that staff write.
pub(super) fn title(_: &mut SchemaGenerator) -> Schema {
    schema(Some(1), Some(MAX_TITLE))
}

/// The label of an option that staff write, which may be empty where the option has a day, a time or a stance.
pub(super) fn label(_: &mut SchemaGenerator) -> Schema {
    schema(None, Some(MAX_TITLE))
}

/// A description that staff write, or null to remove it.
pub(super) fn description(_: &mut SchemaGenerator) -> Schema {
    let mut schema = schema(None, Some(MAX_DESCRIPTION));
    if let Some(Value::Array(forms)) = schema.get_mut("oneOf") {
        forms.push(json!({ "type": "null" }));
    }
    schema
}

/// A text whose every translation has at least and at most this many characters.
fn schema(least: Option<usize>, most: Option<usize>) -> Schema {
    let mut text = json!({ "type": "string" });
    for (bound, name) in [(least, "minLength"), (most, "maxLength")] {
        if let Some(bound) = bound {
            text[name] = bound.into();
        }
    }
    json_schema!({
        "oneOf": [
            text,
            {
                "type": "object",
                "additionalProperties": text,
                "propertyNames": { "pattern": TAG },
                "minProperties": 1,
                "maxProperties": MOST_LANGUAGES,
            },
        ],
    })
}
