"""The SPARQL endpoint: protocol, workers, guards, and its description."""
