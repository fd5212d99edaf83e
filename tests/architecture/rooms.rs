//! Arrows between rooms point down, and what knows nothing of the browser names nothing of it.

use crate::sources::Sources;

/// What each folder or file of `src/` may use of the others. `lib.rs`, `main.rs` and `cli.rs` stand above all.
const MAY_USE: [(&str, &[&str]); 18] = [
    ("domain", &[]),
    ("api", &["domain"]),
    ("sync", &["domain", "api", "contract"]),
    ("hosts", &["domain", "api", "sync", "contract"]),
    ("contract", &[]),
    ("words", &["domain"]),
    ("ui", &["domain", "sync", "contract", "words"]),
    ("browser", &["domain", "api", "sync", "hosts", "contract", "words", "ui"]),
    ("clock", &["domain"]),
    ("wire", &["domain", "api", "contract"]),
    ("server", &["domain", "api", "wire", "contract", "clock", "locks", "render", "sync"]),
    ("check", &["domain", "api", "wire", "sync", "hosts", "contract", "clock"]),
    ("render", &["domain", "sync", "ui", "words", "wire"]),
    ("json", &["api"]),
    ("staff", &["domain", "api", "contract"]),
    ("build", &["contract"]),
    ("locks", &[]),
    ("stop", &[]),
];

/// These run in native tests as in the browser, so they know nothing of it.
const WITHOUT_WEB: [&str; 6] = ["domain", "api", "sync", "hosts", "ui", "words"];
const WEB: [&str; 5] = ["web_sys", "js_sys", "wasm_bindgen", "yew", "gloo"];

/// What the files of a folder never use, though others of their room do.
const NEVER: [(&str, &str); 4] = [
    ("server/store/", "api/"),
    ("server/store/rows/", "server/store/reads/"),
    ("server/store/rows/", "server/store/deeds/"),
    ("server/store/reads/", "server/store/deeds/"),
];

/// Of the files of a room, those that a folder may use, and no others: the browser knows a kind of host by its interface alone.
const ONLY: [(&str, &str, &[&str]); 1] = [("browser/", "hosts/", &["hosts/mod.rs", "hosts/call.rs"])];

/// Libraries that one folder alone names.
const KEPT: [(&str, &str); 1] = [("sqlx", "server/store/rows/sql/")];

/// The folder or file of `src/` in which a file stands; nothing for what stands above all.
fn room(file: &str) -> Option<&str> {
    let room = file.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main", "cli"].contains(&room)).then_some(room)
}

/// What is wrong, one line each.
fn faults(sources: &Sources) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |file: &str, line: usize, what: String| faults.push(format!("src/{file}:{line}: {what}"));
    for file in sources.files() {
        if let Some(room) = room(file)
            && !MAY_USE.iter().any(|(known, _)| *known == room)
        {
            fault(file, 1, format!("`{room}` has no place in the architecture: give it one in this test"));
        }
    }
    for arrow in sources.arrows() {
        let (Some(from), Some(to)) = (room(&arrow.from), room(&arrow.to)) else { continue };
        let allowed = MAY_USE.iter().any(|(room, allowed)| *room == from && allowed.contains(&to));
        let never =
            NEVER.iter().any(|(folder, other)| arrow.from.starts_with(folder) && arrow.to.starts_with(other));
        let others = ONLY.iter().any(|(folder, other, files)| {
            arrow.from.starts_with(folder) && arrow.to.starts_with(other) && !files.contains(&&*arrow.to)
        });
        if never || others || from != to && !allowed {
            fault(
                &arrow.from,
                arrow.line,
                format!("`{from}` uses `{}` of `{to}`, which it may not", arrow.item),
            );
        }
    }
    for first in sources.firsts() {
        let without_web = room(first.file).filter(|room| WITHOUT_WEB.contains(room));
        if let Some(room) = without_web.filter(|_| WEB.contains(&first.name)) {
            fault(first.file, first.line, format!("`{room}` names `{}`", first.name));
        }
        let kept =
            KEPT.iter().find(|(library, folder)| first.name == *library && !first.file.starts_with(folder));
        if let Some((library, folder)) = kept {
            fault(first.file, first.line, format!("names `{library}`, which src/{folder} alone does"));
        }
    }
    for (file, line) in sources.gates().filter(|(file, _)| *file != "lib.rs") {
        fault(file, line, "a `cfg`: gates stand in lib.rs alone".into());
    }
    faults
}

#[test]
fn no_arrow_points_up() {
    let faults = faults(&Sources::here());
    assert!(faults.is_empty(), "against the table in this test:\n{}", faults.join("\n"));
}

/// A crate with the first file in it, beside what that may and may not use.
fn planted(file: &str, code: &str) -> Vec<String> {
    let lib = "mod api;\nmod browser;\nmod domain;\nmod server;\nmod sync;\n";
    let mut files = vec![
        ("lib.rs", lib),
        ("api/mod.rs", "pub mod poll;"),
        ("api/poll.rs", ""),
        ("browser/mod.rs", ""),
        ("domain/mod.rs", "pub struct Poll;\npub mod id { pub struct Id; }"),
        ("server/mod.rs", "mod config;\npub use config::Config;\npub mod store {}"),
        ("server/config.rs", "pub struct Config;\npub struct Asset;"),
        ("sync/mod.rs", "mod outbox;\nmod state;\npub use state::*;"),
        ("sync/state.rs", "pub struct State;"),
        ("sync/outbox.rs", ""),
    ];
    files.retain(|(name, _)| *name != file);
    files.push((file, code));
    faults(&Sources::of(&files))
}

#[test]
fn a_planted_arrow_is_found_with_its_line() {
    let code =
        "//! Words.\n\nuse crate::domain::Poll;\nuse crate::sync::State;\n\nfn f(_: Poll, _: State) {}\n";
    assert_eq!(
        planted("api/poll.rs", code),
        ["src/api/poll.rs:4: `api` uses `State` of `sync`, which it may not"]
    );
    assert!(planted("browser/mod.rs", code).is_empty());
}

#[test]
fn a_planted_arrow_is_found_in_a_group_a_path_a_macro_and_by_climbing() {
    for code in [
        "use crate::{domain::id::Id, server::{Config, store}};",
        "fn f() -> crate::server::Config { todo() }",
        "use super::super::server::Config;",
        "fn f() { html! { <b>{crate::server::Config}</b> } }",
    ] {
        let found = planted("sync/outbox.rs", code);
        assert_eq!(
            found,
            ["src/sync/outbox.rs:1: `sync` uses `Config` of `server`, which it may not"],
            "{code}"
        );
    }
    assert!(planted("sync/outbox.rs", "use super::state::State; // crate::server::Config").is_empty());
}

#[test]
fn a_planted_gate_is_found() {
    let code = "#[cfg(target_arch = \"wasm32\")]\nfn f() {}\n#[cfg(test)]\nmod tests {}\n";
    let found = ["src/server/config.rs:1: a `cfg`: gates stand in lib.rs alone"];
    assert_eq!(planted("server/config.rs", code), found);
    assert_eq!(planted("server/config.rs", "fn f() -> bool { cfg!(unix) }"), found);
    assert_eq!(planted("server/config.rs", "#[cfg_attr(unix, inline)] fn f() {}"), found);
}

#[test]
fn a_planted_web_name_is_found() {
    let code = "/// Not for yew.\nuse web_sys::Window;";
    assert_eq!(planted("domain/mod.rs", code), ["src/domain/mod.rs:2: `domain` names `web_sys`"]);
    assert!(planted("browser/mod.rs", code).is_empty());
}

#[test]
fn a_folder_without_a_place_is_found() {
    let found = faults(&Sources::of(&[("lib.rs", "mod utils;"), ("utils/mod.rs", "")]));
    assert_eq!(
        found,
        ["src/utils/mod.rs:1: `utils` has no place in the architecture: give it one in this test"]
    );
}

#[test]
fn a_planted_arrow_between_storeys_is_found() {
    let code = "use super::super::deeds::cast;\nfn f() { cast() }";
    let files = [
        ("lib.rs", "mod server;"),
        ("server/mod.rs", "mod store;"),
        ("server/store/mod.rs", "mod deeds;\nmod reads;"),
        ("server/store/deeds/mod.rs", "pub fn cast() {}"),
        ("server/store/reads/mod.rs", "pub mod polls;"),
        ("server/store/reads/polls.rs", code),
    ];
    let found = ["src/server/store/reads/polls.rs:1: `server` uses `cast` of `server`, which it may not"];
    assert_eq!(faults(&Sources::of(&files)), found);
}

#[test]
fn a_planted_arrow_from_the_browser_to_a_kind_of_host_is_found() {
    let found = |code| {
        let lib = "mod browser;\nmod hosts;\ntype SiteHost = hosts::native::Native;\nuse hosts::native::Native as Again;";
        let files = [
            ("lib.rs", lib),
            ("browser/mod.rs", code),
            ("hosts/mod.rs", "pub mod native;\npub trait Host {}"),
            ("hosts/native.rs", "pub struct Native;"),
        ];
        faults(&Sources::of(&files))
    };
    assert!(found("use crate::hosts::Host;\nfn f() -> impl Host { crate::SiteHost {} }").is_empty());
    let fault = ["src/browser/mod.rs:1: `browser` uses `Native` of `hosts`, which it may not"];
    assert_eq!(found("use crate::hosts::native::Native;"), fault);
    assert_eq!(found("fn f() { crate::Again }"), fault);
}

#[test]
fn a_planted_name_of_a_library_that_another_folder_keeps_is_found() {
    for code in ["use sqlx::Row;", "fn f() { sqlx::query(\"\"); }", "#[derive(sqlx::FromRow)]\nstruct Poll;"]
    {
        let found = ["src/server/config.rs:1: names `sqlx`, which src/server/store/rows/sql/ alone does"];
        assert_eq!(planted("server/config.rs", code), found, "{code}");
    }
}
