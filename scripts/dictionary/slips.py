"""How far two spellings are from each other."""

from __future__ import annotations


def distance(one: str, other: str, most: int = 2) -> int:
    """Letters to add, drop, change or swap with the next to make one of the other.

    Anything above ``most`` is ``most + 1``.

    >>> distance("bortexomib", "bortezomib"), distance("gliotrif", "gilotrif")
    (1, 1)
    >>> distance("cisplatin", "carboplatin")
    3
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
