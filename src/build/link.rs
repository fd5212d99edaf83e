//! Step 7: gives the files names with a hash of their content, and puts the names where other files need them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use super::bind::Part;
use super::languages::Texts;
use super::locales::{Message, Messages};
use super::split::OnNeed;
use super::{EMBED, Error, locales, minify};
use crate::contract::EARLY;

/// The number of hexadecimal digits of a hash in a file's name.
const HASH: usize = 10;

/// The script that only pages with texts of their own fetch.
pub(super) const REWORD: &str = "www/reword.js";

/// The name of that script as a part.
pub(super) const REWORD_PART: &str = "reword";

/// What the files are made from, besides the modules.
pub(super) struct Sources<'a> {
    /// The loader.
    pub(super) embed: &'a str,
    /// The glue, with the scripts beside it.
    pub(super) glue: &'a str,
    /// The script [`REWORD`].
    pub(super) reword: &'a str,
    /// The messages.
    pub(super) messages: &'a Messages,
    /// The texts of every language.
    pub(super) texts: &'a [Texts],
}

/// A file with the name under which it is served.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) name: String,
    pub(super) media_type: &'static str,
    /// Whether the name has a hash of the content.
    pub(super) immutable: bool,
    /// The parts that need the file; empty where every page needs it.
    pub(super) parts: Vec<String>,
    /// The language that the file has texts in, if any.
    pub(super) language: Option<String>,
    pub(super) integrity: String,
    pub(super) bytes: Vec<u8>,
}

/// Names the files, and returns them in the order in which pages fetch them. The loader contains the names of the glue and of the
/// main module; the glue contains the names of the parts' files.
pub(super) fn link(
    sources: &Sources<'_>,
    main: Vec<u8>,
    parts: &[Part],
    on_need: Vec<OnNeed>,
) -> Result<Vec<Linked>, Error> {
    let on_need: Vec<_> = on_need
        .into_iter()
        .map(|module| hashed("wasm", "application/wasm", module.parts, module.wasm))
        .collect();
    let part = |part: &Part| {
        let files = on_need.iter().filter(|file| file.parts.contains(&part.name));
        let files = files.map(|file| json!([file.name, file.integrity]));
        [json!(part.name), json!(part.load)].into_iter().chain(files).collect::<Value>()
    };
    let table: Value = parts.iter().map(part).collect();
    let reword = reword(sources)?;
    let glue = fill("www/part.js", sources.glue, [("\"__FOLKMOOT_PARTS__\"", table)])?;
    // The first line of a file of texts is no fact.
    let line = |fact| locales::fact_names().zip(1..).find(|(name, _)| *name == fact).map(|(_, line)| line);
    let named = [
        ("\"__FOLKMOOT_REWORD__\"", json!(["./", &reword.name].concat())),
        ("\"__FOLKMOOT_TAG__\"", json!(line("tag"))),
        ("\"__FOLKMOOT_DIRECTION__\"", json!(line("direction"))),
    ];
    let glue = fill("www/words.js", &glue, named)?;
    let glue = minify::minify("the glue with what stands beside it in www/", &glue)?;
    let glue = hashed("js", "text/javascript", Vec::new(), glue.into_bytes());
    let main = hashed("wasm", "application/wasm", Vec::new(), main);
    let early: Value =
        EARLY.iter().map(|early| json!([early.tag.name(), early.path(), early.no_id])).collect();
    let values = [
        ("\"__FOLKMOOT_GLUE__\"", json!(glue.name)),
        ("\"__FOLKMOOT_WASM__\"", json!(main.name)),
        ("\"__FOLKMOOT_INTEGRITY__\"", json!(main.integrity)),
        ("\"__FOLKMOOT_VERSION__\"", json!(env!("CARGO_PKG_VERSION"))),
        ("\"__FOLKMOOT_EARLY__\"", early),
    ];
    let texts = sources.texts;
    let hash = &hex(&Sha256::digest(joined(texts)))[..HASH];
    let embed = fill("www/embed.js", sources.embed, values)?;
    // In a template string and in a regular expression.
    let bare = [("__FOLKMOOT_TEXTS__", hash), ("\"__FOLKMOOT_LANGUAGES__\"", &pattern(texts))];
    let embed = minify::minify("www/embed.js", &put("www/embed.js", embed, bare)?)?;
    let bytes = in_both_forms(&embed)?.into_bytes();
    let integrity = integrity(&bytes);
    let media_type = "text/javascript";
    let embed = Linked {
        name: EMBED.into(),
        media_type,
        immutable: false,
        parts: Vec::new(),
        language: None,
        integrity,
        bytes,
    };
    Ok([embed, glue, main]
        .into_iter()
        .chain(on_need)
        .chain([reword])
        .chain(files_of_texts(texts, hash))
        .collect())
}

/// The script that puts a site's own texts in the place of the widget's.
fn reword(sources: &Sources<'_>) -> Result<Linked, Error> {
    let message = |message: &Message| {
        let names = message.placeholders.iter().map(|placeholder| &placeholder.name);
        [&message.key].into_iter().chain(names).cloned().collect::<Vec<String>>()
    };
    let messages: Vec<_> = sources.messages.iter().flatten().map(message).collect();
    let categories: serde_json::Map<String, Value> =
        locales::categories().map(|(tag, categories)| (tag.to_lowercase(), json!(categories))).collect();
    let values = [
        ("\"__FOLKMOOT_MESSAGES__\"", json!(messages)),
        ("\"__FOLKMOOT_FACTS__\"", json!(locales::fact_names().count())),
        ("\"__FOLKMOOT_CATEGORIES__\"", Value::Object(categories)),
    ];
    let script = minify::minify(REWORD, &fill(REWORD, sources.reword, values)?)?;
    Ok(hashed("js", "text/javascript", vec![REWORD_PART.into()], script.into_bytes()))
}

/// The files with the texts. They share a hash, so that the loader can name each of them without a table.
fn files_of_texts<'a>(texts: &'a [Texts], hash: &'a str) -> impl Iterator<Item = Linked> + 'a {
    texts.iter().flat_map(move |language| {
        let tag = language.tag.to_lowercase();
        locales::PARTS.iter().zip(&language.parts).enumerate().map(move |(at, (part, texts))| {
            // The first part is the main module's.
            let parts: Vec<String> = if at == 0 { Vec::new() } else { vec![(*part).into()] };
            let name = ["folkmoot"].into_iter().chain(parts.iter().map(String::as_str)).chain([&*tag, hash]);
            Linked {
                name: name.collect::<Vec<_>>().join("-") + ".txt",
                media_type: "text/plain; charset=utf-8",
                immutable: true,
                language: Some(language.tag.clone()),
                integrity: integrity(texts.as_bytes()),
                bytes: texts.clone().into_bytes(),
                parts,
            }
        })
    })
}

/// All texts in one, of which a hash can be made.
pub(super) fn joined(all: &[Texts]) -> String {
    all.iter().flat_map(|texts| &texts.parts).flat_map(|part| [part, "\n\n\n"]).collect()
}

/// A regular expression of JavaScript for a tag of BCP 47: it finds the tag, in any case, of the nearest of these languages at the
/// start. It finds none for Chinese in traditional characters, in which there are no texts.
fn pattern(all: &[Texts]) -> String {
    let mut languages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for texts in all {
        let (language, region) = texts.tag.split_once('-').unwrap_or((&texts.tag, ""));
        languages.entry(language).or_default().extend(Some(region).filter(|region| !region.is_empty()));
    }
    let one = |(language, regions): (&str, Vec<&str>)| match regions.join("|") {
        none if none.is_empty() => language.to_owned(),
        regions => format!("{language}(-({regions}))?"),
    };
    let languages: Vec<String> = languages.into_iter().map(one).collect();
    format!("^({})(?![a-z])(?!.*-(TW|HK|MO|Hant))", languages.join("|"))
}

/// Makes the loader run both as a module and as a classic script, where `import.meta` is a syntax error. In a module `await` is
/// an operator with a regular expression as its operand, and the module's address is the second argument. In a classic script
/// `await` is a name, divided by a string that contains the rest, so that there is no second argument.
fn in_both_forms(module: &str) -> Result<String, Error> {
    const META: &str = "import.meta.url";
    if module.matches(META).count() != 1 {
        return Err(Error::Placeholder { file: "www/embed.js", placeholder: META });
    }
    let body = module.replace(META, "moduleUrl");
    Ok(["((mark,moduleUrl)=>{\"use strict\";", &body, "})(typeof await/'/,import.meta.url//'\n)"].concat())
}

/// Replaces the placeholders in a script.
fn fill<const N: usize>(
    file: &'static str,
    script: &str,
    values: [(&'static str, Value); N],
) -> Result<String, Error> {
    let values = values.map(|(placeholder, value)| (placeholder, value.to_string()));
    put(file, script.to_owned(), values.each_ref().map(|(placeholder, value)| (*placeholder, value.as_str())))
}

fn put<const N: usize>(
    file: &'static str,
    mut script: String,
    values: [(&'static str, &str); N],
) -> Result<String, Error> {
    for (placeholder, value) in values {
        if !script.contains(placeholder) {
            return Err(Error::Placeholder { file, placeholder });
        }
        script = script.replace(placeholder, value);
    }
    Ok(script)
}

fn hashed(extension: &str, media_type: &'static str, parts: Vec<String>, bytes: Vec<u8>) -> Linked {
    let hash = &hex(&Sha256::digest(&bytes))[..HASH];
    let name: String = parts.iter().map(String::as_str).chain([hash]).flat_map(|word| ["-", word]).collect();
    let name = ["folkmoot", &name, ".", extension].concat();
    Linked { name, media_type, immutable: true, parts, language: None, integrity: integrity(&bytes), bytes }
}

/// A file's subresource integrity.
fn integrity(bytes: &[u8]) -> String {
    ["sha384-", &STANDARD.encode(Sha384::digest(bytes))].concat()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMBED_SOURCE: &str = r#"
        self.language = /"__FOLKMOOT_LANGUAGES__"/.exec("");
        self.texts = `folkmoot-${self.language}-__FOLKMOOT_TEXTS__.txt`;
        self.parts = ["__FOLKMOOT_GLUE__", "__FOLKMOOT_WASM__", "__FOLKMOOT_INTEGRITY__", "__FOLKMOOT_VERSION__", "__FOLKMOOT_EARLY__", import.meta.url];
    "#;

    const GLUE_SOURCE: &str = r#"export const table = ["__FOLKMOOT_PARTS__", "__FOLKMOOT_REWORD__", "__FOLKMOOT_TAG__", "__FOLKMOOT_DIRECTION__"];"#;

    const REWORD_SOURCE: &str =
        r#"export const t = ["__FOLKMOOT_MESSAGES__", "__FOLKMOOT_FACTS__", "__FOLKMOOT_CATEGORIES__"];"#;

    fn linked(
        embed: &str,
        glue: &str,
        main: Vec<u8>,
        parts: &[Part],
        on_need: Vec<OnNeed>,
    ) -> Result<Vec<Linked>, Error> {
        let sources = Sources { embed, glue, reword: REWORD_SOURCE, messages: &Vec::new(), texts: &[] };
        link(&sources, main, parts, on_need)
    }

    fn on_need(parts: &[&str], wasm: &[u8]) -> OnNeed {
        OnNeed { parts: parts.iter().map(ToString::to_string).collect(), wasm: wasm.to_vec() }
    }

    fn part(name: &str, load: &str) -> Part {
        Part { name: name.into(), load: load.into() }
    }

    #[test]
    fn the_loader_names_glue_and_main_module_and_the_glue_names_each_parts_files() {
        let parts = [part("card", "a"), part("kinds", "b")];
        let modules =
            [on_need(&["card"], b"\0a"), on_need(&["card", "kinds"], b"\0b"), on_need(&["kinds"], b"\0c")];
        let linked = linked(EMBED_SOURCE, GLUE_SOURCE, b"\0asm".to_vec(), &parts, modules.into()).unwrap();
        let [embed, glue, main, card, both, kinds, _] = linked.try_into().unwrap();
        let text = String::from_utf8(embed.bytes).unwrap();
        assert!(text.contains(&glue.name) && text.contains(&main.name), "{text}");
        assert!(text.contains(&main.integrity) && text.contains(env!("CARGO_PKG_VERSION")), "{text}");
        let script = String::from_utf8(glue.bytes).unwrap();
        let file = |file: &Linked| format!("[`{}`,`{}`]", file.name, file.integrity);
        let table =
            [["`card`,`a`", &file(&card), &file(&both)], ["`kinds`,`b`", &file(&both), &file(&kinds)]];
        let table = table.map(|part| format!("[{}]", part.join(",")));
        assert!(script.contains(&format!("[{}]", table.join(","))), "{script}");
        assert!(![text, script].concat().contains("__FOLKMOOT"));
        assert!(!embed.immutable && glue.immutable && main.immutable && both.immutable);
        assert!(embed.parts.is_empty() && glue.parts.is_empty() && main.parts.is_empty());
        assert_eq!(both.parts, ["card", "kinds"]);
    }

    #[test]
    fn a_name_is_that_of_the_parts_and_a_hash_of_the_content() {
        let name = |parts: &[&str], wasm: &[u8]| {
            hashed("wasm", "application/wasm", on_need(parts, b"").parts, wasm.to_vec()).name
        };
        assert_eq!(name(&["kinds"], b""), "folkmoot-kinds-e3b0c44298.wasm");
        assert_eq!(name(&["card", "kinds"], b""), "folkmoot-card-kinds-e3b0c44298.wasm");
        assert_eq!(name(&[], b""), "folkmoot-e3b0c44298.wasm");
        assert_ne!(name(&[], b"a"), name(&[], b"b"));
    }

    #[test]
    fn integrity_is_what_browsers_check() {
        let abc = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(integrity(b"abc"), abc);
    }

    #[test]
    fn the_loader_is_a_module_and_a_classic_script() {
        let linked = linked(EMBED_SOURCE, GLUE_SOURCE, Vec::new(), &[], Vec::new()).unwrap();
        let text = std::str::from_utf8(&linked[0].bytes).unwrap();
        let allocator = oxc::allocator::Allocator::default();
        for form in [oxc::span::SourceType::mjs(), oxc::span::SourceType::script()] {
            let parsed = oxc::parser::Parser::new(&allocator, text, form).parse();
            assert!(parsed.diagnostics.is_empty(), "{form:?}: {:?}", parsed.diagnostics);
        }
    }

    #[test]
    fn a_lost_placeholder_is_named() {
        for (embed, glue, named) in [
            (EMBED_SOURCE.replace("import.meta.url", "0"), GLUE_SOURCE.to_owned(), "import.meta.url"),
            (EMBED_SOURCE.replace("WASM", "X"), GLUE_SOURCE.to_owned(), "\"__FOLKMOOT_WASM__\""),
            (EMBED_SOURCE.to_owned(), "\"__FOLKMOOT_REWORD__\"".into(), "\"__FOLKMOOT_PARTS__\""),
        ] {
            let error = linked(&embed, &glue, Vec::new(), &[], Vec::new()).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
