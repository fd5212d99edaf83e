//! Which language an element speaks, a site's own texts, and what becomes of texts that do not come.

use folkmoot::render;
use serde_json::{Value, json};

use crate::browse;
use crate::embed::Embed;
use crate::fault::Fault;
use crate::page::Page;

const POLL: &str = r#"<folk-poll poll="weekly-dinner"></folk-poll>"#;
const RATING: &str = r#"<folk-poll poll="last-saturday"></folk-poll>"#;

/// A page in English, whatever the language of the run: these tests are about which language an element takes from its page.
fn english(body: &str) -> Embed {
    Embed::new(body).lang("en")
}

/// A text of the main part of a language's file.
fn text(language: &str, key: &str) -> String {
    let path = format!("{}/www/locales/{language}.json", env!("CARGO_MANIFEST_DIR"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    file["main"][key].as_str().unwrap_or_else(|| panic!("{key} in {language}")).to_owned()
}

/// The language and the direction that the shadow content of each element is marked with.
async fn languages(page: &Page, expected: &[&str]) {
    let script = "return [...document.querySelectorAll('folk-checklist')]
        .map((element) => element.shadowRoot.querySelector('.place'))
        .map((place) => `${place?.lang} ${place?.dir}`);";
    page.becomes(script, json!(expected)).await;
}

#[test]
fn an_element_speaks_the_language_of_its_tag_or_the_nearest_that_there_is() {
    const TAGS: [&str; 26] = [
        "en",
        "en-US",
        "en-us",
        "EN_gb",
        "en_US",
        "en-AU-x-a",
        "de",
        "de-AT",
        "de-DE-1996",
        "DE",
        "pt",
        "pt-BR",
        "pt-PT",
        "he",
        "ja_JP",
        "zh",
        "zh-CN",
        "zh-Hans-SG",
        "zh-TW",
        "zh-HK",
        "zh-hant-HK",
        "sv",
        "den",
        "english",
        "-",
        "en-XA",
    ];
    browse(async |site| {
        let body = TAGS.map(|tag| format!(r#"<div lang="{tag}"><folk-checklist></folk-checklist></div>"#));
        let page = site.embed(english(&body.concat()).seen_by("mia")).await;
        let expected = TAGS.map(|tag| {
            let words = render::words(tag);
            format!("{} {}", words.tag(), words.direction())
        });
        languages(&page, &expected.each_ref().map(String::as_str)).await;
    });
}

#[test]
fn the_nearest_lang_counts_then_the_browsers() {
    browse(async |site| {
        let here = "<folk-checklist></folk-checklist>";
        let body = format!(
            r#"<div lang="he" id="component"></div>{here}
            <div lang="ar"><p>{here}</p><p lang="fr"><folk-checklist lang="ja"></folk-checklist></p></div>
            <form lang="de"><input name="lang">{here}</form>"#
        );
        let page = site.serve(english(&body).seen_by("mia"));
        let page = site.open(&page).await;
        let languages_here = ["en ltr", "ar rtl", "ja ltr", "de ltr"];
        languages(&page, &languages_here).await;
        // In a component of the page's own.
        page.eval(
            "const root = document.querySelector('#component').attachShadow({ mode: 'open' });
            root.append(document.createElement('folk-checklist'));",
        )
        .await;
        let inside = "return document.querySelector('#component').shadowRoot.firstChild.shadowRoot.querySelector('.place')?.lang;";
        page.becomes(inside, "he").await;
        // A page that names no language: that of the browser, which is English here.
        let browsers = page.eval("return navigator.language;").await;
        page.eval("document.documentElement.removeAttribute('lang');").await;
        let browsers = format!("{} ltr", render::words(browsers.as_str().unwrap()).tag());
        languages(&page, &[&[browsers.as_str()], &languages_here[1..]].concat()).await;
    });
}

#[test]
fn a_page_fetches_its_language_at_once_and_no_other() {
    browse(async |site| {
        let page = site.embed(english(&format!(r#"<div lang="pl">{POLL}</div>"#)).seen_by("mia")).await;
        page.find("folk-poll").find("button.primary").text_becomes(&text("pl", "vote")).await;
        let texts = site.requests(".txt");
        assert!(texts.len() == 1 && texts[0].contains("/folkmoot-pl-"), "{texts:?}");
        let first = site.requests("/folkmoot/v1/");
        let at = |name: &str| first.iter().position(|request| request.contains(name)).unwrap();
        assert!(at(".txt") <= 4 && at(".wasm") <= 4, "in the first wave: {first:?}");
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn what_a_part_says_comes_with_the_part() {
    browse(async |site| {
        let page = site.embed(english(&format!(r#"<div lang="de">{RATING}</div>"#)).seen_by("mia")).await;
        page.find("folk-poll").find("form").appears().await;
        let texts = site.requests(".txt");
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts.iter().any(|request| request.contains("/folkmoot-kinds-de-")), "{texts:?}");
    });
}

#[test]
fn an_element_whose_language_changes_speaks_it_and_keeps_what_was_begun() {
    browse(async |site| {
        let page = site.embed(english(&[POLL, RATING].concat()).seen_by("mia")).await;
        let poll = page.find("folk-poll").nth(0);
        poll.find("input[value=sushi]").click().await;
        page.eval("document.documentElement.lang = 'fr';").await;
        poll.find("button.primary").text_becomes(&text("fr", "vote")).await;
        poll.find("input[value=sushi]").becomes("return element.checked;", true).await;
        poll.becomes("return element.shadowRoot.querySelector('.place').lang;", "fr").await;
        let rating = page.find("folk-poll").nth(1);
        rating.find("button.primary").text_becomes(&text("fr", "vote")).await;
        assert!(site.requests("folkmoot-kinds-fr-").len() == 1, "what the part says, too");
        // It is moved to where another language is spoken.
        page.eval(
            "const place = Object.assign(document.createElement('div'), { lang: 'ar' });
            document.body.append(place);
            place.append(document.querySelector('folk-poll'));",
        )
        .await;
        page.find("[lang=ar] folk-poll").find("button.primary").text_becomes(&text("ar", "vote")).await;
        page.find("folk-poll").nth(0).find("button.primary").text_becomes(&text("fr", "vote")).await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

/// The example of the README.
fn own_words() -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks = readme.split("```html\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.filter(|block| block.contains("data-texts=")).collect()
}

#[test]
fn a_site_has_words_of_its_own_in_one_element() {
    browse(async |site| {
        let page = site.embed(english(&[&own_words(), POLL].concat()).seen_by("ann")).await;
        let (own, other) = (page.find("folk-poll").nth(0), page.find("folk-poll").nth(1));
        own.find("button.primary").text_becomes("Raise my hand").await;
        other.find("button.primary").text_becomes(&text("en", "vote")).await;
        other.find("input[value=sushi]").click().await;
        other.find("button.primary").click().await;
        own.find("li.mine").text_contains("4 hands").await;
        other.find("li.mine").text_contains("4 votes").await;
        page.eval("document.documentElement.lang = 'de-AT';").await;
        own.find("button").with_text(text("de", "change_vote")).click().await;
        own.find("button.primary").text_becomes(&text("de", "save_change")).await;
        assert_eq!(site.requests("folkmoot-reword-").len(), 1);
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn a_sites_file_has_words_for_all_elements_and_an_elements_words_count_before_them() {
    browse(async |site| {
        let words = json!({
            "en": { "vote": "Aye", "ask_rating": "Rate them", "sign_in": "Come in" },
            "en-us": { "vote": "Yea" },
            "fr": { "vote": "Oui !" },
        });
        site.fail("GET /words.json", Fault::Json(words));
        let body = format!(
            r##"<script type="application/json" id="own">{{"en": {{"vote": "Hear, hear"}}}}</script>
            {POLL}<div lang="en-US">{POLL}</div><folk-poll poll="weekly-dinner" data-texts="#own"></folk-poll>"##
        );
        let page = site.embed(english(&body).seen_by("mia").attributes(r#"data-texts="/words.json""#)).await;
        for (nth, said) in ["Aye", "Yea", "Hear, hear"].into_iter().enumerate() {
            page.find("folk-poll").nth(nth).find("button.primary").text_becomes(said).await;
        }
        assert_eq!(site.requests("words.json").len(), 1);
        page.eval("document.querySelectorAll('folk-poll')[2].removeAttribute('data-texts');").await;
        page.find("folk-poll").nth(2).find("button.primary").text_becomes("Aye").await;
        page.eval("document.documentElement.lang = 'fr';").await;
        page.find("folk-poll").nth(0).find("button.primary").text_becomes("Oui !").await;
        assert_eq!(page.console().await, Vec::<String>::new());
    });
}

#[test]
fn own_words_that_cannot_be_used_are_named_and_the_widgets_stand() {
    browse(async |site| {
        let words = r#"{"en": {"vote": "a|b", "vot": "x", "votes_few": "{{count}}", "votes_other": "{{number}} votes",
            "closes_at": "until {{when}}", "sign_in": 7, "staff": "{staff}"}}"#;
        let body = format!(
            r##"<script type="application/json" id="own">{words}</script><script type="application/json" id="bad">{{</script>
            <folk-poll poll="weekly-dinner" data-texts="#own"></folk-poll>
            <folk-poll poll="weekly-dinner" data-texts="#bad"></folk-poll>
            <folk-poll poll="weekly-dinner" data-texts="#none"></folk-poll>
            <folk-poll poll="weekly-dinner" data-texts="/none.json"></folk-poll>"##
        );
        site.fail("GET /none.json", Fault::Status(404));
        let page = site.embed(english(&body).seen_by("mia")).await;
        for nth in 0..4 {
            page.find("folk-poll").nth(nth).find("button.primary").text_becomes(&text("en", "vote")).await;
        }
        page.find("folk-poll").nth(0).text_contains("until ").await;
        let said = page.console().await;
        for part in [
            "en.vote is no text, or has `|`",
            "en.vot is no text of the widget",
            "en.votes_few is no form that this text has in this language",
            "en.votes_other has {{number}}; there is {{count}}",
            "en.sign_in is no text",
            "en.staff has a brace that belongs to no placeholder",
            "data-texts=\"#bad\": ",
            "data-texts=\"#none\": the page has no element with this id",
            "data-texts=\"/none.json\": the answer is 404",
        ] {
            assert_eq!(said.iter().filter(|line| line.contains(part)).count(), 1, "{part}: {said:#?}");
        }
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn texts_that_do_not_come_leave_the_first_language_until_they_come() {
    browse(async |site| {
        let page = site.embed(english(POLL).seen_by("mia")).await;
        let vote = page.find("folk-poll").find("button.primary");
        vote.text_becomes(&text("en", "vote")).await;
        site.fail("folkmoot-de-", Fault::Dropped);
        page.eval("document.documentElement.lang = 'de';").await;
        page.becomes(
            "return folkmootKept.console.some((line) => line.includes('no texts in \"de\"'));",
            true,
        )
        .await;
        vote.text_becomes(&text("en", "vote")).await;
        site.heal();
        page.eval("document.body.lang = 'de';").await;
        vote.text_becomes(&text("de", "vote")).await;
    });
}

#[test]
fn what_is_no_file_of_texts_is_not_taken_for_one() {
    browse(async |site| {
        site.fail("folkmoot-en-", Fault::Html);
        let body = r#"<folk-poll poll="weekly-dinner"><p>The poll is in the app.</p></folk-poll>"#;
        let page = site.embed(english(body).seen_by("mia")).await;
        page.becomes(
            "return folkmootKept.console.some((line) => line.includes('has no texts for \"en\"'));",
            true,
        )
        .await;
        page.find("folk-poll p").appears().await;
    });
}

#[test]
fn a_part_whose_texts_do_not_come_can_be_asked_for_again() {
    browse(async |site| {
        site.fail("folkmoot-kinds-en-", Fault::Dropped);
        let page = site.embed(english(RATING).seen_by("mia")).await;
        let poll = page.find("folk-poll");
        let again = poll.find("button").with_text(text("en", "try_again"));
        again.appears().await;
        site.heal();
        again.click().await;
        poll.find("button.primary").text_becomes(&text("en", "vote")).await;
    });
}

#[test]
fn a_sites_own_texts_come_in_the_language_of_the_page() {
    browse(async |site| {
        let question = json!({"en": "Where do we eat?", "de": "Wo essen wir?", "fr": "On mange où ?"});
        let poll = json!({
            "id": "supper", "title": question, "options": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}],
        });
        site.create(&poll).await;
        let body = r#"<folk-poll poll="supper"></folk-poll>"#;
        for (language, title, member) in [("de-AT", "Wo essen wir?", "mia"), ("fr", "On mange où ?", "otto")]
        {
            let page = site.embed(Embed::new(body).lang(language).seen_by(member)).await;
            let poll = page.find("folk-poll");
            poll.find("h3").text_becomes(title).await;
            // What the loader has asked for and what the widget asks for later.
            poll.find("input[value=a]").click().await;
            poll.find("button.primary").click().await;
            let speaks = language.split('-').next().unwrap();
            poll.find(".count").text_contains(text(speaks, "saved")).await;
            poll.find("h3").text_becomes(title).await;
        }
    });
}
