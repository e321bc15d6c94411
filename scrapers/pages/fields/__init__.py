"""One file a field of an article, its witnesses on top."""
