//! What elements show, on the wire.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of what an element shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Paint {
    /// A text.
    Text(String),
    /// An HTML or SVG element: its name, its attributes, and what is in it.
    Element(Cow<'static, str>, BTreeMap<Cow<'static, str>, String>, Vec<Self>),
}
