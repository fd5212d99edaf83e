//! How each language and each region writes numbers, lists and times, held against the browser's `Intl`, which has the whole of
//! Unicode CLDR.

mod differences;
mod samples;

use std::fs;
use std::path::Path;

use folkmoot::render;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::page::Page;
use differences::{Differences, tag_for};
use samples::Sample;

/// Each question has the name of a formatter, its options, its method, and what the method takes.
const ASK: &str = "const made = {};
    return questions.map(([name, options, method, given]) => {
        const formatter = (made[name + JSON.stringify(options)] ??= new Intl[name](tag, options));
        return formatter[method](...given);
    });";

/// Where `Intl` does not tell the direction of a language, it is that of the name of a day.
const DIRECTION: &str =
    "const locale = new Intl.Locale(tag), info = locale.getTextInfo?.() ?? locale.textInfo;
    const name = document.createElement('bdi');
    name.textContent = new Intl.DateTimeFormat(tag, { weekday: 'long' }).format();
    document.body.append(name);
    return info?.direction ?? getComputedStyle(name).direction;";

/// The tags of the languages and regions that there are facts about.
fn tags() -> Vec<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("www/locales/facts")).unwrap();
    let mut tags: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    tags.sort();
    tags
}

/// What a script returns that knows the tag of a language and these questions.
async fn ask(page: &Page, tag: &str, samples: &[Sample], script: &str) -> Value {
    let questions: Vec<&Value> = samples.iter().map(|sample| &sample.question).collect();
    page.eval(&format!("const tag = {}, questions = {}; {script}", json!(tag), json!(questions))).await
}

/// What `Intl` answered, as a text.
fn said(answer: &Value) -> String {
    let Some(names) = answer["pluralCategories"].as_array() else {
        return answer.as_str().unwrap_or_default().into();
    };
    let mut names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn every_language_is_written_as_browsers_write_it() {
    browse(async |site| {
        let page = site.embed(Embed::new("").without_script()).await;
        let mut differences = Differences::of(page.engine());
        for tag in tags() {
            let words = render::words(&tag);
            let samples = samples::of(&tag, &words);
            let asked = tag_for(page.engine(), &tag);
            let answers = ask(&page, asked, &samples, ASK).await;
            let answers = answers.as_array().unwrap();
            assert_eq!(answers.len(), samples.len(), "{tag}");
            for (sample, answer) in samples.iter().zip(answers) {
                differences.look(&tag, sample, &said(answer));
            }
            if asked != tag {
                let by_own_tag = ask(&page, &tag, &samples, ASK).await;
                assert_ne!(by_own_tag.as_array(), Some(answers), "{tag} need not be asked about as {asked}");
            }
            assert_eq!(ask(&page, &tag, &[], DIRECTION).await, words.direction(), "{tag}");
        }
        let faults = differences.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}
