"""Fetches pages and says what they say. Judges nothing."""
