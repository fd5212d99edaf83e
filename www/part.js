// Fetches the widget's parts: modules that only some pages need. The main module imports a function for each part, which fetches
// the part. The build puts this file into one script with wasm-bindgen's glue, whose `wasm` holds the main module's exports.

/** For each part its name, the name of the imported function that fetches it, and its files with their integrity. */
const table = "__FOLKMOOT_PARTS__";

const parts = {};
const lost = new Set(); // the names of the parts whose files the site no longer has
const linked = {}; // a promise for each file, so that a file that several parts share is fetched once

for (const [name, load, ...files] of table) {
  parts[load] = async (callback, data) => {
    const gone = await Promise.all([...files.map(link), texts(name)]).then(() => {}, (gone) => gone);
    if (gone) lost.add(name);
    wasm.__indirect_function_table.get(callback)(data, gone === undefined);
  };
}

/** Takes in the part's texts. Rejects as {@link link} does. */
const texts = (part) =>
  holdTexts(part).catch((error) => {
    console.error(`Folkmoot: ${error.message}`);
    throw error.cause < 500; // the status of the answer, if one came
  });

/** Fetches a file and links it to the main module, once. Rejects with `true` if the site no longer has the file, else `false`. */
function link([file, integrity]) {
  return (linked[file] ??= fetchAndLink(new URL(file, import.meta.url).href, integrity).catch((gone) => {
    linked[file] = undefined; // another call tries again
    throw gone;
  }));
}

async function fetchAndLink(url, integrity) {
  try {
    const answer = await fetch(url, { integrity });
    await WebAssembly.instantiate(await answer.arrayBuffer(), { a: wasm });
  } catch (error) {
    // If the site answers, it no longer has the file of this page's build, so another try would fail, too.
    const gone = await fetch(url, { method: "HEAD" }).then(({ status }) => status < 500, () => false);
    console.error(`Folkmoot: ${error.message}${gone ? ` ${url} is not what it was: reload the page` : ""}`);
    throw gone;
  }
}
