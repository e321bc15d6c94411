"""The ground floor: the words, the keys and the tables. Imports neither scrapers nor aggregator.

    types, errors, keys, ids         the stations' nouns; what can go wrong; ids, and what people type of them
    clock, spelling, labels          moments as text; one spelling for many; words for picture, source, by, with
    characters                       what each character of a long text becomes
    validation                       what a person wrote, or a row holds, against its shape
    home, db, schema, writer         where things lie; the open database, its steps, the one connection that writes
    lock, signals, worker            one run at a time; how it ends; a process that works for it
    memory, mapped                   what it asks of the machine
    archive, retention, upkeep       WARC files; what they may lose; copies and checks of it all
    documentation, views             what each column holds; views for people who know SQL
    epochs, as_of                    what was known when

A module a table, or what belongs together:

    runs, sources, validators, pauses, robots          visits, and what servers said
    pages, articles, layouts, revisions                what was read
    merged, credits, fingerprints, copies              what the merge made of it
    stories, set_aside, document_counts                which articles report one event
    statements, disputes                               who says what, and what contradicts it
    decisions                                          what people said
    words                                              the index of search
    watches, publications                              what went out
    selections, coverage, profiles, health, dossier    questions over many tables
"""

import sys

# sqlite-utils loads pandas where it finds it, and that loads pyarrow: a quarter of a second and 70 MB of every command, for what
# none of them uses. Both are there with the extra `spark`, whose own verbs load them themselves.
if "pandas" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment] # to import it raises ImportError then
    import sqlite_utils  # noqa: F401

    del sys.modules["pandas"]
