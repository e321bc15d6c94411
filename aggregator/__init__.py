"""Judges what was read (who is credited, who copied, how many sources a story has) and publishes it."""
