//! The digits of a large number in groups.

/// The digits with a separator before the last three, and before each `size` digits further to the left; unchanged where fewer
/// than `least` digits would stand before the last three.
pub(super) fn grouped(digits: &str, separator: &str, size: usize, least: usize) -> String {
    let mut out = String::new();
    let all = digits.len();
    for (at, digit) in digits.chars().enumerate() {
        let rest = all - at;
        let ends = rest == 3 || rest > 3 && (rest - 3).is_multiple_of(size.max(1));
        if at > 0 && ends && all >= 3 + least {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}
