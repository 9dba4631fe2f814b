"""Where articles are kept: the contract, and SQLite under it."""
