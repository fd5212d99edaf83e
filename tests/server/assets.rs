use folkmoot::server::Asset;

use crate::client::{Answer, Host};

async fn host() -> Host {
    let asset = |name: &str, media_type: &str, immutable| Asset {
        name: name.into(),
        media_type: media_type.into(),
        immutable,
        lazy: false,
        plain: b"plain".into(),
        brotli: b"brotli".into(),
        gzip: b"gzip".into(),
    };
    Host::with(|config| {
        config.allow_origins = vec!["https://forum.example".into()];
        config.assets = vec![
            asset("embed.js", "text/javascript; charset=utf-8", false),
            asset("widget-1a2b.wasm", "application/wasm", true),
        ];
    })
    .await
}

async fn get(host: &Host, name: &str, accepted: &str) -> Answer {
    host.get(&format!("//folkmoot/v1/{name}")).header("accept-encoding", accepted).send().await
}

#[tokio::test]
async fn a_file_comes_in_the_encoding_that_the_browser_likes_best() {
    let host = host().await;
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.9", "gzip", "gzip"),
        ("", "", "plain"),
        ("identity", "", "plain"),
    ] {
        let answer = get(&host, "embed.js", accepted).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(answer.body, body);
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert!(answer.header("vary").to_lowercase().contains("accept-encoding"));
    }
}

#[tokio::test]
async fn a_name_with_a_hash_is_cached_for_good_and_the_loader_is_used_while_a_newer_one_comes() {
    let host = host().await;
    let wasm = get(&host, "widget-1a2b.wasm", "br").await;
    assert_eq!(wasm.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(wasm.header("content-type"), "application/wasm");
    let loader = get(&host, "embed.js", "br").await;
    assert_eq!(loader.header("cache-control"), "public, max-age=300, stale-while-revalidate=1209600");
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_not_sent_again() {
    let host = host().await;
    let tag = get(&host, "embed.js", "br").await.header("etag");
    assert_ne!(tag, get(&host, "embed.js", "gzip").await.header("etag"), "two encodings are two bodies");
    let call = host.get("//folkmoot/v1/embed.js").header("accept-encoding", "br");
    let again = call.header("if-none-match", &tag).send().await;
    assert_eq!((again.status.as_u16(), again.body.len(), again.header("etag")), (304, 0, tag));
}

#[tokio::test]
async fn the_head_of_a_file_says_its_length() {
    let host = host().await;
    let head = host.call("HEAD", "//folkmoot/v1/embed.js").header("accept-encoding", "br").send().await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length").as_str(), head.body.len()),
        (200, "6", 0)
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found_in_plain_words() {
    let host = host().await;
    for name in ["nope.js", "", "../api/session"] {
        let answer = get(&host, name, "br").await;
        assert_eq!(answer.status, 404, "{name}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    }
}

#[tokio::test]
async fn files_can_be_loaded_by_pages_of_allowed_origins_only() {
    let host = host().await;
    for (origin, allowed) in [("https://forum.example", "https://forum.example"), ("https://x.example", "")] {
        let answer = host.get("//folkmoot/v1/embed.js").header("origin", origin).send().await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
    }
}

#[tokio::test]
async fn the_demos_pages_name_the_hashed_files_that_all_need_and_nothing_else_does() {
    let wasm = |name: &str, lazy| Asset {
        name: name.into(),
        media_type: "application/wasm".into(),
        immutable: true,
        lazy,
        plain: Vec::new(),
        brotli: Vec::new(),
        gzip: Vec::new(),
    };
    let host = Host::with(|config| {
        config.demo = true;
        config.assets = vec![wasm("widget-1a2b.wasm", false), wasm("part-3c4d.wasm", true)];
    })
    .await;
    let link =
        "</folkmoot/v1/widget-1a2b.wasm>; rel=preload; as=fetch; crossorigin; type=\"application/wasm\"";
    for (path, expected) in
        [("/", link), ("/demo/plain.html", link), ("/demo/forum.css", ""), ("/favicon.ico", "")]
    {
        assert_eq!(host.get(&format!("/{path}")).send().await.header("link"), expected, "{path}");
    }
}
