"""Things by their names and codes: looked up, matched, searched."""
