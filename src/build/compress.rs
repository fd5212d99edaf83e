//! Step 8: compresses each file at the highest quality, so that no server has to.

use super::Error;
use super::encode::{brotli, gzip};
use super::link::Linked;

/// A file and its compressed forms.
pub(super) struct Compressed {
    pub(super) plain: Linked,
    pub(super) brotli: Vec<u8>,
    pub(super) gzip: Vec<u8>,
}

pub(super) fn compress(plain: Linked) -> Result<Compressed, Error> {
    let done = brotli(&plain.bytes).and_then(|brotli| Ok((brotli, gzip(&plain.bytes)?)));
    match done {
        Ok((brotli, gzip)) => Ok(Compressed { plain, brotli, gzip }),
        Err(source) => Err(Error::Write { path: plain.name.into(), source }),
    }
}
