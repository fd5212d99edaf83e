use folkmoot::domain::member::Stage;
use folkmoot::domain::poll::Asks;

#[test]
fn every_member_is_asked_unless_groups_or_stages_are_named() {
    let (cooks, board) = (vec!["cooks".to_owned()], vec!["board".to_owned()]);
    let everybody = Asks::default();
    assert!(everybody.member(&[], None) && everybody.member(&cooks, Some(Stage::Lurker)));
    let group = Asks { groups: vec!["cooks".into(), "waiters".into()], ..Asks::default() };
    assert!(group.member(&cooks, None) && !group.member(&board, None) && !group.member(&[], None));
    let stages = Asks { stages: vec![Stage::Contributor, Stage::Leader], ..Asks::default() };
    assert!(stages.member(&[], Some(Stage::Leader)) && !stages.member(&[], Some(Stage::Engaged)));
    assert!(!stages.member(&[], None), "unknown is none of those asked");
    let both = Asks { groups: cooks.clone(), ..stages };
    assert!(both.member(&cooks, Some(Stage::Leader)) && !both.member(&board, Some(Stage::Leader)));
    assert!(!both.member(&cooks, Some(Stage::Lurker)));
}
