// The wordings of the page's elements: a language, perhaps with texts of the site's own, and the files with the texts. `say` and
// `speak` are exports of the wasm, which knows each wording by a number.

let site; // the loader's object, which tells the language of an element and fetches texts
let pages; // the source of the page's own texts, if any: reading the script tag for each of a thousand elements takes long

/** For each wording, by its key, a promise of its number, its language, and the sources of the site's own texts. */
const wordings = new Map();

/** The parts that the page needs. Each language has texts of its own for them. */
const needed = new Set();

/** By the number of a wording, how what is written in it is marked. */
const marks = [];

/** The key of each element's wording. */
const spoken = new Map();

/** The wording that an element is to have. */
function wordingOf(element) {
  const language = site.language(element);
  const own = [pages, element.dataset.texts].filter(Boolean);
  return { key: [language, ...own].join(" "), language, own };
}

/** Takes in a file of texts, in a new wording or in the one with this number. Resolves to the number. */
async function take(name, { language, own }, answer, number) {
  const { ok, status, url } = (answer = await answer);
  let file = ok ? await answer.text() : "";
  if (own[0]) file = await (await import("__FOLKMOOT_REWORD__")).reworded(file, language, ...own);
  if (!say(number ?? marks.length, file)) throw Error(`${url} has no texts for "${name}" (${status})`, { cause: status });
  if (number !== undefined) return number;
  const lines = file.split("\n");
  return marks.push({ lang: lines["__FOLKMOOT_TAG__"], dir: lines["__FOLKMOOT_DIRECTION__"] }) - 1;
}

/** Takes in the wording of an element. The texts of its language are fetched unless they are given. Resolves to its number. */
export function hold(page, element, texts) {
  site = page;
  pages = page.read().texts;
  const wording = wordingOf(element);
  const { key, language } = wording;
  wording.number = (async () => {
    const number = await take(language, wording, texts ?? site.texts(language));
    await Promise.all([...needed].map((part) => holdPart(part, wording, number)));
    return number;
  })();
  wordings.set(key, wording);
  const settle = (number) => (wording.known = number);
  wording.number.then(settle, () => wordings.delete(key)); // another call tries again
  return wording.number;
}

function holdPart(part, wording, number) {
  const name = `${part}-${wording.language}`;
  return take(name, wording, site.texts(name), number);
}

/** Takes in the texts of a part, in all wordings of the page. */
function holdTexts(part) {
  needed.add(part);
  const one = (wording) => wording.number.then((number) => holdPart(part, wording, number), () => {});
  return Promise.all([...wordings.values()].map(one));
}

/**
 * The number of the element's wording, or a promise of it. If the texts cannot be fetched, it is the number of the page's first
 * wording.
 */
export function voiceOf(element) {
  const { key, language } = wordingOf(element);
  spoken.set(element, key);
  const wording = wordings.get(key);
  return wording?.known ?? (wording?.number ?? hold(site, element)).catch((error) => {
    console.error(`Folkmoot: no texts in "${language}": ${error.message}`);
    spoken.set(element, ""); // another change tries again
    return 0;
  });
}

function speakAgain(element) {
  const place = element.shadowRoot.querySelector(".place");
  if (!place) return; // it is about to be mounted
  const { key } = wordingOf(element);
  Promise.resolve(voiceOf(element)).then((number) => {
    if (spoken.get(element) !== key) return;
    Object.assign(place, marks[number]);
    speak(element, number);
  });
}

/** Gives an element that has moved the colours and the wording of its new place. */
export function moved(element) {
  look([element]);
  speakAgain(element);
}

/** Gives elements another wording where the page has changed theirs. */
function speakChanged() {
  pages = site.read().texts;
  forgetGone();
  for (const [element, key] of spoken) if (wordingOf(element).key !== key) speakAgain(element);
}

/** Forgets elements that are no longer on the page, which would be kept in memory. One that comes back is told of as moved. */
function forgetGone() {
  for (const element of spoken.keys()) if (!element.isConnected) spoken.delete(element);
}
