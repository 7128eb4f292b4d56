"""Administration: accounts, roles, reference data. Succession content only for HR and auditors, and read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import competence, people, policy, structure, users

admin.site.site_header = _("Echelon administration")
admin.site.site_title = _("Echelon")
admin.site.index_title = _("Set-up")
admin.site.enable_nav_sidebar = False

__all__ = ["competence", "people", "policy", "structure", "users"]
