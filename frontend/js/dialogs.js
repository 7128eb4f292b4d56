/** Dialogs: `data-opens="id"` opens, `data-closes` closes; focus returns to what opened it. */
import { onContent, matching } from "./swaps.js";

export function bindDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      opener.closest("details.menu-box")?.removeAttribute("open");
      openDialog(opener.dataset.opens);
    }
    event.target.closest("[data-closes]")?.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement && beside(event.target, event)) event.target.close();
  });
  onContent((root) => matching(root, "dialog[data-open-now]").forEach((dialog) => !dialog.open && dialog.showModal()));
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** A click on the ground around a dialog without unsaved text. */
function beside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  const outside = clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
  return outside && ![...dialog.querySelectorAll("textarea")].some((field) => field.value.trim());
}
