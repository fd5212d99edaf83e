// What the widget takes from the browser that is shorter to say in JavaScript: what the page says of who is asking, what a
// viewer's tabs share (storage, a lock, a channel), and what becomes of the page. It decides nothing. The build puts this into
// one module with wasm-bindgen's glue, which calls the class by its name; `heard`, `introduced`, `led`, `in_sight`, `online`,
// `page_changed` and `leaving` are the wasm's own.

/** What the elements' shadow roots adopt: the first all of them, the second polls alone. */
export const sheets = [new CSSStyleSheet(), new CSSStyleSheet()];

/** The largest answer that is read, in bytes: a host cannot have the page freeze. */
const MOST = 8e6;

/** The JSON of an answer. */
export async function read(answer) {
  const reader = answer.body?.getReader();
  const pieces = [];
  for (let left = MOST, piece; reader && !(piece = await reader.read()).done; pieces.push(piece.value)) {
    if ((left -= piece.value.length) < 0) throw reader.cancel();
  }
  return new Response(new Blob(pieces)).json();
}

/** The texts of an answer: each `next` waits for one, and gives nothing at the end. Nothing where the answer says that it failed. */
function stream({ ok, body }) {
  const reader = ok ? body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  return reader && { next: async () => (await reader.read()).value };
}

/** Opens a card below what it is about, or above it where there is no room below, within the window. It scrolls with the page. */
function show(card, about) {
  const gap = 6;
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

/** Goes to this address, or loads the page again. */
function go(href) {
  try {
    if (href) location.assign(href);
    else location.reload();
  } catch {} // it is no address
}

/** What was begun at polls and not sent, by who did and where; the browser may keep nothing. */
const begun = new Map();

let ports;
let advised;

/** After a panic: nothing calls the wasm any more, and another tab can lead. */
export function halt() {
  ports?.close();
}

class Ports {
  #api;
  #site;
  #seen;
  #member = null; // empty for a guest; nothing while it is not known
  #introduced;
  #known = new Promise((known) => (this.#introduced = known));
  #database;
  #channel;
  #begunBy;
  #everybody;
  #leave;
  #guest; // the last token of a guest that this page had
  #veiled;
  #back; // whether this page came back from the browser's cache
  #ended = new AbortController();

  /** `site` is the loader's: what the page says of who is asking. */
  constructor(api, site) {
    ports = this;
    this.#api = api;
    this.#site = site;
    this.#begunBy = `folkmoot-begun ${api} `;
    const { signal } = this.#ended;
    const on = (target, name, run) => target.addEventListener(name, run, { signal });
    page("addEventListener").call(document, "visibilitychange", () => in_sight(!page("hidden")), { signal });
    on(window, "pageshow", (event) => {
      if (!event.persisted) return;
      this.#back = true;
      this.#open();
      in_sight(true);
    });
    on(window, "pagehide", () => {
      leaving();
      this.#site.said = undefined; // whoever comes back may be somebody else
      this.#shut();
    });
    on(window, "online", () => online(true));
    on(window, "offline", () => online(false));
    this.#seen = this.#look();
    const watch = new MutationObserver(() => this.#compare());
    watch.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-token"] });
    signal.onabort = () => watch.disconnect();
    this.#open();
  }

  close() {
    this.#ended.abort();
    this.#shut();
    this.lead(false);
  }

  // --- who is asking

  /** What tells of another viewer: the tag, its token, the body; and of another page. */
  #look() {
    const tag = this.#site.tag();
    return [tag, tag?.dataset.token, page("body"), location.href.split("#")[0]];
  }

  #compare() {
    const now = this.#look();
    const at = now.findIndex((each, at) => each !== this.#seen[at]);
    if (at < 0) return;
    // What a call said before holds no longer where the tag says something else.
    if (now[1] !== this.#seen[1]) this.#site.said = undefined;
    this.#seen = now;
    page_changed(at < 3);
  }

  /** What the page says of who is asking. A sentence where it says nothing. */
  async claim(afresh) {
    return this.read(await this.#site.token(afresh ? () => this.#reread() : undefined).catch((error) => error.message));
  }

  /** Adds to the loader's `[how, token]` whose the token is: a member's id, empty for a guest, nothing where it does not tell. */
  read(told) {
    if (typeof told === "string") return told;
    const [how, token] = told;
    const { sub, role } = claims(token);
    const guest = role === "guest";
    if (guest) this.#guest = token;
    const member = guest ? "" : sub || sub === "" ? String(sub) : null;
    return { source: ["Nothing", "Tag", "Callback", "Told"][how], token, member };
  }

  /** The token in the tag of a fresh copy of this page. */
  #reread() {
    return new Promise((done, failed) => {
      const copy = new XMLHttpRequest();
      const fail = () => failed(Error("this page does not tell any more who is asking"));
      copy.open("GET", location.href);
      copy.setRequestHeader("cache-control", "no-cache");
      copy.responseType = "document";
      copy.timeout = 1e4;
      copy.onload = () => {
        const { last: here } = this.#site;
        const away = copy.responseURL !== location.href.split("#")[0];
        // A tag that a script has put in is in no copy, and counts as it stands, but on a page that came back.
        const stands = !away && !this.#back && here?.async && !here.hasAttribute("async") && here;
        const tag = (copy.response && this.#site.findTags(copy.response).at(-1)) || stands;
        // Where it leads to another page without the tag, such as a sign-in, there is nobody.
        if (tag || away) done(this.#site.read(tag || null).token);
        else fail();
      };
      copy.onerror = copy.ontimeout = fail;
      copy.send();
    });
  }

  /**
   * Sends a call for whoever is asking, with `more` headers: names, each with its value after it. It is given up by the signal,
   * without one after 15 seconds.
   */
  async send(url, method, fresh, token, csrf, more, body, signal = AbortSignal.timeout(15e3)) {
    const init = this.#request(method !== "GET", token, csrf);
    const headers = new Headers(init.headers);
    if (body) more.push("content-type", "application/json");
    while (more[0]) {
      try {
        headers.set(...more.splice(0, 2));
      } catch {} // what no header can say is not said
    }
    return fetch(url, { __proto__: null, ...init, headers, method, body, signal, cache: fresh ? "no-store" : "default" });
  }

  /** What `fetch` is told of who is asking. A write goes on when the page is left. */
  #request(writes, token, csrf) {
    const { csrfHeader = "x-csrf-token", csrfCookie, credentials } = this.#site.read();
    const headers = { __proto__: null };
    if (token) headers.authorization = `Bearer ${token}`;
    const proof = csrfCookie ? cookie(csrfCookie) : csrf;
    if (writes && proof) headers[csrfHeader] = proof;
    return { __proto__: null, headers, credentials, keepalive: writes };
  }

  /** Where a guest signs in. */
  sign_in() {
    const { signIn } = this.#site.read();
    // A scheme has a colon before the path begins.
    if (!/^[^/?#]*:/.test(signIn) || /^https?:/i.test(signIn)) return signIn;
    this.warn("data-sign-in has to be an address with http or https, or a path");
  }

  /** The token of this browser's guest: what another tab was given since, else this one, which is kept for all and the next visit. */
  welcome(token) {
    try {
      const key = `folkmoot-guest ${this.#api}`;
      const kept = localStorage.getItem(key);
      if (kept && kept !== this.#guest) token = kept;
      else if (token) localStorage.setItem(key, token);
    } catch {} // this page remembers it all the same
    if (token) this.#guest = token;
    return token;
  }

  /** Speaks with this viewer's tabs from now on; tells all tabs and the page who is asking: nothing for a guest. */
  introduce(member) {
    this.#member = member ?? "";
    this.#introduced();
    this.#open();
    this.#everybody?.postMessage(this.#member);
    // Browsers keep most cookies from an API on another site, without a word.
    const withCookies = this.#site.read().credentials === "include" && new URL(this.#api).origin !== location.origin;
    if (!member && withCookies && !advised) {
      advised = true;
      this.warn("the API knows of no session. If you are signed in, its cookie needs SameSite=None; Secure, or the API the page's own site");
    }
    const detail = { member: member ?? null };
    const event = new CustomEvent("folk-identity", { __proto__: null, bubbles: true, detail });
    queueMicrotask(() => EventTarget.prototype.dispatchEvent.call(document, event));
  }

  /** Hides all elements, which keep their places, or shows them again. */
  veil(on) {
    this.#veiled = on;
    const [sheet] = sheets;
    if (on) sheet.insertRule(".place { visibility: hidden }", sheet.cssRules.length);
    else sheet.deleteRule(sheet.cssRules.length - 1);
  }

  /** Gives the viewer a file with what is read at `path`; an answer that is no file is given back. */
  async save(path, name, token) {
    const answer = await fetch(this.#api + path, this.#request(false, token));
    if (!answer.ok) return answer;
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(page("createElement").call(document, "a"), { href, download: `${name}.csv` }).click();
    setTimeout(URL.revokeObjectURL, 6e4, href); // some browsers ask first where it is to go
  }

  // --- storage

  /** Puts a write of this member into the outbox, empty for a guest, nothing for a guest's choice; says whether it is there. */
  keep(key, texts, member = null) {
    const put = async () => {
      const record = { key, texts, member, api: this.#api, at: Date.now() };
      await this.#store("readwrite", (store) => store.put(record));
      return true;
    };
    const late = new Promise((give) => setTimeout(give, 2e3, false));
    return Promise.race([put().catch(() => false), late]);
  }

  async forget(key) {
    await this.#store("readwrite", (store) => store.delete(key)).catch(() => {});
  }

  /** What this member, or a guest, left on earlier visits, the oldest first. */
  async restore(member) {
    try {
      const all = await this.#store("readonly", (store) => store.getAll());
      const here = all.filter((record) => record.api === this.#api).sort((a, b) => a.at - b.at);
      return here.filter((record) => record.member === null || record.member === member).map((record) => record.texts);
    } catch {
      return [];
    }
  }

  async #store(mode, act) {
    const database = await (this.#database ??= open());
    database.onversionchange = () => database.close(); // the page deletes what it keeps
    try {
      const change = database.transaction("outbox", mode);
      const request = act(change.objectStore("outbox"));
      await new Promise((done, failed) => {
        change.oncomplete = done;
        change.onabort = change.onerror = failed;
      });
      return request.result;
    } catch (error) {
      this.#database = undefined; // it may have been closed under us; the next one opens it anew
      throw error;
    }
  }

  /** Whether the site has the files of this part no more. */
  lost(part) {
    return lost.has(part);
  }

  /** Keeps what the viewer has begun at a poll and not sent, for this session of the tab; no texts, and it is let go. */
  keepBegun(poll, texts) {
    const member = this.#member;
    if (member === null) return; // it would be anybody's
    const key = this.#begunBy + member + " " + poll;
    const text = texts.join("\0");
    begun.set(key, text);
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch {} // this page remembers it all the same
  }

  /** What this viewer has begun there. */
  async begun(poll) {
    let kept = [...begun];
    try {
      kept = Object.entries(sessionStorage);
    } catch {}
    kept = kept.filter(([key, text]) => text && key.startsWith(this.#begunBy) && key.endsWith(` ${poll}`));
    if (kept.length) await this.#known;
    const mine = kept.find(([key]) => key === this.#begunBy + this.#member + " " + poll);
    return mine ? mine[1].split("\0") : [];
  }

  /** Writes a sheet. The veil, which is a rule of the first one, outlasts that. */
  dress(sheet, style) {
    sheets[sheet].replaceSync(style);
    if (!sheet && this.#veiled) this.veil(true);
  }

  /** Tells who made the page. */
  warn(message) {
    console.warn(`Folkmoot: ${message}`);
  }

  /** The next frame. A page out of sight has none, and is drawn all the same. */
  frame() {
    return new Promise((drawn) => (requestAnimationFrame(drawn), setTimeout(drawn, 250)));
  }

  // --- the other tabs

  #open() {
    this.#shut();
    const open = (name, hear) => {
      try {
        const channel = new BroadcastChannel(name);
        channel.onmessage = ({ data }) => this.#ended.signal.aborted || hear(data);
        return channel;
      } catch {} // where a browser keeps nothing for the site, this tab is alone
    };
    this.#channel = open(this.#name(), heard);
    this.#everybody = open(`folkmoot-viewer ${this.#api}`, introduced);
  }

  #shut() {
    this.#channel?.close();
    this.#everybody?.close();
  }

  /** What the tabs of one viewer have in common. */
  #name() {
    return ["folkmoot", this.#api, this.#member ?? ""].join(" ");
  }

  post(message) {
    try {
      this.#channel.postMessage(message);
    } catch {} // closed while the page is being left
  }

  /** Waits to be the one tab that leads, or leaves it to others. */
  lead(wanted) {
    this.#leave?.();
    this.#leave = undefined;
    if (!wanted) return;
    const waiting = new AbortController();
    const mine = () => this.#leave === leave && led();
    const held = new Promise((release) => {
      this.#leave = () => {
        waiting.abort();
        release();
      };
    });
    const leave = this.#leave;
    const take = () => (mine(), held);
    // Without locks (plain HTTP, some sandboxes) each tab sends what was decided in it.
    const lock = navigator.locks?.request(this.#name(), { signal: waiting.signal }, take) ?? Promise.reject();
    lock.catch(mine);
  }
}

/** What a JWT says; nothing where it is none. */
function claims(token) {
  try {
    const text = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (byte) => byte.charCodeAt());
    return { __proto__: null, ...JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return {};
  }
}

function cookie(name) {
  const all = new Map(page("cookie").split("; ").map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]));
  return all.get(name);
}

const open = () =>
  new Promise((done, failed) => {
    const request = indexedDB.open("folkmoot", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = failed;
  });
