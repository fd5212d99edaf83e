//! Every state of every element, as text. After a change that is meant, `INSTA_UPDATE=always cargo test --test ui` writes the
//! files in `snapshots` again, for review.

use std::collections::BTreeSet;
use std::path::Path;

use insta::{Settings, assert_snapshot};

use crate::states;

#[test]
fn every_state_is_as_reviewed() {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, shown) in states::all() {
            assert_snapshot!(name, shown.outline());
        }
    });
}

#[test]
fn no_file_is_left_of_a_state_that_is_no_more() {
    let states: BTreeSet<String> = states::all().into_iter().map(|(name, _)| name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/snapshots");
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter_map(|file| Some(file.strip_suffix(".snap")?.into())).collect();
    assert_eq!(files, states);
}
