//! What an element may ask of the browser when it handles a message, and after it was drawn.

/// The nodes that an element has drawn, in the browser. Selectors find the first node that matches.
pub trait Dom {
    /// Moves the focus to a node. Returns whether there is such a node.
    fn focus(&self, selector: &str) -> bool;

    /// Whether the focus is in the element.
    fn has_focus(&self) -> bool;

    /// Has a node take all events of this pointer until it is released.
    fn capture(&self, selector: &str, pointer: i32);

    /// The y coordinate of a node's middle in the viewport, in CSS pixels.
    fn middle(&self, selector: &str) -> Option<f64>;

    /// Opens the card of badges.
    fn show_card(&self);

    /// Closes the card of badges.
    fn hide_card(&self);

    /// Whether the card of badges is open.
    fn is_card_open(&self) -> bool;

    /// The text in lower case, with letters that look alike made the same by the normalization form NFKC of Unicode.
    fn fold(&self, text: &str) -> String;
}
