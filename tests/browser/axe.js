// Runs axe over the document, with or without the contrast of its colours, and gives one line a finding. What is still fading in is
// let finish: its colours are not yet those that anybody reads.
const [contrast, done] = arguments;
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const rules = { "color-contrast": { enabled: contrast } };
const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], rules };

const roots = [document, ...[...below(document)].map((element) => element.shadowRoot).filter(Boolean)];
const ends = (animation) =>
  animation.playState === "running" && animation.effect?.getComputedTiming().endTime !== Infinity;
const moving = roots.flatMap((root) => root.getAnimations()).filter(ends);

const lines = ({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => {
    const where = target.flat(Infinity).join(" ");
    return `${id}: ${where}: ${failureSummary.replace(/\s+/gu, " ")}`;
  });

Promise.allSettled(moving.map((animation) => animation.finished))
  .then(() => axe.run(document, options))
  .then(
    ({ violations }) => done(violations.flatMap(lines)),
    (error) => done([`axe itself failed: ${error}`]),
  );
