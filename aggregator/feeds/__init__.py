"""Feeds: what readers subscribe to.

config             feeds.toml
loader, changes    what there is to say; what an outlet changed, as HTML
model, items       a feed and its items
formats, text      feeds as bytes, all pure: no clock, no database, no network; any text made fit for them
publish            files, replaced only where their bytes changed
serve, websub      over HTTP, with deltas; hubs are told
health_feed        the outlets' health as a feed
"""
