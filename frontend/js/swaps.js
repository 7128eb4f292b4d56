/** Calls `bind` for the page, and again for everything htmx puts into it. */
export function onContent(bind) {
  bind(document);
  document.addEventListener("htmx:load", ({ detail }) => bind(detail.elt));
}

/** Elements of `root` that match, `root` itself included. */
export function matching(root, selector) {
  const inside = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...inside] : inside;
}
