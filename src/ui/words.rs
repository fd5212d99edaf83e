//! Numbers and lists in words, and words that several elements share.

use crate::domain::member::Stage;

/// A whole number: `1,234`.
pub fn number(n: u32) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count of things: `1 vote`, `2 votes`.
pub fn count(n: u32, thing: &str) -> String {
    [number(n).as_str(), " ", thing, if n == 1 { "" } else { "s" }].concat()
}

/// A percentage: `56%`.
pub fn percent(n: u32) -> String {
    [&n.to_string(), "%"].concat()
}

/// Several things: `A`, `A and B`, `A, B and C`.
pub fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => [&some.join(", "), " and ", last].concat(),
    }
}

/// A number given in hundredths: `4.25`, `-0.50`.
pub fn hundredths(n: i64) -> String {
    let (whole, part) = (n.abs() / 100, n.abs() % 100);
    let sign = if n < 0 { "-" } else { "" };
    let point = if part < 10 { ".0" } else { "." };
    [sign, &number(u32::try_from(whole).unwrap_or(u32::MAX)), point, &part.to_string()].concat()
}

/// The name of a stage.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Lurker => "Member",
        Stage::Newcomer => "New here",
        Stage::Engaged => "Regular",
        Stage::Contributor => "Contributor",
        Stage::Leader => "Host",
    }
}
