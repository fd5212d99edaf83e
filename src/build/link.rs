//! Step 4: the files find each other. Names get a hash of what is in them, and the loader gets the names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use super::{EMBED, Error, minify};

/// A file under the name that it is served by.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) name: String,
    pub(super) media_type: &'static str,
    /// Whether the name changes when the content does.
    pub(super) immutable: bool,
    /// Whether it is fetched only by pages that need it.
    pub(super) lazy: bool,
    pub(super) integrity: String,
    pub(super) bytes: Vec<u8>,
}

/// The loader names the glue and the main module; the glue names the part.
pub(super) fn link(embed: &str, glue: &str, main: Vec<u8>, part: Vec<u8>) -> Result<[Linked; 4], Error> {
    let mut part = hashed("kinds-", "wasm", "application/wasm", part);
    part.lazy = true;
    let glue = fill(
        "www/part.js",
        glue,
        [("\"__FOLKMOOT_PART__\"", &part.name), ("\"__FOLKMOOT_PART_INTEGRITY__\"", &part.integrity)],
    )?;
    let glue = minify::minify("the glue with www/part.js and www/ports.js", &glue)?;
    let glue = hashed("", "js", "text/javascript", glue.into_bytes());
    let main = hashed("", "wasm", "application/wasm", main);
    let values = [
        ("\"__FOLKMOOT_GLUE__\"", glue.name.as_str()),
        ("\"__FOLKMOOT_WASM__\"", &main.name),
        ("\"__FOLKMOOT_INTEGRITY__\"", &main.integrity),
        ("\"__FOLKMOOT_VERSION__\"", env!("CARGO_PKG_VERSION")),
    ];
    let bytes = minify::minify("www/embed.js", &fill("www/embed.js", embed, values)?)?.into_bytes();
    let integrity = integrity(&bytes);
    let media_type = "text/javascript";
    let embed = Linked { name: EMBED.into(), media_type, immutable: false, lazy: false, integrity, bytes };
    Ok([embed, glue, main, part])
}

/// Puts what only the build knows where a script has its placeholders.
fn fill<const N: usize>(
    file: &'static str,
    script: &str,
    values: [(&'static str, &str); N],
) -> Result<String, Error> {
    let mut filled = script.to_owned();
    for (placeholder, value) in values {
        if !filled.contains(placeholder) {
            return Err(Error::Placeholder { file, placeholder });
        }
        filled = filled.replace(placeholder, &["\"", value, "\""].concat());
    }
    Ok(filled)
}

fn hashed(what: &str, extension: &str, media_type: &'static str, bytes: Vec<u8>) -> Linked {
    let hash = &hex(&Sha256::digest(&bytes))[..10];
    let name = format!("folkmoot-{what}{hash}.{extension}");
    Linked { name, media_type, immutable: true, lazy: false, integrity: integrity(&bytes), bytes }
}

/// Subresource integrity, as `fetch` and `<script>` take it.
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
        export const parts = ["__FOLKMOOT_GLUE__", "__FOLKMOOT_WASM__", "__FOLKMOOT_INTEGRITY__", "__FOLKMOOT_VERSION__"];
    "#;

    const GLUE_SOURCE: &str = r#"export const part = ["__FOLKMOOT_PART__", "__FOLKMOOT_PART_INTEGRITY__"];"#;

    #[test]
    fn the_loader_names_glue_and_main_module_and_the_glue_names_the_part() {
        let [embed, glue, main, part] =
            link(EMBED_SOURCE, GLUE_SOURCE, b"\0asm".to_vec(), b"\0part".to_vec()).unwrap();
        let text = String::from_utf8(embed.bytes).unwrap();
        assert!(text.contains(&glue.name) && text.contains(&main.name), "{text}");
        assert!(text.contains(&main.integrity) && text.contains(env!("CARGO_PKG_VERSION")), "{text}");
        let script = String::from_utf8(glue.bytes).unwrap();
        assert!(script.contains(&part.name) && script.contains(&part.integrity), "{script}");
        assert!(![text, script].concat().contains("__FOLKMOOT"));
        assert!(!embed.immutable && glue.immutable && main.immutable && part.immutable);
        assert!(!embed.lazy && !glue.lazy && !main.lazy && part.lazy);
    }

    #[test]
    fn a_name_is_a_hash_of_the_content() {
        let name = |wasm: &[u8]| hashed("kinds-", "wasm", "application/wasm", wasm.to_vec()).name;
        assert_eq!(name(b""), "folkmoot-kinds-e3b0c44298.wasm");
        assert_ne!(name(b"a"), name(b"b"));
    }

    #[test]
    fn integrity_is_what_browsers_check() {
        let abc = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(integrity(b"abc"), abc);
    }

    #[test]
    fn a_lost_placeholder_is_named() {
        for (embed, glue, named) in [
            (EMBED_SOURCE.replace("WASM", "X"), GLUE_SOURCE.to_owned(), "\"__FOLKMOOT_WASM__\""),
            (EMBED_SOURCE.to_owned(), String::new(), "\"__FOLKMOOT_PART__\""),
        ] {
            let error = link(&embed, &glue, Vec::new(), Vec::new()).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
