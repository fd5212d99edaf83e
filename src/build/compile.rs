//! Step 1: cargo compiles the crate to wasm.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;
use super::split::RELOCATIONS;

const TARGET: &str = "wasm32-unknown-unknown";
const CRATE: &str = "folkmoot";

/// The stack has 896 KiB. Static data, which follows it, then has addresses below 1 MiB, each of which takes a byte less.
const STACK: &str = "-Clink-arg=-zstack-size=917504";

/// Whether the toolchain of the `source` folder can compile to wasm.
pub(super) fn target_installed(source: &Path) -> Result<bool, Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(&rustc);
    command.args(["--print", "target-libdir", "--target", TARGET]).current_dir(source).stderr(Stdio::null());
    let printed = command.output().map_err(|error| start_error(&rustc, error))?;
    let folder = String::from_utf8_lossy(&printed.stdout);
    Ok(printed.status.success() && Path::new(folder.trim()).is_dir())
}

/// Makes rustup install the target for the toolchain of the `source` folder.
pub(super) fn add_target(source: &Path) -> Result<(), Error> {
    let added = Command::new("rustup").args(["target", "add", TARGET]).current_dir(source).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Error::Target),
    }
}

/// Compiles the crate, and returns the wasm file of the linker. What cargo prints for people goes to stderr, so that a first
/// run shows progress.
pub(super) fn compile(source: &Path) -> Result<Vec<u8>, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .current_dir(source)
        .args(["rustc", "--locked", "--lib", "--crate-type", "cdylib"])
        .args(["--target", TARGET, "--profile", "widget"])
        .arg("--message-format=json-render-diagnostics")
        .args(["--config", &flags(source)])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    // `cargo run` sets these variables for this package. The cargo that is started here would take them for the user's settings.
    for (name, _) in env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    let mut child = command.spawn().map_err(|error| start_error(&cargo, error))?;
    let artifact = child.stdout.take().and_then(|messages| {
        // Read to the end, or cargo would fail on a closed pipe.
        BufReader::new(messages).lines().map_while(Result::ok).filter_map(|line| wasm_of(&line)).last()
    });
    let status = child.wait().map_err(|error| start_error(&cargo, error))?;
    if !status.success() {
        return Err(Error::Compile);
    }
    let path = artifact.ok_or(Error::NoArtifact { crate_name: CRATE })?;
    std::fs::read(&path).map_err(|source| Error::Read { path, source })
}

/// The wasm file that one of cargo's messages names, if any.
fn wasm_of(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "compiler-artifact" || message["target"]["name"] != CRATE {
        return None;
    }
    let files = message["filenames"].as_array()?.iter().filter_map(|file| file.as_str());
    files.map(PathBuf::from).find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

/// The cargo setting with the compiler's flags. `--remap-path-prefix` keeps the paths of this machine out of the wasm: the hash
/// must not depend on them, and they are private.
fn flags(source: &Path) -> String {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default();
    let folders =
        [(home, "cargo"), (std::path::absolute(source).unwrap_or_else(|_| source.into()), "folkmoot")];
    let remapped = folders.map(|(folder, name)| {
        serde_json::Value::from(["--remap-path-prefix=", &folder.to_string_lossy(), "=", name].concat())
            .to_string()
    });
    // A JSON string is a TOML string, too.
    format!("target.{TARGET}.rustflags=[{},\"{RELOCATIONS}\",\"{STACK}\"]", remapped.join(","))
}

fn start_error(program: &OsString, source: std::io::Error) -> Error {
    Error::Start { program: program.to_string_lossy().into_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wasm_is_found_in_the_message_about_this_crate_only() {
        let ours = r#"{"reason":"compiler-artifact","target":{"name":"folkmoot"},"filenames":["/t/a.d","/t/a.wasm"]}"#;
        assert_eq!(wasm_of(ours), Some(PathBuf::from("/t/a.wasm")));
        assert_eq!(wasm_of(&ours.replace("\"folkmoot\"", "\"yew\"")), None);
        assert_eq!(wasm_of(&ours.replace("compiler-artifact", "build-finished")), None);
        assert_eq!(wasm_of("not json"), None);
    }
}
