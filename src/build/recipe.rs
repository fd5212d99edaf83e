//! Cargo runs this before it compiles the crate. It hashes the sources of the build, and the file with the names that the build
//! writes into the loader. By the hash, files that an earlier version of the build has made are recognized and made again.
//!
//! It also compiles the texts of all languages, and makes a method of `words::Words` for each English message, so that a message
//! that does not exist does not compile, and one that is not used is found.

mod languages;
mod locales;
mod pseudo;

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

use languages::Texts;
use locales::{Faults, Format, Message, Messages, PARTS, Placeholder};

const STEPS: &str = "src/build";
const NAMES: &str = "src/contract.rs";

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
    for source in [STEPS, NAMES, languages::FOLDER] {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rustc-env=FOLKMOOT_RECIPE={:016x}", recipe.finish());
    let out = env::var("OUT_DIR")?;
    match code() {
        Ok(files) => files.iter().try_for_each(|(name, code)| fs::write(Path::new(&out).join(name), code))?,
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
    Ok(())
}

/// The files of code with the texts, by their names.
fn code() -> Result<[(&'static str, String); 2], Faults> {
    let source = Path::new(".");
    let messages = languages::messages(source)?;
    Ok([("words.rs", words(&messages)), ("languages.rs", texts(&languages::all(source, &messages)?))])
}

/// The code with a method for each message, with the place of each fact, and with the number of all texts.
fn words(messages: &Messages) -> String {
    let mut code = methods(messages);
    for (at, name) in locales::fact_names().enumerate() {
        code.extend(["const ", &name.to_uppercase(), &format!(": u16 = {at};\n")]);
    }
    let texts = locales::fact_names().count() + messages.iter().map(Vec::len).sum::<usize>();
    code + &format!("const TEXTS: usize = {texts};\n")
}

/// The code with the compiled texts of all languages.
fn texts(all: &[Texts]) -> String {
    let language = |texts: &Texts| format!("    ({:?}, {:?}),\n", texts.tag, texts.parts);
    let languages: String = all.iter().map(language).collect();
    format!("const LANGUAGES: [(&str, [&str; {}]); {}] = [\n{languages}];\n", PARTS.len(), all.len())
}

fn methods(messages: &Messages) -> String {
    let all = messages.iter().flatten().zip(locales::fact_names().count()..);
    let methods: String = all.map(|(message, at)| method(at, message)).collect();
    ["impl Words {\n", &methods, "}\n"].concat()
}

/// The method that writes the message at this place.
fn method(at: usize, message: &Message) -> String {
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
    let body = match &message.placeholders[..] {
        [] => format!("whole({at})"),
        [Placeholder { name, format: Format::Text }] => format!("with({at}, {name})"),
        [Placeholder { name, format: Format::Count }] => format!("counted({at}, {name})"),
        _ => format!("fill({at}, &[{filled}])"),
    };
    format!("    pub(crate) fn {name}(&self{parameters}) -> String {{\n        self.{body}\n    }}\n")
}
