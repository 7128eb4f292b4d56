/** Rows chosen by check boxes inside <form data-selection>: all, none, how many, and the bar of bulk acts. */
import { onContent, matching } from "./swaps.js";

const rows = (form) => [...form.querySelectorAll("[data-select]")];
let last = null;

export function bindSelections() {
  document.addEventListener("change", ({ target }) => {
    const form = target.closest?.("form[data-selection]");
    if (!form) return;
    if (target.matches("[data-select-all]")) rows(form).forEach((box) => (box.checked = target.checked));
    if (target.matches("[data-select], [data-select-all]")) show(form);
  });
  document.addEventListener("click", (event) => {
    const { target } = event;
    const clear = target.closest("[data-selection-clear]");
    if (clear) {
      const form = clear.closest("form");
      rows(form).forEach((box) => (box.checked = false));
      show(form);
    }
    if (target.matches("[data-select]")) {
      if (event.shiftKey && last) stretch(target);
      last = target;
    }
  });
  onContent((root) => matching(root, "form[data-selection]").forEach(show));
  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("form[data-selection]").forEach(show));
}

/** Shift and a click choose everything in between. */
function stretch(box) {
  const all = rows(box.form ?? box.closest("form"));
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) all.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
}

function show(form) {
  const all = rows(form);
  const chosen = all.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-selection-bar]");
  const every = form.querySelector("[data-select-all]");
  if (bar) {
    bar.hidden = !chosen;
    bar.querySelector("[data-selection-count]").textContent = chosen;
  }
  if (every) {
    every.checked = Boolean(all.length) && chosen === all.length;
    every.indeterminate = chosen > 0 && chosen < all.length;
  }
}
