"""Khulasat: the feed desk of an Arabic newsroom."""

__version__ = "0.1.0"
