"""Whether the broker answers, asked without patience: its own client would try for seconds before saying no."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.BROKER_URL, socket_timeout=1, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


def answers() -> bool:
    """One ping on a kept connection, under a millisecond when all is well."""
    try:
        return bool(_client().ping())
    except redis.RedisError:
        return False
