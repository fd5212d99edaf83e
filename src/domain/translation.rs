//! Texts that a site writes in one language or in several, such as the question of a poll.
//!
//! What is generic in the language of its texts, such as `Poll<T>`, has [`Text`] as long as it is for every reader, and a
//! `String` once it is for one.

use std::sync::Arc;

/// A text as the site wrote it. A clone shares the translations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// In one language, which is not named.
    Plain(String),
    /// In one or more languages, which are named.
    Translated(Arc<Translations>),
}

/// The translations of a text, in the order in which the site wrote them. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translations {
    first: Translation,
    others: Vec<Translation>,
}

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The language's tag (BCP 47), such as `de` or `pt-BR`.
    pub language: String,
    /// The text.
    pub text: String,
}

impl Translations {
    /// These translations; `None` where there are none.
    pub fn new(all: Vec<Translation>) -> Option<Self> {
        let mut all = all.into_iter();
        Some(Self { first: all.next()?, others: all.collect() })
    }

    /// The translation that the site wrote first, for readers of none of the languages.
    pub fn first(&self) -> &Translation {
        &self.first
    }

    /// All translations, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Translation> + Clone {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Text {
    /// The text for readers of none of its languages.
    pub fn first(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Translated(all) => &all.first().text,
        }
    }

    /// The text in the language with this tag, else [the first](Self::first).
    pub fn read_in(&self, language: &str) -> &str {
        let is = |translation: &&Translation| translation.language.eq_ignore_ascii_case(language);
        let found = self.translations().find(is);
        found.map_or(self.first(), |translation| &translation.text)
    }

    /// The translations; none of a text whose language is not named.
    pub fn translations(&self) -> impl Iterator<Item = &Translation> + Clone {
        let all = match self {
            Self::Plain(_) => None,
            Self::Translated(all) => Some(all.iter()),
        };
        all.into_iter().flatten()
    }

    /// Each of its texts, with the language where that is named.
    pub fn each(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let plain = match self {
            Self::Plain(text) => Some((None, text.as_str())),
            Self::Translated(_) => None,
        };
        let named = self.translations().map(|t| (Some(t.language.as_str()), t.text.as_str()));
        plain.into_iter().chain(named)
    }

    /// Whether it says nothing in any language.
    pub fn is_empty(&self) -> bool {
        self.each().all(|(_, text)| text.is_empty())
    }

    /// The text with each of its texts changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let translation = |of: &Translation| Translation { text: change(&of.text), ..of.clone() };
        match self {
            Self::Plain(text) => Self::Plain(change(text)),
            Self::Translated(all) => Self::Translated(Arc::new(Translations {
                first: translation(&all.first),
                others: all.others.iter().map(translation).collect(),
            })),
        }
    }
}

/// The languages of these texts, each once.
pub fn languages<'a>(texts: impl Iterator<Item = &'a Text>) -> Vec<&'a str> {
    let mut languages: Vec<&str> = Vec::new();
    for Translation { language, .. } in texts.flat_map(Text::translations) {
        if !languages.iter().any(|known| known.eq_ignore_ascii_case(language)) {
            languages.push(language);
        }
    }
    languages
}

impl Default for Text {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<Translations> for Text {
    fn from(all: Translations) -> Self {
        Self::Translated(Arc::new(all))
    }
}
