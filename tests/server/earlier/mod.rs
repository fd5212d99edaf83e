//! A database that an earlier host wrote: it opens, and says all that it said then.
//!
//! `host.sql` is the dump of a database with polls of every kind and what members did to them, written by the host as it was
//! before the database's rows had formats of their own. `readings.json` is what that host read from it. Neither is ever
//! written anew: what they hold fast is that databases of earlier hosts are read.

use std::collections::BTreeMap;

use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::domain::poll::{Answer, Says};
use folkmoot::domain::time::Timestamp;
use folkmoot::server::store::{Act, Calendar, Cast, Store};
use folkmoot::server::{Database, Fsync, Identity, Role, Who};
use folkmoot::wire;
use serde_json::{Value, json};
use sqlx::Connection;

/// What was read, by what it was read of.
type Readings = BTreeMap<String, Value>;

/// When it was read.
const THEN: Timestamp = Timestamp(1_796_000_000_000);

fn identity(id: &MemberId, role: Role) -> Identity {
    let name = id.to_string();
    Identity {
        id: id.clone(),
        name,
        role,
        groups: Vec::new(),
        stage: None,
        joined: None,
        expires: THEN.plus(1),
    }
}

/// The database as it was, in this folder, opened by this host.
async fn opened(folder: &tempfile::TempDir) -> Store {
    let url = format!("sqlite:{}", folder.path().join("host.db").display());
    let mut raw = sqlx::SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
    sqlx::raw_sql(include_str!("host.sql")).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    Store::open(&Database::Sqlite(url), Fsync::Always, 8, Calendar::default()).await.unwrap()
}

/// All that the host reads of these polls and members.
async fn readings(store: &Store, polls: &[PollId], members: &[MemberId]) -> Readings {
    let mut readings = Readings::new();
    let mut note = |what: String, read: Value| assert!(readings.insert(what, read).is_none());
    let told = |poll| json!(wire::Poll::from(poll));
    let staff = Who::Member(identity(&MemberId::new("boss").unwrap(), Role::Staff));
    for (viewer, who) in [("a guest", &Who::Guest(None)), ("staff", &staff)] {
        for poll in store.polls(polls, who, THEN).await.unwrap() {
            note(format!("poll {} for {viewer}", poll.id), told(poll));
        }
    }
    for member in members {
        let who = Who::Member(identity(member, Role::Member));
        let own = store.own(member, polls).await.unwrap();
        let polls: Vec<PollId> = polls.iter().filter(|poll| own.contains_key(poll)).cloned().collect();
        let own = store.polls(&polls, &who, THEN).await.unwrap().into_iter();
        let own: Readings = own.map(|poll| (poll.id.to_string(), told(poll)["viewer"].take())).collect();
        note(format!("own of {member}"), json!(own));
        let seen = store.members(std::slice::from_ref(member), &who, THEN).await.unwrap();
        note(format!("member {member}"), json!(seen.into_iter().map(wire::Member::from).collect::<Vec<_>>()));
        let list = store.checklist(member).await.unwrap().map(wire::Checklist::from);
        note(format!("checklist of {member}"), json!(list));
    }
    for poll in polls {
        let (voters, more) = store.voters(poll, None, None).await.unwrap();
        assert!(!more);
        let voter = |v: folkmoot::server::store::Voter| (v.id.to_string(), v.name, wire::Marks::from(v.says));
        note(format!("voters in {poll}"), json!(voters.into_iter().map(voter).collect::<Vec<_>>()));
        let (reasons, _) = store.reasons(poll, 0).await.unwrap();
        let reason = |r: folkmoot::server::store::Reason| {
            let Says::This(Answer::Stance(option, why)) = r.says else { panic!("a reason for {:?}", r.says) };
            json!([r.member.1, option.as_str(), why])
        };
        note(format!("reasons in {poll}"), reasons.into_iter().map(reason).collect());
        let (said, _) = store.comments(poll, None).await.unwrap();
        let said = said.into_iter().map(|c| json!([c.id, c.member.as_str(), c.name, c.at.0, c.text]));
        note(format!("comments on {poll}"), said.collect());
        let (followers, _) = store.followers(poll, None).await.unwrap();
        let followers = followers.iter().map(|(member, name)| json!([member.as_str(), name]));
        note(format!("followers of {poll}"), followers.collect());
    }
    let deleted = store.deleted(&[PollId::new("gone").unwrap()]).await.unwrap();
    note("deleted polls".into(), deleted.iter().map(PollId::as_str).collect());
    let (list, _) = store.polls_before(None).await.unwrap();
    note("the list of polls".into(), list.iter().map(|(at, id)| json!([at.0, id.as_str()])).collect());
    let notices = store.due_notices(THEN).await.unwrap().into_iter();
    let notices = notices.map(|n| json!([n.poll.as_str(), n.round, n.event, n.at.0, n.tries]));
    note("notices".into(), notices.collect());
    readings
}

/// What follows a word in the names of readings.
fn named<T, E>(known: &Readings, word: &str, tail: &str, id: fn(String) -> Result<T, E>) -> Vec<T> {
    let names = known.keys().filter_map(|what| what.strip_prefix(word)?.strip_suffix(tail));
    names.map(|name| id(name.into()).ok().unwrap()).collect()
}

#[tokio::test]
async fn everything_in_a_database_of_an_earlier_host_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let known: Readings = serde_json::from_str(include_str!("readings.json")).unwrap();
    let polls = named(&known, "poll ", " for staff", PollId::new);
    let members = named(&known, "member ", "", MemberId::new);
    assert!(polls.len() > 30 && members.len() > 20);
    let read = readings(&store, &polls, &members).await;
    for (what, known) in &known {
        assert_eq!(&read[what], known, "{what}");
    }
    assert_eq!(read.len(), known.len());
}

#[tokio::test]
async fn a_database_of_an_earlier_host_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let id = |name| MemberId::new(name).unwrap();
    let cast = |member, poll, key: &str, revision, act| Cast {
        member: identity(&id(member), Role::Member),
        poll: PollId::new(poll).unwrap(),
        revision,
        act,
        key: key.into(),
    };
    let vote =
        |option| Act::Vote(Answer::Options(vec![folkmoot::domain::id::OptionId::new(option).unwrap()]));
    let before = store.polls(&[PollId::new("plain").unwrap()], &Who::Guest(None), THEN).await.unwrap();
    let again = store.cast(cast("ann", "plain", "plain 1 a", 1, vote("a")), THEN).await.unwrap();
    assert_eq!(
        again.tally, before[0].tally,
        "a ballot that is sent again under its key is the one that stands"
    );
    let other = store.cast(cast("ann", "plain", "plain 1 a", 1, vote("b")), THEN).await.unwrap_err();
    assert!(other.to_string().contains("the key was used"), "{other}");
    let changed = store.cast(cast("ann", "plain", "new", 9, vote("c")), THEN).await.unwrap();
    assert_eq!(changed.turnout.cast, before[0].turnout.cast);
    assert_ne!(changed.tally, before[0].tally);
    let anonymous = store.cast(cast("ann", "anonymous", "anonymous 1 a", 1, vote("a")), THEN).await.unwrap();
    assert_eq!(anonymous.turnout.cast, 3, "also in an anonymous poll");
    store.close().await;
}
