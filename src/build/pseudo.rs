//! The pseudo-locale: English that is longer, accented and in brackets, so that tests and people find texts that are cut off or
//! not taken from the file.

use serde_json::Value;

use super::locales::{Piece, pieces, written};

/// The English file as one in the pseudo-locale, with the same keys and placeholders.
pub fn pseudo(json: &str) -> Result<String, serde_json::Error> {
    let mut texts: Value = serde_json::from_str(json)?;
    change(&mut texts);
    serde_json::to_string_pretty(&texts)
}

fn change(value: &mut Value) {
    if let Value::String(text) = value {
        *text = longer(text);
    } else if let Value::Object(object) = value {
        object.values_mut().for_each(change);
    }
}

/// A text in brackets, with an accent on each letter that has one, and a third longer.
fn longer(text: &str) -> String {
    let Ok(pieces) = pieces(text) else { return text.into() };
    let mut out = String::from("[");
    let mut letters = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                letters += text.chars().count();
                out.extend(text.chars().map(accented));
            }
            Piece::Placeholder(placeholder) => out.push_str(&written(&placeholder)),
        }
    }
    [&out, &"·".repeat(letters.div_ceil(3)), "]"].concat()
}

fn accented(letter: char) -> char {
    const PLAIN: &str = "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz";
    const ACCENTED: &str = "ÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž";
    let found = PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == letter);
    found.map_or(letter, |(_, accented)| accented)
}
