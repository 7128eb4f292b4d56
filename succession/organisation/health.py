"""Whether this instance can work: database, migrations, broker, worker."""

from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from .models import Heartbeat

WORKER_SILENT_AFTER = timedelta(seconds=45)


def beat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def readiness() -> dict[str, Any]:
    """The state of each part; `ready` only when all are well."""
    checks = {"database": _database(), "migrations": False, "worker": False, "broker": _broker()}
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


_migrations_seen = False


def _migrated() -> bool:
    global _migrations_seen
    if not _migrations_seen:
        executor = MigrationExecutor(connection)
        _migrations_seen = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrations_seen


def _broker() -> bool:
    try:
        client = redis.Redis.from_url(settings.BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
        return bool(client.ping())
    except redis.RedisError:
        return False


def _worker() -> bool:
    seen = Heartbeat.objects.filter(name="worker", at__gt=timezone.now() - WORKER_SILENT_AFTER)
    return seen.exists()
