//! All languages of the widget, compiled: those in `www/locales`, the regions that have facts of their own, such as `en-US`, and
//! the pseudo-locale.
//!
//! The crate's build script has this file as a module, too, for the texts that the program itself has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::locales::{self, Faults, Messages};
use super::pseudo::pseudo;

/// The folder with the messages, below the source folder.
pub const FOLDER: &str = "www/locales";

/// The language whose file says which messages there are.
const ENGLISH: &str = "en";

/// The tag of the pseudo-locale, which tests use.
pub const PSEUDO: &str = "en-XA";

/// The texts of a language.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The language's tag of BCP 47.
    pub tag: String,
    /// For each of [`locales::PARTS`] a file: a line with the place of its first text among all, and then a text a line. The facts
    /// come before the messages of the first part.
    pub parts: Vec<String>,
}

/// The messages that the English file has.
pub fn messages(source: &Path) -> Result<Messages, Faults> {
    let (name, json) = read(source, ENGLISH)?;
    locales::messages(&name, &json)
}

/// The texts of every language, by their tags in order. `messages` are those that the English file has.
pub fn all(source: &Path, messages: &Messages) -> Result<Vec<Texts>, Faults> {
    let languages = tags(source, FOLDER)?;
    let known = locales::categories().map(|(tag, _)| tag).filter(|tag| *tag != PSEUDO);
    if let Some(tag) = known.into_iter().find(|tag| !languages.contains(*tag)) {
        return Err(vec![format!("{FOLDER}/{tag}.json: is missing, and `LANGUAGES` has the language")]);
    }
    let mut all = vec![compiled(source, PSEUDO, ENGLISH, messages)?];
    for tag in tags(source, &[FOLDER, "/facts"].concat())? {
        let language = tag.split('-').next().unwrap_or_default();
        if !languages.contains(language) {
            return Err(vec![format!(
                "{FOLDER}/{language}.json: is missing, and there are facts about {tag}"
            )]);
        }
        all.push(compiled(source, &tag, language, messages)?);
    }
    all.sort_by(|one, other| one.tag.cmp(&other.tag));
    Ok(all)
}

/// The texts for a tag, whose messages are those of this language.
fn compiled(source: &Path, tag: &str, language: &str, messages: &Messages) -> Result<Texts, Faults> {
    let facts_of = |tag: &str| read(source, &["facts/", tag].concat());
    let (name, mut json) = read(source, language)?;
    let mut facts = vec![facts_of(language)?];
    if tag == PSEUDO {
        json = pseudo(&json).map_err(|error| vec![format!("{name}: {error}")])?;
        facts.push((PSEUDO.into(), format!("{{\"tag\": {PSEUDO:?}}}")));
    } else if tag != language {
        facts.push(facts_of(tag)?);
    }
    let facts: Vec<_> = facts.iter().map(|(name, json)| (name.as_str(), json.as_str())).collect();
    let mut parts = locales::compile(tag, &name, &json, messages)?;
    if let Some(main) = parts.first_mut() {
        *main = [&locales::facts(tag, &facts)?, "\n", main].concat();
    }
    let mut first = 0;
    for part in &mut parts {
        let lines = part.lines().count();
        *part = format!("{first}\n{part}");
        first += lines;
    }
    Ok(Texts { tag: tag.into(), parts })
}

/// The name and the content of a file with texts or facts.
fn read(source: &Path, name: &str) -> Result<(String, String), Faults> {
    let name = [FOLDER, "/", name, ".json"].concat();
    match fs::read_to_string(source.join(&name)) {
        Ok(json) => Ok((name, json)),
        Err(error) => Err(vec![format!("{name}: {error}")]),
    }
}

/// The tags that a folder has files for.
fn tags(source: &Path, folder: &str) -> Result<BTreeSet<String>, Faults> {
    let fault = |error| vec![format!("{folder}: {error}")];
    let mut tags = BTreeSet::new();
    for entry in fs::read_dir(source.join(folder)).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
        tags.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    Ok(tags)
}
