"""Addresses of the whole site. Names are global and unique: every page is linked by name alone."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from succession.views import home

handler400 = "succession.organisation.errors_views.bad_request"
handler403 = "succession.organisation.errors_views.forbidden"
handler404 = "succession.organisation.errors_views.not_found"
handler500 = "succession.organisation.errors_views.server_error"

FLOORS = ("succession.organisation.urls", "candidates.urls", "pools.urls")

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("preferences/theme/", home.theme, name="theme"),
    path("preferences/language/", home.language, name="language"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *(path("", include(floor)) for floor in FLOORS if find_spec(floor)),
    *([path("api/v1/", include("succession.api_urls"))] if find_spec("succession.api_urls") else []),
]
