"""Rows and graphs as bytes: the formats, their names and media types, and who writes each."""
