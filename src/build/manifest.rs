//! Step 9: writes the files, and `manifest.json`, which lists them with a hash of what they were made from.
//!
//! The manifest is removed first and written last, so that a build that was interrupted has none.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Error;
use super::compress::Compressed;
use super::cost::Cost;
use super::link::hex;

const MANIFEST: &str = "manifest.json";
/// How long the files of an earlier build are kept, in seconds, since pages that are still open fetch them.
const STAY: u64 = 30 * 24 * 3600;
/// The files of at most this many earlier builds are kept.
const KEPT: usize = 30;
const BROTLI: &str = ".br";
const GZIP: &str = ".gz";

/// The hash of the sources of all steps, by `recipe.rs`: a change to a step makes earlier builds stale.
const RECIPE: &str = env!("FOLKMOOT_RECIPE");

/// The manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Folkmoot's version.
    pub version: String,
    /// SHA-256 of everything the files were made from, in hexadecimal.
    pub inputs: String,
    /// The cost of each kind of poll.
    pub costs: Vec<Cost>,
    /// The files.
    pub files: Vec<File>,
    /// The earlier builds whose files are kept, most recent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// A build that was replaced by a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// When it was replaced, in seconds since 1970-01-01T00:00:00Z.
    pub replaced_at: u64,
    /// Its files, without those that a later build has, too.
    pub files: Vec<File>,
}

/// A file of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The name in the folder and in the URL. The compressed forms have `.br` and `.gz` appended.
    pub name: String,
    /// The value of its `Content-Type`.
    pub media_type: String,
    /// Whether the name has a hash of the content, so that the file may be cached for ever.
    pub immutable: bool,
    /// The names of the parts that need the file; empty where every page needs it.
    #[serde(default)]
    pub parts: Vec<String>,
    /// The tag of the language that the file has texts in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The size, in bytes.
    pub bytes: u64,
    /// The size with gzip, in bytes.
    pub gzip: u64,
    /// The size with brotli, in bytes.
    pub brotli: u64,
    /// Its subresource integrity.
    pub integrity: String,
}

/// A file of a build with its content.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// The file's entry in the manifest.
    pub file: File,
    /// The content.
    pub plain: Vec<u8>,
    /// The content with brotli.
    pub brotli: Vec<u8>,
    /// The content with gzip.
    pub gzip: Vec<u8>,
}

/// Reads a build from its folder.
pub fn load(out: &Path) -> Result<(Manifest, Vec<LoadedFile>), Error> {
    let path = out.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|source| {
        if source.kind() == ErrorKind::NotFound {
            Error::NotBuilt { folder: out.into() }
        } else {
            Error::Read { path: path.clone(), source }
        }
    })?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| Error::Manifest { path, detail: error.to_string() })?;
    let files =
        manifest.files.iter().chain(manifest.earlier.iter().flat_map(|build| &build.files)).map(|file| {
            Ok(LoadedFile {
                file: file.clone(),
                plain: read(out, &file.name, "")?,
                brotli: read(out, &file.name, BROTLI)?,
                gzip: read(out, &file.name, GZIP)?,
            })
        });
    let files = files.collect::<Result<_, Error>>()?;
    Ok((manifest, files))
}

fn read(out: &Path, name: &str, suffix: &str) -> Result<Vec<u8>, Error> {
    let path = sibling(out, name, suffix);
    fs::read(&path).map_err(|source| Error::Read { path, source })
}

/// The hash of everything a build is made from: `parts`, and this binary's version and [`RECIPE`].
pub(super) fn inputs(parts: &[&[u8]]) -> String {
    let own = [env!("CARGO_PKG_VERSION"), RECIPE].into_iter().map(str::as_bytes);
    let mut hash = Sha256::new();
    for part in own.chain(parts.iter().copied()) {
        // With its length, so that bytes that move from one part to the next change the hash.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// The manifest in `out`, if it was made from these inputs and all its files are complete.
pub(super) fn current(out: &Path, inputs: &str) -> Option<Manifest> {
    let manifest: Manifest = serde_json::from_slice(&fs::read(out.join(MANIFEST)).ok()?).ok()?;
    let whole = |name: &str, suffix: &str, bytes: u64| {
        fs::metadata(sibling(out, name, suffix)).is_ok_and(|found| found.is_file() && found.len() == bytes)
    };
    let all_whole = manifest.files.iter().all(|file| {
        whole(&file.name, "", file.bytes)
            && whole(&file.name, BROTLI, file.brotli)
            && whole(&file.name, GZIP, file.gzip)
    });
    (manifest.inputs == inputs && all_whole).then_some(manifest)
}

/// Writes the files and the manifest, and removes the files of earlier builds that are no longer kept. `now` is in seconds since
/// 1970-01-01T00:00:00Z.
pub(super) fn write(
    out: &Path,
    inputs: String,
    costs: Vec<Cost>,
    files: &[Compressed],
    now: u64,
) -> Result<Manifest, Error> {
    let at = |path: PathBuf| move |source| Error::Write { path, source };
    fs::create_dir_all(out).map_err(at(out.into()))?;
    let earlier = kept(out, files, now);
    remove_earlier(out, &earlier).map_err(at(out.into()))?;
    for file in files {
        let forms = [("", &file.plain.bytes), (BROTLI, &file.brotli), (GZIP, &file.gzip)];
        for (suffix, bytes) in forms {
            let path = sibling(out, &file.plain.name, suffix);
            fs::write(&path, bytes).map_err(at(path))?;
        }
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { version, inputs, costs, files: files.iter().map(describe).collect(), earlier };
    let path = out.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|error| Error::Manifest { path: path.clone(), detail: error.to_string() })?;
    // Written under another name and renamed, so that the manifest is complete or missing.
    let draft = sibling(out, MANIFEST, ".new");
    fs::write(&draft, text + "\n").and_then(|()| fs::rename(&draft, &path)).map_err(at(path))?;
    Ok(manifest)
}

/// The builds before the new one whose files are kept, by the manifest in `out`, without files that the new build has, too.
fn kept(out: &Path, files: &[Compressed], now: u64) -> Vec<Earlier> {
    let manifest = fs::read(out.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let Some(Manifest { files: last, earlier, .. }) = manifest else { return Vec::new() };
    let mut seen: Vec<String> = files.iter().map(|file| file.plain.name.clone()).collect();
    let mut builds: Vec<Earlier> = Vec::new();
    for mut build in std::iter::once(Earlier { replaced_at: now, files: last }).chain(earlier) {
        let is_whole =
            |file: &File| ["", BROTLI, GZIP].iter().all(|form| sibling(out, &file.name, form).is_file());
        build.files.retain(|file| file.immutable && !seen.contains(&file.name) && is_whole(file));
        seen.extend(build.files.iter().map(|file| file.name.clone()));
        if !build.files.is_empty() && now < build.replaced_at.saturating_add(STAY) {
            builds.push(build);
        }
    }
    builds.truncate(KEPT);
    builds
}

/// Removes the manifest, and the files of earlier builds that are not `kept`. Files that no build has written stay.
fn remove_earlier(out: &Path, kept: &[Earlier]) -> std::io::Result<()> {
    let stays =
        |name: &str| kept.iter().flat_map(|build| &build.files).any(|file| name.starts_with(&file.name));
    match fs::remove_file(out.join(MANIFEST)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        let ours = entry.file_name().to_str().is_some_and(|name| is_hashed(name) && !stays(name));
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether this is the name of a hashed file of a build, or of its compressed form.
fn is_hashed(name: &str) -> bool {
    let Some((hash, kind)) = name.strip_prefix("folkmoot-").and_then(|rest| rest.split_once('.')) else {
        return false;
    };
    // The names of parts precede the hash.
    let hash = hash.rsplit('-').next().unwrap_or(hash);
    let kind = kind.strip_suffix(BROTLI).or_else(|| kind.strip_suffix(GZIP)).unwrap_or(kind);
    hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && matches!(kind, "js" | "wasm")
}

fn describe(file: &Compressed) -> File {
    File {
        name: file.plain.name.clone(),
        media_type: file.plain.media_type.into(),
        immutable: file.plain.immutable,
        parts: file.plain.parts.clone(),
        language: file.plain.language.clone(),
        bytes: file.plain.bytes.len() as u64,
        gzip: file.gzip.len() as u64,
        brotli: file.brotli.len() as u64,
        integrity: file.plain.integrity.clone(),
    }
}

fn sibling(out: &Path, name: &str, suffix: &str) -> PathBuf {
    out.join([name, suffix].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::link::Linked;

    fn built(out: &Path, wasm: &str) -> Manifest {
        built_at(0, out, wasm)
    }

    fn built_at(now: u64, out: &Path, wasm: &str) -> Manifest {
        let name = format!("folkmoot-{wasm}.wasm");
        let plain = Linked {
            name,
            media_type: "application/wasm",
            immutable: true,
            parts: Vec::new(),
            language: None,
            integrity: "sha384-x".into(),
            bytes: wasm.into(),
        };
        let file = Compressed { plain, brotli: b"br".to_vec(), gzip: b"gz".to_vec() };
        write(out, inputs(&[wasm.as_bytes()]), Vec::new(), &[file], now).unwrap()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let out = tempfile::tempdir().unwrap();
        let written = built(out.path(), "0123456789");
        let (manifest, files) = load(out.path()).unwrap();
        assert_eq!(manifest, written);
        assert_eq!(files[0].plain, b"0123456789");
        assert_eq!((files[0].brotli.as_slice(), files[0].gzip.as_slice()), (&b"br"[..], &b"gz"[..]));
    }

    #[test]
    fn a_build_is_current_while_its_inputs_and_files_are_the_same() {
        let out = tempfile::tempdir().unwrap();
        let manifest = built(out.path(), "0123456789");
        assert_eq!(current(out.path(), &manifest.inputs), Some(manifest.clone()));
        assert_eq!(current(out.path(), &inputs(&[b"other"])), None);
        fs::write(out.path().join("folkmoot-0123456789.wasm.br"), "cut").unwrap();
        assert_eq!(current(out.path(), &manifest.inputs), None);
    }

    #[test]
    fn a_build_without_its_manifest_is_stale() {
        let out = tempfile::tempdir().unwrap();
        let manifest = built(out.path(), "0123456789");
        fs::remove_file(out.path().join(MANIFEST)).unwrap();
        assert_eq!(current(out.path(), &manifest.inputs), None);
        let error = load(out.path()).unwrap_err().to_string();
        assert!(error.contains("run `folkmoot build"), "{error}");
    }

    #[test]
    fn files_of_builds_that_are_long_gone_go_and_files_of_others_stay() {
        let out = tempfile::tempdir().unwrap();
        built(out.path(), "0123456789");
        fs::write(out.path().join("folkmoot-notes.js"), "mine").unwrap();
        built(out.path(), "abcdef0123");
        built_at(STAY, out.path(), "abcdef0123");
        let mut names: Vec<_> = fs::read_dir(out.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let [wasm, br, gz] = ["", BROTLI, GZIP].map(|suffix| ["folkmoot-abcdef0123.wasm", suffix].concat());
        assert_eq!(names, [wasm, br, gz, "folkmoot-notes.js".into(), MANIFEST.into()]);
    }

    #[test]
    fn embedding_16_the_files_of_a_build_stay_for_thirty_days_after_the_next() {
        let out = tempfile::tempdir().unwrap();
        let day = 24 * 3600;
        for (now, name) in [(0, "0000000000"), (day, "1111111111"), (2 * day, "2222222222")] {
            built_at(now, out.path(), name);
        }
        let served = |now: u64, name: &str| -> Vec<String> {
            built_at(now, out.path(), name);
            let (_, files) = load(out.path()).unwrap();
            files.into_iter().map(|file| file.file.name[9..10].to_owned()).collect()
        };
        assert_eq!(served(31 * day - 1, "3333333333"), ["3", "2", "1", "0"]);
        assert_eq!(
            served(31 * day, "4444444444"),
            ["4", "3", "2", "1"],
            "the first was replaced 30 days ago"
        );
        assert_eq!(served(32 * day, "2222222222"), ["2", "4", "3"], "that one is this build's now");
        assert!(!out.path().join("folkmoot-1111111111.wasm").exists());
    }

    #[test]
    fn no_more_than_thirty_builds_stay() {
        let out = tempfile::tempdir().unwrap();
        for n in 0..40 {
            built(out.path(), &format!("{n:010}"));
        }
        assert_eq!(load(out.path()).unwrap().1.len(), 1 + KEPT);
    }

    #[test]
    fn bytes_that_change_sides_change_the_inputs() {
        assert_ne!(inputs(&[b"ab", b"c"]), inputs(&[b"a", b"bc"]));
    }
}
