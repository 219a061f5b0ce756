"""Instants on the command line: ISO 8601 with an offset, read into UTC."""

from datetime import UTC, datetime
from typing import Any, Final

import click

#: Beyond, the arithmetic of windows and offsets leaves what a calendar can hold.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000


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
        if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
            years = f"from {_FIRST_YEAR} to {_LAST_YEAR}"
            self.fail(f"{value!r} is out of reach; give a year {years}", param, ctx)
        return instant.astimezone(UTC)


INSTANT: Final = _Instant()
