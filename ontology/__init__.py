"""The vocabulary, its rules and mappings, as package data: no code lives here."""
