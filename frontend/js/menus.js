/** Menus made of <details>, and popovers: placed beside their button, closed by Escape or a click elsewhere. */
const GAP = 6;
const EDGE = 8;

export function bindMenus() {
  document.addEventListener("click", ({ target }) => {
    for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = openMenus().at(-1);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }, true);
  document.addEventListener("toggle", ({ target, newState }) => {
    if (newState === "open" && target.matches?.("[popover]")) place(target);
  }, true);
}

function openMenus() {
  return [...document.querySelectorAll("details.menu-box[open]")];
}

function place(popover) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
  if (!button) return;
  const at = button.getBoundingClientRect();
  const own = popover.getBoundingClientRect();
  const left = Math.min(Math.max(at.left - EDGE, EDGE), window.innerWidth - own.width - EDGE);
  const below = at.bottom + GAP;
  const top = below + own.height > window.innerHeight - EDGE ? Math.max(at.top - own.height - GAP, EDGE) : below;
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}
