//! Which form of a message a whole number takes, by the cardinal rules of CLDR for integers; and the ending of an ordinal.

/// The index of the form among the categories of the language, in the order zero, one, two, few, many, other. The rule is the
/// digit that the facts about the language have. A category that only fractions take is never the answer.
pub(super) fn form(rule: &str, n: u32) -> usize {
    let (ten, hundred) = (n % 10, n % 100);
    let millions = n != 0 && n.is_multiple_of(1_000_000);
    match rule {
        // English, German: one, other.
        "0" => usize::from(n != 1),
        // Spanish: one, many, other.
        "1" => match n {
            1 => 0,
            _ if millions => 1,
            _ => 2,
        },
        // French, Portuguese: one, many, other.
        "2" => match n {
            0 | 1 => 0,
            _ if millions => 1,
            _ => 2,
        },
        // Polish: one, few, many, other.
        "3" => match n {
            1 => 0,
            _ if (2..=4).contains(&ten) && !(12..=14).contains(&hundred) => 1,
            _ => 2,
        },
        // Arabic: zero, one, two, few, many, other.
        "4" => match (n, hundred) {
            (0, _) => 0,
            (1, _) => 1,
            (2, _) => 2,
            (_, 3..=10) => 3,
            (_, 11..=99) => 4,
            _ => 5,
        },
        // Hebrew: one, two, other.
        "5" => match n {
            1 => 0,
            2 => 1,
            _ => 2,
        },
        // Hindi: one, other.
        "7" => usize::from(n > 1),
        // Japanese, Chinese: other.
        _ => 0,
    }
}

/// The index of an English ordinal among the endings of 1st, 2nd, 3rd and 4th.
pub(super) fn ordinal(n: usize) -> usize {
    match (n % 100, n % 10) {
        (11..=13, _) => 3,
        (_, 1) => 0,
        (_, 2) => 1,
        (_, 3) => 2,
        _ => 3,
    }
}
