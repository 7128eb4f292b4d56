/** One line about something done. Six seconds, longer while looked at; errors stay. */
import { onContent, matching } from "./swaps.js";

const SHOWN_MS = 6000;

export function bindToasts() {
  onContent((root) => matching(root, "[data-toast]").forEach(expire));
  document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove());
  document.addEventListener("toast", ({ detail }) => showToast(detail));
}

export function showToast({ text, tone = "", action = null }) {
  const shape = document.getElementById(tone === "error" ? "toast-error" : "toast-done");
  const place = document.querySelector("[data-toasts]");
  if (!shape || !place) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.querySelector(".grow").textContent = text;
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "linkish", textContent: action.label });
    button.addEventListener("click", () => {
      toast.remove();
      action.run();
    });
    toast.querySelector("[data-dismiss]").before(button);
  }
  place.append(toast);
  expire(toast);
}

function expire(toast) {
  if ("stays" in toast.dataset || toast.closest("template")) return;
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), SHOWN_MS));
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", start);
  start();
}
