// Folkmoot's loader: the script that pages embed. It defines the elements at once, shows the fallback of each until the element
// is drawn, and fetches the widget when the first element comes near the viewport.

const version = "__FOLKMOOT_VERSION__";

/** Reads a property of the document by its prototype, since names in the page, as of `<img name=scripts>`, shadow properties. */
const own = (name) => Reflect.get(Document.prototype, name, document);
const select = (css, root = document) => [...own("querySelectorAll").call(root, css)];

// A module has its address in `import.meta`; a classic script has its tag in `document.currentScript`.
const current = own("currentScript");
const address = import.meta.url ?? current.src;
const file = (name) => new URL(name, address).href;

/** The tags of the elements. For each the attribute with the id of what the element shows; empty if it has no such attribute. */
const tags = { "folk-poll": "poll", "folk-badges": "member", "folk-checklist": "" };

/** The loader's script tags in the page, or in a copy of it. If the loader was redirected, its address is not that in the tag. */
const findTags = (root) => {
  const tags = select("script[src]", root).filter(({ src }) => src === address);
  return tags[0] ? tags : select("script[type=module][src*='/embed.js']", root);
};

const scripts = findTags();

/** The language of the page as it came, if it has only characters that a header may have without a preflight. */
const wanted = /^[a-z\d-]+$/i.exec(own("documentElement").lang);

/** What the page says about who is asking. */
const page = {
  findTags,

  /** The last script tag, since a page may replace its tag. A tag that was removed from the page still counts. */
  tag: () => (page.last = findTags().at(-1) ?? page.last),
  last: current,

  /** The data attributes of a tag, without the empty ones. */
  read: (tag = page.tag()) => ({
    __proto__: null,
    ...Object.fromEntries(Object.entries({ ...tag?.dataset }).filter(([, value]) => value)),
  }),

  /** The language of the texts for an element: the nearest that there is to the `lang` of the element or an ancestor. */
  language(element) {
    const near = element.closest("[lang]");
    const { host } = element.getRootNode();
    if (!near && host) return page.language(host);
    return /"__FOLKMOOT_LANGUAGES__"/i.exec(near?.getAttribute("lang") || navigator.language)?.[0].toLowerCase() ?? "en";
  },

  /** The headers of a call to the host: who is asking, and the languages of the page and then of the browser. */
  headers(token) {
    const headers = { __proto__: null };
    if (token) headers.authorization = `Bearer ${token}`;
    if (wanted) headers["accept-language"] = `${wanted},${navigator.languages}`;
    return headers;
  },

  /** The texts of a language, or of a part in a language, such as `kinds-de`. */
  texts: (name) => fetch(file(`folkmoot-${name}-__FOLKMOOT_TEXTS__.txt`)),

  /**
   * The token, after a number that says where it comes from: 3 from a call of `identify`, 2 from the page's callback, 1 from the
   * tag, 0 if the page has given none. Where the page's token is empty, it is the stored guest token. `reread` is given if a new
   * token is wanted: it reads the tag in a fresh copy of the page.
   */
  async token(reread) {
    const { token, tokenCallback } = page.read();
    const said = (how, token, from) => {
      const text = `${token ?? ""}`.trim();
      if (!/^[\w.~+/=-]*$/.test(text)) throw Error(`${from} is no token`);
      return [how, text || guestToken()];
    };
    if (page.said && !(reread && tokenCallback)) return said(3, page.said[0], "identify: what it was given");
    if (tokenCallback && (reread || !token)) return said(2, await called(tokenCallback), `data-token-callback: what ${tokenCallback} returned`);
    return token ? said(1, reread ? await reread() : token, "data-token: what it holds") : said(0);
  },
};

const guestToken = () => {
  try {
    return localStorage.getItem(`folkmoot-guest ${base}`) ?? "";
  } catch {
    return "";
  }
};

let late; // the callback's pending promise

/** Calls the page's callback. Fails with a message that says what is wrong. */
async function called(name) {
  const fail = (why) => {
    throw Error(`data-token-callback: ${name} ${why}`);
  };
  if (typeof window[name] !== "function") fail("is no function of window, as a const is not");
  late ??= (async () => window[name]())().finally(() => (late = undefined));
  const limit = new Promise((_, stop) => setTimeout(stop, 5e3, Error("no answer in 5 s")));
  return Promise.race([late, limit]).catch((error) => fail(`failed: ${error?.message ?? error}`));
}

const { api, credentials, links: below } = page.read();
const onPage = (path) => new URL(path, own("baseURI")).href;
const base = (api ? onPage(api) : file("../api")).replace(/\/$/, "");
const links = below && onPage(below);

const nameOf = (element) => element.getAttribute(tags[element.localName]) ?? "";
const mounted = new Set();
let running; // the promise of the module, of which a page has one
let dead;

/** Waits for the next turn of the event loop. */
const turn = () => new Promise((next) => setTimeout(next));

/**
 * Requests what these elements show, while the module is still being fetched. Returns a map from URLs to promises of answers, and
 * what the page says about who is asking: the result of `page.token`, or an error message alone in a list.
 */
async function askEarly(elements) {
  const early = new Map();
  const told = await page.token().catch((error) => [error.message]);
  const headers = page.headers(told[1]);
  const ask = (path) => {
    const answer = fetch(base + path, { __proto__: null, headers, credentials, signal: AbortSignal.timeout(15e3) });
    answer.catch(() => {}); // the module handles the failure when it uses this answer
    early.set(base + path, answer);
  };
  // The module finds an answer by its URL. So these URLs have to equal those of the module, which leaves out invalid ids.
  for (const [tag, path, noId] of "__FOLKMOOT_EARLY__") {
    const bad = RegExp(noId, "u");
    const names = new Set(elements.filter((element) => element.localName === tag).map(nameOf).filter((name) => !bad.test(name)));
    if (names.size) ask(path + [...names].sort().slice(0, 100).map(encodeURIComponent));
  }
  return [early, told];
}

async function start(elements) {
  try {
    // An empty module. Where the page's policy forbids WebAssembly, some engines refuse to compile it, others to run it.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    throw Error("this page's CSP refuses WebAssembly: add 'wasm-unsafe-eval' to its script-src");
  }
  const [[early, told], glue, wasm, texts] = await Promise.all([
    askEarly(elements),
    import(file("__FOLKMOOT_GLUE__")),
    fetch(file("__FOLKMOOT_WASM__"), { __proto__: null, integrity: "__FOLKMOOT_INTEGRITY__" }),
    page.texts(page.language(elements[0])),
  ]);
  await glue.run(wasm);
  await glue.hold(page, elements[0], texts);
  await turn(); // so that compiling and drawing are two short tasks instead of a long one
  glue.start(base, page, early, told, (panic) => {
    // Nothing in the module may run again, so all elements show their fallbacks.
    dead = true;
    glue.halt();
    console.error(`Folkmoot stopped: ${panic}`);
    for (const element of mounted) element.giveUp("crashed", panic);
  });
  return glue;
}

/** Mounts elements that have come near the viewport. */
async function load(elements) {
  for (const element of elements) near.unobserve(element);
  if (!elements[0]) return;
  try {
    // Later elements are mounted in a later turn, so that the first elements get the early answers.
    if (running) await running.then(turn);
    const glue = await (running ??= start(elements));
    const voices = await Promise.all(elements.map(glue.voiceOf));
    elements.forEach((element, n) => element.mount(glue, voices[n]));
    glue.settle(elements.filter((element) => mounted.has(element)));
  } catch (error) {
    if (running) console.error(`Folkmoot: ${error.message}`);
    running = undefined; // the next element that comes near the viewport tries again
    for (const element of elements) element.giveUp("load", error.message);
  }
}

const near = new IntersectionObserver(
  (entries) => load(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target)),
  { __proto__: null, rootMargin: "50%" },
);

const make = (tag) => own("createElement").call(document, tag);

const margins = new CSSStyleSheet();
margins.replaceSync(
  ":host(:not(folk-badges)){display:grid}:host([hidden]){display:none}:host(folk-poll){margin-block:1em}:host(folk-badges){margin-inline-start:.25em}",
);

class FolkElement extends HTMLElement {
  static version = version;
  static observedAttributes = ["poll", "member"];
  #glue;
  #handle;
  #leaving;
  #slot = make("slot");

  constructor() {
    super();
    // The word joiner gives an empty element the height of a line. WebKit never reports an element without height as near.
    const root = this.attachShadow({ __proto__: null, mode: "open" });
    root.append(this.#slot, "\u2060");
    if (this.localName !== "folk-badges") root.adoptedStyleSheets = [margins];
  }

  connectedCallback() {
    clearTimeout(this.#leaving);
    if (!this.#handle) near.observe(this);
    else if (mounted.has(this)) this.#glue.moved(this);
  }

  disconnectedCallback() {
    near.unobserve(this);
    this.#leaving = setTimeout(() => this.#unmount(), 500); // the page may only be moving the element
  }

  attributeChangedCallback() {
    if (!this.#handle) return;
    this.#unmount();
    near.observe(this);
  }

  mount(glue, wording) {
    if (dead || this.#handle || !this.isConnected) return;
    this.#glue = glue;
    try {
      this.#handle = glue.place(this, this.#slot, margins, nameOf(this), wording);
      mounted.add(this);
    } catch (error) {
      if (!dead) console.error(`Folkmoot: ${error.message}`);
      this.giveUp("attribute", error.message);
    }
  }

  /** Shows the fallback, and tells the page the reason by the event `folk-error`. */
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
}

/** The most polls of a page that replace links, so that authors of posts cannot make a page draw any number of polls. */
const mostLinked = 20;
const linked = new Set();

/** Whether the link is at an end of its line: the start if `side` is `previousSibling`, the end if it is `nextSibling`. */
function endsLine(node, side) {
  do node = node[side];
  while (node?.nodeName === "#comment" || (node?.nodeName === "#text" && !node.data.trim()));
  return !node || /^(br|div|p|folk-poll)$/.test(node.localName);
}

/** The id of the poll of a link that is alone on its line. Links in sentences, headings, menus and editors are not replaced. */
function pollOf(link) {
  const [, name] = (link.href?.startsWith?.(links) && /^([^/?#&]+)\/?([?#&].*)?$/.exec(link.href.slice(links.length))) || [];
  if (!name || link.isContentEditable || link.closest("folk-poll, nav, summary, h1, h2, h3, h4, h5, h6")) return;
  if (!endsLine(link, "previousSibling") || !endsLine(link, "nextSibling")) return;
  if (getComputedStyle(link.parentElement).display.startsWith("inline")) return;
  try {
    return /^[^\s,/\p{C}]{1,128}$/u.exec(decodeURIComponent(name))?.[0];
  } catch {} // the percent-encoding is invalid
}

/** Replaces links to polls by the polls. Each link becomes the fallback of its poll. */
function turnLinks(root) {
  for (const link of [root, ...(root.querySelectorAll?.("a") ?? [])]) {
    const name = link.localName === "a" && link.isConnected && pollOf(link);
    if (!name || [...linked].filter((poll) => poll.isConnected || !linked.delete(poll)).length >= mostLinked) continue;
    const poll = make("folk-poll");
    poll.setAttribute("poll", name);
    link.replaceWith(poll);
    poll.append(link);
    linked.add(poll);
  }
}

const first = customElements.get("folk-poll");
if (!first) {
  window.Folkmoot = {
    /** Says who is asking: a member with this token, or a guest with `null`. Without an argument, the widget asks again. */
    identify(...token) {
      page.said = token.length ? token : undefined;
      running?.then((glue) => glue.identify(!page.said), () => {});
    },
  };
  for (const tag of Object.keys(tags)) customElements.define(tag, class extends FolkElement {});
  if (links) {
    turnLinks(own("documentElement"));
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(turnLinks))).observe(
      document,
      { __proto__: null, childList: true, subtree: true },
    );
  }
  // The observer calls back a frame later. Elements that are in the viewport already do not wait for it.
  const inSight = select(Object.keys(tags)).filter((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return element.getClientRects().length && bottom >= 0 && top <= innerHeight;
  });
  if (!own("hidden")) load(inSight);
  if (!current && !scripts[0]) {
    console.warn("Folkmoot: leave its script tag on the page: its attributes count only there.");
  }
} else if (first.version !== version) {
  console.warn(`Folkmoot ${first.version} is on this page already; ${version} stands back.`);
}
if (scripts.some((script) => script.dataset.api !== api)) {
  console.warn("Folkmoot: script tags name different APIs; the first counts.");
}
