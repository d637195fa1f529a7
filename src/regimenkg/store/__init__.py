"""Triples on this machine: named graphs, what rules derive, and generations on disk."""
