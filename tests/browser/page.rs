//! A window with a page in it, and paths to what is in the page.
//!
//! Finding goes through open shadow roots. Every act and every check tries until it succeeds or [`PATIENCE`] ends, so no
//! test sleeps. Clicks and keys are the browser's own input, not events made by a script.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions, PointerAction, TouchActions};
use fantoccini::elements::Element as Found;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

pub use fantoccini::key::Key;

use crate::client::Browser;
use crate::embed::LANG;
use crate::engine::Engine;

/// How long anything may take to come true.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(20);

const PIERCE: &str = include_str!("pierce.js");

/// A window.
#[derive(Clone)]
pub struct Page {
    browser: Browser,
    window: WindowHandle,
}

impl Page {
    pub(crate) const fn new(browser: Browser, window: WindowHandle) -> Self {
        Self { browser, window }
    }

    /// Goes to another URL in this window.
    pub async fn goto(&self, url: &str) {
        self.switch().await.unwrap();
        self.browser.client.goto(url).await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.switch().await.unwrap();
        self.browser.client.refresh().await.unwrap();
    }

    /// Closes the window, as a member closes a tab.
    pub async fn close(self) {
        self.switch().await.unwrap();
        self.browser.client.close_window().await.unwrap();
        *self.browser.window.lock().await = None;
    }

    /// Whose rendering this is.
    pub const fn engine(&self) -> Engine {
        self.browser.engine()
    }

    /// The first element that matches, in whatever shadow tree; looked for when it is used, each time anew.
    pub fn find(&self, css: &str) -> Element {
        Element { page: self.clone(), steps: vec![json!({ "css": css })] }
    }

    /// What `return …` in this script gives.
    pub async fn eval(&self, script: &str) -> Value {
        self.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until `return …` in this script gives `expected`.
    pub async fn becomes(&self, script: &str, expected: impl Into<Value>) {
        let expected = expected.into();
        let found = until(async || self.execute(script, Vec::new()).await, |value| *value == expected).await;
        assert_eq!(found, Ok(expected), "{script}");
    }

    /// Presses and lets go of a key, wherever the focus is.
    pub async fn press(&self, key: Key) {
        self.press_keys(&[char::from(key)]).await;
    }

    /// Presses a key while another, such as Shift, is down.
    pub async fn press_with(&self, held: Key, key: Key) {
        self.press_keys(&[char::from(held), char::from(key)]).await;
    }

    /// Types a text, wherever the focus is.
    pub async fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press_keys(&[letter]).await;
        }
    }

    async fn press_keys(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        let actions = down.chain(up).fold(KeyActions::new("keyboard".into()), KeyActions::then);
        self.switch().await.unwrap();
        self.browser.client.perform_actions(actions).await.unwrap();
    }

    /// What the page said on the console, as `level: text`.
    pub async fn console(&self) -> Vec<String> {
        self.kept("console").await
    }

    /// Errors that nobody caught, and promises.
    pub async fn errors(&self) -> Vec<String> {
        self.kept("errors").await
    }

    /// What the page's Content-Security-Policy has stopped.
    pub async fn violations(&self) -> Vec<String> {
        self.kept("violations").await
    }

    async fn kept(&self, what: &str) -> Vec<String> {
        let kept = self.eval(&format!("return window.folkmootKept.{what};")).await;
        serde_json::from_value(kept).expect("a page with the collector")
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        self.browser.wear();
        self.switch().await.unwrap();
        self.browser.client.set_window_size(width, height).await.unwrap();
    }

    /// Writes a picture of what is in view.
    pub async fn screenshot(&self, file: impl AsRef<Path>) {
        self.switch().await.unwrap();
        let picture = self.browser.client.screenshot().await.unwrap();
        std::fs::write(file, picture).unwrap();
    }

    /// Runs a command of Chromium's DevTools protocol; `None` in other engines.
    pub async fn cdp(&self, command: &str, params: Value) -> Option<Value> {
        self.switch().await.unwrap();
        self.browser.cdp(command, params).await
    }

    /// What axe finds against WCAG 2.2 AA, shadow trees included; one line a finding.
    pub async fn axe(&self) -> Vec<String> {
        // Half a megabyte to send and to compile.
        if self.eval("return typeof axe === 'undefined';").await == true {
            let path = std::env::var("FOLKMOOT_AXE").expect("FOLKMOOT_AXE, which `tests/run` sets");
            let axe = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            self.eval(&axe).await;
        }
        let script = [PIERCE, include_str!("axe.js")].concat();
        // Colours are the same in every language, and most of axe's time is theirs.
        let contrast = json!(*LANG == "en");
        let findings = self.browser.client.execute_async(&script, vec![contrast]).await.unwrap();
        serde_json::from_value(findings).unwrap()
    }

    async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value, CmdError> {
        self.switch().await?;
        self.browser.client.execute(script, arguments).await
    }

    /// Makes this window the one that commands go to.
    async fn switch(&self) -> Result<(), CmdError> {
        let mut current = self.browser.window.lock().await;
        if current.as_ref() != Some(&self.window) {
            self.browser.client.switch_to_window(self.window.clone()).await?;
            *current = Some(self.window.clone());
        }
        Ok(())
    }
}

/// A path to an element: nothing is looked for until it is used.
#[derive(Clone)]
pub struct Element {
    page: Page,
    steps: Vec<Value>,
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |step: &Value| match step.as_object().and_then(|step| step.iter().next()) {
            Some((kind, value)) if kind == "css" => value.as_str().unwrap_or_default().to_owned(),
            Some((kind, value)) => format!("with the {kind} {value}"),
            None => String::new(),
        };
        f.write_str(&self.steps.iter().map(part).collect::<Vec<_>>().join(" › "))
    }
}

impl Element {
    /// The first in it that matches, in whatever shadow tree.
    pub fn find(&self, css: &str) -> Self {
        self.step(json!({ "css": css }))
    }

    /// Of those that match, the first that shows this text.
    pub fn with_text(&self, text: impl AsRef<str>) -> Self {
        self.step(json!({ "text": plain(text.as_ref()) }))
    }

    /// The first element in it that `aria-label` calls so.
    pub fn named(&self, name: impl AsRef<str>) -> Self {
        self.find("[aria-label]").step(json!({ "name": plain(name.as_ref()) }))
    }

    /// The first button in it that shows this and nothing else.
    pub fn button(&self, text: impl AsRef<str>) -> Self {
        self.find("button").step(json!({ "label": plain(text.as_ref()) }))
    }

    /// Of those that match, the one with this number, from 0.
    pub fn nth(&self, number: usize) -> Self {
        self.step(json!({ "nth": number }))
    }

    fn step(&self, step: Value) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { page: self.page.clone(), steps }
    }

    /// Clicks it, as a mouse does; again, if the page changed it under the hand.
    pub async fn click(&self) {
        self.act("click", async |element: Found| element.click().await).await;
    }

    /// Taps it, as a finger does.
    pub async fn tap(&self) {
        self.act("tap", async |element: Found| {
            let finger = self.touch(element).await?.then(PointerAction::Up { button: 0 });
            self.page.browser.client.perform_actions(finger).await
        })
        .await;
    }

    /// Takes it with a finger, and lets go so many pixels further down, or up.
    pub async fn drag(&self, down: f64) {
        self.act("drag", async |element: Found| {
            let step =
                || PointerAction::MoveBy { duration: Some(Duration::from_millis(50)), x: 0.0, y: down / 2.0 };
            let finger =
                self.touch(element).await?.then(step()).then(step()).then(PointerAction::Up { button: 0 });
            self.page.browser.client.perform_actions(finger).await
        })
        .await;
    }

    /// A finger that has come down on it.
    async fn touch(&self, element: Found) -> Result<TouchActions, CmdError> {
        let script = "arguments[0].scrollIntoView({ block: 'center' });";
        self.page.browser.client.execute(script, vec![serde_json::to_value(&element)?]).await?;
        let to = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        Ok(TouchActions::new("finger".into()).then(to).then(PointerAction::Down { button: 0 }))
    }

    async fn act(&self, what: &str, act: impl AsyncFn(Found) -> Result<(), CmdError>) {
        let attempt = async || {
            let found = self.look("return found[0] ?? null;").await?;
            let Some(id) = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str)
            else {
                return Ok(json!("it is not there"));
            };
            act(Found::from_element_id(self.page.browser.client.clone(), id.to_owned().into())).await?;
            Ok::<_, CmdError>(Value::Null)
        };
        match until(attempt, Value::is_null).await {
            Ok(Value::Null) => {}
            Ok(why) => panic!("cannot {what} {self:?}: {why}"),
            Err(error) => panic!("cannot {what} {self:?}: {error}"),
        }
    }

    /// Focuses it.
    pub async fn focus(&self) {
        self.eval("element.focus();").await;
    }

    /// What `return …` in this script gives, with the element as `element`.
    pub async fn eval(&self, script: &str) -> Value {
        let script = format!(
            "const element = found[0]; if (!element) return {{ absent: true }};\n\
                              return {{ value: (() => {{ {script} }})() ?? null }};"
        );
        let seen = until(async || self.look(&script).await, |seen| seen.get("value").is_some()).await;
        match seen {
            Ok(mut seen) if seen.get("value").is_some() => seen["value"].take(),
            Ok(_) => panic!("{self:?} is not there"),
            Err(error) => panic!("{self:?}: {error}"),
        }
    }

    /// What a reader sees of it, white space collapsed.
    pub async fn text(&self) -> String {
        self.eval("return seen(element);").await.as_str().unwrap_or_default().to_owned()
    }

    /// The attribute's value.
    pub async fn attribute(&self, name: &str) -> Option<String> {
        let value = self.eval(&format!("return element.getAttribute({});", json!(name))).await;
        value.as_str().map(str::to_owned)
    }

    /// How many there are now.
    pub async fn count(&self) -> u64 {
        let count =
            self.look("return found.length;").await.unwrap_or_else(|error| panic!("{self:?}: {error}"));
        count.as_u64().unwrap_or_default()
    }

    /// Waits until it shows exactly this.
    pub async fn text_becomes(&self, expected: impl AsRef<str>) {
        self.becomes("return seen(element);", plain(expected.as_ref())).await;
    }

    /// Waits until it shows this, among other things.
    pub async fn text_contains(&self, part: impl AsRef<str>) {
        let part = &plain(part.as_ref());
        let look = async || self.look("return found[0] ? seen(found[0]) : null;").await;
        let shown = until(look, |shown| shown.as_str().is_some_and(|text| text.contains(part))).await;
        let shown = shown.unwrap_or_else(|error| panic!("{self:?}: {error}"));
        assert!(
            shown.as_str().is_some_and(|text| text.contains(part)),
            "{self:?} shows {shown}, not {part:?}"
        );
    }

    /// Waits until it does not show this.
    pub async fn text_lacks(&self, part: impl AsRef<str>) {
        let part = json!(plain(part.as_ref()));
        self.becomes(&format!("const text = seen(element); return !text.includes({part}) || text;"), true)
            .await;
    }

    /// Waits until what it shows matches a regular expression.
    pub async fn text_matches(&self, pattern: impl AsRef<str>) {
        let pattern = pattern.as_ref();
        self.becomes(
            &format!("const text = seen(element); return RegExp({}).test(text) || text;", json!(pattern)),
            true,
        )
        .await;
    }

    /// Waits until `return …` in this script, with the element as `element`, gives `expected`.
    pub async fn becomes(&self, script: &str, expected: impl Into<Value>) {
        let expected = expected.into();
        let script = format!("const element = found[0]; if (!element) return 'absent';\n{script}");
        let found = until(async || self.look(&script).await, |value| *value == expected).await;
        assert_eq!(found, Ok(expected), "{self:?}");
    }

    /// Waits until there are this many.
    pub async fn count_becomes(&self, expected: usize) {
        let found = until(async || self.look("return found.length;").await, |count| *count == expected).await;
        assert_eq!(found, Ok(json!(expected)), "how many {self:?}");
    }

    /// Waits until it is there and takes up room.
    pub async fn appears(&self) {
        self.becomes("return element.getClientRects().length > 0;", true).await;
    }

    /// Waits until it is gone, or takes up none.
    pub async fn disappears(&self) {
        let look =
            async || self.look("return found.some((element) => element.getClientRects().length > 0);").await;
        assert_eq!(until(look, |shown| *shown == false).await, Ok(json!(false)), "whether {self:?} is shown");
    }

    /// Waits until it has the focus.
    pub async fn gets_focus(&self) {
        let look = async || {
            let script =
                "const at = focused(); return found[0] === at || (at?.outerHTML ?? 'nothing').slice(0, 200);";
            self.look(script).await
        };
        assert_eq!(
            until(look, |focus| *focus == true).await,
            Ok(json!(true)),
            "whether {self:?} has the focus"
        );
    }

    /// Runs a script that finds the path's elements as `found`.
    async fn look(&self, script: &str) -> Result<Value, CmdError> {
        let script = format!("{PIERCE}\nconst found = all(arguments[0]);\n{script}");
        self.page.execute(&script, vec![json!(self.steps)]).await
    }
}

/// Tries until `done` or [`PATIENCE`] ends, and gives the last outcome. An error may be of the moment, too.
pub async fn until<E: std::fmt::Display>(
    attempt: impl AsyncFn() -> Result<Value, E>,
    done: impl Fn(&Value) -> bool,
) -> Result<Value, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let outcome = attempt().await;
        if outcome.as_ref().is_ok_and(&done) || Instant::now() > deadline {
            return outcome.map_err(|error| error.to_string());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A text as the tests compare it: without the isolates and marks that set directions, white space collapsed.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}' => {}
            _ if !c.is_whitespace() => out.push(c),
            _ if out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out
}
