//! A poll as a table.

use folkmoot::domain::poll::{Base, Kind, Method, Proposal, Reasons, Scale, Secrecy};
use folkmoot::server::Claims;
use folkmoot::server::store::NewPoll;
use serde_json::{Value, json};

use crate::client::{Host, claims, poll, poll_of, token};

fn of(kind: Kind, secrecy: Secrecy) -> NewPoll {
    let mut new = poll_of("p", kind);
    new.rules.secrecy = secrecy;
    new
}

async fn exported(new: NewPoll, ballots: &[(&str, Value)]) -> String {
    let host = Host::polls([new]).await;
    for (member, says) in ballots {
        let mut body = says.clone();
        body["revision"] = json!(1);
        let call = host.call("PUT", "/polls/p/ballot").json(&body).header("idempotency-key", "k");
        call.by(member).ok().await;
    }
    let answer = host.get("/polls/p/export.csv").by_staff().send().await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"p.csv\"");
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("begins with a byte order mark");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "RFC 4180 ends lines so: {text:?}");
    text.replace("\r\n", "\n")
}

fn chosen(ids: &[&str]) -> Value {
    json!({ "options": ids })
}

fn values(marks: &[(&str, i32)]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|(o, n)| json!({"option": o, "value": n})).collect();
    json!({ "values": marks })
}

#[tokio::test]
async fn public_ballots_are_rows_and_nothing_in_them_is_a_formula() {
    let mut new = of(Kind::Choice { min: 1, max: 2 }, Secrecy::Public);
    new.rules.abstention = true;
    new.options[0].label = "=HYPERLINK(\"http://evil\")".into();
    new.options[1].label = "Fish, \"fresh\"".into();
    let ballots =
        [("ann", chosen(&["a", "c"])), ("-2+3", chosen(&["b"])), ("bela", json!({"abstain": true}))];
    let table = exported(new, &ballots).await;
    let expected = "member,name,abstains,\"'=HYPERLINK(\"\"http://evil\"\")\",\"Fish, \"\"fresh\"\"\",C\n\
                    '-2+3,'-2+3,,,1,\nann,ann,,1,,1\nbela,bela,1,,,\n";
    assert_eq!(table, expected);
}

#[tokio::test]
async fn of_many_ballots_each_is_there_once() {
    let members: Vec<String> = (100..230).map(|n| format!("m{n}")).collect();
    let ballots: Vec<(&str, Value)> =
        members.iter().map(|member| (member.as_str(), chosen(&["b"]))).collect();
    let table = exported(of(Kind::Choice { min: 1, max: 1 }, Secrecy::Public), &ballots).await;
    let rows = members.iter().map(|member| format!("{member},{member},,,1,"));
    let lines: Vec<String> = std::iter::once("member,name,abstains,A,B,C".into()).chain(rows).collect();
    assert_eq!(table.lines().collect::<Vec<_>>(), lines);
}

#[tokio::test]
async fn of_a_secret_poll_nobody_learns_who_chose_what() {
    let kind = Kind::Choice { min: 1, max: 1 };
    let table =
        exported(of(kind, Secrecy::Secret), &[("ann", chosen(&["b"])), ("bela", chosen(&["b"]))]).await;
    assert_eq!(table, "option,label,votes,percent\na,A,0,0\nb,B,2,100\nc,C,0,0\n");
}

#[tokio::test]
async fn every_kind_has_its_columns() {
    let rating = Kind::Rating(Scale { min: -1, max: 1, step: 1 });
    let ratings = [
        ("ann", values(&[("a", -1), ("b", 1)])),
        ("bela", values(&[("a", 0)])),
        ("carl", values(&[("a", -1)])),
    ];
    let table = exported(of(rating, Secrecy::Secret), &ratings).await;
    let expected =
        "option,label,mean,median,-1,0,1\na,A,-0.67,-1.00,2,1,0\nb,B,1.00,1.00,0,0,1\nc,C,,,0,0,0\n";
    assert_eq!(table, expected);

    let dots = [("ann", values(&[("a", 3), ("c", 2)]))];
    let table = exported(of(Kind::Allocation { dots: 5 }, Secrecy::Public), &dots).await;
    assert_eq!(table, "member,name,abstains,A,B,C\nann,ann,,3,,2\n");

    let orders = [
        ("ann", chosen(&["a", "b"])),
        ("bela", chosen(&["a"])),
        ("carl", chosen(&["b", "a"])),
        ("dora", chosen(&["b", "c"])),
        ("emil", chosen(&["c", "b"])),
    ];
    let table = exported(of(Kind::Ranked(Method::RunOff), Secrecy::Public), &orders).await;
    assert!(table.contains("\ncarl,carl,,2,1,\n"), "places: {table}");
    let table = exported(of(Kind::Ranked(Method::RunOff), Secrecy::Secret), &orders).await;
    assert_eq!(table, "option,label,round 1,round 2,outcome\na,A,2,2,\nb,B,2,3,elected\nc,C,1,,\n");
    let table = exported(of(Kind::Ranked(Method::Schulze), Secrecy::Secret), &orders).await;
    assert!(
        table.starts_with("option,label,place,over A,over B,over C\na,A,2,0,2,3\nb,B,1,3,0,3\n"),
        "{table}"
    );

    let proposal = Kind::Proposal(Proposal { reasons: Reasons::Optional, threshold: 50, of: Base::Ballots });
    let table = exported(
        of(proposal, Secrecy::Public),
        &[("ann", json!({"options": ["block"], "reason": "@all: no"}))],
    )
    .await;
    assert_eq!(table, "member,name,abstains,AGREE,DISAGREE,BLOCK,reason\nann,ann,,,,1,'@all: no\n");
}

#[tokio::test]
async fn embedding_28_a_spreadsheet_that_opens_the_file_by_a_double_click_shows_every_letter() {
    let host = Host::polls([of(Kind::Choice { min: 1, max: 1 }, Secrecy::Public)]).await;
    let joerg = Claims { name: Some("Jörg".into()), ..claims("joerg") };
    host.vote("p", 1, &["a"]).token(&token(&joerg)).ok().await;
    host.add(&NewPoll { title: "?".into(), ..poll("empty") }).await;
    for (poll, row) in [("p", "joerg,Jörg,,1,,\r\n"), ("empty", "a,A,0,0\r\n")] {
        let answer = host.get(&format!("/polls/{poll}/export.csv")).by_staff().send().await;
        // Without these three bytes a spreadsheet takes the file for one in its country's old encoding.
        assert_eq!(answer.body[..3], [0xef, 0xbb, 0xbf]);
        let text = std::str::from_utf8(&answer.body[3..]).unwrap();
        assert!(text.contains(row), "{text}");
        assert!(!text.contains('\u{feff}'), "the mark stands at the beginning alone");
    }
}
