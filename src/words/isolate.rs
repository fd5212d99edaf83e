//! Isolates: what is put into a sentence does not reorder the words around it.

/// FIRST STRONG ISOLATE: begins an isolate, whose direction is that of its first letter.
const FSI: &str = "\u{2068}";

/// POP DIRECTIONAL ISOLATE: ends an isolate.
const PDI: &str = "\u{2069}";

/// The text in an isolate, where it needs one or where it `always` gets one.
pub(super) fn isolated(text: &str, always: bool) -> String {
    if text.is_empty() || !(always || reorders(text)) { text.into() } else { [FSI, text, PDI].concat() }
}

/// Whether a text has, outside isolates of its own, characters that may run from right to left, or leaves an isolate open.
fn reorders(text: &str) -> bool {
    let mut depth = 0_u32;
    let found = text.chars().any(|c| {
        match c {
            '\u{2066}'..='\u{2068}' => depth += 1,
            '\u{2069}' => depth = depth.saturating_sub(1),
            // The blocks of scripts that run from right to left, and the marks that turn a direction.
            '\u{590}'..='\u{8ff}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
                if depth == 0 =>
            {
                return true;
            }
            _ => {}
        }
        false
    });
    found || depth > 0
}
