"""Addresses of the whole site. Names are global and unique: every page is linked by name alone."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from succession.organisation import errors_views
from succession.views import candidates, chart, home, overview, position, positions, search

handler400 = "succession.organisation.errors_views.bad_request"
handler403 = "succession.organisation.errors_views.forbidden"
handler404 = "succession.organisation.errors_views.not_found"
handler500 = "succession.organisation.errors_views.server_error"

# One way in for everybody: throttled, with the second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("preferences/theme/", home.theme, name="theme"),
    path("preferences/see-as/", home.see_as, name="see_as"),
    path("preferences/language/", home.language, name="language"),
    path("overview/", overview.overview, name="overview"),
    path("overview/cards/<slug:card>/", overview.overview_card, name="overview_card"),
    path("my-area/", overview.my_area, name="my_area"),
    path("my-area/cards/<slug:card>/", overview.my_area_card, name="my_area_card"),
    path("map/", chart.organisation_map, name="map"),
    path("map/branches/<int:pk>/", chart.map_branch, name="map_branch"),
    path("map/posts/<int:pk>/", chart.map_post, name="map_post"),
    path("positions/", positions.positions, name="positions"),
    path("positions/<int:pk>/", position.position, name="position"),
    path("positions/<int:pk>/holders/", position.holder_start, name="holder_start"),
    path("positions/<int:pk>/holders/<int:holder_pk>/end/", position.holder_end, name="holder_end"),
    path("positions/<int:pk>/holders/<int:holder_pk>/leaving/", position.holder_leaving, name="holder_leaving"),
    path("positions/<int:pk>/seats/", position.seats_change, name="seats_change"),
    path("positions/<int:pk>/seats/<int:change_pk>/withdraw/", position.seats_withdraw, name="seats_withdraw"),
    path("positions/<int:pk>/class/", position.position_class, name="position_class"),
    path("positions/<int:pk>/name/", position.position_name, name="position_name"),
    path("candidates/", candidates.candidates, name="candidates"),
    path("candidates/compare/", candidates.candidates_compare, name="candidates_compare"),
    path("candidates/<int:pk>/", candidates.candidate, name="candidate"),
    path("pools/<int:pk>/fit/", candidates.pool_fit, name="pool_fit"),
    path("search/", search.search, name="search"),
    path("accounts/", include("allauth.urls")),
    # Nothing administered has a page of its own that this redirect could lead to.
    re_path("^admin/r/", errors_views.not_found),
    path("admin/", admin.site.urls),
    path("", include("succession.organisation.urls")),
    path("", include("candidates.urls")),
    path("", include("pools.urls")),
    path("api/", include("succession.api_urls")),
]
