//! The folders are the architecture: an arrow that points up fails here.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// What each folder or file of `src/` may use of the others. `lib.rs`, `main.rs` and `cli.rs` stand above all.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("api", &["domain"]),
    ("sync", &["domain", "api"]),
    ("hosts", &["domain", "api", "sync"]),
    ("contract", &[]),
    ("ui", &["domain", "sync", "contract"]),
    ("browser", &["domain", "api", "sync", "hosts", "contract", "ui"]),
    ("server", &["domain", "api", "contract"]),
    ("check", &["domain", "api", "sync", "hosts"]),
    ("json", &["api"]),
    ("build", &[]),
    ("stop", &[]),
];

/// These run in native tests as in the browser, so they know nothing of it.
const WITHOUT_WEB: [&str; 4] = ["domain", "api", "sync", "hosts"];
const WEB: [&str; 5] = ["web_sys", "js_sys", "wasm_bindgen", "yew", "gloo"];

#[test]
fn no_arrow_points_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    look_through(&src, "", &mut faults);
    assert!(faults.is_empty(), "against the table in this test:\n{}", faults.join("\n"));
}

fn look_through(folder: &Path, under: &str, faults: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = [under, entry.file_name().to_str().unwrap()].concat();
        if entry.file_type().unwrap().is_dir() {
            look_through(&entry.path(), &[&name, "/"].concat(), faults);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            faults.extend(faults_of(&name, &fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// What is wrong in one file, given by its path under `src/`; one line each.
fn faults_of(file: &str, source: &str) -> Vec<String> {
    let code = source.lines().map(without_comment).collect::<Vec<_>>().join("\n");
    let fault = |at: usize, what: String| {
        let line = code[..at].matches('\n').count() + 1;
        format!("src/{file}:{line}: {what}")
    };
    let mut faults = Vec::new();
    if file != "lib.rs" {
        for gate in ["cfg(", "cfg!(", "cfg_attr("] {
            let gates = words(&code, gate)
                .filter(|(_, rest)| !rest.starts_with("test)") && !rest.starts_with("test,"));
            faults.extend(gates.map(|(at, _)| fault(at, format!("`{gate}…)`: gates stand in lib.rs alone"))));
        }
    }
    let owner = file.split('/').next().unwrap().trim_end_matches(".rs");
    if ["lib", "main", "cli"].contains(&owner) {
        return faults;
    }
    let Some((_, allowed)) = MAY_USE.iter().find(|(folder, _)| *folder == owner) else {
        return vec![format!(
            "src/{file}:1: `{owner}` has no place in the architecture: give it one in this test"
        )];
    };
    for (at, used) in used(file, &code) {
        let known = MAY_USE.iter().any(|(folder, _)| *folder == used);
        if known && used != owner && !allowed.contains(&used) {
            faults.push(fault(at, format!("`{owner}` uses `{used}`, which it may not")));
        }
    }
    if WITHOUT_WEB.contains(&owner) {
        for name in WEB {
            faults.extend(words(&code, name).map(|(at, _)| fault(at, format!("`{owner}` names `{name}`"))));
        }
    }
    faults
}

fn without_comment(line: &str) -> &str {
    let comment = line.match_indices("//").find(|(at, _)| line[..*at].trim_end().len() < *at || *at == 0);
    comment.map_or(line, |(at, _)| &line[..at])
}

/// Where the text stands at the beginning of a word, and what follows it.
fn words<'a, 'b>(code: &'a str, text: &'b str) -> impl Iterator<Item = (usize, &'a str)> + use<'a, 'b> {
    code.match_indices(text)
        .filter(|(at, _)| !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
        .map(move |(at, _)| (at, &code[at + text.len()..]))
}

/// The modules at the crate's root that a file names, by `crate::` or by enough `super::`.
fn used<'a>(file: &str, code: &'a str) -> Vec<(usize, &'a str)> {
    let depth = file.split('/').filter(|part| *part != "mod.rs").count();
    let up = "super::".repeat(depth);
    let from_root = words(code, "crate::").collect::<Vec<_>>();
    let climbed =
        words(code, &up).filter(|(at, rest)| !code[..*at].ends_with("::") && !rest.starts_with("super"));
    let paths = from_root.into_iter().chain(climbed.collect::<Vec<_>>());
    paths.flat_map(|(at, rest)| first_names(rest).into_iter().map(move |name| (at, name))).collect()
}

/// `sync` of `sync::Store`, `api` and `sync` of `{api::{Poll, Session}, sync}`.
fn first_names(path: &str) -> Vec<&str> {
    let name = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let Some(group) = path.strip_prefix('{') else { return vec![&path[..name(path)]] };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = group[start..at].trim_start();
                names.push(&part[..name(part)]);
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn a_planted_arrow_is_found_with_its_line() {
    let planted = "//! Words.\n\nuse crate::domain::poll;\nuse crate::sync::State;\n";
    assert_eq!(faults_of("api/poll.rs", planted), ["src/api/poll.rs:4: `api` uses `sync`, which it may not"]);
    assert!(faults_of("browser/mod.rs", planted).is_empty());
}

#[test]
fn a_planted_arrow_is_found_in_a_group_a_path_and_by_climbing() {
    for planted in [
        "use crate::{domain::{id, poll}, server::{Config, Asset}};",
        "fn f() -> crate::server::Config { todo() }",
        "use super::super::server::Config;",
    ] {
        let found = faults_of("sync/outbox.rs", planted);
        assert_eq!(found, ["src/sync/outbox.rs:1: `sync` uses `server`, which it may not"], "{planted}");
    }
    assert!(faults_of("sync/outbox.rs", "use super::server; // crate::server").is_empty());
    assert_eq!(faults_of("sync/mod.rs", "use super::server;").len(), 1);
}

#[test]
fn a_planted_gate_is_found() {
    let planted = "#[cfg(target_arch = \"wasm32\")]\nfn f() {}\n#[cfg(test)]\nmod tests {}\n";
    assert_eq!(
        faults_of("server/mod.rs", planted),
        ["src/server/mod.rs:1: `cfg(…)`: gates stand in lib.rs alone"]
    );
    assert!(faults_of("lib.rs", planted).is_empty());
}

#[test]
fn a_planted_web_name_is_found() {
    let planted = "/// Not for yew.\nuse web_sys::Window;";
    assert_eq!(faults_of("domain/poll.rs", planted), ["src/domain/poll.rs:2: `domain` names `web_sys`"]);
    assert!(faults_of("ui/poll.rs", planted).is_empty());
}

#[test]
fn a_folder_without_a_place_is_found() {
    assert!(faults_of("utils/mod.rs", "")[0].contains("no place in the architecture"));
}
