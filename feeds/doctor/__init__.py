"""What an operator should know of a desk on its machine: what is wrong, and what would be right (`feeds doctor`)."""

from feeds.doctor.examination import examine
from feeds.doctor.finding import Finding

__all__ = ["Finding", "examine"]
