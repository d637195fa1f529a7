"""A long list, a page at a time: which part of it is shown, and the addresses of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from regimenkg.web.endpoint.guard import Refused

__all__ = ["Paging", "page_number", "paging"]

_NEAR = 2  # pages beside the one that is shown, to which there are links


class Paging(NamedTuple):
    """A page of a list, and the way to the others.

    Args:
        page: which it is, from 1.
        first: the first thing on it, from 1.
        last: the last.
        total: how many things the list has.
        links: number and address of the pages to which there are links; number 0 stands for a gap.
        before: the address of the page before it, or nothing.
        after: that of the next, or nothing.
    """

    page: int
    first: int
    last: int
    total: int
    links: list[tuple[int, str]]
    before: str
    after: str

    @property
    def part(self) -> slice:
        """The things of the page, out of all."""
        return slice(self.first - 1, self.last)


def page_number(text: str) -> int:
    """The number of a page as an address has it; 1 where it has none. Raises Refused for no number.

    >>> page_number(""), page_number("12")
    (1, 12)
    """
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Refused(400, f"{text!r} is no page", hint="a number from 1")
    return int(text or 1)


def paging(page: int, total: int, size: int, address: Callable[[int], str]) -> Paging:
    """The page of a list of so many things, of which ``size`` stand on a page.

    ``address`` gives that of the page of a number. Raises Refused, with status 404, for a page
    that the list does not have.

    >>> found = paging(5, 1530, 50, "?page={}".format)
    >>> found.first, found.last, found.before, [number for number, _ in found.links]
    (201, 250, '?page=4', [1, 0, 3, 4, 5, 6, 7, 0, 31])
    """
    pages = max(1, -(-total // size))
    if not 1 <= page <= pages:
        raise Refused(404, f"there is no page {page}", hint=f"the last is {pages}")
    near = {1, pages, *range(max(1, page - _NEAR), min(pages, page + _NEAR) + 1)}
    links: list[tuple[int, str]] = []
    for number in sorted(near):
        if links and number > links[-1][0] + 1:
            links.append((0, ""))
        links.append((number, address(number)))
    return Paging(
        page,
        min((page - 1) * size + 1, total),
        min(page * size, total),
        total,
        links,
        address(page - 1) if page > 1 else "",
        address(page + 1) if page < pages else "",
    )
