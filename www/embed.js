// Folkmoot's loader: the one script a page embeds. It defines the elements at once, leaves what stands between their tags
// in place, and fetches the widget when the first of them comes near the viewport.

const version = "__FOLKMOOT_VERSION__";
const file = (name) => new URL(name, import.meta.url).href;

/** Each tag and the attribute that names what it shows. */
const tags = { "folk-poll": "poll", "folk-badges": "member", "folk-checklist": "" };

const scripts = [...document.scripts].filter((script) => script.src === import.meta.url);
const data = { ...scripts[0]?.dataset };
const { api, credentials, tokenCallback } = data;
const base = (api ? new URL(api, document.baseURI) : new URL("../api", import.meta.url)).href.replace(/\/$/, "");

const nameOf = (element) => element.getAttribute(tags[element.localName]) ?? "";
const mounted = new Set();
let running; // a promise of the module: one a page
let dead;

/** The next turn of the event loop. */
const turn = () => new Promise((next) => setTimeout(next));

/** Asks the API for what these elements show, while the module is still on its way. Keyed by address. */
async function askEarly(elements) {
  const early = new Map();
  try {
    data.token ??= (await window[tokenCallback]?.()) ?? localStorage.getItem(`folkmoot-guest ${base}`) ?? undefined;
  } catch {} // a guest, until the module asks again
  const ask = (path) => {
    const headers = data.token ? { authorization: `Bearer ${data.token}` } : {};
    const answer = fetch(base + path, { headers, credentials, signal: AbortSignal.timeout(15e3) });
    answer.catch(() => {}); // whoever takes it sees the failure
    early.set(base + path, answer);
  };
  for (const [tag, path] of [["folk-poll", "/polls?ids="], ["folk-badges", "/members?ids="]]) {
    const names = new Set(elements.filter((element) => element.localName === tag).map(nameOf).filter(Boolean));
    if (names.size) ask(path + [...names].sort().slice(0, 100).map(encodeURIComponent));
  }
  if (elements.some((element) => element.localName === "folk-checklist")) ask("/checklist");
  return early;
}

async function start(elements) {
  try {
    // The empty module. Some engines refuse to compile, some to run it.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    throw Error(
      "this page's Content-Security-Policy refuses WebAssembly. To allow it, send: " +
        "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'",
    );
  }
  const [early, glue, wasm] = await Promise.all([
    askEarly(elements),
    import(file("__FOLKMOOT_GLUE__")),
    fetch(file("__FOLKMOOT_WASM__"), { integrity: "__FOLKMOOT_INTEGRITY__" }),
  ]);
  await glue.default({ module_or_path: wasm });
  await turn(); // so that compiling and drawing are two short tasks instead of a long one
  glue.start(base, data, early, (message) => crash(glue, message));
  return glue;
}

/** After a panic nothing in the module may run again: the page goes back to what it was without the widget. */
function crash(glue, message) {
  dead = true;
  glue.halt();
  console.error(`Folkmoot stopped: ${message}`);
  for (const element of mounted) element.giveUp("crashed", message);
}

async function load(elements) {
  try {
    // Later elements have a turn of their own, so that the first ones find the answers asked for early.
    if (running) await running.then(turn);
    const glue = await (running ??= start(elements));
    for (const element of elements) if (!dead) element.mount(glue);
  } catch (error) {
    if (running) console.error(`Folkmoot: ${error.message}`);
    running = undefined; // an element that comes later tries again
    for (const element of elements) element.giveUp("load", error.message);
  }
}

function approach(elements) {
  for (const element of elements) near.unobserve(element);
  if (elements.length) load(elements);
}

const near = new IntersectionObserver(
  (entries) => approach(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target)),
  { rootMargin: "50%" },
);

class FolkElement extends HTMLElement {
  static version = version;
  static observedAttributes = ["poll", "member"];
  #glue;
  #handle;
  #leaving;
  #slot = document.createElement("slot");

  constructor() {
    super();
    // The word joiner gives an empty element a line, without which WebKit never sees it come near.
    this.attachShadow({ mode: "open" }).append(this.#slot, "\u2060");
  }

  connectedCallback() {
    clearTimeout(this.#leaving);
    if (!this.#handle) near.observe(this);
  }

  disconnectedCallback() {
    near.unobserve(this);
    this.#leaving = setTimeout(() => this.#unmount(), 500); // it may only be moved
  }

  attributeChangedCallback() {
    if (!this.#handle) return;
    this.#unmount();
    near.observe(this);
  }

  mount(glue) {
    if (this.#handle || !this.isConnected) return;
    const place = document.createElement("div");
    place.className = "place";
    place.hidden = this.textContent.trim() || this.firstElementChild;
    this.#takeLook(place);
    this.shadowRoot.adoptedStyleSheets = glue.sheets.slice(0, this.localName === "folk-poll" ? 2 : 1);
    this.shadowRoot.replaceChildren(this.#slot, place);
    const reveal = (alone) => {
      place.hidden = false;
      this.#slot.hidden = alone;
    };
    try {
      this.#handle = glue.mount(this.localName, this, place, nameOf(this), +this.getAttribute("rows") || undefined, reveal);
      this.#glue = glue;
      mounted.add(this);
    } catch (error) {
      if (!dead) console.error(`Folkmoot: ${error.message}`);
      this.giveUp("attribute", error.message);
    }
  }

  /** Shows what stands between the tags, and tells the page why. */
  giveUp(code, message) {
    this.#slot.hidden = false;
    this.shadowRoot.replaceChildren(this.#slot);
    this.dispatchEvent(new CustomEvent("folk-error", { bubbles: true, composed: true, detail: { code, message } }));
  }

  #unmount() {
    mounted.delete(this);
    if (this.#handle && !dead) this.#glue.unmount(this.#handle);
    this.#handle = undefined;
    this.#slot.hidden = false;
  }

  /** Takes the page's accent or link colour, and the colour of the ground it stands on. */
  #takeLook(place) {
    let accent = getComputedStyle(this).accentColor;
    if (accent === "auto") {
      const link = document.createElement("a");
      link.href = "#";
      this.append(link);
      accent = getComputedStyle(link).color;
      link.remove();
    }
    place.style.setProperty("--page-accent", accent);
    for (let ground = this; ground; ground = ground.parentElement) {
      const colour = getComputedStyle(ground).backgroundColor;
      if (colour === "rgba(0, 0, 0, 0)") continue;
      place.style.setProperty("--page-surface", colour);
      break;
    }
  }
}

const first = customElements.get("folk-poll");
if (!first) {
  for (const tag in tags) customElements.define(tag, class extends FolkElement {});
  // The observer answers a frame later; what is in sight already need not wait for it.
  const inSight = [...document.querySelectorAll(Object.keys(tags))].filter((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return element.getClientRects().length && bottom >= 0 && top <= innerHeight;
  });
  if (!document.hidden) approach(inSight);
} else if (first.version !== version) {
  console.warn(`Folkmoot ${first.version} is already on this page; ${version} stands back.`);
}
if (scripts.some((script) => script.dataset.api !== api)) {
  console.warn("Folkmoot: several script tags name different APIs; the first one counts.");
}
