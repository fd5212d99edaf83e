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
    pub(super) integrity: String,
    pub(super) bytes: Vec<u8>,
}

pub(super) fn link(embed: &str, glue: String, wasm: Vec<u8>) -> Result<[Linked; 3], Error> {
    let glue = hashed("js", "text/javascript", glue.into_bytes());
    let wasm = hashed("wasm", "application/wasm", wasm);
    let embed = fill(embed, &glue.name, &wasm)?;
    let bytes = minify::minify("www/embed.js", &embed)?.into_bytes();
    let integrity = integrity(&bytes);
    let embed =
        Linked { name: EMBED.into(), media_type: "text/javascript", immutable: false, integrity, bytes };
    Ok([embed, glue, wasm])
}

/// Puts what only the build knows where the loader has its placeholders.
fn fill(embed: &str, glue: &str, wasm: &Linked) -> Result<String, Error> {
    let values = [
        ("\"__FOLKMOOT_GLUE__\"", glue, "the glue's name"),
        ("\"__FOLKMOOT_WASM__\"", &wasm.name, "the wasm's name"),
        ("\"__FOLKMOOT_INTEGRITY__\"", &wasm.integrity, "the wasm's integrity"),
        ("\"__FOLKMOOT_VERSION__\"", env!("CARGO_PKG_VERSION"), "the version"),
    ];
    let mut filled = embed.to_owned();
    for (placeholder, value, what) in values {
        if !filled.contains(placeholder) {
            return Err(Error::Placeholder { placeholder, what });
        }
        filled = filled.replace(placeholder, &["\"", value, "\""].concat());
    }
    Ok(filled)
}

fn hashed(extension: &str, media_type: &'static str, bytes: Vec<u8>) -> Linked {
    let hash = &hex(&Sha256::digest(&bytes))[..10];
    let name = format!("folkmoot-{hash}.{extension}");
    Linked { name, media_type, immutable: true, integrity: integrity(&bytes), bytes }
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

    #[test]
    fn the_loader_names_the_hashed_files_and_the_wasms_integrity() {
        let [embed, glue, wasm] = link(EMBED_SOURCE, "export{}".into(), b"\0asm".to_vec()).unwrap();
        let text = String::from_utf8(embed.bytes).unwrap();
        assert!(text.contains(&glue.name) && text.contains(&wasm.name), "{text}");
        assert!(text.contains(&wasm.integrity) && text.contains(env!("CARGO_PKG_VERSION")), "{text}");
        assert!(!text.contains("__FOLKMOOT"), "{text}");
        assert!(!embed.immutable && glue.immutable && wasm.immutable);
    }

    #[test]
    fn a_name_is_a_hash_of_the_content() {
        let name = |wasm: &[u8]| link(EMBED_SOURCE, String::new(), wasm.to_vec()).unwrap()[2].name.clone();
        assert_eq!(name(b""), "folkmoot-e3b0c44298.wasm");
        assert_ne!(name(b"a"), name(b"b"));
    }

    #[test]
    fn integrity_is_what_browsers_check() {
        let abc = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(integrity(b"abc"), abc);
    }

    #[test]
    fn a_lost_placeholder_is_named() {
        let error = link(&EMBED_SOURCE.replace("WASM", "X"), String::new(), Vec::new()).unwrap_err();
        assert!(error.to_string().contains("\"__FOLKMOOT_WASM__\""), "{error}");
    }
}
