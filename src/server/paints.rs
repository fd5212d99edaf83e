//! What elements show, drawn for pages that ask for it.
//!
//! The query parameter `paint` has the language and the reader's clock: how far it is ahead of UTC in minutes, and for each of the
//! next changes of the clock the moment, in milliseconds since 1970, and how far it is ahead then, all with commas between:
//! `de,60,1774746000000,120`. The parameter `sign_in` has the address of the site's sign-in page.

use std::rc::Rc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::answer::Failure;
use crate::contract::{PAINT_QUERY, ProblemKind, SIGN_IN_QUERY};
use crate::domain::checklist::Checklist;
use crate::domain::link::Link;
use crate::domain::member::Member;
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;
use crate::render::{Clock, Painter, Reader};
use crate::sync::Entity;
use crate::wire::Paint;

/// The most changes of a clock that are looked at.
const MOST_CHANGES: usize = 8;

/// The most letters of a tag of a language.
const LONGEST_TAG: usize = 35;

/// The most that a clock is ahead of UTC or behind it, in minutes.
const FARTHEST: i32 = 24 * 60;

/// For whom to draw what elements show, if the page asks for it.
#[derive(Debug)]
pub(super) struct Paints(Option<Reader>);

impl<S: Sync> FromRequestParts<S> for Paints {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        let value = |wanted: &str| {
            let mut query = form_urlencoded::parse(query.as_bytes());
            query.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let invalid = |what: &str| ProblemKind::Invalid.with(what);
        let sign_in = value(SIGN_IN_QUERY).filter(|address| !address.is_empty());
        if sign_in.as_deref().is_some_and(|address| Link::new(address).is_none()) {
            let told = "sign_in: an http or https URL, or one that begins with /, # or ?, of at most 2000 characters";
            return Err(invalid(told).into());
        }
        let Some(asked) = value(PAINT_QUERY) else { return Ok(Self(None)) };
        let (language, clock) = read(&asked).ok_or_else(|| {
            invalid(
                "paint: a language and the reader's clock, such as de,60,1774746000000,120: the minutes ahead of UTC, and from \
                 which moments on how many",
            )
        })?;
        Ok(Self(Some(Reader { language, clock, sign_in })))
    }
}

/// The language and the clock.
fn read(asked: &str) -> Option<(String, Clock)> {
    let number = |digits: &str| digits.parse::<i64>().ok().filter(|_| !digits.starts_with('+'));
    let ahead =
        |minutes: &str| i32::try_from(number(minutes)?).ok().filter(|m| (-FARTHEST..=FARTHEST).contains(m));
    let is_tag = |tag: &&str| {
        (1..=LONGEST_TAG).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    let mut items = asked.split(',');
    let language = items.next().filter(is_tag)?;
    let first = ahead(items.next()?)?;
    let mut changes: Vec<(Timestamp, i32)> = Vec::new();
    while let Some(from) = items.next() {
        if changes.len() == MOST_CHANGES {
            return None;
        }
        changes.push((Timestamp(number(from)?), ahead(items.next()?)?));
    }
    changes.sort_by_key(|(from, _)| from.0);
    Some((language.to_owned(), Clock { first, changes }))
}

impl Paints {
    /// Begins to draw an answer. To be called after the last wait, since texts are not shared between threads.
    pub(super) fn painter(&self, now: Timestamp) -> Painting {
        Painting(self.0.as_ref().map(|reader| reader.painter(now)))
    }
}

/// What elements show in one answer.
pub(super) struct Painting(Option<Painter>);

impl Painting {
    /// What the element of this poll shows.
    pub(super) fn poll(&self, poll: impl FnOnce() -> Poll) -> Option<Paint> {
        self.0.as_ref()?.paint(Entity::Poll(Rc::new(poll())))
    }

    /// What the element of this member shows.
    pub(super) fn member(&self, member: &Member) -> Option<Paint> {
        self.0.as_ref()?.paint(Entity::Member(Rc::new(member.clone())))
    }

    /// What the element of this checklist shows.
    pub(super) fn checklist(&self, list: impl FnOnce() -> Checklist) -> Option<Paint> {
        self.0.as_ref()?.paint(Entity::Checklist(Rc::new(list())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_with_its_changes() {
        let of = |first, changes: &[(i64, i32)]| {
            let changes = changes.iter().map(|(from, ahead)| (Timestamp(*from), *ahead)).collect();
            Some(("de".to_owned(), Clock { first, changes }))
        };
        assert_eq!(read("de,0"), of(0, &[]));
        assert_eq!(read("de,-210"), of(-210, &[]));
        assert_eq!(
            read("de,60,1774746000000,120,1792890000000,60"),
            of(60, &[(1_774_746_000_000, 120), (1_792_890_000_000, 60)])
        );
        for bad in [
            "",
            ",0",
            "de,-2147483648",
            "de",
            "de,",
            "de,x",
            "de,1.5",
            "de,1441",
            "de,-1441",
            "de,60,5",
            "de,60,x,5",
            "de,60,5,x",
            "de,+60",
            "de,60,+5,0",
            "d e,60",
            "de,60,5,9999",
            "de,99999999999",
            "de,0,99999999999999999999,0",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let many: Vec<String> = (0..=MOST_CHANGES).map(|n| format!("{n},0")).collect();
        assert_eq!(read(&format!("de,0,{}", many.join(","))), None);
    }
}
