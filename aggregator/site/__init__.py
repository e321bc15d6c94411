"""Pages for people who would rather look than read: rendered from one set of templates for a static site and for `serve`.

newsroom              each page by its address
contents, render      what it shows, read from the database; that as HTML
charts, provenance    counts as bars; the picture of a story's sources
app, static           live over HTTP; as files
sql                   SQL over the database, by Datasette
"""
