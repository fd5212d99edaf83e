//! Telling the forum that polls which members follow opened or closed, so that it can tell them in its own way.
//!
//! A notice is kept until the forum has taken it, over restarts of either; it may come twice, under the same key.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tokio::time::sleep;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::app::now;
use super::store::{Notice, Store, StoreError};
use super::who::Who;

/// Where the forum wants to be told.
#[derive(Clone, Debug)]
pub struct Notify {
    /// The address that takes a notice with `POST`.
    pub url: String,
    /// How long to wait after the first failure; each one after doubles it, up to an hour.
    pub patience: Duration,
}

/// How long the forum may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_hours(1);

/// How often it is looked at whether something is due.
const LOOK: Duration = Duration::from_secs(1);

/// How long a notice is worth telling, in milliseconds.
const LASTS: i64 = 3 * 24 * 3_600_000;

/// Tells what is due, for good. Without an address old notices are only forgotten.
pub(super) async fn tell(store: Store, to: Option<Notify>, secret: Vec<u8>) {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let agent: Agent = Agent::config_builder().timeout_global(Some(TIMEOUT)).tls_config(tls).build().into();
    loop {
        let told = match &to {
            Some(to) => tell_due(&store, &agent, to, &secret).await,
            None => Ok(()),
        };
        let forgotten = store.forget_notices(now().plus(-LASTS)).await;
        for error in [told, forgotten].into_iter().filter_map(Result::err) {
            eprintln!("folkmoot: {error}");
        }
        wait(&store).await;
    }
}

/// Until something may be due.
async fn wait(store: &Store) {
    loop {
        let next = store.next_notice().await.ok().flatten();
        if next.is_some_and(|at| at <= now()) {
            return;
        }
        tokio::select! {
            () = sleep(next.map_or(LONGEST, |_| LOOK)) => if next.is_none() { return },
            () = store.notices_moved() => {}
        }
    }
}

async fn tell_due(store: &Store, agent: &Agent, to: &Notify, secret: &[u8]) -> Result<(), StoreError> {
    for notice in store.due_notices(now()).await? {
        let Some(body) = body(store, &notice).await? else {
            store.noticed(&notice).await?;
            continue;
        };
        let (agent, url, signature) = (agent.clone(), to.url.clone(), signature(secret, &body));
        let key = format!("{} {} {} {}", notice.poll, notice.round, notice.event, notice.at.0);
        let sent = tokio::task::spawn_blocking(move || {
            let request = agent.post(&url).header("content-type", "application/json");
            request.header("idempotency-key", key).header("folkmoot-signature", signature).send(&body)
        });
        match sent.await.map_err(|_| StoreError::Stopped)? {
            Ok(_) => store.noticed(&notice).await?,
            Err(error) => {
                eprintln!(
                    "folkmoot: cannot tell {} that poll \"{}\" {}: {error}",
                    to.url, notice.poll, notice.event
                );
                let wait = to.patience.saturating_mul(1 << notice.tries.min(16)).min(LONGEST);
                let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                store.put_off(&notice, now().plus(wait)).await?;
            }
        }
    }
    Ok(())
}

/// What the forum is told: the poll as everybody may see it, and the first page of who follows it.
async fn body(store: &Store, notice: &Notice) -> Result<Option<String>, StoreError> {
    let poll = store.polls(std::slice::from_ref(&notice.poll), &Who::Guest(None), now()).await?.pop();
    let Some(poll) = poll else { return Ok(None) };
    let (followers, more) = store.followers(&notice.poll, None).await?;
    let next = followers.last().filter(|_| more).map(|(id, _)| id.to_string());
    let followers: Vec<String> = followers.into_iter().map(|(id, _)| id.into()).collect();
    Ok(Some(
        json!({
            "event": notice.event,
            "at": notice.at.to_string(),
            "round": notice.round,
            "poll": crate::api::Poll::from(poll),
            "followers": followers,
            "next": next,
        })
        .to_string(),
    ))
}

/// `sha256=` and the HMAC-SHA256 of the body with the secret that host and forum share, in hex.
fn signature(secret: &[u8], body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().fold("sha256=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}
