"""Real servers on this machine for the demo and the tests: PostgreSQL, Valkey, and the application's own processes."""
