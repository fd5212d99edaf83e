//! Links to polls in posts that cannot hold elements.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;

const POSTS: &str = r#"
<nav><ul><li><a href="/polls/new-logo">Logo</a></li></ul></nav>
<h2><a href="/polls/new-logo">Logo</a></h2>
<article id="post">
  <p>See <a href="/polls/new-logo">the logo poll</a>.</p>
  <p>Here: <b><a href="/polls/new-logo">the logo poll</a></b></p>
  <p id="alone"><a href="/polls/weekly-dinner">Vote for dinner</a></p>
  <div id="lines">Look:<br><a href="/polls/new-logo?from=post#top">/polls/new-logo</a><br>It is open.</div>
  <folk-poll poll="roadmap"><a href="/polls/roadmap">The roadmap</a></folk-poll>
  <p><a href="https://other.example/polls/new-logo">elsewhere</a></p>
  <p><a href="/polls/a%20b">no id</a></p>
  <p><a href="/polls/%E0%A4%A">no text</a></p>
  <p><a href="/polls/">all polls</a></p>
  <p><a href="/polls/new-logo/edit">another page</a></p>
  <details><summary><a href="/polls/new-logo">opens a list</a></summary></details>
</article>
<div contenteditable="true"><p><a href="/polls/new-logo">being written</a></p></div>"#;

const POLLS: &str =
    "return [...document.querySelectorAll('folk-poll')].map((poll) => poll.getAttribute('poll'));";

#[test]
fn forums_12_a_link_alone_on_its_line_becomes_the_poll_and_no_other_link_does() {
    browse(async |site| {
        let page = site.embed(Embed::new(POSTS).attributes("data-links=\"/polls/\"").seen_by("mia")).await;
        page.becomes(POLLS, json!(["weekly-dinner", "new-logo", "roadmap"])).await;
        let dinner = page.find("#alone folk-poll");
        dinner.find("label.row").count_becomes(5).await;
        let fallback = "return document.querySelector('#alone folk-poll > a').textContent;";
        page.becomes(fallback, "Vote for dinner").await;
        // A post that comes later, as frameworks draw them.
        page.eval(
            "const post = document.createElement('p');
            post.id = 'late';
            post.innerHTML = '<a href=\"/polls/roadmap\">The roadmap</a>';
            document.querySelector('article').append(post);
            post.scrollIntoView();",
        )
        .await;
        page.find("#late folk-poll").text_contains("Better search").await;
        // However many links somebody writes, a page draws no more polls than it can bear.
        page.eval(
            "const many = document.createElement('div');
            many.id = 'many';
            many.innerHTML = '<p><a href=\"/polls/new-logo\">Logo</a></p>'.repeat(60);
            document.querySelector('article').append(many);",
        )
        .await;
        page.becomes("return document.querySelectorAll('#many folk-poll').length;", 17).await;
        page.eval("document.querySelector('#many').remove();").await;
        page.eval(
            "const post = document.createElement('p');
            post.id = 'later';
            post.innerHTML = '<a href=\"/polls/new-logo\">Logo</a>';
            document.querySelector('article').append(post);
            post.scrollIntoView();",
        )
        .await;
        page.find("#later folk-poll").appears().await;
        assert_eq!(page.errors().await, Vec::<String>::new());
    });
}

#[test]
fn forums_12_without_the_attribute_links_stay_links() {
    browse(async |site| {
        let page = site.embed(Embed::new(POSTS)).await;
        page.find("folk-poll[poll=roadmap]").appears().await;
        page.becomes(POLLS, json!(["roadmap"])).await;
    });
}
