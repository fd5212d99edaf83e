//! Step 5: each file again, compressed as hard as it goes, so that no server has to.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Error;
use super::link::Linked;

/// A file with its compressed siblings.
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

pub(super) fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // Small blocks and the distances of fonts: of all settings these make the module the smallest.
    let params = BrotliEncoderParams {
        mode: BrotliEncoderMode::BROTLI_MODE_FONT,
        quality: 11,
        lgwin: 22,
        lgblock: 16,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
