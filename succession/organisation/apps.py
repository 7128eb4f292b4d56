from django.apps import AppConfig
from django.db.models import CharField, TextField
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "succession.organisation"
    label = "organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        from .lookups import ILike  # noqa: PLC0415 -- nothing of the app is read before the apps are

        for field in (CharField, TextField):
            field.register_lookup(ILike)
