"""Articles of a WordPress site: through its REST API, or from its export (WXR)."""
