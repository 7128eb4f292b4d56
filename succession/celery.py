"""The Celery application: its settings are Django's, with the prefix CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.fixups.django import DjangoFixup, DjangoWorkerFixup
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "succession.settings")


class QoS(redis.QoS):
    """What is in hand when the broker goes away: the broker gives it out again when its visibility has run out.

    kombu asks the closed connection for its address then, and the worker stands still after an error that no retry catches.
    """

    @property
    def is_cut_off(self) -> bool:
        transport = self.channel.connection
        return transport is None or transport.client is None

    def restore_unacked(self, client: Any = None) -> None:
        if self.is_cut_off:
            self._delivered.clear()
        else:
            super().restore_unacked(client)

    def ack(self, delivery_tag: str) -> None:
        if not self.is_cut_off:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not self.is_cut_off:
            super().reject(delivery_tag, requeue)


class WorkerFixup(DjangoWorkerFixup):
    """Between tasks it lets go of connections that broke or grew old, as between requests.

    Celery's own closes them all: what a connection has learned, its plans among it, would be learned anew by every task.
    """

    def install(self) -> "WorkerFixup":
        super().install()
        # Nothing open is handed to the processes that are forked from here on.
        self._close_database()
        return self

    def close_database(self, **_kwargs: Any) -> None:
        for connection in self._db.connections.all(initialized_only=True):
            connection.close_if_unusable_or_obsolete()


class Fixup(DjangoFixup):
    """Django's settings and connections, for the worker."""

    @property
    def worker_fixup(self) -> DjangoWorkerFixup:
        if self._worker_fixup is None:  # type: ignore[has-type]
            self._worker_fixup = WorkerFixup(self.app)
        return self._worker_fixup


def fixup(celery: Celery) -> Fixup:
    return Fixup(celery).install()


redis.Channel.QoS = QoS
app = Celery("succession", fixups={fixup})
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
