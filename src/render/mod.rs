//! Elements drawn without a browser: a poll as plain HTML, for newsletters, feeds and reader views; and what an element shows at
//! first, for pages that show it before the widget is there.
//!
//! May use: `domain`, `sync`'s state, `ui`, `words`, `wire`.

mod languages;
mod nodes;
mod paint;
mod plain;

use std::rc::Rc;

pub use languages::words;
pub use paint::{Clock, Painter, Reader};
pub use plain::plain;

use jiff::tz::TimeZone;

use crate::domain::time::Timestamp;
use crate::sync::{Known, PartState, Saving, Topic};
use crate::ui::{self, Callback, Element, Html, Loaded, Locale, Props, Scene};
use crate::words::Words;

/// How texts are written for a viewer who reads this language, in this time zone, at this moment.
pub fn locale(words: Rc<Words>, now: Timestamp, zone: TimeZone) -> Locale {
    let offset = move |at: Timestamp| {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        zone.to_offset(at).seconds() / 60
    };
    Locale { words, now, offset: Rc::new(offset) }
}

/// The scene of a viewer who has done nothing yet, where all parts are here.
pub fn scene(known: Known, locale: Locale) -> Scene {
    Scene {
        known,
        pages: Vec::new(),
        begun: Vec::new(),
        save_failed: false,
        saving: Saving::Idle,
        viewer: 1,
        locale,
        sign_in: None,
        faces: Loaded { state: PartState::Here, here: Some(ui::faces()) },
        card: Loaded { state: PartState::Here, here: Some(ui::card()) },
    }
}

/// What the element for this topic shows.
pub fn draw(topic: Topic, scene: Scene) -> Html {
    let element = Element::new(&topic);
    let props = Props { topic, rows: 0, scene, on: Callback::new(drop) };
    element.view(&props, &Callback::new(drop))
}
