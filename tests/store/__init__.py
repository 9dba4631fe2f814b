"""What the store promises: for every implementation (test_contract*), and of SQLite's own (test_sqlite*)."""
