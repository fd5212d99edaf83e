//! Whether other processes hold locks on a file, which Windows does not tell.

use std::fs::File;

/// Always false.
pub(crate) fn held_elsewhere(_: &File, _: u64, _: u64) -> bool {
    false
}
