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
  say(elt, text, mayRetry ? again(elt, requestConfig) : null);
});

document.addEventListener("htmx:sendError", ({ detail }) => {
  say(detail.elt, word("offline"), again(detail.elt, detail.requestConfig));
});

/** A card that loads by itself says so in its own place; anything else by a toast. What asks again anyway is silent. */
function say(elt, text, action) {
  if (elt.getAttribute("hx-trigger")?.includes("every ")) return;
  const card = elt.closest("[data-retry]");
  const shape = document.getElementById("card-failed");
  if (!card || !shape) return showToast({ text, tone: "error", action });
  const note = shape.content.firstElementChild.cloneNode(true);
  note.querySelector("p").textContent = text;
  const button = note.querySelector("button");
  if (action) button.addEventListener("click", action.run);
  else button.remove();
  card.querySelector("[aria-busy], .emptyst")?.replaceWith(note);
}

function again(elt, { verb, path, parameters, target }) {
  return { label: word("retry"), run: () => htmx.ajax(verb, path, { source: elt, target, values: parameters }) };
}

export default htmx;
