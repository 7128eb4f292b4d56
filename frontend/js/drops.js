/** Files dropped on a <label data-drop> go into its file field; the names are said. */
export function bindDrops() {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.("[data-drop]");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        const field = zone.querySelector("input[type=file]");
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
  document.addEventListener("change", ({ target }) => {
    const names = target.closest?.("[data-drop]")?.querySelector("[data-drop-names]");
    if (names && target.files) names.textContent = [...target.files].map((file) => file.name).join(", ");
  });
}
