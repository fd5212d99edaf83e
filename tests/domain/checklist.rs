use folkmoot::domain::checklist::{Checklist, DoneBy, Progress, Step};
use folkmoot::domain::id::StepId;
use folkmoot::domain::time::Timestamp;

fn step(name: &str, done: bool, optional: bool) -> Step {
    Step {
        id: StepId::new(name).unwrap(),
        title: name.into(),
        why: String::new(),
        action: None,
        by: DoneBy::Member,
        done_at: done.then_some(Timestamp(1)),
        optional,
    }
}

fn list(steps: Vec<Step>) -> Checklist {
    Checklist { revision: 1, title: "Welcome".into(), steps }
}

#[test]
fn progress_leaves_out_optional_steps() {
    let list = list(vec![step("a", true, false), step("b", false, false), step("c", true, true)]);
    assert_eq!(list.progress(), Some(Progress { done: 1, of: 2 }));
    assert_eq!(list.current().map(|s| s.id.as_str()), Some("b"));
}

#[test]
fn nothing_that_counts_is_no_checklist() {
    assert_eq!(list(vec![]).progress(), None);
    assert_eq!(list(vec![step("c", true, true)]).progress(), None);
}

#[test]
fn a_step_once_done_keeps_its_time() {
    let id = StepId::new("a").unwrap();
    let done = list(vec![step("a", false, false)]).with_done(&id, Timestamp(5)).with_done(&id, Timestamp(9));
    assert_eq!(done.steps[0].done_at, Some(Timestamp(5)));
    assert!(done.progress().unwrap().is_finished());
}
