"""Addresses of the import pages."""

from django.urls import path

from .views import imports

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/job/", imports.import_job, name="import_job"),
    path("imports/<int:pk>/effect/", imports.import_effect, name="import_effect"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/mend/", imports.import_mend, name="import_mend"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/rejected/", imports.import_rejected, name="import_rejected"),
]
