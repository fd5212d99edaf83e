//! The command as a person meets it: what it says and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The command in an empty folder that has a built widget of no files, and no secret.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir(&dist).unwrap();
        let manifest = r#"{ "version": "0.1.0", "inputs": "", "costs": [], "files": [] }"#;
        std::fs::write(dist.join("manifest.json"), manifest).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_folkmoot"));
        command.args(line.split_whitespace()).current_dir(self.path()).stdin(Stdio::null());
        for name in ["FOLKMOOT_SECRET", "FOLKMOOT_TOKEN", "FOLKMOOT_LOG", "CARGO_MANIFEST_DIR"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// Runs what cannot start, and gives the one line that it says.
    fn refused(&self, line: &str) -> String {
        refusal(&self.run(line))
    }
}

fn refusal(output: &Output) -> String {
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(output.stdout.is_empty(), "{output:?}");
    told.trim_end().strip_prefix("folkmoot: ").expect("says who speaks").to_owned()
}

#[test]
fn help_teaches_by_example() {
    let output = Folder::new().run("--help");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    for part in ["Examples:", "FOLKMOOT_SECRET", "Exit codes:", "serve", "build"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn an_unknown_flag_points_at_the_help() {
    let told = Folder::new().refused("serve --prot 80");
    assert!(told.contains("--prot") && told.ends_with("(see `folkmoot --help`)"), "{told}");
}

#[test]
fn an_unknown_command_is_named() {
    let told = Folder::new().refused("sreve");
    assert!(told.contains("'sreve'") && told.contains("'serve'"), "{told}");
}

#[test]
fn an_address_without_a_port_is_refused() {
    let told = Folder::new().refused("serve --addr localhost");
    assert!(told.contains("--addr") && told.contains("localhost"), "{told}");
}

#[test]
fn a_database_of_an_unknown_kind_is_refused() {
    let told = Folder::new().refused("serve --db mysql://db");
    assert!(told.contains("sqlite:PATH"), "{told}");
}

#[test]
fn an_origin_with_a_path_is_refused() {
    let told = Folder::new().refused("serve --allow-origin https://forum.example/board");
    assert!(told.contains("https://forum.example/board") && told.contains("not an origin"), "{told}");
}

#[test]
fn embedding_17_a_proxy_that_is_no_network_is_refused() {
    for text in ["nginx", "10.0.0.0/33", "172.16.0.0/12,10.0.0.0/8"] {
        let told = Folder::new().refused(&format!("serve --trusted-proxy {text}"));
        assert!(told.contains(text) && told.contains("CIDR such as 172.16.0.0/12"), "{told}");
    }
}

#[test]
fn flags_that_mean_nothing_are_refused() {
    let folder = Folder::new();
    let told = folder.refused("serve --fsync sometimes");
    assert!(told.contains("sometimes") && told.contains("always or os"), "{told}");
    let told = folder.refused("serve --demo --addr 127.0.0.1:0 --session-cookie a;b");
    assert!(told.contains("a;b") && told.contains("cookie"), "{told}");
}

#[test]
fn a_missing_secret_says_how_to_give_one() {
    let told = Folder::new().refused("serve");
    assert!(told.contains("FOLKMOOT_SECRET") && told.contains("--secret-file"), "{told}");
}

#[test]
fn a_short_secret_is_refused_wherever_it_comes_from() {
    let folder = Folder::new();
    let told = refusal(&folder.command("serve").env("FOLKMOOT_SECRET", "secret").output().unwrap());
    assert!(told.contains("FOLKMOOT_SECRET has 6 bytes"), "{told}");
    std::fs::write(folder.path().join("secret"), "also short\n").unwrap();
    let told = folder.refused("serve --demo --secret-file secret");
    assert!(told.contains("secret has 10 bytes"), "{told}");
}

#[test]
fn a_secret_file_that_is_not_there_is_named() {
    let told = Folder::new().refused("serve --secret-file nowhere");
    assert!(told.contains("nowhere"), "{told}");
}

#[test]
fn a_level_that_is_none_is_refused() {
    let folder = Folder::new();
    let told = folder.refused("serve --log loud");
    assert!(told.contains("--log") && told.contains("error, warn, info, debug or trace"), "{told}");
    let told = refusal(&folder.command("serve").env("FOLKMOOT_LOG", "loud").output().unwrap());
    assert!(told.contains("'loud'"), "{told}");
    assert!(folder.refused("serve --log-format xml").contains("write text or json"));
}

#[test]
fn a_widget_that_was_not_built_says_how_to_build_it() {
    let told = Folder::new().refused("serve --demo --dist elsewhere");
    assert!(told.contains("elsewhere") && told.contains("folkmoot build"), "{told}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = Folder::new().refused(&format!("serve --demo --addr {address}"));
    assert!(told.contains(&address), "{told}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let told =
        Folder::new().refused("serve --demo --addr 127.0.0.1:0 --db sqlite:no/such/folder/folkmoot.db");
    assert!(told.contains("no/such/folder/folkmoot.db"), "{told}");
}

#[test]
fn a_build_outside_the_source_folder_fails_in_one_line() {
    let output = Folder::new().run("build");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("not Folkmoot's source folder"), "{told}");
}

/// A host that runs, and that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> (Self, String) {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_host_says_where_it_is_and_stops_when_asked() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::new();
        let (mut host, line) = Running::start(&mut folder.command("serve --demo --addr 127.0.0.1:0"));
        let address =
            line.strip_prefix("Folkmoot demo: http://").and_then(|rest| rest.split_once('/')).unwrap().0;
        // Whoever keeps a connection open must not keep the host.
        let mut visitor = std::net::TcpStream::connect(address).unwrap();
        visitor.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut status = String::new();
        BufReader::new(&visitor).read_line(&mut status).unwrap();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        assert!(Command::new("kill").args([signal, &host.0.id().to_string()]).status().unwrap().success());
        assert_eq!(host.0.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_host_keeps_its_ballots_in_the_folder_it_was_started_in() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), [SECRET, "\n"].concat()).unwrap();
    let (_host, line) = Running::start(&mut folder.command("serve --addr 127.0.0.1:0 --secret-file secret"));
    assert!(line.starts_with("Folkmoot: http://127.0.0.1:"), "{line}");
    assert!(folder.path().join("folkmoot.db").is_file());
}

/// A demo's host, and where its API answers.
fn demo(folder: &Folder) -> (Running, String) {
    let (host, line) = Running::start(&mut folder.command("serve --demo --addr 127.0.0.1:0"));
    let address = line.strip_prefix("Folkmoot demo: ").and_then(|rest| rest.split_once("/ ")).unwrap().0;
    let url = format!("{address}/folkmoot/api");
    (host, url)
}

#[test]
fn a_host_that_conforms_is_told_rule_by_rule() {
    let folder = Folder::new();
    let (_host, url) = demo(&folder);
    let output = folder.run(&format!("check {url} --poll roadmap --member mia"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.starts_with(&format!("Host API v1 at {url}, as a guest\n\n  pass  http.https  ")), "{told}");
    assert!(told.contains("\n  pass  tally.absent-when-hidden  "), "{told}");
    assert!(
        told.contains("\n  skip  ballot.cast                 needs --token, --poll and --vote\n"),
        "{told}"
    );
    assert!(
        told.contains(
            "  export.csv                  needs --poll and the --token of somebody of the staff\n"
        ),
        "{told}"
    );
    assert!(told.contains(" 0 failed, ") && told.trim_end().ends_with(" skipped."), "{told}");
    assert!(!told.contains('\u{1b}'));
}

#[test]
fn an_origin_is_asked_for_as_browsers_send_it() {
    let folder = Folder::new();
    let (_host, line) = Running::start(
        &mut folder.command("serve --demo --addr 127.0.0.1:0 --allow-origin http://Forum.example:80"),
    );
    let address = line.strip_prefix("Folkmoot demo: ").and_then(|rest| rest.split_once("/ ")).unwrap().0;
    let output = folder.run(&format!("check {address}/folkmoot/api --origin http://forum.Example:80"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("\n  pass  cors.origin  "), "{told}");
    let told = folder.refused("check http://localhost/api --origin forum.example");
    assert!(told.contains("not an origin") && told.contains("such as https://forum.example"), "{told}");
}

#[test]
fn a_host_that_does_not_conform_is_told_to_machines() {
    let folder = Folder::new();
    let (_host, url) = demo(&folder);
    let output = folder.run(&format!("check {url} --poll nope --json"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rule = told["rules"].as_array().unwrap().iter().find(|rule| rule["outcome"] == "fail").unwrap();
    assert_eq!(rule["rule"], "polls.batch");
    assert!(rule["came"].as_str().unwrap().contains("missing [\"nope\""), "{rule}");
}

#[test]
fn a_member_s_token_is_taken_from_the_environment_and_never_shown() {
    let folder = Folder::new();
    let (_host, url) = demo(&folder);
    let output = folder.command(&format!("check {url}")).env("FOLKMOOT_TOKEN", "sesame").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("\n  FAIL  session.member  ") && !told.contains("sesame"), "{told}");
    let help = folder.command("check --help").env("FOLKMOOT_TOKEN", "sesame").output().unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("sesame"));
}

#[test]
fn what_cannot_be_checked_is_said_in_one_line() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (line, reason) in [
        ("check".to_owned(), "<URL>"),
        ("check forum.example".into(), "\"forum.example\" is not an address"),
        (format!("check http://{nobody}/api"), "does not answer"),
        ("check http://localhost/api --poll a,b".into(), "must not have spaces, commas"),
        ("check http://localhost/api --vote".into(), "--poll"),
        ("check http://localhost/api --timeout 0".into(), "--timeout"),
    ] {
        let told = Folder::new().refused(&line);
        assert!(told.contains(reason), "{line}: {told}");
    }
}

#[test]
fn a_poll_is_printed_as_a_guest_sees_it() {
    let folder = Folder::new();
    let (_host, url) = demo(&folder);
    let render = |line: &str| folder.run(&format!("render {line}"));
    let output = render(&format!("--api {url} --poll closed-weekly-dinner --time-zone Asia/Tokyo"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("<h3><bdi>Where do we eat on Saturday?</bdi></h3>"), "{told}");
    assert!(told.contains("<li><strong><bdi>Taco truck</bdi> 3 votes · 38%</strong></li>"), "{told}");
    assert!(told.starts_with("<article lang=\"en\" dir=\"ltr\">"), "{told}");
    let output = render(&format!("--api {url} --poll closed-weekly-dinner --lang ar-EG"));
    let arabic = String::from_utf8(output.stdout).unwrap();
    assert!(arabic.starts_with("<article lang=\"ar\" dir=\"rtl\">"), "{arabic}");
    assert!(!arabic.contains("votes"), "{arabic}");
    // The result of this poll is not for guests.
    let output = render(&format!("--api {url} --poll weekly-dinner"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("<li><bdi>Taco truck</bdi></li>"), "{told}");
    let output = render(&format!("--api {url} --poll nope"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "folkmoot: there is no poll \"nope\"\n");
    // A poll in which guests may vote is printed as what it says, not as a form.
    let output = render(&format!("--api {url} --poll quay-lantern"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("<li><bdi>Until dawn</bdi> "), "{told}");
    // Addresses in what is printed have no password.
    let with_password = url.replace("http://", "http://user:secret@");
    let output = render(&format!("--api {with_password} --poll closed-sunday-walk"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("src=\"http://127.0.0.1:") && !told.contains("secret"), "{told}");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = folder.refused(&format!("render --poll p --api http://{nobody}/api"));
    assert!(told.contains("does not answer"), "{told}");
}

#[test]
fn texts_of_a_file_are_printed_in_the_language_that_is_asked_for() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let list = "title = { en = \"First steps\", de = \"Erste Schritte\" }\n\n[[step]]\nid = \"rules\"\n\
                title = { en = \"Read the rules\", de = \"Lies die Regeln\" }\n";
    let serve = "serve --addr 127.0.0.1:0 --secret-file secret --checklist steps.toml";
    for (text, reason) in [
        (list.replace("de = \"Lies", "\"de-\" = \"Lies"), "steps.toml:5: \"de-\" is no language tag such as"),
        (list.replace("Lies die Regeln", " "), "steps.toml:5: title: is a text of 1 to 300 characters"),
        (
            list.replace("{ en = \"First steps\", de = \"Erste Schritte\" }", "{}"),
            "steps.toml:1: a text is in one",
        ),
    ] {
        std::fs::write(folder.path().join("steps.toml"), text).unwrap();
        let told = folder.refused(serve);
        assert!(told.contains(reason), "{told}\n{reason}");
    }
    std::fs::write(folder.path().join("steps.toml"), list).unwrap();
    let (_host, line) = Running::start(&mut folder.command(serve));
    let url = line.strip_prefix("Folkmoot: ").and_then(|rest| rest.split_once("/ ")).unwrap().0;
    let url = format!("{url}/folkmoot/api");
    let file = "options = [\"Mensa\", { label = { pl = \"Nad jeziorem\", de = \"Am See\" } }]\n\
                [title]\npl = \"Gdzie?\"\nde = \"Wohin?\"\n";
    std::fs::write(folder.path().join("dinner.toml"), file).unwrap();
    let (code, told, wrong) = poll(&folder, &url, "create --file dinner.toml", &[]);
    assert_eq!((code, wrong.as_str()), (Some(0), ""));
    assert!(
        told.starts_with("Gdzie?\n  gdzie, choice") && told.contains("nad-jeziorem  Nad jeziorem"),
        "{told}"
    );
    for (lang, title, label) in [("de-AT", "Wohin?", "Am See"), ("en", "Gdzie?", "Nad jeziorem")] {
        let output = folder.run(&format!("render --api {url} --poll gdzie --lang {lang}"));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains(&format!("<h3><bdi>{title}</bdi></h3>")) && told.contains(label), "{told}");
    }
    std::fs::write(
        folder.path().join("bad.toml"),
        "title = \"T\"\n[[options]]\nlabel = { de = \"\", en = \"A\" }\n",
    )
    .unwrap();
    let (_, _, wrong) = poll(&folder, &url, "create --file bad.toml", &[]);
    assert!(wrong.contains("bad.toml:3: options[0].label: ") && wrong.contains("(in \"de\")"), "{wrong}");
}

#[test]
fn an_answer_that_is_no_poll_is_refused_and_a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    let answers = [
        "[]",
        "42",
        "{\"poll\": null}",
        r#"{"poll":{"id":"q","title":"Q","options":[{"id":"a"},{"id":"b"}]}}"#,
        r#"{"poll":{"id":"p","kind":"rating","scale":{"min":-2147483648,"max":2147483647},"options":[{"id":"a"},{"id":"b"}],"tally":{}}}"#,
    ];
    for body in answers {
        let host = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = host.local_addr().unwrap();
        let answers = std::thread::spawn(move || {
            let (mut caller, _) = host.accept().unwrap();
            let mut line = String::new();
            let mut request = BufReader::new(caller.try_clone().unwrap());
            while request.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
            write!(caller, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        let output = folder.run(&format!("render --poll p --api http://{address}/api"));
        answers.join().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{body}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains("answers with no poll of Host API v1"), "{body}: {told}");
    }
    let (_host, url) = demo(&folder);
    let mut printing = folder.command(&format!("render --api {url} --poll closed-sunday-walk"));
    let mut printing = printing.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(printing.stdout.take());
    let output = printing.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

/// What a host answers to whoever has this token.
fn session(url: &str, token: &str) -> serde_json::Value {
    let call = ureq::get(format!("{url}/session")).header("authorization", format!("Bearer {token}"));
    serde_json::from_str(&call.call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
}

#[test]
fn forums_4_a_first_staff_token_needs_no_script() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), [SECRET, "\n"].concat()).unwrap();
    let (_host, line) = Running::start(&mut folder.command("serve --addr 127.0.0.1:0 --secret-file secret"));
    let url = line.strip_prefix("Folkmoot: ").and_then(|rest| rest.split_once("/ ")).unwrap().0.to_owned();
    let url = url + "/folkmoot/api";
    for (line, viewer) in [
        ("--sub ann --role staff --for 1h", serde_json::json!({"id": "ann", "name": "ann", "role": "staff"})),
        ("--sub 7 --name Bela --for 7d", serde_json::json!({"id": "7", "name": "Bela", "role": "member"})),
        ("--sub 7 --group cooks", serde_json::json!({"id": "7", "name": "7", "role": "member"})),
    ] {
        let output =
            folder.command(&format!("token {line}")).env("FOLKMOOT_SECRET", SECRET).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!((told.lines().count(), output.stderr.len()), (1, 0), "the token, and nothing beside it");
        assert_eq!(session(&url, told.trim_end())["viewer"], viewer, "{line}");
    }
}

#[test]
fn forums_4_a_token_that_cannot_be_made_says_why() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    for (line, reason) in [
        ("token --role staff", "--sub"),
        ("token --sub=", "must not be empty"),
        ("token --sub ..", "must not be \".\" or"),
        ("token --sub ann --role king", "not a role: write member or staff"),
        ("token --sub ann --role guest", "not a role"),
        ("token --sub ann --for soon", "not a duration: write a number and s, m, h or d"),
        ("token --sub ann --for 0m", "not a duration"),
        ("token --sub ann --for=-1h", "--for"),
        ("token --sub ann --for 1mo", "not a duration"),
    ] {
        let told = folder.refused(&format!("{line} --secret-file secret"));
        assert!(told.contains(reason), "{line}: {told}");
    }
    let told = folder.refused("token --sub ann");
    assert!(told.contains("FOLKMOOT_SECRET") && told.contains("--secret-file"), "{told}");
}

/// What `folkmoot poll` says of this, and how it ends.
fn poll(folder: &Folder, url: &str, line: &str, rest: &[&str]) -> (Option<i32>, String, String) {
    let mut command = folder.command(&format!("poll {line} --api {url} --secret-file secret"));
    let output = command.args(rest).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn forums_4_polls_are_written_listed_closed_and_deleted_by_command() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let (_host, line) = Running::start(&mut folder.command("serve --addr 127.0.0.1:0 --secret-file secret"));
    let url = line.strip_prefix("Folkmoot: ").and_then(|rest| rest.split_once("/ ")).unwrap().0;
    let url = format!("{url}/folkmoot/api");
    let done = |line: &str, rest: &[&str]| {
        let (code, told, wrong) = poll(&folder, &url, line, rest);
        assert_eq!((code, wrong.as_str()), (Some(0), ""), "{line}");
        told
    };
    assert_eq!(done("list", &[]), "There are no polls.\n");
    let flags = ["--title", "Where do we eat?", "--option", "Pizza place", "--option", "Noodle bar"];
    let told = done("create", &flags);
    for part in
        ["Where do we eat?\n", "pizza-place  Pizza place", "<folk-poll poll=\"where-do-we-eat\">", "open"]
    {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let file = "title = \"When?\"\nkind = \"availability\"\ntime_zone = \"Europe/Berlin\"\n\
                closes_at = 2099-12-01T18:00:00\n\
                options = [\"2099-12-05T18:00:00+01:00/2099-12-05T20:00:00+01:00\", \"2099-12-06T18:00:00+01:00\"]\n";
    std::fs::write(folder.path().join("dinner.toml"), file).unwrap();
    assert!(done("create --file dinner.toml", &[]).contains("closes 2099-12-01T18:00:00+01:00"));
    let list = done("list", &[]);
    let ids: Vec<_> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(ids, ["when", "where-do-we-eat"], "the newest first");
    let closed = done("close where-do-we-eat", &[]);
    assert!(closed.contains("closed, 0 votes"));
    assert_eq!(done("close where-do-we-eat", &[]), closed, "it closed when it was closed first");
    let json: serde_json::Value = serde_json::from_str(&done("show when --json", &[])).unwrap();
    assert_eq!(json["options"][0]["ends_at"], "2099-12-05T20:00:00+01:00");
    assert_eq!(done("delete when", &[]), "Deleted when.\n");
    let list: serde_json::Value = serde_json::from_str(&done("list --json", &[])).unwrap();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &serde_json::json!("where-do-we-eat")));
}

#[test]
fn forums_4_what_a_poll_command_cannot_do_is_said_with_its_place() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let (_host, line) = Running::start(&mut folder.command("serve --addr 127.0.0.1:0 --secret-file secret"));
    let url = line.strip_prefix("Folkmoot: ").and_then(|rest| rest.split_once("/ ")).unwrap().0;
    let url = format!("{url}/folkmoot/api");
    for (file, place) in [
        ("title = \"T\"\noptions = [\"A\", \"B\"\n", "bad.toml:"),
        (
            "title = \"T\"\noptions = [\"A\", \"B\"]\nresults = \"maybe\"\n",
            "bad.toml:3: results: \"maybe\" is none of these: always",
        ),
        (
            "title = \"T\"\noptions = [\"A\", \"B\"]\ncloses = \"soon\"\n",
            "bad.toml:3: closes: unknown field `closes`",
        ),
        (
            "title = \"T\"\noptions = [\"A\", \"B\"]\ncloses_at = 2099-01-01T00:00:00\n",
            "bad.toml:3: closes_at: ",
        ),
    ] {
        std::fs::write(folder.path().join("bad.toml"), file).unwrap();
        let (code, told, wrong) = poll(&folder, &url, "create --file bad.toml", &[]);
        assert!(code > Some(0) && told.is_empty() && wrong.contains(place), "{file}: {wrong}");
        assert_eq!(wrong.lines().count(), 1, "{wrong}");
    }
    let (code, _, wrong) = poll(&folder, &url, "show nope", &[]);
    assert_eq!((code, wrong.as_str()), (Some(1), "folkmoot: there is no poll \"nope\"\n"));
    let (_, _, wrong) = poll(&folder, &url, "create", &["--title", "T"]);
    assert!(wrong.contains("--option"), "{wrong}");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, _, wrong) = poll(&folder, &format!("http://{nobody}/api"), "list", &[]);
    assert!(code == Some(2) && wrong.contains("does not answer") && wrong.contains("--api"), "{wrong}");
    let told = folder.refused("poll list");
    assert!(told.contains("FOLKMOOT_SECRET") && told.contains("--token"), "{told}");
}

#[test]
fn forums_4_polls_are_written_on_a_database_that_no_host_serves_and_on_no_other() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let told = folder.refused("poll list --db sqlite:folkmoot.db");
    assert!(told.contains("there is no database folkmoot.db"), "{told}");
    let (host, _) = Running::start(&mut folder.command("serve --addr 127.0.0.1:0 --secret-file secret"));
    let told = folder.refused("poll list --db sqlite:folkmoot.db");
    assert!(told.contains("a host serves folkmoot.db: leave --db out"), "{told}");
    drop(host);
    let flags = ["--title", "Where?", "--option", "Lake", "--option", "-- Park"];
    let output = folder.command("poll create --db sqlite:folkmoot.db").args(flags).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = folder.run("poll list --db sqlite:folkmoot.db");
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("where  open"));
}
