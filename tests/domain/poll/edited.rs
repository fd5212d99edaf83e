use folkmoot::domain::poll::Edited;

#[test]
fn embedding_29_the_first_text_and_the_one_before_the_last_change_are_kept() {
    let once = Edited::of(None, "Tea", "Coffee", 12).unwrap();
    assert_eq!(once, Edited { after: 12, before: "Tea".into(), first: None });
    assert_eq!(Edited::of(Some(&once), "Coffee", "Coffee", 15), Some(once.clone()));
    let twice = Edited::of(Some(&once), "Coffee", "Cocoa", 20).unwrap();
    assert_eq!(twice, Edited { after: 20, before: "Coffee".into(), first: Some("Tea".into()) });
    let back = Edited::of(Some(&twice), "Cocoa", "Tea", 21).unwrap();
    assert_eq!(back, Edited { after: 21, before: "Cocoa".into(), first: Some("Tea".into()) });
    let again = Edited::of(Some(&back), "Tea", "Coffee", 22).unwrap();
    assert_eq!(again, Edited { after: 22, before: "Tea".into(), first: None });
    assert_eq!(Edited::of(None, "Tea", "Coffee", 0), None);
}
