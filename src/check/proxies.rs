//! The rules about proxies in front of the host, which have to forward the client's address. A host tells staff from which
//! address their call came.

use super::client::{Call, Received, Viewer};
use super::probe::{Probe, good};
use super::rule::Rule;
use super::session::is_local;
use super::verdict::{Miss, failed, hold, skipped};
use crate::wire::Caller;

/// An address reserved for documentation (RFC 5737).
const MADE_UP: &str = "203.0.113.77";

pub(super) fn check(probe: &mut Probe<'_>) {
    if !probe.is_staff() {
        return;
    }
    probe.look(Rule::ProxyAddress, |probe| {
        let (caller, answer) = caller(probe, &Call::get("/session"))?;
        let peer = &caller.peer;
        if caller.forwarded && !caller.trusted {
            let expected = format!("the word of the proxy at {peer} believed: --trusted-proxy {peer}");
            return Err(failed(expected, format!("X-Forwarded-For from {peer}, which is not trusted")));
        }
        if caller.address.is_none() {
            straight(probe, &answer)?;
        }
        hold(caller.address.is_some(), "X-Forwarded-For with the caller's address, set by the proxy", || {
            format!("none, or no address in it, from the proxy at {peer}: all guests count as one")
        })
    });
    probe.look(Rule::ProxyMadeUp, |probe| {
        let call = Call::get("/session").header("x-forwarded-for", MADE_UP);
        let (caller, answer) = caller(probe, &call)?;
        if caller.address.as_deref() == Some(MADE_UP) {
            straight(probe, &answer)?;
        }
        let expected = "X-Forwarded-For overwritten by the proxy with the address of whoever calls it";
        hold(caller.address.as_deref() != Some(MADE_UP), expected, || {
            format!("{MADE_UP}, which the check made up, taken for its address")
        })
    });
}

fn caller(probe: &mut Probe<'_>, call: &Call) -> Result<(Caller, Received), Miss> {
    let answer = probe.ask(&call.clone().by(Viewer::Member))?;
    let caller = good(&answer)?["caller"].take();
    if caller.is_null() {
        return Err(skipped("the host does not tell staff where their call came from"));
    }
    let read = serde_json::from_value(caller);
    let caller =
        read.map_err(|_| failed("caller with address, peer, trusted and forwarded", answer.told()))?;
    Ok((caller, answer))
}

/// Skips the rule if the check may run on the host's machine and bypass the proxy. The host would take the check for a trusted
/// proxy.
fn straight(probe: &Probe<'_>, answer: &Received) -> Result<(), Miss> {
    let proxied = ["server", "via"].iter().any(|name| !answer.header(name).is_empty());
    if is_local(probe.client.base()) && !proxied {
        return Err(skipped("no proxy was seen: check the address that visitors use"));
    }
    Ok(())
}
