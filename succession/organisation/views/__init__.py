"""Pages of the ground floor: find, may, call, render."""
