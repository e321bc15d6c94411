"""Archives of any size: the same readers and the same judgement as everywhere, on Apache Spark, into Parquet tables.

    tables                               the Parquet tables, and what is in them whole
    extraction, read                     one input file → its rows; many files, a task a file
    merge                                versions, copies, stories, origins: a stage each
    texts, shingles, stories, origins    what a task does with its rows, by the functions of the one-machine merge
    batches                              sorted rows a group at a time
    load                                 a part of it → a newsroom's database
    session                              the Spark it runs on

docs/scale.md says when this is needed, and what it costs.
"""
