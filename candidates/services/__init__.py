"""What is done with candidates: one transaction each, audited under its own name. `actor` is keyword-only, None for the system.

People
    ensure_candidate(employee, *, actor) -> Candidate
    register_external(name, *, actor, email="", source="", consent_on=None, retain_until=None) -> Candidate
    record_evidence(candidate, on, *, actor, reason="") -> Candidate
"""

from .people import ensure_candidate, record_evidence, refuse_own, register_external

__all__ = ["ensure_candidate", "record_evidence", "refuse_own", "register_external"]
