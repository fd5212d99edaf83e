use folkmoot::domain::poll::Kind;
use folkmoot::domain::poll::examples::{KINDS, answers, options};

use super::of;

#[test]
fn every_example_accepts_its_answers() {
    for kind in KINDS {
        let mut poll = of(kind);
        poll.options = options(kind);
        poll.rules.abstention = !matches!(kind, Kind::Proposal(_));
        let answers = answers(kind);
        assert_eq!(answers.len(), 4, "{kind:?}");
        for answer in answers {
            assert!(poll.take(answer.clone()).is_ok(), "{kind:?}: {answer:?}");
        }
    }
}
