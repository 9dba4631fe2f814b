"""What `feeds serve` does: a socket, and the processes that answer on it."""
