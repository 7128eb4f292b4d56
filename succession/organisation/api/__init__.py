"""REST: shapes and addresses only; the rules stand in services and querysets."""
