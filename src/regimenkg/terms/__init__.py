"""RDF terms as this project writes them: IRIs and prefixes, codes of other vocabularies, literals,
and where a value was read."""
