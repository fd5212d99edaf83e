// Comes first in every page and keeps what the page says while nobody looks.
{
  const kept = { console: [], errors: [], violations: [] };
  Object.defineProperty(window, "folkmootKept", { value: kept });
  for (const level of ["debug", "log", "info", "warn", "error"]) {
    const told = console[level];
    console[level] = (...parts) => {
      kept.console.push(`${level}: ${parts.map(String).join(" ")}`);
      told.apply(console, parts);
    };
  }
  addEventListener("error", (event) => {
    if (event.message) kept.errors.push(`${event.message} (${event.filename}:${event.lineno})`);
  });
  addEventListener("unhandledrejection", (event) => kept.errors.push(`unhandled: ${event.reason}`));
  addEventListener("securitypolicyviolation", (event) => {
    kept.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`.trim());
  });
}
