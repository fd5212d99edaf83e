//! The one WebDriver session of a run, and what each test finds of it: one window as it was opened, no cookies.

use std::any::type_name_of_val;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex as Lock, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use fantoccini::error::CmdError;
use fantoccini::wd::{TimeoutConfiguration, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::embed::LANG;
use crate::engine::Engine;
use crate::forum::{BLANK_PATH, Forum};
use crate::page::Page;
use crate::site::Site;
use crate::wire::send;

/// The session's task lives here, so all tests must.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// WebKit's driver has one session, and starting Firefox takes seconds: one for all.
static SESSION: LazyLock<Browser> = LazyLock::new(|| RUNTIME.block_on(Browser::connect()));
/// One test at a time, whatever `--test-threads` says.
static TURN: Lock<()> = Lock::new(());

/// Longer than any test takes: then a driver hangs, and so would the run.
const TOO_LONG: Duration = Duration::from_mins(3);

/// Runs a test on a site of its own. If it fails, what the browser showed and said is kept under `target/tmp/browser/`.
pub fn browse<T: AsyncFnOnce(&mut Site)>(test: T) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let name = type_name_of_val(&test).replace("::{{closure}}", "").replace("browser::", "");
    let browser = SESSION.clone();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let run = async {
            let forum = Forum::start().await;
            let blank = [&forum.origin(), BLANK_PATH].concat();
            let (mut site, ()) = tokio::join!(Site::start(browser.clone(), forum), browser.refresh(&blank));
            test(&mut site).await;
        };
        RUNTIME.block_on(async {
            tokio::time::timeout(TOO_LONG, run).await.expect("a test that ends, and a driver that answers");
        });
    }));
    if let Err(failure) = ended {
        RUNTIME.block_on(async {
            let _ = tokio::time::timeout(Duration::from_secs(20), browser.keep_evidence(&name)).await;
        });
        browser.wear();
        resume_unwind(failure);
    }
}

/// The session.
#[derive(Clone)]
pub struct Browser {
    engine: Engine,
    driver: String,
    pub(crate) client: Client,
    /// The window that commands go to. Held while one runs, so that a page's commands reach its window.
    pub(crate) window: Arc<Mutex<Option<WindowHandle>>>,
    /// Whether a window has been changed in what outlasts its page, such as its size.
    worn: Arc<AtomicBool>,
}

impl Browser {
    async fn connect() -> Self {
        let (engine, driver) = Engine::of_this_run();
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let connected = builder.capabilities(engine.capabilities()).connect(&driver).await;
        let client = connected.expect("a session with the driver: see its log under target/drivers/");
        let timeouts = TimeoutConfiguration::new(
            Some(Duration::from_mins(1)),
            Some(Duration::from_secs(30)),
            Some(Duration::ZERO),
        );
        client.update_timeouts(timeouts).await.unwrap();
        Self { engine, driver, client, window: Arc::default(), worn: Arc::default() }
    }

    /// Whose rendering this run looks at.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// One window, at `url`, which is on the test's own origin; no cookies. Opening a window and closing another takes
    /// about as long as a short test, so a window goes on to the next test, unless it is worn.
    async fn refresh(&self, url: &str) {
        while !self.is_fresh_at(url).await.unwrap() {
            self.wear();
        }
    }

    /// Whether the window that is kept could be led to `url`: a page may be in the way, or have taken the window along.
    async fn is_fresh_at(&self, url: &str) -> Result<bool, CmdError> {
        let mut window = self.window.lock().await;
        let mut windows = self.client.windows().await?;
        let is_new = self.worn.swap(false, Ordering::Relaxed);
        let kept = if is_new { self.client.new_window(false).await?.handle } else { windows.remove(0) };
        for handle in windows {
            self.client.switch_to_window(handle).await?;
            // A page that asks whether to leave it must not keep the others waiting.
            let _ = self.client.dismiss_alert().await;
            self.client.close_window().await?;
        }
        self.client.switch_to_window(kept.clone()).await?;
        *window = Some(kept);
        let _ = self.client.dismiss_alert().await;
        let arrived = self.client.goto(url).await;
        if is_new {
            arrived?;
        } else if arrived.is_err() {
            return Ok(false);
        }
        self.client.delete_all_cookies().await?;
        Ok(true)
    }

    /// The next test gets another window.
    pub(crate) fn wear(&self) {
        self.worn.store(true, Ordering::Relaxed);
    }

    /// Goes to a URL in the window that is there.
    pub(crate) async fn open(&self, url: &str) -> Page {
        let window = self.window.lock().await.clone().expect("a window");
        let page = Page::new(self.clone(), window);
        page.goto(url).await;
        page
    }

    /// Goes to a URL in one more window.
    pub(crate) async fn second_window(&self, url: &str) -> Page {
        let window = self.client.new_window(false).await.unwrap().handle;
        let page = Page::new(self.clone(), window);
        page.goto(url).await;
        page
    }

    /// Runs a command of Chromium's DevTools protocol; nothing in other engines.
    pub(crate) async fn cdp(&self, command: &str, params: Value) -> Option<Value> {
        if self.engine != Engine::Blink {
            return None;
        }
        self.wear();
        let session = self.client.session_id().await.unwrap().expect("a session");
        let authority = self.driver.trim_start_matches("http://").trim_end_matches('/');
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/session/{session}/goog/cdp/execute"))
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({ "cmd": command, "params": params }).to_string()))
            .unwrap();
        let answer =
            send(authority.parse().expect("WEBDRIVER_URL as http://IP:PORT"), request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert!(status.is_success(), "{command}: {body}");
        Some(body["value"].clone())
    }

    async fn keep_evidence(&self, test: &str) {
        let folder = evidence_folder();
        let file = folder.join(format!("{}-{}-{}", self.engine.name(), *LANG, test.replace("::", "-")));
        if let Ok(picture) = self.client.screenshot().await {
            let _ = std::fs::create_dir_all(&folder);
            let file = file.with_extension("png");
            if std::fs::write(&file, picture).is_ok() {
                eprintln!("the page as it was: {}", file.display());
            }
        }
        if let Ok(kept) = self.client.execute("return window.folkmootKept ?? null;", Vec::new()).await {
            eprintln!("what it said: {kept:#}");
        }
    }
}

/// Where pictures of failed tests go.
fn evidence_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser")
}
