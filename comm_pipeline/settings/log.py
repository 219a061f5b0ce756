"""Logging: structlog on standard error, as lines for people or as JSON, without sensitive fields.

Modules take ``structlog.get_logger()``. The handlers of the standard library's logging belong to
Dagster and stay as they are.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from comm_pipeline.settings.masking import Masking
from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.redaction import redact

_TRACE_KEYS = ("run_id", "trace_id")


def configure_logging(settings: Settings) -> None:
    """Make every structlog logger follow ``settings``; may be called again."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    structlog.configure(
        processors=_processors(settings),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


@contextmanager
def trace(run_id: str, trace_id: str | None = None) -> Iterator[None]:
    """Give everything logged inside the block a ``run_id`` and a ``trace_id``, by default the same.

    They are shown only where ``INCLUDE_TRACE_ID`` is on. Tasks that start inside inherit them.
    """
    with structlog.contextvars.bound_contextvars(run_id=run_id, trace_id=trace_id or run_id):
        yield


def _processors(settings: Settings) -> list[Processor]:
    def redact_sensitive_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return redact(event, settings.sensitive_fields)

    return [
        structlog.contextvars.merge_contextvars if settings.include_trace_id else _merge_untraced,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_sensitive_fields,
        _masked(Masking.of(settings)),
        *_renderers(settings),
    ]


def _masked(masking: Masking) -> Processor:
    """Return what hides secrets and personal data in the texts of a line, and in its error."""

    def mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        error = _error_of(event.pop("exc_info", None))
        shown = {key: _mask_in(value, masking) for key, value in event.items()}
        if error is not None:
            # Plain in both formats: rich ones show local variables, secrets among them.
            shown["exception"] = masking.traceback(error)
        return shown

    return mask


def _error_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    if exc_info and not isinstance(exc_info, BaseException):
        return sys.exc_info()[1]
    return exc_info or None


def _mask_in(value: Any, masking: Masking) -> Any:
    if isinstance(value, str):
        return masking.text(value)
    if isinstance(value, BaseException):
        return masking.error(value)
    if isinstance(value, Mapping):
        return {_mask_in(key, masking): _mask_in(one, masking) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_in(one, masking) for one in value]
    return value if isinstance(value, int | float | None) else masking.text(str(value))


def _merge_untraced(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add what is bound around the call, but not the ids that ``trace`` bound."""
    for key, value in structlog.contextvars.get_contextvars().items():
        if key not in _TRACE_KEYS:
            event.setdefault(key, value)
    return event


def _renderers(settings: Settings) -> list[Processor]:
    if settings.log_format == "json":
        return [structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
