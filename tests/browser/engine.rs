//! The three engines, as WebDriver asks for them.

use std::env;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Whose rendering a run looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Blink,
    /// Firefox.
    Gecko,
    /// WebKitGTK's MiniBrowser.
    WebKit,
}

impl Engine {
    /// The engine of this run, and where its driver answers.
    pub fn of_this_run() -> (Self, String) {
        const HOW: &str = "the browser tests need a driver: run them with `tests/run --engine chromium`";
        let engine = match env::var("FOLKMOOT_ENGINE").expect(HOW).as_str() {
            "chromium" => Self::Blink,
            "firefox" => Self::Gecko,
            "webkit" => Self::WebKit,
            other => panic!("FOLKMOOT_ENGINE is {other:?}, not chromium, firefox or webkit; {HOW}"),
        };
        (engine, env::var("WEBDRIVER_URL").expect(HOW))
    }

    /// As `tests/run --engine` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blink => "chromium",
            Self::Gecko => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// What a session is asked to be.
    pub fn capabilities(self) -> Map<String, Value> {
        let asked = match self {
            Self::Blink => json!({ "goog:chromeOptions": { "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage",
            ] } }),
            Self::Gecko => json!({ "moz:firefoxOptions": { "args": ["-headless"] } }),
            Self::WebKit => json!({ "webkitgtk:browserOptions": {
                "binary": mini_browser(), "args": ["--automation"],
            } }),
        };
        let Value::Object(asked) = asked else { unreachable!("capabilities are an object") };
        asked
    }
}

/// The browser that comes with WebKitGTK, wherever this distribution puts it.
fn mini_browser() -> String {
    let versions = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    let folders = std::fs::read_dir("/usr/lib").expect("WebKitGTK is a Linux package, under /usr/lib");
    let places = folders.filter_map(Result::ok).flat_map(|folder| versions.map(|v| folder.path().join(v)));
    let found = places.map(|place| place.join("MiniBrowser")).find(|path| Path::is_file(path));
    found.expect("MiniBrowser is not under /usr/lib/*/webkit2gtk-*: install it").display().to_string()
}
