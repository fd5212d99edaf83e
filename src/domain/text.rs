//! Making what people typed safe to show: whether there is anything to see, control characters that would reorder the text
//! around it or write to a terminal, and the web addresses in it.

use super::link::Link;

/// POP DIRECTIONAL FORMATTING: ends an embedding or an override.
const PDF: char = '\u{202c}';

/// POP DIRECTIONAL ISOLATE: ends an isolate.
const PDI: char = '\u{2069}';

/// Whether a character is invisible: white space, a control character, one with the Unicode property
/// `Default_Ignorable_Code_Point`, or one of the few signs that are blank by design.
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}'..='\u{ffff}' | '\u{13430}'..='\u{1343f}'
            | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether every character of a text is invisible.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// The text with every embedding, override and isolate ended in the line where it begins, and without marks that end none:
/// such a text cannot reorder what stands around it (Unicode Standard Annex #9).
pub fn balanced(text: String) -> String {
    if !text.contains(is_direction) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 12);
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            PDF if open.last() != Some(&PDF) => continue,
            PDF => drop(open.pop()),
            PDI if !open.contains(&PDI) => continue,
            PDI => {
                // What is still open in the isolate ends with it.
                while open.last() == Some(&PDF) {
                    out.extend(open.pop());
                }
                open.pop();
            }
            '\u{2066}'..='\u{2068}' => open.push(PDI),
            c if is_direction(c) => open.push(PDF),
            '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.extend(open.drain(..).rev());
            }
            _ => {}
        }
        out.push(c);
    }
    out.extend(open.into_iter().rev());
    out
}

/// Whether a character begins or ends an embedding, an override or an isolate.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text for a line in a terminal: what is not to be shown there, such as a control character or one that would reorder the
/// line, is a space, and white space is a single one.
pub fn for_terminal(text: &str) -> String {
    let is_mark = |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || is_direction(c) || is_mark(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that is not a URL.
    Words(&'a str),
    /// A URL that [`Link`] takes, beginning with `http:` or `https:`.
    Link(&'a str),
}

/// Splits a text into words and URLs. The pieces in order are the whole text.
///
/// A URL ends before white space, invisible characters, and quotation marks and similar signs; full stops, commas and
/// closing brackets after it belong to the sentence. A URL with a user name before its host stays words, since a reader
/// would take the user name for the host.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut look = 0;
    // By a character, since the search for a longer text is more than a kilobyte of code.
    while let Some(found) = text[look..].find(':') {
        let colon = look + found;
        look = colon + 1;
        if !text[look..].starts_with("//") {
            continue;
        }
        look += 2;
        let Some(start) = scheme(&text[from..colon]).map(|at| from + at) else { continue };
        let run = &text[start..];
        let run = &run[..run.find(|c| !is_of_address(c)).unwrap_or(run.len())];
        let address = without_end(run);
        let host =
            address.get(look - start..).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
        look = start + run.len();
        if host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[' || !c.is_ascii())
            && !host.contains('@')
            && Link::new(address).is_some()
        {
            if from < start {
                pieces.push(Piece::Words(&text[from..start]));
            }
            pieces.push(Piece::Link(address));
            from = start + address.len();
            look = from;
        }
    }
    if from < text.len() {
        pieces.push(Piece::Words(&text[from..]));
    }
    pieces
}

/// Where `http` or `https` starts, if the text ends with it and no letter or digit stands before it.
fn scheme(before: &str) -> Option<usize> {
    let start = |word: &str| {
        let at = before.len().checked_sub(word.len())?;
        let word_is_there = before.get(at..)?.eq_ignore_ascii_case(word);
        (word_is_there && !before[..at].ends_with(|c: char| c.is_ascii_alphanumeric())).then_some(at)
    };
    start("https").or_else(|| start("http"))
}

/// Whether a character can be part of a URL. Excluded are those that end one in a sentence, and look-alikes of `/`, `.` and
/// other signs that have a meaning in URLs.
fn is_of_address(c: char) -> bool {
    !is_unseen(c)
        && !matches!(c,
            '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^' | '«' | '»' | '\u{2000}'..='\u{2bff}'
            | '\u{3000}'..='\u{303f}' | '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffff}'
            | '\u{1f000}'..='\u{1faff}')
}

/// A URL without the punctuation at its end that belongs to the sentence.
fn without_end(run: &str) -> &str {
    let count = |bracket| run.matches(bracket).count();
    let mut round = count(')').saturating_sub(count('('));
    let mut square = count(']').saturating_sub(count('['));
    run.trim_end_matches(|c| {
        let spare = match c {
            ')' => &mut round,
            ']' => &mut square,
            _ => return matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~'),
        };
        let closes_more = *spare > 0;
        *spare = spare.saturating_sub(1);
        closes_more
    })
}
