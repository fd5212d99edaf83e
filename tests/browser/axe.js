// Runs axe over the document and gives one line a finding.
const done = arguments[arguments.length - 1];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then(
  ({ violations }) =>
    done(
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) =>
          `${id}: ${target.flat(Infinity).join(" ")}: ${failureSummary.replace(/\s+/gu, " ")}`,
        ),
      ),
    ),
  (error) => done([`axe itself failed: ${error}`]),
);
