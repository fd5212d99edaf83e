//! Of an anonymous ballot nobody finds out what it says, whatever they can read.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use folkmoot::domain::id::{MemberId, OptionId, PollId, StepId};
use folkmoot::domain::poll::{Answer, Count, Kind, Results, Secrecy};
use folkmoot::domain::time::Timestamp;
use folkmoot::domain::translation::Text;
use folkmoot::server::store::{Act, Calendar, Cast, Community, DoneWhen, NewPoll, NewStep, Store};
use folkmoot::server::{Database, Fsync, Identity, Role, Who};
use serde_json::json;
use sqlx::Connection;

use crate::client::{Call, Host, now, poll, votes, within};
use crate::log::{ALL, logging};
use crate::process::Serving;

fn anonymous(id: &str) -> NewPoll {
    let mut new = poll(id);
    new.rules.secrecy = Secrecy::Anonymous;
    (new.rules.changeable, new.rules.retractable) = (false, false);
    new
}

#[tokio::test]
async fn nobody_is_told_what_an_anonymous_ballot_says_not_even_its_member() {
    let host = Host::polls([anonymous("p")]).await;
    let cast = host.vote("p", 1, &["a"]).by("ann").ok().await["poll"].clone();
    assert_eq!(cast["secrecy"], "anonymous");
    assert_eq!(cast["viewer"], json!({"standing": "entitled", "follows": false, "ballot": {"revision": 1}}));
    assert_eq!(cast["tally"]["votes"][0], json!({"option": "a", "votes": 1}));
    let own = host.get("/polls/p").by("ann").ok().await;
    assert_eq!(own["poll"], cast);
    let viewers: [fn(Call) -> Call; 3] = [|call| call, |call| call.by("bela"), Call::by_staff];
    for viewer in viewers {
        let seen = viewer(host.get("/polls/p")).ok().await["poll"].clone();
        let event = viewer(host.get("/events?topics=poll:p")).follow().await.next().await;
        assert_eq!(
            [&seen["viewer"].get("ballot"), &event.data["poll"]["viewer"].get("ballot")],
            [&None, &None]
        );
        assert_eq!(viewer(host.get("/polls/p/voters")).kind().await, "forbidden");
    }
}

#[tokio::test]
async fn an_anonymous_ballot_counts_once_and_is_final() {
    let host = Host::polls([anonymous("p")]).await;
    let vote = |options: &[&str], key| host.vote("p", 1, options).header("idempotency-key", key).by("ann");
    let first = vote(&["a"], "k").ok().await;
    assert_eq!(vote(&["a"], "k").ok().await, first);
    let again = vote(&["b"], "other").send().await.json();
    assert_eq!(again["type"], "urn:folkmoot:problem:ballot-final");
    assert_eq!(again["poll"], first["poll"]);
    assert_eq!(host.vote("p", 2, &["b"]).by("ann").kind().await, "ballot-final");
    assert_eq!(host.take_back("p", 2).by("ann").kind().await, "ballot-final");
    assert_eq!(host.poll("p").await["turnout"]["cast"], 1);
}

#[tokio::test]
async fn an_anonymous_poll_whose_ballots_could_change_is_none() {
    let host = Host::start().await;
    let mut new = anonymous("p");
    new.rules.changeable = true;
    let error = host.store.add_poll(&new, crate::client::now()).await.unwrap_err().to_string();
    assert!(error.contains("anonymous ballot is final"), "{error}");
    assert_eq!(host.get("/polls/p").kind().await, "not-found");
}

/// A moment, the same in each history.
const THEN: Timestamp = Timestamp(1_900_000_000_000);

async fn open(file: &Path) -> Store {
    Store::open(
        &Database::Sqlite(format!("sqlite:{}", file.display())),
        Fsync::Always,
        8,
        Calendar::default(),
    )
    .await
    .unwrap()
}

async fn cast(store: &Store, poll: &str, member: &str, options: &[&str], now: Timestamp) {
    let options = options.iter().map(|id| OptionId::new(*id).unwrap()).collect();
    let id = MemberId::new(member).unwrap();
    let member = Identity {
        name: member.into(),
        id,
        role: Role::Member,
        groups: Vec::new(),
        stage: None,
        joined: None,
        expires: THEN.plus(1),
    };
    let cast = Cast {
        key: format!("{poll} of {}", member.id),
        member,
        poll: PollId::new(poll).unwrap(),
        revision: 1,
        act: Act::Vote(Answer::Options(options)),
    };
    store.cast(cast, now).await.unwrap();
}

/// The bytes with this word struck out.
fn without(bytes: &[u8], word: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(word.len()).position(|some| some == word) {
        bytes[at..at + word.len()].fill(b'-');
    }
    bytes
}

/// Casts ballots one after the other into a copy of a database; the files' bytes while the host runs, and after.
async fn history(base: &Path, ballots: &[(&str, Vec<&str>)]) -> [Vec<u8>; 3] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    std::fs::copy(base, &file).unwrap();
    let store = open(&file).await;
    for (n, (member, options)) in ballots.iter().enumerate() {
        let now = THEN.plus(i64::try_from(n).unwrap() * 1000);
        while store.assess(THEN).await.unwrap() {}
        // A poll that keeps who chose what has its rows among the others.
        cast(&store, "open", member, &["c"], now).await;
        cast(&store, "p", member, options, now).await;
    }
    let log = std::fs::read(folder.path().join("host.db-wal")).unwrap();
    let running = std::fs::read(&file).unwrap();
    store.close().await;
    // The one thing that is by chance.
    let epoch = store.epoch().as_bytes();
    [running, log, std::fs::read(&file).unwrap()].map(|bytes| without(&bytes, epoch))
}

#[tokio::test]
async fn the_files_are_the_same_to_the_byte_whoever_chose_what() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("host.db");
    let store = open(&base).await;
    let mut several = anonymous("p");
    (several.rules.kind, several.rules.results) = (Kind::Choice { min: 1, max: 2 }, Results::AfterVote);
    for poll in [several, poll("open")] {
        store.add_poll(&poll, THEN).await.unwrap();
    }
    store.close().await;
    let members: Vec<String> = (0..150).map(|n| format!("member-{}", n * 7 % 150)).collect();
    // As many of each choice in each history, but given to other members: even the turn from 9 to 10 comes elsewhere.
    let choices: [fn(usize) -> Vec<&'static str>; 3] = [|_| vec!["a"], |_| vec!["b", "c"], |_| vec!["c"]];
    let give = |which: &dyn Fn(usize) -> usize| -> Vec<(&str, Vec<&str>)> {
        members.iter().enumerate().map(|(n, member)| (member.as_str(), choices[which(n)](n))).collect()
    };
    let ballots = [give(&|n| n % 3), give(&|n| n / 50), give(&|n| (149 - n) / 50)];
    let [one, other, third] = ballots.each_ref().map(|ballots| history(&base, ballots));
    let (one, other, third) = tokio::join!(one, other, third);
    for (n, what) in ["the database while the host runs", "its log", "the database"].iter().enumerate() {
        assert!(one[n] == other[n] && one[n] == third[n], "{what} tells who chose what");
    }
    assert!(one[1].is_empty(), "the log still has {} bytes", one[1].len());
}

#[tokio::test]
async fn the_log_is_emptied_after_each_anonymous_ballot() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let store = open(&file).await;
    store.add_poll(&anonymous("p"), THEN).await.unwrap();
    for member in ["ann", "bela"] {
        cast(&store, "p", member, &["a"], THEN).await;
        assert_eq!(std::fs::metadata(folder.path().join("host.db-wal")).unwrap().len(), 0);
    }
}

/// Another process that reads a database and does not end; this one, asked for a test that is none.
struct Reader {
    process: std::process::Child,
    _says: BufReader<std::process::ChildStdout>,
}

impl Reader {
    fn start(file: &str) -> Self {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "anonymous::the_process_that_reads", "--ignored", "--nocapture"]);
        command.env("READ", file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        assert!(says.by_ref().lines().map_while(Result::ok).any(|line| line.contains("reading")));
        Self { process, _says: says }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

#[tokio::test]
#[ignore = "the process that reads for the tests beside it"]
async fn the_process_that_reads() {
    let file = std::env::var("READ").unwrap();
    let mut raw = sqlx::SqliteConnection::connect(&format!("sqlite:{file}")).await.unwrap();
    let mut backup = raw.begin().await.unwrap();
    sqlx::query("SELECT * FROM polls").fetch_all(&mut *backup).await.unwrap();
    println!("reading");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[tokio::test]
async fn host_5_while_another_process_reads_the_files_anonymous_ballots_wait() {
    let host = Host::polls([anonymous("p"), poll("open")]).await;
    let path = host.database();
    let file = path.strip_prefix("sqlite:").unwrap();
    let log = || std::fs::metadata(format!("{file}-wal")).unwrap().len();
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let backup = Reader::start(file);
    for member in ["bela", "cleo"] {
        let refused = host.vote("p", 1, &["b"]).by(member).send().await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after").as_str()), (503, "1"));
        // Nothing of the ballot is in a file, but other ballots go on.
        for name in [file.to_owned(), format!("{file}-wal")] {
            let bytes = std::fs::read(&name).unwrap();
            let word = format!("p{member}");
            assert!(!bytes.windows(word.len()).any(|some| some == word.as_bytes()), "{name}");
        }
        host.vote("open", 1, &["a"]).by(member).ok().await;
        // Who voted before is told so as ever.
        host.vote("p", 1, &["a"]).by("ann").ok().await;
    }
    assert_eq!(votes(&host.poll("p").await), [1, 0, 0]);
    drop(backup);
    let again = async |member: &'static str| {
        while host.vote("p", 1, &["b"]).by(member).send().await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    within(async { tokio::join!(again("bela"), again("cleo")) }).await;
    assert_eq!((votes(&host.poll("p").await), log()), (vec![1, 2, 0], 0));
}

#[tokio::test]
async fn host_5_a_log_that_a_killed_host_left_is_emptied_before_the_next_one_says_anything() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let store = open(&file).await;
    for new in [anonymous("p"), poll("open")] {
        store.add_poll(&new, THEN).await.unwrap();
    }
    cast(&store, "p", "ann", &["a"], THEN).await;
    cast(&store, "open", "ann", &["a"], THEN).await;
    assert!(std::fs::metadata(folder.path().join("host.db-wal")).unwrap().len() > 0);
    let left = tempfile::tempdir().unwrap();
    for name in ["host.db", "host.db-wal"] {
        std::fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    let next = open(&left.path().join("host.db")).await;
    let poll = next.polls(&[PollId::new("p").unwrap()], &Who::Guest(None), THEN).await.unwrap().remove(0);
    assert_eq!(poll.tally.map(|tally| tally.count), Some(Count::Votes(vec![1, 0, 0])));
    cast(&next, "p", "bela", &["a"], THEN).await;
    assert_eq!(std::fs::metadata(left.path().join("host.db-wal")).unwrap().len(), 0);
}

#[tokio::test]
async fn no_badge_tells_the_moment_of_an_anonymous_ballot() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("host.db")).await;
    for poll in [anonymous("p"), poll("open")] {
        store.add_poll(&poll, THEN).await.unwrap();
    }
    cast(&store, "p", "ann", &["a"], THEN).await;
    cast(&store, "open", "bela", &["a"], THEN).await;
    let badges = async |member: &str, now: Timestamp| {
        while store.assess(now).await.unwrap() {}
        let id = MemberId::new(member).unwrap();
        store.members(&[id], &Who::Guest(None), now).await.unwrap()[0].badges.len()
    };
    assert_eq!([badges("ann", THEN).await, badges("bela", THEN).await], [0, 1]);
    assert_eq!(badges("ann", THEN.plus(86_400_000)).await, 1);
}

#[tokio::test]
async fn an_anonymous_ballot_is_one_row_without_choice_or_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let store = open(&file).await;
    for id in ["p", "q"] {
        store.add_poll(&anonymous(id), THEN).await.unwrap();
    }
    cast(&store, "p", "ann", &["a"], THEN).await;
    cast(&store, "q", "ann", &["b"], THEN.plus(1)).await;
    store.close().await;
    let mut raw = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let ballots: Vec<(String, String, i64, Option<String>)> =
        sqlx::query_as("SELECT * FROM ballots").fetch_all(&mut raw).await.unwrap();
    let row = |poll: &str| (poll.into(), "ann".into(), 1, None);
    assert_eq!(ballots, [row("p"), row("q")]);
    let keys: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT request, at FROM idempotency_keys").fetch_all(&mut raw).await.unwrap();
    for (request, at) in keys {
        assert_eq!(at, THEN.day_start().0, "the key tells when");
        assert_eq!(request.len(), 16);
    }
}

/// The order in which members voted: by chance, and each anonymous ballot beside one in an open poll.
const ORDER: [usize; 30] = [
    17, 3, 28, 11, 0, 24, 8, 19, 14, 5, 29, 22, 1, 12, 26, 7, 16, 20, 9, 2, 25, 13, 6, 23, 10, 27, 4, 18, 21,
    15,
];

/// How far two orders of the same things agree: 1 the same, -1 turned around, about 0 by chance (Kendall's tau).
fn agreement(order: &[usize]) -> f64 {
    let pairs =
        order.iter().enumerate().flat_map(|(at, a)| order[at + 1..].iter().map(move |b| b.cmp(a) as i32));
    let (mut sum, mut count) = (0, 0);
    for one in pairs {
        (sum, count) = (sum + one, count + 1);
    }
    f64::from(sum) / f64::from(count.max(1))
}

/// Every row of every table of a database, in the order of the file and, for each of its columns, in the order of that
/// column.
async fn orders_of_rows(file: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let mut raw = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let sql =
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'";
    let columns: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(&mut raw).await.unwrap();
    let mut orders = Vec::new();
    for (table, column) in &columns {
        let of_table = columns.iter().filter(|(of, _)| of == table);
        let text = |name: &str| {
            format!(
                "CASE typeof(\"{name}\") WHEN 'blob' THEN hex(\"{name}\") ELSE COALESCE(\"{name}\", '') END"
            )
        };
        let texts: Vec<String> = of_table.map(|(_, name)| text(name)).collect();
        for order in ["", &format!(" ORDER BY \"{column}\"")] {
            let sql = format!("SELECT {} FROM \"{table}\"{order}", texts.join(" || char(10) || "));
            let rows: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut raw).await.unwrap();
            let rows = rows.iter().map(|row| row.split('\n').map(str::to_owned).collect()).collect();
            orders.push((format!("{table}{order}"), rows));
        }
    }
    orders
}

/// What a log says between one call and the next, but for when and how long, with the share of the calls for `a` and of those
/// for `b` of which it says that.
fn told_by(log: &str, calls: &[(&str, String)]) -> HashMap<String, [f64; 2]> {
    let is_time = |word: &&str| ["elapsed", "ms="].iter().any(|name| word.starts_with(name));
    let all = ["a", "b"].map(|choice| calls.iter().filter(|(chose, _)| *chose == choice).count());
    let (mut lines, mut told) = (log.lines(), HashMap::new());
    for (chose, id) in calls {
        let mut said: HashMap<String, usize> = HashMap::new();
        for line in lines.by_ref() {
            let words = line.split_whitespace().skip(1).filter(|word| !is_time(word)).collect::<Vec<_>>();
            *said.entry(words.join(" ").replace(id, "")).or_default() += 1;
            if line.contains(id) && line.contains("answered") {
                break;
            }
        }
        let which = usize::from(*chose == "b");
        for (line, times) in said {
            let shares: &mut [f64; 2] = told.entry(format!("{times} times {line}")).or_default();
            shares[which] += 1.0 / f64::from(u32::try_from(all[which]).unwrap());
        }
    }
    told
}

/// Whoever a row names: as a member, or as what concerns a member.
fn named(row: &[String], members: &[String]) -> Option<usize> {
    let of = |text: &String| {
        members.iter().position(|member| *text == *member || *text == format!("member:{member}"))
    };
    row.iter().find_map(of)
}

#[tokio::test]
async fn host_6_an_attacker_who_has_every_file_and_the_log_learns_neither_choice_nor_order() {
    let members: Vec<String> = (0..ORDER.len()).map(|n| format!("member-{n:02}")).collect();
    let chosen = |n: usize| ["a", "b"][n * 7 % 5 % 2];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let store = open(&file).await;
    let steps = vec![NewStep {
        id: StepId::new("vote").unwrap(),
        title: "Vote".into(),
        why: Text::default(),
        action: None,
        when: DoneWhen::Voted,
        optional: false,
    }];
    let community = Community {
        residents: Vec::new(),
        polls: vec![anonymous("p")],
        past: Vec::new(),
        ballots: Vec::new(),
        comments: Vec::new(),
        waiting: Vec::new(),
        checklist: "Welcome".into(),
        steps,
        steps_done: Vec::new(),
    };
    store.fill(&community, now()).await.unwrap();
    store.close().await;

    let host = Serving::by(&mut logging(folder.path(), ALL));
    let mut calls = Vec::new();
    for (n, &member) in ORDER.iter().enumerate() {
        // A client that makes its keys and revisions of the time.
        let call = Call::vote(host.addr, "p", 1_800_000_000_000 + n as u64, &[chosen(member)]);
        let call = call.header("idempotency-key", &format!("{:08}", 1000 + n));
        let answer = call.by(&members[member]).send().await;
        assert_eq!(answer.status, 200);
        calls.push((chosen(member), answer.header("x-request-id")));
    }
    let taken = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), taken.path().join(entry.file_name())).unwrap();
        }
    }
    let log = host.log();
    assert!(!members.iter().any(|member| log.contains(member)), "the log names who voted");
    let told = told_by(&log, &calls);
    assert!(told.len() > 10, "the log says little of a ballot: {told:?}");
    for (said, [a, b]) in told {
        // What the host does by itself comes beside either by chance.
        assert!((a - b).abs() < 0.8, "the log tells a choice: {said}");
    }

    let mut tried = 0;
    for (what, rows) in orders_of_rows(&taken.path().join("host.db")).await {
        let found: Vec<usize> = rows.iter().filter_map(|row| named(row, &members)).collect();
        if found.len() < ORDER.len() {
            continue;
        }
        tried += 1;
        // 0.6 comes by chance once in a million.
        let turns: Vec<usize> =
            found.iter().filter_map(|n| ORDER.iter().position(|member| member == n)).collect();
        let agreement = agreement(&turns);
        assert!(agreement.abs() < 0.6, "{what} tells in which order members voted: {agreement}");
        for row in rows.iter().filter(|row| named(row, &members).is_some()) {
            assert!(
                !row.iter().any(|text| ["a", "b"].contains(&text.as_str())),
                "{what} tells a choice: {row:?}"
            );
        }
        // By each column the members fall into those alike; none of it may go by what they chose.
        let columns = rows.first().map_or(0, Vec::len);
        for column in 0..columns {
            let of = |choice| {
                let chose = |row: &&Vec<String>| named(row, &members).is_some_and(|n| chosen(n) == choice);
                rows.iter().filter(chose).map(|row| row[column].clone()).collect::<HashSet<_>>()
            };
            let (a, b) = (of("a"), of("b"));
            let alike = a.len() > 1 || b.len() > 1 || a == b;
            assert!(alike, "{what}, column {column}, is {a:?} for some and {b:?} for the others");
        }
    }
    assert!(tried > 10, "{tried} tables and orders name all members");
}
