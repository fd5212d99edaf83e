// What a forum's own script might do beside the widget: mark the persona one looks as.
const { persona } = document.body.dataset;
document.querySelector(`[data-as="${persona}"]`)?.setAttribute("aria-current", "true");
