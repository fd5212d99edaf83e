//! Of an anonymous ballot nobody finds out what it says, whatever they can read.

use std::path::Path;

use folkmoot::domain::id::{MemberId, OptionId, PollId};
use folkmoot::domain::poll::{Answer, Count, Kind, Results, Secrecy};
use folkmoot::domain::time::Timestamp;
use folkmoot::server::store::{Act, Cast, NewPoll, Store};
use folkmoot::server::{Database, Fsync, Identity, Role, Who};
use serde_json::json;
use sqlx::Connection;

use crate::client::{Call, Host, poll};

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
    Store::open(&Database::Sqlite(format!("sqlite:{}", file.display())), Fsync::Always, 8).await.unwrap()
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
    [running, log, std::fs::read(&file).unwrap()]
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

#[tokio::test]
async fn a_reader_that_holds_the_log_up_holds_no_ballot_up_and_the_log_is_emptied_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("host.db");
    let store = open(&file).await;
    store.add_poll(&anonymous("p"), THEN).await.unwrap();
    let mut raw = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let mut backup = raw.begin().await.unwrap();
    sqlx::query("SELECT * FROM polls").fetch_all(&mut *backup).await.unwrap();
    cast(&store, "p", "ann", &["a"], THEN).await;
    let log = || std::fs::metadata(folder.path().join("host.db-wal")).unwrap().len();
    assert!(log() > 0);
    // What a host that is killed just now leaves is emptied by the next one, before it says anything.
    let left = tempfile::tempdir().unwrap();
    for name in ["host.db", "host.db-wal"] {
        std::fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    let next = open(&left.path().join("host.db")).await;
    assert_eq!(std::fs::metadata(left.path().join("host.db-wal")).unwrap().len(), 0);
    let poll = next.polls(&[PollId::new("p").unwrap()], &Who::Guest(None), THEN).await.unwrap().remove(0);
    assert_eq!(poll.tally.map(|tally| tally.count), Some(Count::Votes(vec![1, 0, 0])));
    backup.commit().await.unwrap();
    store.tidy().await;
    assert_eq!(log(), 0);
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
