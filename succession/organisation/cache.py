"""A cache that may be away: reading finds nothing, writing does nothing, pages go on."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache without its exceptions: an outage costs speed, not answers."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try(super().get_many, {}, keys, version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._try(super().has_key, False, key, version)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(super().add, True, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().set, None, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> list:
        return self._try(super().set_many, [], *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(super().touch, False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(super().delete, False, *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().delete_many, None, *args, **kwargs)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._try(super().incr, delta, key, delta, version)

    @staticmethod
    def _try(call: Any, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            logger.warning("cache is away", extra={"error": type(error).__name__})
            return otherwise
