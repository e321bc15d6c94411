"""The ground floor: the words, the keys and the tables. Imports neither scrapers nor aggregator."""
