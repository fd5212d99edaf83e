//! The host as a whole: it is bound to a port and a database, then runs until it is asked to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::Layer;

use super::app::{App, Shared};
use super::cors::Sites;
use super::keys::Keys;
use super::limits::Guard;
use super::proxies::Warnings;
use super::store::{Calendar, Store};
use super::{
    Config, Error, Notify, assets, checklist_file, clockwork, demo, log, notify, reference, routes, serve,
};
use crate::clock::now;
use crate::contract::{API_PATH, ASSETS_PATH, DOCS_PATH};

/// The path of the health check.
const HEALTH_PATH: &str = "/healthz";

/// How long calls in progress may take once the host is asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long closing the database may take.
const CLOSING: Duration = Duration::from_secs(1);

/// A host with an open port and database. It answers calls once it [runs](Server::run).
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    store: Store,
    guard: Arc<Guard>,
    router: Router,
    stopping: watch::Sender<bool>,
    notify: Option<Notify>,
    checklist: Option<PathBuf>,
    secret: Vec<u8>,
}

impl Server {
    /// Opens the port, and opens and migrates the database. With [`Config::demo`], fills an empty database with the demo.
    pub async fn bind(config: Config) -> Result<Self, Error> {
        if config.secret.is_empty() {
            return Err(Error::Secret);
        }
        let sites = Sites::new(&config.allow_origins)?;
        let cors = sites.layer(config.session.as_ref())?;
        let checklist = config.checklist.as_deref().map(checklist_file::read).transpose()?;
        let listener = TcpListener::bind(config.addr).await.map_err(|e| cannot_listen(config.addr, e))?;
        let addr = listener.local_addr().map_err(|e| cannot_listen(config.addr, e))?;
        let calendar = Calendar::of(config.time_zone);
        let store = Store::open(&config.database, config.fsync, config.limits.waiting, calendar).await?;
        if config.demo && store.is_empty().await.map_err(Error::Demo)? {
            store.fill(&demo::community(now()), now()).await.map_err(Error::Demo)?;
        }
        if let Some(list) = checklist {
            let set = store.set_checklist(&list.title, &list.steps, now()).await;
            set.map_err(Error::ChecklistStore)?;
        }
        let (stopping, to_stop) = watch::channel(false);
        Warnings::at_start(addr, &config.proxies);
        let guard = Arc::new(Guard::new(config.limits, config.proxies));
        let keys = Keys::new(&config.secret, config.session.as_ref())?;
        let app = App::new(Shared {
            store: store.clone(),
            keys,
            guard: Arc::clone(&guard),
            counts_visits: config.count_visits,
            stopping: to_stop,
        });
        let secret = config.secret.clone();
        let pages = if config.demo {
            demo::pages(config.secret, &config.assets)
        } else {
            Router::new().route("/", get(about)).fallback(nothing)
        };
        let router = pages
            .merge(reference::router())
            .route(HEALTH_PATH, get(health).with_state(store.clone()))
            .route_layer(from_fn(log::name_call))
            .nest_service(API_PATH, cors.layer(routes::api(app, sites)))
            .nest(ASSETS_PATH, assets::router(config.assets).layer(cors));
        Ok(Self {
            listener,
            addr,
            store,
            guard,
            router,
            stopping,
            notify: config.notify,
            checklist: config.checklist,
            secret,
        })
    }

    /// The address on which it listens. Where the configuration has port 0, this has the port that was chosen.
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// The host's store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Answers calls until `stop` resolves. Then it ends live feeds, waits a few seconds for calls in progress, and closes
    /// the database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let mut clockwork = clockwork::start(&self.store, &self.guard);
        match self.notify {
            Some(to) => clockwork.spawn(notify::tell(self.store.clone(), to, self.secret)),
            None => clockwork.spawn(notify::forget(self.store.clone())),
        };
        if let Some(path) = self.checklist {
            clockwork.spawn(checklist_file::watch(self.store.clone(), path));
        }
        let (stopping, store) = (self.stopping, self.store);
        let mut stopped = stopping.subscribe();
        let serve = serve::serve(self.listener, self.router, self.guard, async move {
            stop.await;
            stopping.send_replace(true);
        });
        let overdue = async move {
            // If serving ended by itself, the channel closes, and the other branch below decides.
            if stopped.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GRACE).await;
        };
        let ended = tokio::select! {
            ended = serve => ended,
            () = overdue => Ok(()),
        };
        clockwork.shutdown().await;
        // Calls that were cut off may still hold a connection.
        let _ = tokio::time::timeout(CLOSING, store.close()).await;
        ended.map_err(Error::Serve)
    }
}

fn cannot_listen(addr: SocketAddr, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::AddrInUse {
        Error::Taken(addr)
    } else {
        Error::Listen { addr, source }
    }
}

/// `GET /healthz`: whether a vote could be stored now.
async fn health(State(store): State<Store>) -> impl IntoResponse {
    let (status, said) = match store.health().await {
        Ok(()) => (StatusCode::OK, json!({"status": "ok"})),
        Err(why) => {
            (StatusCode::SERVICE_UNAVAILABLE, json!({"status": "unavailable", "reason": why.to_string()}))
        }
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(said))
}

async fn about() -> String {
    format!(
        "Folkmoot's native host.\n\nThe widget's files are under {ASSETS_PATH}/, Host API v1 under {API_PATH}/, and the \
         reference of both at {DOCS_PATH}/.\n"
    )
}

async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here.\n")
}
