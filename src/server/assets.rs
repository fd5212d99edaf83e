//! The widget's files, and texts of this program, in the content encoding that the browser prefers.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Asset;
use super::answer::{etag, is_known};
use super::log::name_call;

/// The content of a file with this name never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// For the loader: a page starts with the one that the browser has, and a newer one is fetched meanwhile, for the next page. A build
/// keeps the files of an earlier one for longer than these 14 days, so that an old loader finds them.
const AT_ONCE: &str = "public, max-age=300, stale-while-revalidate=1209600";

/// For texts of this program.
const NEWEST: &str = "public, max-age=300, must-revalidate";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

/// A file, with its headers.
pub(super) struct File {
    media_type: String,
    cache_control: &'static str,
    tag: String,
    plain: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

type Files = Arc<HashMap<String, File>>;

/// The routes of the files, by name.
pub(super) fn router(assets: Vec<Asset>) -> Router {
    let by_name: HashMap<String, File> = assets.into_iter().map(|a| (a.name.clone(), File::new(a))).collect();
    let not_found = || async { (StatusCode::NOT_FOUND, "There is no such file.\n") };
    let files = Router::new().route("/{*name}", get(serve)).route_layer(from_fn(name_call));
    files.fallback(not_found).with_state(Arc::new(by_name))
}

async fn serve(State(files): State<Files>, Path(name): Path<String>, request: HeaderMap) -> Response {
    match files.get(&name) {
        Some(file) => file.answer(&request),
        None => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
    }
}

impl File {
    fn new(asset: Asset) -> Self {
        Self {
            media_type: asset.media_type,
            cache_control: if asset.immutable { FOR_GOOD } else { AT_ONCE },
            tag: etag(&asset.plain, "").trim_matches('"').to_owned(),
            plain: asset.plain.into(),
            brotli: asset.brotli.into(),
            gzip: asset.gzip.into(),
        }
    }

    /// A text of this program, compressed with gzip.
    pub(super) fn text(media_type: &str, text: &str) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let gzip = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        let file = Self::new(Asset {
            name: String::new(),
            media_type: media_type.into(),
            immutable: false,
            lazy: false,
            plain: text.into(),
            brotli: Vec::new(),
            gzip: gzip.unwrap_or_default(), // empty: not offered
        });
        Self { cache_control: NEWEST, ..file }
    }

    /// The response with the file, or 304 where the caller has it already.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let offered = |encoding: &Encoding| match encoding {
            Encoding::Brotli => !self.brotli.is_empty(),
            Encoding::Gzip => !self.gzip.is_empty(),
            Encoding::Identity => true,
        };
        let accepted = request.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
        let accepted = accepted.collect::<Vec<_>>().join(",");
        let (body, word) = match best(&accepted, offered) {
            Encoding::Brotli => (&self.brotli, Some("br")),
            Encoding::Gzip => (&self.gzip, Some("gzip")),
            Encoding::Identity => (&self.plain, None),
        };
        let tag = format!("\"{}{}\"", self.tag, word.map_or(String::new(), |w| format!("-{w}")));
        let known = is_known(request, &tag);
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(body.clone()))
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.cache_control));
        headers.append(VARY, HeaderValue::from(ACCEPT_ENCODING));
        headers.extend(HeaderValue::try_from(tag).map(|tag| (ETAG, tag)));
        if !known {
            headers.extend(HeaderValue::try_from(&self.media_type).map(|value| (CONTENT_TYPE, value)));
            headers.extend(word.map(|word| (CONTENT_ENCODING, HeaderValue::from_static(word))));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        response
    }
}

/// The offered encoding with the greatest weight in `Accept-Encoding`; of equal ones, that with the smallest file.
fn best(accepted: &str, offered: impl Fn(&Encoding) -> bool) -> Encoding {
    let all = [(Encoding::Brotli, "br"), (Encoding::Gzip, "gzip"), (Encoding::Identity, "identity")];
    let liked = all.into_iter().filter(|(encoding, _)| offered(encoding)).map(|(encoding, word)| {
        let unsaid = u32::from(encoding == Encoding::Identity);
        (encoding, quality(accepted, word).unwrap_or(unsaid))
    });
    let liked = liked.filter(|(_, quality)| *quality > 0).rev();
    liked.max_by_key(|(_, quality)| *quality).map_or(Encoding::Identity, |(encoding, _)| encoding)
}

/// The weight of an encoding in `Accept-Encoding`, in thousandths; `None` where it is not mentioned.
fn quality(accepted: &str, word: &str) -> Option<u32> {
    let mut any = None;
    for item in accepted.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let weight = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
        let value = weight.map_or(1000, thousandths);
        if name.eq_ignore_ascii_case(word) {
            return Some(value);
        }
        if name == "*" && word != "identity" {
            any = Some(value);
        }
    }
    any
}

/// A weight from `0` to `1.000` in thousandths; 0 where it is malformed.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits = format!("{part:0<3}");
    match (whole.parse::<u32>(), digits.get(..3).map(str::parse::<u32>)) {
        (Ok(whole), Some(Ok(part))) => (whole * 1000 + part).min(1000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_encoding_is_sent_and_the_smallest_of_equals() {
        for (accepted, encoding) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("BR;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("br; q=0.000, gzip;q=0", Encoding::Identity),
            ("*", Encoding::Brotli),
            ("*, br;q=0", Encoding::Gzip),
            ("*;q=0", Encoding::Identity),
            ("identity, br;q=0.9", Encoding::Identity),
            ("br;q=0.001", Encoding::Brotli),
            ("br;q=nonsense", Encoding::Identity),
        ] {
            assert_eq!(best(accepted, |_| true), encoding, "{accepted}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_sent() {
        assert_eq!(best("br, gzip", |e| *e != Encoding::Brotli), Encoding::Gzip);
    }
}
