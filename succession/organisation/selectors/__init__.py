"""Reads of the ground floor that are worth a name, one module a noun."""
