"""The server: SPARQL 1.1 Protocol for programs, pages for people; read-only, on this machine."""
