"""Reads that span the apps: what stands behind posts, how the whole is covered, what opens, what changed."""
