"""The demonstration company: invented here, seeded, loaded through the product's own services."""
