use folkmoot::domain::id::{BadId, MemberId, OptionId, PollId, StepId};

#[test]
fn host_17_no_id_is_a_step_in_a_path() {
    for dots in [".", ".."] {
        assert_eq!(PollId::new(dots), Err(BadId::Dots));
        assert_eq!(OptionId::new(dots), Err(BadId::Dots));
        assert_eq!(MemberId::new(dots), Err(BadId::Dots));
        assert_eq!(StepId::new(dots), Err(BadId::Dots));
    }
    assert!(PollId::new("...").is_ok());
    assert!(PollId::new("v1.0").is_ok());
}

#[test]
fn embedding_11_members_are_called_as_people_are() {
    for name in ["Anna Lee", "AC/DC", "a,b", "50%", "O'Brien & Søn", "日本 語", "?", "a+b", "guest:1"] {
        assert_eq!(MemberId::new(name).map(String::from), Ok(name.to_owned()));
    }
    for bad in [" ann", "ann\u{a0}", "a\nb", "\0"] {
        assert_eq!(MemberId::new(bad), Err(BadId::BadName), "{bad:?}");
    }
    assert_eq!(PollId::new("a b"), Err(BadId::BadCharacter));
}
