"""The REST interface of the pools: candidates with where they stand, pools, members, coverage."""

from .candidates import Candidates
from .coverage import PoolCoverage, PositionCoverage, WholeCoverage
from .memberships import Memberships, PoolMemberships
from .pools import Pools
from .suggestions import PositionSuggestions

__all__ = [
    "Candidates",
    "Memberships",
    "PoolCoverage",
    "PoolMemberships",
    "Pools",
    "PositionCoverage",
    "PositionSuggestions",
    "WholeCoverage",
]
