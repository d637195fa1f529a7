"""What a test's graph knows, where a whole graph would say no more."""

from __future__ import annotations

from dataclasses import dataclass, field

from regimenkg.loaders.shared.base import Label


@dataclass
class Codes:
    """Resolves the codes that it holds, and no names; ``asked`` are those it was asked for."""

    iris: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, curie: str) -> str | None:
        self.asked.append(curie)
        return self.iris.get(curie)

    def named(self, class_name: str, text: str) -> str | None:
        return None

    def label(self, iri: str) -> Label | None:
        return None
