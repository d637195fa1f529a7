"""Graphs of a store in another server: sent, compared, and recorded there."""
