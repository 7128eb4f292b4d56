"""The Celery application: its settings are Django's, with the prefix CELERY_."""

import os
from typing import Any

from celery import Celery
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


redis.Channel.QoS = QoS
app = Celery("succession")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
