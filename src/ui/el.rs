//! A tree of HTML elements as values: what an element draws, on any target.
//!
//! Each place in the code passes only its own data to a function that is compiled once. Yew's `html!` generates code for each
//! element.

use std::borrow::Cow;
use std::rc::Rc;

pub use super::listener::DomEvent;
use super::listener::Listener;

/// A text: borrowed where it is part of the code, else owned.
pub type Text = Cow<'static, str>;

/// An HTML element, or a list of them.
#[derive(Clone, Debug)]
pub enum Html {
    /// An element. It is shared, so that a clone is cheap.
    Node(Rc<Node>),
    /// Several elements, or none.
    List(Vec<Html>),
}

impl Default for Html {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// An HTML element.
#[derive(Clone, Debug)]
pub struct Node {
    /// The constant parts.
    pub shape: &'static Shape,
    /// The values of the computed attributes, whose names are the last ones in the shape.
    pub values: Vec<Value>,
    /// The element's name among its siblings, which may come, go and change places.
    pub key: Option<String>,
    /// The state of a form control.
    pub control: Option<Control>,
    /// The children, in order.
    pub children: Vec<Html>,
}

/// The state of a form control. A drawing sets it, whatever the viewer typed or chose since the last drawing.
#[derive(Clone, Debug)]
pub struct Control {
    /// The text of a text area, or the value of an input.
    pub value: Option<String>,
    /// Whether an input is checked.
    pub checked: Option<bool>,
}

/// An element. Constant attributes stand in brackets, or as a class alone; then come computed attributes, and after a semicolon
/// the children: `el!("p", "class")`, `el!("li" ["role" = "tab"], "id" = id; bdi(label))`.
macro_rules! el {
    ($name:literal $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {
        $crate::ui::el::element(
            $crate::ui::el::shape!($name [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($value)),*]),
            $crate::ui::el::all([$($($child),*)?]),
        )
    };
    ($name:literal, $class:literal $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {
        $crate::ui::el::el!($name ["class" = $class] $(, $more = $value)* $(; $($child),*)?)
    };
}
pub(crate) use el;

/// A form control: `control!("input" ["name" = "a"], "id" = id; value, checked)`, or
/// `control!("textarea"; text)`.
macro_rules! control {
    ("input" $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $of:expr)*; $value:expr, $checked:expr) => {
        $crate::ui::el::field(
            $crate::ui::el::shape!("input" [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($of)),*]),
            $value,
            $checked,
        )
    };
    ("textarea" $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $of:expr)*; $text:expr) => {
        $crate::ui::el::field(
            $crate::ui::el::shape!("textarea" [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($of)),*]),
            Some($text),
            None,
        )
    };
}
pub(crate) use control;

/// The constant parts of an element.
macro_rules! shape {
    ($name:literal [$($key:literal = $fixed:literal),*] $(, $more:literal)*) => {{
        const SHAPE: &$crate::ui::el::Shape =
            &$crate::ui::el::Shape { name: $name, keys: &[$($key,)* $($more,)*], fixed: &[$($fixed,)*] };
        SHAPE
    }};
}
pub(crate) use shape;

/// The constant parts of an element.
#[derive(Debug)]
pub struct Shape {
    /// The name of the HTML element.
    pub name: &'static str,
    /// The names of its attributes: first the constant ones.
    pub keys: &'static [&'static str],
    /// The values of the constant attributes.
    pub fixed: &'static [&'static str],
}

/// The value of an attribute or a property.
#[derive(Clone, Debug)]
pub enum Value {
    /// The attribute is left out.
    Absent,
    /// The value of an attribute.
    Attribute(Text),
    /// The element's `textContent`. Yew then keeps no reference to the text node, so that a page translator may replace the node,
    /// and Yew can still change the text later.
    Content(Text),
    /// Hears events. It is a property, as in `el!("button", "onclick" = press)`: Yew's own listeners, which the build leaves out,
    /// are more than 10 KB of code.
    Listener(Listener),
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self::Attribute(Text::Borrowed(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Attribute(Text::Owned(value))
    }
}

/// `None` leaves the attribute out.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

/// A boolean attribute.
impl From<bool> for Value {
    fn from(there: bool) -> Self {
        there.then_some("").into()
    }
}

/// The `textContent` of an element.
#[derive(Debug)]
pub struct Content(pub Text);

impl From<Content> for Value {
    fn from(content: Content) -> Self {
        Self::Content(content.0)
    }
}

impl From<Listener> for Value {
    fn from(listener: Listener) -> Self {
        Self::Listener(listener)
    }
}

/// Makes a vector in a function that is compiled once for each type and length, instead of in each place with a list.
#[inline(never)]
pub fn all<T, const N: usize>(things: [T; N]) -> Vec<T> {
    things.into()
}

/// Makes an element of this shape.
#[inline(never)]
pub fn element(shape: &'static Shape, values: Vec<Value>, children: Vec<Html>) -> Html {
    Html::Node(Rc::new(Node { shape, values, key: None, control: None, children }))
}

/// Makes a form control of this shape.
#[inline(never)]
pub fn field(
    shape: &'static Shape,
    values: Vec<Value>,
    value: Option<String>,
    checked: Option<bool>,
) -> Html {
    let control = Some(Control { value, checked });
    Html::Node(Rc::new(Node { shape, values, key: None, control, children: Vec::new() }))
}

/// Sets an element's key in a list.
#[inline(never)]
pub fn keyed(key: impl Into<String>, mut html: Html) -> Html {
    if let Html::Node(element) = &mut html
        && let Some(element) = Rc::get_mut(element)
    {
        element.key = Some(key.into());
    }
    html
}

/// A button of this class.
#[inline(never)]
pub fn button(class: &'static str, words: impl Into<Text>, press: Listener) -> Html {
    el!("button" ["type" = "button", "part" = "button"], "class" = class, "onclick" = press; text(words))
}

/// A text of the widget's own, in the direction of its language. What others wrote stands in it as isolates.
pub fn text(words: impl Into<Text>) -> Html {
    holding(shape!("span" [], "textContent"), words.into())
}

/// A text that somebody else wrote, which may run in another direction than the page.
pub fn bdi(words: impl Into<Text>) -> Html {
    holding(shape!("bdi" [], "textContent"), words.into())
}

#[inline(never)]
fn holding(shape: &'static Shape, words: Text) -> Html {
    element(shape, all([Value::Content(words)]), Vec::new())
}

/// A text for screen readers alone.
pub fn said(words: impl Into<Text>) -> Html {
    el!("span", "said", "textContent" = Content(words.into()))
}

/// A list of nodes.
#[inline(never)]
pub fn list(all: Vec<Html>) -> Html {
    Html::List(all)
}

/// A list of `n` nodes. The closure is a trait object, so that this function is compiled once.
#[inline(never)]
pub fn each(n: usize, draw: &dyn Fn(usize) -> Html) -> Html {
    let mut all = Vec::with_capacity(n);
    for at in 0..n {
        all.push(draw(at));
    }
    list(all)
}

/// The node, or nothing.
pub fn maybe(html: Option<Html>) -> Html {
    html.unwrap_or_default()
}
