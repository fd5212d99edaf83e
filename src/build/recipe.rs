//! Cargo runs this before it compiles the crate. It hashes the sources of the build, and the file with the names that the build
//! writes into the loader. By the hash, files that an earlier version of the build has made are recognized and made again.
//!
//! It also compiles the texts of all languages, and makes a method of `words::Words` for each English message, so that a message
//! that does not exist does not compile, and one that is not used is found.

mod locales;
mod pseudo;

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

use locales::{Format, Message, Messages, PARTS};

const STEPS: &str = "src/build";
const NAMES: &str = "src/contract.rs";
const LOCALES: &str = "www/locales";
const ENGLISH: &str = "www/locales/en.json";
const FACTS: &str = "www/locales/facts";

fn main() -> Result<(), Box<dyn Error>> {
    let files = fs::read_dir(STEPS)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
    files.push(NAMES.into());
    files.sort();
    // `DefaultHasher::new` has the same keys in every run.
    let mut recipe = DefaultHasher::new();
    for file in files {
        fs::read(&file)?.hash(&mut recipe);
    }
    for source in [STEPS, NAMES, LOCALES] {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rustc-env=FOLKMOOT_RECIPE={:016x}", recipe.finish());
    let out = env::var("OUT_DIR")?;
    for (name, code) in [("words.rs", words()), ("languages.rs", languages())] {
        match code {
            Ok(code) => fs::write(Path::new(&out).join(name), code)?,
            Err(faults) => faults.to_string().lines().for_each(|fault| println!("cargo::error={fault}")),
        }
    }
    Ok(())
}

/// The code with the English texts, and with a method for each.
fn words() -> Result<String, Box<dyn Error>> {
    let json = fs::read_to_string(ENGLISH)?;
    let messages = locales::messages(ENGLISH, &json).map_err(|faults| faults.join("\n"))?;
    let texts = locales::compile("en", ENGLISH, &json, &messages).map_err(|faults| faults.join("\n"))?;
    let mut code = String::new();
    for (part, text) in PARTS.iter().zip(texts) {
        let name = part.to_uppercase();
        writeln!(code, "/// The English messages of this part.\npub const {name}: &str = {text:?};")?;
    }
    code.push_str(&facts()?);
    code.push_str(&methods(&messages));
    Ok(code)
}

/// The code with the compiled texts of all languages but English, and of the pseudo-locale.
fn languages() -> Result<String, Box<dyn Error>> {
    let english = fs::read_to_string(ENGLISH)?;
    let messages = locales::messages(ENGLISH, &english).map_err(|faults| faults.join("\n"))?;
    let mut files = vec![("en-XA".to_owned(), pseudo::pseudo(&english)?, "en".to_owned())];
    for entry in fs::read_dir(LOCALES)? {
        let path = entry?.path();
        let tag = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(tag) = tag.strip_suffix(".json").filter(|tag| *tag != "en") {
            files.push((tag.to_owned(), fs::read_to_string(&path)?, tag.to_owned()));
        }
    }
    files.sort();
    let mut code = String::from("const LANGUAGES: &[Language] = &[\n");
    for (tag, json, facts) in files {
        let (name, of) = (format!("{LOCALES}/{tag}.json"), format!("{FACTS}/{facts}.json"));
        let texts = locales::compile(&tag, &name, &json, &messages).map_err(|faults| faults.join("\n"))?;
        let facts =
            locales::facts(&tag, &[(&of, &fs::read_to_string(&of)?)]).map_err(|faults| faults.join("\n"))?;
        let [main, kinds, card] = texts.try_into().map_err(|_| "there are other parts")?;
        let main = [facts, main].join("\n\n");
        writeln!(code, "    Language {{ tag: {tag:?}, main: {main:?}, kinds: {kinds:?}, card: {card:?} }},")?;
    }
    Ok(code + "];\n")
}

/// The facts about English, those of its regions, and where each fact stands.
fn facts() -> Result<String, Box<dyn Error>> {
    let path = |tag: &str| Path::new(FACTS).join([tag, ".json"].concat()).display().to_string();
    let english = fs::read_to_string(path("en"))?;
    let faults = |faults: Vec<String>| faults.join("\n");
    let whole = locales::facts("en", &[(&path("en"), &english)]).map_err(faults)?;
    let mut code = format!("const FACTS: &str = {whole:?};\nconst REGIONS: &[(&str, &str)] = &[\n");
    let mut tags: Vec<String> = Vec::new();
    for entry in fs::read_dir(FACTS)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        tags.extend(name.strip_suffix(".json").filter(|tag| tag.starts_with("en-")).map(str::to_owned));
    }
    tags.sort();
    for tag in tags {
        let region = fs::read_to_string(path(&tag))?;
        let region = [(path("en"), english.clone()), (path(&tag), region)];
        let region = region.each_ref().map(|(name, json)| (name.as_str(), json.as_str()));
        let region = locales::facts(&tag, &region).map_err(faults)?;
        writeln!(code, "    ({tag:?}, {:?}),", locales::changes(&whole, &region))?;
    }
    code.push_str("];\n");
    for (at, name) in locales::fact_names().enumerate() {
        writeln!(code, "const {}: u16 = {at};", name.to_uppercase())?;
    }
    Ok(code)
}

fn methods(messages: &Messages) -> String {
    let mut code = String::from("impl Words {\n");
    for (part, messages) in PARTS.iter().zip(messages) {
        for (at, message) in messages.iter().enumerate() {
            code.push_str(&method(part, at, message));
        }
    }
    code + "}\n"
}

/// The method that writes a message.
fn method(part: &str, at: usize, message: &Message) -> String {
    let (mut parameters, mut filled) = (String::new(), Vec::new());
    for placeholder in &message.placeholders {
        let name = &placeholder.name;
        let (of, value) = match placeholder.format {
            Format::Count => ("u32", format!("Count({name})")),
            Format::Number => ("u32", format!("Number({name})")),
            Format::Percent => ("u32", format!("Text(&self.percent({name}))")),
            Format::List => ("&[String]", format!("Own(&self.names({name}))")),
            Format::Text => ("&str", format!("Text({name})")),
        };
        parameters.extend([", ", name, ": ", of]);
        filled.push(["Value::", &value].concat());
    }
    let (name, filled) = (&message.key, filled.join(", "));
    format!(
        "    pub(crate) fn {name}(&self{parameters}) -> String {{\n        self.fill(Part::{part}, {at}, &[{filled}])\n    }}\n",
        part = [&part[..1].to_uppercase(), &part[1..]].concat()
    )
}
