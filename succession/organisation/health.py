"""Whether this instance can work: database, migrations, broker, worker."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from . import broker
from .models import Heartbeat

WORKER_SILENT_AFTER = timedelta(seconds=45)
_seen: set[str] = set()


def beat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def readiness() -> dict[str, Any]:
    """The state of each part; `ready` only when all are well."""
    checks = {"database": _database(), "migrations": False, "worker": False, "broker": broker.answers()}
    if checks["database"]:
        checks["migrations"] = _migrated()
        checks["worker"] = _worker() if checks["migrations"] else False
    return {
        "ready": all(checks.values()),
        **checks,
        "version": settings.VERSION,
        "commit": settings.BUILD_COMMIT,
        "instance": settings.INSTANCE,
    }


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrated() -> bool:
    """Asked of the database until it is so: a running instance's code asks for no more migrations later."""
    if "migrated" not in _seen:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _seen.add("migrated")
    return True


def _worker() -> bool:
    seen = Heartbeat.objects.filter(name="worker", at__gt=timezone.now() - WORKER_SILENT_AFTER)
    return seen.exists()
