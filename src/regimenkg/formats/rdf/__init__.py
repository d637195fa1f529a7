"""Graphs as text: statements in order, and a module for each format."""
