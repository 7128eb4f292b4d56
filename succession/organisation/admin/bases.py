"""What every page of the administration keeps to: who may, and that each act stands in the audit trail."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from succession.organisation import audit, outbox
from succession.organisation.access import access_of
from succession.organisation.acts import actor_of
from succession.organisation.constraints import explained
from succession.organisation.errors import Refusal

SECRET = frozenset({"password", "password1", "password2", "usable_password"})


class AdministratorsOnly:
    """Reference data: administrators, nobody else, whatever else an account may do."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access_of(request.user).is_administrator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).is_administrator

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).is_administrator

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).is_administrator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).is_administrator


class AuditedInline(AdministratorsOnly, admin.TabularInline):
    extra = 0


class AuditedAdmin(AdministratorsOnly, admin.ModelAdmin):
    """Each change is recorded with what it changed, in its own transaction, and announced to those who follow it.

    What the database refuses is said on the page.
    """

    announces: str = ""
    announced_as: str = ""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        with_words = explained()
        try:
            with with_words, audit.acting(actor_of(request), "administer"):
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record("change" if change else "add", obj, form, actor=actor_of(request))

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for each in formset.forms:
            if each.has_changed() and each.instance.pk and each not in formset.deleted_forms:
                self._record("change", form.instance, each, actor=actor_of(request))
        for gone in formset.deleted_objects:
            audit.record("administer_delete", form.instance, actor=actor_of(request), before={"record": str(gone)})
        if formset.has_changed():
            self._announce(form.instance)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self._record_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, so that each stands in the trail."""
        for obj in queryset:
            self.delete_model(request, obj)

    def _record_deletion(self, request: HttpRequest, obj: models.Model) -> None:
        audit.record("administer_delete", obj, actor=actor_of(request), before={"record": str(obj)})
        self._announce(obj)

    def _record(self, act: str, obj: models.Model, form: ModelForm, *, actor: Any) -> None:
        names = [name for name in form.changed_data if name not in SECRET]
        before = {name: _plain(form.initial.get(name)) for name in names}
        after = {name: _plain(form.cleaned_data.get(name)) for name in names}
        if names or act == "add":
            audit.record(f"administer_{act}", obj, actor=actor, before=before if act == "change" else None, after=after)
            self._announce(obj)

    def _announce(self, obj: models.Model) -> None:
        if self.announces:
            outbox.announce(self.announces, **{self.announced_as: obj.pk})


class ReadersOnly(admin.ModelAdmin):
    """Succession content: staff who also hold HR or auditor, what each of them may see, and never a change."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.visible_to(request.user)  # noqa: SLF001 -- Django documents it

    def has_module_permission(self, request: HttpRequest) -> bool:
        access = access_of(request.user)
        return access.is_whole_hr or access.is_auditor

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet):
        return [each.pk for each in value]
    return value
