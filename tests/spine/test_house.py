"""How the house is built: what points where, and what runs it."""

import os
import subprocess
import sys
import warnings

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, ManyToManyField

FLOORS = ["organisation", "candidates", "pools", "training", "succession"]


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField) and field.related_model._meta.app_label in FLOORS
        if FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert upward == []


def test_migrations_of_a_floor_wait_for_none_above():
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    upward = [
        f"{app}.{name} -> {needed}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in FLOORS
        for needed, _ in migration.dependencies
        if needed in FLOORS and FLOORS.index(needed) > FLOORS.index(app)
    ]
    assert upward == []


def test_the_database_is_reached_through_psycopg2():
    """Timeouts, COPY and error classes are written for it."""
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert not is_psycopg3
    assert connection.vendor == "postgresql"


def test_warnings_are_errors():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_every_visible_record_has_its_rule():
    """A model whose rows a page may list can say who sees them; the others are the machine's own."""
    own = {
        "ApiToken", "CompetencyLevel", "Competency", "Disclosure", "Heartbeat", "IdempotentAnswer", "OutboxMessage",
        "Policy", "RoleAssignment", "TitlePeriod", "UnitPeriod", "User", "ExternalPerson", "ImportMapping",
        "ImportFile", "ImportFilePart", "ImportChange", "RaterGroup", "Exercise", "ExerciseCompetency",
    }  # fmt: skip
    without = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        and not hasattr(model, "pgh_tracked_model")
        and not hasattr(model.objects, "visible_to")
    }
    assert without <= own


def test_pages_have_limits_in_the_database():
    own = {"STATEMENT_TIMEOUT_MS", "LOCK_TIMEOUT_MS"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    code = "from succession import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    for limit in ("statement_timeout=5000", "lock_timeout=4000", "idle_in_transaction_session_timeout=60000"):
        assert f"-c {limit}" in told.stdout
