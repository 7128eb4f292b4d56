"""Addresses of the REST interface, below /api/."""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter
from rest_framework.routers import SimpleRouter

from candidates import api as candidates_api
from pools import api as pools
from succession.organisation.api import competence, documents, imports, me, people, signin, spine, structure


class IdConverter(IntConverter):
    """An id that a database can hold."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
router = SimpleRouter()
router.register("org-units", structure.OrgUnits, basename="api-org-units")
router.register("employees", people.Employees, basename="api-employees")
router.register("positions", structure.Positions, basename="api-positions")
router.register("incumbencies", structure.Incumbencies, basename="api-incumbencies")
router.register("competencies", competence.Competencies, basename="api-competencies")
router.register("candidates", pools.Candidates, basename="api-candidates")
router.register("instruments", candidates_api.Instruments, basename="api-instruments")
router.register("assessments", candidates_api.Assessments, basename="api-assessments")
router.register("pools", pools.Pools, basename="api-pools")
router.register("pools/(?P<pool>[0-9]{1,18})/memberships", pools.PoolMemberships, basename="api-pool-memberships")
router.register("memberships", pools.Memberships, basename="api-memberships")
router.register("imports", imports.Imports, basename="api-imports")
router.register("imports/(?P<batch>[0-9]{1,18})/rows", imports.ImportRows, basename="api-import-rows")
router.register("jobs", spine.Jobs, basename="api-jobs")
router.register("audit", spine.Audit, basename="api-audit")
router.register("me/goals", me.MyGoals, basename="api-my-goals")

first_version = [
    path("token/", signin.SignIn.as_view(), name="api-token"),
    path("me/", me.Me.as_view(), name="api-me"),
    path("me/willingness/", me.MyWillingness.as_view(), name="api-my-willingness"),
    path("coverage/", pools.WholeCoverage.as_view(), name="api-coverage"),
    path("candidates/<id:pk>/profile/", candidates_api.CandidateProfile.as_view(), name="api-candidate-profile"),
    path("candidates/<id:pk>/fit/", candidates_api.CandidateFit.as_view(), name="api-candidate-fit"),
    path("pools/<id:pk>/coverage/", pools.PoolCoverage.as_view(), name="api-pool-coverage"),
    path("positions/<id:pk>/coverage/", pools.PositionCoverage.as_view(), name="api-position-coverage"),
    path("positions/<id:pk>/suggestions/", pools.PositionSuggestions.as_view(), name="api-position-suggestions"),
    *router.urls,
]

urlpatterns = [
    path("v1/", include(first_version)),
    path("schema/", documents.Description.as_view(), name="api-schema"),
    path("docs/", documents.Reader.as_view(), name="api-docs"),
]
