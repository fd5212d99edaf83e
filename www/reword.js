// Puts a site's own texts in the place of the widget's. Only pages that have texts of their own fetch this file.

/** For each message its key and the names of what is put into it, in the order in which files of texts have the messages. */
const messages = "__FOLKMOOT_MESSAGES__";

/** How many facts about the language a file has before its first message. */
const facts = "__FOLKMOOT_FACTS__";

/** For each language the categories of its plural forms, in the order in which a message has its forms. */
const categories = "__FOLKMOOT_CATEGORIES__";

/** The texts in each source, by the language and the key. */
const sources = new Map();

const warned = new Set();

function warn(source, what) {
  const message = `Folkmoot: data-texts="${source}": ${what}`;
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}

/** The texts that a source has: a script in the page by `#id`, or a file by its address. */
async function load(source) {
  try {
    if (source[0] !== "#") {
      const answer = await fetch(new URL(source, document.baseURI));
      if (!answer.ok) throw Error(`the answer is ${answer.status}`);
      return await answer.json();
    }
    const script = Document.prototype.getElementById.call(document, source.slice(1));
    if (!script) throw Error("the page has no element with this id; put it before the widget's script tag");
    return JSON.parse(script.textContent);
  } catch (error) {
    warn(source, `${error.message}. The widget's own texts stand.`);
    return {};
  }
}

/** A text with its placeholders as indices. */
function compiled(text, names) {
  if (typeof text !== "string" || !text || /[|\r\n]/.test(text)) throw Error("is no text, or has `|` or a line break");
  const put = text.replace(/\{\{\s*(\w+)[^{}]*\}\}/g, (whole, name) => {
    const at = names.indexOf(name);
    if (at < 0) throw Error(`has ${whole}; there is ${names.map((known) => `{{${known}}}`).join(", ") || "nothing to put in"}`);
    return `{${at}}`;
  });
  if (/[{}]/.test(put.replace(/\{\d+\}/g, ""))) throw Error("has a brace that belongs to no placeholder");
  return put;
}

/** The file of texts in this language, with the texts of these sources in it. Of two sources the later one counts. */
export async function reworded(file, language, ...from) {
  const lines = file.split("\n");
  const first = +lines[0];
  const [base] = language.split("-");
  for (const source of from) {
    if (!sources.has(source)) sources.set(source, load(source));
    const all = await sources.get(source);
    for (const [key, text] of Object.entries({ ...all[base], ...all[language] })) {
      const [, name, category] = /^(.*?)(?:_(zero|one|two|few|many|other))?$/.exec(key);
      const at = messages.findIndex(([known]) => known === name);
      const place = facts + at - first + 1;
      if (at < 0) warn(source, `${language}.${key} is no text of the widget`);
      if (at < 0 || place < 1 || place >= lines.length) continue;
      try {
        const put = compiled(text, messages[at].slice(1));
        const forms = lines[place].split("|");
        const form = category ? (categories[language] ?? categories[base]).indexOf(category) : 0;
        if (category && forms[form] === undefined) throw Error("is no form that this text has in this language");
        lines[place] = (category ? forms.with(form, put) : forms.map(() => put)).join("|");
      } catch (error) {
        warn(source, `${language}.${key} ${error.message}`);
      }
    }
  }
  return lines.join("\n");
}
