//! The native host behind the forum's nginx, as its owner starts it: an empty database, no demo.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use axum::body::{Body, to_bytes};
use axum::http::{Request, header, request};
use folkmoot::server::Role;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::embed::signed;
use crate::wire::send;

/// How the forum says who is asking. Each has a name of its own, and so cookies of its own.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    /// A token in the page, and a callback for fresh ones.
    Token,
    /// A cookie that the forum sets beside its session.
    Cookie,
}

/// What `tests/forum/run` says of what it started.
pub fn told(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run these tests with `tests/forum/run`"))
}

/// The host, until dropped.
pub struct Host {
    mode: Mode,
    addr: SocketAddr,
    folder: TempDir,
    process: Option<Child>,
}

impl Host {
    /// Starts a host on an empty database.
    pub fn start(mode: Mode) -> Self {
        let port = told(match mode {
            Mode::Token => "FORUM_TOKEN_PORT",
            Mode::Cookie => "FORUM_COOKIE_PORT",
        });
        let addr = format!("127.0.0.1:{port}").parse().unwrap();
        let mut host = Self { mode, addr, folder: tempfile::tempdir().unwrap(), process: None };
        host.run(0);
        host
    }

    /// Stops the host and starts it again on the same database, this many days before today by its clock.
    pub fn restart(&mut self, days_ago: u32) {
        self.stop();
        self.run(days_ago);
    }

    fn run(&mut self, days_ago: u32) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_folkmoot"));
        command.args(["serve", "--addr", &self.addr.to_string(), "--allow-origin", &self.origin()]);
        command.arg("--db").arg(format!("sqlite:{}", self.folder.path().join("folkmoot.db").display()));
        command.arg("--checklist").arg(root.join("tests/forum/checklist.toml"));
        command.arg("--dist").arg(root.join("dist"));
        if let Mode::Cookie = self.mode {
            command.args(["--session-cookie", "folkmoot"]);
        }
        if days_ago > 0 {
            command.env("LD_PRELOAD", told("FORUM_FAKETIME"));
            command.env("FAKETIME", format!("-{days_ago}d"));
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("http://"), "a native host, not {said:?}");
        self.process = Some(process);
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// The forum's origin for this mode.
    pub fn origin(&self) -> String {
        let name = match self.mode {
            Mode::Token => "token",
            Mode::Cookie => "cookie",
        };
        format!("http://{name}.localhost:{}", told("FORUM_PORT"))
    }

    /// Staff write the poll that the forum's thread links to.
    pub async fn pose_dinner(&self) {
        let poll = json!({
            "id": "dinner", "title": "Where do we eat on Saturday?", "secrecy": "public", "changeable": true,
            "options": [{"id": "pizza", "label": "Pizza place"}, {"id": "sushi", "label": "Sushi bar"}],
        });
        let request = Request::post("/folkmoot/api/polls").header(header::CONTENT_TYPE, "application/json");
        let answer = self.staff(request, Body::from(poll.to_string())).await;
        assert_eq!(answer["poll"]["id"], "dinner", "{answer}");
    }

    /// The names of those who voted in that poll, each with the option they chose, as the host has it.
    pub async fn voters(&self) -> Vec<String> {
        let request = Request::get("/folkmoot/api/polls/dinner/voters");
        let answer = self.staff(request, Body::empty()).await;
        let voters = answer["voters"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let voter = |voter: &Value| format!("{}: {}", voter["name"], voter["options"][0]).replace('"', "");
        let mut voters: Vec<String> = voters.iter().map(voter).collect();
        voters.sort();
        voters
    }

    async fn staff(&self, request: request::Builder, body: Body) -> Value {
        let request = request
            .header(header::HOST, self.addr.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", signed("staff", Role::Staff)));
        let answer = send(self.addr, request.body(body).unwrap()).await.unwrap();
        let body = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}
