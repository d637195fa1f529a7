"""The page of the model: the vocabulary drawn, explained, and shown with examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from regimenkg.records.model import RECIPES, model
from regimenkg.sparql.backend import Backend
from regimenkg.web.figures.model_diagram import model_diagram

__all__ = ["ModelPage"]


class ModelPage:
    """The page at ``/model``.

    Args:
        backend: the store, for examples.
        page: renders a template with a status and content.
    """

    def __init__(self, backend: Backend, page: Callable[..., Response]) -> None:
        self._page = page
        self._classes = cache(lambda: model(backend))  # the store stays while the server runs

    def show(self, request: Request) -> Response:
        """The diagram, the recipes, and each class with its properties."""
        classes = self._classes()
        return self._page(
            "model.html",
            classes=classes,
            anchors={each.name for each in classes},
            recipes=RECIPES,
            diagram=model_diagram(),
        )
