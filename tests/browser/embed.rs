//! A page of the test's own that embeds the widget.

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use folkmoot::server::{Role, sign};

use crate::site::SECRET;

/// The tag of the language of this run, which `tests/run --lang` sets.
pub static LANG: LazyLock<String> =
    LazyLock::new(|| std::env::var("FOLKMOOT_LANG").unwrap_or_else(|_| "en".into()));

/// The page to serve: the script tag and what stands around it.
#[derive(Clone, Debug)]
pub struct Embed {
    pub(crate) body: String,
    lang: String,
    head: String,
    tag: Tag,
    attributes: String,
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
enum Tag {
    SameOrigin,
    CrossOrigin,
    None,
}

impl Embed {
    /// A page with this body, and the script tag in its head.
    pub fn new(body: &str) -> Self {
        Self {
            body: body.into(),
            lang: LANG.clone(),
            head: String::new(),
            tag: Tag::SameOrigin,
            attributes: String::new(),
            headers: Vec::new(),
        }
    }

    /// The page is in this language, not in that of the run.
    pub fn lang(mut self, tag: &str) -> Self {
        self.lang = tag.into();
        self
    }

    /// Puts this into the head, before the script tag.
    pub fn head(mut self, html: &str) -> Self {
        self.head.push_str(html);
        self
    }

    /// Gives polls a column of 280 pixels.
    pub fn narrow(self) -> Self {
        self.head("<style>folk-poll { display: block; width: 280px }</style>")
    }

    /// Adds attributes to the script tag, such as `data-token="…"`.
    pub fn attributes(mut self, attributes: &str) -> Self {
        write!(self.attributes, " {attributes}").unwrap();
        self
    }

    /// The viewer is this member.
    pub fn seen_by(self, id: &str) -> Self {
        self.attributes(&format!(r#"data-token="{}""#, token(id)))
    }

    /// The viewer is of the staff.
    pub fn seen_by_staff(self) -> Self {
        self.attributes(&format!(r#"data-token="{}""#, signed("staff", Role::Staff)))
    }

    /// Takes script and API from the host itself, on another site than the page's. No fault reaches what passes there.
    pub fn cross_origin(mut self) -> Self {
        self.tag = Tag::CrossOrigin;
        self
    }

    /// Leaves the script tag out.
    pub fn without_script(mut self) -> Self {
        self.tag = Tag::None;
        self
    }

    /// Serves the page with this header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Serves the page with this Content-Security-Policy.
    pub fn csp(self, policy: &str) -> Self {
        self.header("content-security-policy", policy)
    }

    /// The document; `host` is the native host's own origin.
    pub(crate) fn document(&self, host: &str) -> String {
        let (head, body, attributes, lang) = (&self.head, &self.body, &self.attributes, &self.lang);
        let base = match self.tag {
            Tag::SameOrigin => Some(""),
            Tag::CrossOrigin => Some(host),
            Tag::None => None,
        };
        let tag = base.map_or(String::new(), |base| {
            format!(
                r#"<script type="module" src="{base}/folkmoot/v1/embed.js" data-api="{base}/folkmoot/api"{attributes}></script>"#
            )
        });
        format!(
            r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A thread</title>
<link rel="icon" href="data:,">
{head}
{tag}
</head>
<body>
<main>
<h1>A thread</h1>
{body}
</main>
</body>
</html>
"#
        )
    }
}

/// A token that a forum signs for this member, good for an hour.
pub fn token(member: &str) -> String {
    signed(member, Role::Member)
}

/// What the test's forum signs for a member in this role.
pub fn signed(member: &str, role: Role) -> String {
    sign(SECRET.as_bytes(), member, member, role, Duration::from_hours(1))
}
