// At an element's shadow root, stops the events that the element handles, so that the page does not handle them, too.

/**
 * Keeps an element's keyboard events from the page; for badges also clicks, for other elements also input. Gives the card of
 * badges the page's colours when it opens.
 */
function guard(element) {
  const root = element.shadowRoot;
  for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, keep);
  if (element.localName === "folk-badges") {
    root.addEventListener("click", stay);
    root.addEventListener("beforetoggle", opens, true);
    root.addEventListener("focusout", tellLeaving);
  } else for (const name of ["beforeinput", "input", "paste"]) root.addEventListener(name, keep);
}

/**
 * Stops the event if the element uses it. A field uses all keys but Escape and Tab; other controls use the keys that operate
 * them, so that all other shortcuts of the page still work. Escape is also used if it closes the card.
 */
function keep(event) {
  const { key, target } = event;
  const field = target.matches("input, textarea, select");
  const kept = field ? !/^(Escape|Tab)$/.test(key) : /^(Enter| |Arrow|Home$|End$)/.test(key);
  const closes = key === "Escape" && this.querySelector(":popover-open");
  if (kept || closes) event.stopPropagation();
}

/** Badges may be in a link. A click on badges opens their card, and does not follow the link. */
function stay(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** Calls the handler of `focusout`, since browsers have no event handler property for this event. */
function tellLeaving(event) {
  event.target.closest(".badges")?.onfocusout?.(event);
}

function opens(event) {
  if (event.newState === "open") look([this.host]);
}
