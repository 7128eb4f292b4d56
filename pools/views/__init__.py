"""Pages of pools and of their members."""
