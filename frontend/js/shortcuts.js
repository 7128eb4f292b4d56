/** Keys: "/" search, "?" the list of keys, "G" and a letter to a page. They can be switched off on a device. */
import { openDialog } from "./dialogs.js";

const OFF = "echelon.shortcuts-off";
const SECOND_KEY_MS = 1200;
let waiting = 0;

export function bindShortcuts() {
  const box = document.querySelector("[data-shortcuts-switch]");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "" : "1"));
  }
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || writes(event.target) || document.querySelector("dialog[open]")) return;
    if (press(event.key)) event.preventDefault();
  });
}

function off() {
  return Boolean(localStorage.getItem(OFF)) || Boolean(document.querySelector("[data-shortcuts=off]"));
}

function writes(element) {
  return element.isContentEditable || element.closest?.("[role=tree], [role=grid]") || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function press(key) {
  if (Date.now() < waiting) {
    waiting = 0;
    const link = document.querySelector(`a[data-key="${CSS.escape(key.toUpperCase())}"]`);
    link?.click();
    return Boolean(link);
  }
  if (key === "/") return focusSearch();
  if (key === "?") return openDialog("keys") ?? true;
  if (key.toLowerCase() === "g") waiting = Date.now() + SECOND_KEY_MS;
  return false;
}

function focusSearch() {
  const field = document.querySelector(".find input");
  field?.focus();
  return Boolean(field);
}
