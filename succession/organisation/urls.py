"""Addresses of the ground floor. Names are global and unique."""

from django.urls import include, path

from .views import audit, criticality, jobs, me, people, policies, requirements

urlpatterns = [
    path("", include("succession.organisation.imports_urls")),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/leave/", people.person_leave, name="person_leave"),
    path("people/<int:pk>/return/", people.person_return, name="person_return"),
    path("people/<int:pk>/ask/", people.person_ask, name="person_ask"),
    path("me/", me.me, name="me"),
    path("me/willingness/", me.me_willingness, name="me_willingness"),
    path("me/mobility/", me.me_mobility, name="me_mobility"),
    path("me/goals/", me.goal_add, name="goal_add"),
    path("me/goals/<int:pk>/", me.goal_change, name="goal_change"),
    path("me/goals/<int:pk>/remove/", me.goal_remove, name="goal_remove"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("audit/", audit.audit, name="audit"),
    path("audit/readings/", audit.readings, name="readings"),
    path("criticality/", criticality.criticality, name="criticality"),
    path("criticality/propose/<int:pk>/", criticality.propose, name="criticality_propose"),
    path("criticality/management/", criticality.management, name="criticality_management"),
    path("positions/<int:pk>/requirements/", requirements.requirements, name="requirements"),
    path("policy/", policies.policies, name="policies"),
    path("policy/draft/", policies.policy_draft, name="policy_draft"),
    path("policy/<int:version>/", policies.policy, name="policy"),
    path("policy/<int:version>/in-force/", policies.policy_in_force, name="policy_in_force"),
]
