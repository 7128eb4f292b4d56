/** Sentences the server has translated for us, from the page's word list. */
const list = document.getElementById("words")?.content;

export function word(name, values = {}) {
  const text = list?.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
