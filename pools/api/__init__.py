"""The REST interface of the pools: candidates with where they stand, pools, members, coverage."""

from .candidates import Candidates
from .memberships import Memberships, PoolMemberships
from .pools import Pools

__all__ = ["Candidates", "Memberships", "PoolMemberships", "Pools"]
