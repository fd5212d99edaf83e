use folkmoot::domain::poll::Edited;

fn of(known: Option<&Edited>, before: &str, now: &str, votes: u32) -> Option<Edited> {
    Edited::of(known, &before.to_owned(), &now.to_owned(), votes)
}

#[test]
fn embedding_29_the_first_text_and_the_one_before_the_last_change_are_kept() {
    let once = of(None, "Tea", "Coffee", 12).unwrap();
    assert_eq!(once, Edited { after: 12, before: "Tea".into(), first: None });
    assert_eq!(of(Some(&once), "Coffee", "Coffee", 15), Some(once.clone()));
    let twice = of(Some(&once), "Coffee", "Cocoa", 20).unwrap();
    assert_eq!(twice, Edited { after: 20, before: "Coffee".into(), first: Some("Tea".into()) });
    let back = of(Some(&twice), "Cocoa", "Tea", 21).unwrap();
    assert_eq!(back, Edited { after: 21, before: "Cocoa".into(), first: Some("Tea".into()) });
    let again = of(Some(&back), "Tea", "Coffee", 22).unwrap();
    assert_eq!(again, Edited { after: 22, before: "Tea".into(), first: None });
    assert_eq!(of(None, "Tea", "Coffee", 0), None);
}

#[test]
fn changes_in_other_languages_alone_are_no_history_for_a_reader() {
    let edited = |before: &str, first: Option<&str>| Edited {
        after: 5,
        before: before.to_owned(),
        first: first.map(Into::into),
    };
    let beside = |edited: Edited, now: &str| edited.beside(&now.into());
    assert_eq!(beside(edited("Tea", None), "Coffee"), Some(edited("Tea", None)));
    assert_eq!(beside(edited("Tea", None), "Tea"), None, "only another language changed");
    assert_eq!(
        beside(edited("Coffee", Some("Tea")), "Coffee"),
        Some(edited("Tea", None)),
        "a later change in another language hides no earlier one"
    );
    assert_eq!(beside(edited("Tea", Some("Tea")), "Coffee"), Some(edited("Tea", None)));
    assert_eq!(beside(edited("Cocoa", Some("Tea")), "Tea"), Some(edited("Cocoa", Some("Tea"))));
}
