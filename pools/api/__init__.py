"""The REST interface of the pools: candidates with where they stand, pools, members, coverage."""

from .candidates import Candidates
from .coverage import PoolCoverage, PositionCoverage, WholeCoverage
from .memberships import Memberships, PoolMemberships
from .pools import Pools

__all__ = ["Candidates", "Memberships", "PoolCoverage", "PoolMemberships", "Pools", "PositionCoverage", "WholeCoverage"]
