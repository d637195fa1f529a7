"""Mappings to external vocabularies: checks, evidence, proposals, and export as SSSOM."""
