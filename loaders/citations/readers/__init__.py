"""The six formats of citations: each reader makes citations of a file's records."""
