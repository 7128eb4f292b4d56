"""Echelon pools, who is in them, and how far they cover."""

from .coverage import Coverage, CoverageDay
from .membership import Membership, MembershipPost, Screening
from .pool import EchelonPool, PoolPosition

__all__ = [
    "Coverage",
    "CoverageDay",
    "EchelonPool",
    "Membership",
    "MembershipPost",
    "PoolPosition",
    "Screening",
]
