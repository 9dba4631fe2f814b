"""Documents and pages -> bytes. Pure functions of their arguments, for a thread of their own."""
