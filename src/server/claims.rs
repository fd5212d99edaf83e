//! The claims of a token. Each claim is read by itself, so that the error can say which one is wrong, and how: forums make
//! tokens with many libraries, and those who set one up need to know what to correct.

use std::time::Duration;

use serde_json::{Map, Value};

use super::typed;
use super::who::{Identity, Role};
use crate::domain::id::MemberId;
use crate::domain::text::is_blank;
use crate::domain::time::Timestamp;

/// The allowed difference between the forum's clock and the host's, in milliseconds.
const LEEWAY: i64 = 60_000;

/// The most years that a token may expire or begin ahead of now. A later time was probably given in milliseconds.
const MAX_YEARS: i64 = 10;

/// The longest display name, in characters.
const MAX_NAME: usize = 200;

/// The longest name of a group, in characters.
const MAX_GROUP: usize = 128;

/// The most groups of one member.
const MAX_GROUPS: usize = 500;

/// How much of a wrong claim an error quotes, in characters.
const SHOWN: usize = 40;

/// Reads the claims of a token at this time. The error says which claim is wrong, and how.
pub(super) fn identity(claims: &Map<String, Value>, now: Timestamp) -> Result<Identity, String> {
    let claim = |name: &str| claims.get(name).filter(|value| !value.is_null());
    let wrong = |name: &'static str| move |what: String| format!("the token's \"{name}\" {what}");
    let absent = |name: &'static str, what| move || format!("the token has no \"{name}\": {what}");

    let id = claim("sub").ok_or_else(absent("sub", "the id of the member whom it is for"))?;
    let id = text(id).and_then(|id| MemberId::new(id).map_err(|bad| format!("cannot be taken: {bad}")));
    let id = id.map_err(wrong("sub"))?;
    if is_blank(id.as_str()) {
        return Err(wrong("sub")("cannot be taken: there is nothing to see in it".into()));
    }
    let name = claim("name").map(|name| short(name, MAX_NAME)).transpose().map_err(wrong("name"))?;
    let role = claim("role").map(role).transpose().map_err(wrong("role"))?.unwrap_or(Role::Member);
    let groups = claim("groups").map(groups).transpose().map_err(wrong("groups"))?.unwrap_or_default();

    let joined = claim("joined").map(|joined| past(joined, now)).transpose().map_err(wrong("joined"))?;
    let exp = claim("exp").ok_or_else(absent("exp", "when it ends, in seconds since 1970-01-01"))?;
    let expires = near(exp, now).map_err(wrong("exp"))?;
    // Live feeds, too, stay open until the leeway ends.
    let expires = expires.plus(LEEWAY);
    if expires <= now {
        let ended = expires.plus(-LEEWAY);
        return Err(format!("the token has expired at {ended}: sign in again, or send a fresh one"));
    }
    if let Some(nbf) = claim("nbf") {
        let from = near(nbf, now).map_err(wrong("nbf"))?;
        if from > now.plus(LEEWAY) {
            let what = format!("is {}: the token is not valid before {from}; now it is {now}", shown(nbf));
            return Err(wrong("nbf")(what));
        }
    }
    let name = name.map(|name| typed::line(&name)).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| id.to_string());
    Ok(Identity { id, name, role, groups, stage: None, joined, expires })
}

/// Reads a string. Whole numbers count as strings, since many forums number their members and groups.
fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("is {}, where text or a whole number is wanted", shown(value)))
        }
    }
}

fn short(value: &Value, most: usize) -> Result<String, String> {
    let text = text(value)?;
    match text.chars().count() {
        count if count > most => Err(format!("has {count} characters, and may have {most}")),
        _ => Ok(text),
    }
}

fn role(value: &Value) -> Result<Role, String> {
    let found = text(value).ok().and_then(|word| Role::of(&word));
    found.ok_or_else(|| format!("is {}, where \"member\" or \"staff\" is wanted", shown(value)))
}

fn groups(value: &Value) -> Result<Vec<String>, String> {
    let list =
        value.as_array().ok_or_else(|| format!("is {}, where a list of texts is wanted", shown(value)))?;
    if list.len() > MAX_GROUPS {
        return Err(format!("names {} groups, and may name {MAX_GROUPS}", list.len()));
    }
    let group = |group: &Value| short(group, MAX_GROUP).map_err(|what| format!("has a group that {what}"));
    list.iter().map(group).collect()
}

/// Reads a time: seconds since 1970-01-01, possibly with a fraction (RFC 7519, `NumericDate`).
fn time(value: &Value) -> Result<Timestamp, String> {
    let wanted = || format!("is {}, where seconds since 1970-01-01 are wanted, as a number", shown(value));
    let seconds = value.as_f64().ok_or_else(wanted)?;
    // Times before 1970 are taken for 1970, and times too large to represent for the latest.
    let since = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    Ok(Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
}

/// Reads a time at most [`MAX_YEARS`] ahead.
fn near(value: &Value, now: Timestamp) -> Result<Timestamp, String> {
    match time(value)? {
        time if time > now.plus(MAX_YEARS * 366 * 86_400_000) => {
            Err(format!("is {}, more than {MAX_YEARS} years ahead: seconds are wanted", shown(value)))
        }
        time => Ok(time),
    }
}

/// Reads a time in the past.
fn past(value: &Value, now: Timestamp) -> Result<Timestamp, String> {
    match time(value)? {
        time if time > now.plus(LEEWAY) => {
            Err(format!("is {}, which is still to come: seconds since 1970-01-01 are wanted", shown(value)))
        }
        time => Ok(time),
    }
}

/// A claim's value, cut to [`SHOWN`] characters.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn read(change: &Value) -> Result<Identity, String> {
        let mut claims = json!({"sub": "ann", "exp": NOW.0 / 1000 + 600});
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        identity(claims.as_object().unwrap(), NOW)
    }

    #[test]
    fn embedding_10_what_forums_write_is_taken_as_they_mean_it() {
        assert_eq!(read(&json!({"sub": 42})).unwrap().id.as_str(), "42");
        assert_eq!(read(&json!({"sub": u64::MAX})).unwrap().id.as_str(), "18446744073709551615");
        assert_eq!(read(&json!({"exp": 1_795_000_100.75})).unwrap().expires, NOW.plus(160_750));
        assert_eq!(read(&json!({"joined": 86_400.5})).unwrap().joined, Some(Timestamp(86_400_500)));
        for absent in ["groups", "name", "role", "nbf", "joined"] {
            let read = read(&json!({absent: null})).unwrap();
            assert_eq!((read.name.as_str(), read.role, read.groups), ("ann", Role::Member, vec![]));
        }
        assert_eq!(read(&json!({"name": 7, "groups": ["cooks", 3]})).unwrap().groups, ["cooks", "3"]);
        assert_eq!(read(&json!({"name": "  "})).unwrap().name, "ann");
    }

    #[test]
    fn embedding_10_a_claim_that_is_wrong_is_named_with_what_is_wrong() {
        for (change, why) in [
            (json!({"sub": null}), "the token has no \"sub\": the id of"),
            (json!({"sub": 4.5}), "\"sub\" is 4.5, where text or a whole number is wanted"),
            (json!({"sub": {"id": 1}}), "\"sub\" is {\"id\":1}, where"),
            (json!({"sub": ""}), "\"sub\" cannot be taken: "),
            (json!({"sub": ".."}), "\"sub\" cannot be taken: "),
            (json!({"sub": "\u{200b}\u{2800}"}), "\"sub\" cannot be taken: there is nothing to see"),
            (json!({"exp": null}), "the token has no \"exp\": when it ends"),
            (json!({"exp": "1795000600"}), "\"exp\" is \"1795000600\", where seconds since"),
            (json!({"exp": NOW.0 + 600_000}), "\"exp\" is 1795000600000, more than 10 years ahead: seconds"),
            (json!({"exp": 1e300}), "more than 10 years ahead"),
            (json!({"joined": NOW.0}), "\"joined\" is 1795000000000, which is still to come: seconds"),
            (json!({"joined": "2026-11-26"}), "\"joined\" is \"2026-11-26\", where seconds"),
            (json!({"exp": -1}), "expired at 1970-01-01T00:00:00Z"),
            (json!({"role": "king"}), "\"role\" is \"king\", where \"member\" or \"staff\" is wanted"),
            (json!({"groups": "cooks"}), "\"groups\" is \"cooks\", where a list of texts is wanted"),
            (json!({"groups": {"1": "cooks"}}), "\"groups\" is {\"1\":\"cooks\"}, where a list"),
            (json!({"groups": [["cooks"]]}), "\"groups\" has a group that is [\"cooks\"], where text"),
            (json!({"name": ["Ann"]}), "\"name\" is [\"Ann\"], where text"),
        ] {
            let told = read(&change).unwrap_err();
            assert!(told.contains(why), "{change}: {told}");
        }
    }

    #[test]
    fn embedding_9_a_token_is_good_for_a_minute_longer_than_it_says() {
        assert!(read(&json!({"exp": NOW.0 / 1000 - 59})).is_ok());
        assert!(read(&json!({"exp": NOW.0 / 1000 - 60})).unwrap_err().contains("expired at 2026"));
    }

    #[test]
    fn host_18_a_token_of_tomorrow_and_claims_without_measure_are_refused() {
        assert!(read(&json!({"nbf": NOW.0 / 1000 + 60})).is_ok());
        for (change, why) in [
            (json!({"nbf": NOW.0 / 1000 + 61}), "\"nbf\" is 1795000061: the token is not valid before"),
            (json!({"nbf": NOW.0}), "\"nbf\" is 1795000000000, more than 10 years ahead: seconds"),
            (json!({"nbf": "soon"}), "\"nbf\" is \"soon\", where seconds"),
            (json!({"name": "x".repeat(300_000)}), "\"name\" has 300000 characters, and may have 200"),
            (json!({"sub": "x".repeat(129)}), "\"sub\" cannot be taken: an id must not be longer"),
            (json!({"role": "x".repeat(99)}), "x…, where"),
            (json!({"groups": vec!["g"; 501]}), "\"groups\" names 501 groups, and may name 500"),
            (json!({"groups": ["x".repeat(129)]}), "has a group that has 129 characters"),
        ] {
            let told = read(&change).unwrap_err();
            assert!(told.contains(why) && told.len() < 200, "{told}");
        }
    }
}
