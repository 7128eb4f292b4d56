/** Tables filled like a spreadsheet, table[data-sheet]: arrows and Enter move between input[data-cell], Escape restores. */

export function bindSheets() {
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("table[data-sheet] input[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (press(cell, event)) event.preventDefault();
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("table[data-sheet] input[data-cell]")) target.select();
  });
}

function press(cell, { key, shiftKey }) {
  switch (key) {
    case "Enter": return enter(beneath(cell, shiftKey ? -1 : 1)) || cell.blur() || true;
    case "ArrowDown": return enter(beneath(cell, 1));
    case "ArrowUp": return enter(beneath(cell, -1));
    case "ArrowRight": return atEdge(cell, cell.value.length) && enter(beside(cell, 1));
    case "ArrowLeft": return atEdge(cell, 0) && enter(beside(cell, -1));
    case "Escape": return restore(cell);
    default: return false;
  }
}

/** The next cell of the same column, past fields that are none. */
function beneath(cell, step) {
  const column = cell.closest("td").cellIndex;
  const rows = [...cell.closest("tbody").rows];
  for (let at = rows.indexOf(cell.closest("tr")) + step; rows[at]; at += step) {
    const found = rows[at].cells[column]?.querySelector("[data-cell]");
    if (found) return found;
  }
  return null;
}

function beside(cell, step) {
  const cells = [...cell.closest("tr").querySelectorAll("[data-cell]")];
  return cells[cells.indexOf(cell) + step] ?? null;
}

/** Within a text the arrows move the caret; at its end, or with all of it chosen, they leave the cell. */
function atEdge(cell, edge) {
  const { selectionStart, selectionEnd, value } = cell;
  return (selectionStart === 0 && selectionEnd === value.length) || (selectionStart === edge && selectionEnd === edge);
}

function enter(cell) {
  cell?.focus();
  return Boolean(cell);
}

function restore(cell) {
  cell.value = cell.defaultValue;
  cell.select();
  return true;
}
