//! JSON as the browser's own parser left it.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::api::Json;

/// A value that the browser has parsed.
#[derive(Clone)]
pub struct JsBody(pub JsValue);

impl JsBody {
    /// Reads a text of JSON.
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }
}

impl Json for JsBody {
    fn field(&self, name: &str) -> Option<Self> {
        let name = name.into();
        // Fails on what is no object.
        let value = Reflect::get(&self.0, &name).ok()?;
        // Only the object's own fields count: a page may have added properties to `Object.prototype`.
        let there = !value.is_null()
            && !value.is_undefined()
            && Object::has_own::<JsValue>(self.0.unchecked_ref(), &name);
        there.then_some(Self(value))
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn items(&self) -> Option<Vec<Self>> {
        Array::is_array(&self.0).then(|| Array::from(&self.0).iter().map(Self).collect())
    }
}
