"""Groups too small to be shown: their figures would tell of single people."""

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_SHOWN = 5

G = TypeVar("G")


def hidden_groups(sizes: Mapping[G, int]) -> frozenset[G]:
    """Groups that must not be shown beside the total: those of 1 to 4 people.

    Where they are together fewer than five, total less shown would still tell of them: then the next greater groups are
    hidden as well until five are (secondary suppression, L. Willenborg, T. de Waal, "Elements of Statistical Disclosure
    Control", 2001), of equal size the one that comes first as text. Empty groups tell of nobody and are never hidden.

    Raises ValueError for a negative size.
    """
    if any(size < 0 for size in sizes.values()):
        raise ValueError("a group has no negative size")
    order = sorted((group for group, size in sizes.items() if size), key=lambda group: (sizes[group], str(group)))
    hidden: list[G] = []
    people = 0
    for group in order:
        if sizes[group] >= SMALLEST_SHOWN and (not hidden or people >= SMALLEST_SHOWN):
            break
        hidden.append(group)
        people += sizes[group]
    return frozenset(hidden)
