//! What a test gets: a native host with the demo community, and a forum that embeds it.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header, request};
use folkmoot::server::Role;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Browser;
use crate::database::Database;
use crate::embed::{Embed, signed, token};
use crate::fault::Fault;
use crate::forum::Forum;
use crate::page::{Page, until};
use crate::ports::is_new;
use crate::wire::send;

/// The key that the test's forum signs its members' tokens with.
pub const SECRET: &str = "a secret of thirty-two bytes, or more";

/// The flags for the widget as pages get it.
const WIDGET: [&str; 2] = ["--dist", concat!(env!("CARGO_MANIFEST_DIR"), "/dist")];

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The demo's community, filled once a run: filling takes six times as long as starting on what is there.
static COMMUNITY: LazyLock<Database> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    Host::start(ANY_PORT, folder.path(), "http://localhost", &WIDGET).kill();
    Database::at(folder.path())
});

/// Host, forum and browser of one test.
pub struct Site {
    browser: Browser,
    forum: Forum,
    // Before its folder: fields are dropped in this order.
    host: Host,
    folder: TempDir,
}

/// A native host, in a process of its own.
struct Host {
    addr: SocketAddr,
    process: Option<Child>,
}

impl Site {
    pub(crate) async fn start(browser: Browser, forum: Forum) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, origin) = (folder.path().to_owned(), forum.origin());
        let start = move || {
            COMMUNITY.write_to(&path);
            loop {
                let host = Host::start(ANY_PORT, &path, &origin, &WIDGET);
                if is_new(host.addr) {
                    break host;
                }
            }
        };
        // A thread of its own, since the browser gets ready meanwhile.
        let host = tokio::task::spawn_blocking(start).await.expect("a native host");
        forum.pass_on_to(host.addr);
        Self { browser, forum, host, folder }
    }

    /// Opens a page of the native host, such as `/`, or any URL.
    pub async fn open(&self, path: &str) -> Page {
        self.browser.open(&self.url(path)).await
    }

    /// Serves a page that embeds the widget, and opens it.
    pub async fn embed(&self, page: Embed) -> Page {
        self.open(&self.serve(page)).await
    }

    /// Serves a page that embeds the widget, and gives its path.
    pub fn serve(&self, page: Embed) -> String {
        self.forum.serve(page)
    }

    /// Opens a page in one more window of the same browser: same storage, same cookies.
    pub async fn second_window(&self, path: &str) -> Page {
        self.browser.second_window(&self.url(path)).await
    }

    /// The forum's URL for a path. The native host answers there for what is no page of the test's.
    pub fn url(&self, path: &str) -> String {
        if path.starts_with('/') { [&self.forum.origin(), path].concat() } else { path.into() }
    }

    /// The native host's own origin, past the forum.
    pub fn host_origin(&self) -> String {
        format!("http://{}", self.host.addr)
    }

    /// Spoils all requests whose `METHOD /path?query` contains `pattern`, until [`Site::heal`].
    pub fn fail(&self, pattern: &str, fault: Fault) {
        self.fail_times(pattern, usize::MAX, fault);
    }

    /// Spoils the next `times` such requests.
    pub fn fail_times(&self, pattern: &str, times: usize, fault: Fault) {
        self.forum.fail(pattern, times, fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.forum.heal();
    }

    /// The requests so far whose `METHOD /path?query` contains `pattern`, in order.
    pub fn requests(&self, pattern: &str) -> Vec<String> {
        self.forum.requests(pattern)
    }

    /// What the native host itself answers to this member, past the forum and its faults.
    pub async fn ask(&self, path: &str, member: &str) -> Value {
        self.call(Request::get(["/folkmoot/api", path].concat()), &token(member), Body::empty()).await
    }

    /// Staff write a poll.
    pub async fn create(&self, poll: &Value) {
        let answer = self.staff(Request::post("/folkmoot/api/polls"), poll).await;
        assert_eq!(answer["poll"]["id"], poll["id"], "{answer}");
    }

    /// Staff write a poll, in which these members vote, each with their whole ballot.
    pub async fn pose(&self, poll: &Value, ballots: &[Value]) {
        self.create(poll).await;
        let id = poll["id"].as_str().unwrap();
        for (n, ballot) in ballots.iter().enumerate() {
            self.say_elsewhere(id, &format!("{id}-voter-{n}"), ballot).await;
        }
    }

    /// Staff edit a poll, as it is now.
    pub async fn edit(&self, poll: &str, said: &Value) -> Value {
        let mut said = said.clone();
        if said.get("options").is_some() {
            said["revision"] = self.ask(&format!("/polls/{poll}"), "staff").await["poll"]["revision"].clone();
        }
        let answer = self.staff(Request::patch(format!("/folkmoot/api/polls/{poll}")), &said).await;
        assert!(answer["poll"]["id"] == poll && answer["type"].is_null(), "{answer}");
        answer["poll"].clone()
    }

    /// Staff delete a poll.
    pub async fn delete(&self, poll: &str) {
        let request = Request::delete(format!("/folkmoot/api/polls/{poll}"))
            .header(header::HOST, self.host.addr.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", signed("staff", Role::Staff)));
        let answer = send(self.host.addr, request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 204);
    }

    async fn staff(&self, request: request::Builder, said: &Value) -> Value {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.call(request, &signed("staff", Role::Staff), Body::from(said.to_string())).await
    }

    /// The member votes on another device.
    pub async fn vote_elsewhere(&self, poll: &str, member: &str, option: &str) {
        self.say_elsewhere(poll, member, &json!({"options": [option]})).await;
    }

    /// The member's first ballot, of whatever kind, on another device.
    pub async fn say_elsewhere(&self, poll: &str, member: &str, says: &Value) {
        let request = Request::put(format!("/folkmoot/api/polls/{poll}/ballot"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "elsewhere");
        let mut ballot = says.clone();
        ballot["revision"] = json!(1);
        let answer = self.call(request, &token(member), Body::from(ballot.to_string())).await;
        assert_eq!(answer["poll"]["viewer"]["ballot"], ballot);
    }

    /// The member says something about a poll, on another device.
    pub async fn comment_elsewhere(&self, poll: &str, member: &str, text: &str) {
        let request = Request::post(format!("/folkmoot/api/polls/{poll}/comments"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", format!("{member}: {}", text.escape_default()));
        let answer =
            self.call(request, &token(member), Body::from(json!({ "text": text }).to_string())).await;
        assert!(answer["poll"]["comments"].as_u64() > Some(0), "{answer}");
    }

    async fn call(&self, request: request::Builder, token: &str, body: Body) -> Value {
        let request = request
            .header(header::HOST, self.host.addr.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = send(self.host.addr, request.body(body).unwrap()).await.unwrap();
        let body = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Waits until this part of what the native host answers is as it should be.
    pub async fn becomes(&self, path: &str, member: &str, part: &str, right: impl Fn(&Value) -> bool) {
        let look = async || Ok::<_, String>(self.ask(path, member).await);
        let found = until(look, |answer| answer.pointer(part).is_some_and(&right)).await.unwrap();
        assert!(found.pointer(part).is_some_and(right), "{path}, {part}: {found}");
    }

    /// Kills the native host in the middle of whatever it does; its database stays as it is then.
    pub fn kill_host(&mut self) {
        self.host.kill();
    }

    /// Stops the native host, and gives its database as it is then; the host is started again.
    pub fn back_up(&mut self) -> Database {
        self.host.kill();
        let copy = Database::at(self.folder.path());
        self.restart_host();
        copy
    }

    /// Starts the native host again with the database of that time.
    pub fn restore(&mut self, copy: &Database) {
        self.host.kill();
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        copy.write_to(self.folder.path());
        self.restart_host();
    }

    /// Starts the native host again, with the widget that was built for Misago: see `tests/run`.
    pub fn restart_host_for_misago(&mut self) {
        self.start_host_with(&["--dist", concat!(env!("CARGO_TARGET_TMPDIR"), "/misago")]);
    }

    /// Starts the native host again, on the same port and database, after killing one that runs.
    pub fn restart_host(&mut self) {
        self.start_host_with(&WIDGET);
    }

    /// The same with more flags.
    pub fn restart_host_with(&mut self, flags: &[&str]) {
        self.start_host_with(&[&WIDGET, flags].concat());
    }

    fn start_host_with(&mut self, flags: &[&str]) {
        self.host.kill();
        self.host = Host::start(self.host.addr, self.folder.path(), &self.forum.origin(), flags);
    }
}

impl Host {
    fn start(addr: SocketAddr, folder: &Path, origin: &str, flags: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_folkmoot"))
            .args(["serve", "--demo", "--addr", &addr.to_string(), "--allow-origin", origin])
            .arg("--db")
            .arg(format!("sqlite:{}", folder.join("folkmoot.db").display()))
            .args(flags)
            .env("FOLKMOOT_SECRET", SECRET)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the folkmoot command");
        let mut said = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut said).expect("a line");
        let addr = said.split("http://").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        Self { addr: addr.unwrap_or_else(|| panic!("a native host, not {said:?}")), process: Some(process) }
    }

    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("a process to kill");
            process.wait().expect("its end");
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
    }
}
