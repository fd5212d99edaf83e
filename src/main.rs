//! The `folkmoot` command.

mod cli;

use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use cli::{Check, Cli, Command, Poll, Render, RenderError, Serve, Token, asked_as_staff, made_secret};
use folkmoot::contract::API_PATH;
use folkmoot::domain::text::for_terminal;
use folkmoot::server::store::OpenError;
use folkmoot::server::{self, Asset, Config, Log, Server};
use folkmoot::staff::{CallError, Host};
use folkmoot::{build, check, clock, stop};
use tokio::sync::oneshot;

/// Where the demo is served, unless the port is taken.
const DEMO_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Why the command failed.
enum Failure {
    /// It started, and failed later: exit code 1.
    Failed(String),
    /// It could not start: exit code 2.
    CannotStart(String),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap reports `--help` and `--version` as errors, too.
        Err(told) if !told.use_stderr() => {
            return told.print().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
        }
        Err(error) => return end(&Failure::CannotStart(cli::one_line(&error))),
    };
    let done = match cli.command {
        None => demo(),
        Some(Command::Build(asked)) => build_widget(&asked.out),
        Some(Command::Serve(asked)) => serve(&asked),
        Some(Command::Token(asked)) => token(&asked),
        Some(Command::Poll(asked)) => poll(&asked),
        Some(Command::Render(asked)) => render(&asked),
        Some(Command::Check(asked)) => return check(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

/// Builds the widget if it is stale, then serves the demo.
fn demo() -> Result<(), Failure> {
    let dist = source().join("dist");
    build_widget(&dist)?;
    serve(&Serve::demo(free(DEMO_ADDR), dist))
}

fn build_widget(out: &Path) -> Result<(), Failure> {
    let options = build::Options { source: source(), out: out.into() };
    let report = build::run(&options, &mut |step| eprintln!("folkmoot: {step}")).map_err(failed)?;
    say(&report.to_string())
}

/// Writes to the standard output. A reader such as `head` may close the pipe early.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(failed(format!("the output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn serve(asked: &Serve) -> Result<(), Failure> {
    asked.log().start();
    let config = config(asked, asked.secret().map_err(cannot_start)?, assets(&asked.dist)?);
    let runtime = tokio::runtime::Runtime::new().map_err(cannot_start)?;
    runtime.block_on(async {
        let server = Server::bind(config).await.map_err(cannot_start)?;
        let what = if asked.demo { "Folkmoot demo" } else { "Folkmoot" };
        // A program that reads the line may send a signal at once.
        let asked_to_stop = stop::asked();
        println!("{what}: http://{}/  (Ctrl-C stops it)", server.local_addr());
        server.run(asked_to_stop).await.map_err(failed)
    })
}

fn config(asked: &Serve, secret: Vec<u8>, assets: Vec<Asset>) -> Config {
    Config {
        addr: asked.addr,
        database: asked.database(),
        fsync: asked.fsync,
        secret,
        session: asked.session(),
        limits: asked.limits(),
        notify: asked.notify(),
        checklist: asked.checklist.clone(),
        time_zone: asked.time_zone.clone(),
        count_visits: asked.count_visits,
        proxies: asked.proxies(),
        allow_origins: asked.allow_origins.clone(),
        demo: asked.demo,
        assets,
    }
}

/// Prints a token and nothing else, for use in a shell.
fn token(asked: &Token) -> Result<(), Failure> {
    let token = asked.sign().map_err(cannot_start)?;
    println!("{token}");
    Ok(())
}

/// Runs `folkmoot poll` on a host, or on a database, and prints the result.
fn poll(asked: &Poll) -> Result<(), Failure> {
    let now = clock::now();
    let did = |host: &Host| {
        asked
            .run(host, now)
            .map_err(|error| if error.is_refusal() { failed(error) } else { cannot_start(error) })
    };
    let told = match &asked.db {
        Some(db) => on_database(db, did),
        None => did(&asked.host().map_err(|error| cannot_start(format!("{error}, or give --token")))?),
    };
    say(&told?)
}

fn render(asked: &Render) -> Result<(), Failure> {
    let drawn = asked.run(clock::now()).map_err(|error| match error {
        RenderError::Call(CallError::Unreachable { .. }) => cannot_start(error),
        RenderError::Call(CallError::Refused(_)) | RenderError::Malformed { .. } => failed(error),
    })?;
    say(&drawn)
}

/// Starts a host on an existing database that no other host serves, and stops it once `act` is done.
fn on_database<T>(db: &str, act: impl FnOnce(&Host) -> Result<T, Failure>) -> Result<T, Failure> {
    let path = Path::new(db.trim_start_matches("sqlite:"));
    if !path.exists() {
        return Err(cannot_start(format!("there is no database {}; serve makes one", path.display())));
    }
    Log::default().start();
    let secret = made_secret().map_err(cannot_start)?;
    let runtime = tokio::runtime::Runtime::new().map_err(cannot_start)?;
    runtime.block_on(async {
        let server = Server::bind(config(&Serve::alone(db), secret.clone(), Vec::new()))
            .await
            .map_err(|error| in_use_by_host(&error).unwrap_or_else(|| cannot_start(error)))?;
        let api = format!("http://{}{API_PATH}", server.local_addr());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server.run(async { drop(stopped.await) }));
        let done = tokio::task::block_in_place(|| act(&asked_as_staff(&api, &secret)));
        drop(stop);
        serving.await.map_err(failed)?.map_err(failed)?;
        done
    })
}

/// The message where a host serves the database that a command is to use.
fn in_use_by_host(error: &server::Error) -> Option<Failure> {
    let server::Error::Database(OpenError::InUse { path }) = error else { return None };
    let path = path.display();
    Some(cannot_start(format!("a host serves {path}: leave --db out, and say with --api where it answers")))
}

/// Runs the check, and prints its report as text or JSON.
fn check(asked: &Check) -> ExitCode {
    let report = match check::run(&asked.options()) {
        Ok(report) => report,
        Err(error) => return end(&cannot_start(error)),
    };
    let told = if asked.json { format!("{:#}\n", report.json()) } else { report.to_string() };
    // A reader such as `head` may close the pipe early.
    let _ = std::io::stdout().write_all(told.as_bytes());
    if report.conforms() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Loads the widget's files for the server.
fn assets(dist: &Path) -> Result<Vec<Asset>, Failure> {
    let (_, files) = build::load(dist).map_err(cannot_start)?;
    let asset = |loaded: build::LoadedFile| Asset {
        name: loaded.file.name,
        media_type: loaded.file.media_type,
        immutable: loaded.file.immutable,
        lazy: !loaded.file.parts.is_empty() || loaded.file.language.is_some(),
        plain: loaded.plain,
        brotli: loaded.brotli,
        gzip: loaded.gzip,
    };
    Ok(files.into_iter().map(asset).collect())
}

/// Folkmoot's source folder: that of the package where `cargo run` runs this, otherwise the current folder.
fn source() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| ".".into(), PathBuf::from)
}

/// This address, or one with any free port if its port is taken.
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

/// Prints the failure on one line.
fn end(failure: &Failure) -> ExitCode {
    let (why, code) = match failure {
        Failure::Failed(why) => (why, 1),
        Failure::CannotStart(why) => (why, 2),
    };
    let why = for_terminal(why);
    let bold = if std::io::stderr().is_terminal() { ["\x1b[1;31m", "\x1b[0m"] } else { ["", ""] };
    eprintln!("{}folkmoot:{} {why}", bold[0], bold[1]);
    ExitCode::from(code)
}
