//! Reading the checklist.

use super::{Json, Malformed, Reader};
use crate::domain::checklist as domain;
use crate::domain::id::StepId;
use domain::DoneBy;

/// Reads a checklist.
pub fn checklist_from<J: Json>(json: &J) -> Result<domain::Checklist, Malformed> {
    let mut reader = Reader::default();
    let list = read(&mut reader, json);
    reader.done(list).map_err(|fault| Malformed { entity: "checklist".into(), fault })
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Checklist> {
    let mut steps = Vec::new();
    for step in reader.list(json, "steps") {
        steps.push(domain::Step {
            id: reader.id(&step, "id", "step", StepId::new)?,
            title: reader.words(&step, "title"),
            why: reader.words(&step, "why"),
            action: step.field("action").and_then(|action| {
                let label = reader.words(&action, "label");
                Some(domain::Action { label, href: reader.link(&action, "href")? })
            }),
            by: reader.word(&step, "by", DoneBy::Member),
            done_at: reader.time(&step, "done_at"),
            optional: reader.truth(&step, "optional").unwrap_or(false),
        });
    }
    Some(domain::Checklist { revision: reader.revision(json), title: reader.words(json, "title"), steps })
}
