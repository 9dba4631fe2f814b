"""What `feeds import` does: sources found, opened, taken in, told of."""
