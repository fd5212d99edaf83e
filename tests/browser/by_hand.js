// Badges as somebody would write them by hand: a custom element with a shadow root, one style sheet for all, one read for all.
// `style` is the style sheet's text, `drawn` the markup of each member's badges.
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

const asked = new Set();
let read;
function ask(member) {
  asked.add(member);
  return (read ??= askAll());
}

async function askAll() {
  // Elements are upgraded while the page arrives, which takes several turns of the event loop on a busy machine.
  if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done));
  const answer = await fetch(`/folkmoot/api/members?ids=${[...asked].sort()}`);
  return new Map((await answer.json()).members.map((found) => [found.id, found]));
}

customElements.define("hand-badges", class extends HTMLElement {
  async connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const name = this.getAttribute("member");
    const member = (await ask(name)).get(name);
    if (!member?.badges.length) return;
    const place = document.createElement("div");
    place.className = "place";
    place.innerHTML = drawn[name];
    root.append(place);
    const whole = place.firstElementChild;
    const [chips, card] = whole.children;
    const open = () => card.showPopover();
    const close = () => card.hidePopover();
    chips.addEventListener("click", open);
    chips.addEventListener("focus", open);
    whole.addEventListener("focusout", close);
    whole.addEventListener("pointerenter", open);
    whole.addEventListener("pointerleave", close);
  }
});
