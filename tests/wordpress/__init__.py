"""A real WordPress, made of Debian's packages, with made-up articles."""
