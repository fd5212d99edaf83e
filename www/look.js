// How the page looks where elements stand: which colours its text, its links and its ground have. The page is only read, first
// everything and then the elements are told; what shares a ground is read once in a pass, and again when the page changes.

/** The elements that have taken the page's look. */
const dressed = new Set();

/** By the prototype: names in posts and forms shadow what the document and a form have. */
const own = (node, name) => Reflect.get(HTMLElement.prototype, name, node);
const page = (name) => Reflect.get(Document.prototype, name, document);

/** The node above in the page as it is drawn. */
function above(node) {
  const parent = own(node, "assignedSlot") ?? own(node, "parentNode");
  return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
}

/** Red, green and blue from 0 to 1, and how opaque; the browser computes what is not written so. */
function channels(colour, place) {
  const written = /^rgb|^color\(srgb /;
  if (!written.test(colour)) {
    place.style.color = `color-mix(in srgb, ${colour} 100%, #000 0%)`;
    colour = getComputedStyle(place).color;
    place.style.color = "";
  }
  const [red, green, blue, opacity = 1] = colour.match(/-?[\d.]+(e-?\d+)?|none/g)?.map((n) => +n || 0) ?? [];
  const most = colour[0] === "r" ? 255 : 1;
  return [red / most, green / most, blue / most, opacity];
}

/** Puts one colour over another. */
const over = (top, under, opacity = top[3] ?? 1) => [0, 1, 2].map((n) => top[n] * opacity + under[n] * (1 - opacity));

/** The contrast of two colours, by WCAG 2.2. */
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

/** What is behind a node: the colour that all layers come to, whether one of them is a picture, and whose the nearest is. */
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
  // Of a gradient its last colour stands for all.
  const stop = backgroundImage.match(/[a-z]+\([^()]*\)(?=[^()]*\)$)/g)?.at(-1);
  if (stop && !stop.startsWith("url")) colour = over(channels(stop, place), colour);
  return { colour, picture: picture || under.picture, node };
}

/** The colour of links on this ground: of the first that is not coloured as the text is. */
function linkOn(ground, element, text) {
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
  const accent = accentColor === "auto" ? (ground.link ??= linkOn(ground, element, color)) : accentColor;
  const full = over(channels(accent, place), surface);
  // The accent comes nearer to the text until it can be read.
  const shade = [0, 0.2, 0.4, 0.6, 0.8, 1].find((share) => readable(over(text, full, share), surface)) ?? 1;
  return [
    place.style,
    ["accent", shade ? css(over(text, full, shade)) : accent],
    ["surface", css(surface)],
    ["card", ground.picture ? css(surface) : ""],
    ["dim", contrast(over(text, surface, 0.8), surface) < 4.5 ? "100%" : ""],
  ];
}

/** Gives elements the look of the page where they stand. */
export function look(elements) {
  if (!dressed.size) watch();
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

/** Looks again before the next frame is drawn. */
function again() {
  due ??= requestAnimationFrame(() => {
    due = undefined;
    for (const element of dressed) if (!element.isConnected) dressed.delete(element);
    look(dressed);
  });
}

/** The text's colour says by a transition that it changes (see the style sheet); what may change without it is watched here. */
function watch() {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  const changes = new MutationObserver(again);
  const [whole, head, body] = ["documentElement", "head", "body"].map(page);
  for (const node of [whole, body]) changes.observe(node, { __proto__: null, attributes: true });
  changes.observe(head, { __proto__: null, attributes: true, childList: true, characterData: true, subtree: true });
  page("addEventListener").call(document, "transitionend", ({ target, propertyName }) => {
    if (propertyName === "background-color" && [...dressed].some((element) => target.contains(element))) again();
  });
}
