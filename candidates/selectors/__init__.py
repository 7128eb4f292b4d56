"""What is read of candidates: their profile with the evidence behind it, and how well it answers a post."""
