"""Things by their names and codes: looked up, matched, searched, resolved."""

INDEX_FILE = "names.sqlite"
"""The file of a generation of a store that holds the index of its names."""
