"""The floor: the least that a Django page over the same tables costs. Session, user, one indexed query, fifty rows."""
