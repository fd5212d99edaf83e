// What the widget takes from the browser that is shorter to say in JavaScript: who is asking, what a viewer's tabs share
// (storage, a lock, a channel), and what becomes of the page. The build puts this into one module with wasm-bindgen's glue,
// which calls the class by its name; `heard`, `led`, `in_sight`, `online` and `leaving` are the wasm's own.

/** What the elements' shadow roots adopt: the first all of them, the second polls alone. */
export const sheets = [new CSSStyleSheet(), new CSSStyleSheet()];

let ports;

/** After a panic: nothing calls the wasm any more, and another tab can lead. */
export function halt() {
  ports?.close();
}

class Ports {
  #api;
  #data;
  #token;
  #member; // a promise of the member's id: empty for a guest, null while nobody can say
  #last; // the member who was last signed in
  #csrf;
  #name;
  #database;
  #channel;
  #leave;
  #ended = new AbortController();

  /** `data` is the script tag's dataset, with a token in it where there is one. */
  constructor(api, data) {
    ports = this;
    this.#api = api;
    this.#data = data;
    this.#token = data.token;
    // Tabs without a token have the browser's cookies in common.
    this.#name = ["folkmoot", api, claims(data.token).sub ?? ""].join(" ");
    const { signal } = this.#ended;
    const on = (target, name, run) => target.addEventListener(name, run, { signal });
    on(document, "visibilitychange", () => in_sight(!document.hidden));
    on(window, "pageshow", (event) => {
      if (!event.persisted) return;
      this.#open();
      in_sight(true);
    });
    on(window, "pagehide", () => {
      leaving();
      this.#channel?.close();
    });
    on(window, "online", () => online(true));
    on(window, "offline", () => online(false));
    this.#open();
  }

  close() {
    this.#ended.abort();
    this.#channel?.close();
    this.lead(false);
  }

  // --- who is asking

  /** What `fetch` is told of who is asking. A write goes on when the page is left. */
  request(writes) {
    const { csrfHeader = "x-csrf-token", csrfCookie, credentials } = this.#data;
    const headers = this.#token ? { authorization: `Bearer ${this.#token}` } : {};
    const csrf = csrfCookie ? cookie(csrfCookie) : this.#csrf;
    if (writes && csrf) headers[csrfHeader] = csrf;
    return { headers, credentials, keepalive: writes };
  }

  /** Asks anew: `true` for the same member, `false` for another, `null` for nobody, who may be a `guest`; nothing where nobody could say. */
  async renew(guest) {
    this.#last = (await this.#who()) || this.#last;
    const { tokenCallback } = this.#data;
    this.#token = tokenCallback && (await Promise.resolve(window[tokenCallback]?.()).catch(() => {}));
    this.#member = undefined;
    const now = await this.#who();
    if (now === null) return;
    if (now) return (this.#last ?? now) === now;
    return guest ? this.#beGuest() : null;
  }

  /** Has the host give a token to a guest who is to vote, and keeps it for the next visit. */
  async #beGuest() {
    const answer = await fetch(`${this.#api}/session`, { ...this.request(true), method: "POST" });
    const { token } = await answer.json();
    if (!token) return;
    this.#token = token;
    try {
      localStorage.setItem(`folkmoot-guest ${this.#api}`, token);
    } catch {} // this page remembers it all the same
    return true;
  }

  #who() {
    return (this.#member ??= this.#identify().catch(() => null));
  }

  async #identify() {
    const { sub, role } = claims(this.#token);
    if (sub && role !== "guest") return sub;
    const answer = await fetch(`${this.#api}/session`, { ...this.request(false), cache: "no-store" });
    const { viewer, csrf } = await answer.json();
    this.#csrf = csrf;
    return viewer?.id ?? "";
  }

  /** Gives the viewer a file with what is read at `path`; says whether it came. */
  async save(path, name) {
    const read = () => fetch(this.#api + path, this.request(false));
    let answer = await read();
    if (answer.status === 401 && (await this.renew(false))) answer = await read();
    if (!answer.ok) return false;
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement("a"), { href, download: `${name}.csv` }).click();
    setTimeout(URL.revokeObjectURL, 6e4, href); // some browsers ask first where it is to go
    return true;
  }

  // --- storage

  /** Puts a write into the outbox; says whether it is there. */
  keep(key, texts, draft) {
    const put = async () => {
      const member = draft ? null : await this.#who();
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
  async restore() {
    try {
      const all = await this.#store("readonly", (store) => store.getAll());
      const here = all.filter((record) => record.api === this.#api).sort((a, b) => a.at - b.at);
      const member = here.some((record) => record.member !== null) && (await this.#who());
      return here.filter((record) => record.member === null || record.member === member).map((record) => record.texts);
    } catch {
      return [];
    }
  }

  async #store(mode, act) {
    const database = await (this.#database ??= open());
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

  /** Writes a sheet. */
  dress(sheet, style) {
    sheets[sheet].replaceSync(style);
  }

  /** The next frame. A page out of sight has none, and is drawn all the same. */
  frame() {
    return new Promise((drawn) => (requestAnimationFrame(drawn), setTimeout(drawn, 250)));
  }

  // --- the other tabs

  #open() {
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = (event) => this.#ended.signal.aborted || heard(event.data);
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
    const { csrfHeader, csrfCookie, credentials } = this.#data;
    if (csrfHeader || csrfCookie || credentials) this.#who(); // a vote need not wait for the answer then
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
    const lock = navigator.locks?.request(this.#name, { signal: waiting.signal }, take) ?? Promise.reject();
    lock.catch(mine);
  }
}

/** What a JWT says; nothing where it is none. */
function claims(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))) ?? {};
  } catch {
    return {};
  }
}

function cookie(name) {
  const all = new Map(document.cookie.split("; ").map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]));
  return all.get(name);
}

const open = () =>
  new Promise((done, failed) => {
    const request = indexedDB.open("folkmoot", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = failed;
  });
