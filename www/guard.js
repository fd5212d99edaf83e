// What is meant for an element and not for the page around it stops at its shadow root.

/** Keeps keys and clicks in an element, and has its card look as the page does once it opens. */
export function guard(element) {
  const root = element.shadowRoot;
  for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, keep);
  if (element.localName === "folk-badges") {
    root.addEventListener("click", stay);
    root.addEventListener("beforetoggle", opens, true);
    root.addEventListener("focusout", leaves);
  } else for (const name of ["beforeinput", "input", "paste"]) root.addEventListener(name, keep);
}

/** In a field all is the field's but what leaves it; elsewhere the page's own shortcuts go on, but for keys that do something. */
function keep(event) {
  const { key, target } = event;
  const field = target.matches("input, textarea, select");
  const kept = field ? !/^(Escape|Tab)$/.test(key) : /^(Enter| |Arrow|Home$|End$)/.test(key);
  const closes = key === "Escape" && this.querySelector(":popover-open");
  if (kept || closes) event.stopPropagation();
}

/** Badges may stand in a link: a click on them opens their card, and does not follow it. */
function stay(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** Of what the widget hears this alone has no property that browsers call. */
function leaves(event) {
  event.target.closest(".badges")?.onfocusout?.(event);
}

function opens(event) {
  if (event.newState === "open") look([this.host]);
}
