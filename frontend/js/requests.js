/** htmx: the CSRF header, and what is said when an answer does not come. */
import htmx from "htmx.org";
import { showToast } from "./toasts.js";
import { word } from "./words.js";

const csrf = document.querySelector('meta[name="csrf-token"]')?.content;
const SAFE = new Set(["get", "head", "options"]);

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (csrf && !SAFE.has(detail.verb)) detail.headers["X-CSRFToken"] = csrf;
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { xhr, elt, requestConfig } = detail;
  if (xhr.status === 401) {
    window.location.reload();
    return;
  }
  const reference = xhr.getResponseHeader("X-Request-ID") ?? "";
  const reason = { 403: "forbidden", 404: "missing", 429: "busy" }[xhr.status] ?? "failed";
  const text = word(reason) + (reference && reason === "failed" ? ` ${word("reference", { reference })}` : "");
  const mayRetry = xhr.status === 429 || xhr.status >= 500;
  showToast({ text, tone: "error", action: mayRetry ? again(elt, requestConfig) : null });
});

document.addEventListener("htmx:sendError", ({ detail }) => {
  showToast({ text: word("offline"), tone: "error", action: again(detail.elt, detail.requestConfig) });
});

function again(elt, { verb, path, parameters, target }) {
  return { label: word("retry"), run: () => htmx.ajax(verb, path, { source: elt, target, values: parameters }) };
}

export default htmx;
