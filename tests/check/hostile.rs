//! Hosts that mean no good: the check ends, and says what happened.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use folkmoot::check::{self, Error, Options};
use serde_json::{Value, json};

use crate::broken::{Break, Site, each_fails, each_fails_at, guest, names, voter, writer};

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let huge = Break::answer(|asked, reply| {
        if asked.path.starts_with("/folkmoot-check") {
            reply.body = vec![b' '; 3 << 20].into();
        }
    });
    let site = Site::start(huge).await;
    let report = site.check(guest()).await;
    assert_eq!(names(&report).0, ["unknown.call-404"]);
    assert!(report.to_string().contains("an answer of at most 1048576 bytes"), "{report}");
}

/// A host that answers each connection with what it is given, byte by byte where it is slow.
fn raw(answer: &'static str, slow: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                for byte in answer.as_bytes() {
                    if slow {
                        std::thread::sleep(Duration::from_millis(300));
                    }
                    if stream.write_all(&[*byte]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

fn run(url: &str) -> Result<check::Report, Error> {
    check::run(&Options { url: url.into(), timeout: Duration::from_secs(1), ..guest() })
}

#[test]
fn a_host_that_answers_byte_by_byte_does_not_hold_the_check() {
    let start = Instant::now();
    let slow = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"viewer\":null}     ";
    let Err(Error::Unreachable { why, .. }) = run(&raw(slow, true)) else { panic!("it was reached") };
    assert!(why.contains("timeout"), "{why}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_is_no_http_is_unreachable() {
    assert!(matches!(run(&raw("hello\r\n\r\n", false)), Err(Error::Unreachable { .. })));
}

#[test]
fn a_host_that_answers_nonsense_fails_and_cannot_write_to_the_terminal() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n\u{1b}[2J\u{1b}[31m<p>";
    let report = run(&raw(answer, false)).unwrap();
    assert!(!report.conforms());
    assert!(!report.to_string().contains('\u{1b}'), "{report}");
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "forum.example", "ftp://forum.example/api", "https://", "https://forum.example/api?x=1"] {
        assert!(matches!(run(url), Err(Error::BadUrl(_))), "{url}");
    }
    assert!(matches!(run("http://127.0.0.1:9/api"), Err(Error::Unreachable { .. })));
    let options = Options { access: check::Access::Token("a\nb".into()), ..guest() };
    let told = check::run(&Options { url: "http://127.0.0.1:9/api".into(), ..options }).unwrap_err();
    assert!(told.to_string().starts_with("the token cannot be sent"), "{told}");
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_told_and_followed_once() {
    let moved = Break::answer(|asked, reply| {
        if let Some(rest) = asked.path.strip_prefix("/old") {
            reply.refuse(404, "not-found");
            reply.status = axum::http::StatusCode::PERMANENT_REDIRECT;
            reply.set("location", &format!("/folkmoot/api{rest}"));
        }
    });
    let site = Site::start(moved).await;
    let site = Site { url: format!("{}/old", site.url), host: site.host };
    let report = site.check(guest()).await;
    assert_eq!(names(&report).0, ["http.no-redirect"], "{report}");
    assert!(report.notes[0].contains("redirects; what was checked is"), "{:?}", report.notes);
}

#[tokio::test]
async fn a_host_that_is_not_on_this_machine_needs_https() {
    let plain = async |broken| {
        let site = Site::start(broken).await;
        // Leads here, and is no address of this machine alone.
        Site { url: site.url.replace("127.0.0.1", "0.0.0.0"), host: site.host }
    };
    each_fails_at(plain, guest(), vec![("is called in the clear", Break::default(), &["http.https"])]).await;
}

#[test]
fn a_redirect_to_another_host_or_to_another_call_ends_the_check() {
    for (to, answer) in [
        (
            "https://evil.example/api/session",
            "HTTP/1.1 302 Found\r\nLocation: https://evil.example/api/session\r\nContent-Length: 0\r\n\r\n",
        ),
        ("/login", "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"),
    ] {
        let url = raw(answer, false);
        let told = run(&url).unwrap_err().to_string();
        assert!(told.starts_with(&format!("{url}/session redirects to {to}, ")), "{told}");
        assert!(told.ends_with("give the address at which the API itself answers"), "{told}");
    }
}

#[tokio::test]
async fn a_redirect_in_the_middle_is_named() {
    let astray = Break::answer(|asked, reply| {
        if asked.is("GET", "/folkmoot-check") {
            reply.status = axum::http::StatusCode::FOUND;
            reply.set("location", "https://forum.example/login");
        }
    });
    each_fails(
        guest(),
        vec![("sends who is astray to the login", astray, &["http.no-redirect", "unknown.call-404"])],
    )
    .await;
}

/// A host that is busy each first time that something is asked.
fn busy(says_when: bool) -> Break {
    let seen = Mutex::new(HashSet::new());
    Break::answer(move |asked, reply| {
        if asked.is("GET", "/checklist") && seen.lock().unwrap().insert(asked.headers.len()) {
            reply.refuse(429, "rate-limited");
            if says_when {
                reply.set("retry-after", "1");
            }
        }
    })
}

#[tokio::test]
async fn a_host_that_is_busy_and_says_until_when_is_asked_again() {
    let report = Site::start(busy(true)).await.check(guest()).await;
    assert!(report.conforms(), "{report}");
    assert!(!names(&report).1.contains(&"busy.retry-after"), "{report}");
    each_fails(guest(), vec![("only says that it is busy", busy(false), &["busy.retry-after"])]).await;
}

#[tokio::test]
async fn a_host_that_forgets_a_ballot_or_numbers_it_without_bounds_does_not_hold_the_check() {
    for number in [json!(0), json!(u64::MAX)] {
        let cast = AtomicBool::new(false);
        let odd = Break::json(move |asked, json| {
            let is_ballot = asked.is("PUT", "/polls/p/ballot");
            if is_ballot {
                cast.store(true, Ordering::Relaxed);
            }
            let ballot = json.pointer_mut("/poll/viewer/ballot/revision");
            if let Some(revision) = ballot.filter(|_| !is_ballot && cast.load(Ordering::Relaxed)) {
                *revision = number.clone();
            }
        });
        let report = Site::start(odd).await.check(voter()).await;
        assert!(!report.conforms(), "{report}");
    }
}

#[tokio::test]
async fn what_is_around_a_ballot_may_come_as_anything() {
    let fields =
        ["comments", "reasons", "next", "proposed", "options", "viewer", "follows", "id", "text", "at"];
    let odd = [json!(null), json!(-1), json!(u64::MAX), json!("é"), json!([[], 7, {}]), json!({"a": [{}]})];
    let checked = odd.into_iter().map(|odd| async move {
        let seen = AtomicUsize::new(0);
        let broken = Break::json(move |asked, json| {
            if asked.path.starts_with("/polls/talk") {
                spoil(json, &fields, &mut || seen.fetch_add(1, Ordering::Relaxed) % 11 == 10, &odd);
            }
        });
        let report = Site::around(broken).await.check(writer()).await;
        assert!(!report.conforms(), "{report}");
    });
    futures_util::future::join_all(checked).await;
}

/// Puts something else in some of these fields, wherever they are.
fn spoil(json: &mut Value, fields: &[&str], now: &mut impl FnMut() -> bool, odd: &Value) {
    match json {
        Value::Object(all) => {
            for (name, value) in all {
                if fields.contains(&name.as_str()) && now() {
                    *value = odd.clone();
                } else {
                    spoil(value, fields, now, odd);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|value| spoil(value, fields, now, odd)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
