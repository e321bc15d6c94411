"""Watches: saved searches that tell staff when something turns. docs/watches.md says what each key means.

config    watches.toml and the addresses, which are secrets
judge     what happened since a watch was judged last (pure), and what of that is new to it
tell      tells each alert to each address at most once
"""
