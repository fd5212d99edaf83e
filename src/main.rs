//! The `folkmoot` command.

mod cli;

use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use cli::{Check, Cli, Command, Serve};
use folkmoot::server::{Asset, Config, Server};
use folkmoot::{build, check, stop};

/// Where the demo is served when nothing else is.
const DEMO_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// How the command ended badly.
enum Failure {
    /// It did what was asked, and that failed.
    Failed(String),
    /// It could not start as asked.
    CannotStart(String),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // `--help` and `--version` come as errors, too.
        Err(told) if !told.use_stderr() => {
            return told.print().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
        }
        Err(error) => return end(&Failure::CannotStart(cli::one_line(&error))),
    };
    let done = match cli.command {
        None => demo(),
        Some(Command::Build(asked)) => build_widget(&asked.out),
        Some(Command::Serve(asked)) => serve(&asked),
        Some(Command::Check(asked)) => return check(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

/// Builds what is stale, then serves the demo.
fn demo() -> Result<(), Failure> {
    let dist = source().join("dist");
    build_widget(&dist)?;
    serve(&Serve::demo(free(DEMO_ADDR), dist))
}

fn build_widget(out: &Path) -> Result<(), Failure> {
    let options = build::Options { source: source(), out: out.into() };
    let report = build::run(&options, &mut |step| eprintln!("folkmoot: {step}")).map_err(failed)?;
    print!("{report}");
    Ok(())
}

fn serve(asked: &Serve) -> Result<(), Failure> {
    let config = Config {
        addr: asked.addr,
        database: asked.database(),
        fsync: asked.fsync,
        secret: asked.secret().map_err(cannot_start)?,
        session: asked.session(),
        limits: asked.limits(),
        notify: asked.notify(),
        allow_origins: asked.allow_origins.clone(),
        demo: asked.demo,
        assets: assets(&asked.dist)?,
    };
    let runtime = tokio::runtime::Runtime::new().map_err(cannot_start)?;
    runtime.block_on(async {
        let server = Server::bind(config).await.map_err(cannot_start)?;
        let what = if asked.demo { "Folkmoot demo" } else { "Folkmoot" };
        println!("{what}: http://{}/  (Ctrl-C stops it)", server.local_addr());
        server.run(stop::asked()).await.map_err(failed)
    })
}

/// Tells what was found, to who reads or to what parses.
fn check(asked: &Check) -> ExitCode {
    let report = match check::run(&asked.options()) {
        Ok(report) => report,
        Err(error) => return end(&cannot_start(error)),
    };
    let told = if asked.json { format!("{:#}\n", report.json()) } else { report.to_string() };
    // Who stops reading has read enough.
    let _ = std::io::stdout().write_all(told.as_bytes());
    if report.conforms() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The widget's files, as the server takes them.
fn assets(dist: &Path) -> Result<Vec<Asset>, Failure> {
    let (_, files) = build::load(dist).map_err(cannot_start)?;
    let asset = |loaded: build::LoadedFile| Asset {
        name: loaded.file.name,
        media_type: loaded.file.media_type,
        immutable: loaded.file.immutable,
        lazy: loaded.file.lazy,
        plain: loaded.plain,
        brotli: loaded.brotli,
        gzip: loaded.gzip,
    };
    Ok(files.into_iter().map(asset).collect())
}

/// Folkmoot's source folder: the one that `cargo run` runs, wherever it was typed, else the current one.
fn source() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| ".".into(), PathBuf::from)
}

/// This address, or, when its port is taken, the same with any free one.
fn free(addr: SocketAddr) -> SocketAddr {
    match TcpListener::bind(addr) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => SocketAddr::new(addr.ip(), 0),
        _ => addr,
    }
}

fn failed(error: impl Display) -> Failure {
    Failure::Failed(error.to_string())
}

fn cannot_start(error: impl Display) -> Failure {
    Failure::CannotStart(error.to_string())
}

/// Says why, in one line.
fn end(failure: &Failure) -> ExitCode {
    let (why, code) = match failure {
        Failure::Failed(why) => (why, 1),
        Failure::CannotStart(why) => (why, 2),
    };
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    let bold = if std::io::stderr().is_terminal() { ["\x1b[1;31m", "\x1b[0m"] } else { ["", ""] };
    eprintln!("{}folkmoot:{} {why}", bold[0], bold[1]);
    ExitCode::from(code)
}
