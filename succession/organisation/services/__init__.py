"""What is done on the ground floor: one module a noun, each act one transaction with its audit event."""
