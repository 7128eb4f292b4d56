"""What is asked on the pages of candidates: shape alone, the rules stand in the services."""
