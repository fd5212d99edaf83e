use serde_json::Value;

use crate::client::{Answer, Host, now, votes};

async fn page(host: &Host, path: &str) -> (Answer, String) {
    let answer = host.get(&format!("/{path}")).send().await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    (answer, text)
}

/// The token that a page gives its script.
fn token(page: &str) -> Option<&str> {
    page.split_once("data-token=\"")?.1.split_once('"').map(|(token, _)| token)
}

fn badges(member: &Value) -> Vec<&str> {
    member["badges"].as_array().unwrap().iter().map(|b| b["badge"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_page_is_shown_as_each_persona() {
    let host = Host::demo().await;
    for (persona, id, role) in
        [("newcomer", "mia", "member"), ("regular", "ann", "member"), ("staff", "otto", "staff")]
    {
        let (_, text) = page(&host, &format!("/?as={persona}")).await;
        assert!(!text.contains("{{"), "a place was left open");
        assert!(text.contains("data-api=\"/folkmoot/api\" data-sign-in=\"/?as=regular\""));
        let session = host.get("/session").token(token(&text).unwrap()).ok().await;
        assert_eq!((&session["viewer"]["id"], &session["viewer"]["role"]), (&id.into(), &role.into()));
        let member = host.get(&format!("/members?ids={id}")).ok().await["members"][0].clone();
        assert_eq!(session["viewer"]["name"], member["name"], "signing in must not rename them");
    }
    assert_eq!(token(&page(&host, "/?as=guest").await.1), None);
    assert!(token(&page(&host, "/").await.1).is_some());
    assert!(token(&page(&host, "/demo/plain.html").await.1).is_some());
}

#[tokio::test]
async fn demo_pages_allow_no_more_than_the_widget_needs() {
    let host = Host::demo().await;
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/demo/plain.html", "text/html; charset=utf-8"),
        ("/demo/forum.css", "text/css; charset=utf-8"),
        ("/demo/forum.js", "text/javascript; charset=utf-8"),
    ] {
        let (answer, _) = page(&host, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type").as_str()),
            (200, media_type),
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(policy.contains("require-trusted-types-for 'script'"), "{policy}");
    }
    assert_eq!(page(&host, "/demo/nope.html").await.0.status, 404);
}

#[tokio::test]
async fn the_dinner_poll_waits_for_the_personas() {
    let host = Host::demo().await;
    let seen = host.poll("weekly-dinner").await;
    assert_eq!(
        (&seen["title"], &seen["turnout"]["cast"]),
        (&"Where do we eat on Saturday?".into(), &23.into())
    );
    assert!(seen.get("tally").is_none());
    let closes_at = folkmoot::domain::time::Timestamp::parse(seen["closes_at"].as_str().unwrap()).unwrap();
    assert!(closes_at > now() && closes_at < now().plus(8 * 86_400_000));
    let cast = host.vote("weekly-dinner", 1, &["ramen"]).by("ann").ok().await;
    assert_eq!(votes(&cast["poll"]), [6, 3, 8, 2, 5]);
}

#[tokio::test]
async fn every_state_of_a_poll_is_there() {
    let host = Host::demo().await;
    let ids = "weekly-dinner,meetup-topics,new-logo,moderator-election,roadmap,next-month";
    let polls = host.get(&format!("/polls?ids={ids}")).by_staff().ok().await;
    assert_eq!(polls["missing"], serde_json::json!([]));
    for poll in polls["polls"].as_array().unwrap() {
        let counted: u64 = votes(poll).iter().sum();
        let cast = poll["turnout"]["cast"].as_u64().unwrap();
        assert!(counted >= cast && (cast > 10 || poll["id"] == "next-month"), "{poll}");
    }
    for (poll, kind) in [("new-logo", "poll-closed"), ("next-month", "poll-closed")] {
        let option = host.poll(poll).await["options"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(host.vote(poll, 1, &[&option]).by("ann").kind().await, kind);
    }
}

#[tokio::test]
async fn the_thread_s_authors_are_who_they_seem() {
    let host = Host::demo().await;
    let answer = host.get("/members?ids=ann,otto,mia,bela,chidi,yuki").ok().await;
    let [ann, otto, mia, bela, chidi, yuki] = answer["members"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(ann["stage"], "contributor");
    assert!(badges(ann).len() > 5, "{:?}", badges(ann));
    assert_eq!(otto["stage"], "leader");
    assert!(badges(otto).contains(&"moderator"), "{:?}", badges(otto));
    assert!((1..=4).contains(&badges(mia).len()), "{:?}", badges(mia));
    assert!(badges(chidi).contains(&"great-post"));
    for member in [bela, chidi, yuki] {
        assert!(badges(member).len() > 2, "{:?}", badges(member));
    }
}

#[tokio::test]
async fn a_demo_that_has_begun_goes_on() {
    let host = Host::demo().await;
    host.vote("weekly-dinner", 1, &["taco"]).by("ann").ok().await;
    let host = host.restart_demo().await;
    assert_eq!(host.poll("weekly-dinner").await["turnout"]["cast"], 24);
}
