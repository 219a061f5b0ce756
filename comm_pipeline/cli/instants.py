"""Instants on the command line: ISO 8601 with an offset, read into UTC."""

from datetime import UTC, datetime
from typing import Any, Final

import click

#: Years between which rules can compute with months before and after.
_FIRST: Final = 1970
_LAST: Final = 9000


class _Instant(click.ParamType[datetime]):
    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text; fails with how to write it."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant; write 2026-01-31T09:00:00Z", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no time zone; write 2026-01-31T09:00:00Z", param, ctx)
        try:
            instant = instant.astimezone(UTC)
        except OverflowError:
            instant = datetime.min.replace(tzinfo=UTC)
        if not _FIRST <= instant.year <= _LAST:
            self.fail(f"{value!r} is not between the years {_FIRST} and {_LAST}", param, ctx)
        return instant


INSTANT: Final = _Instant()
