//! `folkmoot serve` in a process of its own, which can be killed and whose log can be read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::client::SECRET;

/// A running host; dropped, it is killed without a warning.
pub struct Serving {
    pub addr: SocketAddr,
    pub process: Child,
    /// What it says on standard error. A pipe would be full at some time.
    log: File,
}

impl Serving {
    /// Serves a folder's `host.db`, which is made where it is not there.
    pub fn start(folder: &Path) -> Self {
        Self::by(&mut command(folder, "host.db"))
    }

    /// Serves as this command says.
    pub fn by(command: &mut Command) -> Self {
        let log = tempfile::tempfile().unwrap();
        let mut process = command.stderr(log.try_clone().unwrap()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let addr = line.split_once("http://").unwrap().1.split_once('/').unwrap().0;
        Self { addr: addr.parse().unwrap(), process, log }
    }

    /// Kills the host; what it has said on standard error.
    pub fn log(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let mut log = String::new();
        self.log.rewind().unwrap();
        self.log.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command that serves a folder's database of this name, without limits for one member.
pub fn command(folder: &Path, database: &str) -> Command {
    std::fs::create_dir_all(folder.join("dist")).unwrap();
    let manifest = r#"{ "version": "0.1.0", "inputs": "", "costs": [], "files": [] }"#;
    std::fs::write(folder.join("dist/manifest.json"), manifest).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_folkmoot"));
    command.args(["serve", "--addr", "127.0.0.1:0", "--writes-per-minute", "0"]);
    command.args(["--db", &format!("sqlite:{database}")]);
    command.current_dir(folder).env("FOLKMOOT_SECRET", std::str::from_utf8(SECRET).unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
