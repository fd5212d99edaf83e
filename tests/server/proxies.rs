//! Proxies before the host: whose calls they bring, and that nothing of a call is lost on the way.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use folkmoot::server::{Proxies, network};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{Call, Host, poll, within};

/// A host that lets each address begin to vote so often, behind the proxies of this network alone.
async fn host(guests: u32, trusted: &str) -> Host {
    Host::with(|config| {
        config.limits.guests_per_hour = NonZeroU32::new(guests);
        config.proxies = Proxies { networks: vec![network(trusted).unwrap()], not_loopback: true };
    })
    .await
}

/// The status with which a guest begins to vote, whose call says that it comes from there.
async fn begin(call: Call, forwarded: &str) -> u16 {
    call.header("x-forwarded-for", forwarded).send().await.status.as_u16()
}

#[tokio::test]
async fn embedding_17_guests_behind_a_trusted_proxy_each_have_their_share() {
    let host = host(1, "127.0.0.2/32").await;
    let call = |peer| host.call("POST", "/session").from(peer);
    assert_eq!(begin(call("127.0.0.2"), "203.0.113.1").await, 201);
    assert_eq!(begin(call("127.0.0.2"), "203.0.113.2").await, 201);
    for again in ["203.0.113.1", "8.8.8.8, 203.0.113.1", "junk, 203.0.113.1:99", "203.0.113.1, 127.0.0.2"] {
        assert_eq!(begin(call("127.0.0.2"), again).await, 429, "{again}");
    }
    // Whoever is no proxy counts by their own address, whatever they say.
    assert_eq!(begin(call("127.0.0.1"), "203.0.113.3").await, 201);
    assert_eq!(begin(call("127.0.0.1"), "203.0.113.4").await, 429);
    assert_eq!(begin(call("127.0.0.3"), "203.0.113.1").await, 201);
}

#[tokio::test]
async fn forums_7_guests_whose_proxy_says_no_address_share_what_one_address_has() {
    let host = Host::with(|config| config.limits.guests_per_hour = NonZeroU32::new(2)).await;
    let status = async || host.call("POST", "/session").send().await.status.as_u16();
    assert_eq!([status().await, status().await, status().await], [201, 201, 429]);
    assert_eq!(begin(host.call("POST", "/session"), "203.0.113.1").await, 201);
}

#[tokio::test]
async fn forums_7_staff_see_where_a_call_came_from_and_nobody_else_does() {
    let host = host(9, "127.0.0.2/32").await;
    let caller = async |peer: &str, forwarded: Option<&str>| {
        let call = host.get("/session").by_staff().from(peer);
        let call = forwarded.into_iter().fold(call, |call, said| call.header("x-forwarded-for", said));
        call.ok().await["caller"].clone()
    };
    for (peer, said, address, trusted) in [
        ("127.0.0.2", Some("1.1.1.1, 203.0.113.9"), json!("203.0.113.9"), true),
        ("127.0.0.2", None, Value::Null, true),
        ("127.0.0.1", Some("203.0.113.9"), json!("127.0.0.1"), false),
    ] {
        let told = json!({"address": address, "peer": peer, "trusted": trusted, "forwarded": said.is_some()});
        assert_eq!(caller(peer, said).await, told);
    }
    for call in [host.get("/session"), host.get("/session").by("ann")] {
        assert_eq!(call.ok().await.get("caller"), None);
    }
}

/// A program that runs until it is dropped.
struct Running(
    Child,
    #[expect(dead_code, reason = "its files are needed as long as it runs")] tempfile::TempDir,
);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a proxy that is set up as the README says, before this host; `None` where the machine does not have it.
async fn proxy(program: &str, host: SocketAddr) -> Option<(Running, SocketAddr)> {
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().display();
    let file = folder.path().join("conf");
    let mut command = Command::new(program);
    let text = if program == "nginx" {
        command.arg("-p").arg(folder.path()).arg("-e").arg(folder.path().join("log")).arg("-c").arg(&file);
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let paths = paths.map(|name| format!("{name}_temp_path {here}/{name};")).concat();
        let block = include_str!("../proxy/nginx.conf");
        format!(
            "daemon off; master_process off; pid {here}/pid; events {{}}\n\
             http {{ access_log off; {paths} server {{ listen {addr};\n{block}\n}} }}"
        )
    } else {
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
        let block = include_str!("../proxy/Caddyfile");
        format!("{{\nadmin off\nauto_https off\n}}\nhttp://{addr} {{\n{block}}}\n")
    };
    std::fs::write(&file, text.replace("127.0.0.1:8080", &host.to_string())).unwrap();
    command.env("HOME", folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(child) => {
            let running = Running(child, folder);
            within(async { while TcpStream::connect(addr).await.is_err() {} }).await;
            Some((running, addr))
        }
        Err(error) => {
            println!("{program} is not tried: {error}");
            None
        }
    }
}

#[tokio::test]
async fn forums_7_behind_nginx_and_caddy_as_the_readme_has_them_everybody_is_told_apart_and_all_is_live() {
    for program in ["nginx", "caddy"] {
        let host = Host::with(|config| config.limits.guests_per_hour = NonZeroU32::new(1)).await;
        host.add(&poll("p")).await;
        let Some((_running, addr)) = proxy(program, host.addr).await else { continue };
        let begin =
            async |peer: &str, said: &str| begin(Call::to(addr, "POST", "/session").from(peer), said).await;
        assert_eq!(begin("127.0.0.1", "203.0.113.1").await, 201, "{program}");
        assert_eq!(begin("127.0.0.1", "203.0.113.2").await, 429, "{program} passes on what a guest made up");
        assert_eq!(begin("127.0.0.9", "203.0.113.2").await, 201, "{program}");
        let made_up = Call::to(addr, "GET", "/session").header("x-request-id", "made-up").send().await;
        assert!(made_up.header("x-request-id").len() >= 32, "{program} gives each request an id of its own");
        let session = Call::to(addr, "GET", "/session").by_staff().from("127.0.0.9").ok().await;
        let told = json!({"address": "127.0.0.9", "peer": "127.0.0.1", "trusted": true, "forwarded": true});
        assert_eq!(session["caller"], told, "{program}");

        // A page of the proxy's own origin, over plain HTTP, where browsers say no more than the origin.
        let own = Call::to(addr, "POST", "/session").from("127.0.0.8").header("host", &addr.to_string());
        let own = own.header("origin", &format!("http://{addr}")).send().await;
        assert_eq!(own.status, 201, "{program}");

        let mut feed = Call::to(addr, "GET", "/events?topics=poll:p").follow().await;
        feed.next().await;
        for revision in 1..=3 {
            Call::vote(addr, "p", revision, &["a"]).by("ann").ok().await;
            let event = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
            assert_eq!(event.expect("the feed is held up").name, "poll", "{program}");
        }
        let back = Call::to(addr, "DELETE", "/polls/p/ballot").json(&json!({"revision": 4}));
        back.header("idempotency-key", "back").by("ann").ok().await;
    }
}
