use folkmoot::domain::poll::Comment;

#[test]
fn a_comment_says_something_in_500_characters() {
    assert_eq!(Comment::new("  Why not both?\n").unwrap().as_str(), "Why not both?");
    assert!(Comment::new(&"é".repeat(500)).is_ok());
    for bad in [String::new(), " \n\t ".into(), "\u{200b}\u{2800}".into(), "é".repeat(501)] {
        assert!(Comment::new(&bad).is_err(), "{bad:?}");
    }
}
