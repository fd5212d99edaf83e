//! Polls as plain HTML.

use folkmoot::domain::poll::examples;
use folkmoot::render;
use folkmoot::ui::Html;

use crate::states;

/// The tree as plain English HTML.
fn plain(html: &Html) -> String {
    render::plain(html, &render::words("en"), "https://forum.example")
}

#[test]
fn a_result_is_read_without_a_script_or_a_style() {
    let poll = states::named("choice-closed");
    assert_eq!(
        plain(poll.html()),
        r#"<article lang="en" dir="ltr">
<section>
<h3><bdi>What shall we serve?</bdi></h3>
<p><bdi>See <a dir="ltr" rel="nofollow ugc noopener noreferrer" href="https://example.com/menu"><bdi>https://example.com/menu</bdi></a> for more.</bdi></p>
<p>Closed 15 Oct, 13:00 (07:00 in Bogota)</p>
<ul>
<li><strong><bdi>Tea</bdi> your vote 67% 2 votes</strong></li>
<li><bdi>Coffee &amp; cake</bdi> 33% 1 vote</li>
<li><bdi>مقهى</bdi> 33% 1 vote</li></ul>
<p>3 of 1,200 members voted</p></section></article>
"#
    );
}

#[test]
fn no_kind_leaves_anything_to_press_or_an_element_open() {
    let all = states::all();
    for kind in examples::KINDS {
        for state in ["ballot", "closed", "guest", "count", "upcoming", "empty"] {
            let name = format!("{}-{state}", states::name(kind));
            let shown = all.iter().find_map(|(of, shown)| (*of == name).then_some(shown));
            let html = plain(shown.expect("a state of this name").html());
            for wrong in ["<button", "<input", "<form", "<svg", " class=", " style=", "onclick", "  "] {
                assert!(!html.contains(wrong), "{wrong} in {kind:?}, {state}:\n{html}");
            }
            let mut open = Vec::new();
            for tag in html.split('<').skip(1) {
                let name = tag.split([' ', '>']).next().unwrap();
                match name.strip_prefix('/') {
                    Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
                    None if name == "img" => {}
                    None => open.push(name),
                }
            }
            assert_eq!(open, [""; 0], "{html}");
        }
    }
}

#[test]
fn texts_by_members_stay_texts_and_paths_are_on_the_site() {
    let mut poll = states::poll(examples::KINDS[0]);
    poll.title = "<script>alert(1)</script> \u{202e}".into();
    poll.options[0].picture = folkmoot::domain::link::Link::new("/a.svg?\"onload=\"x");
    let html = plain(states::shown(poll).html());
    assert!(html.contains("<h3><bdi>&lt;script&gt;alert(1)&lt;/script&gt; \u{202e}</bdi></h3>"), "{html}");
    assert!(!html.contains("onload=\"x"), "{html}");
}
