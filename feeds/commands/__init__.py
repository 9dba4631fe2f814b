"""What each command does: a module for each, or for those that are two sides of one thing."""
