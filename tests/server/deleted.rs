//! What is left of a poll that staff deleted.

use folkmoot::domain::poll::{Kind, Method, Secrecy};
use serde_json::json;

use crate::client::{Host, poll, poll_of};

/// Every byte of every file of a host.
fn files(folder: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn forums_4_nothing_that_members_said_or_chose_is_left_of_a_deleted_poll() {
    let mut secret = poll("p");
    (secret.rules.secrecy, secret.rules.commentable) = (Secrecy::Secret, true);
    let mut anonymous = poll("q");
    anonymous.rules.secrecy = Secrecy::Anonymous;
    (anonymous.rules.changeable, anonymous.rules.retractable) = (false, false);
    for (new, word) in [(&mut secret, "aardvark"), (&mut anonymous, "wallaby")] {
        new.options[1].label = format!("The {word}").into();
        new.description = format!("Is it the {word}?").into();
    }
    let ranked = poll_of("r", Kind::Ranked(Method::RunOff));
    let host = Host::polls([secret, anonymous, ranked]).await;
    for (id, options) in [("p", vec!["b"]), ("q", vec!["b"]), ("r", vec!["b", "c", "a"])] {
        host.vote(id, 1, &options).by("ann").ok().await;
    }
    let said = json!({"text": "I liked the aardvark best"});
    host.call("POST", "/polls/p/comments").json(&said).header("idempotency-key", "k").by("ann").ok().await;
    for id in ["p", "q", "r"] {
        assert_eq!(host.call("DELETE", &format!("/polls/{id}")).by_staff().send().await.status, 204);
    }
    let has = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|some| some == word.as_bytes());
    let folder = host.stop().await;
    let left = files(folder.path());
    assert!(has(&left, "deleted_polls"), "the files were read");
    for word in ["aardvark", "wallaby"] {
        assert!(!has(&left, word), "{word}");
    }
}

#[tokio::test]
async fn forums_4_while_the_host_runs_its_log_does_not_keep_a_deleted_poll_either() {
    let mut new = poll("p");
    new.description = "Where do wombats sleep?".into();
    let host = Host::polls([new]).await;
    host.vote("p", 1, &["a"]).by("ann").ok().await;
    host.call("DELETE", "/polls/p").by_staff().send().await;
    let left = files(host.folder());
    assert!(!left.windows(7).any(|some| some == b"wombats"));
}
