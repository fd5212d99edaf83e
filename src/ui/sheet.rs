//! Style sheets, minified while the widget is compiled.

/// The style sheet in a file beside the caller's, without comments and needless white space.
macro_rules! sheet {
    ($file:literal) => {
        $crate::ui::sheet::squeezed!(include_str!($file))
    };
}

/// The style sheet in a text, without comments and needless white space.
macro_rules! squeezed {
    ($css:expr) => {{
        const CSS: &str = $css;
        const LENGTH: usize = $crate::ui::sheet::squeeze::<{ CSS.len() }>(CSS).1;
        const SQUEEZED: [u8; LENGTH] = $crate::ui::sheet::squeeze(CSS).0;
        const TEXT: &str = match std::str::from_utf8(&SQUEEZED) {
            Ok(css) => css,
            Err(_) => panic!("a letter was cut"),
        };
        TEXT
    }};
}

pub(super) use sheet;
pub(super) use squeezed;

/// The first `N` bytes of the minified sheet, and the number of all its bytes. Strings in a sheet must have neither spaces nor
/// comments.
pub(super) const fn squeeze<const N: usize>(css: &str) -> ([u8; N], usize) {
    let css = css.as_bytes();
    let (mut out, mut length, mut at, mut last) = ([0; N], 0, 0, b' ');
    while at < css.len() {
        if css[at] == b'/' && at + 1 < css.len() && css[at + 1] == b'*' {
            at += 2;
            while css[at] != b'*' || css[at + 1] != b'/' {
                at += 1;
            }
            at += 2;
            continue;
        }
        if css[at].is_ascii_whitespace() {
            let mut next = at;
            while next < css.len() && css[next].is_ascii_whitespace() {
                next += 1;
            }
            at = next;
            let after = matches!(last, b'{' | b'}' | b';' | b',' | b':' | b' ');
            if after || next == css.len() || matches!(css[next], b'{' | b'}') {
                continue;
            }
            last = b' ';
        } else {
            last = css[at];
            at += 1;
        }
        if length < N {
            out[length] = last;
        }
        length += 1;
    }
    (out, length)
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

const _: () = assert!(same(
    squeezed!(
        "/* Why. */\n.a :where(h3, p) > b,\n:host { width: calc(1em + 2px);\n  color: red }\n\n@media (x: y) { .b { c: d } }\n"
    ),
    ".a :where(h3,p) > b,:host{width:calc(1em + 2px);color:red}@media (x:y){.b{c:d}}",
));
