// The languages of the page's elements, and the files with their texts. `say` and `speak` are exports of the wasm, which
// knows each language by a number.

let site; // the loader's object, which tells the language of an element and fetches texts

/** For each language of the page a promise of its number. */
const numbers = new Map();

/** The parts that the page needs. Each language has texts of its own for them. */
const needed = new Set();

/** The language of each element. */
const spoken = new Map();

/** Takes in a file of texts, in one more language or in the one with this number. Resolves to the number. */
async function take(name, answer, number) {
  const { ok, status, url } = (answer = await answer);
  const taken = ok ? say(number, await answer.text()) : undefined;
  if (taken === undefined) throw Error(`${status} ${url} has no texts for "${name}"`);
  return taken;
}

/** Takes in a language. Its texts are fetched unless they are given. Resolves to its number. */
export function hold(page, language, texts = page.texts(language)) {
  site = page;
  const number = (async () => {
    const number = await take(language, texts);
    await Promise.all([...needed].map((part) => holdPart(part, language, number)));
    return number;
  })();
  numbers.set(language, number);
  number.catch(() => numbers.delete(language)); // another call tries again
  return number;
}

const holdPart = (part, language, number) => take(`${part}-${language}`, site.texts(`${part}-${language}`), number);

/** Takes in the texts of a part, in all languages of the page. */
function holdTexts(part) {
  needed.add(part);
  return Promise.all([...numbers].map(([language, number]) => number.then((number) => holdPart(part, language, number), () => {})));
}

/** The number of the element's language; if its texts cannot be fetched, the number of the page's first language. */
export async function languageOf(element) {
  const language = site.language(element);
  spoken.set(element, language);
  return (numbers.get(language) ?? hold(site, language)).catch((error) => {
    console.error(`Folkmoot: no texts in the language "${language}": ${error.message}`);
    spoken.set(element, ""); // another change tries again
    return 0;
  });
}

function speakAgain(element) {
  const language = site.language(element);
  languageOf(element).then((number) => spoken.get(element) === language && speak(element, number));
}

/** Gives an element that has moved the colours and the language of its new place. */
export function moved(element) {
  look([element]);
  speakAgain(element);
}

/** Has elements speak another language where the page has changed theirs. */
function speakChanged() {
  for (const [element, language] of spoken) {
    if (!element.isConnected) spoken.delete(element);
    else if (site.language(element) !== language) speakAgain(element);
  }
}
