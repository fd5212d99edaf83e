use crate::client::{Host, poll};

const FORUM: &str = "https://forum.example";

#[tokio::test]
async fn a_read_that_has_not_changed_is_not_sent_again() {
    let host = Host::polls([poll("p")]).await;
    let first = host.get("/polls?ids=p").send().await;
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag} is not a strong tag");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let vary = first.header("vary").to_lowercase();
    assert!(vary.contains("authorization") && vary.contains("origin"), "{vary}");
    let again = host.get("/polls?ids=p").header("if-none-match", &format!("\"x\", {tag}")).send().await;
    assert_eq!((again.status.as_u16(), again.body.len(), again.header("etag")), (304, 0, tag.clone()));
    let unchanged = async |known: &str| {
        host.get("/polls?ids=p").header("if-none-match", known).send().await.status == 304
    };
    for known in [format!("W/{tag}"), format!("\"a,b\",{tag} , \"c\""), "*".into()] {
        assert!(unchanged(&known).await, "{known}");
    }
    for known in
        [format!("x{tag}"), tag.trim_matches('"').into(), "\"a".into(), "\"a b\", W/".into(), "\u{e9}".into()]
    {
        assert!(!unchanged(&known).await, "{known}");
    }
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    let changed = host.get("/polls?ids=p").header("if-none-match", &tag).send().await;
    assert_eq!(changed.status, 200);
}

#[tokio::test]
async fn every_answer_tells_the_time_and_is_what_it_says_it_is() {
    let host = Host::polls([poll("p")]).await;
    for call in [host.get("/session"), host.get("/nope"), host.vote("p", 1, &["a"]).by("ann"), host.get("//")]
    {
        let answer = call.send().await;
        assert!(answer.header("date").ends_with("GMT"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn everything_that_goes_wrong_is_a_problem() {
    let host = Host::polls([poll("p")]).await;
    for (method, path, kind, status) in [
        ("GET", "/nope", "not-found", 404),
        ("GET", "", "not-found", 404),
        ("GET", "/", "not-found", 404),
        ("GET", "/polls/p/ballot/x", "not-found", 404),
        ("DELETE", "/polls", "method-not-allowed", 405),
        ("GET", "/polls/p/ballot", "method-not-allowed", 405),
        ("DELETE", "/session", "method-not-allowed", 405),
        ("PUT", "/polls/p/ballot", "unauthorized", 401),
        ("GET", "/events", "invalid", 422),
    ] {
        let (problem, answered, detail) = host.call(method, path).problem().await;
        assert_eq!((problem.as_str(), answered), (kind, status), "{method} {path}");
        assert!(!detail.is_empty());
    }
}

#[tokio::test]
async fn a_body_over_64_kilobytes_is_too_large() {
    let host = Host::polls([poll("p")]).await;
    let body = format!(r#"{{"revision":1,"options":["{}"]}}"#, "x".repeat(64 * 1024));
    let (kind, status, detail) = host.vote("p", 1, &[]).by("ann").body(body).problem().await;
    assert_eq!((kind.as_str(), status), ("too-large", 413));
    assert!(detail.contains("65536"), "{detail}");
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call() {
    let host = Host::with(|config| config.allow_origins = vec![FORUM.into()]).await;
    let answer = host.get("/session").header("origin", FORUM).send().await;
    assert_eq!(answer.header("access-control-allow-origin"), FORUM);
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    assert!(
        ["date", "etag", "retry-after", "folkmoot-epoch", "x-request-id"]
            .iter()
            .all(|name| exposed.contains(name)),
        "{exposed}"
    );
    let ask = host.call("OPTIONS", "/polls/p/ballot").header("origin", FORUM);
    let ask = ask.header("access-control-request-method", "PUT");
    let allowed = ask.header("access-control-request-headers", "authorization,idempotency-key").send().await;
    assert!(allowed.status.is_success());
    assert_eq!(allowed.header("access-control-allow-origin"), FORUM);
    assert_eq!(allowed.header("access-control-max-age"), "7200");
    assert_eq!(allowed.header("access-control-allow-methods"), "GET,PUT,POST,PATCH,DELETE");
    let headers = allowed.header("access-control-allow-headers");
    for name in ["authorization", "content-type", "idempotency-key", "last-event-id", "if-none-match"] {
        assert!(headers.contains(name), "{headers}");
    }
}

#[tokio::test]
async fn problems_too_can_be_read_by_pages_of_allowed_origins() {
    let host = Host::with(|config| config.allow_origins = vec![FORUM.into()]).await;
    for path in ["/nope", "/polls/x"] {
        let answer = host.get(path).header("origin", FORUM).send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("access-control-allow-origin").as_str()),
            (404, FORUM)
        );
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_not() {
    let host = Host::with(|config| config.allow_origins = vec![FORUM.into()]).await;
    for origin in ["https://evil.example", "http://forum.example", "null", "https://forum.example.evil"] {
        for call in [host.get("/session"), host.call("OPTIONS", "/session")] {
            let call = call.header("origin", origin).header("access-control-request-method", "GET");
            assert_eq!(call.send().await.header("access-control-allow-origin"), "", "{origin}");
        }
    }
}

#[tokio::test]
async fn without_a_demo_the_front_page_says_what_this_is() {
    let host = Host::start().await;
    let answer = host.get("//").send().await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert!(String::from_utf8_lossy(&answer.body).contains("/folkmoot/api"));
    assert_eq!(host.get("//demo/plain.html").send().await.status, 404);
}
