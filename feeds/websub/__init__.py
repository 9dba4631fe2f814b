"""Hubs and caches are told of what changed."""
