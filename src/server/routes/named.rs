//! Ids for polls and options that staff create without one. They are made from titles and labels, so that people can read
//! them.

use std::collections::HashSet;

use slug::slugify;

use super::invalid;
use crate::api::KindWord;
use crate::domain::poll::Stance;
use crate::domain::text::is_blank;
use crate::domain::time::{Date, Timestamp};
use crate::domain::translation::Text;
use crate::server::answer::Failure;
use crate::server::typed;
use crate::wire::{Edit, Id, PollEdit, PollOption, WrittenOption, when};

/// The longest id that is made, in characters, without a number at its end.
const LONGEST: usize = 48;

/// Makes an id of lower-case letters, digits and hyphens; `None` where the text has neither letters nor digits.
fn id_of(text: &str) -> Option<String> {
    let slug = slugify(text);
    let mut id = slug.get(..LONGEST).unwrap_or(&slug);
    if id.len() < slug.len() {
        id = id.rsplit_once('-').map_or(id, |(words, _)| words);
    }
    let id = id.trim_matches('-');
    (!id.is_empty()).then(|| id.to_owned())
}

/// The id in the request, else one made from the title. The same title gives the same id, so that a request that is sent twice
/// does not create two polls.
pub(super) fn id_of_poll(said: &PollEdit) -> Result<Id, Failure> {
    if let Edit::Set(id) = &said.id {
        return Ok(id.clone());
    }
    match &said.title {
        Edit::Set(title) if !is_blank(title.first()) => {
            let id = id_of(title.first()).ok_or_else(|| {
                invalid("id: say one, since the title has neither letters nor digits to make it of")
            });
            id.map(Into::into)
        }
        Edit::Set(_) | Edit::Keep | Edit::Clear => Err(invalid("title: a poll asks something")),
    }
}

/// The options of a request, with an id for each option that has none. A plain string that says the same as one of the `known`
/// options stands for that option: its label, its stance, its day or its time. An option that is not recognized loses its votes.
pub(super) fn name_options(
    kind: KindWord,
    said: Vec<WrittenOption>,
    known: &[PollOption],
) -> Vec<PollOption> {
    let given = |option: &WrittenOption| match option {
        WrittenOption::Fields(option) => option.id.clone().filter(|id| !id.0.is_empty()),
        WrittenOption::Plain(_) => None,
    };
    let mut taken: HashSet<Id> = said.iter().filter_map(given).collect();
    let mut options = Vec::with_capacity(said.len());
    for option in said {
        let mut option = match option {
            WrittenOption::Fields(option) => {
                let mut option = PollOption::from(*option);
                if let Some(known) = known.iter().find(|known| known.id == option.id) {
                    keep_translations(&mut option.label, &known.label);
                }
                option
            }
            WrittenOption::Plain(text) => {
                let plain = written_plain(kind, text.trim());
                let label = typed::line(&text);
                let is_meant = |known: &&PollOption| {
                    let labelled = !label.is_empty() && known.label.each().any(|(_, text)| text == label);
                    (labelled || is_same(known, &plain)) && !taken.contains(&known.id)
                };
                known.iter().find(is_meant).cloned().unwrap_or(plain)
            }
        };
        if option.id.0.is_empty() {
            let times =
                [option.starts_at.as_ref().map(|time| &time.0), option.date.as_ref().map(|date| &date.0)];
            let id = std::iter::once(option.label.first())
                .chain(times.into_iter().flatten().map(String::as_str))
                .find_map(id_of);
            option.id = free(id.unwrap_or_else(|| "option".into()), &taken);
        }
        taken.insert(option.id.clone());
        options.push(option);
    }
    options
}

/// Keeps a text in several languages where an edit has, as a plain string, what it says in one of them: an editor who reads one
/// language sends that back.
pub(super) fn keep_translations(text: &mut Text, known: &Text) {
    let Text::Plain(said) = text else { return };
    let cleaned = [typed::line(said), typed::lines(said)];
    if known.translations().any(|of| cleaned.contains(&of.text)) {
        *text = known.clone();
    }
}

/// Whether two options are the same stance, day or time.
fn is_same(known: &PollOption, plain: &PollOption) -> bool {
    if !plain.id.0.is_empty() {
        return known.id == plain.id;
    }
    let when = |option: &PollOption| {
        let read = when(option.date.as_ref(), option.starts_at.as_ref(), option.ends_at.as_ref());
        read.ok().flatten()
    };
    when(plain).is_some() && when(plain) == when(known)
}

/// The option for a plain string: in a proposal a stance; in a poll about when a date, a time or START/END; else a label.
fn written_plain(kind: KindWord, text: &str) -> PollOption {
    let stand = text.to_lowercase();
    let (start, end) = text.split_once('/').map_or((text, None), |(start, end)| (start, Some(end)));
    let is_time = |text: &str| Timestamp::parse(text).is_some();
    let none = PollOption::default();
    match kind {
        KindWord::Proposal if Stance::ALL.iter().any(|known| known.id() == stand) => {
            PollOption { id: stand.into(), ..none }
        }
        KindWord::Availability if Date::parse(text).is_some() => {
            PollOption { date: Some(text.into()), ..none }
        }
        KindWord::Availability if is_time(start) && end.is_none_or(is_time) => {
            PollOption { starts_at: Some(start.into()), ends_at: end.map(Into::into), ..none }
        }
        KindWord::Choice
        | KindWord::Rating
        | KindWord::Ranked
        | KindWord::Allocation
        | KindWord::Availability
        | KindWord::Proposal => PollOption { label: text.into(), ..none },
    }
}

/// This id or, if it is taken, the first one with a number appended that is not.
fn free(id: String, taken: &HashSet<Id>) -> Id {
    let first = Id(id);
    if !taken.contains(&first) {
        return first;
    }
    let mut numbered = (2..taken.len() + 3).map(|n| Id(format!("{first}-{n}")));
    numbered.find(|id| !taken.contains(id)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::*;
    use crate::domain::id::OptionId;

    fn named(kind: KindWord, options: Value, known: &[Value]) -> Value {
        let known: Vec<PollOption> = known.iter().map(|known| from_value(known.clone()).unwrap()).collect();
        to_value(name_options(kind, from_value(options).unwrap(), &known)).unwrap()
    }

    #[test]
    fn forums_4_options_of_plain_text_get_ids_that_people_can_read() {
        let long = "A walk around the whole lake with a stop at the mill and the old bridge";
        let options = json!(["Pizza place", " pizza place! ", "Кафе у моря", "???", "!", long]);
        let named = named(KindWord::Choice, options, &[]);
        let ids: Vec<_> = named.as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap()).collect();
        assert_eq!(ids[..3], ["pizza-place", "pizza-place-2", "kafe-u-moria"]);
        assert_eq!(ids[3..5], ["option", "option-2"]);
        assert_eq!(ids[5], "a-walk-around-the-whole-lake-with-a-stop-at-the");
        assert!(ids.iter().all(|id| OptionId::new(*id).is_ok()));
        assert_eq!(named[1]["label"], "pizza place!");
    }

    #[test]
    fn an_id_that_is_said_stays_and_is_made_for_no_other_option() {
        let named = named(
            KindWord::Choice,
            json!(["Lake", {"id": "lake", "label": "By the lake"}, {"label": "Park"}]),
            &[],
        );
        assert_eq!(
            (&named[0]["id"], &named[1]["id"], &named[2]["id"]),
            (&json!("lake-2"), &json!("lake"), &json!("park"))
        );
    }

    #[test]
    fn in_an_edit_a_plain_text_means_the_option_that_says_it() {
        let known = [
            json!({"id": "a", "label": "Lake", "picture": "/lake.png"}),
            json!({"id": "b", "label": "Park"}),
        ];
        let named = named(KindWord::Choice, json!(["Park", "Lake", "Lake"]), &known);
        assert_eq!(named[0], known[1]);
        assert_eq!(named[1], known[0]);
        assert_eq!(named[2], json!({"id": "lake", "label": "Lake"}), "a second one is another option");
    }

    #[test]
    fn plain_texts_are_stands_in_a_proposal_and_times_in_a_poll_about_when() {
        let stands = named(KindWord::Proposal, json!(["Agree", "block"]), &[]);
        assert_eq!(stands, json!([{"id": "agree", "label": ""}, {"id": "block", "label": ""}]));
        let times = named(
            KindWord::Availability,
            json!(["2026-12-05T18:00:00Z/2026-12-05T20:00:00Z", "Lunch", "2026-12-05"]),
            &[],
        );
        assert_eq!(times[0]["starts_at"], "2026-12-05T18:00:00Z");
        assert_eq!((&times[0]["ends_at"], &times[0]["label"]), (&json!("2026-12-05T20:00:00Z"), &json!("")));
        assert_eq!(times[1], json!({"id": "lunch", "label": "Lunch"}));
        assert_eq!((&times[2]["date"], &times[2]["label"]), (&json!("2026-12-05"), &json!("")));
    }
}
