"""Pages for people who would rather look than read: rendered from one set of templates for a static site and for `serve`."""
