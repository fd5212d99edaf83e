//! What elements show, drawn by the host for pages that ask for it.

use std::rc::Rc;

use folkmoot::api::{checklist_from, member_from, poll_from};
use folkmoot::domain::time::Timestamp;
use folkmoot::render::{Clock, Reader};
use folkmoot::sync::Entity;
use serde_json::{Value, json};

use crate::client::{Call, Host, now, poll};

/// A reader with this query.
fn reader(language: &str, sign_in: Option<&str>) -> (Reader, String) {
    let changes = vec![(Timestamp(1_774_746_000_000), 120), (Timestamp(1_792_890_000_000), 60)];
    let clock = Clock { first: 60, changes };
    let reader = Reader { language: language.into(), clock, sign_in: sign_in.map(Into::into) };
    let sign_in = sign_in.map(|address| format!("&sign_in={address}")).unwrap_or_default();
    (reader, format!("paint={language},60,1774746000000,120,1792890000000,60{sign_in}"))
}

/// Compares what the host painted between two moments with what the widget draws of the data beside it.
fn is_drawn(painted: &Value, entity: &Entity, reader: &Reader, times: [Timestamp; 2]) {
    let drawn = times.map(|now| json!(reader.painter(now).paint(entity.clone()).unwrap()));
    assert!(drawn.contains(painted), "{painted}\nis not what is drawn:\n{}", drawn[0]);
}

#[tokio::test]
async fn what_is_painted_is_what_the_widget_draws_of_the_same_answer() {
    let host = Host::demo().await;
    let all = host.get("/polls").by_staff().ok().await;
    let ids: Vec<&str> = all["polls"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert!(ids.len() > 10, "{ids:?}");
    let viewers: [fn(Call) -> Call; 3] = [|call| call, |call| call.by("mia"), Call::by_staff];
    for (reader, query) in [reader("en", None), reader("ar", Some("/login")), reader("de-AT", None)] {
        for viewer in viewers {
            let ask = async |path: &str| viewer(host.get(&format!("{path}{query}"))).ok().await;
            let before = now();
            let polls = ask(&format!("/polls?ids={}&", ids.join(","))).await;
            let members = ask("/members?ids=ann,otto,mia&").await;
            let list = ask("/checklist?").await;
            let times = [before, now()];
            assert_eq!(polls["paints"].as_object().unwrap().len(), ids.len());
            for json in polls["polls"].as_array().unwrap() {
                let entity = Entity::Poll(Rc::new(poll_from(json).unwrap()));
                is_drawn(&polls["paints"][json["id"].as_str().unwrap()], &entity, &reader, times);
            }
            for json in members["members"].as_array().unwrap() {
                let entity = Entity::Member(Rc::new(member_from(json).unwrap()));
                is_drawn(&members["paints"][json["id"].as_str().unwrap()], &entity, &reader, times);
            }
            let json = &list["checklist"];
            assert_eq!(json.is_null(), list.get("paint").is_none(), "{list}");
            if !json.is_null() {
                let entity = Entity::Checklist(Rc::new(checklist_from(json).unwrap()));
                is_drawn(&list["paint"], &entity, &reader, times);
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_painted_for_pages_that_do_not_ask() {
    let host = Host::polls([poll("p")]).await;
    assert!(host.get("/polls?ids=p").ok().await.get("paints").is_none());
    assert!(host.get("/polls?ids=p&paint=en,0").ok().await["paints"]["p"].is_array());
}

#[tokio::test]
async fn what_cannot_be_painted_for_is_refused_with_what_to_say() {
    let host = Host::polls([poll("p")]).await;
    for (query, told) in [
        ("paint=de", "paint: a language and the reader's clock"),
        ("paint=de,60,5", "paint: a language and the reader's clock"),
        ("paint=de,60&sign_in=javascript:alert(1)", "sign_in: an http or https URL"),
    ] {
        for path in ["/polls?ids=p&", "/members?ids=ann&", "/checklist?"] {
            let answer = host.get(&[path, query].concat()).send().await;
            assert_eq!(answer.status, 422, "{path}{query}");
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(told), "{path}{query}");
        }
    }
}

#[tokio::test]
async fn the_tag_of_an_answer_is_that_of_what_it_paints() {
    let host = Host::polls([poll("p")]).await;
    let tag = async |query: &str| {
        let answer = host.get(&format!("/polls?ids=p{query}")).send().await;
        answer.headers["etag"].to_str().unwrap().to_owned()
    };
    let (plain, english, german) = (tag("").await, tag("&paint=en,0").await, tag("&paint=de,0").await);
    assert!(plain != english && english != german && german != plain);
    assert_eq!(english, tag("&paint=en,0").await);
    let known = host.get("/polls?ids=p&paint=en,0").header("if-none-match", &english).send().await;
    assert_eq!(known.status, 304);
}
