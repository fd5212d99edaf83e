//! JSON that the browser has parsed, read by serde.
//!
//! A general reader of JavaScript values brings big integers, maps, typed arrays, number formatting and error texts along.
//! JSON has none of the former, and the widget needs of an error only which field did not fit.

use std::fmt;

use js_sys::{Array, Reflect};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use wasm_bindgen::JsValue;

/// Reads a parsed JSON value as `T`.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Mismatch> {
    T::deserialize(Json(value))
}

/// The field that did not fit, the innermost one; empty where the whole value did not.
#[derive(Debug)]
pub struct Mismatch(pub &'static str);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }
}

struct Json(JsValue);

impl<'de> Deserializer<'de> for Json {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let value = self.0;
        if let Some(text) = value.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = value.as_f64() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::float_cmp)]
            if number >= 0.0 && number == number.trunc() && number <= js_sys::Number::MAX_SAFE_INTEGER {
                visitor.visit_u64(number as u64)
            } else {
                visitor.visit_f64(number)
            }
        } else if let Some(truth) = value.as_bool() {
            visitor.visit_bool(truth)
        } else if Array::is_array(&value) {
            let array: Array = value.into();
            visitor.visit_seq(Items { length: array.length(), array, at: 0 })
        } else {
            visitor.visit_unit()
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if !self.0.is_object() || Array::is_array(&self.0) {
            return self.deserialize_any(visitor);
        }
        visitor.visit_map(Fields { object: self.0, names: names.iter(), current: ("", JsValue::UNDEFINED) })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Items {
    array: Array,
    length: u32,
    at: u32,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        if self.at == self.length {
            return Ok(None);
        }
        let item = self.array.get(self.at);
        self.at += 1;
        seed.deserialize(Json(item)).map(Some)
    }
}

/// The fields that a struct knows; what else the object has is never looked at.
struct Fields {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
    current: (&'static str, JsValue),
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        for name in self.names.by_ref() {
            let value = Reflect::get(&self.object, &(*name).into()).unwrap_or_default();
            if !value.is_undefined() {
                self.current = (name, value);
                return seed.deserialize((*name).into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let (name, value) = std::mem::take(&mut self.current);
        seed.deserialize(Json(value))
            .map_err(|Mismatch(inner)| Mismatch(if inner.is_empty() { name } else { inner }))
    }
}
