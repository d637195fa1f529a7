"""The curated facts, one YAML file per thing, as package data: no code lives here.

``__version__`` is raised with every change of the facts that users should know of.
"""

__version__ = "0.1.0"
