"""Echelon pools, who is in them, and how far they cover."""

from .coverage import Coverage, CoverageDay
from .pool import EchelonPool, PoolPosition
from .membership import Membership, MembershipPost, Screening

__all__ = [
    "Coverage",
    "CoverageDay",
    "EchelonPool",
    "Membership",
    "MembershipPost",
    "PoolPosition",
    "Screening",
]
