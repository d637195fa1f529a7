"""Loaders: one module per source format; each turns a file into a stream of triples."""
