"""Strings alone: cleaning, direction, folding, slugs, summaries. Nothing of `feeds` is imported."""
