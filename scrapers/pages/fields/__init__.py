"""One file a field of an article, its witnesses on top; scrapers/pages/field_table.py has a row a field."""
