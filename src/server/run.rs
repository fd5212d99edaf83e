//! The host as a whole: bound, then run until it is to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::set_header::SetResponseHeaderLayer;

use super::app::{App, now};
use super::auth::Keys;
use super::limits::Guard;
use super::store::Store;
use super::{Config, Error, Notify, answer, assets, clockwork, cors, demo, notify, routes, serve};
use crate::contract::{API_PATH, ASSETS_PATH};

/// How long calls that are being answered may take once the host is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long closing the database may take.
const CLOSING: Duration = Duration::from_secs(1);

/// A native host that has its port and its database. It answers once it [runs](Server::run).
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    store: Store,
    guard: Arc<Guard>,
    router: Router,
    stopping: watch::Sender<bool>,
    notify: Option<Notify>,
    secret: Vec<u8>,
}

impl Server {
    /// Takes the port, opens the database and brings it up to date, and fills one that is empty with the demo where
    /// that is wanted.
    pub async fn bind(config: Config) -> Result<Self, Error> {
        if config.secret.is_empty() {
            return Err(Error::Secret);
        }
        let cors = cors::layer(&config.allow_origins, config.session.as_ref())?;
        let listener = TcpListener::bind(config.addr).await.map_err(|e| cannot_listen(config.addr, e))?;
        let addr = listener.local_addr().map_err(|e| cannot_listen(config.addr, e))?;
        let store = Store::open(&config.database, config.fsync, config.limits.waiting).await?;
        if config.demo && store.is_empty().await.map_err(Error::Demo)? {
            store.fill(&demo::community(now()), now()).await.map_err(Error::Demo)?;
        }
        let (stopping, to_stop) = watch::channel(false);
        let guard = Arc::new(Guard::new(config.limits));
        let keys = Arc::new(Keys::new(&config.secret, config.session.as_ref())?);
        let app = App { store: store.clone(), keys, guard: Arc::clone(&guard), stopping: to_stop };
        let secret = config.secret.clone();
        let pages = if config.demo {
            demo::pages(config.secret, &config.assets)
        } else {
            Router::new().route("/", get(about)).fallback(nothing)
        };
        let nosniff = HeaderValue::from_static("nosniff");
        let router = pages
            // A nested router does not see its own path with a slash.
            .route(&[API_PATH, "/"].concat(), any(answer::no_such_call))
            .nest(API_PATH, routes::api(app).layer(cors.clone()))
            .nest(ASSETS_PATH, assets::router(config.assets).layer(cors))
            .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, nosniff));
        Ok(Self { listener, addr, store, guard, router, stopping, notify: config.notify, secret })
    }

    /// Where it listens: with port 0 in the configuration, the port that was free.
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it remembers.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Answers until `stop` resolves; then ends live feeds, lets calls finish for a few seconds, and closes the
    /// database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let mut clockwork = clockwork::start(&self.store, &self.guard);
        clockwork.spawn(notify::tell(self.store.clone(), self.notify, self.secret));
        let (stopping, store) = (self.stopping, self.store);
        let mut stopped = stopping.subscribe();
        let serve = serve::serve(self.listener, self.router, self.guard.limits.idle, async move {
            stop.await;
            stopping.send_replace(true);
        });
        let overdue = async move {
            // Never true where serving ended by itself; then the other side has won.
            if stopped.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GRACE).await;
        };
        let ended = tokio::select! {
            ended = serve => ended,
            () = overdue => Ok(()),
        };
        drop(clockwork);
        // Calls that were cut off may still hold a connection.
        let _ = tokio::time::timeout(CLOSING, store.close()).await;
        ended.map_err(Error::Serve)
    }
}

fn cannot_listen(addr: SocketAddr, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::AddrInUse => Error::Taken(addr),
        _ => Error::Listen { addr, source },
    }
}

async fn about() -> String {
    format!(
        "Folkmoot's native host.\n\nThe widget's files are under {ASSETS_PATH}/, Host API v1 under {API_PATH}/.\n"
    )
}

async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here.\n")
}
