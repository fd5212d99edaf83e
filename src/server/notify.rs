//! Notices to the forum that a poll which members follow has opened or closed, so that the forum can notify them.
//!
//! A notice is stored until the forum has accepted it, also over restarts. It may be sent twice, with the same idempotency
//! key.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tokio::time::sleep;
use tracing::{error, warn};
use ureq::Agent;
use ureq::http::Response;
use ureq::http::header::LOCATION;
use ureq::tls::{RootCerts, TlsConfig};

use super::headers::IDEMPOTENCY_KEY;
use super::languages::Languages;
use super::store::{Notice, Store, StoreError};
use super::who::Who;
use crate::clock::now;

/// Where to send notices.
#[derive(Clone, Debug)]
pub struct Notify {
    /// The URL that accepts notices by `POST`.
    pub url: String,
    /// The wait after the first failure. Each further failure doubles it, up to an hour.
    pub patience: Duration,
}

/// How long the forum may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_hours(1);

/// How often to look whether a notice is due.
const LOOK: Duration = Duration::from_secs(1);

/// How long a notice is kept, in milliseconds.
const LASTS: i64 = 3 * 24 * 3_600_000;

/// Forgets old notices, for ever, on a host that sends none. Once the host is given a URL, it sends the recent ones.
pub(super) async fn forget(store: Store) {
    loop {
        if let Err(error) = store.forget_notices(now().plus(-LASTS)).await {
            error!("{error}");
        }
        sleep(LONGEST).await;
    }
}

/// Sends notices when they are due, for ever.
pub(super) async fn tell(store: Store, to: Notify, secret: Vec<u8>) {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    // A redirect would take the notice and its signature to a URL that the operator did not give.
    let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).max_redirects(0).tls_config(tls);
    let agent = config.max_redirects_will_error(false).build().new_agent();
    loop {
        let told = tell_due(&store, &agent, &to, &secret).await;
        let forgotten = store.forget_notices(now().plus(-LASTS)).await;
        let failed = told.is_err();
        for error in [told, forgotten].into_iter().filter_map(Result::err) {
            error!("{error}");
        }
        if failed {
            // A notice that was sent but could not be marked as sent is still due, and must not be sent again at once.
            sleep(TIMEOUT).await;
        }
        wait(&store).await;
    }
}

/// Waits until a notice may be due.
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
            request.header(IDEMPOTENCY_KEY, key).header("folkmoot-signature", signature).send(&body)
        });
        let why = match sent.await.map_err(|_| StoreError::Stopped)? {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(unwanted(&answer)),
            Err(error) => Some(error.to_string()),
        };
        match why {
            None => store.noticed(&notice).await?,
            Some(why) => {
                warn!("cannot tell {} that poll \"{}\" {}: {why}", shown(&to.url), notice.poll, notice.event);
                let wait = to.patience.saturating_mul(1 << notice.tries.min(16)).min(LONGEST);
                let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                store.put_off(&notice, now().plus(wait)).await?;
            }
        }
    }
    Ok(())
}

/// Why a response does not mean that the forum has accepted the notice.
fn unwanted<T>(answer: &Response<T>) -> String {
    let to = answer.headers().get(LOCATION).map(|to| shown(&String::from_utf8_lossy(to.as_bytes())));
    let status = answer.status();
    match to {
        Some(to) => format!("it answers {status}, which is not followed: give --notify the address {to:?}"),
        None => format!("it answers {status}, where 200 or 204 is wanted"),
    }
}

/// An address without what may be secret in it: a password, a query.
fn shown(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = path.split_once("://") else { return path.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// The body of a notice: the poll as a guest sees it, in the languages that its texts were written in first, and the first page of its followers. `None` where the poll is gone.
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
            "poll": Languages::default().answer().poll(poll),
            "followers": followers,
            "next": next,
        })
        .to_string(),
    ))
}

/// `sha256=` and the HMAC-SHA256 of the body, in hexadecimal, keyed with the secret that the host and the forum share.
fn signature(secret: &[u8], body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().fold("sha256=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (address, said) in [
            ("https://forum.example/hooks/folkmoot", "https://forum.example/hooks/folkmoot"),
            ("https://me:pass@forum.example:444/hooks?key=k#f", "https://forum.example:444/hooks"),
            ("http://forum.example?key=a/b@c", "http://forum.example"),
            ("/sign-in?next=%2Fhooks", "/sign-in"),
            ("https://a@b@forum.example/@me", "https://forum.example/@me"),
        ] {
            assert_eq!(shown(address), said);
        }
    }
}
