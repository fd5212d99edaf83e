//! Reads the lists about a poll from JSON, page by page: voters, reasons and comments.

use super::ballot::read_answer;
use super::{Json, MAX_IDS, Reader};
use crate::domain::id::OptionId;
use crate::domain::poll::{Entry, List, Page};

/// Reads a page of a list.
pub fn page_from<J: Json>(json: &J, list: List) -> Result<Page, String> {
    let mut reader = Reader::default();
    let name = match list {
        List::Voters => "voters",
        List::Reasons => "reasons",
        List::Comments => "comments",
    };
    let entries = reader.list_of(json, name, MAX_IDS).iter().map(|entry| read(&mut reader, entry)).collect();
    let page = Page { entries, next: reader.exact(json, "next") };
    reader.done(Some(page))
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Entry {
    let answer = read_answer(reader, json, &|id| OptionId::new(id).ok());
    let text = reader.text(json, "text").or_else(|| reader.text(json, "reason"));
    Entry {
        id: reader.exact(json, "id").unwrap_or_default(),
        name: reader.words(json, "name"),
        at: reader.time(json, "at"),
        answer,
        text: text.unwrap_or_default(),
        mine: reader.truth(json, "mine").unwrap_or(false),
    }
}
