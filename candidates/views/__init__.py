"""Pages of candidates: find, may, call, render."""
