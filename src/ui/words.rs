//! Everything the widget says, and how it writes numbers and times: by the browser's own `Intl`.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::domain::member::Stage;
use crate::domain::time::Timestamp;

#[wasm_bindgen]
extern "C" {
    /// `Date` or `Number`: both write themselves by locale, and throw where a host named a zone that there is not.
    type Localised;
    #[wasm_bindgen(catch, method, js_name = toLocaleString)]
    fn to_locale_string(this: &Localised, locale: &str, options: &JsValue) -> Result<String, JsValue>;
}

/// The language of every word here; numbers and times are written in its manner.
const LOCALE: &str = "en-GB";

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let options = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options.into()
}

fn localised(value: JsValue, pairs: &[(&str, &str)]) -> Option<String> {
    value.unchecked_into::<Localised>().to_locale_string(LOCALE, &options(pairs)).ok()
}

/// A whole number: `1,234`.
pub fn number(n: u32) -> String {
    localised(n.into(), &[]).unwrap_or_default()
}

/// A number of things: `1 vote`, `2 votes`.
pub fn count(n: u32, thing: &str) -> String {
    [number(n).as_str(), " ", thing, if n == 1 { "" } else { "s" }].concat()
}

/// A share: `56%`.
pub fn percent(n: u32) -> String {
    [&n.to_string(), "%"].concat()
}

#[expect(clippy::cast_precision_loss)] // dates are far below 2^53
fn date(at: Timestamp) -> JsValue {
    Date::new(&JsValue::from_f64(at.0 as f64)).into()
}

/// A day: `12 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    localised(date(at), &[("day", "numeric"), ("month", "short"), ("year", "numeric")]).unwrap_or_default()
}

/// A moment as the viewer's clock will show it, with the poll's own clock beside it where the two differ:
/// `Saturday 18:00` or `Sat 28 Nov, 12:00 (18:00 CET)`.
pub fn moment(at: Timestamp, zone: Option<&str>, now: Timestamp) -> String {
    const WEEK: i64 = 6 * 86_400_000;
    let near = (at.0 - now.0).abs() < WEEK;
    let clock = [("hour", "2-digit"), ("minute", "2-digit")];
    let day = if near { &[("weekday", "long")][..] } else { &[("day", "numeric"), ("month", "short")] };
    let own = [day, &clock].concat();
    let ours = localised(date(at), &own).unwrap_or_default();
    let Some(zone) = zone else { return ours };
    let there = |more: &[(&str, &str)]| {
        let pairs = [&clock[..], &[("timeZone", zone)], more].concat();
        localised(date(at), &pairs)
    };
    match there(&[]) {
        Some(theirs) if !ours.ends_with(&theirs) => {
            let named = there(&[("timeZoneName", "short")]).unwrap_or(theirs);
            [&ours, " (", &named, ")"].concat()
        }
        _ => ours,
    }
}

/// How long until then, roughly: `in 2 days`, `in 40 minutes`.
pub fn until(at: Timestamp, now: Timestamp) -> String {
    let minutes = u32::try_from((at.0 - now.0).max(0) / 60_000).unwrap_or(u32::MAX);
    let (n, unit) = match minutes {
        0 => return "in less than a minute".into(),
        1..=119 => (minutes, "minute"),
        120..=2879 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    ["in ", &count(n, unit)].concat()
}

/// A stage, as a member may read it of themselves and others.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Lurker => "Member",
        Stage::Newcomer => "New here",
        Stage::Engaged => "Regular",
        Stage::Contributor => "Contributor",
        Stage::Leader => "Host",
    }
}
