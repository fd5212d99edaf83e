//! The rule that PUT, PATCH and DELETE reach the API. Some proxies let only GET and POST through.

use serde_json::json;

use super::client::Call;
use super::probe::Probe;
use super::rule::Rule;
use super::verdict::hold;

/// Calls as a guest, on a poll that does not exist, so that nothing changes even if the host does not conform.
pub(super) fn check(probe: &mut Probe<'_>) {
    probe.look(Rule::MethodsPass, |probe| {
        let poll = format!("/polls/{}", probe.nobody());
        let ballot = [poll.as_str(), "/ballot"].concat();
        let body = json!({"revision": 1});
        for call in
            [Call::put(&ballot, &body), Call::delete(&ballot).json(&body), Call::patch(&poll, &json!({}))]
        {
            let answer = probe.ask_for_refusal(&call)?;
            let wanted = "another answer than 405 or 501: let PUT, PATCH and DELETE through to the API";
            hold(!matches!(answer.status, 405 | 501), wanted, || answer.told())?;
        }
        Ok(())
    });
}
