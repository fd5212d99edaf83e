// Lays out each kind of poll in each state; the address says how: ?theme=dark&width=900&lang=ar&dir=rtl&kind=excursion&as=guest
const { states, kinds } = JSON.parse(document.querySelector("#gallery").textContent);

const asked = new URLSearchParams(location.search);
const form = document.forms[0];
for (const [kind, name] of kinds) form.elements.kind.add(new Option(name, kind));
for (const field of form.querySelectorAll("select")) field.value = asked.get(field.name) ?? field.options[0].value;
form.elements.lang.value = asked.get("lang") ?? "";

const root = document.documentElement;
root.dir = form.elements.dir.value;
root.lang = form.elements.lang.value || "en";
root.dataset.theme = form.elements.theme.value;
root.style.setProperty("--width", form.elements.width.value);

const make = (name, ...inside) => {
  const element = document.createElement(name);
  element.append(...inside);
  return element;
};
const one = form.elements.kind.value;
for (const [kind, name] of kinds.filter(([kind]) => !one || kind === one)) {
  const figures = states.map((state) => {
    const poll = make("folk-poll");
    poll.setAttribute("poll", `${state}-${kind}`);
    return make("figure", make("figcaption", state), poll);
  });
  document.querySelector("main").append(make("section", make("h2", name), make("div", ...figures)));
}
