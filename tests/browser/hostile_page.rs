//! A page that means no good to what it embeds, or does not think of it: shortcuts, themes, glass, links, translators, names and
//! built-ins of its own.

use serde_json::json;

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::kinds::send;
use crate::page::{Element, Key, Page};
use crate::said::{said, turnout};

/// Finds the least contrast of what is written in an element, on the ground that it draws itself, or on that of the page.
const CONTRAST: &str = r"
const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
const paint = (colours) => {
  for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((n) => n / 255);
};
const bright = (colour) => { const [r, g, b] = colour.map((n) => n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
const contrast = (a, b) => { const [low, high] = [bright(a), bright(b)].sort((x, y) => x - y); return (high + .05) / (low + .05); };
const behind = (node) => {
  const layers = [];
  for (; node; node = node.parentElement ?? node.getRootNode().host) layers.unshift(getComputedStyle(node).backgroundColor);
  return ['white', ...layers];
};
const least = (element) => Math.min(...[...element.querySelectorAll('bdi, p, span, b')].filter((part) => !part.firstElementChild && part.textContent.trim() && part.getClientRects().length && !part.matches('.said'))
  .map((part) => { const ground = behind(part); return contrast(paint([...ground, getComputedStyle(part).color]), paint(ground)); }));
";

/// Opens the card of somebody's badges.
async fn open(badges: &Element) {
    badges.find(".chips").click().await;
    badges.find(".awards").appears().await;
}

/// Waits until all that is written in it can be read.
async fn can_be_read(element: &Element) {
    element.becomes(&format!("{CONTRAST} return least(element) >= 4.5 || least(element);"), true).await;
}

/// Waits until its accent can be told from the ground.
async fn accent_is_seen(element: &Element) {
    let script = "const ground = behind(element); const accent = getComputedStyle(element).accentColor;
        const ratio = contrast(paint([...ground, accent]), paint(ground)); return ratio >= 4.5 || ratio;";
    element.find(".folk").becomes(&format!("{CONTRAST} {script}"), true).await;
}

async fn well(page: &Page) {
    assert_eq!(page.errors().await, Vec::<String>::new());
    assert_eq!(page.violations().await, Vec::<String>::new());
}

/// A forum whose handlers look at the event's target, as forums do.
const SHORTCUTS: &str = "<script>window.heard = [];
    for (const name of ['keydown', 'keypress', 'keyup', 'paste', 'input']) document.addEventListener(name, (event) => {
      if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(event.target.tagName)) window.heard.push(event.key ?? name);
    });</script>";

#[test]
fn embedding_19_what_is_typed_in_a_poll_is_no_shortcut_of_the_page() {
    browse(async |site| {
        let polls =
            r#"<folk-poll poll="harbour-fair"></folk-poll><folk-poll poll="quiet-hours"></folk-poll>"#;
        let page = site.embed(Embed::new(polls).head(SHORTCUTS).seen_by("ann")).await;
        let fair = page.find("folk-poll[poll=harbour-fair]");
        let heard = "return window.heard.join();";
        let hours = page.find("folk-poll[poll=quiet-hours]");
        hours.find("input").nth(0).click().await;
        page.press(Key::Down).await;
        hours.find("input").nth(1).becomes("return element.checked;", true).await;
        page.type_text("j ").await;
        fair.find(".opener").with_text(said!(comments, count = 3)).click().await;
        fair.find(".panel textarea").focus().await;
        page.type_text("just j, k and ?").await;
        fair.find(".panel textarea").becomes("return element.value;", "just j, k and ?").await;
        fair.find(".opener").with_text(said!(option_add)).click().await;
        fair.find(".panel input").focus().await;
        page.type_text("Jam").await;
        hours.find("textarea").focus().await;
        page.type_text("kj").await;
        page.becomes(heard, "").await;
        // What leaves a field is the page's as well, and so are its shortcuts elsewhere.
        page.press(Key::Escape).await;
        page.press(Key::Tab).await;
        page.becomes("return [...new Set(window.heard)].join();", "Escape,Tab").await;
        hours.find("textarea").becomes("return element.matches(':focus');", false).await;
        fair.find(".opener").nth(0).focus().await;
        page.type_text("j").await;
        page.becomes("return window.heard.includes('j');", true).await;
        well(&page).await;
    });
}

/// Themes that are switched in a page.
const THEMES: &str = "<style>
    body { background: #fff; color: #222 } a { color: #0645ad }
    .dark body, [data-theme=dark] body, body.night { background: #16181c; color: #e8e8e8 }
    .dim body { background: #2b2b2b; color: #c8c8c8 } .dim a { color: oklch(45% .2 264) }
    @media (prefers-color-scheme: dark) { body { background: #101418; color: #eee } }
</style>";

const THREAD: &str = r##"<p><a href="#a">A link</a> Ann <folk-badges member="ann"></folk-badges> said</p>
    <folk-poll poll="weekly-dinner"></folk-poll>"##;

#[test]
fn embedding_20_after_every_switch_of_the_theme_cards_and_accent_can_be_read() {
    browse(async |site| {
        let page = site.embed(Embed::new(THREAD).head(THEMES).seen_by("ann")).await;
        let (ann, poll) = (page.find("folk-badges"), page.find("folk-poll"));
        poll.find("label.row").count_becomes(5).await;
        // Where it can be read it is the links' own colour.
        open(&ann).await;
        for element in [&ann, &poll] {
            element
                .find(".folk")
                .becomes("return getComputedStyle(element).accentColor;", "rgb(6, 69, 173)")
                .await;
        }
        page.press(Key::Escape).await;
        let switches = [
            "",
            "document.documentElement.className = 'dark';",
            "document.documentElement.className = 'dim';",
            "document.documentElement.className = '';",
            "document.documentElement.dataset.theme = 'dark';",
            "delete document.documentElement.dataset.theme;",
            "document.body.className = 'night';",
            "document.body.className = ''; document.head.append(Object.assign(document.createElement('style'), { id: 'late', textContent: 'body { background: #000; color: #ddd; transition: background-color .1s }' }));",
            "document.querySelector('#late').disabled = true;",
        ];
        for switch in switches {
            page.eval(switch).await;
            open(&ann).await;
            can_be_read(&ann.find(".pop")).await;
            accent_is_seen(&ann).await;
            accent_is_seen(&poll).await;
            page.press(Key::Escape).await;
            ann.find(".pop").disappears().await;
        }
        // While the card is open, and by the system.
        open(&ann).await;
        page.eval("document.documentElement.className = 'dark';").await;
        can_be_read(&ann.find(".pop")).await;
        page.eval("document.documentElement.className = '';").await;
        can_be_read(&ann.find(".pop")).await;
        if page.engine() == Engine::Blink {
            for scheme in ["dark", "light"] {
                let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
                page.cdp("Emulation.setEmulatedMedia", feature).await;
                can_be_read(&ann.find(".pop")).await;
                accent_is_seen(&poll).await;
            }
        }
        well(&page).await;
    });
}

#[test]
fn embedding_21_on_glass_pictures_and_gradients_cards_have_a_ground_of_their_own() {
    browse(async |site| {
        for (ground, text) in [
            ("background: rgba(255, 255, 255, .06)", "#eee"),
            ("background: url(/demo/lake.svg) center / cover", "#fff"),
            ("background: url(/demo/lake.svg) center / cover", "#222"),
            ("background: linear-gradient(#223, #112 50%, #001)", "#eef"),
            ("background: linear-gradient(to right, rgb(250 250 255), rgb(235 235 240))", "#333"),
        ] {
            let body = format!(r#"<div class="post">{THREAD}</div>"#);
            let style = format!(
                "<style>body {{ background: #10141c }} .post {{ color: {text}; {ground} }} a {{ color: {text} }}</style>"
            );
            let page = site.embed(Embed::new(&body).head(&style).seen_by("ann")).await;
            let (ann, poll) = (page.find("folk-badges"), page.find("folk-poll"));
            poll.find("label.row").count_becomes(5).await;
            open(&ann).await;
            let opaque = "return /^rgb\\(/.test(getComputedStyle(element).backgroundColor);";
            ann.find(".pop").becomes(opaque, true).await;
            can_be_read(&ann.find(".pop")).await;
            // On glass the poll's ground is the page's, which is known; on a picture nobody knows.
            let own = ground.contains("url") || ground.contains("gradient");
            poll.find(".card").becomes(opaque, own).await;
            can_be_read(&poll.find(".card")).await;
            accent_is_seen(&poll).await;
        }
    });
}

#[test]
fn colours_are_read_once_on_a_page_that_has_none_of_its_own() {
    browse(async |site| {
        let head = "<style>a { color: oklch(45% .2 264) }</style>
            <script>
              window.read = 0;
              const native = window.getComputedStyle;
              window.getComputedStyle = (...asked) => { window.read += 1; return native(...asked); };
            </script>";
        let body = r##"<a href="#">a link</a><folk-poll poll="weekly-dinner"></folk-poll>"##;
        let page = site.embed(Embed::new(body).head(head).seen_by("mia")).await;
        let poll = page.find("folk-poll");
        poll.find("label.row").count_becomes(5).await;
        poll.find(".opener").click().await;
        poll.find(".panel").appears().await;
        let frames = "return new Promise((done) => {
            const before = window.read;
            let frames = 0;
            const next = () => (frames++ < 30 ? requestAnimationFrame(next) : done(window.read - before));
            next();
        });";
        assert!(page.eval("return window.read;").await.as_u64() > Some(0));
        page.becomes(frames, 0).await;
    });
}

#[test]
fn embedding_22_badges_in_a_link_open_their_card_and_the_page_stays() {
    browse(async |site| {
        let body = r#"<p><a href="/elsewhere"><b>Ann</b> <folk-badges member="ann"></folk-badges></a></p><button>Other</button>
            <script>addEventListener('click', (event) => { if (event.target.closest('a')) window.followed = true; });</script>"#;
        let page = site.embed(Embed::new(body)).await;
        page.eval("window.stays = true;").await;
        let ann = page.find("folk-badges");
        let close = async || {
            page.find("button").with_text("Other").eval("element.focus();").await;
            ann.find(".pop").disappears().await;
        };
        ann.find(".chips").click().await;
        ann.find(".awards").appears().await;
        ann.find(".who").click().await;
        close().await;
        ann.find(".chips").tap().await;
        ann.find(".awards").appears().await;
        for key in [Key::Enter, Key::Space] {
            page.press(Key::Escape).await;
            ann.find(".pop").disappears().await;
            ann.find(".chips").focus().await;
            page.press(Key::Escape).await;
            ann.find(".pop").disappears().await;
            page.press(key).await;
            ann.find(".pop").appears().await;
        }
        page.becomes("return [window.stays, window.followed ?? false];", json!([true, false])).await;
    });
}

/// Puts what a translator makes of it in the place of each text on the page: a new text, or the old one, in `<font>`s.
const TRANSLATE: &str = "let n = 0;
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
        const font = document.createElement('font');
        const inner = font.appendChild(document.createElement('font'));
        const text = node.data;
        node.replaceWith(font);
        if (n++ % 2) { inner.append(node); node.data = `«${text}»`; } else inner.textContent = `«${text}»`;
        return;
      }
      for (const child of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(child);
    };
    walk(document.querySelector('main'));";

#[test]
fn embedding_23_in_a_translated_page_the_figures_go_on() {
    browse(async |site| {
        let page = site.embed(Embed::new(THREAD).seen_by("ann")).await;
        let poll = page.find("folk-poll");
        poll.find("input[value=pizza]").click().await;
        send(&poll).await;
        page.find("folk-badges").find(".chip").appears().await;
        let before = poll.find(".count").text().await;
        page.eval(TRANSLATE).await;
        poll.find(".count").text_becomes(&format!("«{before}»")).await;
        site.vote_elsewhere("weekly-dinner", "otto", "sushi").await;
        poll.find(".count").text_contains(turnout(25)).await;
        // All that the member does goes on as well, whatever the translator does meanwhile.
        for button in [said!(change_vote), said!(keep_my_vote), said!(take_back)] {
            page.eval(TRANSLATE).await;
            poll.find("button").with_text(button).click().await;
        }
        poll.find("label.row").count_becomes(5).await;
        page.eval(TRANSLATE).await;
        poll.find(".opener").nth(0).click().await;
        poll.find(".panel").appears().await;
        open(&page.find("folk-badges")).await;
        assert!(
            !page.console().await.iter().any(|line| line.starts_with("error")),
            "{:?}",
            page.console().await
        );
        well(&page).await;
    });
}

/// Scripts that have given all objects and lists something of their own, and put others in the place of the browser's.
const POLLUTED: &str = "<script>
    const { map, filter } = Array.prototype;
    const { stringify } = JSON;
    const { Promise: Own, fetch: ask } = window;
    Object.prototype.extend = function () {};
    Object.prototype.token = 'of nobody';
    Object.prototype.description = function () {};
    for (const name of ['root', 'threshold', 'attributeFilter', 'slotAssignment', 'start', 'flush', 'size', 'highWaterMark']) {
      Object.prototype[name] = 'of nobody';
    }
    Array.prototype.toJSON = String.prototype.toJSON = Number.prototype.toJSON = function () { return String(this); };
    Array.prototype.map = function (run, self) { return map.call(this, run, self); };
    Array.prototype.filter = function (run, self) { return filter.call(this, run, self); };
    JSON.stringify = (value) => stringify(String(stringify(value)));
    window.Promise = class extends Own {};
    window.fetch = function (...all) {
      const [asked] = all;
      (typeof asked === 'string' ? asked : asked.url).includes('/');
      return ask.apply(this, all);
    };
    window.restore = () => {
      for (const kind of [Object, Array, String, Number]) delete kind.prototype.toJSON;
      for (const name of ['extend', 'token', 'description']) delete Object.prototype[name];
      for (const [name, value] of [['map', map], ['filter', filter]]) {
        Object.defineProperty(Array.prototype, name, { value, enumerable: false });
      }
      Object.assign(JSON, { stringify });
      window.Promise = Own;
    };
</script>";

/// The page votes by itself, since a driver does not bear such a page, either, and is one like any other once the vote is there.
const BY_ITSELF: &str = "{
    const vote = setInterval(() => {
      const root = document.getElementsByTagName('folk-poll')[0]?.shadowRoot;
      if (root?.querySelector('li.mine') && root.querySelector('.count').textContent.includes(saved)) {
        clearInterval(vote);
        window.restore?.();
        for (const named of [...document.getElementsByTagName('img'), ...document.getElementsByTagName('input')]) named.name = '';
        window.voted = true;
      } else if (root?.querySelector('input:checked')) root.querySelector('form button.primary')?.click();
      else root?.querySelector('input[value=pizza]')?.click();
    }, 100);
}";

const NAMES: &str = r#"<img name="querySelector" alt=""><img name="querySelectorAll" alt=""><img name="createElement" alt="">
    <img name="createElementNS" alt=""><img name="createTextNode" alt=""><img name="hidden" alt=""><img name="cookie" alt="">
    <img name="body" alt=""><img name="head" alt=""><img name="documentElement" alt=""><img name="baseURI" alt="">
    <img name="addEventListener" alt=""><img name="activeElement" alt=""><img name="defaultView" alt="">
    <form><input name="parentNode"><input name="querySelectorAll"><input name="assignedSlot">"#;

#[test]
fn embedding_30_and_names_in_posts_a_page_with_names_and_built_ins_of_its_own_votes_as_any() {
    browse(async |site| {
        let by_itself = format!("<script>const saved = {};\n{BY_ITSELF}</script>", json!(said!(saved)));
        for (member, head, names) in [("mia", POLLUTED, ""), ("ann", "", NAMES), ("otto", POLLUTED, NAMES)] {
            let body = format!("{names}{THREAD}");
            let page = site.open("/blank").await;
            let path = site.serve(Embed::new(&body).head(head).head(&by_itself).seen_by(member));
            // The driver would wait for a page that it cannot ask.
            page.eval(&format!("setTimeout(() => location.assign({}));", json!(site.url(&path)))).await;
            site.becomes("/polls/weekly-dinner", member, "/poll", |poll| {
                poll["viewer"]["ballot"]["options"] == json!(["pizza"])
            })
            .await;
            page.becomes("return window.voted ?? false;", true).await;
            let poll = page.find("folk-poll");
            // Before the card opens, which may lie over the button.
            poll.button(said!(take_back)).click().await;
            poll.find("label.row").count_becomes(5).await;
            open(&page.find("folk-badges")).await;
            assert_eq!(page.errors().await, Vec::<String>::new());
        }
    });
}

/// Has a poll drawn anew as a forum does that renders its posts again.
const RENDERED_AGAIN: &str = "const post = document.querySelector('.post'); post.innerHTML = post.innerHTML;";

#[test]
fn embedding_24_what_is_begun_outlives_the_element_and_a_reload_for_its_author_alone() {
    browse(async |site| {
        let body = r#"<div class="post"><folk-poll poll="excursion"></folk-poll><folk-poll poll="harbour-fair"></folk-poll></div>"#;
        let path = site.serve(Embed::new(body).seen_by("ann"));
        let page = site.open(&path).await;
        let (ranked, fair) =
            (page.find("folk-poll[poll=excursion]"), page.find("folk-poll[poll=harbour-fair]"));
        let order = "return [...element.querySelectorAll('.ranked .label')].map((label) => label.textContent).join();";
        ranked.find("button.add").nth(1).click().await;
        ranked.find("button.add").nth(1).click().await;
        ranked.find(".ranked").count_becomes(2).await;
        let ranking = ranked.eval(order).await;
        fair.find(".opener").with_text(said!(comments, count = 3)).click().await;
        fair.find(".panel textarea").focus().await;
        page.type_text("Half a sen").await;
        let still_there = async || {
            ranked.becomes(order, ranking.clone()).await;
            fair.find(".panel textarea").becomes("return element.value;", "Half a sen").await;
        };
        page.eval(RENDERED_AGAIN).await;
        still_there().await;
        // A list that shows only what is in sight takes the post out, and puts it in again later.
        page.eval("window.post = document.querySelector('.post'); post.remove();").await;
        page.becomes("return new Promise((done) => setTimeout(done, 2000, true));", true).await;
        page.eval("document.querySelector('main').append(post);").await;
        still_there().await;
        page.goto(&site.url(&path)).await;
        still_there().await;
        // Another member on the same page sees nothing of it, and then ann does.
        page.goto(&site.url(&site.serve(Embed::new(body).seen_by("otto")))).await;
        ranked.find("button.add").nth(2).appears().await;
        fair.find(".opener").with_text(said!(comments, count = 3)).click().await;
        fair.find(".panel textarea").becomes("return element.value;", "").await;
        ranked.find(".ranked").count_becomes(0).await;
        page.goto(&site.url(&path)).await;
        still_there().await;
        // What is sent is not begun any more.
        fair.find(".panel button.primary").click().await;
        fair.find(".panel .entry").with_text("Half a sen").appears().await;
        page.goto(&site.url(&path)).await;
        ranked.becomes(order, ranking.clone()).await;
        // Not by a pointer: the poll above may still grow, and the press would be beside it.
        fair.find(".opener").with_text(said!(comments, count = 4)).eval("element.click();").await;
        fair.find(".panel textarea").becomes("return element.value;", "").await;
        well(&page).await;
    });
}

#[test]
fn forums_10_runs_stand_right_on_a_page_that_runs_from_right_to_left() {
    browse(async |site| {
        let body = format!("{THREAD}<folk-checklist></folk-checklist>");
        let page = site
            .embed(
                // What is drawn from left to right is in a language that is written so.
                Embed::new(&body)
                    .lang("en")
                    .head("<script>document.documentElement.dir = 'rtl';</script>")
                    .seen_by("mia"),
            )
            .await;
        let checklist = page.find("folk-checklist");
        checklist.find("li.current").appears().await;
        open(&page.find("folk-badges")).await;
        // In the order in which they are drawn, from left to right.
        let drawn = "const texts = [];
            for (const run of element.querySelectorAll('*')) for (const node of run.childNodes) {
              if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || !run.getClientRects().length) continue;
              const from = document.createRange(); const parts = [...node.data.matchAll(/\\S+/g)].map((word) => {
                from.setStart(node, word.index); from.setEnd(node, word.index + word[0].length);
                const { left, top } = from.getBoundingClientRect(); return [Math.round(top), left, word[0]]; });
              if (new Set(parts.map(([top]) => top)).size > 1) continue;
              const seen = parts.toSorted((a, b) => a[1] - b[1]).map((part) => part[2]).join(' ');
              const said = parts.map((part) => part[2]).join(' ');
              if (seen !== said) texts.push(seen);
            }
            return texts;";
        for element in [
            checklist.find("section"),
            page.find("folk-badges").find(".pop"),
            page.find("folk-poll").find(".card"),
        ] {
            element.becomes(drawn, json!([])).await;
        }
    });
}

#[test]
fn forums_11_badges_and_polls_keep_a_distance_that_a_page_can_change() {
    browse(async |site| {
        let body = r#"<p>Ann<folk-badges member="ann"></folk-badges></p><div>Before</div><folk-poll poll="new-logo"></folk-poll><div>After</div>"#;
        let gaps = "const style = (css, name) => parseFloat(getComputedStyle(document.querySelector(css))[name]);
            return [style('folk-badges', 'marginInlineStart'), style('folk-poll', 'marginBlockStart'), style('folk-poll', 'marginBlockEnd')].map((n) => n > 0);";
        let page = site.embed(Embed::new(body)).await;
        page.find("folk-badges").find(".chip").appears().await;
        page.becomes(gaps, json!([true, true, true])).await;
        let page =
            site.embed(Embed::new(body).head("<style>folk-badges, folk-poll { margin: 0 }</style>")).await;
        page.find("folk-badges").find(".chip").appears().await;
        page.becomes(gaps, json!([false, false, false])).await;
    });
}
