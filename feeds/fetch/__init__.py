"""The one HTTP client: what an import fetches, within limits, and from where it may."""

from feeds.fetch.answers import Answer, Limits, Validators
from feeds.fetch.client import Fetcher, is_address, without_secrets

__all__ = ["Answer", "Fetcher", "Limits", "Validators", "is_address", "without_secrets"]
