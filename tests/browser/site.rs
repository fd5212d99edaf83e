//! What a test gets: a native host with the demo community, and a forum that embeds it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::LazyLock;

use folkmoot::build;
use folkmoot::server::{Asset, Config, Database, Fsync, Limits, Server};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Browser;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::forum::Forum;
use crate::page::Page;

/// The key that the test's forum signs its members' tokens with.
pub const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";

/// The widget's files as `tests/run` built them.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let (_, files) = build::load(&dist).expect("a built widget: `cargo run -- build`");
    let asset = |loaded: build::LoadedFile| Asset {
        name: loaded.file.name,
        media_type: loaded.file.media_type,
        immutable: loaded.file.immutable,
        plain: loaded.plain,
        brotli: loaded.brotli,
        gzip: loaded.gzip,
    };
    files.into_iter().map(asset).collect()
});

/// Host, forum and browser of one test.
pub struct Site {
    browser: Browser,
    forum: Forum,
    folder: TempDir,
    host: Host,
}

/// A native host in this process.
struct Host {
    addr: SocketAddr,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Site {
    pub(crate) async fn start(browser: Browser) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let forum = Forum::start().await;
        let host = Host::start(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path(), &forum).await;
        forum.pass_on_to(host.addr);
        Self { browser, forum, folder, host }
    }

    /// Opens a page of the native host, such as `/`, or any URL.
    pub async fn open(&self, path: &str) -> Page {
        self.browser.open(&self.url(path)).await
    }

    /// Serves a page that embeds the widget, and opens it.
    pub async fn embed(&self, page: Embed) -> Page {
        self.open(&self.serve(page)).await
    }

    /// Serves a page that embeds the widget, and gives its path.
    pub fn serve(&self, page: Embed) -> String {
        self.forum.serve(page)
    }

    /// Opens a page in one more window of the same browser: same storage, same cookies.
    pub async fn second_window(&self, path: &str) -> Page {
        self.browser.second_window(&self.url(path)).await
    }

    /// The forum's URL for a path. The native host answers there for what is no page of the test's.
    pub fn url(&self, path: &str) -> String {
        if path.starts_with('/') { [&self.forum.origin(), path].concat() } else { path.into() }
    }

    /// The native host's own origin, past the forum.
    pub fn host_origin(&self) -> String {
        format!("http://{}", self.host.addr)
    }

    /// Spoils all requests whose `METHOD /path?query` contains `pattern`, until [`Site::heal`].
    pub fn fail(&self, pattern: &str, fault: Fault) {
        self.fail_times(pattern, usize::MAX, fault);
    }

    /// Spoils the next `times` such requests.
    pub fn fail_times(&self, pattern: &str, times: usize, fault: Fault) {
        self.forum.fail(pattern, times, fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.forum.heal();
    }

    /// The requests so far whose `METHOD /path?query` contains `pattern`, in order.
    pub fn requests(&self, pattern: &str) -> Vec<String> {
        self.forum.requests(pattern)
    }

    /// Stops the native host; its database stays.
    pub async fn stop_host(&mut self) {
        self.host.stop().await;
    }

    /// Starts the native host again, on the same port and database.
    pub async fn restart_host(&mut self) {
        self.host.stop().await;
        self.host = Host::start(self.host.addr, self.folder.path(), &self.forum).await;
    }

    pub(crate) async fn end(mut self) {
        self.host.stop().await;
    }
}

impl Host {
    async fn start(addr: SocketAddr, folder: &Path, forum: &Forum) -> Self {
        let config = Config {
            addr,
            database: Database::Sqlite(format!("sqlite:{}", folder.join("folkmoot.db").display())),
            fsync: Fsync::Os,
            secret: SECRET.to_vec(),
            session: None,
            limits: Limits::default().without_rates(),
            allow_origins: vec![forum.origin()],
            demo: true,
            assets: ASSETS.clone(),
        };
        let server = Server::bind(config).await.expect("a native host");
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            // A test that fails drops the sender, which is as good.
            let _ = stopped.await;
        };
        let running =
            tokio::spawn(async move { server.run(stopped).await.expect("a native host that goes on") });
        Self { addr, running: Some((stop, running)) }
    }

    async fn stop(&mut self) {
        if let Some((stop, running)) = self.running.take() {
            let _ = stop.send(());
            running.await.expect("a native host that stops");
        }
    }
}
