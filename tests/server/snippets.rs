//! The code with which a forum makes its members' tokens, as the README has it for each language: run, and its tokens taken.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::client::{Host, config};

/// A language, and the call of its snippet with a member from standard input: the interpreter, its flags and the program.
const LANGUAGES: [(&str, &[&str]); 3] = [
    (
        "php",
        &[
            "-r",
            "require 'tests/snippets/token.php'; \
                 echo folkmoot_token(json_decode(stream_get_contents(STDIN), true), getenv('SECRET'));",
        ],
    ),
    (
        "python3",
        &[
            "-c",
            "import json, os, runpy, sys; \
                 token = runpy.run_path('tests/snippets/token.py')['folkmoot_token']; \
                 print(token(json.load(sys.stdin), os.environ['SECRET']), end='')",
        ],
    ),
    (
        "node",
        &[
            "--input-type=module",
            "-e",
            "import { readFileSync } from 'node:fs'; \
                 import { folkmootToken } from './tests/snippets/token.mjs'; \
                 process.stdout.write(folkmootToken(JSON.parse(readFileSync(0, 'utf8')), process.env.SECRET));",
        ],
    ),
];

/// What the language's snippet makes of a member.
fn token_of(language: &str, call: &[&str], member: &Value) -> String {
    let mut running = Command::new(language)
        .args(call)
        .env("SECRET", String::from_utf8(config().secret).unwrap())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{language} is missing ({error}): tests/run installs it"));
    running.stdin.take().unwrap().write_all(member.to_string().as_bytes()).unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{language}: {}", done.status);
    String::from_utf8(done.stdout).unwrap()
}

#[tokio::test]
async fn forums_18_the_token_of_each_languages_snippet_is_taken_whatever_the_members_name() {
    let host = Host::start().await;
    let name = "Zoë \"Z\" O'Hara </script> \\ 🍕👩‍👩‍👧 שלום";
    for (language, call) in LANGUAGES {
        for (staff, role) in [(true, "staff"), (false, "member")] {
            // In PHP's and Python's snippets the field is called as those languages do.
            let member = json!({"id": 17, "name": name, "groups": ["cooks", "köche"], "joined": 1_700_000_000,
                "is_staff": staff, "isStaff": staff});
            let token = token_of(language, call, &member);
            assert!(
                token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
                "{language}: {token}"
            );
            let session = host.get("/session").token(&token).ok().await;
            assert_eq!(session["viewer"], json!({"id": "17", "name": name, "role": role}), "{language}");
        }
        assert_eq!(token_of(language, call, &Value::Null), "", "{language}: a guest has none");
    }
}
