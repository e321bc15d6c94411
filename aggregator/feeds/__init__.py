"""Feeds as bytes: one model, five renderers. All pure: no clock, no database, no network; dates come with the items."""
