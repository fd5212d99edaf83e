// Reads the page's colours where elements are (of text, links and the background), and sets them as custom properties of the
// elements. Each pass first reads all colours and then sets the properties, so that the browser computes styles once; elements on
// the same background share what was read. A change of the page starts another pass.

/** The elements that have the page's colours. */
const dressed = new Set();

/** Properties are read by the prototype, since names in posts and forms shadow properties of the document and of a form. */
const own = (node, name) => Reflect.get(HTMLElement.prototype, name, node);
const page = (name) => Reflect.get(Document.prototype, name, document);

/** The parent of a node in the flattened tree, in which slots have the nodes that are assigned to them. */
function above(node) {
  const parent = own(node, "assignedSlot") ?? own(node, "parentNode");
  return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
}

/**
 * A colour's red, green, blue and opacity, from 0 to 1. The browser converts a colour that is in no sRGB notation, as that of the
 * outline, which nothing inherits: a change of the text's colour would be reported, and start another pass.
 */
function channels(colour, place) {
  const written = /^rgb|^color\(srgb /;
  if (!written.test(colour)) {
    place.style.outlineColor = `color-mix(in srgb, ${colour} 100%, #000 0%)`;
    colour = getComputedStyle(place).outlineColor;
    place.style.outlineColor = "";
  }
  const [red, green, blue, opacity = 1] = colour.match(/-?[\d.]+(e-?\d+)?|none/g)?.map((n) => +n || 0) ?? [];
  const most = colour[0] === "r" ? 255 : 1;
  return [red / most, green / most, blue / most, opacity];
}

/** The colour that results where `top` with this opacity is over the opaque colour `under`. */
const over = (top, under, opacity = top[3] ?? 1) => [0, 1, 2].map((n) => top[n] * opacity + under[n] * (1 - opacity));

/** The contrast ratio of two colours, as WCAG 2.2 defines it. */
function contrast(...colours) {
  const [dark, light] = colours
    .map((colour) => {
      const [red, green, blue] = colour.map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const css = (colour) => `rgb(${colour.slice(0, 3).map((n) => Math.round(n * 255))})`;

/** The background of a node: the colour of all layers together, whether an image is among them, and the node of the top layer. */
function groundOf(node, place, grounds) {
  if (!node) return { colour: channels("Canvas", place) };
  if (!grounds.has(node)) grounds.set(node, layers(node, place, grounds));
  return grounds.get(node);
}

function layers(node, place, grounds) {
  const { backgroundColor, backgroundImage } = getComputedStyle(node);
  const picture = backgroundImage !== "none";
  const plain = backgroundColor === "rgba(0, 0, 0, 0)" ? [0, 0, 0, 0] : channels(backgroundColor, place);
  if (!picture && plain[3] === 1) return { colour: plain, node };
  const under = groundOf(above(node), place, grounds);
  if (!picture && !plain[3]) return under;
  let colour = over(plain, under.colour);
  // A gradient counts as its last colour.
  const stop = backgroundImage.match(/[a-z]+\([^()]*\)(?=[^()]*\)$)/g)?.at(-1);
  if (stop && !stop.startsWith("url")) colour = over(channels(stop, place), colour);
  return { colour, picture: picture || under.picture, node };
}

/** The colour of links near the element: that of the nearest link whose colour is not the text's. */
function linkOn(element, text) {
  for (let node = element; node; node = above(node)) {
    for (const link of [...own(node, "querySelectorAll").call(node, "a[href]")].slice(0, 9)) {
      const { color } = getComputedStyle(link);
      if (color !== text) return color;
    }
  }
  return "LinkText";
}

function lookOf(element, grounds) {
  const place = element.shadowRoot.querySelector(".place");
  if (!place) return [];
  const { color, accentColor } = getComputedStyle(element);
  const ground = groundOf(element, place, grounds);
  const text = channels(color, place);
  const readable = (colour, on) => contrast(over(colour, on), on) >= 4.5;
  const choices = [ground.colour, [1, 1, 1], [0.11, 0.11, 0.12], [0, 0, 0]];
  const surface = choices.find((choice) => readable(text, choice)) ?? ground.colour;
  const accent = accentColor === "auto" ? (ground.link ??= linkOn(element, color)) : accentColor;
  const full = over(channels(accent, place), surface);
  // The accent is mixed with more and more of the text's colour, until its contrast is sufficient.
  const shade = [0, 0.2, 0.4, 0.6, 0.8, 1].find((share) => readable(over(text, full, share), surface)) ?? 1;
  return [
    place.style,
    ["accent", shade ? css(over(text, full, shade)) : accent],
    ["surface", css(surface)],
    ["card", ground.picture ? css(surface) : ""],
    ["dim", contrast(over(text, surface, 0.8), surface) < 4.5 ? "100%" : ""],
  ];
}

/** Gives elements the page's colours where they are. */
function look(elements) {
  watching ||= watch();
  for (const element of elements) {
    if (!dressed.has(element)) own(element, "shadowRoot").addEventListener("transitionrun", again);
    dressed.add(element);
  }
  const grounds = new Map();
  for (const [style, ...looks] of [...elements].map((element) => lookOf(element, grounds))) {
    for (const [name, value] of looks) style.setProperty(`--page-${name}`, value);
  }
}

let due;
let watching;

/** Reads the colours of all elements again, before the next frame is drawn. */
function again() {
  due ??= requestAnimationFrame(() => {
    due = undefined;
    for (const element of dressed) if (!element.isConnected) dressed.delete(element);
    look(dressed);
  });
}

/**
 * Watches changes of the page's colours. A change of the text's colour is reported by a transition of the element (see the style
 * sheet); the colours that may change without the text's are watched here.
 */
function watch() {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  const changes = new MutationObserver(again);
  const [whole, head, body] = ["documentElement", "head", "body"].map(page);
  for (const node of [whole, body]) changes.observe(node, { __proto__: null, attributes: true });
  changes.observe(head, { __proto__: null, attributes: true, childList: true, characterData: true, subtree: true });
  page("addEventListener").call(document, "transitionend", ({ target, propertyName }) => {
    if (propertyName === "background-color" && [...dressed].some((element) => target.contains(element))) again();
  });
  return true;
}
