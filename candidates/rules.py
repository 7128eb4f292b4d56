"""Who may do what with candidates. Nobody writes about themselves.

Objects: a candidate, an assessment, a sheet (an assignment), or none for acts that need no record.
"""

import rules

from succession.organisation.access import access_of
from succession.organisation.models import User

from .models import Assessment, Assignment, Candidate

Subject = Candidate | Assessment | Assignment | None


@rules.predicate
def is_hr(user: User) -> bool:
    """HR for the whole organisation."""
    return access_of(user).is_whole_hr


@rules.predicate
def is_about_themselves(user: User, subject: Subject) -> bool:
    own = access_of(user).employee_id
    about = _candidate_of(subject)
    return about is not None and own is not None and about.employee_id == own


@rules.predicate
def rated_in_it(user: User, assessment: Assessment | None) -> bool:
    """Who rated does not put the ratings together."""
    return assessment is not None and any(sheet.assessor_id == user.pk for sheet in assessment.assignments.all())


@rules.predicate
def is_their_sheet(user: User, sheet: Assignment | None) -> bool:
    return sheet is not None and sheet.assessor_id is not None and sheet.assessor_id == user.pk


@rules.predicate
def is_on_paper(user: User, sheet: Assignment | None) -> bool:
    """Of a rater who does not sign in: HR enters what they wrote."""
    return sheet is not None and sheet.assessor_id is None


def _candidate_of(subject: Subject) -> Candidate | None:
    if isinstance(subject, Assignment):
        subject = subject.assessment
    return subject.candidate if isinstance(subject, Assessment) else subject


decides_for_others = is_hr & ~is_about_themselves

rules.add_perm("candidates.register_candidate", is_hr)
rules.add_perm("candidates.record_evidence", decides_for_others)
rules.add_perm("candidates.keep_instruments", is_hr)
rules.add_perm("candidates.plan_assessment", decides_for_others)
rules.add_perm("candidates.assign_assessor", decides_for_others)
rules.add_perm("candidates.finalise_assessment", decides_for_others & ~rated_in_it)
rules.add_perm("candidates.correct_assessment", decides_for_others)
rules.add_perm("candidates.rate", ~is_about_themselves & (is_their_sheet | (is_on_paper & is_hr)))
