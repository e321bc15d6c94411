"""The one spider, and what it says of itself."""
