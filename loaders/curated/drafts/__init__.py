"""What helps a person to write a curated file: the document's text, its numbers, what they may be.

A skeleton with candidates (``skeleton``), places written as quotes (``quotes``), and the numbers
that no place covers (``coverage``). Nothing here knows a store.
"""
