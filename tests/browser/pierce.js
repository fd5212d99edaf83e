// Finds elements through open shadow roots, and tells what a reader sees of them. Stands before every script that the
// client runs; `steps` is the client's path to an element.

function* below(root) {
  if (root.shadowRoot) yield* below(root.shadowRoot);
  // An element named like the method would stand before the document's own.
  const all = root === document ? Document.prototype.querySelectorAll : root.querySelectorAll;
  for (const element of all.call(root, "*")) {
    yield element;
    if (element.shadowRoot) yield* below(element.shadowRoot);
  }
}

function flat(node) {
  if (node.shadowRoot) return node.shadowRoot.childNodes;
  if (node.localName === "slot") {
    const given = node.assignedNodes({ flatten: true });
    if (given.length > 0) return given;
  }
  if (node.localName === "details" && !node.open) return node.querySelectorAll(":scope > summary:first-of-type");
  return node.childNodes;
}

// A text without the isolates and marks that set directions, white space collapsed.
function plain(text) {
  return text.replace(/[\u200e\u200f\u2066-\u2069]/gu, "").replace(/\s+/gu, " ");
}

// The text as rendered, shadow trees and slots included; one space between blocks. What only a screen reader gets counts.
function seen(root) {
  let text = "";
  const walk = (node, shown) => {
    if (node.nodeType === Node.TEXT_NODE && shown) text += node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (["script", "style", "template", "noscript"].includes(node.localName)) return;
    const { display, visibility } = getComputedStyle(node);
    if (display === "none") return;
    const gap = display.startsWith("inline") || display === "contents" ? "" : " ";
    text += gap;
    for (const child of flat(node)) walk(child, visibility === "visible");
    text += gap;
  };
  walk(root, true);
  return plain(text).trim();
}

// How far an element begins from where lines begin: from the left, or from the right where it runs from right to left.
function start(element) {
  const { left, right } = element.getBoundingClientRect();
  return getComputedStyle(element).direction === "rtl" ? document.documentElement.clientWidth - right : left;
}

function all(steps, root = document) {
  let found = [root];
  for (const { css, text, label, name, nth } of steps) {
    if (css !== undefined) {
      found = [...new Set(found.flatMap((root) => [...below(root)].filter((element) => element.matches(css))))];
    }
    if (text !== undefined) found = found.filter((element) => seen(element).includes(text));
    if (label !== undefined) found = found.filter((element) => seen(element) === label);
    if (name !== undefined) found = found.filter((element) => plain(element.getAttribute("aria-label")) === name);
    if (nth !== undefined) found = found.slice(nth, nth + 1);
  }
  return found;
}

function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
