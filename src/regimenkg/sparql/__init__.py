"""SPARQL as a language and as a service: texts and their parts, answers, and places that answer."""
