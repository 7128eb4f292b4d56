"""What the database refuses, said in the words of the constraint."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .errors import Invalid, Refusal

TRIGGERS: dict[str, Promise] = {
    "units_make_no_circle": gettext_lazy("This unit would stand above itself."),
    "reporting_lines_make_no_circle": gettext_lazy("This post would report to itself."),
}


@contextmanager
def explained() -> Iterator[None]:
    """Turn a violated constraint into a refusal with its own sentence; to be put outside the transaction of a service.

    A value that cannot be (a check) is `Invalid`, a clash with another record (unique, exclusion, circle) a `Refusal`
    whose code is the constraint's name. What has no sentence of its own is a fault and stays one.
    """
    try:
        yield
    except IntegrityError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: IntegrityError) -> Refusal | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    name, table = getattr(diagnosis, "constraint_name", None), getattr(diagnosis, "table_name", None)
    if not name:
        return None
    if name in TRIGGERS:
        return Refusal(str(TRIGGERS[name]), code=name)
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    return _of_model(model, name) if model else None


def _of_model(model: type[models.Model], name: str) -> Refusal | None:
    for constraint in model._meta.constraints:
        if constraint.name == name:
            message = str(constraint.get_violation_error_message())
            is_check = isinstance(constraint, models.CheckConstraint)
            return Invalid(message) if is_check else Refusal(message, code=name)
    for field in model._meta.local_concrete_fields:
        if field.unique and name.startswith(f"{model._meta.db_table}_{field.column}_"):
            return Invalid(
                _("%(model)s with this %(field)s already exists.")
                % {"model": str(model._meta.verbose_name).capitalize(), "field": field.verbose_name},
                field=field.name,
            )
    return None
