"""The one door in: a record -> a clean article -> an idempotent write."""
