/** Says politely what a swap has changed: the fragment's own words, else its heading. */
import { word } from "./words.js";

export function bindAnnouncements() {
  const announcer = document.querySelector("[data-announcer]");
  if (!announcer) return;
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const text = spoken(detail.elt);
    if (text) announcer.textContent = text;
  });
}

function spoken(region) {
  const own = region.closest("[data-announce]") ?? region.querySelector("[data-announce]");
  if (own) return own.dataset.announce || own.textContent.trim();
  if (region.closest(".job")) return "";
  const name = region.getAttribute("aria-label") ?? region.querySelector("h1, h2, caption")?.textContent.trim();
  return name ? word("updated", { name }) : "";
}
