// The widget's parts: modules that only some pages need, which the main one calls for by name. The build puts this into one
// script with wasm-bindgen's glue, whose `wasm` is what the main module exports.

/** Each part's name, what the main module calls the function that fetches it, and its files with their integrity. */
const table = "__FOLKMOOT_PARTS__";

const parts = {};
const lost = new Set(); // names of parts whose files the site has no more
const linked = {}; // promises of files: what several parts share comes once

for (const [name, load, ...files] of table) {
  parts[load] = async (callback, data) => {
    const gone = await Promise.all(files.map(link)).then(() => {}, (gone) => gone);
    if (gone) lost.add(name);
    wasm.__indirect_function_table.get(callback)(data, gone === undefined);
  };
}

/** Fetches a file and links it to the main module, unless that was done. It fails with whether the site has another one. */
function link([file, integrity]) {
  return (linked[file] ??= fetchAndLink(new URL(file, import.meta.url), integrity).catch((gone) => {
    linked[file] = undefined; // another call tries again
    throw gone;
  }));
}

async function fetchAndLink(url, integrity) {
  try {
    const answer = await fetch(url, { integrity });
    await WebAssembly.instantiate(await answer.arrayBuffer(), { a: wasm });
  } catch (error) {
    // Where the site answers, this page's file is not what it has: it would not come by asking again.
    const gone = await fetch(url, { method: "HEAD" }).then(({ status }) => status < 500, () => false);
    console.error(`Folkmoot: ${error.message}${gone ? ` ${url} is not what it was: reload the page` : ""}`);
    throw gone;
  }
}
