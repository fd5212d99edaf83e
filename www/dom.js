// What elements ask of the nodes that they have drawn, and of events, where JavaScript is shorter than Rust. `place` is the node
// in the shadow root that an element is drawn in. The build puts this file into one module with wasm-bindgen's glue, which uses
// the functions by their names.

/** Moves the focus to a node. Returns whether there is such a node. */
function focus(place, selector) {
  const node = place.querySelector(selector);
  node?.focus();
  return !!node;
}

/** Whether the focus is in the element. Not by `:focus-within`: in Chromium it does not match ancestors of an open popover. */
function has_focus(place) {
  return place.contains(place.getRootNode().activeElement);
}

/** The y coordinate of a node's middle in the viewport; `NaN` without such a node. */
function middle(place, selector) {
  const { top, height } = place.querySelector(selector)?.getBoundingClientRect() ?? {};
  return top + height / 2;
}

/** Has a node take all events of a pointer until it is released. */
function capture(place, selector, pointer) {
  place.querySelector(selector)?.setPointerCapture(pointer);
}

/** Opens the card of badges below them, or above them where there is no room below, in the window. It scrolls with the page. */
function show(place) {
  const gap = 6;
  const [about, card] = [".chips", "#card"].map((selector) => place.querySelector(selector));
  try {
    if (!card.matches(":popover-open")) card.showPopover();
  } catch {
    return; // it is not on the page any more
  }
  const [near, own] = [about, card].map((element) => element.getBoundingClientRect());
  const left = Math.max(Math.min(near.left, innerWidth - own.width - gap), gap);
  const fits = near.bottom + gap + own.height <= innerHeight || near.top < own.height + gap;
  const top = fits ? near.bottom + gap : near.top - own.height - gap;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${top + scrollY}px`;
}

/** Closes the card of badges. */
function hide(place) {
  try {
    place.querySelector("#card").hidePopover();
  } catch {} // there is none
}

/** Whether the card of badges is open. */
function is_open(place) {
  return !!place.querySelector("#card:popover-open");
}

/** The text in lower case, with letters that look alike made the same by the normalization form NFKC of Unicode. */
function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

/** The text in the field of an event. */
function value({ target }) {
  return target.value ?? "";
}

/** Whether the radio button or checkbox of an event is checked. */
function checked({ target }) {
  return !!target.checked;
}

/** Whether the focus leaves the element around an event's target that matches. */
function leaves({ target, relatedTarget }, selector) {
  return !target.closest(selector)?.contains(relatedTarget);
}

/** Whether an event's target stands in text that runs from right to left. */
function is_rtl({ target }) {
  return target.matches(":dir(rtl)");
}
