//! A poll that a crowd votes in: 200 pushes a second for 10 seconds.

use std::io::Write as _;

use crate::browse;
use crate::embed::Embed;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::said::{said, turnout};

const RATE: u32 = 200;
const SECONDS: u32 = 10;

#[test]
fn two_hundred_pushes_a_second_block_nothing_and_the_last_is_shown() {
    browse(async |site| {
        // What else runs on the machine can make any one run slow; the widget's own work comes back each time.
        let mut longest = f64::MAX;
        for _ in 0..3 {
            site.fail("GET /folkmoot/api/events", Fault::Storm(RATE, SECONDS));
            let page = site
                .embed(Embed::new(r#"<folk-poll poll="weekly-dinner"></folk-poll>"#).seen_by("ann"))
                .await;
            let poll = page.find("folk-poll");
            poll.find("h3").text_becomes("Where?").await;
            page.eval(
                "window.tasks = []; window.drawn = 0;
                 try { new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration)))
                     .observe({ type: 'longtask' }); } catch {}
                 new MutationObserver(() => window.drawn++)
                     .observe(document.querySelector('folk-poll').shadowRoot, { subtree: true, childList: true });",
            )
            .await;
            let half = "return seen(element).match(/\\d([.,\\s]?\\d)*/g).some((n) => n.replace(/\\D/g, '') >= 1000);";
            poll.find(".count").becomes(half, true).await;
            poll.find(".count").text_contains(turnout(1999)).await;
            poll.find("li.mine").text_contains(said!(votes, count = 400)).await;
            let drawn = page.eval("return window.drawn;").await.as_u64().unwrap();
            assert!(drawn > 100, "drawn {drawn} times");
            if page.engine() != Engine::Blink {
                return;
            }
            longest = longest.min(page.eval("return Math.max(0, ...window.tasks);").await.as_f64().unwrap());
            let said =
                format!("{RATE} pushes a second: drawn {drawn} times, longest task over 50 ms: {longest} ms");
            let _ = writeln!(std::io::stderr(), "{said}");
            if longest == 0.0 {
                return;
            }
        }
        panic!("a task of {longest} ms in each of three runs");
    });
}
