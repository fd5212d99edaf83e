//! What members do on the forum's own pages.

use serde_json::json;

use crate::host::{Host, told};
use crate::page::{Element, Page};

/// Asks the forum as its own scripts do, with its CSRF token; gives the status.
const CALL: &str = r#"
const csrf = document.cookie.match(/csrftoken=([^;]*)/)?.[1] ?? "";
return fetch(PATH, {
  method: "POST",
  headers: { "content-type": "application/json", "x-csrftoken": csrf, "x-requested-with": "XMLHttpRequest" },
  body: BODY,
}).then((answer) => answer.status);
"#;

async fn post(page: &Page, path: &str, body: &str) {
    let script = CALL.replace("PATH", &json!(path).to_string()).replace("BODY", &json!(body).to_string());
    assert_eq!(page.eval(&script).await, 200, "POST {path}");
}

/// The address of the thread whose post links to the poll.
pub fn thread(host: &Host) -> String {
    [host.origin(), told("FORUM_THREAD")].concat()
}

/// Signs in on the page that is open, as the forum's dialog does, and shows the thread.
pub async fn sign_in(page: &Page, host: &Host, name: &str) {
    let body = json!({"username": name, "password": told("FORUM_PASSWORD")}).to_string();
    page.goto(&thread(host)).await;
    // Whoever was here before leaves first: the forum refuses a second sign-in.
    post(page, "/logout/", "").await;
    page.goto(&thread(host)).await;
    post(page, "/api/auth/", &body).await;
    page.goto(&thread(host)).await;
}

/// Signs out in this tab, as the forum's menu does, and shows its front page.
pub async fn sign_out(page: &Page) {
    post(page, "/logout/", "").await;
    page.eval("location.href = '/';").await;
    page.becomes("return location.pathname;", "/").await;
}

/// Goes back in the tab's history.
pub async fn go_back(page: &Page) {
    page.eval("history.back();").await;
    page.becomes("return location.pathname;", told("FORUM_THREAD")).await;
}

/// The poll in the thread's first post.
pub fn dinner(page: &Page) -> Element {
    page.find("folk-poll[poll=dinner]")
}

/// Chooses an option and presses the poll's button.
pub async fn vote(page: &Page, option: &str) {
    // The forum's bar stays at the top of the window, above what is scrolled there.
    dinner(page).eval("element.scrollIntoView({ block: 'center' });").await;
    dinner(page).find(&format!("input[value={option}]")).click().await;
    dinner(page).find("button.primary").click().await;
}
