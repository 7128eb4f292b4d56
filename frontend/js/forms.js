/** Forms: sent once, text kept, errors in focus. */
import { onContent, matching } from "./swaps.js";

const guarded = new Set();

export function bindForms() {
  document.addEventListener("submit", ({ target: form, submitter, defaultPrevented }) => {
    guarded.delete(form);
    if (form.method === "post" && !defaultPrevented && submitter && !viaHtmx(form)) disableOnce(submitter);
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => busy(detail, true));
  document.addEventListener("htmx:afterRequest", ({ detail }) => busy(detail, false));
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-guards-text]");
    if (form) guarded.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...guarded].some((form) => form.isConnected && hasText(form))) event.preventDefault();
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) document.querySelectorAll("[aria-busy=true][type=submit], button[aria-busy=true]").forEach(release);
  });
  onContent((root) => matching(root, "[data-takes-focus]").at(0)?.focus());
}

function viaHtmx(form) {
  return form.matches("[hx-post], [hx-put], [hx-delete]") || form.closest("[hx-boost=true]");
}

/** After the event, so that the button's own name and value are still sent. */
function disableOnce(button) {
  setTimeout(() => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  });
}

function release(button) {
  button.disabled = false;
  button.removeAttribute("aria-busy");
}

function busy({ elt, requestConfig }, starts) {
  const form = elt.closest("form");
  const button = requestConfig?.triggeringEvent?.submitter ?? (elt.matches("button") ? elt : null);
  if (form && !starts) guarded.delete(form);
  if (!button) return;
  if (starts) disableOnce(button);
  else setTimeout(() => release(button));
}

function hasText(form) {
  return [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
}
