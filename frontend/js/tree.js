/** A tree by keyboard: arrows move, Space folds, Enter opens, letters find. Branches may come from `data-branch`. */
import htmx from "./requests.js";
import { onContent, matching } from "./swaps.js";

const TYPE_AHEAD_MS = 600;
let typed = "";
let typedAt = 0;

export function bindTrees() {
  onContent((root) => matching(root, "[role=tree]").forEach(bind));
}

function bind(tree) {
  if (tree.dataset.bound) return;
  tree.dataset.bound = "true";
  enter(tree, tree.querySelector("[role=treeitem][aria-selected=true]") ?? tree.querySelector("[role=treeitem]"), false);
  tree.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.target !== item || event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(tree, item, event.key)) event.preventDefault();
  });
  tree.addEventListener("click", ({ target }) => {
    const item = target.closest("[role=treeitem]");
    if (!item) return;
    if (target.closest("[data-fold]")) fold(item);
    enter(tree, item, !target.closest("a"));
  });
}

function press(tree, item, key) {
  const items = visible(tree);
  const at = items.indexOf(item);
  switch (key) {
    case "ArrowDown": return enter(tree, items[at + 1]);
    case "ArrowUp": return enter(tree, items[at - 1]);
    case "Home": return enter(tree, items[0]);
    case "End": return enter(tree, items.at(-1));
    case "ArrowRight": return item.getAttribute("aria-expanded") === "false" ? fold(item, true) : enter(tree, item.querySelector("[role=treeitem]"));
    case "ArrowLeft": return item.getAttribute("aria-expanded") === "true" ? fold(item, false) : enter(tree, item.parentElement.closest("[role=treeitem]"));
    case " ": return fold(item);
    case "Enter": return follow(item, "[data-node-link]");
    default: return key.length === 1 && ((key.toLowerCase() === "l" && follow(item, "[data-lineage]")) || find(tree, items, at, key));
  }
}

function visible(tree) {
  return [...tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.parentElement.closest("[aria-expanded=false]"));
}

/** Roving focus: exactly one item of the tree can be reached by Tab. */
function enter(tree, item, focus = true) {
  if (!item) return false;
  tree.querySelectorAll("[role=treeitem]").forEach((each) => (each.tabIndex = -1));
  item.tabIndex = 0;
  if (focus) item.focus();
  return true;
}

function fold(item, open = item.getAttribute("aria-expanded") !== "true") {
  if (!item.hasAttribute("aria-expanded")) return false;
  item.setAttribute("aria-expanded", String(open));
  const group = item.querySelector(":scope > [role=group]");
  if (open && item.dataset.branch && group && !group.children.length) {
    htmx.ajax("GET", item.dataset.branch, { source: item, target: group, swap: "innerHTML" });
  }
  return true;
}

function follow(item, selector) {
  const link = item.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function find(tree, items, at, key) {
  typed = Date.now() - typedAt > TYPE_AHEAD_MS ? key : typed + key;
  typedAt = Date.now();
  const from = typed.length === 1 ? at + 1 : at;
  const wanted = typed.toLowerCase();
  const match = [...items.slice(from), ...items.slice(0, from)].find((item) => name(item).startsWith(wanted));
  return enter(tree, match);
}

function name(item) {
  return item.querySelector("[data-node-link]")?.textContent.trim().toLowerCase() ?? "";
}
