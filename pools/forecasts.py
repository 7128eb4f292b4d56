"""The effect of planned imports on coverage, worked out in the background once the dry run stands."""

import logging

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from pools.foretelling import foretold
from succession.organisation import outbox
from succession.organisation.imports import keep_figures, waiting_facts
from succession.organisation.models import ImportForecast

logger = logging.getLogger(__name__)

CONSUMER = "forecasts"
LONGEST_MS = 60_000


def follow() -> int:
    """Work out what waits. Everything is read as it stood at one moment; what cannot be told in a minute is left, and said so."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        messages = outbox.take(CONSUMER)
        forecasts = waiting_facts({message.payload["importbatch"] for message in messages})
        for forecast in forecasts:
            _work_out(forecast)
    return len(forecasts)


def _work_out(forecast: ImportForecast) -> None:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_MS)])
            figures = foretold(forecast.facts or {})
    except OperationalError:
        logger.warning("the effect of an import was not worked out", extra={"import": forecast.pk}, exc_info=True)
        keep_figures(forecast, None, problem=_("Working it out took too long."))
    else:
        keep_figures(forecast, figures)
