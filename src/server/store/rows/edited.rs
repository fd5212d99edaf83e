//! The earlier versions of a text that staff changed after votes, as JSON such as `{"after":2,"before":"Tea"}`.

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::texts::TextRow;
use crate::domain::poll::Edited;
use crate::domain::translation::Text;

#[derive(Serialize, Deserialize)]
struct EditedRow {
    after: u32,
    before: TextRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<TextRow>,
}

pub fn edited_row(edited: Option<&Edited<Text>>) -> Option<String> {
    let Edited { after, before, first } = edited?.clone();
    serde_json::to_string(&EditedRow { after, before: TextRow(before), first: first.map(TextRow) }).ok()
}

/// Reads [`edited_row`] from the column `what`.
pub fn edited(what: &'static str, row: Option<String>) -> Result<Option<Edited<Text>>, StoreError> {
    let Some(text) = row else { return Ok(None) };
    match serde_json::from_str(&text) {
        Ok(EditedRow { after, before: TextRow(before), first }) => {
            Ok(Some(Edited { after, before, first: first.map(|TextRow(first)| first) }))
        }
        Err(_) => Err(StoreError::Corrupt { what, value: text }),
    }
}
