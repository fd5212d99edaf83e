// Fills an element's shadow root when the element is mounted. `mount` is an export of the wasm.

/** Gives elements that were mounted the page's colours. Badges need them only when their card opens. */
export function settle(elements) {
  look(elements.filter(({ localName }) => localName !== "folk-badges"));
  forgetGone();
}

/** Mounts an element that shows the thing with this id, in a wording by its number. Returns the handle for `unmount`. */
export function place(element, slot, margins, id, wording) {
  const { localName: tag, shadowRoot: root } = element;
  const place = page("createElement").call(document, "div");
  Object.assign(place, { className: "place", ...marks[wording] });
  place.hidden = element.textContent.trim() || element.firstElementChild;
  root.adoptedStyleSheets = [margins, ...sheets.slice(0, tag === "folk-poll" ? 2 : 1)];
  root.replaceChildren(slot, place);
  guard(element);
  const reveal = (alone) => {
    place.hidden = false;
    slot.hidden = alone;
  };
  return mount(tag, element, place, id, +element.getAttribute("rows") || undefined, reveal, wording);
}
