// The widget's access to the browser, where JavaScript is shorter than Rust: what the page says about who is asking, what a
// viewer's tabs share (storage, a lock, a channel), and whether the page is visible, online or being left. No decision is made
// here. The build puts this file into one module with wasm-bindgen's glue, which uses the class by its name; `heard`,
// `introduced`, `led`, `in_sight`, `online`, `page_changed` and `leaving` are exports of the wasm.

/** The style sheets that the elements' shadow roots adopt: the first is for all elements, the second only for polls. */
export const sheets = [new CSSStyleSheet(), new CSSStyleSheet()];

/** The largest answer that is read, in bytes, so that no host can freeze the page. */
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

/** A reader of an answer's text: `next` waits for a piece of it, or gives `undefined` at the end. None if the call failed. */
function stream({ ok, body }) {
  const reader = ok ? body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  return reader && { next: async () => (await reader.read()).value };
}

/**
 * A unique name of 128 random bits. `crypto.randomUUID` is missing on pages without HTTPS, and a page may have a constant called
 * `crypto`.
 */
function random_name() {
  const digits = (byte) => byte.toString(16).padStart(2, "0");
  return [...globalThis.crypto.getRandomValues(new Uint8Array(16))].map(digits).join("");
}

/** Goes to this address, or loads the page again. */
function go(href) {
  try {
    if (href) location.assign(href);
    else location.reload();
  } catch {} // it is no address
}

/** Unsent input at polls, by API, viewer and poll, in case the browser's storage is blocked. */
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

  /** `site` is the loader's object that tells what the page says about who is asking. */
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
      this.#site.said = undefined; // when the page comes back, the viewer may be somebody else
      this.#shut();
    });
    on(window, "online", () => online(true));
    on(window, "offline", () => online(false));
    this.#seen = this.#look();
    const watch = new MutationObserver((changes) => {
      this.#compare();
      if (changes.some(({ attributeName }) => attributeName !== null)) speakChanged();
    });
    watch.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-token", "lang", "data-texts"] });
    signal.onabort = () => watch.disconnect();
    this.#open();
  }

  close() {
    this.#ended.abort();
    this.#shut();
    this.lead(false);
  }

  // --- who is asking

  /** Values whose change may mean another viewer (the tag, its token, the body) or another page (the address). */
  #look() {
    const tag = this.#site.tag();
    return [tag, tag?.dataset.token, page("body"), location.href.split("#")[0]];
  }

  #compare() {
    const now = this.#look();
    const at = now.findIndex((each, at) => each !== this.#seen[at]);
    if (at < 0) return;
    // A token from an earlier call of `identify` is no longer valid once the tag has another token.
    if (now[1] !== this.#seen[1]) this.#site.said = undefined;
    this.#seen = now;
    page_changed(at < 3);
  }

  /** The page's claim about who is asking, or an error message. */
  async claim(afresh) {
    return this.read(await this.#site.token(afresh ? () => this.#reread() : undefined).catch((error) => [error.message]));
  }

  /**
   * Says of the loader's `[how, token]` whether it is in the tag, and adds the token's owner: the member's id, empty for a guest,
   * `null` if the token has no id. Gives the message of `[message]`.
   */
  read(told) {
    const [how, token] = told;
    if (token === undefined) return how;
    const { sub, role } = claims(token);
    const guest = role === "guest";
    if (guest) this.#guest = token;
    const member = guest ? "" : sub || sub === "" ? String(sub) : null;
    return [how === 1, token, member];
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
        // A tag that a script inserted is not in the copy. Then this page's tag counts, unless the page came back from the cache.
        const stands = !away && !this.#back && here?.async && !here.hasAttribute("async") && here;
        const tag = (copy.response && this.#site.findTags(copy.response).at(-1)) || stands;
        // If the request was redirected to a page without the tag, such as a sign-in page, nobody is signed in.
        if (tag || away) done(this.#site.read(tag || null).token);
        else fail();
      };
      copy.onerror = copy.ontimeout = fail;
      copy.send();
    });
  }

  /**
   * Sends a call with the viewer's proof and with `more` headers, a list in which its value follows each name. The signal aborts
   * the call; without a signal, the call is aborted after 15 seconds.
   */
  async send(url, method, fresh, token, csrf, more, body, signal = AbortSignal.timeout(15e3)) {
    const init = this.#request(method !== "GET", token, csrf);
    const headers = new Headers(init.headers);
    if (body) more.push("content-type", "application/json");
    while (more[0]) {
      try {
        headers.set(...more.splice(0, 2));
      } catch {} // a value that no header can hold is left out
    }
    return fetch(url, { __proto__: null, ...init, headers, method, body, signal, cache: fresh ? "no-store" : "default" });
  }

  /** The options of `fetch` that say who is asking. A write continues when the page is left. */
  #request(writes, token, csrf) {
    const { csrfHeader = "x-csrf-token", csrfCookie, credentials } = this.#site.read();
    const headers = this.#site.headers(token);
    const proof = csrfCookie ? cookie(csrfCookie) : csrf;
    if (writes && proof) headers[csrfHeader] = proof;
    return { __proto__: null, headers, credentials, keepalive: writes };
  }

  /** The address of the site's sign-in page. Warns and returns nothing if the address is invalid. */
  sign_in() {
    const { signIn } = this.#site.read();
    // A scheme has a colon before the path begins.
    if (!/^[^/?#]*:/.test(signIn) || /^https?:/i.test(signIn)) return signIn;
    this.warn("data-sign-in has to be an address with http or https, or a path");
  }

  /** The token of this browser's guest: the one that another tab has stored since, or else this one, which is then stored. */
  welcome(token) {
    try {
      const key = `folkmoot-guest ${this.#api}`;
      const kept = localStorage.getItem(key);
      if (kept && kept !== this.#guest) token = kept;
      else if (token) localStorage.setItem(key, token);
    } catch {} // without storage, only this page has it
    if (token) this.#guest = token;
    return token;
  }

  /** Joins the channel of this viewer's tabs, and tells all tabs and the page who the viewer is: a member's id, or a guest. */
  introduce(member) {
    this.#member = member ?? "";
    this.#introduced();
    this.#open();
    this.#everybody?.postMessage(this.#member);
    // Browsers silently withhold most cookies from an API on another site.
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

  /** Has the browser save the response from `path` as a file. If the host refused, returns the response instead. */
  async save(path, name, token) {
    const answer = await fetch(this.#api + path, this.#request(false, token));
    if (!answer.ok) return answer;
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(page("createElement").call(document, "a"), { href, download: `${name}.csv` }).click();
    setTimeout(URL.revokeObjectURL, 6e4, href); // some browsers ask first where to save the file
  }

  // --- storage

  /** Stores a write. `member` is empty for a guest's write, absent for a guest's draft. Resolves to whether it is stored. */
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

  /** The writes that this member (empty for a guest) left on earlier visits, and guests' drafts, the oldest first. */
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
    database.onversionchange = () => database.close(); // so that the page can delete the database
    try {
      const change = database.transaction("outbox", mode);
      const request = act(change.objectStore("outbox"));
      await new Promise((done, failed) => {
        change.oncomplete = done;
        change.onabort = change.onerror = failed;
      });
      return request.result;
    } catch (error) {
      this.#database = undefined; // the browser may have closed it; the next call opens it again
      throw error;
    }
  }

  /** Whether the site no longer has the files of this part. */
  lost(part) {
    return lost.has(part);
  }

  /** Keeps the viewer's unsent input at a poll for this session of the tab. Without texts, deletes what was kept. */
  keepBegun(poll, texts) {
    const member = this.#member;
    if (member === null) return; // it is not known yet whose input this is
    const key = this.#begunBy + member + " " + poll;
    const text = texts.join("\0");
    begun.set(key, text);
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch {} // without storage, only this page has it
  }

  /** The viewer's unsent input at this poll. */
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

  /** Replaces the content of a style sheet. The veil is a rule of the first sheet, so it is added again. */
  dress(sheet, style) {
    sheets[sheet].replaceSync(style);
    if (!sheet && this.#veiled) this.veil(true);
  }

  /** Warns the author of the page, on the console. */
  warn(message) {
    console.warn(`Folkmoot: ${message}`);
  }

  /** Waits for the next frame. On a hidden page, which has no frames, waits for 250 ms. */
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
      } catch {} // if the browser allows the site no channel, this tab is alone
    };
    this.#channel = open(this.#name(), heard);
    this.#everybody = open(`folkmoot-viewer ${this.#api}`, introduced);
  }

  #shut() {
    this.#channel?.close();
    this.#everybody?.close();
  }

  /** The name of the channel and of the lock that the tabs of one viewer share. */
  #name() {
    return ["folkmoot", this.#api, this.#member ?? ""].join(" ");
  }

  post(message) {
    try {
      this.#channel.postMessage(message);
    } catch {} // closed while the page is being left
  }

  /** Waits for the lock of the viewer's tabs, whose holder is the leading tab; or leaves the lock to other tabs. */
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
    // Where the browser has no locks (plain HTTP, some sandboxes), each tab leads.
    const lock = navigator.locks?.request(this.#name(), { signal: waiting.signal }, take) ?? Promise.reject();
    lock.catch(mine);
  }
}

/** The claims in a JWT; empty if the token is no JWT. */
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
