//! Ballots, read.

use super::{Json, Reader};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;
use domain::{Answer, Kind, PollOption, Says};

/// Reads a ballot. An option that was removed since no longer counts; what is said of the others stands.
pub(super) fn read<J: Json>(
    reader: &mut Reader,
    json: &J,
    kind: Kind,
    options: &[PollOption],
) -> domain::Ballot {
    let known = |id: String| options.iter().map(|o| &o.id).find(|known| known.as_str() == id).cloned();
    let says = match marks(reader, json, &known) {
        None => Says::Unknown,
        Some(Answer::Values(mut values)) => {
            let values = domain::in_order(options, &mut values, |v| &v.option);
            if values.is_empty() { Says::TakenBack } else { Says::This(Answer::Values(values)) }
        }
        Some(Answer::Options(mut ids)) => {
            if matches!(kind, Kind::Choice { .. }) {
                ids = domain::in_order(options, &mut ids, |id| id);
            }
            match ids.first() {
                None => Says::TakenBack,
                Some(stance) if matches!(kind, Kind::Proposal(_)) => {
                    Says::This(Answer::Stance(stance.clone(), reader.words(json, "reason")))
                }
                Some(_) => Says::This(Answer::Options(ids)),
            }
        }
        Some(answer) => Says::This(answer),
    };
    domain::Ballot { revision: reader.revision(json), says }
}

/// Reads what a ballot says, whatever the kind, of options that are `known`; nothing where it does not say anything.
pub(super) fn marks<J: Json>(
    reader: &mut Reader,
    json: &J,
    known: &dyn Fn(String) -> Option<OptionId>,
) -> Option<Answer> {
    if reader.truth(json, "abstain").unwrap_or(false) {
        return Some(Answer::Abstention);
    }
    if json.field("values").is_some() {
        let mut values = Vec::new();
        for value in reader.list(json, "values") {
            let option = known(reader.words(&value, "option"));
            let value = reader.signed(&value, "value");
            values.extend(option.map(|option| domain::Value { option, value }));
        }
        return Some(Answer::Values(values));
    }
    json.field("options")?;
    Some(Answer::Options(reader.texts(json, "options").into_iter().filter_map(known).collect()))
}
